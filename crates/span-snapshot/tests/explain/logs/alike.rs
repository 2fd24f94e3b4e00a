//! Events of one message, and which of them is which: they are told apart by what they say, not by their level or their order.

use crate::causes::{Usual, told};

const ACCESS: &str = "\
log events
└─ INFO answered
   http.response.status_code = 200
   url.path = \"/home\"
└─ WARN answered
   http.response.status_code = 422
   url.path = \"/posts\"
└─ WARN answered
   http.response.status_code = 404
   url.path = \"/favicon.ico\"
└─ ERROR answered
   http.response.status_code = 502
   url.path = \"/posts\"
";

#[track_caller]
fn check(changes: &[(&str, &str)], causes: &[&str], help: &str) {
    Usual(ACCESS).check(changes, causes, help);
}

#[test]
fn levels_that_are_swapped() {
    check(
        &[("WARN", "X"), ("ERROR", "WARN"), ("X", "ERROR")],
        &[
            "wrong-level: `answered` (2 times) is at ERROR; WARN was wanted",
            "wrong-level: `answered` is at WARN; ERROR was wanted",
        ],
        "4xx",
    );
}

#[test]
fn levels_and_a_type() {
    check(
        &[
            ("WARN", "INFO"),
            ("code = 422", "code = \"422\""),
            ("code = 502", "code = \"502\""),
        ],
        &[
            "wrong-level: `answered` (2 times) is at INFO; WARN was wanted",
            "wrong-field-type: `http.response.status_code` on `answered` is \"422\", a string; 422, an integer, was wanted; and 1 more like it",
        ],
        "4xx",
    );
}

#[test]
fn levels_where_one_is_missing() {
    check(
        &[
            (
                "└─ INFO answered\n   http.response.status_code = 200\n   url.path = \"/home\"\n",
                "",
            ),
            ("WARN", "INFO"),
        ],
        &[
            "missing-log-event: `answered` (INFO) is missing",
            "wrong-level: `answered` (2 times) is at INFO; WARN was wanted",
        ],
        "returns early",
    );
}

#[test]
fn nothing_but_the_level_is_wrong_and_the_rest_is_gone() {
    let (what, _) = told(
        "log events\n└─ INFO a\n   n = 1\n└─ ERROR a\n   n = 2\n",
        "log events\n└─ ERROR a\n└─ INFO a\n",
    );
    assert_eq!(
        what,
        [
            "wrong-level: `a` is at ERROR; INFO was wanted",
            "wrong-level: `a` is at INFO; ERROR was wanted",
            "missing-field: `n` is missing on `a`; 1 was wanted; and 1 more like it",
        ]
    );
}

#[test]
fn one_other_message_for_all() {
    check(
        &[("answered", "done")],
        &["misnamed-message: the message is `done` (4 times); `answered` was wanted"],
        "exact",
    );
}

#[test]
fn one_message_for_what_should_have_two() {
    let wanted = "log events\n└─ INFO feed shown\n└─ INFO crud posted\n└─ INFO crud deleted\n";
    let (what, _) = told(
        wanted,
        "log events\n└─ INFO done\n└─ INFO done\n└─ INFO done\n",
    );
    assert_eq!(
        what,
        [
            "misnamed-message: the message is `done`; `feed shown` was wanted",
            "misnamed-message: the message is `done`; `crud posted` was wanted",
            "misnamed-message: the message is `done`; `crud deleted` was wanted",
        ]
    );
    // Where the numbers differ, nobody can say which is which.
    let (what, _) = told(
        wanted,
        "log events\n└─ INFO feed shown\n└─ INFO done\n└─ INFO done\n└─ INFO done\n",
    );
    assert_eq!(
        what,
        [
            "missing-log-event: `crud posted` (INFO) is missing",
            "missing-log-event: `crud deleted` (INFO) is missing",
            "unexpected-log-event: `done` (3 times) (INFO) is there and was not wanted",
        ]
    );
}

#[test]
fn a_message_for_each_level() {
    check(
        &[
            ("WARN answered", "WARN answered: refused"),
            ("ERROR answered", "ERROR answered: failed"),
        ],
        &[
            "misnamed-message: the message is `answered: refused` (2 times); `answered` was wanted",
            "misnamed-message: the message is `answered: failed`; `answered` was wanted",
        ],
        "What differs",
    );
}

#[test]
fn a_single_digit_and_a_truth_value_in_a_message() {
    let (what, _) = told(
        "log events\n└─ INFO home feed shown\n   app.own = true\n   app.results = 3\n",
        "log events\n└─ INFO 3 activities in the home feed shown, own: true\n",
    );
    assert_eq!(
        what,
        [
            "glued-into-message: `app.own` and `app.results` of `3 activities in the home feed shown, own: true` stand inside the message"
        ]
    );
}

#[test]
fn what_sigils_make_of_values() {
    let check = |wanted: &str, is: &str, cause: &str, help: &str| {
        let (what, helps) = told(
            &format!("log events\n└─ INFO m\n{wanted}"),
            &format!("log events\n└─ INFO m\n{is}"),
        );
        assert_eq!(what.len(), 1, "{what:?}");
        assert!(what[0].starts_with(cause), "{what:?}");
        assert!(helps[0].contains(help), "{helps:?}");
    };
    let quoted = r#"   k = "\"bayko\"""#;
    check(
        "   k = \"bayko\"",
        quoted,
        "wrong-field-value",
        "without `?`",
    );
    check(
        "   k = true",
        "   k = \"true\"",
        "wrong-field-type",
        "no filter",
    );
    check(
        "   k = 3",
        "   k = \"3\"",
        "wrong-field-type",
        "`%` and `?`",
    );
    check(
        "   k = 3",
        "   k = \"Some(3)\"",
        "wrong-field-type",
        "`Some(…)`",
    );
    let some = r#"   k = "Some(\"a\")""#;
    check("   k = \"a\"", some, "wrong-field-value", "`Some(…)`");
    check("", "   k = \"None\"", "unexpected-field", "left out");
    check("", "   k = \"none\"", "unexpected-field", "Remove it");
    check("   k = \"a\"", "   k = \"b\"", "wrong-field-value", "");
}

#[test]
fn a_field_by_the_end_of_its_name() {
    let (what, _) = told(
        "log events\n└─ INFO m\n   app.user_handle = \"bayko\"\n",
        "log events\n└─ INFO m\n   app.handle = \"bayko\"\n",
    );
    assert_eq!(
        what,
        ["misnamed-field: `app.handle` on `m` should be named `app.user_handle`"]
    );
}
