//! Trees of any depth and width: nothing recurses over spans, and no text grows with the square of the depth.

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans, Span};
use span_snapshot::{SpanTree, explain};

const COUNT: u64 = 10_000;

/// Spans that all start at once, each with the parent that `parent` gives; 0 is none.
fn tree(parent: impl Fn(u64) -> u64) -> SpanTree {
    let spans = (1..=COUNT).map(|i| Span {
        trace_id: vec![1; 16],
        span_id: i.to_be_bytes().to_vec(),
        parent_span_id: parent(i).to_be_bytes().to_vec(),
        name: "same".to_owned(),
        kind: 1,
        ..Span::default()
    });
    let scope_spans = vec![ScopeSpans {
        spans: spans.collect(),
        ..ScopeSpans::default()
    }];
    let resource_spans = vec![ResourceSpans {
        scope_spans,
        ..ResourceSpans::default()
    }];
    SpanTree::from_otlp([&ExportTraceServiceRequest { resource_spans }])
}

/// Everything that walks a tree, done once.
fn check(tree: &SpanTree, depth: usize) {
    assert_eq!(tree.len() as u64, COUNT);
    assert_eq!(tree.spans().map(|span| span.depth()).max(), Some(depth));
    let text = tree.render();
    assert!(text.len() < 200 * tree.len(), "{} bytes", text.len());
    let parsed = SpanTree::parse(&text).unwrap();
    assert!(parsed == *tree);
    assert!(SpanTree::from_otlp([&tree.to_otlp()]) == *tree);
    assert!(
        tree.only_spans(|span| span.depth() % 2 == 0)
            == parsed.only_spans(|span| span.depth() % 2 == 0)
    );
    let fewer = tree.only_spans(|span| span.depth() < 5);
    assert_eq!(explain(&fewer, tree).is_empty(), fewer.len() == tree.len());
}

#[test]
fn ten_thousand_levels() {
    check(&tree(|i| i - 1), COUNT as usize - 1);
}

#[test]
fn ten_thousand_siblings() {
    check(&tree(|i| u64::from(i > 1)), 1);
}

#[test]
fn a_cycle_of_ten_thousand() {
    let tree = tree(|i| i % COUNT + 1);
    assert!(tree.render().contains("[parent cycle]"));
    assert_eq!(tree.roots().count(), 1);
}

#[test]
fn ten_thousand_spans_that_are_their_own_parents() {
    assert_eq!(tree(|i| i).roots().count() as u64, COUNT);
}
