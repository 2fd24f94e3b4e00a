//! A query in the learner's file, and the traces that it finds beside those wanted.

use std::collections::BTreeSet;

use incident_recording::{Span, TraceId};
use span_query::{Error, Query, Value, field};
use span_snapshot::verdict;

use super::{Hour, counted};

/// Evidence about one trace, and what to do.
pub(crate) struct Evidence {
    pub(crate) cause: &'static str,
    /// What the trace is, after its ID.
    pub(crate) what: String,
    pub(crate) help: &'static str,
}

/// Fails unless the query in the file groups by trace, and its groups are exactly these.
pub(crate) fn check(
    hour: &Hour,
    file: &str,
    wanted: &BTreeSet<TraceId>,
    missing: &dyn Fn(&[Span]) -> Evidence,
    other: &dyn Fn(&[Span]) -> Evidence,
) {
    let (found, limit) = found(hour, file);
    compare(hour, file, &found, wanted, missing, other);
    if found.len() > limit {
        verdict(
            "cut-short",
            &format!(
                "{file} finds {}, and shows {limit} of them",
                counted(found.len(), "trace")
            ),
            "an answer has 100 groups unless the query says otherwise: `\"limit\": 1000`",
        );
    }
}

/// Fails with a trace that is among one and not the other; of several the earliest.
pub(crate) fn compare(
    hour: &Hour,
    what: &str,
    found: &BTreeSet<TraceId>,
    wanted: &BTreeSet<TraceId>,
    missing: &dyn Fn(&[Span]) -> Evidence,
    other: &dyn Fn(&[Span]) -> Evidence,
) {
    if found.is_empty() {
        verdict(
            "nothing-found",
            &format!("{what} finds no trace in the recorded hour"),
            "ask with fewer conditions until something comes, and look at one of its traces: which values are there?",
        );
    }
    // A trace begins with the second in which it began, so the first in order is the earliest.
    if let Some(id) = found.difference(wanted).next() {
        let evidence = other(hour.trace(*id));
        verdict(
            evidence.cause,
            &format!("{what} finds too much\ntrace {id} {}", evidence.what),
            evidence.help,
        );
    }
    if let Some(id) = wanted.difference(found).next() {
        let evidence = missing(hour.trace(*id));
        verdict(
            evidence.cause,
            &format!("{what} does not find all\ntrace {id} {}", evidence.what),
            evidence.help,
        );
    }
}

/// The traces that the query in the file finds, whatever its limit, and that limit.
fn found(hour: &Hour, file: &str) -> (BTreeSet<TraceId>, usize) {
    let path = format!("{}/{file}", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| {
        verdict(
            "query-unreadable",
            &format!("{file}: {error}"),
            "put the file back: `git checkout` it",
        )
    });
    let mut query: Query = text.parse().unwrap_or_else(|error| refused(file, &error));
    // The limit is looked at last: a query that finds too much is not to be told that it shows too little.
    let limit = std::mem::replace(&mut query.limit, usize::MAX);
    let answer = hour
        .stores
        .honeycomb(&query)
        .unwrap_or_else(|error| refused(file, &error));
    if let Some(unknown) = answer.unknown_columns.first() {
        let nearest = match &unknown.nearest {
            Some(nearest) => format!("; did you mean `{nearest}`?"),
            None => String::new(),
        };
        verdict(
            "unknown-column",
            &format!(
                "{file} names the column `{}`, which no span has{nearest}",
                unknown.name
            ),
            "the query page completes the names of columns as you type",
        );
    }
    let column = query
        .breakdowns
        .iter()
        .position(|column| column.to_string() == field::TRACE_ID);
    let (Some(column), 1) = (column, query.breakdowns.len()) else {
        verdict(
            "not-by-trace",
            &format!("{file} groups by {}", list(&query)),
            "a group for each trace, and nothing else: `\"breakdowns\": [\"trace.trace_id\"]`",
        )
    };
    let ids = answer
        .table
        .rows
        .iter()
        .filter_map(|row| match &row[column] {
            Value::String(text) => parse(text),
            _ => None,
        });
    (ids.collect(), limit)
}

fn list(query: &Query) -> String {
    let names: Vec<String> = query
        .breakdowns
        .iter()
        .map(|column| format!("`{column}`"))
        .collect();
    match names.as_slice() {
        [] => "nothing".to_owned(),
        names => names.join(" and "),
    }
}

fn refused(file: &str, error: &Error) -> ! {
    let help = match error {
        // The reader notices a comma only at what comes after it.
        Error::Json(_) => {
            "correct the file in that line, or in the line before: is a comma missing or too many, or a bracket or quote not closed?"
        }
        _ => "correct the file at that place; the query page shows what you ask there as JSON",
    };
    verdict("query-refused", &format!("{file}: {error}"), help)
}

/// A trace's ID, in hexadecimal digits or as X-Ray writes it.
pub(crate) fn parse(text: &str) -> Option<TraceId> {
    let text = text.trim();
    let hex = match text.strip_prefix("1-") {
        Some(rest) => rest.replacen('-', "", 1),
        None => text.to_owned(),
    };
    if hex.len() != 32 || !hex.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return None;
    }
    let number = u128::from_str_radix(&hex, 16).ok()?;
    Some(TraceId(number.to_be_bytes()))
}
