//! Segments as spans: one case a rule.

use opentelemetry_proto::tonic::{
    common::v1::KeyValue,
    trace::v1::{ResourceSpans, Span, span::SpanKind, status::StatusCode},
};
use otlp_json::plain_value;
use serde_json::{Map, Value, json};
use xray_segment::{Segment, to_otlp};

use crate::clients::{PYTHON, taken};

/// A segment with these fields besides the required ones.
fn segment(fields: Value) -> Segment {
    let mut document = json!({
        "name": "backend", "id": "70de5b6f19ff9a0a", "trace_id": "1-581cf771-a006649127e371903a2de979",
        "start_time": 1478293361.271, "end_time": 1478293361.449,
    });
    for (key, value) in fields.as_object().expect("an object") {
        document[key] = value.clone();
    }
    taken(&document.to_string())
}

/// A subsegment with these fields that was sent by itself.
fn subsegment(mut fields: Value) -> Segment {
    fields["type"] = json!("subsegment");
    fields["parent_id"] = json!("defdfd9912dc5a56");
    segment(fields)
}

fn resource_spans(segment: &Segment, hint: Option<&str>) -> ResourceSpans {
    let mut all = to_otlp(segment, hint);
    assert_eq!(all.len(), 1);
    all.remove(0)
}

fn spans(segment: &Segment) -> Vec<Span> {
    resource_spans(segment, None).scope_spans.remove(0).spans
}

fn span(fields: Value) -> Span {
    spans(&segment(fields)).remove(0)
}

fn plain(attributes: &[KeyValue]) -> Value {
    let entry = |entry: &KeyValue| {
        (
            entry.key.clone(),
            plain_value(entry.value.as_ref().expect("a value")),
        )
    };
    Value::Object(attributes.iter().map(entry).collect::<Map<_, _>>())
}

fn resource(segment: &Segment, hint: Option<&str>) -> Value {
    plain(
        &resource_spans(segment, hint)
            .resource
            .expect("a resource")
            .attributes,
    )
}

#[test]
fn ids_and_parents() {
    let mut outer = segment(json!({"parent_id": "defdfd9912dc5a56"}));
    outer.subsegments = vec![segment(
        json!({"id": "53995c3f42cd8ad8", "parent_id": "0000000000000009"}),
    )];
    let spans = spans(&outer);
    let trace = 0x581c_f771_a006_6491_27e3_7190_3a2d_e979_u128.to_be_bytes();
    assert!(spans.iter().all(|span| span.trace_id == trace));
    assert_eq!(spans[0].span_id, 0x70de_5b6f_19ff_9a0a_u64.to_be_bytes());
    assert_eq!(
        spans[0].parent_span_id,
        0xdefd_fd99_12dc_5a56_u64.to_be_bytes()
    );
    assert_eq!(spans[1].span_id, 0x5399_5c3f_42cd_8ad8_u64.to_be_bytes());
    assert_eq!(
        spans[1].parent_span_id, spans[0].span_id,
        "it is in it, whatever it says"
    );
    assert_eq!(span(json!({})).parent_span_id, Vec::<u8>::new());
}

#[test]
fn kinds() {
    let check = |rule: &str, segment: Segment, kind: SpanKind| {
        assert_eq!(spans(&segment)[0].kind(), kind, "{rule}");
    };
    check("a segment", segment(json!({})), SpanKind::Server);
    check(
        "a segment that was called",
        segment(json!({"parent_id": "defdfd9912dc5a56"})),
        SpanKind::Server,
    );
    check(
        "a client span without a parent",
        segment(json!({"namespace": "remote"})),
        SpanKind::Client,
    );
    check("a subsegment", subsegment(json!({})), SpanKind::Internal);
    check(
        "a call of AWS",
        subsegment(json!({"namespace": "aws"})),
        SpanKind::Client,
    );
    check(
        "another call",
        subsegment(json!({"namespace": "remote"})),
        SpanKind::Client,
    );
    check(
        "Python's local",
        subsegment(json!({"namespace": "local"})),
        SpanKind::Internal,
    );
}

#[test]
fn times() {
    let check = |rule: &str, fields: Value, start: u64, end: u64| {
        let span = span(fields);
        assert_eq!(
            (span.start_time_unix_nano, span.end_time_unix_nano),
            (start, end),
            "{rule}"
        );
    };
    let whole = 1_478_293_361_271_000_000;
    check(
        "to the microsecond",
        json!({}),
        whole,
        1_478_293_361_449_000_000,
    );
    check(
        "rounded",
        json!({"start_time": 1795473655.5648673, "end_time": 1795473655.5648691}),
        1_795_473_655_564_867_000,
        1_795_473_655_564_869_000,
    );
    let running = json!({"end_time": null, "in_progress": true});
    check("in progress", running.clone(), whole, whole);
    assert_eq!(
        plain(&span(running).attributes),
        json!({"aws.xray.inprogress": true})
    );
}

#[test]
fn status() {
    let check = |rule: &str, fields: Value, code: StatusCode, message: &str, attributes: Value| {
        let span = span(fields);
        let status = span.status.unwrap_or_default();
        assert_eq!(
            (status.code(), status.message.as_str()),
            (code, message),
            "{rule}"
        );
        assert_eq!(plain(&span.attributes), attributes, "{rule}");
    };
    let exceptions = json!({"exceptions": [{"message": "first"}, {"message": "second"}]});
    check("nothing said", json!({}), StatusCode::Unset, "", json!({}));
    check(
        "fault",
        json!({"fault": true}),
        StatusCode::Error,
        "",
        json!({"aws.xray.fault": true}),
    );
    check(
        "error",
        json!({"error": true}),
        StatusCode::Error,
        "",
        json!({"aws.xray.error": true}),
    );
    check(
        "throttle",
        json!({"throttle": true}),
        StatusCode::Error,
        "",
        json!({"aws.xray.throttle": true}),
    );
    check(
        "the first exception's message",
        json!({"fault": true, "cause": exceptions}),
        StatusCode::Error,
        "first",
        json!({"aws.xray.fault": true}),
    );
    check(
        "the ID of another's",
        json!({"fault": true, "cause": "7121b882a0ef44da"}),
        StatusCode::Error,
        "7121b882a0ef44da",
        json!({"aws.xray.fault": true}),
    );
    check(
        "an exception that was handled",
        json!({"cause": exceptions}),
        StatusCode::Unset,
        "",
        json!({}),
    );
}

#[test]
fn attributes() {
    let check = |rule: &str, fields: Value, attributes: Value| {
        assert_eq!(plain(&span(fields).attributes), attributes, "{rule}");
    };
    check(
        "http of a server",
        json!({"http": {
            "request": {"method": "GET", "url": "https://a/b?c", "user_agent": "curl", "client_ip": "10.0.0.1", "x_forwarded_for": true},
            "response": {"status": 404, "content_length": 12},
        }}),
        json!({
            "http.request.method": "GET", "url.full": "https://a/b?c", "user_agent.original": "curl", "client.address": "10.0.0.1",
            "aws.xray.x_forwarded_for": true, "http.response.status_code": 404, "http.response.body.size": 12,
        }),
    );
    check(
        "a client that no header told of is the other end",
        json!({"http": {"request": {"url": "u", "client_ip": "10.0.0.1"}}}),
        json!({"url.full": "u", "client.address": "10.0.0.1", "network.peer.address": "10.0.0.1"}),
    );
    check(
        "traced",
        json!({"http": {"request": {"traced": true}}}),
        json!({"aws.xray.traced": true}),
    );
    check("user", json!({"user": "u"}), json!({"enduser.id": "u"}));
    check(
        "sql",
        json!({"sql": {
            "url": "jdbc:postgresql://host:5432/ebdb?ssl=1", "database_type": "PostgreSQL", "sanitized_query": "SELECT ?", "user": "dbuser",
            "database_version": "9.5", "driver_version": "4", "preparation": "statement",
        }}),
        json!({
            "db.system.name": "postgresql", "db.connection_string": "jdbc:postgresql://host:5432", "db.namespace": "ebdb", "db.query.text": "SELECT ?", "db.user": "dbuser",
            "aws.xray.sql.database_version": "9.5", "aws.xray.sql.driver_version": "4", "aws.xray.sql.preparation": "statement",
        }),
    );
    check(
        "the connection before the URL",
        json!({"sql": {"url": "span", "connection_string": "localhost/db"}}),
        json!({"db.connection_string": "localhost", "db.namespace": "db"}),
    );
    check(
        "a host without a database",
        json!({"sql": {"url": "postgres://host"}}),
        json!({"db.connection_string": "postgres://host"}),
    );
    check(
        "a database without a name",
        json!({"sql": {"url": "localhost/"}}),
        json!({"db.connection_string": "localhost"}),
    );
    check(
        "what AWS was asked",
        json!({"aws": {
            "operation": "GetItem", "region": "us-east-1", "request_id": "r", "account_id": "1", "queue_url": "q", "table_name": "t", "table_names": ["t", "u"],
            "retries": 2, "bucket_name": "b", "consumed_capacity": null,
        }}),
        json!({
            "aws.operation": "GetItem", "aws.region": "us-east-1", "aws.request_id": "r", "aws.account_id": "1", "aws.queue_url": "q", "aws.table_name": "t",
            "aws.dynamodb.table_names": ["t", "u"], "aws.xray.retries": 2, "aws.bucket_name": "b",
        }),
    );
    check(
        "where it ran is the resource's",
        json!({"aws": {"ec2": {}, "ecs": {}, "eks": {}, "elastic_beanstalk": {}, "xray": {}, "cloudwatch_logs": []}}),
        json!({}),
    );
    check(
        "metadata",
        json!({"metadata": {"default": {"a": [1, null]}, "debug": {"b": {"c": "d"}}}}),
        json!({"aws.xray.metadata.debug": "{\"b\":{\"c\":\"d\"}}", "aws.xray.metadata.default": "{\"a\":[1,null]}"}),
    );
    check(
        "annotations",
        json!({"annotations": {"text": "a", "whole": 3, "half": 0.5, "flag": false}}),
        json!({"text": "a", "whole": 3, "half": 0.5, "flag": false, "aws.xray.annotations": ["flag", "half", "text", "whole"]}),
    );
    check(
        "an annotation whose key is taken",
        json!({"user": "u", "annotations": {"enduser.id": "other"}}),
        json!({"enduser.id": "u", "annotation.enduser.id": "other", "aws.xray.annotations": ["annotation.enduser.id"]}),
    );
    check(
        "inferred",
        json!({"inferred": true}),
        json!({"aws.xray.inferred": true}),
    );
    check(
        "precursors",
        json!({"precursor_ids": ["53995c3f42cd8ad8"]}),
        json!({"aws.xray.precursor_ids": ["53995c3f42cd8ad8"]}),
    );
    check(
        "a call's name",
        json!({"namespace": "remote"}),
        json!({"peer.service": "backend"}),
    );
    check(
        "an AWS service's name",
        json!({"namespace": "aws"}),
        json!({"aws.service": "backend"}),
    );
}

#[test]
fn the_service() {
    let check = |rule: &str, segment: Segment, hint: Option<&str>, name: &str| {
        assert_eq!(resource(&segment, hint)["service.name"], name, "{rule}");
    };
    check(
        "a segment's name",
        segment(json!({})),
        Some("hint"),
        "backend",
    );
    check(
        "a subsegment's hint",
        subsegment(json!({})),
        Some("hint"),
        "hint",
    );
    check(
        "nobody knows",
        subsegment(json!({})),
        None,
        "unknown_service",
    );
    check(
        "a client span's name is not its own",
        segment(json!({"namespace": "remote"})),
        Some("hint"),
        "hint",
    );
    let kept = json!({"metadata": {"default": {"otel.resource.service.name": "kept"}}});
    check(
        "the resource's that an exporter kept",
        segment(kept),
        Some("hint"),
        "kept",
    );
    let indexed = json!({"annotations": {"otel.resource.service.name": "kept"}});
    check("or indexed", subsegment(indexed), Some("hint"), "kept");
}

#[test]
fn the_resource() {
    let check = |rule: &str, fields: Value, attributes: Value| {
        let mut found = resource(&segment(fields), None);
        found
            .as_object_mut()
            .expect("an object")
            .remove("service.name");
        assert_eq!(found, attributes, "{rule}");
    };
    check("nothing known", json!({}), json!({}));
    check(
        "the application",
        json!({"service": {"version": "1.2", "runtime": "CPython", "runtime_version": "3.11", "compiler": "gc"}}),
        json!({"service.version": "1.2", "process.runtime.name": "CPython", "process.runtime.version": "3.11", "aws.xray.service.compiler": "gc"}),
    );
    check(
        "the SDK",
        json!({"aws": {"xray": {"sdk": "X-Ray for Python", "sdk_version": "2.15.0"}}}),
        json!({"telemetry.sdk.name": "X-Ray", "telemetry.sdk.language": "python", "telemetry.sdk.version": "2.15.0"}),
    );
    check(
        "an SDK of no language",
        json!({"aws": {"xray": {"sdk": "mine"}}}),
        json!({"telemetry.sdk.name": "mine"}),
    );
    let language = |sdk: &str| {
        resource(&segment(json!({"aws": {"xray": {"sdk": sdk}}})), None)["telemetry.sdk.language"]
            .clone()
    };
    assert_eq!(language("X-Ray for Node.js"), "nodejs");
    assert_eq!(language("X-Ray for .NET"), "dotnet");
    check(
        "EC2",
        json!({"origin": "AWS::EC2::Instance", "aws": {"account_id": "1", "ec2": {"instance_id": "i", "availability_zone": "z", "instance_size": "s", "ami_id": "a"}}}),
        json!({
            "cloud.provider": "aws", "cloud.platform": "aws_ec2", "cloud.account.id": "1", "host.id": "i", "cloud.availability_zone": "z", "host.type": "s", "host.image.id": "a",
        }),
    );
    check(
        "ECS",
        json!({"origin": "AWS::ECS::Fargate", "aws": {"ecs": {"container": "c", "container_id": "i", "container_arn": "ca", "cluster_arn": "cl", "task_arn": "ta", "task_family": "tf"}}}),
        json!({
            "cloud.provider": "aws", "cloud.platform": "aws_ecs", "container.name": "c", "container.id": "i", "aws.ecs.container.arn": "ca", "aws.ecs.cluster.arn": "cl",
            "aws.ecs.task.arn": "ta", "aws.ecs.task.family": "tf", "aws.ecs.launchtype": "fargate",
        }),
    );
    check(
        "EKS",
        json!({"origin": "AWS::EKS::Container", "aws": {"eks": {"cluster_name": "c", "pod": "p", "container_id": "i"}}}),
        json!({"cloud.provider": "aws", "cloud.platform": "aws_eks", "k8s.cluster.name": "c", "k8s.pod.name": "p", "container.id": "i"}),
    );
    check(
        "Elastic Beanstalk",
        json!({"origin": "AWS::ElasticBeanstalk::Environment", "aws": {"elastic_beanstalk": {"environment_name": "e", "deployment_id": 32, "version_label": "v"}}}),
        json!({"cloud.provider": "aws", "cloud.platform": "aws_elastic_beanstalk", "service.namespace": "e", "service.instance.id": "32", "service.version": "v"}),
    );
    for (origin, platform) in [
        ("AWS::ECS::Container", "aws_ecs"),
        ("AWS::AppRunner::Service", "aws_app_runner"),
        ("AWS::Lambda::Function", "aws_lambda"),
    ] {
        check(
            origin,
            json!({"origin": origin}),
            json!({"cloud.provider": "aws", "cloud.platform": platform}),
        );
    }
    check(
        "ECS on EC2",
        json!({"origin": "AWS::ECS::EC2"}),
        json!({"cloud.provider": "aws", "cloud.platform": "aws_ecs", "aws.ecs.launchtype": "ec2"}),
    );
    check(
        "another origin",
        json!({"origin": "AWS::S3::Bucket"}),
        json!({"aws.xray.origin": "AWS::S3::Bucket"}),
    );
    check(
        "log groups",
        json!({"aws": {"cloudwatch_logs": [{"log_group": "g", "arn": "a"}, {"log_group": "h"}]}}),
        json!({"aws.log.group.names": ["g", "h"], "aws.log.group.arns": ["a"]}),
    );
}

#[test]
fn exceptions() {
    let exception = json!({
        "id": "3e9e11e3ab3fba60", "type": "E", "message": "m", "remote": true, "truncated": 1, "skipped": 2, "cause": "7121b882a0ef44da",
        "stack": [{"path": "inner", "line": 1, "label": "f"}, {"path": "outer", "label": "g"}],
    });
    let event = |sdk: &str| {
        let fields = json!({"cause": {"exceptions": [exception]}, "aws": {"xray": {"sdk": sdk}}});
        span(fields).events.remove(0)
    };
    let found = event("mine");
    assert_eq!(found.name, "exception");
    assert_eq!(
        found.time_unix_nano, 1_478_293_361_449_000_000,
        "the time of the end: no other is known"
    );
    let mut attributes = plain(&found.attributes);
    attributes
        .as_object_mut()
        .expect("an object")
        .remove("exception.stacktrace");
    assert_eq!(
        attributes,
        json!({
            "exception.type": "E", "exception.message": "m", "aws.xray.exception.id": "3e9e11e3ab3fba60", "aws.xray.exception.remote": true,
            "aws.xray.exception.truncated": 1, "aws.xray.exception.skipped": 2, "aws.xray.exception.cause": "7121b882a0ef44da",
        })
    );
    let check = |sdk: &str, text: &str| {
        assert_eq!(
            plain(&event(sdk).attributes)["exception.stacktrace"],
            text,
            "{sdk}"
        );
    };
    check("mine", "E: m\n\tat f(inner:1)\n\tat g(outer)");
    check(
        "opentelemetry for java",
        "E: m\n\tat f(inner:1)\n\tat g(outer)",
    );
    check(
        "opentelemetry for nodejs",
        "E: m\n    at f (inner:1)\n    at g (outer)",
    );
    check(
        "opentelemetry for dotnet",
        "E: m\n   at f in inner:line 1\n   at g in outer",
    );
    check(
        "opentelemetry for go",
        "E: m\n\ngoroutine 1 [running]:\nf\n\tinner:1\ng\n\touter",
    );
    check(
        "opentelemetry for rust",
        "E: m\n\nstack backtrace:\n   0: f\n             at inner:1\n   1: g\n             at outer",
    );
    let python =
        |first: &str, last: &str| format!("Traceback (most recent call last):\n{first}{last}E: m");
    let (inner, outer) = (
        "  File \"inner\", line 1, in f\n",
        "  File \"outer\", line 0, in g\n",
    );
    check("opentelemetry for python", &python(outer, inner));
    check("X-Ray for Python", &python(inner, outer));
}

#[test]
fn links() {
    let link = json!({"trace_id": "1-581cf771-a006649127e371903a2de979", "id": "53995c3f42cd8ad8", "attributes": {"a": 1}});
    let span = span(json!({"links": [link, {"trace_id": "no ID"}]}));
    assert_eq!(span.links.len(), 1);
    assert_eq!(span.links[0].trace_id, span.trace_id);
    assert_eq!(
        span.links[0].span_id,
        0x5399_5c3f_42cd_8ad8_u64.to_be_bytes()
    );
    assert_eq!(plain(&span.links[0].attributes), json!({"a": 1}));
}

#[test]
fn a_document_of_the_python_sdk() {
    let segment = taken(PYTHON);
    let spans = spans(&segment);
    let told: Vec<_> = spans
        .iter()
        .map(|span| (span.name.as_str(), span.kind(), span.events.len()))
        .collect();
    assert_eq!(
        told,
        [
            ("backend-flask", SpanKind::Server, 0),
            ("mock-data", SpanKind::Internal, 0),
            ("cruddur@db", SpanKind::Client, 0),
            ("DynamoDB", SpanKind::Client, 1),
        ]
    );
    let attributes = plain(&spans[3].events[0].attributes);
    let text = attributes["exception.stacktrace"].as_str().expect("a text");
    assert_eq!(
        text,
        "Traceback (most recent call last):\n  File \"app.py\", line 25, in <module>\n  File \"db.py\", line 7, in get\nValueError: no such \"table\""
    );
}
