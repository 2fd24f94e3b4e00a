//! Honeycomb's key: in the variable of its own and in the headers of OTLP.

use super::values::{Address, KeyForm, wrapping};
use super::{Seen, Variables};

const KEY: &str = "HONEYCOMB_API_KEY";
const HEADERS: [&str; 2] = [
    "OTEL_EXPORTER_OTLP_TRACES_HEADERS",
    "OTEL_EXPORTER_OTLP_HEADERS",
];
const ENDPOINTS: [&str; 2] = [
    "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
    "OTEL_EXPORTER_OTLP_ENDPOINT",
];
const TEAM: &str = "x-honeycomb-team";
const WHERE: &str = "Take the key from Honeycomb: Environment settings, API keys.";

pub(super) fn judge(variables: &Variables) -> Vec<Seen> {
    let mut seen = Vec::new();
    if let Some(key) = variables.get(KEY) {
        seen.extend(judge_key(&variables.called(KEY), key));
    }
    for name in HEADERS {
        if let Some(headers) = variables.get(name) {
            judge_headers(&variables.called(name), headers, &mut seen);
        }
    }
    let goes_to_honeycomb = variables
        .first(&ENDPOINTS)
        .and_then(|(_, value)| Address::parse(value))
        .is_some_and(|address| address.is_honeycomb());
    match variables.first(&HEADERS) {
        None if goes_to_honeycomb && variables.get(KEY).is_none() => seen.push(Seen::problem(
            "spans go to Honeycomb, and no key is set",
            format!("Set {KEY} to the key of your environment. {WHERE}"),
        )),
        Some((name, headers)) if goes_to_honeycomb && !has_team(headers) => {
            seen.push(Seen::problem(
                format!("{} has no header `{TEAM}`, without which Honeycomb refuses spans", variables.called(name)),
                format!("Write it like {TEAM}=YOUR_API_KEY; several headers stand side by side with commas."),
            ));
        }
        Some((name, headers))
            if variables
                .get(KEY)
                .is_some_and(|key| has_team(headers) && !headers.contains(key.trim())) =>
        {
            seen.push(Seen::note(
                format!("{KEY} and {} hold different keys", variables.called(name)),
                format!("The headers win: unset {KEY}, or the headers."),
            ));
        }
        _ => {}
    }
    seen
}

fn judge_key(called: &str, key: &str) -> Option<Seen> {
    if let Some(what) = wrapping(key) {
        return Some(Seen::problem(
            format!("{called} has {what} in it, which is no part of the key"),
            "Set it to the key alone.",
        ));
    }
    let form = KeyForm::of(key);
    match form {
        KeyForm::Honeycomb => None,
        KeyForm::HoneycombId => Some(Seen::problem(
            format!("{called} is only the ID of a key"),
            "The key is the ID and the secret, one behind the other: 64 characters. The secret is shown once, when the key is made: make a new one.",
        )),
        KeyForm::HoneycombManagement => Some(Seen::problem(
            format!("{called} is a management key, which takes no spans"),
            format!("Use an ingest key. {WHERE}"),
        )),
        KeyForm::Placeholder => Some(Seen::problem(
            format!("{called} is {}", form.called()),
            WHERE,
        )),
        KeyForm::Unknown => Some(Seen::note(
            format!("{called} does not look like a key of Honeycomb's (64, 22 or 32 characters)"),
            format!("`cargo lab doctor --live` asks Honeycomb. {WHERE}"),
        )),
        KeyForm::AwsId | KeyForm::AwsTemporaryId | KeyForm::AwsSecret => Some(Seen::problem(
            format!("{called} looks like {}", form.called()),
            format!("Put that into AWS_ACCESS_KEY_ID or AWS_SECRET_ACCESS_KEY. {WHERE}"),
        )),
    }
}

fn judge_headers(called: &str, headers: &str, seen: &mut Vec<Seen>) {
    for pair in headers.split(',').filter(|pair| !pair.trim().is_empty()) {
        let Some((name, value)) = pair.split_once('=') else {
            seen.push(Seen::problem(
                format!("{called} has a part without `=`"),
                format!("Write it like {TEAM}=YOUR_API_KEY."),
            ));
            continue;
        };
        // The name is shown only where it is sure to be none of a key's parts.
        let name = name.trim();
        if name.eq_ignore_ascii_case(TEAM) {
            if value.trim().is_empty() {
                seen.push(Seen::problem(
                    format!("{called} gives the header `{TEAM}` no value"),
                    WHERE,
                ));
            } else {
                let header = format!("the header `{TEAM}` in {called}");
                // Spaces around a value are taken away by whoever reads the variable.
                seen.extend(judge_key(&header, value.trim()));
            }
        } else if looks_like_team(name) {
            seen.push(Seen::problem(
                format!("{called} has a header that is nearly, but not, `{TEAM}`"),
                format!("Write it like {TEAM}=YOUR_API_KEY."),
            ));
        }
    }
}

fn has_team(headers: &str) -> bool {
    headers
        .split(',')
        .filter_map(|pair| pair.split_once('='))
        .any(|(name, _)| name.trim().eq_ignore_ascii_case(TEAM))
}

/// Whether somebody who wrote `name` is likely to have meant the key's header.
fn looks_like_team(name: &str) -> bool {
    let letters: String = name
        .chars()
        .filter(char::is_ascii_alphabetic)
        .collect::<String>()
        .to_lowercase();
    letters != "xhoneycombdataset" && (letters.contains("honey") || letters.ends_with("team"))
}

#[cfg(test)]
mod tests {
    use super::super::check;
    use super::*;

    fn ingest() -> String {
        format!("hcaik_{}", &"7c".repeat(29))
    }

    const FINE: &str = "ok: the environment has 1 variable that the labs read, and it looks right";

    #[test]
    fn the_key() {
        check(&[(KEY, &ingest())], &[FINE]);
        check(&[(KEY, " ")], &[FINE]);
        for value in [format!("\"{}\"", ingest()), format!("{}'", ingest())] {
            check(
                &[(KEY, &value)],
                &[
                    "problem: HONEYCOMB_API_KEY has a quote in it, which is no part of the key / Set it to the key alone.",
                ],
            );
        }
        check(
            &[(KEY, &format!("{}\n", ingest()))],
            &[
                "problem: HONEYCOMB_API_KEY has a line end in it, which is no part of the key / Set it to the key alone.",
            ],
        );
        check(
            &[(KEY, &ingest()[..32])],
            &[
                "problem: HONEYCOMB_API_KEY is only the ID of a key / The key is the ID and the secret, one behind the other: \
               64 characters. The secret is shown once, when the key is made: make a new one.",
            ],
        );
        check(
            &[(KEY, "YOUR_API_KEY")],
            &[&format!(
                "problem: HONEYCOMB_API_KEY is what stands in the guide in the place of a key / {WHERE}"
            )],
        );
        check(
            &[(KEY, &format!("AKIA{}", "Q2".repeat(8)))],
            &[&format!(
                "problem: HONEYCOMB_API_KEY looks like the ID of an AWS access key / Put that into AWS_ACCESS_KEY_ID or AWS_SECRET_ACCESS_KEY. {WHERE}"
            )],
        );
        check(
            &[(KEY, "secret")],
            &[&format!(
                "note: HONEYCOMB_API_KEY does not look like a key of Honeycomb's (64, 22 or 32 characters) / `cargo lab doctor --live` asks Honeycomb. {WHERE}"
            )],
        );
    }

    #[test]
    fn headers() {
        let name = HEADERS[1];
        check(&[(name, &format!("{TEAM}={}", ingest()))], &[FINE]);
        check(&[(name, "authorization=Bearer x")], &[FINE]);
        let write = "Write it like x-honeycomb-team=YOUR_API_KEY.";
        check(
            &[(name, &ingest())],
            &[&format!("problem: {name} has a part without `=` / {write}")],
        );
        check(
            &[(name, &format!("x-honeycomb-teams={}", ingest()))],
            &[&format!(
                "problem: {name} has a header that is nearly, but not, `x-honeycomb-team` / {write}"
            )],
        );
        check(
            &[(name, &format!("{TEAM}=\"{}\"", ingest()))],
            &[&format!(
                "problem: the header `{TEAM}` in {name} has a quote in it, which is no part of the key / Set it to the key alone."
            )],
        );
        check(
            &[(name, &format!("{TEAM}="))],
            &[&format!(
                "problem: {name} gives the header `{TEAM}` no value / {WHERE}"
            )],
        );
    }

    #[test]
    fn honeycomb_wants_a_key() {
        let endpoint = (ENDPOINTS[1], "https://api.eu1.honeycomb.io");
        let live = "note: OTEL_EXPORTER_OTLP_ENDPOINT is `https://api.eu1.honeycomb.io`, which needs TLS / Run `cargo lab up --live`; or unset it to send to the observatory.";
        check(
            &[endpoint],
            &[
                &format!(
                    "problem: spans go to Honeycomb, and no key is set / Set {KEY} to the key of your environment. {WHERE}"
                ),
                live,
            ],
        );
        check(&[endpoint, (KEY, &ingest())], &[live]);
        check(
            &[endpoint, (HEADERS[1], "a=b")],
            &[
                &format!(
                    "problem: {} has no header `{TEAM}`, without which Honeycomb refuses spans / \
                Write it like {TEAM}=YOUR_API_KEY; several headers stand side by side with commas.",
                    HEADERS[1]
                ),
                live,
            ],
        );
        let other = format!("{TEAM}={}", "b1".repeat(11));
        check(
            &[(KEY, &ingest()), (HEADERS[1], &other)],
            &[&format!(
                "note: {KEY} and {} hold different keys / The headers win: unset {KEY}, or the headers.",
                HEADERS[1]
            )],
        );
    }
}
