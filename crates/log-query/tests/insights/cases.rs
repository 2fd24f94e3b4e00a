//! How a case is written and run: a query, what is in the messages, and the table that comes of them.

use log_query::{
    Event,
    insights::{Query, Results},
};

/// The first event's timestamp; each further one is a second later.
pub(crate) const START: i64 = 1_767_268_800_000; // 2026-01-01 12:00:00

/// When the query runs, as it knows it.
pub(crate) const NOW: i64 = START + 3_600_000;

/// Events with these messages, a second apart.
pub(crate) fn events<'a>(messages: &[&'a str]) -> Vec<Event<'a>> {
    let event = |(number, message): (usize, &&'a str)| Event {
        group: "backend",
        stream: "one",
        timestamp: START + 1_000 * number as i64,
        ingestion_time: START + 500_000,
        message,
        id: number as u64,
    };
    messages.iter().enumerate().map(event).collect()
}

/// Runs a query over events, in the order that it wants.
pub(crate) fn run(query: &str, events: &[Event<'_>]) -> Results {
    let query = Query::parse(query).unwrap_or_else(|error| panic!("{query}: {error}"));
    let mut run = query.start_at(NOW);
    for event in events.iter().rev() {
        if run.push(event).is_break() {
            break;
        }
    }
    run.results()
}

/// The rows, each with its fields as `name=value`, and `|` between them.
pub(crate) fn table(results: &Results) -> Vec<String> {
    let row = |row: &log_query::insights::Row| {
        let fields = row
            .fields
            .iter()
            .map(|(name, value)| format!("{name}={value}"));
        fields.collect::<Vec<_>>().join(" | ")
    };
    results.rows.iter().map(row).collect()
}

/// Checks what comes of a query over events with these messages.
#[track_caller]
pub(crate) fn check(query: &str, messages: &[&str], expected: &[&str]) {
    let results = run(query, &events(messages));
    assert_eq!(results.failure, None, "{query}");
    assert_eq!(table(&results), expected, "{query}");
}

/// Checks what an expression is over an event with this message; `absent` where it is nothing.
#[track_caller]
pub(crate) fn check_calculated(message: &str, expression: &str, expected: &str) {
    let expected = if expected == "absent" {
        String::new()
    } else {
        format!("y={expected}")
    };
    check(
        &format!("fields {expression} as y"),
        &[message],
        &[&expected],
    );
}
