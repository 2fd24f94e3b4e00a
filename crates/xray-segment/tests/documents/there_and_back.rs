//! A document made into spans and those into documents again: what both forms know stays.

use serde_json::{Value, json};
use xray_segment::{
    Segment, to_otlp,
    translate::{Options, segments},
};

use crate::clients::{NODE, PYTHON, taken};

/// The documents of a document's spans, without what neither says.
fn back(segment: &Segment) -> Vec<Segment> {
    let resources = to_otlp(segment, Some("service"));
    let resource = resources[0].resource.as_ref().expect("a resource");
    let spans = &resources[0].scope_spans[0].spans;
    let documents = |span| segments(resource, span, &Options::default()).expect("usable IDs");
    spans.iter().flat_map(documents).collect()
}

/// What both forms have a place for.
fn told(segment: &Segment, parent: Option<&str>) -> Value {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let http = segment.http.clone().unwrap_or_default();
    let request = http.request.unwrap_or_default();
    let exceptions = match &segment.cause {
        Some(xray_segment::Cause::Exceptions { exceptions, .. }) => exceptions.as_slice(),
        _ => &[],
    };
    let thrown = |exception: &xray_segment::Exception| {
        let frame = |frame: &xray_segment::StackFrame| json!([frame.path, frame.line, frame.label]);
        json!([
            exception.kind,
            exception.message,
            exception.stack.iter().map(frame).collect::<Value>()
        ])
    };
    let status = http.response.unwrap_or_default().status;
    // Of spans, an answer's status alone says whose fault it is.
    let is_error = status.is_some_and(|status| (400..500).contains(&status));
    // Namespaces of the SDKs' own have no kind of span.
    let namespace = segment
        .namespace
        .as_deref()
        .filter(|name| ["aws", "remote"].contains(name));
    let asked = ["operation", "region", "request_id", "table_name"].map(|key| segment.aws.get(key));
    let sql = segment.sql.clone().unwrap_or_default();
    json!({
        "name": segment.name, "id": segment.id, "parent": parent.or(segment.parent_id.as_deref()), "namespace": namespace,
        "start": (segment.start_time * 1e6).round(), "end": segment.end_time.map(|end| (end * 1e6).round()),
        "http": [request.method, request.url.filter(|url| !url.is_empty()), request.user_agent, request.client_ip, request.x_forwarded_for, status],
        "user": text(&segment.user),
        "aws": asked,
        "sql": [sql.sanitized_query, sql.user, sql.database_type.map(|kind| kind.to_lowercase())],
        "fault": segment.fault && !is_error, "throttle": segment.throttle,
        "annotations": segment.annotations,
        "exceptions": exceptions.iter().map(thrown).collect::<Value>(),
    })
}

fn all(segment: &Segment, parent: Option<&str>, list: &mut Vec<Value>) {
    list.push(told(segment, parent));
    for part in &segment.subsegments {
        all(part, Some(&segment.id), list);
    }
}

#[track_caller]
fn check(rule: &str, document: &str) {
    let segment = taken(document);
    let mut want = Vec::new();
    all(&segment, None, &mut want);
    let found = back(&segment);
    let found: Vec<Value> = found.iter().map(|segment| told(segment, None)).collect();
    for (found, want) in found.iter().zip(&want) {
        assert_eq!(found, want, "{rule}");
    }
    assert_eq!(found.len(), want.len(), "{rule}");
}

#[test]
fn documents_of_the_sdks() {
    // Python's stack has the outermost call first, documents of spans the innermost.
    let python = PYTHON.replace("X-Ray for Python", "opentelemetry for python");
    check("Python", &python);
    check("Node.js", NODE);
}

#[test]
fn fields() {
    let check = |rule: &str, fields: Value| {
        let mut document = json!({
            "name": "backend", "id": "70de5b6f19ff9a0a", "trace_id": "1-581cf771-a006649127e371903a2de979",
            "start_time": 1478293361.271, "end_time": 1478293361.449,
        });
        for (key, value) in fields.as_object().expect("an object") {
            document[key] = value.clone();
        }
        check(rule, &document.to_string());
    };
    check(
        "a segment",
        json!({"parent_id": "53995c3f42cd8ad8", "user": "u"}),
    );
    check(
        "a call by itself",
        json!({"type": "subsegment", "parent_id": "53995c3f42cd8ad8", "namespace": "remote"}),
    );
    check(
        "a call of AWS",
        json!({"type": "subsegment", "parent_id": "53995c3f42cd8ad8", "namespace": "aws", "aws": {"operation": "GetItem"}}),
    );
    check(
        "too many requests",
        json!({"error": true, "throttle": true, "http": {"response": {"status": 429}}}),
    );
    check(
        "a fault",
        json!({"fault": true, "http": {"request": {"method": "GET", "url": "http://a/"}, "response": {"status": 503}}}),
    );
    check(
        "a header's client",
        json!({"http": {"request": {"url": "http://a/", "client_ip": "10.0.0.1", "x_forwarded_for": true}}}),
    );
    check(
        "annotations",
        json!({"annotations": {"a.b": "c", "n": 1, "f": true, "d": 0.5}}),
    );
    for language in ["java", "python", "nodejs", "dotnet", "go", "rust"] {
        let stack = json!([{"path": "a/b", "line": 1, "label": "f"}, {"path": "c", "line": 2, "label": "g"}]);
        let cause = json!({"exceptions": [{"type": "E", "message": "m", "stack": stack}, {"type": "F", "message": "n"}]});
        check(
            language,
            json!({"fault": true, "cause": cause, "aws": {"xray": {"sdk": format!("opentelemetry for {language}")}}}),
        );
    }
}

#[test]
fn metadata() {
    let metadata = json!({"default": {"a": [1, {"b": null}]}, "debug": {"c": "d"}});
    let document = json!({
        "name": "backend", "id": "70de5b6f19ff9a0a", "trace_id": "1-581cf771-a006649127e371903a2de979",
        "start_time": 1, "end_time": 2, "metadata": metadata,
    });
    let found =
        serde_json::to_value(&back(&taken(&document.to_string()))[0].metadata).expect("JSON");
    assert_eq!(found["debug"], metadata["debug"]);
    assert_eq!(found["default"]["a"], metadata["default"]["a"]);
}
