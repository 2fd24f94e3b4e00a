//! What TestMetricFilter calls `extractedValues`.

use crate::cases::read;

const LINE: &str =
    r#"127.0.0.1 - frank [10/Oct/2000:13:25:15 -0700] "GET /apache_pb.gif HTTP/1.0" 200 1534"#;

#[track_caller]
fn check(pattern: &str, message: &str, expected: &[(&str, &str)]) {
    let extracted = read(pattern).extract(message).expect("taken");
    let mut told: Vec<_> = extracted
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    let mut expected = expected.to_vec();
    told.sort_unstable();
    expected.sort_unstable();
    assert_eq!(told, expected, "{pattern}");
}

#[test]
fn named_fields_by_name() {
    check(
        "[ip, identity, user_id, timestamp, request, status_code, size]",
        LINE,
        &[
            ("$ip", "127.0.0.1"),
            ("$identity", "-"),
            ("$user_id", "frank"),
            ("$timestamp", "10/Oct/2000:13:25:15 -0700"),
            ("$request", "GET /apache_pb.gif HTTP/1.0"),
            ("$status_code", "200"),
            ("$size", "1534"),
        ],
    );
}

#[test]
fn the_others_by_number() {
    let numbered = [
        ("$1", "127.0.0.1"),
        ("$2", "-"),
        ("$3", "frank"),
        ("$4", "10/Oct/2000:13:25:15 -0700"),
        ("$5", "GET /apache_pb.gif HTTP/1.0"),
        ("$6", "200"),
        ("$7", "1534"),
    ];
    check("[]", LINE, &numbered);
    check("[...]", LINE, &numbered);
    let mut last_named = numbered;
    last_named[6].0 = "$size";
    check("[..., size]", LINE, &last_named);
    let mut two_named = last_named;
    two_named[5].0 = "$status_code";
    check("[..., status_code=200, size]", LINE, &two_named);
    let mut unnamed = numbered;
    unnamed[4].0 = "$request";
    unnamed[5].0 = "$status_code";
    check("[..., request=*.gif*, status_code=2*,]", LINE, &unnamed);
    let mut round = last_named;
    round[0].0 = "$ip";
    check("[ip, ..., size]", LINE, &round);
    check(
        "[ip, ..., status, bytes]",
        "a b c",
        &[("$ip", "a"), ("$status", "b"), ("$bytes", "c")],
    );
}

#[test]
fn the_last_field_has_the_rest_as_it_is() {
    check(
        "[w1, w2]",
        "ERROR request  failed ",
        &[("$w1", "ERROR"), ("$w2", "request  failed")],
    );
    check(
        "[w1, w2]",
        "ERROR \"two words\"",
        &[("$w1", "ERROR"), ("$w2", "two words")],
    );
    check(
        "[w1, w2]",
        "ERROR \"two words\" more",
        &[("$w1", "ERROR"), ("$w2", "\"two words\" more")],
    );
    check(
        "[w1, w2]",
        "ERROR \"not closed",
        &[("$w1", "ERROR"), ("$w2", "\"not closed")],
    );
    check(
        "[...]",
        "ERROR \"not closed",
        &[("$1", "ERROR"), ("$2", "\"not"), ("$3", "closed")],
    );
    check("[a,]", "1 2\t3", &[("$a", "1"), ("$2", "2\t3")]);
}

#[test]
fn other_patterns_extract_nothing() {
    check("", LINE, &[]);
    check("frank", LINE, &[]);
    check("{ $.latency = * }", r#"{"latency":50}"#, &[]);
    assert_eq!(read("jane").extract(LINE), None);
}
