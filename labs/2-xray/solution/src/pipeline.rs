//! The pipeline that a program has from its start to its end, as the environment asks for it. Its parts are `telemetry`'s and `sampling`'s.

use std::error::Error;

use aws_sdk_xray::Client;
use aws_settings::{AwsSettings, HAS_TLS, Service};
use export_watch::ExportWatch;
use opentelemetry_sdk::trace::SdkTracerProvider;
use xray_exporter::{DaemonAddress, sampling::RemoteSampler};

use crate::{sampling, telemetry};

/// The process's own pipeline: while there is one, spans are made and sent.
#[derive(Debug)]
pub struct Pipeline {
    provider: SdkTracerProvider,
    watch: ExportWatch,
}

impl Pipeline {
    /// Starts it, to the daemon where `AWS_XRAY_DAEMON_ADDRESS` names one, else to the API; and tells which.
    ///
    /// # Errors
    /// When a variable can't be used.
    pub fn start(lookup: impl Fn(&str) -> Option<String>) -> Result<Self, Box<dyn Error>> {
        let daemon = lookup("AWS_XRAY_DAEMON_ADDRESS")
            .map(|address| DaemonAddress::parse(&address))
            .transpose()?;
        let aws = aws_settings(lookup, daemon.as_ref())?;
        let client = Client::new(&aws.sdk_config());
        let destination = match &daemon {
            Some(daemon) => format!("the X-Ray daemon at {} (UDP)", daemon.udp),
            None => aws.to_string(),
        };
        eprintln!("telemetry: segments go to {destination}");

        let watch = ExportWatch::new(destination);
        // A client of its own: it asks on another thread, and connections don't change threads.
        let rules = RemoteSampler::builder(Client::new(&aws.sdk_config()))
            .with_notice(|notice| eprintln!("telemetry: {notice}"));
        let sampler = sampling::sampler(sampling::rules(rules));
        let builder = telemetry::builder().with_sampler(sampler);
        let provider = match daemon {
            Some(_) => telemetry::to_daemon(builder, &watch)?,
            None => telemetry::to_api(builder, &watch, client),
        };
        opentelemetry::global::set_tracer_provider(provider.clone());
        telemetry::install_propagator();
        Ok(Self { provider, watch })
    }

    /// Sends the last segments, and tells what became of all. The program calls it last, on every way out.
    ///
    /// It blocks, for [`export_watch::EXIT_WITHIN`] at most.
    pub fn end(&self) {
        telemetry::shutdown(&self.provider);
        self.watch.tell_outcome();
    }
}

/// Where X-Ray is: what the `AWS_*` variables say, else the daemon, which passes questions on by TCP.
///
/// # Errors
/// When a variable can't be used.
pub fn aws_settings(
    lookup: impl Fn(&str) -> Option<String>,
    daemon: Option<&DaemonAddress>,
) -> Result<AwsSettings, Box<dyn Error>> {
    let has_endpoint = ["AWS_ENDPOINT_URL_XRAY", "AWS_ENDPOINT_URL"]
        .into_iter()
        .any(|name| lookup(name).is_some());
    let through_daemon = |name: &str| match daemon {
        Some(daemon) if name == "AWS_ENDPOINT_URL_XRAY" && !has_endpoint => {
            Some(format!("http://{}", daemon.tcp))
        }
        _ => lookup(name),
    };
    Ok(AwsSettings::from_lookup(
        Service::XRay,
        through_daemon,
        HAS_TLS,
    )?)
}
