//! Where the front-end page's spans go, from the user's browser, in which no key may be. Where the services' go is `destination`'s.

use anyhow::ensure;

use super::destination::{is_honeycomb, without_secrets};

const ENDPOINT: &str = "FRONTEND_OTLP_ENDPOINT";
/// What the page's browser runs to make them, from the workspace's folder.
const COMPANION: &str = "frontend-telemetry/dist/companion.js";

/// Whether and where the page sends its spans.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum PageSpans {
    /// It makes none: those of the services go to somebody who wants a key.
    None,
    /// To the observatory, as those of the services.
    Observatory,
    /// To the user's own Collector, as browsers reach it.
    Endpoint(String),
}

impl PageSpans {
    /// Decides from the environment, where `lookup` gives only what is set and not empty.
    pub(super) fn read(
        to_observatory: bool,
        lookup: impl Fn(&str) -> Option<String>,
    ) -> anyhow::Result<Self> {
        let Some(endpoint) = lookup(ENDPOINT) else {
            return Ok(match to_observatory {
                true => Self::Observatory,
                false => Self::None,
            });
        };
        let shown = without_secrets(&endpoint);
        ensure!(
            endpoint.starts_with("http://") || endpoint.starts_with("https://"),
            "{ENDPOINT} is {shown}: give the address of a Collector, such as http://localhost:4318"
        );
        ensure!(
            !endpoint.contains(['@', '?', '#']) && !is_honeycomb(&endpoint),
            "{ENDPOINT} is {shown}, which wants a key: everybody who opens the page could read it there. Give the address of a Collector, which has the key"
        );
        Ok(Self::Endpoint(endpoint))
    }

    /// What the front end's program is told.
    pub(super) fn arguments(&self) -> Vec<&str> {
        match self {
            Self::None => Vec::new(),
            Self::Observatory => vec!["--companion", COMPANION],
            Self::Endpoint(endpoint) => vec!["--companion", COMPANION, "--endpoint", endpoint],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_key_comes_into_a_browser() {
        for (to_observatory, set, wanted) in [
            (true, None, Ok(PageSpans::Observatory)),
            (false, None, Ok(PageSpans::None)),
            (
                false,
                Some("https://c.example:4318"),
                Ok(PageSpans::Endpoint("https://c.example:4318".to_owned())),
            ),
            (true, Some("localhost:4318"), Err("give the address")),
            (
                true,
                Some("http://SECRET@c:4318"),
                Err("is http://c:4318, which wants a key"),
            ),
            (true, Some("https://api.honeycomb.io"), Err("wants a key")),
        ] {
            let read = PageSpans::read(to_observatory, |name| {
                set.filter(|_| name == ENDPOINT).map(str::to_owned)
            });
            match (read.map_err(|error| error.to_string()), wanted) {
                (Ok(read), Ok(wanted)) => assert_eq!(read, wanted),
                (Err(error), Err(part)) => assert!(error.contains(part), "{error}"),
                (read, wanted) => panic!("{read:?} instead of {wanted:?}"),
            }
        }
    }

    /// The path is the services' own, so it has to be right.
    #[test]
    fn the_companion_is_there() {
        let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
        assert!(std::path::Path::new(root).join(COMPANION).is_file());
    }
}
