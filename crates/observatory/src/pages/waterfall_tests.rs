//! Which tree each set of spans gives; one line a row: indentation, name, extent, oddities.

use super::*;
use crate::pages::sample::{START, span};

#[track_caller]
fn check(rule: &str, mut spans: Vec<StoredSpan>, tree: &str) {
    let expected: Vec<&str> = tree
        .lines()
        .map(str::trim_end)
        .filter(|l| !l.is_empty())
        .collect();
    for turn in 0..2 {
        if turn == 1 {
            spans.reverse();
        }
        let waterfall = Waterfall::new(&spans);
        assert_eq!(drawn(&waterfall, &spans), expected, "{rule}");
        let drawn_spans = waterfall
            .rows
            .iter()
            .filter(|r| matches!(r.what, What::Span(_)))
            .count();
        assert_eq!(drawn_spans, spans.len(), "{rule}: every span is drawn once");
    }
}

fn drawn(waterfall: &Waterfall, spans: &[StoredSpan]) -> Vec<String> {
    let line = |row: &Row| {
        let name = match &row.what {
            What::Span(span) => spans[*span].span.name.clone(),
            What::Missing(id) => format!("missing {id}"),
        };
        let indent = "  ".repeat(row.depth as usize);
        let odd: String = row
            .oddities
            .iter()
            .map(|oddity| format!(" {oddity:?}"))
            .collect();
        format!("{indent}{name} {}-{}{odd}", row.from, row.to)
    };
    waterfall.rows.iter().map(line).collect()
}

#[test]
fn every_set_of_spans_gives_a_tree() {
    check("nothing", vec![], "");
    check(
        "children stand under their parent by start, then name",
        vec![
            span(1, 0, "get", 0, 90),
            span(2, 1, "late", 50, 60),
            span(4, 1, "b", 10, 20),
            span(3, 1, "a", 10, 40),
            span(5, 3, "deep", 11, 12),
        ],
        "
get 0-90
  a 10-40
    deep 11-12
  b 10-20
  late 50-60",
    );
    check(
        "orphans of one parent stand together under what is missing",
        vec![
            span(2, 0x53, "get", 5, 90),
            span(3, 0x53, "post", 100, 120),
            span(4, 2, "db", 6, 7),
        ],
        "
missing 0000000000000053 0-115
  get 0-85
    db 1-2
  post 95-115",
    );
    check(
        "two roots are told apart from one",
        vec![span(1, 0, "first", 0, 9), span(2, 0, "second", 20, 30)],
        "
first 0-9
second 20-30 AnotherRoot",
    );
    check(
        "a child whose clock is behind",
        vec![span(1, 0, "get", 100, 200), span(2, 1, "early", 60, 90)],
        "
get 40-140
  early 0-30 StartsBeforeParent(40)",
    );
    check(
        "an end before the start is a point",
        vec![span(1, 0, "back", 50, 10)],
        "
back 0-0 EndsBeforeStart",
    );
    check(
        "a span that is its own parent",
        vec![span(1, 1, "self", 0, 5), span(2, 1, "child", 1, 2)],
        "
self 0-5 ParentLoop
  child 1-2",
    );
    check(
        "a loop is cut above its earliest span, whatever hangs on it",
        vec![
            span(1, 3, "c", 30, 40),
            span(2, 1, "a", 10, 20),
            span(3, 2, "b", 20, 30),
            span(9, 1, "early", 0, 5),
        ],
        "
a 10-20 ParentLoop
  b 20-30
    c 30-40
      early 0-5 StartsBeforeParent(30)",
    );
    check(
        "a loop beside a root",
        vec![
            span(1, 0, "root", 0, 9),
            span(2, 3, "x", 1, 2),
            span(3, 2, "y", 2, 3),
        ],
        "
root 0-9
x 1-2 ParentLoop
  y 2-3",
    );
}

#[test]
fn two_spans_with_one_id_are_both_shown() {
    let spans = [
        span(1, 0, "get", 0, 9),
        span(1, 0, "get again", 1, 9),
        span(2, 1, "db", 2, 3),
    ];
    assert_eq!(
        drawn(&Waterfall::new(&spans), &spans),
        [
            "get 0-9 SameId",
            "  db 2-3",
            "get again 1-9 AnotherRoot SameId"
        ]
    );
}

#[test]
fn times_that_were_not_sent() {
    let mut no_start = span(2, 1, "no start", 0, 50);
    no_start.span.start_time_unix_nano = 0;
    let mut no_end = span(3, 1, "no end", 10, 0);
    no_end.span.end_time_unix_nano = 0;
    check(
        "they neither stretch the axis nor count as skew",
        vec![span(1, 0, "get", 0, 90), no_start, no_end],
        "
get 0-90
  no start 0-0 NoStart
  no end 10-10 NoEnd",
    );
    let mut all_zero = span(1, 0, "nothing", 0, 0);
    all_zero.span.start_time_unix_nano = 0;
    all_zero.span.end_time_unix_nano = 0;
    assert_eq!(Waterfall::new(&[all_zero]).start, 0);
    assert_eq!(Waterfall::new(&[span(1, 0, "get", 7, 9)]).start, START + 7);
}

#[test]
fn deep_wide_and_looping_traces_end() {
    let deep: Vec<_> = (1..=100_000)
        .map(|id| span(id, id - 1, "deep", id, 200_000))
        .collect();
    let waterfall = Waterfall::new(&deep);
    assert_eq!(waterfall.rows[99_999].depth, 99_999);
    assert_eq!(waterfall.rows[0].end, 100_000);

    let wide: Vec<_> = (1..=100_000)
        .map(|id| span(id, u64::from(id != 1), "wide", id, id))
        .collect();
    assert_eq!(Waterfall::new(&wide).rows.len(), 100_000);

    // One loop through all spans, and as many loops of two.
    let ring: Vec<_> = (1..=50_000)
        .map(|id| span(id, id % 50_000 + 1, "ring", id, id))
        .collect();
    assert_eq!(Waterfall::new(&ring).rows.len(), 50_000);
    let pairs: Vec<_> = (2..=50_001)
        .map(|id| span(id, id ^ 1, "pair", id, id))
        .collect();
    assert_eq!(Waterfall::new(&pairs).rows.len(), 50_000);

    // A long tail hanging on a loop, the tail starting first.
    let mut tail: Vec<_> = (1..=50_000)
        .map(|id| span(id, id + 1, "tail", id, id))
        .collect();
    tail.push(span(50_001, 50_001, "self", 50_001, 50_002));
    let waterfall = Waterfall::new(&tail);
    assert_eq!(waterfall.rows[0].what, What::Span(50_000));
    assert_eq!(waterfall.rows.len(), 50_001);
}
