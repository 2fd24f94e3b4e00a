//! What holds for any expression and any documents.

use proptest::prelude::*;
use serde_json::json;
use xray_query::{Filter, GraphBuilder, ServiceGraph, Trace};
use xray_segment::Segment;

use crate::traces::TRACE;

/// Pieces of expressions, put together anyhow.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "ok",
        "fault",
        "!",
        "=",
        "!=",
        "<",
        ">=",
        "AND",
        "or",
        "(",
        ")",
        "{",
        "}",
        "service(",
        "edge(\"a\",\"b\")",
        "\"a\"",
        "\"",
        "\\",
        "5",
        "-2.5",
        "true",
        "annotation.k",
        "annotation[a.b]",
        "annotation[",
        "user",
        "CONTAINS",
        "http.status",
        "root",
        "name",
        "rootcause.fault.service",
        "rootcause.json = #[{}]",
        "#",
        "group.name =",
        "id(name:",
        "type",
        ",",
        ":",
        "é",
        "responsetime",
    ]);
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.join(" "))
}

fn condition() -> impl Strategy<Value = String> {
    let text = "[a-z\"\\\\é ]{0,5}"
        .prop_map(|text| format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")));
    let simple = prop_oneof![
        prop::sample::select(vec![
            "ok",
            "error = false",
            "throttle",
            "partial != true",
            "http.url",
            "annotation.k",
            "annotation[a.b] = true",
            "service()",
            "service(id(type: \"T\")) { root and name = x }",
            "rootcause.responsetime.entity { coverage > 0.5 last }",
            "rootcause.json != #[{\"Services\": [{\"Name\": \"\\u00e9\"}]}]",
            "group.arn = \"arn:x\"",
        ])
        .prop_map(str::to_owned),
        (any::<i32>(), 0_u32..1000).prop_map(|(whole, part)| format!("duration >= {whole}.{part}")),
        text.clone()
            .prop_map(|text| format!("user CONTAINS {text}")),
        (text.clone(), text)
            .prop_map(|(from, to)| format!("edge({from}, {to}) {{ fault OR responsetime < 2 }}")),
    ];
    simple.prop_recursive(4, 16, 3, |inner| {
        prop_oneof![
            inner.clone().prop_map(|inner| format!("!({inner})")),
            (inner.clone(), inner.clone()).prop_map(|(one, other)| format!("({one}) AND {other}")),
            (inner.clone(), inner.clone()).prop_map(|(one, other)| format!("{one} ({other})")),
            (inner.clone(), inner).prop_map(|(one, other)| format!("{one} OR {other}")),
        ]
    })
}

fn documents() -> impl Strategy<Value = Vec<Segment>> {
    let id = || prop::sample::select(vec!["a", "b", "c", "d", "e"]);
    let document = (id(), prop::option::of(id()), any::<[bool; 4]>(), id(), 0_u32..4).prop_map(|(id, parent, [sub, begun, remote, fault], inside, start)| {
        let kind = (sub && parent.is_some()).then_some("subsegment");
        let end = (!begun).then_some(f64::from(start) + 1.0);
        let namespace = remote.then_some("remote");
        let part = json!({"id": inside, "name": inside, "start_time": start, "end_time": start + 1, "namespace": namespace, "fault": fault});
        serde_json::from_value(json!({
            "id": id, "name": id, "parent_id": parent, "type": kind, "start_time": start, "end_time": end, "in_progress": begun, "fault": fault,
            "subsegments": [part],
        })).unwrap()
    });
    prop::collection::vec(document, 0..7)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn any_text_is_read_or_refused_at_a_place_in_it(text in prop_oneof![any::<String>(), pieces()]) {
        match Filter::parse(&text) {
            Ok(filter) => prop_assert_eq!(Filter::parse(&filter.to_string()), Ok(filter)),
            Err(error) => prop_assert!((1..=text.chars().count() + 1).contains(&error.position), "{}: {}", text, error),
        }
    }

    #[test]
    fn what_is_printed_reads_back_as_the_same(text in condition()) {
        let filter = Filter::parse(&text).unwrap();
        prop_assert_eq!(Filter::parse(&filter.to_string()), Ok(filter));
    }

    #[test]
    fn documents_in_any_order_give_the_same_trace(documents in documents(), turn in any::<prop::sample::Index>()) {
        let one = Trace::assemble(TRACE.to_owned(), documents.clone());
        let mut turned = documents.clone();
        if !turned.is_empty() {
            turned.rotate_left(turn.index(documents.len()));
            turned.reverse();
        }
        let other = Trace::assemble(TRACE.to_owned(), turned);
        prop_assert_eq!(&one, &other);
        for document in &documents {
            prop_assert!(one.segments.iter().any(|top| holds(top, &document.id)), "{} is lost", document.id);
        }
    }

    #[test]
    fn metadata_are_not_asked_for(documents in documents(), text in condition()) {
        let without = Trace::assemble(TRACE.to_owned(), documents);
        let mut with = without.clone();
        with.segments.iter_mut().for_each(add_metadata);
        prop_assert_eq!(with.summary(), without.summary());
        let mut graphs = [&with, &without].map(|trace| {
            let mut graph = GraphBuilder::default();
            graph.add(trace);
            graph.finish()
        });
        prop_assert_eq!(&graphs[0], &graphs[1]);
        graphs[1] = ServiceGraph::of(std::slice::from_ref(&with));
        prop_assert_eq!(&graphs[0], &graphs[1]);
        let filter = Filter::parse(&text).unwrap();
        prop_assert_eq!(filter.matches(&with, &|_| None), filter.matches(&without, &|_| None));
    }

    #[test]
    fn calls_add_up(documents in documents()) {
        let trace = Trace::assemble(TRACE.to_owned(), documents);
        let summary = trace.summary();
        let graph = ServiceGraph::of(std::slice::from_ref(&trace));
        let count = i32::try_from(graph.services.len()).unwrap();
        for service in &graph.services {
            for edge in &service.edges {
                prop_assert!((0..count).contains(&edge.reference_id));
            }
        }
        prop_assert_eq!(graph.services.len(), summary.service_ids.len());
        let _ = trace.api_segments();
        let fault = Filter::parse("fault").unwrap();
        prop_assert_eq!(fault.matches(&trace, &|_| None), summary.has_fault);
    }
}

fn add_metadata(segment: &mut Segment) {
    let json = json!({"default": {"a": "a", "http.url": "a", "k": true}});
    segment.metadata = serde_json::from_value(json).unwrap();
    segment.subsegments.iter_mut().for_each(add_metadata);
}

fn holds(segment: &Segment, id: &str) -> bool {
    segment.id == id || segment.subsegments.iter().any(|part| holds(part, id))
}
