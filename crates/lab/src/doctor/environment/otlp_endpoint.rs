//! Where OTLP goes: the base address, and the whole one for traces.

use super::values::{Address, said};
use super::{Seen, Variables};

const ENDPOINT: &str = "OTEL_EXPORTER_OTLP_ENDPOINT";
const TRACES_ENDPOINT: &str = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT";
/// What exporters add to the base address, and to nothing else.
/// Source: OpenTelemetry Protocol Exporter specification, "Endpoint URLs for OTLP/HTTP".
const PATH: &str = "/v1/traces";

pub(super) fn judge(variables: &Variables) -> Vec<Seen> {
    [ENDPOINT, TRACES_ENDPOINT]
        .into_iter()
        .filter_map(|name| judge_endpoint(&variables.called(name), name, variables.get(name)?))
        .collect()
}

fn judge_endpoint(called: &str, name: &str, endpoint: &str) -> Option<Seen> {
    let what = said(called, endpoint);
    let Some(address) = Address::parse(endpoint) else {
        return Some(Seen::problem(
            format!("{what}, which is no address"),
            "Write it with http:// or https://, like http://localhost:4318.",
        ));
    };
    if address.has_user {
        return Some(Seen::problem(
            format!("{called} has a name or a password before `@`"),
            "Put keys into OTEL_EXPORTER_OTLP_HEADERS, and the address alone here.",
        ));
    }
    if endpoint.contains('?') {
        return Some(Seen::problem(
            format!("{called} has a query (not shown), where a key may be"),
            "Put keys into OTEL_EXPORTER_OTLP_HEADERS, and the address alone here.",
        ));
    }
    let path = address.path.trim_end_matches('/');
    let is_base = name == ENDPOINT;
    if is_base && path.ends_with(PATH) {
        return Some(Seen::problem(
            format!(
                "{called} has {PATH} in it, which the exporter adds by itself: spans would go to {PATH}{PATH}"
            ),
            format!("Leave {PATH} out of {name}."),
        ));
    }
    if path.matches(PATH).count() > 1 {
        return Some(Seen::problem(
            format!("{called} has {PATH} in it twice"),
            format!("Leave one {PATH} out of {name}."),
        ));
    }
    if !is_base && !path.ends_with(PATH) {
        return Some(Seen::problem(
            format!("{called} does not end in {PATH}, and nothing is added to this one"),
            format!("Add {PATH} to it, or use {ENDPOINT}."),
        ));
    }
    if address.port == Some("4317") {
        return Some(Seen::problem(
            format!("{what}: 4317 is the port of gRPC, and the labs speak HTTP"),
            "Use port 4318.",
        ));
    }
    if address.is_honeycomb() && !address.is_https {
        return Some(Seen::problem(
            format!("{what}: without TLS, your key could be read on its way"),
            "Write https:// instead of http://, and run `cargo lab up --live`.",
        ));
    }
    address.is_https.then(|| {
        Seen::note(
            format!("{what}, which needs TLS"),
            "Run `cargo lab up --live`; or unset it to send to the observatory.",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::super::check;
    use super::*;

    #[test]
    fn endpoints() {
        for (name, value, wanted) in [
            (
                ENDPOINT,
                "http://localhost:4318/",
                "ok: the environment has 1 variable that the labs read, and it looks right",
            ),
            (
                TRACES_ENDPOINT,
                "http://localhost:4318/v1/traces",
                "ok: the environment has 1 variable that the labs read, and it looks right",
            ),
            (
                ENDPOINT,
                "localhost:4318",
                "problem: OTEL_EXPORTER_OTLP_ENDPOINT is `localhost:4318`, which is no address / Write it with http:// or https://, like http://localhost:4318.",
            ),
            (
                ENDPOINT,
                "http://u:p@localhost:4318",
                "problem: OTEL_EXPORTER_OTLP_ENDPOINT has a name or a password before `@` / Put keys into OTEL_EXPORTER_OTLP_HEADERS, and the address alone here.",
            ),
            (
                ENDPOINT,
                "http://localhost:4318/?key=SECRET",
                "problem: OTEL_EXPORTER_OTLP_ENDPOINT has a query (not shown), where a key may be / Put keys into OTEL_EXPORTER_OTLP_HEADERS, and the address alone here.",
            ),
            (
                ENDPOINT,
                "http://localhost:4318/v1/traces",
                "problem: OTEL_EXPORTER_OTLP_ENDPOINT has /v1/traces in it, which the exporter adds by itself: spans would go to /v1/traces/v1/traces / Leave /v1/traces out of OTEL_EXPORTER_OTLP_ENDPOINT.",
            ),
            (
                TRACES_ENDPOINT,
                "http://localhost:4318/v1/traces/v1/traces",
                "problem: OTEL_EXPORTER_OTLP_TRACES_ENDPOINT has /v1/traces in it twice / Leave one /v1/traces out of OTEL_EXPORTER_OTLP_TRACES_ENDPOINT.",
            ),
            (
                TRACES_ENDPOINT,
                "http://localhost:4318",
                "problem: OTEL_EXPORTER_OTLP_TRACES_ENDPOINT does not end in /v1/traces, and nothing is added to this one / Add /v1/traces to it, or use OTEL_EXPORTER_OTLP_ENDPOINT.",
            ),
            (
                ENDPOINT,
                "http://localhost:4317",
                "problem: OTEL_EXPORTER_OTLP_ENDPOINT is `http://localhost:4317`: 4317 is the port of gRPC, and the labs speak HTTP / Use port 4318.",
            ),
            (
                ENDPOINT,
                "https://otel.example",
                "note: OTEL_EXPORTER_OTLP_ENDPOINT is `https://otel.example`, which needs TLS / Run `cargo lab up --live`; or unset it to send to the observatory.",
            ),
        ] {
            check(&[(name, value)], &[wanted]);
        }
        check(
            &[
                (ENDPOINT, "http://api.honeycomb.io"),
                ("HONEYCOMB_API_KEY", &"a1".repeat(11)),
            ],
            &[
                "problem: OTEL_EXPORTER_OTLP_ENDPOINT is `http://api.honeycomb.io`: without TLS, your key could be read on its way / Write https:// instead of http://, and run `cargo lab up --live`.",
            ],
        );
    }
}
