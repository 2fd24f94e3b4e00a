//! Where events are: groups, streams, retention.

use super::{HOME, check, check_tree};
use crate::causes::told;

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
