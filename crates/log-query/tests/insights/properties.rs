//! What holds for any query and any events: no panic, places inside of the query, and the same rows as a naive second implementation.

use std::collections::{BTreeMap, BTreeSet};

use log_query::{
    Event,
    insights::{Query, fields_of},
};
use proptest::prelude::*;

use crate::cases::{NOW, START, table};

/// Pieces of which queries are made, good and bad.
const PIECES: &[&str] = &[
    "fields",
    "display",
    "filter",
    "parse",
    "stats",
    "sort",
    "limit",
    "dedup",
    "|",
    "by",
    "as",
    "and",
    "or",
    "not",
    "like",
    "in",
    "desc",
    "a",
    "@timestamp",
    "@message",
    "@ptr",
    "`x y`",
    "1",
    "2.5",
    "5m",
    "'t'",
    "\"*\"",
    "/r/",
    "(?<g>x)",
    "=",
    "!=",
    "<",
    ">=",
    "=~",
    "(",
    ")",
    "[",
    "]",
    ",",
    "+",
    "-",
    "*",
    "/",
    "%",
    "^",
    "count(*)",
    "max(a)",
    "pct(a, 5)",
    "bin(1h)",
    "abs(",
    "concat(",
    "isIpInSubnet(",
    "#",
    "\n",
    "é",
    "\"",
    "'",
    "`",
    "\\",
    "true",
    "diff",
    "median(a)",
    "99999999999999999999",
    ".",
    "a.b",
    "@@x",
    "now()",
];

fn a_query() -> impl Strategy<Value = String> {
    let pieces = prop::collection::vec(prop::sample::select(PIECES), 0..25)
        .prop_map(|pieces| pieces.join(" "));
    prop_oneof![any::<String>(), pieces]
}

fn a_message() -> impl Strategy<Value = String> {
    let json = (
        0..4_u8,
        prop::option::of(-3..4_i32),
        prop::sample::select(&["1", "\"x\"", "\"12\"", "null", "true", "[1]", "1.5"][..]),
    )
        .prop_map(|(key, number, value)| {
            let number = number
                .map(|number| format!(r#","n":{number}"#))
                .unwrap_or_default();
            format!(r#"{{"k":{key},"v":{value}{number}}}"#)
        });
    prop_oneof![4 => json, 1 => any::<String>()]
}

/// An event's key, its number and its text, as the naive implementation sees them.
#[derive(Clone, Debug)]
struct Plain {
    id: u64,
    timestamp: i64,
    k: Option<String>,
    n: Option<i32>,
    message: String,
}

fn plain_events() -> impl Strategy<Value = Vec<Plain>> {
    let one = (
        0..20_i64,
        prop::option::of(0..4_u8),
        prop::option::of(-9..10_i32),
    );
    prop::collection::vec(one, 0..60).prop_map(|all| {
        let event = |(id, (timestamp, k, n)): (usize, (i64, Option<u8>, Option<i32>))| {
            let mut parts = Vec::new();
            if let Some(k) = k {
                parts.push(format!(r#""k":"k{k}""#));
            }
            if let Some(n) = n {
                parts.push(format!(r#""n":{n}"#));
            }
            Plain {
                id: id as u64,
                timestamp: START + timestamp,
                k: k.map(|k| format!("k{k}")),
                n,
                message: format!("{{{}}}", parts.join(",")),
            }
        };
        all.into_iter().enumerate().map(event).collect()
    })
}

fn run(query: &str, events: &[Plain]) -> Vec<String> {
    let mut run = Query::parse(query).unwrap().start_at(NOW);
    for event in events {
        let _ = run.push(&Event {
            group: "g",
            stream: "s",
            timestamp: event.timestamp,
            ingestion_time: event.timestamp,
            message: &event.message,
            id: event.id,
        });
    }
    table(&run.results())
}

/// Newest first.
fn newest(events: &[Plain]) -> Vec<Plain> {
    let mut events = events.to_vec();
    events.sort_by_key(|event| std::cmp::Reverse((event.timestamp, event.id)));
    events
}

/// By number, the absent last; newest first among equals.
fn by_number(events: &[Plain], descending: bool) -> Vec<Plain> {
    let mut events = newest(events);
    events.sort_by_key(|event| match event.n {
        Some(n) => (0, if descending { -n } else { n }),
        None => (1, 0),
    });
    events
}

fn shown(event: &Plain) -> String {
    let k = event.k.iter().map(|k| format!("k={k}"));
    let n = event.n.iter().map(|n| format!("n={n}"));
    k.chain(n).collect::<Vec<_>>().join(" | ")
}

fn shown_all(events: &[Plain]) -> Vec<String> {
    events.iter().map(shown).collect()
}

proptest! {
    #[test]
    fn any_text_is_a_query_or_not_and_its_error_is_somewhere_in_it(text in a_query(), message in a_message()) {
        match Query::parse(&text) {
            Ok(query) => {
                let mut run = query.start_at(NOW);
                for id in 0..3 {
                    let event = Event { group: "g", stream: "s", timestamp: START, ingestion_time: START, message: &message, id };
                    let _ = run.push(&event);
                }
                run.results();
            }
            Err(error) => {
                prop_assert!(error.start <= error.end, "{error:?}");
                prop_assert!(error.end <= text.chars().count(), "{error:?}");
                prop_assert!(!error.message.is_empty());
            }
        }
    }

    #[test]
    fn any_message_has_the_fields_that_a_query_finds(message in a_message()) {
        let event = Event { group: "g", stream: "s", timestamp: START, ingestion_time: START, message: &message, id: 0 };
        let fields = fields_of(&event);
        for (name, value) in fields {
            if name.is_empty() || name.contains('`') || name.contains("..") {
                continue;
            }
            let mut run = Query::parse(&format!("fields `{name}` as y")).unwrap().start_at(NOW);
            let _ = run.push(&event);
            prop_assert_eq!(&run.results().rows[0].fields, &[("y".to_owned(), value)]);
        }
    }

    #[test]
    fn sorting_and_limits(events in plain_events(), limit in 1..70_usize) {
        let first = |events: Vec<Plain>| shown_all(&events[..limit.min(events.len())]);
        let newest_first = newest(&events);
        prop_assert_eq!(run(&format!("fields k, n | limit {limit}"), &newest_first), first(newest(&events)));
        prop_assert_eq!(run(&format!("fields k, n | sort @timestamp desc | limit {limit}"), &newest_first), first(newest(&events)));
        for descending in [false, true] {
            let direction = if descending { "desc" } else { "asc" };
            let query = format!("fields k, n | sort n {direction} | limit {limit}");
            prop_assert_eq!(run(&query, &events), first(by_number(&events, descending)));
        }
    }

    #[test]
    fn filters(events in plain_events(), bound in -9..10_i32, limit in 1..70_usize) {
        let mut expected = newest(&events);
        expected.retain(|event| event.n.is_some_and(|n| n < bound) || event.k.as_deref() == Some("k1"));
        expected.truncate(limit);
        let query = format!("filter n < {bound} or k = 'k1' | fields k, n | limit {limit}");
        prop_assert_eq!(run(&query, &newest(&events)), shown_all(&expected));
    }

    #[test]
    fn deduplication(events in plain_events(), limit in 1..70_usize) {
        let mut seen = BTreeSet::new();
        let mut expected = by_number(&events, true);
        expected.retain(|event| event.k.as_ref().is_none_or(|k| seen.insert(k.clone())));
        expected.truncate(limit);
        let query = format!("fields k, n | sort n desc | dedup k | limit {limit}");
        prop_assert_eq!(run(&query, &events), shown_all(&expected));
    }

    #[test]
    fn groups(events in plain_events()) {
        let mut groups: BTreeMap<(bool, Option<String>), Vec<&Plain>> = BTreeMap::new();
        for event in &events {
            groups.entry((event.k.is_none(), event.k.clone())).or_default().push(event);
        }
        let expected: Vec<String> = groups.into_iter().map(|((_, k), members)| {
            let mut numbers: Vec<i32> = members.iter().filter_map(|event| event.n).collect();
            numbers.sort_unstable();
            let distinct: BTreeSet<i32> = numbers.iter().copied().collect();
            let mut row: Vec<String> = k.iter().map(|k| format!("k={k}")).collect();
            row.push(format!("c={}", members.len()));
            row.push(format!("d={}", distinct.len()));
            if let (Some(least), Some(greatest)) = (numbers.first(), numbers.last()) {
                row.push(format!("s={}", numbers.iter().sum::<i32>()));
                row.push(format!("min={least}"));
                row.push(format!("max={greatest}"));
                // The least that half of them do not exceed.
                let half = numbers.iter().find(|n| 2 * numbers.iter().filter(|m| m <= n).count() >= numbers.len());
                row.push(format!("p={}", half.unwrap()));
            }
            row.join(" | ")
        }).collect();
        let query = "stats count(*) as c, count_distinct(n) as d, sum(n) as s, min(n) as min, max(n) as max, pct(n, 50) as p by k";
        prop_assert_eq!(run(query, &events), expected);
    }

    #[test]
    fn the_mean_and_the_deviation(numbers in prop::collection::vec(-1000..1000_i32, 1..50)) {
        let events: Vec<Plain> = numbers.iter().enumerate().map(|(id, n)| Plain {
            id: id as u64, timestamp: START, k: None, n: Some(*n), message: format!(r#"{{"n":{n}}}"#),
        }).collect();
        let count = numbers.len() as f64;
        let mean = numbers.iter().map(|n| f64::from(*n)).sum::<f64>() / count;
        let deviation = (numbers.iter().map(|n| (f64::from(*n) - mean).powi(2)).sum::<f64>() / count).sqrt();
        let rows = run("stats avg(n), stddev(n)", &events);
        let found: Vec<f64> = rows[0].split(" | ").map(|part| part.split_once('=').unwrap().1.parse().unwrap()).collect();
        prop_assert!((found[0] - mean).abs() < 0.0001, "{} {}", found[0], mean);
        prop_assert!((found[1] - deviation).abs() < 0.0001, "{} {}", found[1], deviation);
    }
}
