//! Trees of segment documents: what of a document is shown, where it stands, and what never is.

use serde_json::{Value as Json, json};
use span_snapshot::{Kind, SegmentError, SpanTree, assert_span_snapshot};
use xray_segment::Segment;

const TRACE: &str = "1-581cf771-a006649127e371903a2de979";

/// A document of the usual trace with these fields besides.
fn document(id: &str, name: &str, more: Json) -> String {
    let mut document = json!({
        "trace_id": TRACE,
        "id": id,
        "name": name,
        "start_time": 1478293361.271,
        "end_time": 1478293361.449,
    });
    for (key, value) in more.as_object().unwrap() {
        document[key] = value.clone();
    }
    document.to_string()
}

/// A subsegment that is sent by itself.
fn independent(id: &str, parent: &str, name: &str) -> String {
    document(
        id,
        name,
        json!({ "type": "subsegment", "parent_id": parent }),
    )
}

fn tree(documents: &[String]) -> SpanTree {
    SpanTree::from_segments(documents).unwrap()
}

/// One case a rule: the documents, and the lines of their tree.
#[track_caller]
fn check(documents: &[String], lines: &[&str]) {
    let tree = tree(documents);
    assert_eq!(tree.render().lines().collect::<Vec<_>>(), lines);
    let back = SpanTree::parse(&tree.render()).unwrap();
    assert_eq!(back, tree, "the text is read back");
    let typed: Vec<Segment> = documents
        .iter()
        .map(|document| serde_json::from_str(document).unwrap())
        .collect();
    assert_eq!(SpanTree::from_typed_segments(&typed), tree, "typed");
}

/// The lines under the only segment of a document with these fields.
#[track_caller]
fn check_fields(fields: Json, lines: &[&str]) {
    let shown = tree(&[document("000000000000000a", "backend", fields.clone())]);
    let text = shown.render();
    let under: Vec<&str> = text.lines().skip(2).map(str::trim_start).collect();
    assert_eq!(under, lines, "{fields}");
    assert_eq!(SpanTree::parse(&text).unwrap(), shown);
}

#[test]
fn a_tree_reads_so() {
    let segment = document(
        "70de5b6f19ff9a0a",
        "backend",
        json!({
            "origin": "AWS::ECS::Container",
            "user": "andrewbrown",
            "http": {
                "request": { "method": "GET", "url": "http://localhost/api/activities/home" },
                "response": { "status": 200, "content_length": 17 },
            },
            "aws": { "xray": { "sdk": "X-Ray for Rust", "auto_instrumentation": false }, "account_id": "123" },
            "service": { "version": "1.0", "runtime": "rustc", "runtime_version": "1.95.0" },
            "annotations": { "handle": "andrewbrown", "results": 3, "ratio": 0.5, "cached": true },
            "subsegments": [{
                "id": "53995c3f42cd8ad8",
                "name": "home_activities",
                "start_time": 1478293361.3,
                "end_time": 1478293361.4,
                "metadata": { "cruddur": { "now": "12:00", "results-size": 3, "list": [1, "a", null], "map": { "k": 1.5 } } },
                "subsegments": [{
                    "id": "53995c3f42cd8ad9",
                    "name": "db",
                    "namespace": "remote",
                    "start_time": 1478293361.31,
                    "end_time": 1478293361.32,
                    "sql": { "url": "SELECT", "sanitized_query": "SELECT * FROM a WHERE b = ?", "database_type": "PostgreSQL" },
                }],
            }],
        }),
    );
    assert_span_snapshot!(tree(&[segment]), @r#"
    trace 1
    └─ SEGMENT backend
       annotations.cached = true
       annotations.handle = "andrewbrown"
       annotations.ratio = 0.5
       annotations.results = 3
       aws.account_id = "123"
       aws.xray.auto_instrumentation = false
       aws.xray.sdk = "X-Ray for Rust"
       http.request.method = "GET"
       http.request.url = "http://localhost/api/activities/home"
       http.response.content_length = 17
       http.response.status = 200
       origin = "AWS::ECS::Container"
       service.version = "1.0"
       user = "andrewbrown"
       └─ SUBSEGMENT home_activities
          metadata.cruddur.list = [1, "a", null]
          metadata.cruddur.map = {"k": 1.5}
          metadata.cruddur.now = "12:00"
          metadata.cruddur.results-size = 3
          └─ SUBSEGMENT db
             namespace = "remote"
             sql.database_type = "PostgreSQL"
             sql.sanitized_query = "SELECT * FROM a WHERE b = ?"
             sql.url = "SELECT"
    "#);
}

#[test]
fn flags_are_shown_where_they_are_set() {
    check_fields(
        json!({ "error": true, "throttle": true, "fault": false }),
        &["error = true", "throttle = true"],
    );
    check_fields(json!({ "fault": true }), &["fault = true"]);
    check_fields(json!({ "inferred": true }), &["inferred = true"]);
}

#[test]
fn exceptions_are_events_without_ids_and_stacks() {
    check_fields(
        json!({ "fault": true, "cause": {
            "working_directory": "/home/me",
            "paths": ["/usr/lib"],
            "exceptions": [
                { "id": "000000000000000e", "type": "NotFound", "message": "no such user", "remote": true,
                  "stack": [{ "path": "src/main.rs", "line": 7, "label": "main" }], "cause": "000000000000000f" },
                { "id": "000000000000000f", "message": "a row is missing" },
            ],
        }}),
        &[
            "fault = true",
            "event: exception",
            "message = \"no such user\"",
            "remote = true",
            "type = \"NotFound\"",
            "event: exception",
            "message = \"a row is missing\"",
        ],
    );
}

#[test]
fn a_cause_that_another_subsegment_has_is_said_to_be_there() {
    check_fields(
        json!({ "cause": "000000000000000e" }),
        &["event: exception", "elsewhere = true"],
    );
}

#[test]
fn numbers_keep_their_kind() {
    check_fields(
        json!({ "metadata": { "a.b": { "big": 18446744073709551615u64, "less": -1, "half": 0.5, "one": 1.0 } } }),
        &[
            "metadata.a.b.big = 1.8446744073709552e19",
            "metadata.a.b.half = 0.5",
            "metadata.a.b.less = -1",
            "metadata.a.b.one = 1.0",
        ],
    );
}

#[test]
fn independent_subsegments_hang_under_what_they_name() {
    let segment = document("000000000000000a", "backend", json!({}));
    check(
        &[
            independent("000000000000000c", "000000000000000b", "mock-data"),
            independent("000000000000000b", "000000000000000a", "home"),
            segment,
        ],
        &[
            "trace 1",
            "└─ SEGMENT backend",
            "   └─ SUBSEGMENT home",
            "      └─ SUBSEGMENT mock-data",
        ],
    );
}

#[test]
fn an_embedded_subsegment_may_be_a_parent_and_needs_no_trace_id() {
    let inner = json!({ "id": "000000000000000b", "name": "profiles", "namespace": "remote", "start_time": 1478293361.3, "end_time": 1478293361.4 });
    let caller = document(
        "000000000000000a",
        "backend",
        json!({ "subsegments": [inner] }),
    );
    let callee = document(
        "000000000000000c",
        "profiles",
        json!({ "parent_id": "000000000000000b" }),
    );
    check(
        &[callee, caller],
        &[
            "trace 1",
            "└─ SEGMENT backend",
            "   └─ SUBSEGMENT profiles",
            "      namespace = \"remote\"",
            "      └─ SEGMENT profiles",
        ],
    );
}

#[test]
fn a_subsegment_without_its_segment_is_an_orphan() {
    check(
        &[independent("000000000000000b", "000000000000000a", "home")],
        &["trace 1", "└─ SUBSEGMENT home  [orphan]"],
    );
}

#[test]
fn what_is_in_progress_has_not_ended() {
    let open = json!({ "in_progress": true, "end_time": null });
    check(
        &[document("000000000000000a", "backend", open)],
        &["trace 1", "└─ SEGMENT backend  [not ended]"],
    );
}

#[test]
fn the_complete_version_replaces_the_one_in_progress_in_any_order() {
    let open = |annotation: i64| {
        let more =
            json!({ "in_progress": true, "end_time": null, "annotations": { "n": annotation } });
        document("000000000000000a", "backend", more)
    };
    let complete = document("000000000000000a", "backend", json!({ "fault": true }));
    let lines = ["trace 1", "└─ SEGMENT backend", "   fault = true"];
    check(&[open(1), complete.clone()], &lines);
    check(&[complete, open(1)], &lines);
    // Of several in progress it is the last.
    check(
        &[open(1), open(1), open(2)],
        &[
            "trace 1",
            "└─ SEGMENT backend  [not ended]",
            "   annotations.n = 2",
        ],
    );
}

#[test]
fn a_document_sent_twice_is_marked_with_all_inside_it() {
    let inner = json!({ "id": "000000000000000b", "name": "home", "start_time": 1478293361.3, "end_time": 1478293361.4 });
    let twice = document(
        "000000000000000a",
        "backend",
        json!({ "subsegments": [inner] }),
    );
    check(
        &[twice.clone(), twice],
        &[
            "trace 1",
            "└─ SEGMENT backend  [exported 2 times]",
            "   └─ SUBSEGMENT home  [exported 2 times]",
        ],
    );
}

#[test]
fn a_subsegment_embedded_and_sent_by_itself_is_one_sent_twice() {
    let inner = json!({ "id": "000000000000000b", "name": "home", "start_time": 1478293361.271, "end_time": 1478293361.4 });
    check(
        &[
            document(
                "000000000000000a",
                "backend",
                json!({ "subsegments": [inner] }),
            ),
            independent("000000000000000b", "000000000000000a", "home"),
        ],
        &[
            "trace 1",
            "└─ SEGMENT backend",
            "   └─ SUBSEGMENT home  [exported 2 times]",
        ],
    );
}

#[test]
fn links_lead_to_segments_by_number() {
    let linked = json!({ "links": [
        { "trace_id": TRACE, "id": "000000000000000b", "attributes": { "why": "batch" } },
        { "trace_id": "1-581cf771-ffffffffffffffffffffffff" },
    ]});
    check(
        &[
            document("000000000000000a", "a", linked),
            document("000000000000000b", "b", json!({})),
        ],
        &[
            "trace 1",
            "└─ SEGMENT a",
            "   link: #1",
            "      why = \"batch\"",
            "   link: external",
            "└─ SEGMENT b  [#1]",
        ],
    );
}

#[test]
fn traces_are_in_the_order_of_their_starts() {
    let other =
        json!({ "trace_id": "1-581cf770-a006649127e371903a2de979", "start_time": 1478293360.0 });
    check(
        &[
            document("000000000000000a", "later", json!({})),
            document("000000000000000a", "sooner", other),
        ],
        &[
            "trace 1",
            "└─ SEGMENT sooner",
            "",
            "trace 2",
            "└─ SEGMENT later",
        ],
    );
}

#[test]
fn ids_and_times_never_show() {
    let one = [
        document("000000000000000a", "backend", json!({})),
        independent("000000000000000b", "000000000000000a", "home"),
    ];
    let other = one.clone().map(|document| {
        document
            .replace("00000000000000", "abcdef01234567")
            .replace("1-581cf771-a00", "1-68000000-b11")
            .replace("1478293361", "1750000000")
    });
    assert_ne!(one, other);
    assert_eq!(tree(&one).render(), tree(&other).render());
}

#[test]
fn views_work_on_segments() {
    let shown = tree(&[
        document(
            "000000000000000a",
            "backend",
            json!({ "user": "me", "annotations": { "k": 1 } }),
        ),
        independent("000000000000000b", "000000000000000a", "home"),
    ]);
    assert_span_snapshot!(shown.only_attributes(["annotations.k"]), @r#"
    trace 1
    └─ SEGMENT backend
       annotations.k = 1
       └─ SUBSEGMENT home
    "#);
    let segments = shown.only_spans(|span| span.kind() == Kind::Segment);
    assert_span_snapshot!(segments.redact("*/user", "[user]").unwrap(), @r#"
    trace 1
    └─ SEGMENT backend
       annotations.k = 1
       user = "[user]"
    "#);
    let caller = shown.only_spans(|span| span.kind() == Kind::Subsegment);
    assert!(
        caller
            .roots()
            .next()
            .is_some_and(|root| root.resource().is_none())
    );
}

#[test]
fn a_parent_elsewhere_may_be_named() {
    let callee = document(
        "000000000000000a",
        "backend",
        json!({ "parent_id": "53995c3f42cd8ad8" }),
    );
    let shown = tree(&[callee]).with_external_parent(0x5399_5c3f_42cd_8ad8_u64.into(), "browser");
    assert_span_snapshot!(shown, @"
    trace 1
    └─ SEGMENT backend  [child of browser]
    ");
}

#[test]
fn as_otlp_segments_are_server_and_internal_spans() {
    let shown = tree(&[
        document("000000000000000a", "backend", json!({ "user": "me" })),
        independent("000000000000000b", "000000000000000a", "home"),
    ]);
    let back = SpanTree::from_otlp([&shown.to_otlp()]);
    assert_span_snapshot!(back.without_resource().without_scope(), @r#"
    trace 1
    └─ SERVER backend
       user = "me"
       └─ INTERNAL home
    "#);
}

#[test]
fn what_cannot_be_placed_is_an_error_that_says_which() {
    let check = |documents: &[String], says: &str| {
        let error: SegmentError = SpanTree::from_segments(documents).unwrap_err();
        assert!(error.to_string().starts_with(says), "{error}");
    };
    let good = document("000000000000000a", "backend", json!({}));
    check(
        &[good.clone(), "{".to_owned()],
        "document 2 is no segment document: EOF",
    );
    check(&["[]".to_owned()], "document 1 is no segment document:");
    check(
        &[good, document("", "home", json!({}))],
        "document 2: `home` has no id",
    );
    let without_trace = json!({ "trace_id": null });
    check(
        &[document("000000000000000a", "backend", without_trace)],
        "document 1: `backend` has no trace_id",
    );
    let inner = json!({ "subsegments": [{ "name": "inner", "start_time": 1.0 }] });
    check(
        &[document("000000000000000a", "backend", inner)],
        "document 1: `inner` has no id",
    );
}
