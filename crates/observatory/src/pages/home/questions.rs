//! What is asked of the store for the home page, as queries.
//!
//! A request of a service is a span that it answers with (`server`, `consumer`), or one that begins a trace.

use serde_json::{Value as Json, json};
use span_query::Query;

use super::range::{Range, STEPS};
use crate::{
    model::Dataset,
    store::{AskError, Question},
};

/// Services that are shown.
pub(crate) const MOST_SERVICES: usize = 20;
/// Groups of service and route, or of service and error, that are looked at.
const MOST_GROUPS: usize = 200;

/// How many requests each service had and how long they took.
pub(super) fn requests(range: Range, now: u64) -> Result<Question, AskError> {
    let latency = |op: &str| json!({"op": op, "column": "duration_ms"});
    question(
        range,
        now,
        &["service.name"],
        &[json!({"op": "COUNT"}), latency("P50"), latency("P95")],
        &json!({"op": "COUNT", "order": "descending"}),
        MOST_SERVICES,
    )
}

/// How many of them failed.
pub(super) fn errors(range: Range, now: u64) -> Result<Question, AskError> {
    question(
        range,
        now,
        &["service.name", "error"],
        &[json!({"op": "COUNT"})],
        &json!({"op": "COUNT", "order": "descending"}),
        MOST_GROUPS,
    )
}

/// The routes of all services, the slowest first.
pub(super) fn routes(range: Range, now: u64) -> Result<Question, AskError> {
    question(
        range,
        now,
        &["service.name", "name"],
        &[
            json!({"op": "COUNT"}),
            json!({"op": "P95", "column": "duration_ms"}),
        ],
        &json!({"op": "P95", "column": "duration_ms", "order": "descending"}),
        MOST_GROUPS,
    )
}

fn question(
    range: Range,
    now: u64,
    by: &[&str],
    calculations: &[Json],
    order: &Json,
    limit: usize,
) -> Result<Question, AskError> {
    let step = range.seconds / STEPS;
    // Whole steps, so that a sparkline does not jump about while time passes; the one that has begun is in it.
    let end = (now / step + 1) * step;
    let query: Query = json!({
        "start_time": end - range.seconds,
        "end_time": end,
        "granularity": step,
        "breakdowns": by,
        "calculations": calculations,
        "filters": [
            {"column": "span.kind", "op": "in", "value": ["server", "consumer"]},
            {"column": "trace.parent_id", "op": "does-not-exist"},
        ],
        "filter_combination": "OR",
        "orders": [order],
        "limit": limit,
    })
    .to_string()
    .parse()?;
    Ok(Question {
        dataset: Dataset::Spans,
        groups: Vec::new(),
        query,
        now,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::home::range::RANGES;

    #[test]
    fn every_question_is_one_that_can_be_asked() {
        for range in RANGES {
            for ask in [requests, errors, routes] {
                ask(range, 1_700_000_123).expect("a query");
            }
        }
    }
}
