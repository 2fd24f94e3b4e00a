//! Log events as trees: what of an event is shown, in what order, under which names, and read back again.

use span_snapshot::{Kind, Level, LogsApi, SpanTree, assert_span_snapshot};

const TRACE: &str = "581cf771a006649127e371903a2de979";
const XRAY: &str = "1-581cf771-a006649127e371903a2de979";
const OTHER: &str = "0af7651916cd43dd8448eb211c80319c";

/// The tree of lines.
fn tree<const N: usize>(lines: [&str; N]) -> SpanTree {
    SpanTree::from_log_lines(lines, &[])
}

/// What a single line reads as, without the heading; it is read back the same.
#[track_caller]
fn check(line: &str, reads: &str) {
    let tree = tree([line]);
    let text = tree.render();
    let wanted: String = reads.lines().map(|line| format!("\n{line}")).collect();
    assert_eq!(text, format!("log events{wanted}"));
    assert_eq!(SpanTree::parse(&text).unwrap(), tree);
}

#[test]
fn groups_streams_and_events_have_their_order() {
    let api = LogsApi::start()
        .with_retention("cruddur", 14)
        .with_events(
            "cruddur",
            "backend",
            [
                (
                    20,
                    r#"{"level": "WARN", "message": "second", "status": 404}"#,
                ),
                (
                    10,
                    r#"{"level": "INFO", "message": "first", "status": 200}"#,
                ),
                (20, r#"{"level": "INFO", "message": "as it came"}"#),
            ],
        )
        .with_events("cruddur", "another", [(30, "text")])
        .with_group("empty");
    assert_span_snapshot!(api.tree(), @r#"
    log group cruddur
       retentionInDays = 14
    └─ STREAM another
       └─ TEXT text
    └─ STREAM backend
       └─ INFO first
          status = 200
       └─ WARN second
          status = 404
       └─ INFO as it came

    log group empty
    "#);
    // Of events alone, nobody knows what group is empty or how long it keeps them.
    let of_events = SpanTree::from_log_events(&api.all_events(), &[]);
    let wanted = api.tree().render();
    let wanted = wanted.replace("\n   retentionInDays = 14", "");
    let wanted = wanted.replace("\n\nlog group empty", "");
    assert_eq!(of_events.render(), wanted);
}

#[test]
fn events_may_come_in_any_order_of_time() {
    let api = LogsApi::start().with_events("g", "s", [(1, "a"), (2, "b"), (2, "c")]);
    let mut events = api.all_events();
    events.swap(0, 1);
    let tree = SpanTree::from_log_events(&events, &[]);
    let names: Vec<_> = tree
        .only_log_events()
        .spans()
        .map(|span| span.name().to_owned())
        .collect();
    assert_eq!(names, ["a", "b", "c"]);
}

#[test]
fn what_a_line_reads_as() {
    check(
        r#"{"timestamp": "2026-11-26T07:06:50Z", "level": "INFO", "target": "cruddur", "message": "GET /api/activities/home 200", "status": 200, "seconds": 0.5, "cached": false, "user": null, "tags": ["a", 1]}"#,
        r#"└─ INFO GET /api/activities/home 200
   cached = false
   seconds = 0.5
   status = 200
   tags = ["a", 1]
   target = "cruddur"
   user = null"#,
    );
    // Whatever the level's case.
    check(r#"{"level": "error", "message": "m"}"#, "└─ ERROR m");
    check(r#"{"level": "Warn", "message": "m"}"#, "└─ WARN m");
    check(r#"{"level": "DEBUG", "message": "m"}"#, "└─ DEBUG m");
    check(r#"{"level": "TRACE", "message": "m"}"#, "└─ TRACE m");
    // A level that is none, and none at all.
    check(
        r#"{"level": "loud", "message": "m"}"#,
        "└─ EVENT m\n   level = \"loud\"",
    );
    check(
        r#"{"level": 30, "message": "m"}"#,
        "└─ EVENT m\n   level = 30",
    );
    check(
        r#"{"level": "EVENT", "message": "m"}"#,
        "└─ EVENT m\n   level = \"EVENT\"",
    );
    check(r#"{"message": "m"}"#, "└─ EVENT m");
    check(r#"{"level": "INFO"}"#, "└─ INFO (no message)");
    check(
        r#"{"level": "INFO", "message": {"text": "m"}}"#,
        "└─ INFO (no message)\n   message.text = \"m\"",
    );
    check(
        r#"{"timestamp": 5}"#,
        "└─ EVENT (no message)\n   timestamp = 5",
    );
    // Objects become keys with dots, as in Logs Insights.
    check(
        r#"{"message": "m", "http": {"response": {"status_code": 200}}}"#,
        "└─ EVENT m\n   http.response.status_code = 200",
    );
    check(
        r#"{"message": "m", "a": {"b": null, "c": {}}}"#,
        "└─ EVENT m\n   a.b = null\n   a.c = {}",
    );
    // What is no JSON object is text, however much it looks like one.
    check("INFO GET / 200", "└─ TEXT INFO GET / 200");
    check(r#"{"level": "INFO""#, r#"└─ TEXT "{\"level\": \"INFO\"""#);
    check(r#"["INFO"]"#, r#"└─ TEXT "[\"INFO\"]""#);
    check("two  spaces", "└─ TEXT \"two  spaces\"");
}

#[test]
fn lines_without_text_are_none() {
    assert_eq!(tree(["", "a\n", "\r\n", "b\r\n"]).len(), 2);
    let none = tree([""]);
    assert_eq!(none.render(), "(no log events)");
    assert_eq!(SpanTree::parse("(no log events)").unwrap(), none);
    assert_ne!(SpanTree::parse("(no spans)").unwrap(), none);
}

#[test]
fn ids_become_names_that_show_what_belongs_together() {
    let line = |trace: &str, span: &str, xray: &str| {
        format!(
            r#"{{"message": "m", "trace_id": "{trace}", "span_id": "{span}", "xray_trace_id": "{xray}"}}"#
        )
    };
    let lines = [
        line(TRACE, "53995c3f42cd8ad8", XRAY),
        line(OTHER, "53995c3f42cd8ad9", XRAY),
        line(
            TRACE,
            "53995c3f42cd8ad8",
            "1-0af76519-16cd43dd8448eb211c80319c",
        ),
    ];
    let tree = SpanTree::from_log_lines(&lines, &[]);
    assert_span_snapshot!(tree, @r#"
    log events
    └─ EVENT m
       span_id = "span 1"
       trace_id = "trace 1"
       xray_trace_id = "trace 1"
    └─ EVENT m
       span_id = "span 2"
       trace_id = "trace 2"
       xray_trace_id = "trace 1"
    └─ EVENT m
       span_id = "span 1"
       trace_id = "trace 1"
       xray_trace_id = "trace 2"
    "#);
    // Given names count no number, in whichever form the ID is given.
    let with = |id| {
        let ids = [(id, "the request's"), ("53995c3f42cd8ad9", "the home span")];
        SpanTree::from_log_lines(&lines[..2], &ids)
    };
    assert_eq!(with(TRACE), with(XRAY));
    assert_span_snapshot!(with(TRACE), @r#"
    log events
    └─ EVENT m
       span_id = "span 1"
       trace_id = "the request's"
       xray_trace_id = "the request's"
    └─ EVENT m
       span_id = "the home span"
       trace_id = "trace 1"
       xray_trace_id = "the request's"
    "#);
}

#[test]
fn ids_that_are_none_stay_and_those_in_the_others_form_say_so() {
    let check = |field: &str, value: &str, shown: &str| {
        let tree = tree([&format!(r#"{{"{field}": "{value}"}}"#)]);
        let span = tree.spans().next().unwrap();
        assert_eq!(span.attribute(field).unwrap(), &shown, "{field} {value}");
    };
    check("trace_id", XRAY, "trace 1, in X-Ray form");
    check("xray_trace_id", TRACE, "trace 1, in W3C form");
    for value in [
        "00000000000000000000000000000000",
        "581CF771A006649127E371903A2DE979",
        "581cf771a006649127e371903a2de97",
        "581cf771a006649127e371903a2de9790",
        "1-581cf771-a006649127e371903a2de97g",
        "1-581cf7-71a006649127e371903a2de979",
        "2-581cf771-a006649127e371903a2de979",
        "1-00000000-000000000000000000000000",
        "",
    ] {
        check("trace_id", value, value);
        check("xray_trace_id", value, value);
    }
    check("span_id", "0000000000000000", "0000000000000000");
    check("span_id", TRACE, TRACE);
    check("request_id", TRACE, TRACE);
}

#[test]
fn an_id_in_the_others_form_keeps_its_given_name() {
    let line = format!(r#"{{"xray_trace_id": "{TRACE}"}}"#);
    let tree = SpanTree::from_log_lines([line], &[(TRACE, "mine")]);
    let span = tree.spans().next().unwrap();
    assert_eq!(
        span.attribute("xray_trace_id").unwrap(),
        &"mine, in W3C form"
    );
}

#[test]
fn views_leave_out_as_they_do_of_spans() {
    let api = LogsApi::start()
        .with_events(
            "a",
            "s",
            [(
                1,
                r#"{"level": "INFO", "message": "m", "status": 200, "seconds": 0.1}"#,
            )],
        )
        .with_events("b", "s", [(1, "t")]);
    let tree = api.tree().only_attributes(["status"]);
    assert_span_snapshot!(tree, @"
    log group a
    └─ STREAM s
       └─ INFO m
          status = 200

    log group b
    └─ STREAM s
       └─ TEXT t
    ");
    assert_span_snapshot!(tree.only_log_events(), @"
    log events
    └─ INFO m
       status = 200

    log events
    └─ TEXT t
    ");
    let view = tree.only_spans(|span| span.kind() != Kind::LogGroup);
    assert_span_snapshot!(view, @"
    log events
    └─ STREAM s
       └─ INFO m
          status = 200

    log events
    └─ STREAM s
       └─ TEXT t
    ");
    let view = tree.only_spans(|span| span.kind() != Kind::LogStream);
    assert_span_snapshot!(view, @"
    log group a
    └─ INFO m
       status = 200

    log group b
    └─ TEXT t
    ");
    for view in [&tree, &tree.only_log_events(), &view] {
        assert_eq!(SpanTree::parse(&view.render()).unwrap(), *view);
    }
    let redacted = api.tree().redact("m/seconds", "[seconds]").unwrap();
    assert_eq!(
        redacted.find("m").unwrap().attribute("seconds").unwrap(),
        &"[seconds]"
    );
    assert!(tree.only_spans(|span| span.name() == "none").render() == "(no log events)");
}

#[test]
fn a_tree_tells_kinds_and_places() {
    let api = LogsApi::start().with_events("a", "s", [(1, r#"{"level": "INFO", "message": "m"}"#)]);
    let tree = api.tree();
    let event = tree.find("m").unwrap();
    assert_eq!(event.kind(), Kind::LogEvent(Level::Info));
    assert_eq!(event.parent().unwrap().kind(), Kind::LogStream);
    assert_eq!(
        event.parent().unwrap().parent().unwrap().kind(),
        Kind::LogGroup
    );
    assert_eq!(tree.trace_count(), 1);
}

#[test]
fn names_that_could_mislead_are_quoted() {
    let api = LogsApi::start().with_events("a", "odd  name", [(1, "multi\nline")]);
    assert_span_snapshot!(api.tree(), @r#"
    log group a
    └─ STREAM "odd  name"
       └─ TEXT "multi\nline"
    "#);
    assert_eq!(SpanTree::parse(&api.tree().render()).unwrap(), api.tree());
}

#[test]
fn the_failure_that_the_documentation_shows() {
    let wanted = "\
log group cruddur
└─ STREAM backend
   └─ INFO answered
      http.request.method = \"GET\"
      http.response.status_code = 200
      trace_id = \"the request's\"";
    let glued =
        format!(r#"{{"level": "ERROR", "message": "answered GET 200", "trace_id": "{TRACE}"}}"#);
    let api = LogsApi::start().with_events("cruddur", "backend", [(1, glued)]);
    let said = span_snapshot::mismatch(wanted, &api.tree());
    let documentation = include_str!("../src/lib.rs")
        .replace("//! ", "")
        .replace("//!", "");
    // Helps are shown by their beginnings.
    let shown = documentation
        .split("```text\n")
        .find(|it| it.starts_with("the log events"));
    let shown = shown.unwrap().split("```").next().unwrap();
    let mut rest = said.as_str();
    for line in shown.lines() {
        let line = line.trim_end_matches('…').trim_end();
        let at = rest
            .find(line)
            .unwrap_or_else(|| panic!("{line}\n\n{said}"));
        rest = &rest[at + line.len()..];
    }
}

#[test]
#[should_panic(expected = "the log events are not those wanted")]
fn a_mismatch_speaks_of_log_events() {
    let none: [&str; 0] = [];
    assert_span_snapshot!(SpanTree::from_log_lines(none, &[]), @"
    log events
    └─ INFO m
    ");
}
