//! What events say: levels, messages, fields, IDs; and events missing or too many.

use span_snapshot::{SpanTree, explain};

use super::{HOME, check, check_tree};
use crate::causes::told;

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
