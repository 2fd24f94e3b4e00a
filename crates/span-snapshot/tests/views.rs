//! Views of a tree: what each keeps, and that a redaction which matches nothing is an error.

use span_snapshot::{Kind, RedactError, SpanTree, Value, assert_span_snapshot};

fn tree() -> SpanTree {
    SpanTree::parse(
        r#"
resource: backend
   process.pid = 17
   service.name = "backend"
resource: profiles
   process.pid = 18
   service.name = "profiles"
scope: tower
   version: "1"
scope: app

trace 1
└─ SERVER GET /  [in backend] [by tower] [child of browser]
   http.response.status_code = 200
   user.id = "andrewbrown"
   └─ INTERNAL feed  [by app] [#1]
      app.now = "2026-11-21T03:00:00Z"
      event: exception
         exception.message = "boom"
      └─ CLIENT GET  [by tower]
         └─ SERVER GET /profiles/{handle}  [in profiles]
            link: #1
               k = 1

trace 2
└─ INTERNAL alone  [in backend] [by app] [orphan]
"#,
    )
    .unwrap()
}

#[test]
fn spans_can_be_walked() {
    let tree = tree();
    assert_eq!(
        (tree.len(), tree.trace_count(), tree.is_empty()),
        (5, 2, false)
    );
    let roots: Vec<&str> = tree.roots().map(|span| span.name()).collect();
    assert_eq!(roots, ["GET /", "alone"]);
    let server = tree.find("GET /profiles/{handle}").unwrap();
    assert_eq!(
        (server.kind(), server.depth(), server.trace()),
        (Kind::Server, 3, 1)
    );
    assert_eq!(
        (server.service_name(), server.scope()),
        (Some("profiles"), Some(("tower", Some("1"))))
    );
    let client = server.parent().unwrap();
    assert_eq!(
        client
            .children()
            .map(|child| child.name())
            .collect::<Vec<_>>(),
        ["GET /profiles/{handle}"]
    );
    let (target, attributes) = server.links().next().unwrap();
    assert_eq!(
        (target.unwrap().name(), attributes["k"].clone()),
        ("feed", Value::I64(1))
    );
    assert_eq!(tree.find("feed").unwrap().events()[0].name, "exception");
    let root = tree.find("GET /").unwrap();
    assert_eq!(
        (root.external_parent(), root.is_orphan(), root.is_root()),
        (Some("browser"), false, true)
    );
    assert_eq!(root.attribute("http.response.status_code").unwrap(), &200);
    assert_eq!(root.attribute("user.id").unwrap(), &"andrewbrown");
    assert!(tree.find("alone").unwrap().is_orphan());
    assert!(tree.find("nobody").is_none());
}

#[test]
fn the_usual_view_for_a_lesson() {
    let view = tree()
        .without_scope()
        .only_resource_attributes(["service.name"])
        .only_attributes(["user.id"]);
    assert_span_snapshot!(view.without_events(), @r#"
    resource: backend
       service.name = "backend"
    resource: profiles
       service.name = "profiles"

    trace 1
    └─ SERVER GET /  [in backend] [child of browser]
       user.id = "andrewbrown"
       └─ INTERNAL feed  [#1]
          └─ CLIENT GET
             └─ SERVER GET /profiles/{handle}  [in profiles]
                link: #1
                   k = 1

    trace 2
    └─ INTERNAL alone  [in backend] [orphan]
    "#);
}

#[test]
fn without_resource_and_scope_the_services_are_not_told_apart() {
    assert_span_snapshot!(tree().without_scope().without_resource().only_attributes([]).without_events(), @r#"
    trace 1
    └─ SERVER GET /  [child of browser]
       └─ INTERNAL feed  [#1]
          └─ CLIENT GET
             └─ SERVER GET /profiles/{handle}
                link: #1
                   k = 1

    trace 2
    └─ INTERNAL alone  [orphan]
    "#);
}

#[test]
fn resources_that_no_longer_differ_are_one() {
    assert_span_snapshot!(tree().only_resource_attributes([]).without_scope().only_spans(|span| span.depth() < 1), @r#"
    resource: unnamed

    trace 1
    └─ SERVER GET /  [child of browser]
       http.response.status_code = 200
       user.id = "andrewbrown"

    trace 2
    └─ INTERNAL alone  [orphan]
    "#);
}

#[test]
fn children_of_removed_spans_move_up() {
    let view = tree()
        .without_resource()
        .without_scope()
        .only_attributes([]);
    assert_span_snapshot!(view.only_spans(|span| span.kind() == Kind::Server), @r#"
    trace 1
    └─ SERVER GET /  [child of browser]
       └─ SERVER GET /profiles/{handle}
          link: external
             k = 1
    "#);
    assert_span_snapshot!(view.only_spans(|span| span.depth() == 3 || span.is_orphan()), @r#"
    trace 1
    └─ SERVER GET /profiles/{handle}
       link: external
          k = 1

    trace 2
    └─ INTERNAL alone  [orphan]
    "#);
    assert!(view.only_spans(|_| false).is_empty());
}

#[test]
fn redaction() {
    let check = |selector: &str, line: &str| {
        let redacted = tree().redact(selector, "[x]").unwrap().render();
        assert!(
            redacted.contains(line),
            "{selector}: no `{line}` in\n{redacted}"
        );
    };
    check("feed/app.now", "app.now = \"[x]\"");
    check("*/app.now", "app.now = \"[x]\"");
    check("f*d/app.*", "app.now = \"[x]\"");
    check("GET //user.id", "user.id = \"[x]\"");
    check(
        "GET */http.response.status_code",
        "http.response.status_code = \"[x]\"",
    );
    check("feed/exception.message", "exception.message = \"[x]\"");
}

#[test]
fn a_redaction_that_matches_nothing_is_an_error() {
    let check = |selector: &str, says: &str| {
        let error = tree().redact(selector, "[x]").unwrap_err();
        assert!(error.to_string().starts_with(says), "{error}");
    };
    check(
        "app.now",
        "`app.now` selects nothing: write SPAN_NAME_GLOB/attribute.key",
    );
    check(
        "feed/app.then",
        "`feed/app.then` matches no attribute; there are: GET //http.response.status_code, GET //user.id, feed/app.now",
    );
    check("fee/app.now", "`fee/app.now` matches no attribute");
    check("feeding/app.now", "`feeding/app.now` matches no attribute");
    let empty = SpanTree::default().redact("*/k", "[x]").unwrap_err();
    assert_eq!(
        empty,
        RedactError::NoMatch {
            selector: "*/k".to_owned(),
            present: "none at all".to_owned()
        }
    );
}

#[test]
fn what_is_no_tree_is_told_with_its_line() {
    let check = |text: &str, line: usize, expected: &str| {
        let error = SpanTree::parse(text).unwrap_err();
        assert_eq!((error.line, error.expected), (line, expected), "{text}");
    };
    let in_trace = |lines: &str| format!("trace 1\n{lines}");
    check(
        "hello",
        1,
        "`resource: …`, `scope: …`, `trace N`, `log group …`, `log events`, or an indented line",
    );
    check("└─ SERVER x", 1, "`trace 1` before the first span");
    check(
        &in_trace("└─ server x"),
        2,
        "a span kind such as SERVER or INTERNAL",
    );
    check(
        &in_trace("   └─ SERVER x"),
        2,
        "a span at most one level deeper than the one above it",
    );
    check(
        &in_trace("  └─ SERVER x"),
        2,
        "an indentation of three spaces for each level",
    );
    check(
        &in_trace("└─ SERVER x  [odd]"),
        2,
        "a note such as [orphan], [not ended] or [in service]",
    );
    check(
        &in_trace("└─ SERVER x  [in y]"),
        2,
        "a resource from the top",
    );
    check(
        &in_trace("└─ SERVER x\n   k: 1"),
        3,
        "an attribute: `key = value`",
    );
    check(
        &in_trace("└─ SERVER x\n   k = 1 2"),
        3,
        "a value that ends with the line",
    );
    check(
        &in_trace("└─ SERVER x\n   k = \"a"),
        3,
        "a value that ends with the line",
    );
    check(
        &in_trace("└─ SERVER x\n   link: #1"),
        0,
        "a span with that number",
    );
    check(&in_trace("   k = 1"), 2, "a span before its attributes");
    let deep = format!(
        "trace 1\n└─ SERVER x\n   k = {}{}",
        "[".repeat(100_000),
        "]".repeat(100_000)
    );
    assert!(SpanTree::parse(&deep).is_err());
}
