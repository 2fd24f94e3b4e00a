//! What PutTraceSegments takes, and what it says of the rest.

use serde_json::{Value, json};
use xray_segment::{Annotation, ErrorCode, MAX_DOCUMENT_BYTES, Segment, read};

/// A segment that has what it must have.
fn segment() -> Value {
    json!({
        "name": "backend",
        "id": "70de5b6f19ff9a0a",
        "trace_id": "1-581cf771-a006649127e371903a2de979",
        "start_time": 1478293361.271,
        "end_time": 1478293361.449,
    })
}

/// A subsegment that is sent by itself.
fn independent() -> Value {
    with(
        segment(),
        json!({"type": "subsegment", "parent_id": "defdfd9912dc5a56"}),
    )
}

/// A segment with a subsegment that is in it.
fn embedding(part: Value) -> Value {
    let whole =
        json!({"name": "part", "id": "53995c3f42cd8ad8", "start_time": 1.0, "end_time": 2.0});
    with(segment(), json!({"subsegments": [with(whole, part)]}))
}

/// A document with other fields; `null` takes one out.
fn with(mut document: Value, other: Value) -> Value {
    let map = document.as_object_mut().expect("an object");
    for (key, value) in other.as_object().expect("an object") {
        if value.is_null() {
            map.remove(key);
        } else {
            map.insert(key.clone(), value.clone());
        }
    }
    document
}

#[track_caller]
fn check(rule: &str, document: Value, code: ErrorCode) {
    check_text(
        rule,
        &document.to_string(),
        Some("70de5b6f19ff9a0a"),
        "segment",
        code,
    );
}

#[track_caller]
fn check_text(rule: &str, text: &str, id: Option<&str>, what: &str, code: ErrorCode) {
    let Err(refusal) = read(text) else {
        panic!("{rule}: the document was taken");
    };
    let cause = if what == "segment" {
        ""
    } else {
        ", Cause: null"
    };
    let wording = format!("Invalid {what}. ErrorCode: {code}{cause}. ");
    assert_eq!(refusal.code, code, "{rule}: {refusal}");
    assert_eq!(refusal.id.as_deref(), id, "{rule}: {refusal}");
    assert!(refusal.message.starts_with(&wording), "{rule}: {refusal}");
    assert!(refusal.message.len() > wording.len(), "{rule}: {refusal}");
    assert!(refusal.message.len() < 500, "{rule}: {refusal}");
}

/// A refusal for what is wrong with a subsegment: the ID is the document's.
#[track_caller]
fn check_subsegment(rule: &str, document: Value, code: ErrorCode) {
    check_text(
        rule,
        &document.to_string(),
        Some("70de5b6f19ff9a0a"),
        "subsegment",
        code,
    );
}

#[track_caller]
fn taken(rule: &str, document: Value) -> Segment {
    match read(&document.to_string()) {
        Ok(segment) => segment,
        Err(refusal) => panic!("{rule}: {refusal}"),
    }
}

#[test]
fn what_is_no_document_is_refused() {
    use ErrorCode::{MissingId, ParseError};
    let check = |rule: &str, text: &str, code| check_text(rule, text, None, "segment", code);
    check("not JSON", "{\"name\": ", ParseError);
    check("nothing", "", ParseError);
    check("more than one document", "{} {}", ParseError);
    check("too deep for a parser", &"[".repeat(60_000), ParseError);
    check("an empty list has no ID", "[]", MissingId);
    check("a text", "\"segment\"", MissingId);
    check("null", "null", MissingId);
    check("an object without fields", "{}", MissingId);
}

#[test]
fn what_must_be_there_must_be_there() {
    use ErrorCode::*;
    let without = |field: &str| with(segment(), json!({field: null}));
    check_text(
        "no id",
        &without("id").to_string(),
        None,
        "segment",
        MissingId,
    );
    check("no name", without("name"), MissingName);
    check("no trace_id", without("trace_id"), MissingTraceId);
    check("no start_time", without("start_time"), MissingStartTime);
    check(
        "neither end_time nor in_progress",
        without("end_time"),
        MissingEndTime,
    );
    let running = json!({"end_time": null, "in_progress": false});
    check(
        "not in progress and no end_time",
        with(segment(), running),
        MissingEndTime,
    );
    let mut null = segment();
    null["name"] = Value::Null;
    check("null is missing", null, MissingName);
    let orphan = with(independent(), json!({"parent_id": null}));
    check_subsegment(
        "a subsegment by itself without parent_id",
        orphan,
        MissingParentId,
    );
    let orphan = with(independent(), json!({"parent_id": ""}));
    check_subsegment("an empty parent_id is none", orphan, MissingParentId);
    let lost = with(independent(), json!({"trace_id": null}));
    check_subsegment(
        "a subsegment by itself without trace_id",
        lost,
        MissingTraceId,
    );
}

#[test]
fn what_must_be_there_must_be_right() {
    use ErrorCode::*;
    let of = |fields: Value| with(segment(), fields);
    for (rule, id) in [
        ("15 digits", json!("70de5b6f19ff9a0")),
        ("17 digits", json!("70de5b6f19ff9a0a0")),
        ("not hex", json!("70de5b6f19ff9a0x")),
    ] {
        let id_text = id.as_str().map(str::to_owned);
        let text = of(json!({"id": id})).to_string();
        check_text(rule, &text, id_text.as_deref(), "segment", InvalidId);
    }
    let text = of(json!({"id": 42})).to_string();
    check_text("a number as id", &text, None, "segment", InvalidId);
    check(
        "a question mark in the name",
        of(json!({"name": "mysql at x:?"})),
        InvalidName,
    );
    check("no name at all", of(json!({"name": ""})), InvalidName);
    check("a number as name", of(json!({"name": 7})), InvalidName);
    check(
        "201 characters",
        of(json!({"name": "é".repeat(201)})),
        InvalidName,
    );
    check(
        "a W3C trace ID",
        of(json!({"trace_id": "581cf771a006649127e371903a2de979"})),
        InvalidTraceId,
    );
    check(
        "a number as trace_id",
        of(json!({"trace_id": 1})),
        InvalidTraceId,
    );
    check("parent_id", of(json!({"parent_id": "x"})), InvalidParentId);
    check(
        "a text as start_time",
        of(json!({"start_time": "1478293361"})),
        InvalidStartTime,
    );
    check(
        "milliseconds",
        of(json!({"start_time": 1_478_293_361_271_u64})),
        InvalidStartTime,
    );
    check(
        "before 1970",
        of(json!({"start_time": -1})),
        InvalidStartTime,
    );
    check(
        "a text as end_time",
        of(json!({"end_time": "soon"})),
        InvalidEndTime,
    );
    check(
        "end before start",
        of(json!({"end_time": 1478293361.270})),
        InvalidEndTime,
    );
    let text = "{\"trace_id\": \"1-581cf771-a006649127e371903a2de979\", \"id\": \"70de5b6f19ff9a0a\", \"name\": \"a\", \"start_time\": 1e400, \"end_time\": 1}";
    check_text(
        "a number that no float holds",
        text,
        None,
        "segment",
        ParseError,
    );
}

#[test]
fn a_subsegment_costs_the_whole_document() {
    use ErrorCode::*;
    check_subsegment(
        "no end_time",
        embedding(json!({"end_time": null})),
        MissingEndTime,
    );
    check_subsegment("bad id", embedding(json!({"id": "x"})), InvalidId);
    check_subsegment("no id", embedding(json!({"id": null})), MissingId);
    check_subsegment(
        "bad name",
        embedding(json!({"name": "SELECT * FROM x;"})),
        InvalidName,
    );
    check_subsegment(
        "end before start",
        embedding(json!({"end_time": 0.5})),
        InvalidEndTime,
    );
    let deeper = embedding(
        json!({"subsegments": [{"name": "x", "id": "53995c3f42cd8ad9", "start_time": 1.0}]}),
    );
    check_subsegment("at any depth", deeper, MissingEndTime);
    check_subsegment(
        "not an object",
        with(segment(), json!({"subsegments": ["x"]})),
        MissingId,
    );
    let mut nested = embedding(json!({}));
    for _ in 0..50 {
        let parts = nested["subsegments"].take();
        nested = embedding(json!({"subsegments": parts}));
    }
    check_subsegment("51 levels", nested.clone(), InvalidSegment);
    let parts = nested["subsegments"][0]["subsegments"].take();
    nested["subsegments"] = parts;
    taken("50 levels", nested);
}

#[test]
fn a_document_has_64_kilobytes() {
    let of_size = |size: usize| {
        let empty = with(segment(), json!({"metadata": {"a": {"b": ""}}}));
        let text = "x".repeat(size - empty.to_string().len());
        with(empty, json!({"metadata": {"a": {"b": text}}}))
    };
    let largest = of_size(MAX_DOCUMENT_BYTES);
    assert_eq!(largest.to_string().len(), 65_536);
    taken("the largest", largest);
    let code = ErrorCode::InvalidSegment;
    check("one byte more", of_size(MAX_DOCUMENT_BYTES + 1), code);
    let huge = of_size(17 * MAX_DOCUMENT_BYTES).to_string();
    check_text("far too large", &huge, None, "segment", code);
}

#[test]
fn what_is_legal_is_taken() {
    let of = |fields: Value| with(segment(), fields);
    taken(
        "in progress",
        of(json!({"end_time": null, "in_progress": true})),
    );
    taken("in progress and ended", of(json!({"in_progress": true})));
    taken(
        "no time at all between",
        of(json!({"end_time": 1478293361.271})),
    );
    taken("whole seconds", of(json!({"start_time": 1, "end_time": 2})));
    taken("symbols", of(json!({"name": "a_.:/%&#=+\\-@ b"})));
    taken("letters of any alphabet", of(json!({"name": "Größe 值 ٣"})));
    taken(
        "200 characters of two bytes",
        of(json!({"name": "é".repeat(200)})),
    );
    taken(
        "a trace ID without a time",
        of(json!({"trace_id": "1-00000001-000000000000000000000001"})),
    );
    taken(
        "a segment that was called",
        of(json!({"parent_id": "53995c3f42cd8ad8"})),
    );
    taken("a subsegment by itself", independent());
    taken(
        "an embedded subsegment needs neither type nor trace_id",
        embedding(json!({})),
    );
    let segment = taken(
        "its trace is the document's",
        embedding(json!({"trace_id": 5})),
    );
    assert_eq!(segment.subsegments[0].trace_id, None);
    let upper = of(
        json!({"id": "70DE5B6F19FF9A0A", "trace_id": "1-581CF771-A006649127E371903A2DE979", "parent_id": "53995C3F42CD8AD8"}),
    );
    let segment = taken("IDs in upper case", upper);
    assert_eq!(segment.id, "70de5b6f19ff9a0a");
    assert_eq!(segment.parent_id.as_deref(), Some("53995c3f42cd8ad8"));
    let trace_id = segment.trace_id.as_deref();
    assert_eq!(trace_id, Some("1-581cf771-a006649127e371903a2de979"));
}

#[test]
fn what_is_optional_never_costs_the_document() {
    let read = |fields: Value, want: Value| {
        let rule = fields.to_string();
        let segment = taken(&rule, with(segment(), fields));
        let found = serde_json::to_value(segment).expect("JSON");
        let want = with(self::segment(), want);
        assert_eq!(found, want, "{rule}");
    };
    read(
        json!({"http": {"response": {"status": "404", "content_length": "12"}}}),
        json!({"http": {"response": {"status": 404, "content_length": 12}}}),
    );
    read(
        json!({"http": {"response": {"status": 200.0, "content_length": null}}}),
        json!({"http": {"response": {"status": 200}}}),
    );
    read(
        json!({"http": {"response": {"status": "many"}}}),
        json!({"http": {"response": {}}}),
    );
    read(
        json!({"http": {"request": {"url": 7, "traced": "true"}}}),
        json!({"http": {"request": {"url": "7", "traced": true}}}),
    );
    read(json!({"http": "GET"}), json!({}));
    read(json!({"http": {"request": []}}), json!({"http": {}}));
    read(
        json!({"traced": true}),
        json!({"http": {"request": {"traced": true}}}),
    );
    read(
        json!({"error": "true", "fault": 1, "throttle": false}),
        json!({"error": true}),
    );
    read(
        json!({"user": 42, "origin": {}, "namespace": ""}),
        json!({"user": "42"}),
    );
    read(json!({"aws": []}), json!({}));
    read(
        json!({"service": {"version": 3, "runtime": "CPython"}}),
        json!({"service": {"version": "3", "runtime": "CPython"}}),
    );
    read(json!({"sql": "SELECT"}), json!({}));
    read(
        json!({"sql": {"sanitized_query": true}}),
        json!({"sql": {"sanitized_query": "true"}}),
    );
    read(json!({"cause": 200}), json!({}));
    read(
        json!({"cause": "7121b882a0ef44da"}),
        json!({"cause": "7121b882a0ef44da"}),
    );
    read(
        json!({"cause": {"paths": "x", "exceptions": [7, {"message": "m", "stack": [null, {"line": "12"}]}]}}),
        json!({"cause": {"exceptions": [{"message": "m", "stack": [{"line": 12}]}]}}),
    );
    read(
        json!({"links": [{"id": "53995c3f42cd8ad8"}, {"trace_id": "t"}]}),
        json!({"links": [{"trace_id": "t"}]}),
    );
    read(json!({"precursor_ids": "x"}), json!({}));
    read(json!({"subsegments": {}}), json!({}));
    read(json!({"annotations": [], "metadata": []}), json!({}));
    read(json!({"Dummy": {"x": 1}, "resource_arn": "arn"}), json!({}));
    let mut nulls = Value::Object(serde_json::Map::new());
    for field in [
        "annotations",
        "aws",
        "cause",
        "error",
        "fault",
        "http",
        "in_progress",
        "links",
        "metadata",
        "namespace",
        "origin",
        "parent_id",
        "precursor_ids",
        "service",
        "sql",
        "subsegments",
        "throttle",
        "traced",
        "type",
        "user",
    ] {
        nulls[field] = Value::Null;
    }
    let mut document = segment();
    document
        .as_object_mut()
        .expect("an object")
        .append(nulls.as_object_mut().expect("an object"));
    let found = serde_json::to_value(taken("null everywhere", document)).expect("JSON");
    assert_eq!(found, segment());
}

#[test]
fn texts_of_http_and_the_user_are_cut_at_250_characters() {
    let long = "é".repeat(251);
    let request = json!({"method": long, "url": long, "user_agent": long, "client_ip": long});
    let document = with(
        segment(),
        json!({"user": long, "http": {"request": request}}),
    );
    let segment = taken("long texts", document);
    let request = segment.http.expect("http").request.expect("a request");
    let texts = [
        segment.user,
        request.method,
        request.url,
        request.user_agent,
        request.client_ip,
    ];
    assert_eq!(
        texts.map(|text| text.expect("a text")),
        ["é"; 5].map(|e| e.repeat(250))
    );
}

#[test]
fn annotations_that_the_service_does_not_index_are_left_out() {
    let of = |annotations: Value| {
        let document = with(segment(), json!({"annotations": annotations}));
        let annotations = taken("annotations", document).annotations;
        annotations.into_keys().collect::<Vec<_>>()
    };
    let none: [&str; 0] = [];
    let check = |rule: &str, annotations: Value, keys: &[&str]| {
        assert_eq!(of(annotations), keys, "{rule}");
    };
    check(
        "texts, numbers and flags",
        json!({"a": "x", "b": 1.5, "c": false}),
        &["a", "b", "c"],
    );
    check(
        "letters, digits, _ and .",
        json!({"a_B.9": 1, "PHP Version": 1, "a-b": 1, "é": 1, "": 1}),
        &["a_B.9"],
    );
    check("scalars", json!({"a": null, "b": [], "c": {}}), &none);
    check(
        "keys of 500",
        json!({"k".repeat(500): 1, "l".repeat(501): 1}),
        &[&"k".repeat(500)],
    );
    check(
        "texts of 1,000",
        json!({"a": "é".repeat(1_000), "b": "é".repeat(1_001)}),
        &["a"],
    );

    let many = |count: usize| -> Value {
        (0..count)
            .map(|n| (format!("k{n:02}"), json!(n)))
            .collect::<serde_json::Map<_, _>>()
            .into()
    };
    assert_eq!(of(many(51)).len(), 50);
    let document = with(
        embedding(json!({"annotations": many(30)})),
        json!({"annotations": many(30)}),
    );
    let whole = taken("50 in the document, the segment's first", document);
    assert_eq!(whole.annotations.len(), 30);
    assert_eq!(whole.subsegments[0].annotations.len(), 20);
    assert_eq!(whole.annotations["k07"], Annotation::Number(7.into()));
}

#[test]
fn metadata_without_a_namespace_goes_into_the_default_one() {
    let metadata =
        json!({"debug": {"a": [1]}, "key": "text", "list": [1], "default": {"key": "kept"}});
    let segment = taken("metadata", with(segment(), json!({"metadata": metadata})));
    let found = serde_json::to_value(segment.metadata).expect("JSON");
    assert_eq!(
        found,
        json!({"debug": {"a": [1]}, "default": {"key": "kept", "list": [1]}})
    );
}
