//! Question 5: the Logs Insights query that counts what fell back, minute by minute.

use std::collections::BTreeMap;

use incident_recording::{FELL_BACK, GROUP, Kind, LogEvent, START, Span};
use log_query::Event;
use log_query::insights::{Query, Row};
use span_snapshot::verdict;

use super::{Hour, clock, counted, hour, minute, not_answered, text_of};

/// Fails unless the query's answer has the right number in each minute that has one, and no other minute.
pub(crate) fn check(text: &str) {
    if text.trim().is_empty() {
        not_answered(
            "fallbacks_per_minute",
            "the page Insights takes a query: begin with the log events of one throttled trace, and see what they say",
        );
    }
    let query = Query::parse(text).unwrap_or_else(|malformed| {
        verdict(
            "query-refused",
            &format!(
                "Logs Insights refuses the query at character {}: {}",
                malformed.start, malformed.message
            ),
            "a command each, with `|` between them: `filter …`, `stats … by …`, `sort …`",
        )
    });
    let hour = hour();
    let rows = hour.stores.insights(&query).unwrap_or_else(|failure| {
        verdict(
            "query-refused",
            &format!("Logs Insights gives the query up: {failure}"),
            "filter first, and group by fewer fields",
        )
    });
    compare(hour, &query, &counts(&rows));
}

/// What the rows say: how many, by the minute in seconds since the Unix epoch.
fn counts(rows: &[Row]) -> BTreeMap<u64, u64> {
    if rows.is_empty() {
        verdict(
            "nothing-found",
            "the query finds no log event in the recorded hour",
            "ask with fewer conditions until something comes; a text stands in quotes, and is the same in capitals and small letters only with `like`",
        );
    }
    let value = |row: &Row, name: &str| {
        let field = row.fields.iter().find(|(field, _)| field == name);
        field.map(|(_, value)| value.clone())
    };
    let mut counts = BTreeMap::new();
    for row in rows {
        for name in ["minute", "fallbacks"] {
            if value(row, name).is_none() {
                column_missing(row, name);
            }
        }
        let (at, count) = (
            value(row, "minute").unwrap_or_default(),
            value(row, "fallbacks").unwrap_or_default(),
        );
        let Some(at) = minute_of(&at) else {
            verdict(
                "not-by-minute",
                &format!(
                    "the column `minute` has the value `{at}`, which is no minute of the recorded hour"
                ),
                "`bin(1m) as minute` is the minute of the event",
            )
        };
        let Ok(count) = count.parse::<f64>() else {
            verdict(
                "column-missing",
                &format!("the column `fallbacks` has the value `{count}`, which is no number"),
                "`count(*) as fallbacks`",
            )
        };
        if counts.insert(at, count as u64).is_some() {
            verdict(
                "several-rows",
                &format!("the answer has several rows for {}", minute(at)),
                "one row for each minute: `by bin(1m) as minute`, and nothing else behind `by`",
            );
        }
    }
    counts
}

fn column_missing(row: &Row, name: &str) -> ! {
    let names: Vec<&str> = row.fields.iter().map(|(name, _)| name.as_str()).collect();
    verdict(
        "column-missing",
        &format!("the answer has the columns {names:?}, and no `{name}`"),
        "`stats count(*) as fallbacks by bin(1m) as minute` names them both",
    )
}

/// Seconds since the Unix epoch, of a minute as Logs Insights prints it.
fn minute_of(printed: &str) -> Option<u64> {
    let rest = printed.strip_prefix("2026-03-12 14:")?;
    let (minutes, rest) = rest.split_once(':')?;
    (rest == "00.000").then_some(())?;
    Some(START + minutes.parse::<u64>().ok()? * 60)
}

fn compare(hour: &Hour, query: &Query, counts: &BTreeMap<u64, u64>) {
    let wanted = &hour.truth().dependency.fallbacks;
    if counts == wanted {
        return;
    }
    let count = |of: &BTreeMap<u64, u64>, at: u64| of.get(&at).copied().unwrap_or_default();
    let minutes = (START..START + 3600).step_by(60);
    let mut differs = minutes.filter(|at| count(counts, *at) != count(wanted, *at));
    let Some(at) = differs.next() else {
        verdict(
            "empty-minutes",
            "the answer has minutes in which it counts nothing",
            "count events, and minutes without one are not there: `count(*)`",
        )
    };
    let (yours, really) = (count(counts, at), count(wanted, at));
    let which = match (yours, yours > really) {
        (0, _) => "nothing",
        (_, true) => "more than fell back",
        (_, false) => "less than fell back",
    };
    let told = format!(
        "at {} your query counts {which}\n{}",
        minute(at),
        evidence(hour, at)
    );
    if hour.coarser(counts) {
        verdict(
            "not-by-minute",
            &told,
            "a row for each minute: `by bin(1m) as minute`",
        );
    }
    if yours > really {
        let counted_too = match other(hour, query, at) {
            Some(event) => format!(
                "\nthis log event of {} is counted, too:\n{}",
                clock(event.timestamp.unsigned_abs() * 1_000_000),
                event.message
            ),
            None => String::new(),
        };
        verdict(
            "others-counted-too",
            &format!("{told}{counted_too}"),
            "a level, a status, or a number somewhere in the text is shared with other events: filter on what only these have",
        );
    }
    if counts.len() < wanted.len()
        && counts
            .iter()
            .all(|(at, count)| wanted.get(at) == Some(count))
    {
        verdict(
            "minutes-missing",
            &told,
            "all minutes, and hence no limit that is too small",
        );
    }
    verdict(
        "fallbacks-missing",
        &told,
        "every search that fell back leaves one event, whichever instance answered it",
    );
}

/// What the traces say of that minute.
fn evidence(hour: &Hour, at: u64) -> String {
    let stands_in = |span: &&Span| {
        span.kind == Kind::Client
            && text_of(span, "db.query.text").is_some_and(|text| text.contains("LIKE"))
    };
    // The query begins within milliseconds of the event.
    let within = |span: &&Span| (at..at + 60).contains(&(span.start / 1_000_000_000));
    let slow: Vec<&Span> = hour
        .spans()
        .iter()
        .filter(stands_in)
        .filter(within)
        .collect();
    match slow.iter().min_by_key(|span| span.start) {
        Some(first) => format!(
            "the traces have {} that stood in for a search in that minute, the first in trace {}",
            counted(slow.len(), "slow query"),
            first.trace_id
        ),
        None => "no trace has a slow query that stood in for a search in that minute".to_owned(),
    }
}

/// The first log event of that minute that the query counts, although no search fell back.
fn other<'h>(hour: &'h Hour, query: &Query, at: u64) -> Option<&'h LogEvent> {
    let message = format!(r#""message":"{FELL_BACK}""#);
    let mut events = hour.stores.events();
    events.find(|event| {
        (at..at + 60).contains(&(event.timestamp.unsigned_abs() / 1000))
            && !event.message.contains(&message)
            && counts_alone(query, event)
    })
}

/// Whether the query counts this event if there is no other.
fn counts_alone(query: &Query, event: &LogEvent) -> bool {
    let mut run = query.start();
    let _ = run.push(&Event {
        group: GROUP,
        stream: event.stream,
        timestamp: event.timestamp,
        ingestion_time: event.timestamp,
        message: &event.message,
        id: 1,
    });
    run.results().rows.iter().any(|row| {
        let mut fields = row.fields.iter();
        fields.any(|(name, count)| {
            name == "fallbacks" && count.parse::<f64>().is_ok_and(|count| count > 0.0)
        })
    })
}

impl Hour {
    /// Whether the counts are of more than a minute each.
    fn coarser(&self, counts: &BTreeMap<u64, u64>) -> bool {
        let wanted = &self.truth().dependency.fallbacks;
        let sum = |of: &BTreeMap<u64, u64>| of.values().sum::<u64>();
        counts.len() < wanted.len() && sum(counts) == sum(wanted)
    }
}
