//! Where spans will go, read from the same variables that `opentelemetry-otlp` reads, to be told aloud before the first one is sent.

use std::fmt;

/// The endpoint that the OTLP specification gives when none is set, and the observatory's address.
/// Source: OpenTelemetry Protocol Exporter specification, "Configuration Options".
const DEFAULT_ENDPOINT: &str = "http://localhost:4318";

const ENDPOINTS: [&str; 2] = [
    "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
    "OTEL_EXPORTER_OTLP_ENDPOINT",
];
const HEADERS: [&str; 2] = [
    "OTEL_EXPORTER_OTLP_TRACES_HEADERS",
    "OTEL_EXPORTER_OTLP_HEADERS",
];
const KEY_HEADER: &str = "x-honeycomb-team";

/// Where spans will go. Shown, it says so, and why; it never shows a header's value, nor a password or a query in the address.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Destination {
    shown: String,
    is_default: bool,
    advice: Vec<String>,
}

/// Why spans can't go where the environment says.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum DestinationError {
    /// `https` in a build without TLS.
    #[error(
        "{variable} is {endpoint}, and this build has no TLS: run `cargo lab up --live`, or add `--features live` to your cargo command"
    )]
    NeedsTls {
        /// The variable that holds the address.
        variable: &'static str,
        /// The address, without what may be a secret.
        endpoint: String,
    },
    /// Neither `http` nor `https`: what it is instead may be a key, and is not shown.
    #[error(
        "{variable} has a value (not shown), which is no address: write it like http://localhost:4318"
    )]
    NotAnAddress {
        /// The variable that should hold the address.
        variable: &'static str,
    },
}

impl Destination {
    /// Reads the environment through `lookup` (`|name| std::env::var(name).ok()`); `tls` says whether this build can speak `https`.
    ///
    /// # Errors
    ///
    /// When the address is none, or needs TLS that this build does not have.
    pub fn from_lookup(
        lookup: impl Fn(&str) -> Option<String>,
        tls: bool,
    ) -> Result<Self, DestinationError> {
        let set = |name: &str| lookup(name).filter(|value| !value.trim().is_empty());
        let found = ENDPOINTS.iter().find_map(|&name| Some((name, set(name)?)));
        let is_default = found.is_none();
        let (variable, endpoint) = found.unwrap_or((ENDPOINTS[1], DEFAULT_ENDPOINT.to_owned()));
        if endpoint.starts_with("https://") {
            if !tls {
                return Err(DestinationError::NeedsTls {
                    variable,
                    endpoint: shown(&endpoint),
                });
            }
        } else if !endpoint.starts_with("http://") {
            return Err(DestinationError::NotAnAddress { variable });
        }
        let headers = HEADERS.iter().find_map(|&name| Some((name, set(name)?)));
        let mut advice =
            headers.map_or_else(Vec::new, |(name, headers)| header_advice(name, &headers));
        if endpoint.contains("honeycomb.io") && HEADERS.iter().all(|name| set(name).is_none()) {
            advice.push(format!(
                "Honeycomb wants a key: set {} to {KEY_HEADER}=YOUR_API_KEY",
                HEADERS[1]
            ));
        }
        Ok(Self {
            shown: shown(&endpoint),
            is_default,
            advice,
        })
    }

    /// The address to name in what is told: without user, password and query, which may be secrets.
    pub fn endpoint(&self) -> &str {
        &self.shown
    }

    /// What looks wrong with the headers, one sentence each, without their values.
    pub fn advice(&self) -> &[String] {
        &self.advice
    }
}

impl fmt::Display for Destination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "spans go to {}", self.shown)?;
        if self.is_default {
            write!(
                f,
                " ({} is not set, so the observatory's address is used)",
                ENDPOINTS[1]
            )?;
        }
        Ok(())
    }
}

/// The address without what may hold a password or a key: what stands before `@`, and the query.
fn shown(endpoint: &str) -> String {
    let (scheme, rest) = endpoint.split_once("://").unwrap_or_default();
    let address = match rest.rsplit_once('@') {
        // An `@` behind the host, or a password that was not escaped: what is the host is not sure.
        Some((before, _)) if before.contains(['/', '?', '#']) => "(not shown)",
        Some((_, host)) => host,
        None => rest,
    };
    let address = address.split(['?', '#']).next().unwrap_or_default();
    format!("{scheme}://{address}")
}

/// A header's name, unless it may be a key that stands in its place: names that anybody gives have no digits.
fn shown_name(name: &str) -> &str {
    let is_name = |byte: u8| byte.is_ascii_alphabetic() || byte == b'-';
    if name.len() <= 24 && name.bytes().all(is_name) {
        name
    } else {
        "(not shown)"
    }
}

fn header_advice(variable: &str, headers: &str) -> Vec<String> {
    let mut advice = Vec::new();
    for pair in headers.split(',').filter(|pair| !pair.trim().is_empty()) {
        let Some((name, value)) = pair.split_once('=') else {
            advice.push(format!(
                "{variable} has a part without `=`: write it like {KEY_HEADER}=YOUR_API_KEY"
            ));
            continue;
        };
        let name = name.trim();
        if !name.eq_ignore_ascii_case(KEY_HEADER) && looks_like_key_header(name) {
            advice.push(format!(
                "{variable} has the header `{}`; Honeycomb's is `{KEY_HEADER}`",
                shown_name(name)
            ));
        } else if value.trim().is_empty() {
            advice.push(format!(
                "{variable} gives the header `{}` no value",
                shown_name(name)
            ));
        }
    }
    advice
}

/// Whether somebody who wrote `name` is likely to have meant the key's header.
fn looks_like_key_header(name: &str) -> bool {
    let letters: String = name
        .chars()
        .filter(char::is_ascii_alphabetic)
        .collect::<String>()
        .to_lowercase();
    letters != "xhoneycombdataset" && (letters.contains("honey") || letters.ends_with("team"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(variables: &[(&str, &str)], tls: bool) -> Result<Destination, DestinationError> {
        let lookup = |name: &str| {
            variables
                .iter()
                .find(|(known, _)| *known == name)
                .map(|(_, value)| (*value).to_owned())
        };
        Destination::from_lookup(lookup, tls)
    }

    #[track_caller]
    fn check(variables: &[(&str, &str)], wanted: &str) {
        let told = match read(variables, false) {
            Ok(destination) => {
                let mut told = destination.to_string();
                for advice in destination.advice() {
                    told = format!("{told}\n{advice}");
                }
                told
            }
            Err(error) => error.to_string(),
        };
        assert_eq!(told, wanted);
    }

    const BASE: &str = "OTEL_EXPORTER_OTLP_ENDPOINT";

    #[test]
    fn where_spans_go() {
        let default = "spans go to http://localhost:4318 (OTEL_EXPORTER_OTLP_ENDPOINT is not set, so the observatory's address is used)";
        check(&[], default);
        check(&[(BASE, " ")], default);
        check(
            &[(BASE, "http://otel:4318")],
            "spans go to http://otel:4318",
        );
        check(
            &[
                (BASE, "http://otel:4318"),
                ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://traces:1/x"),
            ],
            "spans go to http://traces:1/x",
        );
    }

    #[test]
    fn addresses_that_cannot_work() {
        check(
            &[(BASE, "https://api.honeycomb.io")],
            "OTEL_EXPORTER_OTLP_ENDPOINT is https://api.honeycomb.io, and this build has no TLS: run `cargo lab up --live`, or add `--features live` to your cargo command",
        );
        check(
            &[(BASE, "localhost:4318")],
            "OTEL_EXPORTER_OTLP_ENDPOINT has a value (not shown), which is no address: write it like http://localhost:4318",
        );
        assert!(read(&[(BASE, "https://api.honeycomb.io")], true).is_ok());
    }

    #[test]
    fn headers_that_cannot_work_are_named_without_their_values() {
        let to = "spans go to http://h";
        let headers = |value| [(BASE, "http://h"), ("OTEL_EXPORTER_OTLP_HEADERS", value)];
        check(&headers("x-honeycomb-team=SECRET"), to);
        check(
            &headers("X-Honeycomb-Team=SECRET,x-honeycomb-dataset=d"),
            to,
        );
        check(
            &headers("x-honeycomb-teams=SECRET"),
            &format!(
                "{to}\nOTEL_EXPORTER_OTLP_HEADERS has the header `x-honeycomb-teams`; Honeycomb's is `x-honeycomb-team`"
            ),
        );
        check(
            &headers("x-honeycomb-team="),
            &format!(
                "{to}\nOTEL_EXPORTER_OTLP_HEADERS gives the header `x-honeycomb-team` no value"
            ),
        );
        check(
            &headers("SECRET"),
            &format!(
                "{to}\nOTEL_EXPORTER_OTLP_HEADERS has a part without `=`: write it like x-honeycomb-team=YOUR_API_KEY"
            ),
        );
    }

    #[test]
    fn nothing_that_may_be_a_secret_is_shown() {
        for (address, wanted) in [
            ("http://user:SECRET@localhost:9", "http://localhost:9"),
            ("http://user:SECRET@[::1]:9/v1", "http://[::1]:9/v1"),
            ("http://localhost:9/v1?key=SECRET", "http://localhost:9/v1"),
            ("http://localhost:9#SECRET", "http://localhost:9"),
            ("http://user:SE/CRET@localhost:9", "http://(not shown)"),
            ("http://user:SE?CRET@localhost:9", "http://(not shown)"),
        ] {
            check(&[(BASE, address)], &format!("spans go to {wanted}"));
            let destination = read(&[(BASE, address)], true).unwrap();
            assert_eq!(destination.endpoint(), wanted);
            let debug = format!("{destination:?}");
            assert!(
                !debug.contains("SECRET") && !debug.contains("CRET"),
                "{debug}"
            );
        }
        check(
            &[(BASE, "https://user:SECRET@otel?key=SECRET")],
            "OTEL_EXPORTER_OTLP_ENDPOINT is https://otel, and this build has no TLS: run `cargo lab up --live`, or add `--features live` to your cargo command",
        );
        let key = format!("hcaik_{}", "0a1b".repeat(14));
        let error = read(&[(BASE, &key)], true).unwrap_err();
        assert!(!format!("{error} {error:?}").contains("0a1b"), "{error:?}");
        for headers in [
            format!("{key}="),
            format!("{key}team=x"),
            format!("x-honeycomb-team:{key}="),
        ] {
            let variables = [(BASE, "http://h"), ("OTEL_EXPORTER_OTLP_HEADERS", &headers)];
            let advice = read(&variables, true).unwrap().advice().join(" ");
            assert!(
                advice.contains("(not shown)") && !advice.contains("0a1b"),
                "{advice}"
            );
        }
    }

    #[test]
    fn honeycomb_without_a_key_is_told() {
        let destination = read(&[(BASE, "https://api.honeycomb.io")], true).unwrap();
        assert_eq!(
            destination.advice(),
            [
                "Honeycomb wants a key: set OTEL_EXPORTER_OTLP_HEADERS to x-honeycomb-team=YOUR_API_KEY"
            ]
        );
    }
}
