//! Which document goes into which, whatever the order they come in.

use serde_json::{Value, json};
use xray_query::{Trace, assemble_values};
use xray_segment::Segment;

use crate::traces::{TRACE, segment, segments, subsegment};

/// Documents become these trees (`a(b(c) d) e`), in every order they can come in, typed and as plain JSON.
#[track_caller]
fn check(rule: &str, documents: Value, wanted: &str) {
    let documents = documents.as_array().unwrap().clone();
    for order in orders(documents.len()) {
        let documents: Vec<Value> = order.iter().map(|&at| documents[at].clone()).collect();
        let typed = Trace::assemble(TRACE.to_owned(), segments(json!(documents)));
        assert_eq!(trees(&typed.segments), wanted, "{rule}: {order:?}");
        let values = assemble_values(documents);
        let read: Vec<Segment> = segments(json!(values));
        assert_eq!(trees(&read), wanted, "{rule}, as JSON: {order:?}");
    }
}

fn orders(count: usize) -> Vec<Vec<usize>> {
    if count == 0 {
        return vec![Vec::new()];
    }
    let shorter = orders(count - 1);
    shorter
        .iter()
        .flat_map(|order| {
            (0..count).map(|place| {
                let mut order = order.clone();
                order.insert(place, count - 1);
                order
            })
        })
        .collect()
}

fn trees(segments: &[Segment]) -> String {
    let tree = |segment: &Segment| {
        let progress = if segment.in_progress { "…" } else { "" };
        let inside = trees(&segment.subsegments);
        let inside = if inside.is_empty() {
            inside
        } else {
            format!("({inside})")
        };
        format!("{}{progress}{inside}", segment.id)
    };
    segments.iter().map(tree).collect::<Vec<_>>().join(" ")
}

#[test]
fn documents_become_trees() {
    check("nothing", json!([]), "");
    check(
        "a subsegment goes into its segment",
        json!([
            segment("a", "web", json!({})),
            subsegment("b", "db", "a", json!({}))
        ]),
        "a(b)",
    );
    check(
        "those that begin at one moment stay as their document has them, after what came by itself",
        json!([
            segment(
                "a",
                "web",
                json!({"subsegments": [
                    segment("c", "x", json!({"subsegments": [
                        segment("e", "x", json!({})), segment("d", "x", json!({})),
                    ]})),
                    segment("b", "x", json!({})),
                ]})
            ),
            subsegment("z", "x", "a", json!({})),
            subsegment("y", "x", "a", json!({})),
        ]),
        "a(y z c(e d) b)",
    );
    check(
        "into a subsegment that the segment holds, at any depth",
        json!([
            segment(
                "a",
                "web",
                json!({"subsegments": [
                    segment("b", "x", json!({"subsegments": [segment("c", "y", json!({}))]})),
                ]})
            ),
            subsegment("d", "z", "c", json!({})),
        ]),
        "a(b(c(d)))",
    );
    check(
        "into a subsegment that was sent by itself",
        json!([
            segment("a", "web", json!({})),
            subsegment("b", "x", "a", json!({})),
            subsegment(
                "c",
                "y",
                "b",
                json!({"subsegments": [segment("d", "z", json!({}))]})
            ),
            subsegment("e", "z", "d", json!({})),
        ]),
        "a(b(c(d(e))))",
    );
    check(
        "without its parent it stays at the top",
        json!([
            segment("a", "web", json!({})),
            subsegment("c", "y", "b", json!({}))
        ]),
        "a c",
    );
    check(
        "a segment with a parent is no part of it",
        json!([
            segment("a", "web", json!({})),
            segment("b", "api", json!({"parent_id": "a"}))
        ]),
        "a b",
    );
    check(
        "siblings by start, ties by ID",
        json!([
            segment("z", "web", json!({"start_time": 99.0})),
            segment("a", "web", json!({})),
            subsegment("c", "x", "z", json!({"start_time": 99.5})),
            subsegment("b", "x", "z", json!({})),
            subsegment("d", "x", "z", json!({})),
        ]),
        "z(c b d) a",
    );
}

#[test]
fn complete_documents_replace_those_in_progress() {
    let begun = json!({"id": "a", "name": "web", "start_time": 100.0, "in_progress": true});
    let ended = segment(
        "a",
        "web",
        json!({"subsegments": [segment("b", "x", json!({}))]}),
    );
    check("in progress only", json!([begun]), "a…");
    check("complete wins", json!([begun, ended]), "a(b)");
    check("the same twice counts once", json!([ended, ended]), "a(b)");
    check(
        "of two that are complete, the one that ended later",
        json!([segment("a", "web", json!({"end_time": 102.0})), ended]),
        "a",
    );
    check(
        "of two that differ otherwise, always the same",
        json!([
            segment("a", "one", json!({})),
            segment("a", "two", json!({}))
        ]),
        "a",
    );
    let part_begun = json!({"id": "b", "name": "x", "start_time": 100.0, "in_progress": true});
    let holder = segment("a", "web", json!({"subsegments": [part_begun]}));
    check(
        "a subsegment that was in progress in its segment",
        json!([holder, subsegment("b", "x", "a", json!({}))]),
        "a(b)",
    );
    let nested = with_parts(part_begun.clone(), json!([segment("c", "y", json!({}))]));
    check(
        "and what was inside it is kept",
        json!([
            segment("a", "web", json!({"subsegments": [nested]})),
            subsegment("b", "x", "a", json!({})),
            subsegment("d", "z", "c", json!({})),
        ]),
        "a(b(c(d)))",
    );
    check(
        "a copy of what the segment holds counts once",
        json!([ended, subsegment("b", "x", "a", json!({}))]),
        "a(b)",
    );
    check(
        "an older copy too",
        json!([
            ended,
            with_parts(
                subsegment(
                    "b",
                    "x",
                    "a",
                    json!({"in_progress": true, "end_time": null})
                ),
                json!([])
            )
        ]),
        "a(b)",
    );
}

fn with_parts(document: Value, parts: Value) -> Value {
    crate::traces::with(document, json!({"subsegments": parts}))
}

#[test]
fn circles_and_depth_are_bounded() {
    check(
        "its own parent",
        json!([subsegment("a", "x", "a", json!({}))]),
        "a",
    );
    check(
        "two that are each other's parent",
        json!([
            subsegment("a", "x", "b", json!({})),
            subsegment("b", "x", "a", json!({}))
        ]),
        "a(b)",
    );
    check(
        "three in a circle, and one on it",
        json!([
            subsegment("a", "x", "b", json!({})),
            subsegment("b", "x", "c", json!({})),
            subsegment("c", "x", "a", json!({})),
            subsegment("d", "x", "b", json!({})),
        ]),
        "a(c(b(d)))",
    );
    check(
        "one that leads into a circle, and is looked at before it",
        json!([
            subsegment("a", "x", "b", json!({})),
            subsegment("b", "x", "c", json!({})),
            subsegment("c", "x", "b", json!({})),
        ]),
        "b(a c)",
    );
    check(
        "two that hold each other: nothing is lost",
        json!([
            subsegment(
                "a",
                "x",
                "n",
                json!({"subsegments": [segment("b", "x", json!({}))]})
            ),
            subsegment(
                "b",
                "x",
                "n",
                json!({"subsegments": [segment("a", "x", json!({}))]})
            ),
        ]),
        "a(b)",
    );

    let chain: Vec<Value> = (0..1000)
        .map(|at| {
            subsegment(
                &format!("{at:04}"),
                "x",
                &format!("{:04}", at + 1),
                json!({}),
            )
        })
        .collect();
    let trace = Trace::assemble(TRACE.to_owned(), segments(json!(chain)));
    let count = trees(&trace.segments)
        .split(['(', ' ', ')'])
        .filter(|id| !id.is_empty())
        .count();
    assert_eq!(count, 1000, "of a chain that is too long, all are kept");
}

#[test]
fn json_keeps_fields_that_nobody_knows() {
    let values = assemble_values(vec![
        subsegment("b", "x", "a", json!({"shoe": {"size": 42}})),
        segment("a", "web", json!({"hat": [1, null]})),
    ]);
    assert_eq!(values[0]["hat"], json!([1, null]));
    assert_eq!(values[0]["subsegments"][0]["shoe"], json!({"size": 42}));
}
