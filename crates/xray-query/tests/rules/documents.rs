//! The segments that `BatchGetTraces` gives.

use serde_json::{Value, json};
use xray_query::api_documents;

use crate::traces::{TRACE, segment, subsegment, trace, with};

fn documents() -> Value {
    json!([
        segment(
            "a",
            "web",
            json!({"trace_id": TRACE, "subsegments": [segment("p", "part", json!({"subsegments": [
                segment("b", "DynamoDB", json!({"namespace": "aws", "aws": {"table_name": "t"}, "http": {"response": {"status": 400}}, "error": true})),
            ]}))]})
        ),
        subsegment(
            "c",
            "api",
            "a",
            json!({"namespace": "remote", "trace_id": TRACE})
        ),
        segment("d", "api", json!({"parent_id": "c", "trace_id": TRACE})),
        subsegment(
            "e",
            "db",
            "a",
            json!({"sql": {"url": "x"}, "trace_id": TRACE})
        ),
    ])
}

fn read(pairs: Vec<(String, String)>) -> Vec<Value> {
    pairs
        .into_iter()
        .map(|(id, document)| {
            let document: Value = serde_json::from_str(&document).unwrap();
            assert_eq!(document["id"], json!(id));
            document
        })
        .collect()
}

#[track_caller]
fn check(rule: &str, found: &[Value], wanted: &[(&str, Value)]) {
    let names: Vec<&Value> = found.iter().map(|document| &document["name"]).collect();
    assert_eq!(names.len(), wanted.len(), "{rule}: {names:?}");
    for (document, (name, fields)) in found.iter().zip(wanted) {
        assert_eq!(document["name"], *name, "{rule}");
        let merged = with(document.clone(), fields.clone());
        assert_eq!(*document, merged, "{rule}");
    }
}

#[test]
fn segments_with_their_parts_then_the_inferred() {
    let wanted = [
        ("web", json!({"trace_id": TRACE})),
        ("api", json!({"parent_id": "c"})),
        (
            "db",
            json!({"parent_id": "e", "inferred": true, "origin": "Database::SQL", "sql": {"url": "x"}}),
        ),
        (
            "DynamoDB",
            json!({
                "parent_id": "b", "inferred": true, "origin": "AWS::DynamoDB::Table", "trace_id": TRACE, "start_time": 100.0, "end_time": 101.0,
                "aws": {"table_name": "t"}, "http": {"response": {"status": 400}}, "error": true,
            }),
        ),
    ];
    let trace = trace(documents());
    let typed = read(trace.api_segments());
    check("typed", &typed, &wanted);
    let ids: Vec<&str> = typed[0]["subsegments"]
        .as_array()
        .unwrap()
        .iter()
        .map(|part| part["id"].as_str().unwrap())
        .collect();
    assert_eq!(ids, ["c", "e", "p"]);
    let inferred = typed[2]["id"].as_str().unwrap();
    assert!(
        inferred.len() == 16 && inferred.bytes().all(|byte| byte.is_ascii_hexdigit()),
        "{inferred}"
    );
    assert_eq!(
        trace.api_segments(),
        trace.api_segments(),
        "the same each time"
    );

    let mut values = documents();
    values[0]["hat"] = json!({"size": 7});
    let found = read(api_documents(TRACE, values.as_array().unwrap().clone()));
    check("as JSON", &found, &wanted);
    assert_eq!(
        found[0]["hat"],
        json!({"size": 7}),
        "fields that nobody knows are kept"
    );
}

#[test]
fn what_the_service_inferred_before_is_not_inferred_again() {
    let again: Vec<Value> = read(trace(documents()).api_segments());
    let count = again.len();
    assert_eq!(trace(json!(again)).api_segments().len(), count);
}

#[test]
fn a_subsegment_without_its_segment_is_given_too() {
    let found = read(
        trace(json!([subsegment(
            "b",
            "x",
            "gone",
            json!({"namespace": "remote"})
        )]))
        .api_segments(),
    );
    check(
        "alone",
        &found,
        &[
            ("x", json!({"type": "subsegment", "trace_id": TRACE})),
            ("x", json!({"inferred": true, "origin": "remote"})),
        ],
    );
}
