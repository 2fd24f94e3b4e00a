//! Which path each trace has; one case a line: the rule, the spans, the path.

use super::*;
use crate::pages::sample::span;

/// Reads `name from-to`, two spaces of indentation for each level; `>` before a name makes it a client's, `<` a server's.
fn tree(text: &str) -> Vec<StoredSpan> {
    let mut above: Vec<u64> = Vec::new();
    let lines = text.split('|').map(str::trim_end);
    let mut spans = Vec::new();
    for (at, line) in lines.enumerate() {
        let id = at as u64 + 1;
        let level = (line.len() - line.trim_start().len()) / 2;
        let (name, times) = line.trim().split_once(' ').expect("a name and its times");
        let (from, to) = times.split_once('-').expect("two times");
        let number = |text: &str| text.parse::<u64>().expect("a number");
        above.truncate(level);
        let parent = above.last().copied().unwrap_or(0);
        let mut one = span(id, parent, name, number(from), number(to));
        one.span.kind = match &name[..1] {
            ">" => SpanKind::Client.into(),
            "<" => SpanKind::Server.into(),
            _ => SpanKind::Internal.into(),
        };
        if to == "0" {
            one.span.end_time_unix_nano = 0;
        }
        above.push(id);
        spans.push(one);
    }
    spans
}

fn told(spans: &[StoredSpan]) -> String {
    let waterfall = Waterfall::new(spans);
    let path = CriticalPath::new(&waterfall, spans);
    let line = |section: &Section| {
        let name = match &waterfall.rows[section.row].what {
            What::Span(span) => &spans[*span].span.name[..],
            What::Missing(_) => "missing",
        };
        format!("{name} {}-{}", section.from, section.to)
    };
    let lines: Vec<String> = path.sections.iter().map(line).collect();
    lines.join(", ")
}

#[track_caller]
fn check(rule: &str, spans: &str, path: &str) {
    assert_eq!(told(&tree(spans)), path, "{rule}");
}

#[test]
fn the_path_leads_back_from_the_roots_end() {
    check("a span alone", "a 0-100", "a 0-100");
    check(
        "a child takes its part",
        "a 0-100|  b 20-60",
        "a 0-20, b 20-60, a 60-100",
    );
    check(
        "one after the other",
        "a 0-100|  b 0-50|  c 50-100",
        "b 0-50, c 50-100",
    );
    check(
        "the last to finish of two that run at once",
        "a 0-100|  b 10-90|  c 10-95",
        "a 0-10, c 10-95, a 95-100",
    );
    check(
        "an overlap: b was still running when c began",
        "a 0-100|  b 0-60|  c 50-100",
        "a 0-50, c 50-100",
    );
    check(
        "before an overlap another may have finished",
        "a 0-100|  x 0-40|  b 0-60|  c 50-100",
        "x 0-40, a 40-50, c 50-100",
    );
    check(
        "deeper",
        "a 0-100|  b 10-90|    c 20-80",
        "a 0-10, b 10-20, c 20-80, b 80-90, a 90-100",
    );
    check(
        "two that end at once: the one that began first",
        "a 0-100|  b 50-90|  c 20-90",
        "a 0-20, c 20-90, a 90-100",
    );
    check(
        "points decide nothing",
        "a 0-100|  b 50-50|    c 10-40",
        "a 0-100",
    );
    check(
        "a chain of children without pause",
        "a 0-9|  b 0-3|  c 3-6|  d 6-9",
        "b 0-3, c 3-6, d 6-9",
    );
}

#[test]
fn children_that_outlive_their_parents_did_not_hold_them_up() {
    check(
        "asynchronous: begun, not waited for",
        "a 0-100|  b 20-150",
        "a 0-100",
    );
    check(
        "beside one that was waited for",
        "a 0-100|  b 20-150|  c 30-60",
        "a 0-30, c 30-60, a 60-100",
    );
    check(
        "begun after the parent's end",
        "a 0-100|  b 120-150",
        "a 0-100",
    );
    check(
        "of a child",
        "a 0-100|  b 20-50|    c 30-70",
        "a 0-20, b 20-50, a 50-100",
    );
    let spans = tree("a 0-100|  b 20-150");
    assert_eq!(CriticalPath::new(&Waterfall::new(&spans), &spans).after, 50);
}

#[test]
fn clocks_that_differ() {
    check(
        "a child before its parent is moved with it, and drawn where it was",
        "a 10-100|  b 0-40",
        "b 0-40, a 50-100",
    );
    check(
        "with what is under it",
        "a 10-100|  b 0-40|    c 5-35",
        "b 0-5, c 5-35, b 35-40, a 50-100",
    );
    check(
        "a server that answers after its client was told",
        "a 0-100|  >b 10-50|    <c 20-55",
        "a 0-10, >b 10-15, <c 20-55, a 50-100",
    );
    check(
        "unless it lasts longer than the client",
        "a 0-100|  >b 10-50|    <c 20-90",
        "a 0-10, >b 10-50, a 50-100",
    );
}

#[test]
fn spans_without_proper_times() {
    check(
        "a root in progress reaches to its last child's end",
        "a 0-0|  b 10-40",
        "a 0-10, b 10-40",
    );
    check(
        "a child in progress",
        "a 0-100|  b 10-0|    c 20-60",
        "a 0-10, b 10-20, c 20-60, a 60-100",
    );
    check(
        "an end before its start is a point",
        "a 0-100|  b 50-20",
        "a 0-100",
    );
    check("two roots: the first", "a 0-50|b 60-200", "a 0-50");
}

#[test]
fn parents_that_were_not_received() {
    let spans = [
        span(2, 9, "b", 10, 40),
        span(3, 9, "c", 50, 100),
        span(4, 8, "d", 0, 20),
    ];
    assert_eq!(told(&spans), "b 10-40, missing 40-50, c 50-100");
    assert_eq!(told(&[]), "");
}

#[test]
fn time_on_the_path_is_told_by_service() {
    use crate::pages::sample::span_of;
    let spans = [
        span_of("backend", 1, 0, "a", 0, 100),
        span_of("db", 2, 1, "b", 10, 40),
        span_of("db", 3, 1, "b", 50, 95),
    ];
    let waterfall = Waterfall::new(&spans);
    let path = CriticalPath::new(&waterfall, &spans);
    assert_eq!(
        path.services(&waterfall, &spans),
        [("db", 75), ("backend", 25)]
    );
    assert_eq!(path.length(), 100);
}

#[test]
fn the_path_is_as_long_as_the_root_whatever_is_under_it() {
    let mut seed = 7_u64;
    let mut next = move |below: u64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (seed >> 33) % below
    };
    for _ in 0..300 {
        let mut spans = vec![span(1, 0, "root", 100, 900)];
        for id in 2..=(2 + next(30)) {
            let from = next(1_000);
            spans.push(span(id, 1 + next(id - 1), "x", from, from + next(400)));
        }
        let waterfall = Waterfall::new(&spans);
        let path = CriticalPath::new(&waterfall, &spans);
        assert_eq!(path.length(), 800, "{}", told(&spans));
        for section in &path.sections {
            let row = &waterfall.rows[section.row];
            assert!(
                section.from >= i128::from(row.from) && section.to <= i128::from(row.to),
                "{section:?} is within {row:?}"
            );
        }
    }
}

#[test]
fn deep_and_wide_traces_end() {
    let deep: Vec<_> = (1..=100_000)
        .map(|id| span(id, id - 1, "deep", id, 400_000 - id))
        .collect();
    assert_eq!(
        CriticalPath::new(&Waterfall::new(&deep), &deep).length(),
        399_998
    );
    let wide: Vec<_> = (1..=100_000)
        .map(|id| {
            span(
                id,
                u64::from(id != 1),
                "wide",
                id,
                if id == 1 { 200_000 } else { id + 1 },
            )
        })
        .collect();
    let waterfall = Waterfall::new(&wide);
    assert_eq!(CriticalPath::new(&waterfall, &wide).sections.len(), 100_001);
}
