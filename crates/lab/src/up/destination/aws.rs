//! The same for the AWS labs: endpoints and the daemon by the variables that the AWS SDKs read.

use anyhow::{bail, ensure};

use super::{Destination, Fill, is_plain, needs_tls, without_secrets};

/// All services' endpoint.
pub(super) const ENDPOINT: &str = "AWS_ENDPOINT_URL";
/// Where segments go by UDP.
pub(super) const XRAY_DAEMON: &str = "AWS_XRAY_DAEMON_ADDRESS";
/// One service's endpoint, which wins over [`ENDPOINT`].
const SERVICE_ENDPOINTS: [&str; 2] = ["AWS_ENDPOINT_URL_XRAY", "AWS_ENDPOINT_URL_CLOUDWATCH_LOGS"];
const REGIONS: [&str; 2] = ["AWS_REGION", "AWS_DEFAULT_REGION"];
/// The region of those who have not chosen one: the observatory takes any.
const LOCAL_REGION: &str = "us-east-1";
const CREDENTIALS: [&str; 2] = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"];

pub(super) fn read(
    lookup: impl Fn(&str) -> Option<String>,
    live: bool,
) -> anyhow::Result<Destination> {
    let region = REGIONS.into_iter().find_map(&lookup);
    let daemon = lookup(XRAY_DAEMON);
    let endpoints: Vec<_> = std::iter::once(ENDPOINT)
        .chain(SERVICE_ENDPOINTS)
        .filter_map(|name| Some((name, lookup(name)?)))
        .collect();
    if live {
        let missing: Vec<_> = CREDENTIALS
            .into_iter()
            .filter(|name| lookup(name).is_none())
            .chain(region.is_none().then_some(REGIONS[0]))
            .collect();
        ensure!(
            missing.is_empty() || !endpoints.is_empty() || daemon.is_some(),
            "--live needs an AWS account: set {}",
            missing.join(" and ")
        );
    } else if let Some((name, endpoint)) = endpoints
        .iter()
        .find(|(_, endpoint)| endpoint.starts_with("https://"))
    {
        bail!(needs_tls(name, endpoint));
    }

    let mut shown: Vec<_> = endpoints
        .iter()
        .map(|(_, endpoint)| without_secrets(endpoint))
        .chain(daemon.iter().map(|address| {
            let address = if is_plain(address) {
                address
            } else {
                "an address (not shown)"
            };
            format!("the daemon at {address}")
        }))
        .collect();
    let mut added = Vec::new();
    let mut filled = Vec::new();
    if live {
        if shown.is_empty() {
            let region = region.filter(|region| is_plain(region));
            shown.push(format!(
                "AWS in {}",
                region.as_deref().unwrap_or("a region (not shown)")
            ));
        }
    } else {
        if endpoints.is_empty() {
            filled.push(Fill::Aws);
        }
        if daemon.is_none() {
            filled.push(Fill::XrayDaemon);
        }
        if region.is_none() {
            added.push((REGIONS[0], LOCAL_REGION.to_owned()));
        }
    }
    Ok(Destination {
        elsewhere: (!shown.is_empty()).then(|| shown.join(" and ")),
        added,
        filled,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::up::destination::Observatory;

    /// Where traces go and what services are told, or why not; `variables` is `NAME=VALUE …`.
    #[track_caller]
    fn check(variables: &str, live: bool, wanted: &str) {
        let lookup = |name: &str| {
            let mut set = variables
                .split_whitespace()
                .filter_map(|v| v.split_once('='));
            set.find(|(set, _)| *set == name)
                .map(|(_, value)| value.to_owned())
        };
        let observatory = Observatory {
            http: "http://127.0.0.1:1".to_owned(),
            xray_daemon: "127.0.0.1:2".to_owned(),
        };
        let got = match read(lookup, live) {
            Ok(destination) => {
                let told: Vec<_> = destination
                    .variables(&observatory)
                    .into_iter()
                    .map(|(name, value)| format!("{name}={value}"))
                    .collect();
                let whither = destination.elsewhere.as_deref().unwrap_or("observatory");
                format!("{whither}: {}", told.join(" "))
            }
            Err(error) => error.to_string(),
        };
        assert_eq!(got, wanted, "{variables}");
    }

    const KEYS: &str = "AWS_ACCESS_KEY_ID=YOUR_KEY AWS_SECRET_ACCESS_KEY=YOUR_SECRET";

    #[test]
    fn what_is_not_set_is_the_observatory() {
        let all =
            "observatory: AWS_ENDPOINT_URL=http://127.0.0.1:1 AWS_XRAY_DAEMON_ADDRESS=127.0.0.1:2";
        check("", false, &format!("{all} AWS_REGION=us-east-1"));
        check("AWS_REGION=ca-central-1", false, all);
        check(&format!("{KEYS} AWS_DEFAULT_REGION=eu-west-1"), false, all);
        check(
            "AWS_REGION=x AWS_ENDPOINT_URL=http://u:p@localhost:9",
            false,
            "http://localhost:9: AWS_XRAY_DAEMON_ADDRESS=127.0.0.1:2",
        );
        check(
            "AWS_REGION=x AWS_XRAY_DAEMON_ADDRESS=10.0.0.1:2000",
            false,
            "the daemon at 10.0.0.1:2000: AWS_ENDPOINT_URL=http://127.0.0.1:1",
        );
    }

    #[test]
    fn the_real_service_needs_live() {
        check(
            "AWS_ENDPOINT_URL_XRAY=https://xray.eu-west-1.amazonaws.com",
            false,
            "AWS_ENDPOINT_URL_XRAY is https://xray.eu-west-1.amazonaws.com, which needs TLS: run `cargo lab up --live`, \
             or unset AWS_ENDPOINT_URL_XRAY to send to the observatory",
        );
        check(
            &format!("{KEYS} AWS_REGION=eu-west-1"),
            true,
            "AWS in eu-west-1: ",
        );
        check(
            &format!("{KEYS} AWS_REGION=hcaik_0a1b"),
            true,
            "AWS in a region (not shown): ",
        );
        check(
            "AWS_XRAY_DAEMON_ADDRESS=me:SECRET@host:2000",
            true,
            "the daemon at an address (not shown): ",
        );
        check(KEYS, true, "--live needs an AWS account: set AWS_REGION");
        check(
            "AWS_SECRET_ACCESS_KEY=YOUR_SECRET",
            true,
            "--live needs an AWS account: set AWS_ACCESS_KEY_ID and AWS_REGION",
        );
        check(
            "AWS_XRAY_DAEMON_ADDRESS=127.0.0.1:2000",
            true,
            "the daemon at 127.0.0.1:2000: ",
        );
    }
}
