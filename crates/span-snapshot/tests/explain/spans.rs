//! One case for each cause: the tree wanted, the tree there is, and what is said of it.

use span_snapshot::{SpanTree, explain};

/// Reads a tree that a test shows indented.
fn tree(text: &str) -> SpanTree {
    let text = text.trim_matches('\n');
    let margin = text
        .lines()
        .filter(|line| !line.trim().is_empty())
        .map(|line| line.len() - line.trim_start().len())
        .min()
        .unwrap_or(0);
    let lines: Vec<&str> = text
        .lines()
        .map(|line| line.get(margin..).unwrap_or_default())
        .collect();
    SpanTree::parse(&lines.join("\n")).unwrap()
}

/// `causes` are `id: what` in order; the two trees swap roles for the opposite causes elsewhere.
#[track_caller]
fn check(wanted: &str, actual: &str, causes: &[&str]) {
    let found = explain(&tree(wanted), &tree(actual));
    let told: Vec<String> = found
        .iter()
        .map(|cause| format!("{}: {}", cause.id, cause.what))
        .collect();
    assert_eq!(told, causes);
}

const HOME: &str = "
    trace 1
    └─ SERVER GET /api/activities/home
       http.request.method = \"GET\"
       http.response.status_code = 200
       └─ INTERNAL home-activities-mock-data
          app.result_length = 3
";

/// The usual tree with a text in it replaced.
#[track_caller]
fn check_home(from: &str, to: &str, causes: &[&str]) {
    assert!(HOME.contains(from));
    check(HOME, &HOME.replace(from, to), causes);
}

#[test]
fn equal_trees_differ_in_nothing() {
    check(HOME, HOME, &[]);
}

#[test]
fn no_spans() {
    check(
        HOME,
        "(no spans)",
        &["no-spans: no span was exported; 2 wanted, the first SERVER `GET /api/activities/home`"],
    );
}

#[test]
fn not_ended() {
    check_home(
        "INTERNAL home-activities-mock-data\n          app.result_length = 3",
        "INTERNAL home-activities-mock-data  [not ended]",
        &["not-ended: `home-activities-mock-data` started, but did not end"],
    );
}

#[test]
fn not_ended_is_seen_by_its_child() {
    check(
        HOME,
        "
        trace 1
        └─ INTERNAL home-activities-mock-data  [orphan]
           app.result_length = 3
        ",
        &[
            "not-ended: `GET /api/activities/home` was not exported, though its child `home-activities-mock-data` was",
        ],
    );
}

#[test]
fn after_shutdown() {
    check_home(
        "GET /api/activities/home\n",
        "GET /api/activities/home  [open at shutdown]\n",
        &[
            "after-shutdown: `GET /api/activities/home` is lost: still open when the provider was shut down",
        ],
    );
}

#[test]
fn second_root() {
    check(
        HOME,
        "
        trace 1
        └─ SERVER GET /api/activities/home
           http.request.method = \"GET\"
           http.response.status_code = 200

        trace 2
        └─ INTERNAL home-activities-mock-data
           app.result_length = 3
        ",
        &[
            "second-root: `home-activities-mock-data` is a root of its own; it was wanted inside `GET /api/activities/home`",
        ],
    );
}

#[test]
fn other_trace() {
    check(
        "
        trace 1
        └─ CLIENT GET
           └─ SERVER GET /profiles/{handle}
              └─ INTERNAL look-up
        ",
        "
        trace 1
        └─ CLIENT GET

        trace 2
        └─ SERVER GET /profiles/{handle}
           └─ INTERNAL look-up
        ",
        &[
            "other-trace: `GET /profiles/{handle}` began a trace of its own; it was wanted inside `GET`",
        ],
    );
}

#[test]
fn other_trace_than_the_browsers() {
    check(
        "
        trace 1
        └─ SERVER GET /  [child of browser]
        ",
        "
        trace 1
        └─ SERVER GET /
        ",
        &["other-trace: `GET /` began a trace of its own; it was wanted as a child of `browser`"],
    );
}

#[test]
fn wrong_parent() {
    let wanted = "
        trace 1
        └─ SERVER GET /
           └─ INTERNAL one
           └─ INTERNAL two
    ";
    check(
        wanted,
        "
        trace 1
        └─ SERVER GET /
           └─ INTERNAL one
              └─ INTERNAL two
        ",
        &["wrong-parent: `two` is inside `one`; it was wanted inside `GET /`"],
    );
    check(
        wanted,
        "
        trace 1
        └─ SERVER GET /
           └─ INTERNAL one
        └─ INTERNAL two  [orphan]
        ",
        &["wrong-parent: `two` has a parent that was not exported; it was wanted inside `GET /`"],
    );
}

#[test]
fn missing_and_unexpected_spans_with_what_is_inside() {
    let more = "
        trace 1
        └─ SERVER GET /
           └─ INTERNAL feed
              └─ CLIENT query
              └─ CLIENT count
    ";
    let less = "
        trace 1
        └─ SERVER GET /
    ";
    check(
        more,
        less,
        &["missing-span: `feed` (INTERNAL) is missing inside `GET /`, and the 2 spans inside it"],
    );
    check(
        less,
        more,
        &["unexpected-span: `feed` (INTERNAL) is there, inside `GET /`, and was not wanted"],
    );
}

#[test]
fn a_span_in_between_moves_nothing() {
    let with = "
        trace 1
        └─ SERVER GET /
           └─ INTERNAL feed
              └─ CLIENT query
    ";
    let without = "
        trace 1
        └─ SERVER GET /
           └─ CLIENT query
    ";
    check(
        with,
        without,
        &["missing-span: `feed` (INTERNAL) is missing inside `GET /`"],
    );
    check(
        without,
        with,
        &["unexpected-span: `feed` (INTERNAL) is there, inside `GET /`, and was not wanted"],
    );
}

#[test]
fn misnamed_span() {
    check_home(
        "home-activities-mock-data",
        "home_activities_mock_data",
        &["misnamed-span: `home_activities_mock_data` should be named `home-activities-mock-data`"],
    );
}

#[test]
fn high_cardinality_name() {
    let named = |name: &str| format!("trace 1\n└─ SERVER {name}\n   └─ INTERNAL look-up\n");
    let check = |template: &str, raw: &str| {
        let what = format!(
            "high-cardinality-name: `{raw}` has a raw value in its name; `{template}` was wanted"
        );
        check(&named(template), &named(raw), &[&what]);
    };
    check(
        "GET /api/activities/@{handle}",
        "GET /api/activities/@andrewbrown",
    );
    check(
        "GET /api/activities/{uuid}",
        "GET /api/activities/248959df-3079-4947-b847-9e0892d1bab4",
    );
    check("GET /users/{id}/posts", "GET /users/7/posts");
    check(
        "GET /api/activities/search",
        "GET /api/activities/search?term=rust",
    );
}

#[test]
fn duplicate_spans() {
    let once = "
        trace 1
        └─ SERVER GET /
           └─ INTERNAL feed
    ";
    let twice = "duplicate-spans: `GET /` is there 2 times; 1 wanted";
    check(
        once,
        "
        trace 1
        └─ SERVER GET /
           └─ SERVER GET /
              └─ INTERNAL feed
        ",
        &[twice],
    );
    check(
        once,
        "
        trace 1
        └─ SERVER GET /
           └─ INTERNAL feed

        trace 2
        └─ SERVER GET /
        ",
        &[twice],
    );
    check(
        once,
        "
        trace 1
        └─ SERVER GET /  [exported 2 times]
           └─ INTERNAL feed  [exported 2 times]
        ",
        &["duplicate-spans: `GET /` and `feed` are exported 2 times"],
    );
}

#[test]
fn wrong_kind() {
    check_home(
        "SERVER",
        "INTERNAL",
        &["wrong-kind: the kind of `GET /api/activities/home` is INTERNAL; SERVER was wanted"],
    );
}

#[test]
fn another_name_and_kind_in_the_same_place() {
    check(
        "
        trace 1
        └─ SERVER GET /
           └─ CLIENT SELECT activities
              db.system.name = \"sqlite\"
              └─ INTERNAL decode
        ",
        "
        trace 1
        └─ SERVER GET /
           └─ INTERNAL SELECT uuid FROM activities
              └─ CLIENT read
        ",
        &[
            "high-cardinality-name: `SELECT uuid FROM activities` is a whole statement; `SELECT activities` was wanted as the name",
            "misnamed-span: `read` should be named `decode`",
            "wrong-kind: the kind of `SELECT uuid FROM activities` is INTERNAL; CLIENT was wanted",
            "wrong-kind: the kind of `read` is CLIENT; INTERNAL was wanted",
            "missing-attribute: `db.system.name` is missing on `SELECT uuid FROM activities`; \"sqlite\" was wanted",
        ],
    );
}

#[test]
fn one_of_two_in_the_same_place_is_not_guessed() {
    let wanted = "
        trace 1
        └─ SERVER GET /
           └─ CLIENT query
    ";
    let missing = "missing-span: `query` (CLIENT) is missing inside `GET /`";
    check(
        wanted,
        "
        trace 1
        └─ SERVER GET /
           └─ INTERNAL feed
           └─ INTERNAL trending
        ",
        &[
            missing,
            "unexpected-span: `feed` (INTERNAL) is there, inside `GET /`, and was not wanted",
            "unexpected-span: `trending` (INTERNAL) is there, inside `GET /`, and was not wanted",
        ],
    );
    // A layer that is there twice is not the query by another name.
    check(
        wanted,
        "
        trace 1
        └─ SERVER GET /
           └─ SERVER GET /
        ",
        &[
            "duplicate-spans: `GET /` is there 2 times; 1 wanted",
            missing,
        ],
    );
}

#[test]
fn wrong_status() {
    check_home(
        "app.result_length = 3",
        "status: ERROR \"empty\"\n          app.result_length = 3",
        &[
            "wrong-status: the status of `home-activities-mock-data` is ERROR \"empty\"; UNSET was wanted",
        ],
    );
}

#[test]
fn attributes() {
    let on = "`home-activities-mock-data`";
    let check = |to: &str, cause: String| check_home("app.result_length = 3", to, &[&cause]);
    check(
        "",
        format!("missing-attribute: `app.result_length` is missing on {on}; 3 was wanted"),
    );
    check(
        "app.resultLength = 3",
        format!(
            "misnamed-attribute: `app.resultLength` on {on} should be named `app.result_length`"
        ),
    );
    check(
        "result_length = 3",
        format!("misnamed-attribute: `result_length` on {on} should be named `app.result_length`"),
    );
    check(
        "app.result_length = \"3\"",
        format!(
            "wrong-attribute-type: `app.result_length` on {on} is \"3\", a string; 3, an integer, was wanted"
        ),
    );
    check(
        "app.result_length = 4",
        format!("wrong-attribute-value: `app.result_length` on {on} is 4; 3 was wanted"),
    );
    check(
        "app.result_length = 3\n          app.spare = true",
        format!("unexpected-attribute: `app.spare` = true on {on} was not wanted"),
    );
}

#[test]
fn an_older_convention_is_known() {
    check_home(
        "http.request.method = \"GET\"",
        "http.method = \"GET\"",
        &[
            "misnamed-attribute: `http.method` on `GET /api/activities/home` should be named `http.request.method`",
        ],
    );
}

#[test]
fn what_a_view_left_out_still_explains() {
    let wanted = tree(HOME).only_attributes(["app.result_length"]);
    let actual = tree(&HOME.replace("app.result_length", "app.result-length"))
        .only_attributes(["app.result_length"]);
    assert_eq!(explain(&wanted, &actual)[0].id, "misnamed-attribute");
}

#[test]
fn the_same_on_many_spans_is_told_once() {
    let with = |attribute: &str| {
        let requests: Vec<String> = (1..=3)
            .map(|i| format!("trace {i}\n└─ SERVER GET /{i}\n   {attribute}"))
            .collect();
        requests.join("\n")
    };
    check(
        &with("user.id = \"andrewbrown\""),
        &with(""),
        &[
            "missing-attribute: `user.id` is missing on `GET /1` and 2 more; \"andrewbrown\" was wanted",
        ],
    );
}

#[test]
fn one_key_with_many_values_is_told_once() {
    let with = |attribute: &dyn Fn(u32) -> String| {
        let requests: Vec<String> = (1..=3)
            .map(|i| format!("trace {i}\n└─ SERVER GET /\n   {}", attribute(i)))
            .collect();
        requests.join("\n")
    };
    check(
        &with(&|i| format!("http.route = \"/{i}\"")),
        &with(&|_| String::new()),
        &[
            "missing-attribute: `http.route` is missing on `GET /`; \"/1\" was wanted; and 2 more like it",
        ],
    );
    check(
        &with(&|i| format!("a = {i}\n   b = {i}")),
        &with(&|i| format!("a = \"{i}\"\n   b = \"{i}\"")),
        &[
            "wrong-attribute-type: `a` on `GET /` is \"1\", a string; 1, an integer, was wanted; and 2 more like it",
            "wrong-attribute-type: `b` on `GET /` is \"1\", a string; 1, an integer, was wanted; and 2 more like it",
        ],
    );
}

const FAILED: &str = "
    trace 1
    └─ SERVER POST /
       status: ERROR
       event: exception
          exception.message = \"no database\"
";
const FINE: &str = "
    trace 1
    └─ SERVER POST /
       status: ERROR
";

#[test]
fn events() {
    check(
        FAILED,
        FINE,
        &["missing-event: the event `exception` is missing on `POST /`"],
    );
    check(
        FINE,
        FAILED,
        &["unexpected-event: the event `exception` on `POST /` was not wanted"],
    );
    check(
        FAILED,
        &FAILED.replace("event: exception", "event: error"),
        &["missing-event: the event `error` on `POST /` should be named `exception`"],
    );
    check(
        FAILED,
        &FAILED.replace(
            "event: exception\n          exception.message",
            "event: retried\n          attempts",
        ),
        &[
            "missing-event: the event `exception` is missing on `POST /`",
            "unexpected-event: the event `retried` on `POST /` was not wanted",
        ],
    );
    check(
        FAILED,
        &FAILED.replace("exception.message", "message"),
        &[
            "misnamed-attribute: `message` on the event `exception` of `POST /` should be named `exception.message`",
        ],
    );
}

#[test]
fn missing_link() {
    let linked = "
        trace 1
        └─ PRODUCER send  [#1]
        trace 2
        └─ CONSUMER take
           link: #1
    ";
    let plain = linked
        .replace("           link: #1", "")
        .replace("  [#1]", "");
    check(
        linked,
        &plain,
        &["missing-link: links to another span of the tree from `take`: 0; 1 wanted"],
    );
    check(
        &plain,
        linked,
        &["unexpected-link: links to another span of the tree from `take`: 1; 0 wanted"],
    );
}

#[test]
fn resource() {
    let of = |attributes: &str| {
        format!("resource: x\n{attributes}\ntrace 1\n└─ SERVER GET /\n└─ SERVER GET /2")
    };
    check(
        &of("   service.name = \"backend\""),
        &of("   service.name = \"unknown_service:steps\""),
        &[
            "unknown-service: the service has no name: `service.name` is \"unknown_service:steps\"; \"backend\" was wanted",
        ],
    );
    check(
        &of("   service.name = \"backend\""),
        &of("   service.name = \"back-end\""),
        &[
            "wrong-resource: the resource's `service.name` is \"back-end\"; \"backend\" was wanted (seen on `GET /`)",
        ],
    );
}

#[test]
fn wrong_scope() {
    let by = |scope: &str| format!("scope: {scope}\ntrace 1\n└─ SERVER GET /");
    check(
        &by("tower"),
        &by("axum\n   version: \"1\""),
        &["wrong-scope: the tracer of `GET /` is `axum 1`; `tower` was wanted"],
    );
}

#[test]
fn wrong_order() {
    let of = |names: [&str; 2]| {
        format!(
            "trace 1\n└─ SERVER GET /\n   └─ INTERNAL {}\n   └─ INTERNAL {}",
            names[0], names[1]
        )
    };
    check(
        &of(["one", "two"]),
        &of(["two", "one"]),
        &["wrong-order: `└─ INTERNAL two` stands where `└─ INTERNAL one` was wanted"],
    );
}

#[test]
fn the_likeliest_comes_first() {
    check(
        HOME,
        "
        trace 1
        └─ SERVER GET /api/activities/home
           http.method = \"GET\"
           http.response.status_code = \"200\"

        trace 2
        └─ INTERNAL home-activities-mock-data
        ",
        &[
            "second-root: `home-activities-mock-data` is a root of its own; it was wanted inside `GET /api/activities/home`",
            "wrong-attribute-type: `http.response.status_code` on `GET /api/activities/home` is \"200\", a string; 200, an integer, was wanted",
            "misnamed-attribute: `http.method` on `GET /api/activities/home` should be named `http.request.method`",
            "missing-attribute: `app.result_length` is missing on `home-activities-mock-data`; 3 was wanted",
        ],
    );
}
