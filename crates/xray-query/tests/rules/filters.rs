//! What expressions want: every keyword and operator, and every example of the developer guide's page on filter expressions.

use serde_json::{Value, json};
use xray_query::Filter;

use crate::{
    filter_cases::{check, check_with_groups},
    traces::{segment, subsegment, with},
};

/// A trace of one segment from second 100 to 101, named `web`.
fn one(more: Value) -> Value {
    json!([segment("a", "web", more)])
}

/// `web` calls `api`, both traced.
fn two(call: Value, api: Value) -> Value {
    let call = segment("b", "call", with(json!({"namespace": "remote"}), call));
    json!([
        segment("a", "web", json!({"subsegments": [call]})),
        segment("c", "api", with(json!({"parent_id": "b"}), api)),
    ])
}

fn renamed(mut documents: Value, from: &str, to: &str) -> Value {
    for document in documents.as_array_mut().unwrap() {
        if document["name"] == from {
            document["name"] = json!(to);
        }
    }
    documents
}

fn plain() -> Value {
    one(json!({}))
}

fn request(field: &str, value: &str) -> Value {
    one(json!({"http": {"request": {field: value}}}))
}

fn status(status: i64) -> Value {
    one(json!({"http": {"response": {"status": status}}}))
}

fn lasting(seconds: f64) -> Value {
    one(json!({"end_time": 100.0 + seconds}))
}

fn annotated(value: Value) -> Value {
    one(json!({"annotations": {"k": value}}))
}

#[test]
fn flags_of_the_trace() {
    let fault = || one(json!({"fault": true}));
    check("ok", plain(), fault());
    check("ok", plain(), one(json!({"error": true})));
    check("ok", plain(), one(json!({"throttle": true})));
    check("error", one(json!({"error": true})), fault());
    check("fault", fault(), plain());
    check(
        "fault",
        fault(),
        two(json!({"fault": true}), json!({"fault": true})),
    );
    check("throttle", one(json!({"throttle": true})), plain());
    check(
        "throttle",
        two(json!({}), json!({"throttle": true})),
        two(json!({}), json!({"error": true})),
    );
    check(
        "partial",
        one(json!({"in_progress": true, "end_time": null})),
        plain(),
    );
    check(
        "partial",
        json!([subsegment("a", "x", "gone", json!({}))]),
        plain(),
    );
    check(
        "inferred",
        one(json!({"subsegments": [segment("b", "x", json!({"sql": {}}))]})),
        two(json!({}), json!({})),
    );
    for expression in [
        "fault = true",
        "fault != false",
        "!ok",
        "ok = false",
        "ok != true",
        "FAULT",
        "Fault = TRUE",
        "!!fault",
    ] {
        check(expression, fault(), plain());
    }
}

#[test]
fn numbers_of_the_trace() {
    for (expression, wanted, other) in [
        ("responsetime = 1", 1.0, 1.001),
        ("responsetime != 1", 1.5, 1.0),
        ("responsetime < 1.5", 1.4, 1.5),
        ("responsetime <= 1.5", 1.5, 1.501),
        ("responsetime > 1.5", 1.501, 1.5),
        ("responsetime >= 1.5", 1.5, 1.499),
        ("responsetime > -1", 1.0, f64::NAN),
        ("responseTime>1", 2.0, 1.0),
    ] {
        let other = if other.is_nan() {
            one(json!({"in_progress": true, "end_time": null}))
        } else {
            lasting(other)
        };
        check(expression, lasting(wanted), other);
    }
    check(
        "responsetime",
        plain(),
        one(json!({"in_progress": true, "end_time": null})),
    );
    let late = |end: f64| {
        json!([
            segment("a", "web", json!({})),
            segment("b", "x", json!({"parent_id": "a", "end_time": end}))
        ])
    };
    check("duration > 4", late(105.0), late(104.0));
    check("duration > 4 responsetime = 1", late(105.0), lasting(5.0));
    check("http.status = 404", status(404), status(200));
    check("http.status >= 400", status(404), plain());
    check("http.status", status(200), plain());
}

#[test]
fn texts_of_the_trace() {
    for (keyword, field) in [
        ("http.url", "url"),
        ("http.method", "method"),
        ("http.useragent", "user_agent"),
        ("http.clientip", "client_ip"),
    ] {
        check(
            &format!("{keyword} = \"ab\""),
            request(field, "ab"),
            request(field, "AB"),
        );
        check(
            &format!("{keyword} != \"ab\""),
            request(field, "b"),
            request(field, "ab"),
        );
        check(
            &format!("{keyword} CONTAINS \"b\""),
            request(field, "abc"),
            request(field, "ac"),
        );
        check(
            &format!("{keyword} beginswith \"a\""),
            request(field, "ab"),
            request(field, "ba"),
        );
        check(
            &format!("{keyword} EndsWith \"a\""),
            request(field, "ba"),
            request(field, "ab"),
        );
        check(keyword, request(field, ""), plain());
        check(
            &format!("{keyword} != \"ab\""),
            request(field, "b"),
            plain(),
        );
    }
    let users = |user: &str| two(json!({"user": "x"}), json!({"user": user}));
    check("user = \"ann\"", users("ann"), users("bob"));
    check("user", users("ann"), plain());
    check(
        r#"user = "a \"b\" \\ c""#,
        users("a \"b\" \\ c"),
        users("a b c"),
    );
    let at = |path: Value| one(json!({"aws": path}));
    check(
        "availabilityzone = \"eu-1a\"",
        at(json!({"ec2": {"availability_zone": "eu-1a"}})),
        plain(),
    );
    check(
        "instance.id BEGINSWITH \"i-\"",
        at(json!({"ec2": {"instance_id": "i-1"}})),
        plain(),
    );
    check(
        "resource.arn CONTAINS \":f\"",
        at(json!({"function_arn": "arn:f"})),
        plain(),
    );
}

#[test]
fn annotations() {
    check("annotation.k", annotated(json!("")), plain());
    check("annotation.k", annotated(json!(0)), plain());
    check(
        "annotation.k",
        annotated(json!(true)),
        annotated(json!(false)),
    );
    check(
        "annotation.k = \"x\"",
        annotated(json!("x")),
        annotated(json!("y")),
    );
    check(
        "annotation.k = \"5\"",
        annotated(json!("5")),
        annotated(json!(5)),
    );
    check(
        "annotation.k = 5",
        annotated(json!(5)),
        annotated(json!("5")),
    );
    check(
        "annotation.k != 5",
        annotated(json!(4)),
        annotated(json!(5)),
    );
    check(
        "annotation.k < 5",
        annotated(json!(4.5)),
        annotated(json!(5)),
    );
    check(
        "annotation.k <= 5",
        annotated(json!(5)),
        annotated(json!(6)),
    );
    check(
        "annotation.k > 5.5",
        annotated(json!(6)),
        annotated(json!(5.5)),
    );
    check(
        "annotation.k >= 5",
        annotated(json!(5)),
        annotated(json!(4)),
    );
    check(
        "annotation.k = true",
        annotated(json!(true)),
        annotated(json!("true")),
    );
    check(
        "annotation.k != true",
        annotated(json!(false)),
        annotated(json!(true)),
    );
    check(
        "annotation.k CONTAINS \"x\"",
        annotated(json!("axb")),
        annotated(json!("ab")),
    );
    check(
        "annotation.k BEGINSWITH \"x\"",
        annotated(json!("xb")),
        annotated(json!("bx")),
    );
    check(
        "annotation.k ENDSWITH \"x\"",
        annotated(json!("bx")),
        annotated(json!("xb")),
    );
    check(
        "annotation[k] = 5",
        annotated(json!(5)),
        annotated(json!(4)),
    );
    check(
        "ANNOTATION[k] = 5",
        annotated(json!(5)),
        one(json!({"annotations": {"K": 5}})),
    );
    let dotted = |key: &str| one(json!({"annotations": {key: "x"}}));
    check(
        "annotation[aws.local.operation] = \"x\"",
        dotted("aws.local.operation"),
        dotted("aws"),
    );
    check(
        "annotation[ aws:api_id ]",
        dotted("aws:api_id"),
        dotted("aws"),
    );
    let part = |value: i64| {
        one(json!({"subsegments": [segment("b", "x", json!({"annotations": {"k": value}}))]}))
    };
    check("annotation.k = 5", part(5), part(4));
    let both = one(
        json!({"annotations": {"k": 1}, "subsegments": [segment("b", "x", json!({"annotations": {"k": 2}}))]}),
    );
    check("annotation.k != 1", both, annotated(json!(1)));
}

#[test]
fn services() {
    check("service(\"api\")", two(json!({}), json!({})), plain());
    check(
        "service(\"call\")",
        json!([two(json!({}), json!({}))[0]]),
        two(json!({}), json!({})),
    );
    check(
        "service() { fault }",
        two(json!({}), json!({"fault": true})),
        two(json!({}), json!({})),
    );
    check(
        "service(\"api\") { fault }",
        two(json!({}), json!({"fault": true})),
        one(json!({"fault": true})),
    );
    check(
        "SERVICE(\"api\"){fault=true}",
        two(json!({}), json!({"fault": true})),
        two(json!({}), json!({"error": true})),
    );
    check(
        "service(\"api\") { ok }",
        two(json!({}), json!({})),
        two(json!({}), json!({"throttle": true})),
    );
    check(
        "service(\"api\") { throttle error = false }",
        two(json!({}), json!({"throttle": true})),
        two(json!({}), json!({"throttle": true, "error": true})),
    );
    check(
        "service(\"api\") { partial }",
        two(json!({}), json!({"in_progress": true, "end_time": null})),
        two(json!({}), json!({})),
    );
    check(
        "service(\"call\") { inferred }",
        json!([two(json!({}), json!({}))[0]]),
        two(json!({}), json!({})),
    );
    check(
        "service(\"web\") { root }",
        plain(),
        one(json!({"name": "other"})),
    );
    check(
        "service(\"api\") { !root }",
        two(json!({}), json!({})),
        renamed(plain(), "web", "api"),
    );
    check(
        "service(\"api\") { responsetime > 1 }",
        two(json!({}), json!({"end_time": 102.0})),
        two(json!({}), json!({})),
    );
    let parts = |end: f64| json!({"subsegments": [segment("d", "x", json!({"end_time": end}))]});
    check(
        "service(\"api\") { duration > 1 }",
        two(json!({}), parts(102.0)),
        two(json!({}), parts(100.5)),
    );
    let answered = |status: i64| json!({"http": {"request": {"method": "GET"}, "response": {"status": status}}});
    check(
        "service(\"api\") { http.status = 500 AND http.method = \"GET\" }",
        two(json!({}), answered(500)),
        two(answered(500), answered(200)),
    );
    check(
        "service(\"api\") { user = \"ann\" }",
        two(json!({}), json!({"user": "ann"})),
        two(json!({"user": "ann"}), json!({})),
    );
    check(
        "service(\"api\") { annotation[k] = 1 }",
        two(json!({}), json!({"annotations": {"k": 1}})),
        two(json!({"annotations": {"k": 1}}), json!({})),
    );
    check(
        "service() { name ENDSWITH \"i\" }",
        two(json!({}), json!({})),
        plain(),
    );
    check(
        "service() { type = \"remote\" }",
        json!([two(json!({}), json!({}))[0]]),
        two(json!({}), json!({})),
    );
    let typed = |kind: &str| one(json!({"origin": kind, "aws": {"account_id": "1"}}));
    check(
        "service(id(name: \"web\", type: \"T\"))",
        typed("T"),
        typed("U"),
    );
    check("service(id(type: \"T\"))", typed("T"), plain());
    check("service(id(account.id: \"1\"))", typed("T"), plain());
    check(
        "service(id(NAME:\"web\",account.id:\"1\"))",
        typed("T"),
        plain(),
    );
    check(
        "service(id(type: \"client\")) { fault }",
        one(json!({"fault": true})),
        plain(),
    );
}

#[test]
fn edges() {
    let call = |more: Value| two(more, json!({}));
    check("edge(\"web\", \"api\")", call(json!({})), plain());
    check(
        "edge(\"api\", \"web\")",
        renamed(
            renamed(renamed(call(json!({})), "web", "tmp"), "api", "web"),
            "tmp",
            "api",
        ),
        call(json!({})),
    );
    check(
        "edge(\"web\", \"api\") { fault }",
        call(json!({"fault": true})),
        two(json!({}), json!({"fault": true})),
    );
    check(
        "edge(\"web\", \"api\") { responsetime > 1 }",
        call(json!({"end_time": 102.0})),
        call(json!({})),
    );
    check(
        "edge(\"web\", \"api\") { http.url CONTAINS \"/v2\" }",
        call(json!({"http": {"request": {"url": "x/v2"}}})),
        call(json!({})),
    );
    check(
        "edge(\"web\", \"call\")",
        json!([call(json!({}))[0]]),
        call(json!({})),
    );
    check(
        "edge(\"web\", \"call\") { inferred }",
        json!([call(json!({}))[0]]),
        call(json!({})),
    );
    check(
        "edge(id(type: \"client\"), id(name: \"web\")) { fault }",
        one(json!({"fault": true})),
        plain(),
    );
    check(
        "edge(id(name: \"web\"), id(type: \"remote\"))",
        json!([call(json!({}))[0]]),
        call(json!({})),
    );
    let local = |more: Value| {
        let call = segment("b", "part", json!({}));
        json!([
            segment("a", "web", json!({"subsegments": [call]})),
            segment("c", "api", with(json!({"parent_id": "b"}), more))
        ])
    };
    check(
        "edge(\"web\", \"api\") { error }",
        local(json!({"error": true})),
        local(json!({})),
    );
}

#[test]
fn combinations() {
    let of = |fault: bool, error: bool, throttle: bool| {
        one(json!({"fault": fault, "error": error, "throttle": throttle}))
    };
    check(
        "fault AND error",
        of(true, true, false),
        of(true, false, false),
    );
    check(
        "fault and error",
        of(true, true, false),
        of(false, true, false),
    );
    check("fault error", of(true, true, false), of(false, true, false));
    check(
        "fault OR error",
        of(false, true, false),
        of(false, false, true),
    );
    check(
        "fault or error",
        of(true, false, false),
        of(false, false, true),
    );
    check(
        "fault OR error AND throttle",
        of(true, false, false),
        of(false, true, false),
    );
    check(
        "error AND throttle OR fault",
        of(true, false, false),
        of(false, true, false),
    );
    check(
        "fault OR error throttle",
        of(true, false, false),
        of(false, true, false),
    );
    check(
        "(fault OR error) AND throttle",
        of(true, false, true),
        of(true, false, false),
    );
    check(
        "(fault OR error)(throttle)",
        of(true, false, true),
        of(true, false, false),
    );
    check(
        "!fault AND error",
        of(false, true, false),
        of(true, true, false),
    );
    check(
        "!(fault AND error)",
        of(true, false, false),
        of(true, true, false),
    );
    check("!user = \"x\"", plain(), one(json!({"user": "x"})));
    check(
        "  fault\n\tAND\r\nerror ",
        of(true, true, false),
        of(true, false, false),
    );
}

#[test]
fn groups() {
    let groups = |name: &str| {
        let expression = match name {
            "slow" => "responsetime > 3",
            "arn:aws:xray:eu-1:1:group/slow/X" => "group.name = \"slow\"",
            "circle" => "group.name = \"circle\"",
            _ => return None,
        };
        Filter::parse(expression).ok()
    };
    check_with_groups("group.name = \"slow\"", lasting(4.0), lasting(1.0), &groups);
    check_with_groups(
        "group.name != \"slow\"",
        lasting(1.0),
        lasting(4.0),
        &groups,
    );
    check_with_groups(
        "group.arn = \"arn:aws:xray:eu-1:1:group/slow/X\"",
        lasting(4.0),
        lasting(1.0),
        &groups,
    );
    check_with_groups(
        "ok OR group.name = \"circle\"",
        plain(),
        one(json!({"fault": true})),
        &groups,
    );
    check_with_groups(
        "ok OR group.name = \"none\"",
        plain(),
        one(json!({"fault": true})),
        &groups,
    );
    let filter = Filter::parse("!(ok group.name = \"a\") OR group.arn != \"arn:b\"").unwrap();
    assert_eq!(filter.groups(), ["a", "arn:b"]);
}

#[test]
fn root_causes() {
    let thrown = |kind: &str, message: &str| {
        two(
            json!({"fault": true}),
            json!({"fault": true, "cause": {"exceptions": [{"type": "First", "message": "1"}, {"type": kind, "message": message}]}}),
        )
    };
    let fault = || thrown("Boom", "no");
    check("rootcause.fault.service", fault(), plain());
    check(
        "rootcause.fault.service { name = \"api\" }",
        fault(),
        one(json!({"fault": true})),
    );
    check(
        "rootcause.fault.service { last name = \"api\" }",
        fault(),
        renamed(fault(), "api", "web"),
    );
    check(
        "rootcause.fault.service { first and name = \"web\" }",
        fault(),
        renamed(fault(), "web", "x"),
    );
    check(
        "rootcause.fault.service { index = 1 }",
        fault(),
        one(json!({"fault": true})),
    );
    check(
        "rootcause.fault.service { !inferred type = \"T\" }",
        two(json!({}), json!({"fault": true, "origin": "T"})),
        fault(),
    );
    check(
        "rootcause.fault.service { inferred }",
        one(json!({"subsegments": [segment("b", "x", json!({"sql": {}, "fault": true}))]})),
        fault(),
    );
    check(
        "rootcause.fault.entity { remote name = \"call\" }",
        fault(),
        one(json!({"fault": true})),
    );
    check(
        "rootcause.fault.entity { index = 2 last }",
        fault(),
        one(json!({"fault": true})),
    );
    check(
        "rootcause.fault.exception { name = \"Boom\" }",
        fault(),
        thrown("Bang", "no"),
    );
    check(
        "rootcause.fault.exception { last message = \"no\" }",
        fault(),
        thrown("Boom", "yes"),
    );
    check(
        "rootcause.fault.exception { first message = \"1\" }",
        fault(),
        plain(),
    );
    let error = || {
        two(
            json!({"error": true}),
            json!({"error": true, "cause": {"exceptions": [{"message": "m"}]}}),
        )
    };
    check(
        "rootcause.error.service { name = \"api\" }",
        error(),
        fault(),
    );
    check(
        "rootcause.error.entity { last name = \"api\" }",
        error(),
        fault(),
    );
    check(
        "rootcause.error.exception { message CONTAINS \"m\" }",
        error(),
        fault(),
    );
    let slow = |seconds: f64| two(json!({}), json!({"end_time": 100.0 + seconds}));
    check(
        "rootcause.responsetime.service { name = \"api\" }",
        slow(0.8),
        slow(0.3),
    );
    check(
        "rootcause.responsetime.entity { coverage >= 0.8 last name = \"api\" }",
        slow(0.8),
        slow(0.7),
    );
    check(
        "rootcause.responsetime.entity { remote }",
        slow(0.8),
        plain(),
    );
    check(
        r#"rootcause.json = #[{"Services": [{"Name": "web"}, {"Name": "api", "Inferred": false}]}]"#,
        fault(),
        plain(),
    );
    check(
        r#"rootcause.json != #[{"Services": [{"Name": "web"}]}]"#,
        fault(),
        plain(),
    );
    check(
        r#"rootcause.json = #[{"ClientImpacting": false, "Services": [{"Name": "web"}, {}]}] fault = false"#,
        fault(),
        plain(),
    );
}

/// The page <https://docs.aws.amazon.com/xray/latest/devguide/xray-console-filters.html>: every example it has.
#[test]
fn the_developer_guides_examples() {
    let named = |from: &str, to: &str, more: Value| renamed(two(json!({}), more), from, to);
    let fault = || json!({"fault": true});
    check("responsetime > 5", lasting(5.5), lasting(5.0));
    check(
        "duration >= 5 AND duration <= 8",
        lasting(8.0),
        lasting(8.5),
    );
    check("ok", plain(), one(fault()));
    check("!ok", one(fault()), plain());
    check("ok = false", one(fault()), plain());
    check(
        r#"rootcause.fault.entity { last and name = "deserialize" }"#,
        one(json!({"fault": true, "subsegments": [segment("b", "deserialize", fault())]})),
        one(fault()),
    );
    let covering = |end: f64| {
        one(
            json!({"subsegments": [segment("b", "traces", json!({"namespace": "remote", "end_time": end}))]}),
        )
    };
    check(
        r#"rootcause.responsetime.entity { remote and coverage > 0.7 and name = "traces" }"#,
        covering(100.8),
        covering(100.7),
    );
    let dynamo = |name: &str| {
        let call = segment("b", "DynamoDB", json!({"namespace": "aws", "fault": true}));
        let own =
            json!({"origin": "AWS::DynamoDB", "inferred": true, "fault": true, "parent_id": "b"});
        json!([
            segment("a", "web", json!({"fault": true, "subsegments": [call]})),
            segment("c", name, own)
        ])
    };
    check(
        r#"rootcause.fault.service { inferred and name = traces and type = "AWS::DynamoDB" }"#,
        dynamo("traces"),
        dynamo("others"),
    );
    check(
        r#"service("data-plane") {root = true and fault = true}"#,
        renamed(one(fault()), "web", "data-plane"),
        named("api", "data-plane", fault()),
    );
    check("http.status != 200", status(404), status(200));
    check("ok !partial duration <3", lasting(2.9), lasting(3.0));
    let chain = |length: usize| -> Value {
        (0..length)
            .map(|at| segment(&at.to_string(), "s", json!({"fault": true, "parent_id": at.checked_sub(1).map(|caller| caller.to_string())})))
            .collect()
    };
    check("rootcause.fault.service { index > 5 }", chain(7), chain(6));
    check(
        "rootcause.responsetime.entity { last and coverage > 0.8 }",
        covering(100.9),
        covering(100.8),
    );
    check(
        r#"http.url CONTAINS "/api/game/""#,
        request("url", "http://x/api/game/1"),
        request("url", "http://x/api/"),
    );
    check(r#"user CONTAINS """#, one(json!({"user": "ann"})), plain());
    check(
        r#"rootcause.fault.service { name = "Auth" }"#,
        named("api", "Auth", fault()),
        named("api", "Other", fault()),
    );
    let table =
        |kind: &str| one(json!({"subsegments": [segment("b", kind, json!({"namespace": "aws"}))]}));
    check(
        r#"rootcause.responsetime.service { last and type = "AWS::DynamoDB" }"#,
        table("DynamoDB"),
        table("S3"),
    );
    let denied = |account: &str| {
        one(
            json!({"fault": true, "cause": {"exceptions": [{"message": format!("Access Denied for account_id: {account}")}]}}),
        )
    };
    check(
        r#"rootcause.fault.exception { last and message = "Access Denied for account_id: 1234567890" }"#,
        denied("1234567890"),
        denied("1"),
    );
    check(
        r#"service("api.example.com") { fault }"#,
        named("api", "api.example.com", fault()),
        named("api", "api.example.com", json!({})),
    );
    check(
        "service() { fault }",
        two(json!({}), fault()),
        two(json!({}), json!({})),
    );
    let edge = |call: Value| {
        renamed(
            renamed(two(call, json!({})), "web", "api.example.com"),
            "api",
            "backend.example.com",
        )
    };
    check(
        r#"edge("api.example.com", "backend.example.com") { error }"#,
        edge(json!({"error": true})),
        edge(json!({})),
    );
    let at = |name: &str| renamed(request("url", "http://api.example.com/v2/x"), "web", name);
    check(
        r#"http.url BEGINSWITH "http://api.example.com/" AND http.url CONTAINS "/v2/" AND !service("api.example.com")"#,
        at("web"),
        at("api.example.com"),
    );
    check(
        "http.url AND responseTime > 2",
        one(json!({"end_time": 103.0, "http": {"request": {"url": "x"}}})),
        lasting(3.0),
    );
    let annotated = |key: &str, value: Value| one(json!({"annotations": {key: value}}));
    check(
        r#"annotation.gameid = "817DL6VO""#,
        annotated("gameid", json!("817DL6VO")),
        annotated("gameid", json!("x")),
    );
    check("annotation.age", annotated("age", json!(3)), plain());
    check("!annotation.age", plain(), annotated("age", json!(3)));
    check(
        "annotation.age > 29",
        annotated("age", json!(30)),
        annotated("age", json!(29)),
    );
    check_with_groups(
        r#"group.name = "high_response_time" AND user = "alice""#,
        one(json!({"end_time": 104.0, "user": "alice"})),
        one(json!({"user": "alice"})),
        &|group| {
            (group == "high_response_time").then(|| Filter::parse("responseTime > 3").unwrap())
        },
    );
    let weather = |part: &str| {
        let part = segment("b", part, json!({"end_time": 108.0, "subsegments": []}));
        json!([
            segment(
                "a",
                "GetWeatherData",
                json!({"end_time": 110.0, "subsegments": [part]})
            ),
            segment(
                "c",
                "GetTemperature",
                json!({"parent_id": "b", "end_time": 107.0})
            ),
        ])
    };
    check(
        r##"rootcause.json = #[{ "Services": [ { "Name": "GetWeatherData", "EntityPath": [{ "Name": "GetWeatherData" }, { "Name": "get_temperature" } ] }, { "Name": "GetTemperature", "EntityPath": [ { "Name": "GetTemperature" } ] } ] }]"##,
        weather("get_temperature"),
        weather("get_humidity"),
    );
    let lambda = |kind: &str, error: bool| {
        one(json!({"name": "random-name", "origin": kind, "error": error}))
    };
    check(
        r#"service(id(name: "random-name", type:"AWS::Lambda")) { error }"#,
        lambda("AWS::Lambda", true),
        lambda("AWS::Lambda::Function", true),
    );
    check(
        r#"service("random-name") { error }"#,
        lambda("AWS::Lambda", true),
        lambda("AWS::Lambda", false),
    );
    check(
        r#"service(id(name: "random-name", type: "AWS::Lambda::Function")) { error }"#,
        lambda("AWS::Lambda::Function", true),
        lambda("AWS::Lambda", true),
    );
    check(
        r#"service(id(type: "AWS::Lambda::Function")) { error }"#,
        lambda("AWS::Lambda::Function", true),
        lambda("AWS::Lambda::Function", false),
    );
    check(
        r#"edge(id(name: "web", type:"T"), id(name: "api", type:"T")) { error }"#,
        json!([
            segment(
                "a",
                "web",
                json!({"origin": "T", "subsegments": [segment("b", "x", json!({"namespace": "remote", "error": true}))]})
            ),
            segment("c", "api", json!({"origin": "T", "parent_id": "b"})),
        ]),
        two(json!({"error": true}), json!({})),
    );
}
