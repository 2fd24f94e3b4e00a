//! Sends a span, a segment and a log event to the services whose credentials are set, and asks for them again.
//! It reads the variables that the labs read, and prints a line of JSON for each thing that it learnt: `cargo lab doctor --live` shows them.
//! No credential is printed.

mod aws_refusal;
mod finding;
mod honeycomb;
mod logs;
mod network;
mod patience;
mod xray;

use std::env;

use aws_settings::Service;
use finding::Finding;

#[tokio::main]
async fn main() {
    export_watch::install_tls();
    let mut is_any = false;
    match honeycomb::Destination::from_lookup(lookup) {
        Ok(None) => {}
        Ok(Some(destination)) => {
            is_any = true;
            honeycomb::check(&destination).await;
        }
        Err(finding) => {
            is_any = true;
            finding.tell();
        }
    }
    if is_configured(Service::XRay) {
        is_any = true;
        xray::check(lookup).await;
    }
    if is_configured(Service::CloudWatchLogs) {
        is_any = true;
        logs::check(lookup).await;
    }
    if !is_any {
        Finding::problem(
            "no credentials are set, so there is nobody to ask",
            "Set HONEYCOMB_API_KEY; or AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_REGION. Profiles of AWS are not read.",
        )
        .tell();
    }
}

/// Whether the environment has a part of what the service needs; if it is too little, the check says so.
fn is_configured(service: Service) -> bool {
    [
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_ENDPOINT_URL",
        service.endpoint_variable(),
    ]
    .into_iter()
    .any(|name| lookup(name).is_some())
}

/// A variable of the environment, if it is set and not empty.
fn lookup(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.trim().is_empty())
}
