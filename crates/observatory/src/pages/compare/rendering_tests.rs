//! What a comparison shows of traces that are as bad as they can be.

use opentelemetry_proto::tonic::common::v1::any_value::Value;

use super::{
    address::CompareView,
    page::{Comparison, page},
};
use crate::{
    model::{StoredSpan, TraceId},
    pages::{
        colours::ServiceColours,
        rendering_tests::{EVIL, check_harmless, frame},
        sample::{failed, pairs, span, span_of, with},
        span_facts,
        trace_address::{ROWS, TraceView},
        trace_page::Trace,
    },
};

fn compared(left: &[StoredSpan], right: &[StoredSpan], query: &[(&str, &str)]) -> String {
    let colours = ServiceColours::new(left.iter().chain(right).map(span_facts::service));
    let as_it_is = TraceView::default();
    let left = Trace::new(TraceId([7; 16]), left, &colours, &as_it_is);
    let right = Trace::new(TraceId([8; 16]), right, &colours, &as_it_is);
    let view = CompareView::read(&pairs(query));
    page(
        &Comparison::new(&left, &right, &colours, &view, None),
        &frame(),
    )
    .into_string()
}

/// Names of the rows, with the side that has them.
fn rows(page: &str) -> Vec<String> {
    page.split("data-side=\"")
        .skip(1)
        .map(|rest| {
            let side = rest.split('"').next().unwrap_or_default();
            let name = rest
                .split("data-span-name=\"")
                .nth(1)
                .and_then(|rest| rest.split('"').next());
            format!("{side} {}", name.unwrap_or_default())
        })
        .collect()
}

fn two() -> ([StoredSpan; 3], [StoredSpan; 3]) {
    let left = [
        span(1, 0, "get", 0, 100_000_000),
        with(
            span_of("db", 2, 1, "select", 10, 20_000_000),
            "rows",
            Value::IntValue(1),
        ),
        span(3, 1, "cache", 30_000_000, 31_000_000),
    ];
    let right = [
        span(1, 0, "get", 0, 300_000_000),
        with(
            failed(span_of("db", 9, 1, "select", 10, 220_000_000), "slow"),
            "rows",
            Value::IntValue(900),
        ),
        span(4, 1, "retry", 230_000_000, 231_000_000),
    ];
    (left, right)
}

#[test]
fn both_traces_stand_in_one_tree() {
    let (left, right) = two();
    let page = compared(&left, &right, &[]);
    assert_eq!(
        rows(&page),
        ["both get", "both select", "right retry", "left cache"]
    );
    for told in [
        "+200 ms",
        "only left",
        "only right",
        "Two traces of",
        "on the critical path",
    ] {
        assert!(page.contains(told), "{told}");
    }
    assert!(page.contains(r#"<aside id="details" hidden></aside>"#));
}

#[test]
fn the_open_pair_tells_which_attributes_differ() {
    let (left, right) = two();
    let page = compared(&left, &right, &[("left", "0000000000000002")]);
    assert!(
        page.contains(r#"data-testid="differing-attribute" data-key="rows""#),
        "{page}"
    );
    assert!(
        page.contains("1 are the same") && page.contains("Status messages"),
        "the service is the same"
    );
    assert!(page.contains("/trace/08080808080808080808080808080808?span=0000000000000009"));
    let alone = compared(&left, &right, &[("right", "0000000000000004")]);
    assert!(alone.contains("Only the right trace has this span."));
    let wrong = compared(&left, &right, &[("left", "00ff"), ("foo", "1")]);
    assert!(wrong.contains("This span is not here") && wrong.contains("no such parameter"));
}

#[test]
fn what_differs_can_be_shown_alone() {
    let mut left = vec![
        span(1, 0, "get", 0, 1_000),
        span(2, 1, "a", 0, 100),
        span(3, 2, "under a", 0, 50),
        span(4, 1, "b", 0, 100),
    ];
    let mut right = left.clone();
    right[2] = span(3, 2, "under a", 0, 99);
    assert_eq!(
        rows(&compared(&left, &right, &[("show", "different")])),
        [""; 0],
        "49 of 1,000 is little"
    );
    right[2] = span(3, 2, "under a", 0, 100);
    assert_eq!(
        rows(&compared(&left, &right, &[("show", "different")])),
        ["both get", "both a", "both under a"]
    );
    left.push(span(5, 4, "new", 0, 1));
    assert_eq!(
        rows(&compared(&left, &right, &[("show", "different")])),
        ["both get", "both a", "both under a", "both b", "left new"]
    );
    assert!(compared(&left, &left, &[("show", "different")]).contains("No span differs."));
}

#[test]
fn nothing_that_a_span_says_acts() {
    let evil = |value: &str| {
        with(
            failed(span_of(EVIL, 1, 0, EVIL, 0, 50), EVIL),
            EVIL,
            Value::StringValue(format!("{EVIL}{value}")),
        )
    };
    let (left, right) = ([evil("1")], [evil("2")]);
    let page = compared(&left, &right, &[("left", "0000000000000001"), (EVIL, EVIL)]);
    check_harmless(&page);
    assert!(
        page.matches("&lt;script&gt;alert(1)&lt;/script&gt;")
            .count()
            > 5
    );
}

#[test]
fn large_and_strange_traces_are_bounded() {
    let wide: Vec<_> = (1..=10_000)
        .map(|id| span(id, u64::from(id != 1), "x", id, 20_000))
        .collect();
    let deep: Vec<_> = (1..=2_000)
        .map(|id| span(id, id - 1, "x", id, 20_000))
        .collect();
    let page = compared(&wide, &deep, &[]);
    assert_eq!(rows(&page).len(), ROWS);
    assert!(page.len() < 900_000, "{}", page.len());
    let last = compared(&wide, &deep, &[("skip", "11900")]);
    assert!(!rows(&last).is_empty());
    let ring = [span(1, 2, "a", 0, 5), span(2, 1, "b", 9, 3)];
    assert_eq!(rows(&compared(&ring, &ring, &[])).len(), 2);
    assert_eq!(rows(&compared(&ring, &[], &[])).len(), 2);
}
