//! Which fields an event has.

use log_query::{Event, insights::fields_of};

use crate::cases::{check, events};

#[track_caller]
fn discovered(message: &str, expected: &[(&str, &str)]) {
    let messages = &[message];
    let events = events(messages);
    let fields = fields_of(&events[0]);
    let found: Vec<(&str, &str)> = fields[5..]
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    assert_eq!(found, expected, "{message}");
    // A query finds the same.
    for (name, value) in expected {
        let quoted = if name.starts_with('@') {
            (*name).to_owned()
        } else {
            format!("`{name}`")
        };
        check(
            &format!("fields {quoted} as y"),
            messages,
            &[&format!("y={value}")],
        );
    }
}

#[test]
fn every_event_has_five_fields() {
    let event = Event {
        group: "/ecs/backend",
        stream: "web/1",
        timestamp: 1_767_268_800_001,
        ingestion_time: 1_767_268_801_000,
        message: "hello",
        id: 7,
    };
    let expected = [
        ("@timestamp", "2026-01-01 12:00:00.001"),
        ("@ingestionTime", "2026-01-01 12:00:01.000"),
        ("@message", "hello"),
        ("@logStream", "web/1"),
        ("@log", "000000000000:/ecs/backend"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()));
    assert_eq!(fields_of(&event), expected);
}

#[test]
fn json_is_flattened_by_dots_and_numbers() {
    discovered(
        r#"{"a":{"b":{"c":1}},"list":[true,{"x":"y"},[null,2]],"null":null,"none":{},"empty":[],"t":"s"}"#,
        &[
            ("a.b.c", "1"),
            ("list.0", "1"),
            ("list.1.x", "y"),
            ("list.2.1", "2"),
            ("t", "s"),
        ],
    );
    check(
        "fields a, list, null, a.b.c.d, list.3, list.x",
        &[r#"{"a":{"b":{"c":1}},"list":[1],"null":null}"#],
        &[""],
    );
}

#[test]
fn a_key_with_dots_is_the_same_as_a_path() {
    discovered(
        r#"{"http.status":200,"a.b":{"c.d":1}}"#,
        &[("a.b.c.d", "1"), ("http.status", "200")],
    );
    check(
        "fields a, a.b, a.b.c, ab",
        &[r#"{"a":1,"a.b":2,"a.b.c":3,"ab":4,"a-b":5}"#],
        &["a=1 | a.b=2 | a.b.c=3 | ab=4"],
    );
}

#[test]
fn a_key_that_a_name_only_begins_with_is_another() {
    check(
        "fields abc, a_c",
        &[r#"{"a":{"c":1,"bc":2,"_c":3}}"#],
        &[""],
    );
}

#[test]
fn keys_and_texts_may_have_escapes() {
    discovered(r#"{"\u0061":"x\ny\"z\""}"#, &[("a", "x\ny\"z\"")]);
    discovered(r#"{"é":"ü"}"#, &[("é", "ü")]);
}

#[test]
fn own_fields_with_an_at_get_one_more() {
    discovered(
        r#"{"@timestamp":"mine","@x":{"@y":1}}"#,
        &[("@@timestamp", "mine"), ("@@x.@y", "1")],
    );
    check(
        "fields @timestamp, @@type",
        &[r#"{"@type":"t"}"#],
        &["@timestamp=2026-01-01 12:00:00.000 | @@type=t"],
    );
    check("fields @type", &[r#"{"@type":"t"}"#], &[""]);
}

#[test]
fn numbers_are_printed_as_they_are() {
    discovered(
        r#"{"a":1.50,"b":-0.0,"c":1e3,"d":0.000012345,"e":9007199254740992,"f":12345678901234567890,"g":-9007199254740993,"h":-7}"#,
        &[
            ("a", "1.5"),
            ("b", "0"),
            ("c", "1000"),
            ("d", "0.000012345"),
            ("e", "9007199254740992"),
            ("f", "12345678901234567890"),
            ("g", "-9007199254740993"),
            ("h", "-7"),
        ],
    );
}

#[test]
fn only_whole_objects_are_json() {
    for message in [
        r#"{"a":1"#,
        r#"{"a":1} x"#,
        r#"x {"a":1}"#,
        r#"[{"a":1}]"#,
        r#"{"a":1,}"#,
        "\"a\"",
        "",
        "{",
        r#"{"a":1,"b":tru}"#,
    ] {
        discovered(message, &[]);
        check("fields a", &[message], &[""]);
    }
    discovered(" \n {\"a\":1} \n", &[("a", "1")]);
}

#[test]
fn deep_nesting_is_no_json() {
    let deep = format!(
        r#"{{"a":1,"b":{}{}}}"#,
        "[".repeat(100_000),
        "]".repeat(100_000)
    );
    check("fields b.0.0", &[&deep], &[""]);
    let messages = [deep.as_str()];
    assert_eq!(fields_of(&events(&messages)[0]).len(), 5);
}

#[test]
fn a_repeated_key_has_its_last_value() {
    discovered(r#"{"a":1,"a":2}"#, &[("a", "2")]);
    check("fields a, a.b", &[r#"{"a":1,"a":{"b":2}}"#], &["a.b=2"]);
    check("fields a, a.0", &[r#"{"a":1,"a":[2]}"#], &["a.0=2"]);
    discovered(r#"{"a":1,"a":null}"#, &[]);
}

#[test]
fn a_thousand_fields_are_listed() {
    let many: Vec<String> = (0..1_200).map(|n| format!(r#""k{n:04}":{n}"#)).collect();
    let message = format!("{{{}}}", many.join(","));
    let fields = fields_of(&events(&[message.as_str()])[0]);
    assert_eq!(fields.len(), 1_005);
    assert_eq!(fields.last().unwrap().0, "k0999");
}

#[test]
fn messages_of_aws_services_have_fields_too() {
    discovered(
        "REPORT RequestId: r-1\tDuration: 3.50 ms\tBilled Duration: 4 ms\tMemory Size: 512 MB\tMax Memory Used: 77 MB\tInit Duration: 120.00 ms\t\nXRAY TraceId: 1-a-b\tSegmentId: c\tSampled: true\t",
        &[
            ("@type", "REPORT"),
            ("@requestId", "r-1"),
            ("@duration", "3.5"),
            ("@billedDuration", "4"),
            ("@memorySize", "512000000"),
            ("@maxMemoryUsed", "77000000"),
            ("@initDuration", "120"),
            ("@xrayTraceId", "1-a-b"),
            ("@xraySegmentId", "c"),
        ],
    );
    discovered(
        "START RequestId: r-1 Version: $LATEST\n",
        &[("@type", "START"), ("@requestId", "r-1")],
    );
    discovered(
        "END RequestId: r-1",
        &[("@type", "END"), ("@requestId", "r-1")],
    );
    discovered("REPORT of the day", &[]);
    discovered("STOP RequestId: r-1", &[]);
    discovered(
        "2 123456789010 eni-1 172.31.16.139 172.31.16.21 20641 22 6 20 4249 1418530010 1418530070 ACCEPT OK",
        &[
            ("version", "2"),
            ("accountId", "123456789010"),
            ("interfaceId", "eni-1"),
            ("srcAddr", "172.31.16.139"),
            ("dstAddr", "172.31.16.21"),
            ("srcPort", "20641"),
            ("dstPort", "22"),
            ("protocol", "6"),
            ("packets", "20"),
            ("bytes", "4249"),
            ("startTime", "1418530010"),
            ("endTime", "1418530070"),
            ("action", "ACCEPT"),
            ("logStatus", "OK"),
        ],
    );
    discovered(
        "2 123456789010 if-1 172.31.16.139 172.31.16.21 20641 22 6 20 4249 1418530010 1418530070 ACCEPT OK",
        &[],
    );
    discovered(
        "2 123456789010 eni-1 172.31.16.139 172.31.16.21 20641 22 6 20 4249 1418530010 1418530070 ACCEPT OK more",
        &[],
    );
    discovered(
        "1.0 2017-12-13T08:16:02.130Z Z1 example.com A NOERROR UDP FRA6 192.168.1.1 -",
        &[
            ("version", "1.0"),
            ("queryTimestamp", "2017-12-13T08:16:02.130Z"),
            ("hostZoneId", "Z1"),
            ("queryName", "example.com"),
            ("queryType", "A"),
            ("responseCode", "NOERROR"),
            ("protocol", "UDP"),
            ("edgeLocation", "FRA6"),
            ("resolverIp", "192.168.1.1"),
        ],
    );
    discovered(
        "1.0 2017-12-13T08:16:02.130Z Y1 example.com A NOERROR UDP FRA6 192.168.1.1 -",
        &[],
    );
}
