//! Where traces will go: the user's own setting, the real service with `--live`, else the observatory. Keys are passed on, never shown.

mod aws;

use anyhow::{bail, ensure};

use crate::metadata::Protocol;

const ENDPOINT: &str = "OTEL_EXPORTER_OTLP_ENDPOINT";
const TRACES_ENDPOINT: &str = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT";
const HEADERS: &str = "OTEL_EXPORTER_OTLP_HEADERS";
const TRACES_HEADERS: &str = "OTEL_EXPORTER_OTLP_TRACES_HEADERS";
/// The key of a Honeycomb environment.
pub(super) const KEY: &str = "HONEYCOMB_API_KEY";
/// Honeycomb's address, of another region for instance: where it is set, it is meant to get the key.
const API_ENDPOINT: &str = "HONEYCOMB_API_ENDPOINT";
const HONEYCOMB: &str = "https://api.honeycomb.io";

/// Where the instrumented services send.
pub(super) struct Destination {
    /// Its address as it may be shown; `None` is the observatory that is started or joined.
    pub(super) elsewhere: Option<String>,
    /// Variables to add to what the environment has already.
    added: Vec<(&'static str, String)>,
    /// Variables whose value is where the observatory listens, which is known once it does.
    filled: Vec<Fill>,
}

/// A variable that the observatory's address fills.
enum Fill {
    /// `OTEL_EXPORTER_OTLP_ENDPOINT`
    Otlp,
    /// `AWS_ENDPOINT_URL`
    Aws,
    /// `AWS_XRAY_DAEMON_ADDRESS`
    XrayDaemon,
}

/// Where the observatory listens.
pub(super) struct Observatory {
    /// `http://127.0.0.1:4318`
    pub(super) http: String,
    /// `127.0.0.1:2000`
    pub(super) xray_daemon: String,
}

impl Destination {
    /// Decides from the environment, where `lookup` gives only what is set and not empty.
    pub(super) fn read(
        protocol: Protocol,
        lookup: impl Fn(&str) -> Option<String>,
        live: bool,
    ) -> anyhow::Result<Self> {
        match protocol {
            Protocol::Otlp => Self::otlp(lookup, live),
            Protocol::Aws => aws::read(lookup, live),
        }
    }

    fn otlp(lookup: impl Fn(&str) -> Option<String>, live: bool) -> anyhow::Result<Self> {
        let set = [TRACES_ENDPOINT, ENDPOINT]
            .into_iter()
            .find_map(|name| Some((name, lookup(name)?)));
        let key = lookup(KEY);
        let mut gets_key = false;
        let mut added = Vec::new();
        let endpoint = match set {
            Some((name, endpoint)) if endpoint.starts_with("https://") && !live => {
                bail!(needs_tls(name, &endpoint))
            }
            Some((_, endpoint)) => endpoint,
            None if !live => {
                return Ok(Self {
                    elsewhere: None,
                    added,
                    filled: vec![Fill::Otlp],
                });
            }
            None => {
                ensure!(
                    key.is_some(),
                    "--live needs to know where to send: set {KEY} to a key of your Honeycomb environment, or {ENDPOINT} to another service"
                );
                gets_key = true;
                let endpoint = lookup(API_ENDPOINT).unwrap_or_else(|| HONEYCOMB.to_owned());
                added.push((ENDPOINT, endpoint.clone()));
                endpoint
            }
        };
        let has_headers = lookup(HEADERS).or_else(|| lookup(TRACES_HEADERS)).is_some();
        // A key is for the service that gave it, and for nobody else.
        if let Some(key) = key
            && !has_headers
            && (gets_key || is_honeycomb(&endpoint))
        {
            added.push((HEADERS, format!("x-honeycomb-team={key}")));
        }
        Ok(Self {
            elsewhere: Some(without_secrets(&endpoint)),
            added,
            filled: Vec::new(),
        })
    }

    /// The variables for a service that exports.
    pub(super) fn variables(&self, observatory: &Observatory) -> Vec<(&'static str, String)> {
        let filled = self.filled.iter().map(|fill| match fill {
            Fill::Otlp => (ENDPOINT, observatory.http.clone()),
            Fill::Aws => (aws::ENDPOINT, observatory.http.clone()),
            Fill::XrayDaemon => (aws::XRAY_DAEMON, observatory.xray_daemon.clone()),
        });
        filled.chain(self.added.iter().cloned()).collect()
    }
}

fn needs_tls(name: &str, endpoint: &str) -> String {
    format!(
        "{name} is {}, which needs TLS: run `cargo lab up --live`, or unset {name} to send to the observatory",
        without_secrets(endpoint)
    )
}

/// Whether `endpoint` is a Honeycomb host (there is one a region), by TLS.
pub(super) fn is_honeycomb(endpoint: &str) -> bool {
    let Some(rest) = endpoint.strip_prefix("https://") else {
        return false;
    };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.split(':').next().unwrap_or_default();
    // `api.honeycomb.io:x@elsewhere` is elsewhere.
    !authority.contains('@') && (host == "honeycomb.io" || host.ends_with(".honeycomb.io"))
}

/// The address without what may hold a password or a key: what stands before `@`, and the query. What is no address is not shown.
pub(super) fn without_secrets(endpoint: &str) -> String {
    let Some((scheme @ ("http" | "https"), rest)) = endpoint.split_once("://") else {
        return "an address (not shown)".to_owned();
    };
    let address = match rest.rsplit_once('@') {
        // An `@` behind the host, or a password that was not escaped: what is the host is not sure.
        Some((before, _)) if before.contains(['/', '?', '#']) => "(not shown)",
        Some((_, host)) => host,
        None => rest,
    };
    let address = address.split(['?', '#']).next().unwrap_or_default();
    format!("{scheme}://{address}")
}

/// Whether it is sure to be no key: words of regions and hosts are short, and nobody stands before an `@`.
fn is_plain(value: &str) -> bool {
    const LONGEST_WORD: usize = 15;
    let mut words = value.split(|c: char| !c.is_ascii_alphanumeric());
    !value.contains(['@', '?', '#', '_']) && words.all(|word| word.len() <= LONGEST_WORD)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Where spans go with `--live`, and what services are told.
    #[track_caller]
    fn check(variables: &[(&str, &str)], wanted: &str) {
        let lookup = |name: &str| {
            let mut set = variables.iter();
            let value = set.find(|(set, _)| *set == name)?.1;
            Some(value.to_owned())
        };
        let destination = Destination::read(Protocol::Otlp, lookup, true).expect("a destination");
        let told: Vec<_> = destination
            .added
            .iter()
            .map(|(name, value)| format!(" {name}={value}"))
            .collect();
        let whither = destination.elsewhere.unwrap_or_default();
        assert_eq!(whither + &told.concat(), wanted, "{variables:?}");
    }

    #[test]
    fn the_key_goes_to_whom_it_is_for() {
        let key = (KEY, "K");
        let headers = format!("{HEADERS}=x-honeycomb-team=K");
        check(
            &[key],
            &format!("{HONEYCOMB} {ENDPOINT}={HONEYCOMB} {headers}"),
        );
        let europe = "https://api.eu1.honeycomb.io";
        check(
            &[key, (API_ENDPOINT, europe)],
            &format!("{europe} {ENDPOINT}={europe} {headers}"),
        );
        check(&[key, (ENDPOINT, europe)], &format!("{europe} {headers}"));
        check(
            &[key, (ENDPOINT, "http://otel:4318"), (API_ENDPOINT, europe)],
            "http://otel:4318",
        );
    }

    #[test]
    fn secrets_are_not_shown() {
        for (address, wanted) in [
            ("http://user:SECRET@localhost:9", "http://localhost:9"),
            ("http://[::1]:9/v1?key=SECRET", "http://[::1]:9/v1"),
            ("http://user:SE?CRET@localhost", "http://(not shown)"),
            ("http://user:SE/CRET@localhost", "http://(not shown)"),
            ("hcaik_0a1b", "an address (not shown)"),
        ] {
            assert_eq!(without_secrets(address), wanted);
        }
    }
}
