//! One case for each cause that trees of log events have: the tree wanted, what stands in it instead, and what is said of it.

use span_snapshot::{SpanTree, explain};

const HOME: &str = "\
log group cruddur
   retentionInDays = 14
└─ STREAM backend
   └─ INFO answered
      http.request.method = \"GET\"
      http.response.status_code = 200
      span_id = \"span 1\"
      trace_id = \"the request's\"
      url.path = \"/api/activities/home\"
      xray_trace_id = \"the request's\"
   └─ WARN profile unknown
      user.handle = \"nobody\"
";

/// The causes told, as `id: what`, and their helps.
fn told(wanted: &str, actual: &str) -> (Vec<String>, Vec<String>) {
    let read = |text| SpanTree::parse(text).unwrap();
    explain(&read(wanted), &read(actual))
        .into_iter()
        .map(|cause| (format!("{}: {}", cause.id, cause.what), cause.help))
        .unzip()
}

/// The usual tree with texts in it replaced; `help` is in the first cause's.
#[track_caller]
fn check(changes: &[(&str, &str)], causes: &[&str], help: &str) {
    let mut actual = HOME.to_owned();
    for (from, to) in changes {
        assert!(actual.contains(from), "{from}");
        actual = actual.replace(from, to);
    }
    check_tree(&actual, causes, help);
}

#[track_caller]
fn check_tree(actual: &str, causes: &[&str], help: &str) {
    let (what, helps) = told(HOME, actual);
    assert_eq!(what, causes);
    assert!(helps[0].contains(help), "{helps:?}");
}

#[test]
fn equal_trees_differ_in_nothing() {
    assert_eq!(told(HOME, HOME).0, Vec::<String>::new());
}

#[test]
fn nothing_came_at_all() {
    check_tree(
        "(no log events)",
        &["no-log-events: no log event came; 2 wanted, the first INFO `answered`"],
        "flush",
    );
}

#[test]
fn only_group_and_stream_came() {
    check_tree(
        "log group cruddur\n   retentionInDays = 14\n└─ STREAM backend\n",
        &["no-log-events: no log event came; 2 wanted, the first INFO `answered`"],
        "subscriber",
    );
}

#[test]
fn the_stream_is_missing_too() {
    check_tree(
        "log group cruddur\n   retentionInDays = 14\n",
        &[
            "no-log-events: no log event came; 2 wanted, the first INFO `answered`",
            "wrong-stream: the log stream `backend` is missing in `cruddur`, and so are the 2 in it",
        ],
        "ResourceNotFoundException",
    );
}

#[test]
fn nothing_wanted_and_something_there() {
    let (what, _) = told("(no log events)", "log events\n└─ INFO m\n");
    assert_eq!(
        what,
        ["unexpected-log-event: `m` (INFO) is there and was not wanted"]
    );
    // What was wanted was none of spans either.
    assert_eq!(told("(no spans)", "(no log events)").0.len(), 1);
}

#[test]
fn everything_glued_into_the_text() {
    check_tree(
        "\
log group cruddur
   retentionInDays = 14
└─ STREAM backend
   └─ TEXT INFO answered GET /api/activities/home 200
   └─ WARN profile unknown
      user.handle = \"nobody\"
",
        &[
            "glued-into-message: `http.request.method`, `http.response.status_code` and `url.path` of `INFO answered GET /api/activities/home 200` stand inside the message",
        ],
        "fields",
    );
}

#[test]
fn glued_into_a_text_that_says_nothing_else() {
    let (what, _) = told(
        "log events\n└─ INFO answered\n   http.request.method = \"GET\"\n   http.response.status_code = 200\n",
        "log events\n└─ TEXT 127.0.0.1 GET 200\n",
    );
    assert_eq!(
        what,
        [
            "glued-into-message: `http.request.method` and `http.response.status_code` of `127.0.0.1 GET 200` stand inside the message"
        ]
    );
}

#[test]
fn glued_though_it_is_json() {
    check_tree(
        "\
log group cruddur
   retentionInDays = 14
└─ STREAM backend
   └─ INFO GET /api/activities/home 200
      span_id = \"span 1\"
      trace_id = \"the request's\"
      xray_trace_id = \"the request's\"
   └─ WARN profile unknown
      user.handle = \"nobody\"
",
        &[
            "glued-into-message: `http.request.method`, `http.response.status_code` and `url.path` of `GET /api/activities/home 200` stand inside the message",
        ],
        "info!(",
    );
}

#[test]
fn one_field_glued_and_another_missing() {
    check(
        &[
            ("INFO answered", "INFO answered 200"),
            ("      http.response.status_code = 200\n", ""),
            ("      http.request.method = \"GET\"\n", ""),
        ],
        &[
            "glued-into-message: `http.response.status_code` of `answered 200` stands inside the message",
            "missing-field: `http.request.method` is missing on `answered 200`; \"GET\" was wanted",
        ],
        "no query",
    );
}

#[test]
fn part_of_a_longer_word_is_not_glued() {
    check(
        &[
            ("INFO answered", "INFO answered in 2000 or /200x or x200"),
            ("      http.response.status_code = 200\n", ""),
        ],
        &[
            "misnamed-message: the message is `answered in 2000 or /200x or x200`; `answered` was wanted",
            "missing-field: `http.response.status_code` is missing on `answered in 2000 or /200x or x200`; 200 was wanted",
        ],
        "exact",
    );
}

#[test]
fn a_single_letter_is_nowhere_glued() {
    let (what, _) = told(
        "log events\n└─ INFO took a second\n   unit = \"a\"\n",
        "log events\n└─ INFO took a second\n",
    );
    assert_eq!(
        what,
        ["missing-field: `unit` is missing on `took a second`; \"a\" was wanted"]
    );
}

#[test]
fn what_a_view_hides_is_not_missing_and_so_not_glued() {
    let read = |text| SpanTree::parse(text).unwrap();
    let wanted = read("log events\n└─ INFO took 15 ms\n   ms = 15\n");
    let actual = read("log events\n└─ INFO took 15 ms\n   ms = 15\n").only_attributes([]);
    let causes = explain(&wanted, &actual);
    assert_eq!(causes[0].id, "missing-field");
}

#[test]
fn text_where_json_was_wanted() {
    check(
        &[(
            "WARN profile unknown\n      user.handle = \"nobody\"\n",
            "TEXT profile unknown\n",
        )],
        &["not-json: `profile unknown` is no JSON object but text; WARN with fields was wanted"],
        "JSON",
    );
    check(
        &[(
            "WARN profile unknown\n      user.handle = \"nobody\"\n",
            "TEXT WARN cruddur: profile unknown (again)\n",
        )],
        &[
            "not-json: `WARN cruddur: profile unknown (again)` is no JSON object but text; WARN with fields was wanted",
        ],
        "JSON",
    );
}

#[test]
fn all_at_error() {
    check(
        &[
            ("INFO answered", "ERROR answered"),
            ("WARN profile", "ERROR profile"),
        ],
        &["all-at-error: all 2 log events are at ERROR"],
        "by the status",
    );
}

#[test]
fn the_only_one_at_error() {
    let (what, _) = told("log events\n└─ INFO m\n", "log events\n└─ ERROR m\n");
    assert_eq!(what, ["all-at-error: the only log event is at ERROR"]);
}

#[test]
fn one_of_several_at_error() {
    check(
        &[("INFO answered", "ERROR answered")],
        &["wrong-level: `answered` is at ERROR; INFO was wanted"],
        "4xx",
    );
}

#[test]
fn all_at_info() {
    check(
        &[("WARN profile", "INFO profile")],
        &["wrong-level: `profile unknown` is at INFO; WARN was wanted"],
        "4xx",
    );
}

#[test]
fn no_level() {
    check(
        &[("WARN profile", "EVENT profile")],
        &["wrong-level: `profile unknown` has no level; WARN was wanted"],
        "",
    );
}

#[test]
fn logged_twice() {
    let again = "   └─ WARN profile unknown\n      user.handle = \"nobody\"\n";
    check_tree(
        &format!("{HOME}{again}"),
        &["logged-twice: `profile unknown` is there 2 times; 1 wanted"],
        "layer",
    );
    let louder = again.replace("WARN", "ERROR");
    check_tree(
        &format!("{HOME}{again}{louder}"),
        &["logged-twice: `profile unknown` is there 3 times; 1 wanted"],
        "layer",
    );
}

#[test]
fn an_event_too_many() {
    check_tree(
        &format!("{HOME}   └─ DEBUG asked the database\n"),
        &[
            "unexpected-log-event: `asked the database` (DEBUG) is there in `backend` and was not wanted",
        ],
        "snapshot",
    );
}

#[test]
fn an_event_is_missing() {
    check(
        &[(
            "   └─ WARN profile unknown\n      user.handle = \"nobody\"\n",
            "",
        )],
        &["missing-log-event: `profile unknown` (WARN) is missing in `backend`"],
        "returns early",
    );
}

#[test]
fn a_message_misspelt() {
    check(
        &[("answered", "answerd")],
        &["misnamed-message: the message is `answerd`; `answered` was wanted"],
        "exact",
    );
}

#[test]
fn another_group() {
    check(
        &[("log group cruddur", "log group logs")],
        &["wrong-group: the log group is `logs`; `cruddur` was wanted"],
        "CreateLogGroup",
    );
}

#[test]
fn another_stream() {
    check(
        &[("STREAM backend", "STREAM x")],
        &["wrong-stream: the log stream is `x`; `backend` was wanted"],
        "one source",
    );
}

#[test]
fn another_group_and_another_stream() {
    check(
        &[
            ("log group cruddur", "log group logs"),
            ("STREAM backend", "STREAM x"),
        ],
        &[
            "wrong-group: the log group is `logs`; `cruddur` was wanted",
            "wrong-stream: the log stream is `x`; `backend` was wanted",
        ],
        "",
    );
}

const TWO_STREAMS: &str = "\
log group cruddur
└─ STREAM backend
   └─ INFO answered
└─ STREAM profiles
   └─ INFO looked up
";

#[test]
fn an_event_in_another_stream() {
    let (what, _) = told(
        TWO_STREAMS,
        "log group cruddur\n└─ STREAM backend\n   └─ INFO answered\n   └─ INFO looked up\n└─ STREAM profiles\n",
    );
    assert_eq!(
        what,
        [
            "wrong-stream: `looked up` is in the log stream `backend`; it was wanted in the log stream `profiles`"
        ]
    );
}

#[test]
fn all_in_one_stream() {
    let (what, _) = told(
        TWO_STREAMS,
        "log group cruddur\n└─ STREAM backend\n   └─ INFO answered\n   └─ INFO looked up\n",
    );
    assert_eq!(
        what,
        [
            "wrong-stream: `looked up` is in the log stream `backend`; it was wanted in the log stream `profiles`"
        ]
    );
}

#[test]
fn a_stream_in_another_group() {
    let (what, _) = told(
        "log group a\n└─ STREAM s\n   └─ INFO m\n\nlog group b\n",
        "log group a\n\nlog group b\n└─ STREAM s\n   └─ INFO m\n",
    );
    assert_eq!(
        what,
        ["wrong-group: `s` is in the log group `b`; it was wanted in the log group `a`"]
    );
}

#[test]
fn a_group_too_many_and_one_too_few() {
    let more = format!("{HOME}\nlog group default\n└─ STREAM s\n   └─ INFO else\n");
    check_tree(
        &more,
        &["wrong-group: the log group `default` (GROUP) is there and was not wanted"],
        "snapshot",
    );
    let (what, helps) = told(&more, HOME);
    assert_eq!(
        what,
        ["wrong-group: the log group `default` is missing, and so are the 2 in it"]
    );
    assert!(helps[0].contains("ResourceAlreadyExistsException"));
    let (what, _) = told(&format!("{HOME}└─ STREAM s\n"), HOME);
    assert_eq!(
        what,
        ["wrong-stream: the log stream `s` is missing in `cruddur`"]
    );
    let (what, _) = told(HOME, &format!("{HOME}└─ STREAM s\n"));
    assert_eq!(
        what,
        ["wrong-stream: the log stream `s` (STREAM) is there in `cruddur` and was not wanted"]
    );
}

#[test]
fn a_stream_of_another_name_in_another_group_is_another_stream() {
    let (what, _) = told(
        "log group a\n└─ STREAM s\n\nlog group b\n",
        "log group a\n\nlog group b\n└─ STREAM t\n",
    );
    assert_eq!(
        what,
        [
            "wrong-stream: the log stream `s` is missing in `a`",
            "wrong-stream: the log stream `t` (STREAM) is there in `b` and was not wanted",
        ]
    );
}

#[test]
fn a_stream_is_no_event() {
    let (what, _) = told(
        "log group a\n└─ STREAM s\n   └─ INFO m\n   └─ INFO n\n",
        "log group a\n└─ STREAM s\n   └─ INFO n\n└─ STREAM the m stream\n",
    );
    assert_eq!(
        what,
        [
            "wrong-stream: the log stream `the m stream` (STREAM) is there in `a` and was not wanted",
            "missing-log-event: `m` (INFO) is missing in `s`",
        ]
    );
}

#[test]
fn streams_of_one_name_in_two_groups_are_no_double() {
    let (what, _) = told(
        "log group a\n└─ STREAM s\n   └─ INFO m\n",
        "log group a\n└─ STREAM s\n   └─ INFO m\n\nlog group b\n└─ STREAM s\n   └─ INFO n\n",
    );
    assert_eq!(
        what,
        ["wrong-group: the log group `b` (GROUP) is there and was not wanted"]
    );
}

#[test]
fn retention() {
    check(
        &[("   retentionInDays = 14\n", "")],
        &["wrong-retention: `cruddur` keeps its events for ever; for 14 days was wanted"],
        "PutRetentionPolicy",
    );
    check(
        &[("retentionInDays = 14", "retentionInDays = 1")],
        &["wrong-retention: `cruddur` keeps its events for 1 days; for 14 days was wanted"],
        "",
    );
    let forever = HOME.replace("   retentionInDays = 14\n", "");
    assert_eq!(
        told(&forever, HOME).0,
        ["wrong-retention: `cruddur` keeps its events for 14 days; for ever was wanted"]
    );
}

#[test]
fn no_ids() {
    check(
        &[
            ("      span_id = \"span 1\"\n", ""),
            ("      trace_id = \"the request's\"\n", ""),
            ("      xray_trace_id = \"the request's\"\n", ""),
        ],
        &["not-correlated: `answered` is without `trace_id`, `span_id` and `xray_trace_id`"],
        "current",
    );
    check(
        &[("      trace_id = \"the request's\"\n", "")],
        &["not-correlated: `answered` is without `trace_id`"],
        "current",
    );
}

#[test]
fn the_ids_of_another_trace() {
    check(
        &[(
            "      trace_id = \"the request's\"",
            "      trace_id = \"trace 1\"",
        )],
        &["not-correlated: `trace_id` on `answered` is \"trace 1\"; \"the request's\" was wanted"],
        "anew for each event",
    );
    check(
        &[("      trace_id = \"the request's\"", "      trace_id = 7")],
        &["not-correlated: `trace_id` on `answered` is 7; \"the request's\" was wanted"],
        "",
    );
}

#[test]
fn an_id_in_the_others_form() {
    check(
        &[(
            "xray_trace_id = \"the request's\"",
            "xray_trace_id = \"the request's, in W3C form\"",
        )],
        &[
            "wrong-id-form: `xray_trace_id` on `answered` is in the other form: \"the request's, in W3C form\"",
        ],
        "hyphen",
    );
}

#[test]
fn an_id_misspelt() {
    check(
        &[(
            "      trace_id = \"the request's\"",
            "      traceId = \"581cf771a006649127e371903a2de979\"",
        )],
        &["misnamed-field: `traceId` on `answered` should be named `trace_id`"],
        "exact keys",
    );
}

#[test]
fn fields() {
    check(
        &[("status_code = 200", "status_code = \"200\"")],
        &[
            "wrong-field-type: `http.response.status_code` on `answered` is \"200\", a string; 200, an integer, was wanted",
        ],
        "letter by letter",
    );
    check(
        &[("status_code = 200", "status_code = 404")],
        &["wrong-field-value: `http.response.status_code` on `answered` is 404; 200 was wanted"],
        "",
    );
    check(
        &[("http.request.method", "http.request_method")],
        &[
            "misnamed-field: `http.request_method` on `answered` should be named `http.request.method`",
        ],
        "Fields are looked up",
    );
    check(
        &[("http.request.method", "http.method")],
        &["misnamed-field: `http.method` on `answered` should be named `http.request.method`"],
        "older semantic conventions",
    );
    check(
        &[("      user.handle = \"nobody\"\n", "")],
        &["missing-field: `user.handle` is missing on `profile unknown`; \"nobody\" was wanted"],
        "of its own",
    );
    check(
        &[(
            "      user.handle = \"nobody\"\n",
            "      user.handle = \"nobody\"\n      zone = 1\n",
        )],
        &["unexpected-field: `zone` = 1 on `profile unknown` was not wanted"],
        "",
    );
}

#[test]
fn another_order() {
    let (what, helps) = told(
        "log events\n└─ INFO a\n└─ INFO b\n",
        "log events\n└─ INFO b\n└─ INFO a\n",
    );
    assert_eq!(
        what,
        ["wrong-order: `└─ INFO b` stands where `└─ INFO a` was wanted"]
    );
    assert!(helps[0].contains("timestamps"), "{helps:?}");
}

#[test]
fn a_field_is_no_annotation_of_x_rays() {
    let (what, helps) = told(
        "log events\n└─ INFO m\n   error = true\n",
        "log events\n└─ INFO m\n",
    );
    assert_eq!(
        what,
        ["missing-field: `error` is missing on `m`; true was wanted"]
    );
    assert!(!helps[0].contains("4xx"), "{helps:?}");
}
