//! What is said about a trace among others; one case a line: the rule, the trace, the others, what is said.

use super::*;
use crate::{
    model::TraceId,
    pages::sample::{failed as with_error, span_of, string},
    store::RouteSpan,
};

/// Spans written `name duration`, with `,` between them; the first is the root, `!` marks an error, `k=v` an attribute of the root.
fn trace(text: &str) -> (Vec<StoredSpan>, u64) {
    let mut spans: Vec<StoredSpan> = Vec::new();
    for part in text.split(", ") {
        if let Some((key, value)) = part.split_once('=') {
            spans[0].span.attributes.push(string(key, value));
            continue;
        }
        let (name, duration) = part.rsplit_once(' ').expect("a name and a duration");
        let id = spans.len() as u64 + 1;
        let duration = duration.parse().expect("a number");
        let plain = name.trim_end_matches('!');
        let span = span_of("backend", id, u64::from(id > 1), plain, 0, duration);
        spans.push(if plain == name {
            span
        } else {
            with_error(span, "no")
        });
    }
    let duration = lasted(&spans[0]);
    (spans, duration)
}

fn route(others: &[String]) -> Route {
    let mut route = Route {
        service: "backend".into(),
        name: "GET /".into(),
        ..Route::default()
    };
    for text in others {
        let (spans, duration) = trace(text);
        let told = spans
            .iter()
            .map(|span| {
                let operation = ("backend".to_owned(), span.span.name.clone());
                let place = route
                    .operations
                    .iter()
                    .position(|known| *known == operation);
                RouteSpan {
                    operation: place.unwrap_or_else(|| {
                        route.operations.push(operation);
                        route.operations.len() - 1
                    }),
                    duration: lasted(span),
                }
            })
            .collect();
        route.traces.push(RouteTrace {
            id: TraceId([1; 16]),
            start: 0,
            duration,
            errors: spans
                .iter()
                .filter(|span| span_facts::is_error(span))
                .count() as u64,
            root: spans.first().cloned(),
            spans: told,
        });
    }
    route
}

fn told(remark: &Remark) -> String {
    match remark {
        Remark::Failed { spans, others, .. } => format!("{spans} failed, {others} others"),
        Remark::Missing { name, others, .. } => format!("no {name}, {others} others"),
        Remark::Extra {
            name,
            count,
            others,
            ..
        } => format!("{count} {name}, {others} others"),
        Remark::More {
            name,
            count,
            usual,
            most,
            ..
        } => format!("{count} {name}, usually {usual}, at most {most}"),
        Remark::Slow {
            name,
            duration,
            median,
            longer,
            of,
            ..
        } => format!("{name} {duration} instead of {median}, {longer} of {of} longer"),
        Remark::Value {
            key,
            value,
            others,
            known,
        } => format!("{key}={value}, {others} of {known}"),
    }
}

#[track_caller]
fn check(rule: &str, here: &str, others: &[(usize, &str)], expected: &[&str]) {
    let others: Vec<String> = others
        .iter()
        .flat_map(|&(count, text)| (0..count).map(move |at| text.replace("#", &at.to_string())))
        .collect();
    let (spans, duration) = trace(here);
    let Unusual::Compared { remarks, .. } = unusual(&spans, Some(0), duration, &route(&others))
    else {
        panic!("{rule}: too few")
    };
    let found: Vec<String> = remarks.iter().map(told).collect();
    assert_eq!(found, expected, "{rule}");
}

#[test]
fn only_what_is_unusual_is_told() {
    check(
        "as all others",
        "GET / 100, SELECT 20",
        &[(20, "GET / 100, SELECT 20")],
        &[],
    );
    check(
        "N+1",
        &format!("GET / 100{}", ", SELECT 2".repeat(12)),
        &[(20, "GET / 100, SELECT 2")],
        &["12 SELECT, usually 1, at most 1"],
    );
    check(
        "twice is not often",
        "GET / 100, SELECT 2, SELECT 2",
        &[(20, "GET / 100, SELECT 2")],
        &[],
    );
    check(
        "often in others, too",
        "GET / 100, SELECT 2, SELECT 2, SELECT 2, SELECT 2",
        &[
            (10, "GET / 100, SELECT 2"),
            (10, "GET / 100, SELECT 2, SELECT 2, SELECT 2, SELECT 2"),
        ],
        &[],
    );
    check(
        "missing",
        "GET / 100",
        &[(19, "GET / 100, SELECT 2"), (1, "GET / 100")],
        &["no SELECT, 19 others"],
    );
    check(
        "missing in some others",
        "GET / 100",
        &[(10, "GET / 100, SELECT 2"), (10, "GET / 100")],
        &[],
    );
    check(
        "new",
        "GET / 100, retry 5",
        &[(20, "GET / 100")],
        &["1 retry, 0 others"],
    );
    check(
        "rare",
        "GET / 100, retry 5",
        &[(39, "GET / 100"), (1, "GET / 100, retry 5")],
        &["1 retry, 1 others"],
    );
    check(
        "slow",
        "GET / 100, SELECT 90",
        &[(20, "GET / 100, SELECT 20")],
        &["SELECT 90 instead of 20, 0 of 20 longer"],
    );
    check(
        "not twice as slow",
        "GET / 100, SELECT 39",
        &[(20, "GET / 100, SELECT 20")],
        &[],
    );
    check(
        "slow, but too short to matter",
        "GET / 1000, SELECT 20",
        &[(20, "GET / 1000, SELECT 2")],
        &[],
    );
    check(
        "the root's duration is told elsewhere",
        "GET / 900",
        &[(20, "GET / 100")],
        &[],
    );
    check(
        "errors",
        "GET /! 100, SELECT! 20",
        &[(18, "GET / 100, SELECT 20"), (2, "GET /! 100, SELECT 20")],
        &["2 failed, 2 others"],
    );
    check(
        "a value of the root",
        "GET / 100, region=eu",
        &[(20, "GET / 100, region=us")],
        &["region=eu, 0 of 20"],
    );
    check(
        "a value that others have",
        "GET / 100, region=eu",
        &[(10, "GET / 100, region=us"), (2, "GET / 100, region=eu")],
        &[],
    );
    check(
        "an attribute that none has",
        "GET / 100, debug=1",
        &[(20, "GET / 100")],
        &["debug=1, 0 of 0"],
    );
    check(
        "an attribute that always differs",
        "GET / 100, request=x",
        &[(20, "GET / 100, request=#")],
        &[],
    );
}

#[test]
fn a_few_others_are_too_few() {
    let (spans, duration) = trace("GET / 100");
    for count in 0..ENOUGH {
        let route = route(&vec!["GET / 100".to_owned(); count]);
        assert_eq!(
            unusual(&spans, Some(0), duration, &route),
            Unusual::TooFew(count)
        );
    }
    let route = route(&vec!["GET / 100".to_owned(); ENOUGH]);
    assert!(matches!(
        unusual(&spans, None, duration, &route),
        Unusual::Compared { .. }
    ));
}

#[test]
fn where_the_duration_stands() {
    let others: Vec<String> = (1..=100).map(|n| format!("GET / {n}")).collect();
    let route = route(&others);
    for (duration, percentile, is_unusual) in [
        (0, 0, true),
        (3, 3, true),
        (10, 10, false),
        (51, 51, false),
        (90, 90, false),
        (96, 96, true),
        (1_000, 100, true),
    ] {
        let (spans, _) = trace("GET / 1");
        let Unusual::Compared { standing, .. } = unusual(&spans, Some(0), duration, &route) else {
            panic!("enough")
        };
        assert_eq!(
            (
                standing.percentile(),
                standing.is_unusual(),
                standing.median
            ),
            (percentile, is_unusual, 51),
            "{duration}"
        );
    }
}

#[test]
fn quantiles_count_noughts() {
    for (counts, of, percent, expected) in [
        (&[][..], 10, 50, 0),
        (&[7], 1, 50, 7),
        (&[1, 1, 5], 10, 50, 0),
        (&[1, 1, 5], 10, 95, 5),
        (&[1, 2, 3, 4], 4, 50, 3),
    ] {
        assert_eq!(nth(counts, of, percent), expected);
    }
}
