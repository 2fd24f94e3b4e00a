//! Conditions about JSON objects.

use crate::cases::{check, read};

const EVENT: &str = r#"{"eventType":"UpdateTrail","sourceIPAddress":"111.111.111.111","arrayKey":["value","another value"],
"objectList":[{"name":"a","id":1},{"name":"b","id":2}],"SomeObject":null,"cluster.name":"c"}"#;

const OBJECT: &str = r#"{"user":{"id":1,"email":"John.Stiles@example.com"},"users":[{"id":2,
"email":"John.Doe@example.com"},{"id":3,"email":"Jane.Doe@example.com"}],"actions":["GET","PUT","DELETE"],
"coordinates":[[0,1,2],[4,5,6],[7,8,9]]}"#;

#[test]
fn the_documented_examples() {
    for pattern in [
        r#"{ $.eventType = "UpdateTrail" }"#,
        "{ $.sourceIPAddress != 123.123.* }",
        r#"{ $.arrayKey[0] = "value" }"#,
        "{ $.eventType = %Trail% }",
        "{ $.arrayKey[*] = %val.{2}% }",
        r"{ $.* = %111\.111\.111\.1[0-9]{1,2}% }",
        r#"{ $.['cluster.name'] = "c" }"#,
        "{ $.SomeObject IS NULL }",
        "{ $.SomeOtherObject NOT EXISTS }",
        r#"{ $.eventType = "*" && $.sourceIPAddress != 123.123.* }"#,
        "{ $.objectList[1].id = 2 }",
    ] {
        check(pattern, &[EVENT], &["", "text", "{}{}"]);
    }
    for (pattern, taken, left) in [
        (
            "{ $.bandwidth > 75 }",
            r#"{"bandwidth":80}"#,
            r#"{"bandwidth":75}"#,
        ),
        (
            "{ $.latency < 50 }",
            r#"{"latency":49.5}"#,
            r#"{"latency":50}"#,
        ),
        (
            "{ $.refreshRate >= 60 }",
            r#"{"refreshRate":60}"#,
            r#"{"refreshRate":59}"#,
        ),
        (
            "{ $.responseTime <= 5 }",
            r#"{"responseTime":5}"#,
            r#"{"responseTime":6}"#,
        ),
        (
            "{ $.errorCode = 400}",
            r#"{"errorCode":400}"#,
            r#"{"errorCode":401}"#,
        ),
        (
            "{ $.errorCode != 500 }",
            r#"{"errorCode":400}"#,
            r#"{"errorCode":500}"#,
        ),
        (
            "{ $.number[0] = 1e+3 }",
            r#"{"number":[1000]}"#,
            r#"{"number":[1]}"#,
        ),
        (
            "{ $.number[0] != 1e-3 }",
            r#"{"number":[1]}"#,
            r#"{"number":[0.001]}"#,
        ),
        (
            "{ $.latency = * }",
            r#"{"latency":50,"requestType":"GET"}"#,
            "{}",
        ),
    ] {
        check(pattern, &[taken], &[left]);
    }
}

#[test]
fn the_documented_compound_examples() {
    check(
        r#"{ ($.user.id = 1) && ($.users[0].email = "John.Doe@example.com") }"#,
        &[OBJECT],
        &[EVENT],
    );
    let either = r#"{ $.user.email = "John.Stiles@example.com" || $.coordinates[0][1] = "nonmatch" && $.actions[2] = "nonmatch" }"#;
    check(either, &[OBJECT], &[EVENT]);
    let both = r#"{ ($.user.email = "John.Stiles@example.com" || $.coordinates[0][1] = "nonmatch") && $.actions[2] = "nonmatch" }"#;
    check(both, &[], &[OBJECT]);
    check(
        r#"{ ($.user.id = 2 && $.users[0].email = "nonmatch") || $.actions[2] = "GET" }"#,
        &[],
        &[OBJECT],
    );
    check(
        "{ $.coordinates[1][2] = 6 }",
        &[OBJECT],
        &["{\"coordinates\":[[6],[6,6]]}"],
    );
}

#[test]
fn and_binds_tighter_than_or() {
    let event = |a, b, c| format!("{{\"a\":{a},\"b\":{b},\"c\":{c}}}");
    let (one, two, three) = (event(1, 0, 0), event(0, 2, 3), event(0, 2, 0));
    check(
        "{ $.a = 1 || $.b = 2 && $.c = 3 }",
        &[&one, &two],
        &[&three],
    );
    check(
        "{ $.b = 2 && $.c = 3 || $.a = 1 }",
        &[&one, &two],
        &[&three],
    );
    check(
        "{ ($.a = 1 || $.b = 2) && $.c = 3 }",
        &[&two],
        &[&one, &three],
    );
    check(
        "{ (($.a = 1)) || (($.b = 2) && ($.c = 3)) }",
        &[&one, &two],
        &[&three],
    );
}

#[test]
fn how_deep_parentheses_are_does_not_matter() {
    let nested = read("{ (($.a = 1 && ($.b = 2)) && $.c = 3) }");
    assert_eq!(nested, read("{ $.a=1&&$.b=2&&$.c=3 }"));
    assert_eq!(nested.to_string(), "{ $.a = 1 && $.b = 2 && $.c = 3 }");
    let nested = read("{ ($.a = 1 || ($.b = 2 || $.c IS TRUE)) && $.d NOT EXISTS }");
    assert_eq!(
        nested.to_string(),
        "{ ($.a = 1 || $.b = 2 || $.c IS TRUE) && $.d NOT EXISTS }"
    );
}

#[test]
fn selectors_lead_to_values() {
    for (pattern, taken, left) in [
        (
            r#"{ $.n.v = "hit" }"#,
            r#"{"n":{"v":"hit"}}"#,
            r#"{"n.v":"hit"}"#,
        ),
        (
            r#"{ $.n.v = "hit" }"#,
            r#"{"x":1,"n":{"w":0,"v":"hit"},"y":2}"#,
            r#"{"n":[{"v":"hit"}]}"#,
        ),
        (
            r#"{ $.['n.v'] = "hit" }"#,
            r#"{"n.v":"hit"}"#,
            r#"{"n":{"v":"hit"}}"#,
        ),
        (
            r#"{ $.a['b c'].d = 1 }"#,
            r#"{"a":{"b c":{"d":1}}}"#,
            r#"{"a":{"b c":1}}"#,
        ),
        (
            r#"{ $.a.['b'][1] = 1 }"#,
            r#"{"a":{"b":[0,1]}}"#,
            r#"{"a":{"b":[1]}}"#,
        ),
        (
            r#"{ $.['it\'s \\'] = 1 }"#,
            r#"{"it's \\":1}"#,
            r#"{"its":1}"#,
        ),
        (r#"{ $.[''] = 1 }"#, r#"{"":1}"#, r#"{"a":1}"#),
        (
            r#"{ $.detail-type_2 = x }"#,
            r#"{"detail-type_2":"x"}"#,
            r#"{"detail":"x"}"#,
        ),
        (
            r#"{ $.arr[0] = "hit" }"#,
            r#"{"arr":["hit","miss"]}"#,
            r#"{"arr":["miss","hit"]}"#,
        ),
        (
            r#"{ $.arr[0] = "hit" }"#,
            r#"{"arr":["hit"]}"#,
            r#"{"arr":{"0":"hit"}}"#,
        ),
        (
            r#"{ $.arr[0] = "hit" }"#,
            r#"{"arr":["hit"]}"#,
            r#"{"arr":[["hit"]]}"#,
        ),
        (
            r#"{ $.arr[*] = "hit" }"#,
            r#"{"arr":["miss","hit"]}"#,
            r#"{"arr":"hit"}"#,
        ),
        (
            r#"{ $.arr[*] = "hit" }"#,
            r#"{"arr":{"0":"hit"}}"#,
            r#"{"arr":[["hit"]]}"#,
        ),
        (
            r#"{ $.* = "hit" }"#,
            r#"{"a":1,"b":"hit"}"#,
            r#"{"a":["hit"]}"#,
        ),
        (
            r#"{ $.a.*.b = 1 }"#,
            r#"{"a":{"x":{"b":0},"y":{"b":1}}}"#,
            r#"{"a":{"b":1}}"#,
        ),
        (r#"{ $.a.* = 1 }"#, r#"{"a":[0,1]}"#, r#"{"a":1}"#),
        (r#"{ $.m[0][1] = 1 }"#, r#"{"m":[[0,1]]}"#, r#"{"m":[[1]]}"#),
        (
            r#"{ $.a[99999999999999999999] NOT EXISTS }"#,
            r#"{"a":[1]}"#,
            "[]",
        ),
    ] {
        check(pattern, &[taken], &[left]);
    }
}

#[test]
fn conditions_look_for_themselves() {
    let pattern = "{ $.items[*].a = 1 && $.items[*].b = 2 }";
    check(
        pattern,
        &[r#"{"items":[{"a":1},{"b":2}]}"#],
        &[r#"{"items":[{"a":1},{"b":1}]}"#],
    );
}

#[test]
fn what_is_missing_does_not_exist_and_is_equal_to_nothing() {
    let missing = [
        r#"{"n":null}"#,
        r#"{"n":{}}"#,
        r#"{"n.v":1}"#,
        r#"{"n":[{"v":1}]}"#,
        "{}",
    ];
    check(
        "{ $.n.v NOT EXISTS }",
        &missing,
        &[r#"{"n":{"v":null}}"#, r#"{"n":{"v":[]}}"#],
    );
    check("{ $.n.v IS NULL }", &[r#"{"n":{"v":null}}"#], &missing);
    check("{ $.n.v != 1 }", &[r#"{"n":{"v":2}}"#], &missing);
    check(
        "{ $.a[*] NOT EXISTS }",
        &[r#"{"a":[]}"#, "{}"],
        &[r#"{"a":[0]}"#],
    );
}

#[test]
fn a_null_in_an_array_is_null() {
    let left = [r#"{"a":[1],"b":null}"#, r#"{"a":[[null]]}"#];
    check("{ $.a IS NULL }", &[r#"{"a":[1,null]}"#], &left);
}

#[test]
fn only_json_objects_are_taken() {
    let others = [
        "", "x", "[1]", "1", "null", "\"{}\"", "{", "{}x", "{} {}", "x {}", "{\"a\":}", "{'a':1}",
        "[{}]",
    ];
    check(
        "{ $.a NOT EXISTS }",
        &["{}", " {} ", "\n{\"b\":[]}\n"],
        &others,
    );
    let broken = [
        r#"{"a":1"#,
        r#"{"a":1} "#.trim_end_matches(['}', ' ']),
        r#"{"a":1,}"#,
        r#"{"a":1}}"#,
    ];
    check("{ $.a = 1 }", &[r#"{"a":1} "#], &broken);
    let deep = format!(
        "{{\"a\":1,\"b\":{}{}}}",
        "[".repeat(100_000),
        "]".repeat(100_000)
    );
    check(
        "{ $.a = 1 && $.b[0][*] IS TRUE || $.a = 1 }",
        &[&deep],
        &[&deep[..150_000]],
    );
}

#[test]
fn the_last_of_equal_names_counts() {
    check("{ $.* = 1 }", &[r#"{"a":2,"a":1}"#], &[r#"{"a":1,"a":2}"#]);
    check(
        "{ $.a.b = 1 }",
        &[r#"{"a":{},"a":{"b":1}}"#],
        &[r#"{"a":{"b":1},"a":{}}"#],
    );
}

#[test]
fn json_s_escapes_mean_what_they_stand_for() {
    check(
        "{ $.key = \"value\" }",
        &[r#"{"k\u0065y":"v\u0061lue"}"#, r#"{"key":"v\u0061lue"}"#],
        &[r#"{"k\u0065y":"x"}"#],
    );
    check(
        "{ $.flag IS TRUE }",
        &[r#"{"fl\u0061g":true}"#],
        &[r#"{"fl\u0061g":1}"#],
    );
    check(
        r#"{ $.a = "say \"x\"" }"#,
        &[r#"{"a":"say \"x\""}"#],
        &[r#"{"a":"say x"}"#],
    );
    check(
        r#"{ $.a = "C:\\x*" }"#,
        &[r#"{"a":"C:\\x\\y"}"#],
        &[r#"{"a":"C:\\y"}"#],
    );
    check(
        "{ $.a = \"a/b\" }",
        &[r#"{"a":"a\/b"}"#, r#"{"a":"a/b"}"#],
        &[r#"{"a":"a"}"#],
    );
    check("{ $.a != \"x\" }", &[], &[r#"{"a":"\ud800"}"#]);
}

#[test]
fn white_space_is_free() {
    check(
        "  {$.a=1&&$.b!=2||$.c  IS\tNULL}  ",
        &[r#"{"c":null}"#, r#"{"a":1,"b":1}"#],
        &[r#"{"a":1}"#],
    );
}
