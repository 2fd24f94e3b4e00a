//! Which rows are shown; one case a line: the address, the text that is looked for, the rows.

use super::*;
use crate::pages::{
    find,
    sample::{failed, pairs, span_of},
    trace_address,
};

/// A request of the front end: `a`, whose children are the back end's, which call the data base.
fn spans() -> Vec<StoredSpan> {
    vec![
        span_of("web", 1, 0, "a", 0, 100),
        span_of("backend", 2, 1, "b", 10, 90),
        span_of("backend", 3, 2, "c", 11, 80),
        span_of("db", 4, 3, "d", 12, 20),
        failed(span_of("backend", 5, 3, "e", 21, 30), "no"),
        span_of("web", 6, 1, "f", 91, 95),
    ]
}

#[track_caller]
fn check(rule: &str, query: &[(&str, &str)], expected: &str) {
    let spans = spans();
    let waterfall = Waterfall::new(&spans);
    let view = TraceView::read(&pairs(query));
    let keys: Vec<String> = waterfall
        .rows
        .iter()
        .map(|row| trace_address::key(row, &spans))
        .collect();
    let hits = view
        .find
        .as_deref()
        .map(|text| find::hits(&waterfall.rows, &spans, &keys, text));
    let rows = Rows::new(&waterfall, &spans, &view, &keys, hits.as_deref());
    let line = |row: &Visible| {
        let What::Span(span) = waterfall.rows[row.place].what else {
            return "missing".to_owned();
        };
        let below = match row.below {
            Below::Nothing | Below::Open => String::new(),
            Below::Closed(count) => format!("+{count}"),
            Below::HeldOpen => "!".to_owned(),
        };
        let folded = match (row.folded, row.folded_errors) {
            (0, _) => String::new(),
            (count, 0) => format!("({count})"),
            (count, errors) => format!("({count}, {errors} failed)"),
        };
        format!("{}{}{below}{folded}", row.depth, spans[span].span.name)
    };
    let lines: Vec<String> = rows.visible.iter().map(line).collect();
    assert_eq!(lines.join(" "), expected, "{rule}");
    assert_eq!(rows.stands_for.len(), waterfall.rows.len(), "{rule}");
    for (at, row) in rows.visible.iter().enumerate() {
        assert_eq!(rows.position(row.place), Some(at), "{rule}");
    }
}

const B: &str = "0000000000000002";

#[test]
fn rows_are_shown_unless_they_are_hidden() {
    check("all", &[], "0a 1b 2c 3d 3e 1f");
    check("collapsed", &[("collapsed", B)], "0a 1b+3 1f");
    check("by level", &[("levels", "2")], "0a 1b+3 1f");
    check(
        "by level, but one",
        &[("levels", "2"), ("expanded", B)],
        "0a 1b 2c+2 1f",
    );
    check(
        "a service folded into its entry span",
        &[("fold", "backend")],
        "0a 1b(2, 1 failed) 2d 1f",
    );
    check(
        "a service whose entry span is the root",
        &[("fold", "web")],
        "0a(1) 1b 2c 3d 3e",
    );
    check(
        "two services",
        &[("fold", "web"), ("fold", "backend")],
        "0a(1) 1b(2, 1 failed) 2d",
    );
    check(
        "a service without children of its own",
        &[("fold", "db")],
        "0a 1b 2c 3d 3e 1f",
    );
    check(
        "an entry span that is collapsed",
        &[("fold", "backend"), ("collapsed", B)],
        "0a 1b+1(2, 1 failed) 1f",
    );
    check(
        "what is folded away closes nothing",
        &[("fold", "backend"), ("collapsed", "0000000000000003")],
        "0a 1b(2, 1 failed) 2d 1f",
    );
}

#[test]
fn a_search_opens_what_hides_a_hit() {
    check(
        "collapsed above a hit",
        &[("collapsed", B), ("find", "db")],
        "0a 1b! 2c 3d 3e 1f",
    );
    check(
        "collapsed beside a hit",
        &[("collapsed", B), ("find", "f")],
        "0a 1b+3 1f",
    );
    check(
        "the hit itself may be closed",
        &[("collapsed", B), ("find", "0002")],
        "0a 1b+3 1f",
    );
    check(
        "by level",
        &[("levels", "1"), ("find", "db")],
        "0a! 1b! 2c! 3d 3e 1f",
    );
    check(
        "folded",
        &[("fold", "backend"), ("find", "0005")],
        "0a 1b(1) 2d 2e 1f",
    );
}
