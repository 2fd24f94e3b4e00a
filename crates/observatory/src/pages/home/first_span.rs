//! What an observatory without a span says: what to type to get the first one in. Each command works as it is written.

use std::net::SocketAddr;

use maud::{Markup, html};

/// Where commands send to.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Place {
    /// `http://localhost:4318`
    pub(crate) url: String,
    /// `127.0.0.1:2000`
    pub(crate) daemon: String,
    /// OTLP needs a key.
    pub(crate) needs_key: bool,
}

impl Place {
    /// As this machine's programs reach it.
    pub(crate) fn new(
        http: Option<SocketAddr>,
        daemon: Option<SocketAddr>,
        needs_key: bool,
    ) -> Self {
        let http = http.map_or("localhost:4318".to_owned(), |address| {
            if address.ip().is_loopback() || address.ip().is_unspecified() {
                format!("localhost:{}", address.port())
            } else {
                address.to_string()
            }
        });
        let daemon = daemon.map_or("127.0.0.1:2000".to_owned(), |address| {
            if address.ip().is_unspecified() {
                format!("127.0.0.1:{}", address.port())
            } else {
                address.to_string()
            }
        });
        Self {
            url: format!("http://{http}"),
            daemon,
            needs_key,
        }
    }

    /// A line for the shell that sends a span of its own each time.
    pub(crate) fn curl(&self) -> String {
        let key = if self.needs_key {
            " -H \"x-honeycomb-team: $OBSERVATORY_KEY\""
        } else {
            ""
        };
        format!(
            "T=$(date +%s); hex() {{ od -An -N$1 -tx1 /dev/urandom | tr -d ' \\n'; }}; \\\n\
             curl {}/v1/traces -H 'content-type: application/json'{key} -d '{{\"resourceSpans\":[{{\n  \
             \"resource\":{{\"attributes\":[{{\"key\":\"service.name\",\"value\":{{\"stringValue\":\"hello\"}}}}]}},\n  \
             \"scopeSpans\":[{{\"spans\":[{{\"name\":\"first span\",\"kind\":2,\"traceId\":\"'$(hex 16)'\",\"spanId\":\"'$(hex 8)'\",\n    \
             \"startTimeUnixNano\":\"'$T'000000000\",\"endTimeUnixNano\":\"'$T'250000000\"}}]}}]}}]}}'",
            self.url
        )
    }

    fn sdk(&self) -> String {
        let key = if self.needs_key {
            "\nexport OTEL_EXPORTER_OTLP_HEADERS=\"x-honeycomb-team=$OBSERVATORY_KEY\""
        } else {
            ""
        };
        format!(
            "export OTEL_EXPORTER_OTLP_ENDPOINT={}\nexport OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf{key}\nexport OTEL_SERVICE_NAME=my-service",
            self.url
        )
    }

    fn aws(&self) -> String {
        format!(
            "export AWS_ACCESS_KEY_ID=any AWS_SECRET_ACCESS_KEY=any AWS_DEFAULT_REGION=us-east-1 AWS_ENDPOINT_URL={}",
            self.url
        )
    }

    /// A line that sends a segment.
    pub(crate) fn segment() -> String {
        "T=$(date +%s); aws xray put-trace-segments --trace-segment-documents \\\n  \
         \"{\\\"name\\\":\\\"hello\\\",\\\"id\\\":\\\"70de5b6f19ff9a0a\\\",\\\"start_time\\\":$T,\\\"end_time\\\":$T.2,\\\"trace_id\\\":\\\"1-$(printf %08x $T)-a006649127e371903a2de979\\\"}\""
            .to_owned()
    }

    /// Lines that send a log event.
    pub(crate) fn event() -> String {
        "aws logs create-log-group --log-group-name hello\n\
         aws logs create-log-stream --log-group-name hello --log-stream-name by-hand\n\
         aws logs put-log-events --log-group-name hello --log-stream-name by-hand \\\n  \
         --log-events timestamp=$(date +%s)000,message='it works'"
            .to_owned()
    }
}

/// The page while no trace is stored.
pub(super) fn told(place: &Place, has_logs: bool) -> Markup {
    html! {
        div.first-span data-testid="empty" {
            div.title-line {
                svg.dome-small width="44" height="30" viewBox="0 0 120 72" aria-hidden="true" {
                    path.dome d="M18 58a42 42 0 0 1 84 0z" {}
                    path.slit d="M60 58L86 12" {}
                    path.base d="M8 66h104" {}
                }
                h1 { "Waiting for the first span" }
            }
            p.lead { "It appears here as soon as it arrives. Get it in by any of these, in a terminal on this machine:" }
            @if has_logs { p.note { "Log events have arrived already: " a href="/logs" { "see them" } "." } }
            section.card aria-labelledby="first-lab" {
                h2 #first-lab { "The sample application" }
                p { "It brings two services, a page to click in, and gentle traffic." }
                (command("cargo lab up"))
                p.note { "It runs already? Then nothing in it is instrumented yet: that is what the lab’s first steps are for." }
            }
            section.card aria-labelledby="first-otel" {
                h2 #first-otel { "Any OpenTelemetry SDK" }
                p { "Before your program starts:" }
                (command(&place.sdk()))
                p { "Or one span by hand, with curl:" }
                div data-testid="curl" { (command(&place.curl())) }
            }
            section.card aria-labelledby="first-aws" {
                h2 #first-aws { "The AWS CLI, for X-Ray and CloudWatch Logs" }
                p { "Any credentials will do; nothing leaves this machine:" }
                (command(&place.aws()))
                p { "A segment:" }
                (command(&Place::segment()))
                p { "A log event:" }
                (command(&Place::event()))
                p.note { "X-Ray’s SDKs send to the daemon: " code { "AWS_XRAY_DAEMON_ADDRESS=" (place.daemon) } }
            }
            p { "Sent, and still nothing here? " a href="/status" { "The status page" } " tells what was refused and why." }
        }
    }
}

fn command(text: &str) -> Markup {
    html! {
        div.command {
            pre { code { (text) } }
            button.plain.small type="button" data-copy=(text) hidden { "Copy" }
        }
    }
}
