//! Where spans would go with `cargo lab up --live`, and with which headers. A key is for the service that gave it, and for nobody else.

use export_watch::HAS_TLS;
use reqwest::{RequestBuilder, Url};

use crate::finding::Finding;

const KEY: &str = "HONEYCOMB_API_KEY";
const TEAM: &str = "x-honeycomb-team";
const HONEYCOMB: &str = "https://api.honeycomb.io";

/// Where spans go.
pub(crate) struct Destination {
    /// Without anything that may be a secret.
    pub(crate) shown: String,
    /// The address that takes OTLP.
    pub(crate) traces: String,
    /// Honeycomb's address that tells about a key, if it is Honeycomb.
    pub(crate) auth: Option<String>,
    headers: Vec<(String, String)>,
}

impl Destination {
    /// Nothing when neither a key nor an endpoint is set.
    pub(crate) fn from_lookup(
        lookup: impl Fn(&str) -> Option<String>,
    ) -> Result<Option<Self>, Finding> {
        let set = |names: [&'static str; 2]| {
            names
                .into_iter()
                .find_map(|name| Some((name, lookup(name)?)))
        };
        let headers = set([
            "OTEL_EXPORTER_OTLP_TRACES_HEADERS",
            "OTEL_EXPORTER_OTLP_HEADERS",
        ]);
        let whole = lookup("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
            .map(|address| ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", address));
        // Honeycomb's own distributions read this one; where it is set, it is meant to get the key.
        let base = set(["OTEL_EXPORTER_OTLP_ENDPOINT", "HONEYCOMB_API_ENDPOINT"]);
        let key = lookup(KEY);
        let (variable, traces) = match (whole, base) {
            (Some(whole), _) => whole,
            (None, Some((name, base))) => (
                name,
                format!("{}/v1/traces", base.trim().trim_end_matches('/')),
            ),
            (None, None) if key.is_some() || headers.is_some() => {
                (KEY, format!("{HONEYCOMB}/v1/traces"))
            }
            (None, None) => return Ok(None),
        };
        let url = Url::parse(traces.trim())
            .ok()
            .filter(|url| url.has_host() && matches!(url.scheme(), "http" | "https"));
        let Some(url) = url else {
            return Err(Finding::problem(
                format!("{variable} is no address"),
                "Write it like https://api.honeycomb.io.",
            ));
        };
        if url.scheme() == "https" && !HAS_TLS {
            return Err(Finding::problem(
                format!("{variable} needs TLS, and this build has none"),
                "Run `cargo lab doctor --live`, which builds it with TLS.",
            ));
        }
        let host = url.host_str().unwrap_or_default();
        let is_honeycomb =
            url.scheme() == "https" && (host == "honeycomb.io" || host.ends_with(".honeycomb.io"));
        let gets_key = is_honeycomb || variable == "HONEYCOMB_API_ENDPOINT";
        let headers = match (headers, key) {
            (Some((_, headers)), _) => parse(&headers),
            (None, Some(key)) if gets_key => vec![(TEAM.to_owned(), key.trim().to_owned())],
            _ => Vec::new(),
        };
        let port = url.port().map_or(String::new(), |port| format!(":{port}"));
        let origin = format!("{}://{host}{port}", url.scheme());
        let has_key = headers
            .iter()
            .any(|(name, _)| name.eq_ignore_ascii_case(TEAM));
        Ok(Some(Self {
            auth: (gets_key && has_key).then(|| format!("{origin}/1/auth")),
            shown: if is_honeycomb {
                format!("Honeycomb at {origin}")
            } else {
                origin
            },
            traces: url.to_string(),
            headers,
        }))
    }

    /// The request with what the environment wants to be sent along.
    pub(crate) fn with_headers(&self, mut request: RequestBuilder) -> RequestBuilder {
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        request
    }
}

/// `a=b,c=d`; what is no pair is left out, as the SDK does.
fn parse(headers: &str) -> Vec<(String, String)> {
    headers
        .split(',')
        .filter_map(|pair| pair.split_once('='))
        .map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned()))
        .filter(|(name, value)| !name.is_empty() && !value.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Where to, whether the key is asked about, and the headers; or why not.
    #[track_caller]
    fn check(variables: &[(&str, &str)], wanted: &str) {
        let lookup = |name: &str| {
            let found = variables.iter().find(|(set, _)| *set == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        let told = match Destination::from_lookup(lookup) {
            Ok(None) => "nobody".to_owned(),
            Ok(Some(destination)) => {
                let headers: Vec<_> = (destination.headers.iter())
                    .map(|(name, value)| format!("{name}={value}"))
                    .collect();
                format!(
                    "{} {:?} {}",
                    destination.traces,
                    destination.auth,
                    headers.join(",")
                )
            }
            Err(finding) => format!("{finding:?}"),
        };
        assert!(told.contains(wanted), "{told}");
    }

    const BASE: &str = "OTEL_EXPORTER_OTLP_ENDPOINT";

    #[test]
    fn the_key_goes_to_honeycomb_alone() {
        check(&[], "nobody");
        check(
            &[
                (KEY, "K"),
                ("HONEYCOMB_API_ENDPOINT", "http://127.0.0.1:9/"),
            ],
            "http://127.0.0.1:9/v1/traces Some(\"http://127.0.0.1:9/1/auth\") x-honeycomb-team=K",
        );
        check(
            &[(KEY, "K"), (BASE, "http://otel:4318")],
            "http://otel:4318/v1/traces None ",
        );
        check(
            &[(KEY, "K"), (BASE, "http://api.honeycomb.io.evil.example")],
            "http://api.honeycomb.io.evil.example/v1/traces None ",
        );
        check(
            &[
                ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://otel/x"),
                ("OTEL_EXPORTER_OTLP_HEADERS", "a=b, c,x-y = z=1"),
            ],
            "http://otel/x None a=b,x-y=z=1",
        );
    }

    #[test]
    fn addresses_that_are_none() {
        check(
            &[(BASE, "localhost:4318")],
            "OTEL_EXPORTER_OTLP_ENDPOINT is no address",
        );
        if !HAS_TLS {
            check(
                &[(KEY, "K")],
                "HONEYCOMB_API_KEY needs TLS, and this build has none",
            );
        }
    }
}
