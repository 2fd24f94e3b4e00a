//! The query API's parameters: camel case, or the older snake case; what is not known is refused by name.

use std::collections::BTreeMap;

use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use super::{MAX_SEARCH_DEPTH, Refusal};
use crate::model::TraceQuery;

/// Traces in an answer when the query does not say.
const DEFAULT_SEARCH_DEPTH: usize = 100;

/// The parameters of a search for traces.
pub(super) const SEARCH: &[&str] = &[
    "query.serviceName",
    "query.operationName",
    "query.attributes",
    "query.startTimeMin",
    "query.startTimeMax",
    "query.durationMin",
    "query.durationMax",
    "query.searchDepth",
    "query.numTraces",
    "query.rawTraces",
];

/// Parameters by the name under which `known` lists them.
pub(super) struct Parameters(BTreeMap<&'static str, String>);

impl Parameters {
    /// Splits an address's query; empty values count as missing, as they do for Jaeger.
    pub(super) fn read(query: Option<&str>, known: &[&'static str]) -> Result<Self, Refusal> {
        let mut parameters = BTreeMap::new();
        for pair in query
            .unwrap_or_default()
            .split('&')
            .filter(|pair| !pair.is_empty())
        {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let name = unescape(name)?;
            let Some(known) = known
                .iter()
                .find(|known| **known == name || snake(known) == name)
            else {
                let known = if known.is_empty() {
                    "none".to_owned()
                } else {
                    known.join(", ")
                };
                return Err(Refusal::bad(format!(
                    "unsupported parameter {name}; the parameters taken here: {known}"
                )));
            };
            let value = unescape(value)?;
            if !value.is_empty() && parameters.insert(*known, value).is_some() {
                return Err(Refusal::bad(format!("parameter {known} is given twice")));
            }
        }
        Ok(Self(parameters))
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    pub(super) fn span_kind(&self) -> Result<Option<&str>, Refusal> {
        const KINDS: [&str; 6] = [
            "server",
            "client",
            "internal",
            "producer",
            "consumer",
            "unspecified",
        ];
        match self.get("spanKind") {
            Some(kind) if !KINDS.contains(&kind) => Err(malformed(
                "spanKind",
                kind,
                &format!("one of {} is wanted", KINDS.join(", ")),
            )),
            kind => Ok(kind),
        }
    }

    /// Start and end of the window in which a trace is looked for.
    pub(super) fn window(&self) -> Result<(Option<u64>, Option<u64>), Refusal> {
        self.flag("rawTraces")?;
        Ok((self.moment("startTime")?, self.moment("endTime")?))
    }

    /// The search that the parameters describe.
    pub(super) fn search(&self) -> Result<TraceQuery, Refusal> {
        let (Some(min), Some(max)) = (
            self.moment("query.startTimeMin")?,
            self.moment("query.startTimeMax")?,
        ) else {
            return Err(Refusal::bad(
                "query.startTimeMin and query.startTimeMax are required",
            ));
        };
        if min >= max {
            return Err(Refusal::bad(
                "query.startTimeMin must be before query.startTimeMax",
            ));
        }
        // Traces are given as they came in, so raw or not is the same.
        self.flag("query.rawTraces")?;
        Ok(TraceQuery {
            service: self.get("query.serviceName").map(str::to_owned),
            name: self.get("query.operationName").map(str::to_owned),
            min_duration_nano: self.duration("query.durationMin")?,
            max_duration_nano: self.duration("query.durationMax")?,
            error: None,
            attributes: self.attributes()?,
            start_min_unix_nano: Some(min),
            start_max_unix_nano: Some(max),
            after: None,
            limit: self.depth()?,
        })
    }

    fn depth(&self) -> Result<usize, Refusal> {
        let given = ["query.searchDepth", "query.numTraces"]
            .into_iter()
            .find_map(|name| Some((name, self.get(name)?)));
        let Some((name, text)) = given else {
            return Ok(DEFAULT_SEARCH_DEPTH);
        };
        match text.parse() {
            Ok(depth) if (1..=MAX_SEARCH_DEPTH).contains(&depth) => Ok(depth),
            _ => Err(malformed(name, text, "a number from 1 to 1000 is wanted")),
        }
    }

    fn attributes(&self) -> Result<Vec<(String, String)>, Refusal> {
        let name = "query.attributes";
        let Some(text) = self.get(name) else {
            return Ok(Vec::new());
        };
        let map: BTreeMap<String, String> = serde_json::from_str(text).map_err(|error| {
            malformed(
                name,
                text,
                &format!("a JSON object of texts is wanted ({error})"),
            )
        })?;
        Ok(map.into_iter().collect())
    }

    fn flag(&self, name: &'static str) -> Result<(), Refusal> {
        match self.get(name) {
            None | Some("1" | "t" | "T" | "TRUE" | "true" | "True") => Ok(()),
            Some("0" | "f" | "F" | "FALSE" | "false" | "False") => Ok(()),
            Some(text) => Err(malformed(name, text, "true or false is wanted")),
        }
    }

    /// Nanoseconds since the epoch; a moment before it counts as the epoch.
    fn moment(&self, name: &'static str) -> Result<Option<u64>, Refusal> {
        let Some(text) = self.get(name) else {
            return Ok(None);
        };
        let moment = OffsetDateTime::parse(text, &Rfc3339).map_err(|_| {
            malformed(
                name,
                text,
                "a time such as 2026-01-02T15:04:05.678Z is wanted",
            )
        })?;
        Ok(Some(
            u64::try_from(moment.unix_timestamp_nanos().max(0)).unwrap_or(u64::MAX),
        ))
    }

    fn duration(&self, name: &'static str) -> Result<Option<u64>, Refusal> {
        self.get(name)
            .map(|text| {
                duration(text).ok_or_else(|| {
                    malformed(
                        name,
                        text,
                        "a duration such as 1.5s, 200ms or 1m30s is wanted",
                    )
                })
            })
            .transpose()
    }
}

fn malformed(name: &str, value: &str, wanted: &str) -> Refusal {
    Refusal::bad(format!(
        "malformed parameter {name}: {wanted}, not {value:?}"
    ))
}

/// `query.serviceName` to `query.service_name`.
fn snake(name: &str) -> String {
    name.chars().fold(String::new(), |mut snake, character| {
        if character.is_ascii_uppercase() {
            snake.push('_');
        }
        snake.push(character.to_ascii_lowercase());
        snake
    })
}

/// A duration as Go writes it: decimal numbers with units, one after the other.
fn duration(text: &str) -> Option<u64> {
    let mut rest = text.strip_prefix('+').unwrap_or(text);
    if rest == "0" {
        return Some(0);
    }
    let mut total = 0.0_f64;
    let mut is_empty = true;
    while !rest.is_empty() {
        let digits =
            rest.find(|character: char| !character.is_ascii_digit() && character != '.')?;
        let number: f64 = rest[..digits].parse().ok()?;
        rest = &rest[digits..];
        let (unit, nanoseconds) = [
            ("ns", 1.0),
            ("us", 1e3),
            ("µs", 1e3),
            ("μs", 1e3),
            ("ms", 1e6),
            ("s", 1e9),
            ("m", 6e10),
            ("h", 3.6e12),
        ]
        .into_iter()
        .find(|(unit, _)| rest.starts_with(unit))?;
        rest = &rest[unit.len()..];
        total += number * nanoseconds;
        is_empty = false;
    }
    (!is_empty && total < 9.2e18).then_some(total.round() as u64)
}

/// Undoes an address's escapes: `+` is a space, `%41` an `A`.
fn unescape(text: &str) -> Result<String, Refusal> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let mut digit = || char::from(rest.next()?).to_digit(16);
                let value = digit().and_then(|high| Some(high * 16 + digit()?));
                value
                    .and_then(|value| u8::try_from(value).ok())
                    .ok_or_else(|| {
                        Refusal::bad(format!("{text:?} has an incomplete escape; write % as %25"))
                    })?
            }
            byte => byte,
        });
    }
    String::from_utf8(bytes).map_err(|_| Refusal::bad(format!("{text:?} is not UTF-8")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_durations_as_go_writes_them() {
        #[track_caller]
        fn check(text: &str, expected: Option<u64>) {
            assert_eq!(duration(text), expected, "{text}");
        }
        check("0", Some(0));
        check("1s", Some(1_000_000_000));
        check("1.5s", Some(1_500_000_000));
        check("1m30s", Some(90_000_000_000));
        check("200ms", Some(200_000_000));
        check("5us", Some(5_000));
        check("5µs", Some(5_000));
        check("7ns", Some(7));
        check("2h", Some(7_200_000_000_000));
        check("", None);
        check("5", None);
        check("s", None);
        check("1x", None);
        check("-1s", None);
        check("1..5s", None);
        check("999999999h", None);
    }
}
