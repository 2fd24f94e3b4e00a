//! What answers of Honeycomb mean, and what to do about each.

use reqwest::header::HeaderMap;
use serde::Deserialize;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc2822;

use crate::finding::Finding;

/// Beyond this, spans land where nobody looks for them.
const CLOCK_DIFFERENCE: u64 = 60;

/// What `GET /1/auth` tells, as far as it is needed.
/// Source: Honeycomb API Reference, "Auth".
#[derive(Deserialize)]
struct Auth {
    api_key_access: Access,
    #[serde(default)]
    environment: Named,
    #[serde(default)]
    team: Named,
}

#[derive(Deserialize)]
struct Access {
    #[serde(default)]
    events: bool,
}

#[derive(Default, Deserialize)]
struct Named {
    #[serde(default)]
    slug: String,
}

/// Of the answer about the key; and whether a span is worth sending.
pub(super) fn auth(whom: &str, status: u16, body: &str) -> (Finding, bool) {
    match status {
        200 => match serde_json::from_str::<Auth>(body) {
            Ok(auth) if auth.api_key_access.events => {
                let whose = if auth.environment.slug.is_empty() {
                    format!("team {}, Honeycomb Classic", auth.team.slug)
                } else {
                    format!(
                        "team {}, environment {}",
                        auth.team.slug, auth.environment.slug
                    )
                };
                (Finding::ok(format!("{whom}: knows the key, {whose}")), true)
            }
            Ok(_) => (
                Finding::problem(
                    format!("{whom}: knows the key, but it may not send events"),
                    "Make an ingest key, or give this one the permission to send events: Environment settings, API keys.",
                ),
                false,
            ),
            Err(_) => (not_honeycomb(whom), true),
        },
        401 => (unknown_key(whom), false),
        404 => (not_honeycomb(whom), true),
        _ => (refused(whom, status), status == 403),
    }
}

/// Of the answer to a span.
pub(super) fn span(whom: &str, status: u16, body: &str, trace: &str) -> Finding {
    match status {
        200..=299 => match rejected(body) {
            None => Finding::ok(format!(
                "{whom}: took a span, service `cargo-lab-doctor`, trace {trace}"
            )),
            Some(why) => Finding::problem(
                format!("{whom}: answered {status}, but did not take the span"),
                format!("The service says: {why}"),
            ),
        },
        401 if body.contains("x-honeycomb-dataset") => Finding::problem(
            format!("{whom}: the key is of Honeycomb Classic, which wants to be told the dataset"),
            "Add it: OTEL_EXPORTER_OTLP_HEADERS=x-honeycomb-team=YOUR_API_KEY,x-honeycomb-dataset=cruddur; or use a key of an environment.",
        ),
        401 if body.contains("missing 'x-honeycomb-team'") => Finding::problem(
            format!("{whom}: wants a key, and none was sent"),
            "Set HONEYCOMB_API_KEY, or OTEL_EXPORTER_OTLP_HEADERS=x-honeycomb-team=YOUR_API_KEY.",
        ),
        401 => unknown_key(whom),
        404 => Finding::problem(
            format!("{whom}: takes no spans at this address (404)"),
            "OTEL_EXPORTER_OTLP_ENDPOINT is the address without /v1/traces, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT the one with it.",
        ),
        _ => refused(whom, status),
    }
}

/// The difference between this clock and the service's, if it is too large; `now` in seconds since the Unix epoch.
pub(super) fn clock(whom: &str, headers: &HeaderMap, now: u64) -> Option<Finding> {
    let date = headers.get("date")?.to_str().ok()?;
    let theirs = OffsetDateTime::parse(date, &Rfc2822).ok()?.unix_timestamp();
    let theirs = u64::try_from(theirs).ok()?;
    let difference = now.abs_diff(theirs);
    let direction = if now > theirs { "fast" } else { "slow" };
    (difference > CLOCK_DIFFERENCE).then(|| {
        Finding::problem(
            format!("this machine's clock is {difference} s {direction}, by the clock of {whom}"),
            "Correct it (`sudo timedatectl set-ntp true`, or in the system's settings): spans would be where nobody looks for them.",
        )
    })
}

/// Why spans of a request that was answered well were not taken.
fn rejected(body: &str) -> Option<String> {
    let answer: serde_json::Value = serde_json::from_str(body).ok()?;
    let partial = answer.get("partialSuccess")?;
    let count = partial.get("rejectedSpans")?;
    // JSON of protobuf writes it as a text, some write a number.
    let is_none = matches!(count.as_str(), Some("" | "0")) || count.as_u64() == Some(0);
    let why = partial.get("errorMessage").and_then(|why| why.as_str());
    (!is_none).then(|| why.unwrap_or("no reason").to_owned())
}

fn unknown_key(whom: &str) -> Finding {
    Finding::problem(
        format!("{whom}: does not know the key (401)"),
        "Copy it anew (Environment settings, API keys). A key of the EU is unknown in the US and the other way round: \
         for the EU, OTEL_EXPORTER_OTLP_ENDPOINT=https://api.eu1.honeycomb.io.",
    )
}

fn not_honeycomb(whom: &str) -> Finding {
    Finding::note(
        format!("{whom}: does not answer about keys as Honeycomb does"),
        "If it should be Honeycomb, correct the endpoint: https://api.honeycomb.io, or https://api.eu1.honeycomb.io.",
    )
}

fn refused(whom: &str, status: u16) -> Finding {
    match status {
        403 => Finding::problem(
            format!("{whom}: the key may not do this (403)"),
            "Use an ingest key of your environment; or a proxy or a firewall refused it: try another network.",
        ),
        407 => Finding::problem(
            format!("{whom}: the proxy wants a name and a password (407)"),
            "Put them into HTTPS_PROXY: http://NAME:PASSWORD@HOST:PORT.",
        ),
        429 => Finding::note(
            format!("{whom}: too many events at the moment, or the month's limit is reached (429)"),
            "Try again in a minute; Team settings, Usage tells what is left.",
        ),
        500.. => Finding::note(
            format!("{whom}: the service itself failed ({status})"),
            "Try again in some minutes; https://status.honeycomb.io says whether others have it too.",
        ),
        _ => Finding::problem(
            format!("{whom}: refused ({status})"),
            "If an endpoint is set, is it the right one?",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OK: &str =
        r#"{"api_key_access":{"events":true},"team":{"slug":"t"},"environment":{"slug":"e"}}"#;

    #[test]
    fn about_the_key() {
        for (status, body, wanted, goes_on) in [
            (200, OK, "knows the key, team t, environment e", true),
            (
                200,
                r#"{"api_key_access":{"events":true},"team":{"slug":"t"},"environment":{"slug":""}}"#,
                "team t, Honeycomb Classic",
                true,
            ),
            (
                200,
                r#"{"api_key_access":{"events":false}}"#,
                "may not send events",
                false,
            ),
            (200, "<html>", "does not answer about keys", true),
            (401, "", "does not know the key", false),
            (404, "", "does not answer about keys", true),
            (429, "", "too many events", false),
        ] {
            let (finding, is_worth_a_span) = auth("H", status, body);
            let told = format!("{finding:?}");
            assert!(told.contains(wanted), "{told}");
            assert_eq!(is_worth_a_span, goes_on, "{status} {body}");
        }
    }

    #[test]
    fn about_the_span() {
        for (status, body, wanted) in [
            (200, "", "took a span"),
            (200, r#"{"partialSuccess":{}}"#, "took a span"),
            (
                200,
                r#"{"partialSuccess":{"rejectedSpans":"1","errorMessage":"too old"}}"#,
                "did not take the span",
            ),
            (
                401,
                r#"{"message":"missing 'x-honeycomb-dataset' header"}"#,
                "Honeycomb Classic",
            ),
            (
                401,
                r#"{"message":"missing 'x-honeycomb-team' header"}"#,
                "none was sent",
            ),
            (401, "", "does not know the key"),
            (404, "", "takes no spans"),
            (503, "", "itself failed (503)"),
        ] {
            let told = format!("{:?}", span("H", status, body, "abc"));
            assert!(told.contains(wanted), "{told}");
        }
    }

    #[test]
    fn clocks() {
        let mut headers = HeaderMap::new();
        assert_eq!(clock("H", &headers, 0), None);
        headers.insert(
            "date",
            "Tue, 14 Nov 2023 22:13:20 GMT".parse().expect("a header"),
        );
        assert_eq!(clock("H", &headers, 1_700_000_030), None);
        for (now, wanted) in [
            (1_700_000_300, "300 s fast"),
            (1_699_999_000, "1000 s slow"),
        ] {
            let told = format!("{:?}", clock("H", &headers, now));
            assert!(told.contains(wanted), "{told}");
        }
    }
}
