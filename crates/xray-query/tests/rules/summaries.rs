//! What a summary says of a trace.

use serde_json::{Value, json};

use crate::traces::{segment, subsegment, trace};

/// What is at the JSON pointer of a trace's summary.
#[track_caller]
fn check(rule: &str, documents: Value, pointer: &str, wanted: Value) {
    let summary = serde_json::to_value(trace(documents).summary()).unwrap();
    let found = summary.pointer(pointer).cloned().unwrap_or(Value::Null);
    assert_eq!(found, wanted, "{rule}: {pointer} of {summary:#}");
}

fn service(name: &str, kind: Option<&str>) -> Value {
    match kind {
        Some(kind) => json!({"Name": name, "Names": [name], "Type": kind}),
        None => json!({"Name": name, "Names": [name]}),
    }
}

#[test]
fn names_are_those_of_the_api() {
    let summary = trace(json!([])).summary();
    let json = serde_json::to_value(summary).unwrap();
    let names: Vec<&str> = json
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    let mut wanted = vec![
        "Annotations",
        "AvailabilityZones",
        "Duration",
        "ErrorRootCauses",
        "FaultRootCauses",
        "HasError",
        "HasFault",
        "HasThrottle",
        "Http",
        "Id",
        "InstanceIds",
        "IsPartial",
        "ResourceARNs",
        "ResponseTimeRootCauses",
        "Revision",
        "ServiceIds",
        "StartTime",
        "Users",
    ];
    wanted.sort_unstable();
    let mut names = names;
    names.sort_unstable();
    assert_eq!(names, wanted);
}

#[test]
fn flags_times_and_the_request() {
    let flagged = |flag: &str, on: &str| {
        let mut documents = json!([
            segment(
                "a",
                "web",
                json!({"subsegments": [segment("b", "x", json!({"namespace": "remote"}))]})
            ),
            segment("c", "api", json!({"parent_id": "b"})),
        ]);
        let index = usize::from(on == "c");
        documents[index][flag] = json!(true);
        documents
    };
    check(
        "a fault of the root",
        flagged("fault", "a"),
        "/HasFault",
        json!(true),
    );
    check(
        "a fault elsewhere",
        flagged("fault", "c"),
        "/HasFault",
        json!(false),
    );
    check(
        "an error of the root",
        flagged("error", "a"),
        "/HasError",
        json!(true),
    );
    check(
        "an error elsewhere",
        flagged("error", "c"),
        "/HasError",
        json!(false),
    );
    check(
        "a throttle anywhere",
        flagged("throttle", "c"),
        "/HasThrottle",
        json!(true),
    );
    check(
        "no throttle",
        flagged("error", "a"),
        "/HasThrottle",
        json!(false),
    );

    let late = json!([
        segment(
            "a",
            "web",
            json!({"start_time": 100.0004, "end_time": 101.2506})
        ),
        segment(
            "b",
            "worker",
            json!({"parent_id": "a", "start_time": 100.5, "end_time": 104.1})
        )
    ]);
    check(
        "the root's time, to the microsecond",
        late.clone(),
        "/ResponseTime",
        json!(1.2502),
    );
    check("to the last end", late.clone(), "/Duration", json!(4.0996));
    check(
        "the earliest start",
        late.clone(),
        "/StartTime",
        json!(100.0004),
    );
    check("complete", late, "/IsPartial", json!(false));
    let begun = json!([{"id": "a", "name": "web", "start_time": 100.0, "in_progress": true}]);
    check("in progress", begun.clone(), "/IsPartial", json!(true));
    check("no response yet", begun, "/ResponseTime", Value::Null);
    let orphan = json!([subsegment("a", "x", "gone", json!({"user": "u"}))]);
    check(
        "its segment has not come",
        orphan.clone(),
        "/IsPartial",
        json!(true),
    );
    check(
        "nor is it a service",
        orphan.clone(),
        "/ServiceIds",
        json!([]),
    );
    check(
        "but what it says is kept",
        orphan,
        "/Users",
        json!([{"UserName": "u", "ServiceIds": []}]),
    );

    let http = json!({"http": {
        "request": {"method": "GET", "url": "http://x/y", "user_agent": "curl", "client_ip": "10.0.0.1"},
        "response": {"status": 200},
    }});
    check(
        "the root's request",
        json!([segment("a", "web", http)]),
        "/Http",
        json!({"HttpURL": "http://x/y", "HttpStatus": 200, "HttpMethod": "GET", "UserAgent": "curl", "ClientIp": "10.0.0.1"}),
    );
    check(
        "the root is who names no parent, though another began earlier",
        json!([
            segment("a", "web", json!({})),
            segment("b", "api", json!({"start_time": 99.0, "parent_id": "gone"}))
        ]),
        "/EntryPoint/Name",
        json!("web"),
    );
    check(
        "a caller that is not in the trace",
        json!([segment("b", "api", json!({"parent_id": "gone"}))]),
        "/EntryPoint",
        service("api", None),
    );
}

#[test]
fn annotations_and_users_with_their_services() {
    let documents = json!([
        segment(
            "a",
            "web",
            json!({"user": "ann", "annotations": {"k": 1, "paid": true}, "subsegments": [
                segment("b", "x", json!({"annotations": {"k": 1.0}})),
            ]})
        ),
        segment(
            "c",
            "api",
            json!({"parent_id": "b", "user": "ann", "annotations": {"k": 1.0, "t": "x"}})
        ),
    ]);
    let both = json!([service("web", None), service("api", None)]);
    check(
        "one value, two services",
        documents.clone(),
        "/Annotations/k",
        json!([{"AnnotationValue": {"NumberValue": 1.0}, "ServiceIds": both}]),
    );
    check(
        "a boolean",
        documents.clone(),
        "/Annotations/paid/0/AnnotationValue",
        json!({"BooleanValue": true}),
    );
    check(
        "a text",
        documents.clone(),
        "/Annotations/t/0/AnnotationValue",
        json!({"StringValue": "x"}),
    );
    check(
        "users",
        documents,
        "/Users",
        json!([{"UserName": "ann", "ServiceIds": both}]),
    );
    check(
        "two values",
        json!([segment(
            "a",
            "web",
            json!({"annotations": {"k": 1}, "subsegments": [segment("b", "x", json!({"annotations": {"k": "1"}}))]})
        )]),
        "/Annotations/k/1/AnnotationValue",
        json!({"StringValue": "1"}),
    );
}

#[test]
fn services_and_what_is_inferred() {
    let called = |more: Value| {
        json!([segment(
            "a",
            "web",
            json!({"origin": "AWS::EC2::Instance", "subsegments": [segment("b", "it", more)]})
        )])
    };
    let web = service("web", Some("AWS::EC2::Instance"));
    check(
        "the entry point",
        called(json!({})),
        "/EntryPoint",
        web.clone(),
    );
    check(
        "the root first, the client last",
        called(json!({"namespace": "remote"})),
        "/ServiceIds",
        json!([
            web,
            service("it", Some("remote")),
            service("web", Some("client"))
        ]),
    );
    for (rule, more, wanted) in [
        (
            "a query",
            json!({"namespace": "remote", "sql": {"url": "x"}}),
            service("it", Some("Database::SQL")),
        ),
        (
            "a query without namespace",
            json!({"sql": {}}),
            service("it", Some("Database::SQL")),
        ),
        (
            "AWS, whatever it is",
            json!({"name": "Rekognition", "namespace": "aws"}),
            service("Rekognition", Some("AWS::Rekognition")),
        ),
        (
            "as botocore writes it",
            json!({"name": "sns", "namespace": "aws", "aws": {"topic_arn": "arn:t"}}),
            service("SNS", Some("AWS::SNS")),
        ),
        (
            "a table",
            json!({"name": "DynamoDB", "namespace": "aws", "aws": {"table_name": "t"}}),
            service("t", Some("AWS::DynamoDB::Table")),
        ),
        (
            "a table in a list",
            json!({"name": "dynamodb", "namespace": "aws", "aws": {"table_names": ["t"]}}),
            service("t", Some("AWS::DynamoDB::Table")),
        ),
        (
            "several tables",
            json!({"name": "DynamoDB", "namespace": "aws", "aws": {"table_names": ["t", "u"]}}),
            service("DynamoDB", Some("AWS::DynamoDB")),
        ),
        (
            "a bucket",
            json!({"name": "S3", "namespace": "aws", "aws": {"bucket_name": "b"}}),
            service("b", Some("AWS::S3::Bucket")),
        ),
        (
            "a queue",
            json!({"name": "SQS", "namespace": "aws", "aws": {"queue_url": "https://q"}}),
            service("https://q", Some("AWS::SQS::Queue")),
        ),
        (
            "a function",
            json!({"name": "Lambda", "namespace": "aws", "aws": {"function_name": "f"}}),
            service("f", Some("AWS::Lambda")),
        ),
    ] {
        check(rule, called(more), "/ServiceIds/1", wanted);
    }
    check(
        "a part of its own",
        called(json!({})),
        "/ServiceIds/1",
        service("web", Some("client")),
    );
    check(
        "who answers is not inferred",
        json!([
            segment(
                "a",
                "web",
                json!({"subsegments": [segment("b", "api:80", json!({"namespace": "remote"}))]})
            ),
            segment("c", "api", json!({"parent_id": "b"})),
        ]),
        "/ServiceIds",
        json!([
            service("web", None),
            service("api", None),
            service("web", Some("client"))
        ]),
    );
    check(
        "the account",
        json!([segment(
            "a",
            "web",
            json!({"aws": {"account_id": "123456789012"}})
        )]),
        "/EntryPoint/AccountId",
        json!("123456789012"),
    );
}

#[test]
fn where_it_ran() {
    let documents = json!([
        segment(
            "a",
            "web",
            json!({"aws": {
                "ec2": {"instance_id": "i-1", "availability_zone": "eu-1a"}, "ecs": {"container_arn": "arn:c", "task_arn": "arn:t"},
            }})
        ),
        segment(
            "b",
            "api",
            json!({"aws": {"ec2": {"instance_id": "i-1", "availability_zone": "eu-1b"}, "function_arn": "arn:f"}})
        ),
    ]);
    check(
        "instances, each once",
        documents.clone(),
        "/InstanceIds",
        json!([{"Id": "i-1"}]),
    );
    check(
        "zones",
        documents.clone(),
        "/AvailabilityZones",
        json!([{"Name": "eu-1a"}, {"Name": "eu-1b"}]),
    );
    check(
        "resources",
        documents,
        "/ResourceARNs",
        json!([{"ARN": "arn:c"}, {"ARN": "arn:t"}, {"ARN": "arn:f"}]),
    );
}
