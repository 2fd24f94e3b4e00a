//! The block `aws`.

use opentelemetry_proto::tonic::trace::v1::span::SpanKind::{Client, Server};
use serde_json::{Value as Json, json};

use crate::spans::{Case, check};

#[test]
fn calls() {
    for (rule, key, pointer) in [
        ("the operation is told", "aws.operation", "/aws/operation"),
        (
            "the method is the operation",
            "rpc.method",
            "/aws/operation",
        ),
        ("the account is told", "aws.account_id", "/aws/account_id"),
        ("the region is told", "aws.region", "/aws/region"),
        (
            "the request's ID is told",
            "aws.request_id",
            "/aws/request_id",
        ),
        (
            "the request's ID is told by its other name",
            "aws.requestId",
            "/aws/request_id",
        ),
        ("the queue is told", "aws.queue_url", "/aws/queue_url"),
        (
            "the queue is told by its other name",
            "aws.queue.url",
            "/aws/queue_url",
        ),
        ("the table is told", "aws.table_name", "/aws/table_name"),
        (
            "the table is told by its other name",
            "aws.table.name",
            "/aws/table_name",
        ),
    ] {
        check(
            rule,
            Client,
            json!({key: "x"}),
            json!({pointer: "x", "/metadata": null}),
        );
    }
    check(
        "the operation wins over the method, and both are taken",
        Client,
        json!({"rpc.method": "GetObject2", "aws.operation": "GetObject"}),
        json!({"/aws/operation": "GetObject", "/metadata": null}),
    );
    check(
        "the queue's conventional name wins, and stays metadata",
        Client,
        json!({"messaging.url": "https://a", "aws.queue_url": "https://b"}),
        json!({"/aws/queue_url": "https://a", "/metadata/default": {"messaging.url": "https://a"}}),
    );
    for (rule, tables, name, names) in [
        ("one table is a name", json!(["a"]), json!("a"), json!(null)),
        ("a table may be a text", json!("a"), json!("a"), json!(null)),
        (
            "more tables are names",
            json!(["a", "b"]),
            json!(null),
            json!(["a", "b"]),
        ),
        (
            "no tables are passed over",
            json!([]),
            json!("own"),
            json!(null),
        ),
    ] {
        check(
            rule,
            Client,
            json!({"aws.dynamodb.table_names": tables, "aws.table_name": "own"}),
            json!({"/aws/table_name": name, "/aws/table_names": names, "/metadata/default": {"aws.dynamodb.table_names": tables}}),
        );
    }
    check(
        "the call's account wins over the resource's",
        Client,
        json!({"aws.account_id": "1", "@resource": {"cloud.account.id": "2"}}),
        json!({"/aws/account_id": "1"}),
    );
    check(
        "the resource's account is told",
        Client,
        json!({"@resource": {"cloud.account.id": "2"}}),
        json!({"/aws/account_id": "2"}),
    );
    check(
        "elsewhere there is no block, and the call's attributes are taken all the same",
        Client,
        json!({"rpc.method": "Get", "aws.region": "x", "@resource": {"cloud.provider": "gcp"}}),
        json!({"/aws": null, "/metadata/default/rpc.method": null, "/metadata/default/aws.region": null}),
    );
    check(
        "a provider that is not told may be AWS",
        Client,
        json!({"rpc.method": "Get", "@resource": {"cloud.provider": ""}}),
        json!({"/aws/operation": "Get"}),
    );
}

#[track_caller]
fn check_on(rule: &str, resource: Json, expected: Json) {
    let mut resource = resource;
    resource["cloud.provider"] = json!("aws");
    check(rule, Server, json!({"@resource": resource}), expected);
}

#[test]
fn platforms() {
    check_on(
        "EC2",
        json!({
            "cloud.platform": "aws_ec2", "host.id": "i-1", "cloud.availability_zone": "eu-west-1a", "host.type": "m5.large", "host.image.id": "ami-1",
        }),
        json!({
            "/aws/ec2": {"instance_id": "i-1", "availability_zone": "eu-west-1a", "instance_size": "m5.large", "ami_id": "ami-1"},
            "/aws/ecs": null, "/aws/eks": null, "/aws/elastic_beanstalk": null,
        }),
    );
    check_on(
        "EC2 without more",
        json!({"cloud.platform": "aws_ec2"}),
        json!({"/aws/ec2": {}}),
    );
    check_on(
        "an instance's ID is enough",
        json!({"host.id": "i-1"}),
        json!({"/aws/ec2": {"instance_id": "i-1"}}),
    );
    check_on(
        "ECS",
        json!({
            "cloud.platform": "aws_ecs", "container.name": "app", "container.id": "c1", "cloud.availability_zone": "z",
            "aws.ecs.container.arn": "arn:c", "aws.ecs.cluster.arn": "arn:cl", "aws.ecs.task.arn": "arn:t",
            "aws.ecs.task.family": "f", "aws.ecs.launchtype": "fargate",
        }),
        json!({
            "/aws/ecs": {
                "container": "app", "container_id": "c1", "availability_zone": "z", "container_arn": "arn:c", "cluster_arn": "arn:cl",
                "task_arn": "arn:t", "task_family": "f", "launch_type": "fargate",
            },
            "/aws/ec2": null, "/aws/eks": null, "/aws/elastic_beanstalk": null,
        }),
    );
    let beanstalk = json!({
        "cloud.platform": "aws_elastic_beanstalk", "service.namespace": "env", "service.instance.id": "32", "service.version": "v1",
    });
    check_on(
        "Elastic Beanstalk",
        beanstalk.clone(),
        json!({
            "/aws/elastic_beanstalk": {"environment_name": "env", "deployment_id": 32, "version_label": "v1"},
            "/aws/ec2": null, "/aws/eks": null, "/aws/ecs": null,
        }),
    );
    let mut wrong = beanstalk.clone();
    wrong["service.instance.id"] = json!("x");
    check_on(
        "a deployment that is no number is 0",
        wrong,
        json!({"/aws/elastic_beanstalk/deployment_id": 0}),
    );
    let mut none = beanstalk;
    none.as_object_mut().unwrap().remove("service.instance.id");
    check_on(
        "no deployment is no environment",
        none,
        json!({"/aws/elastic_beanstalk": null}),
    );
    check_on(
        "EKS",
        json!({"cloud.platform": "aws_eks", "k8s.cluster.name": "c", "k8s.pod.name": "p", "container.id": "c1"}),
        json!({
            "/aws/eks": {"cluster_name": "c", "pod": "p", "container_id": "c1"},
            "/aws/ec2": null, "/aws/ecs": null, "/aws/elastic_beanstalk": null,
        }),
    );
    check_on(
        "EKS without more",
        json!({"cloud.platform": "aws_eks"}),
        json!({"/aws/eks": {}}),
    );
    check_on(
        "any cluster is told",
        json!({"k8s.cluster.name": "c"}),
        json!({"/aws/eks": {"cluster_name": "c"}}),
    );
    check_on(
        "an instance of a service elsewhere is no deployment",
        json!({"cloud.platform": "aws_ec2", "service.instance.id": "32"}),
        json!({"/aws/elastic_beanstalk": null}),
    );
}

#[test]
fn log_groups() {
    let arn = "arn:aws:logs:us-east-1:123:log-group:group:*";
    for (rule, resource, expected) in [
        (
            "log groups by ARN",
            json!({"aws.log.group.arns": [arn]}),
            json!([{"log_group": "group", "arn": arn}]),
        ),
        (
            "log groups by name",
            json!({"aws.log.group.names": ["a", "b"]}),
            json!([{"log_group": "a"}, {"log_group": "b"}]),
        ),
        (
            "ARNs win over names",
            json!({"aws.log.group.arns": [arn], "aws.log.group.names": ["a"]}),
            json!([{"log_group": "group", "arn": arn}]),
        ),
        (
            "no ARNs are passed over",
            json!({"aws.log.group.arns": [], "aws.log.group.names": ["a"]}),
            json!([{"log_group": "a"}]),
        ),
        (
            "a text is parts between ampersands",
            json!({"aws.log.group.names": "a&&b"}),
            json!([{"log_group": "a"}, {"log_group": "b"}]),
        ),
        (
            "what is no ARN is its own name",
            json!({"aws.log.group.arns": ["group"]}),
            json!([{"log_group": "group", "arn": "group"}]),
        ),
    ] {
        check_on(rule, resource, json!({"/aws/cloudwatch_logs": expected}));
    }
    check_on(
        "no log groups are left out",
        json!({}),
        json!({"/aws/cloudwatch_logs": null}),
    );

    let mut case = Case::new(Server, json!({}));
    case.options.log_group_names = vec!["own".to_owned()];
    case.check(
        "the options' log groups stand in",
        json!({"/aws/cloudwatch_logs": [{"log_group": "own"}]}),
    );
    let mut case = Case::new(Server, json!({"@resource": {"aws.log.group.names": "a"}}));
    case.options.log_group_names = vec!["own".to_owned()];
    case.check(
        "the resource's log groups win",
        json!({"/aws/cloudwatch_logs": [{"log_group": "a"}]}),
    );
}

#[test]
fn sdks() {
    for (rule, resource, expected) in [
        (
            "the SDK, its language and version are told",
            json!({"telemetry.sdk.name": "opentelemetry", "telemetry.sdk.language": "rust", "telemetry.sdk.version": "0.33.1"}),
            json!({"sdk": "opentelemetry for rust", "sdk_version": "0.33.1", "auto_instrumentation": false}),
        ),
        (
            "an SDK needs no language",
            json!({"telemetry.sdk.name": "own"}),
            json!({"sdk": "own", "auto_instrumentation": false}),
        ),
        (
            "a language is no SDK",
            json!({"telemetry.sdk.language": "rust"}),
            json!({"auto_instrumentation": false}),
        ),
        (
            "an agent is told",
            json!({"telemetry.distro.version": "1"}),
            json!({"auto_instrumentation": true}),
        ),
        (
            "an agent is told by its older name",
            json!({"telemetry.auto.version": "1"}),
            json!({"auto_instrumentation": true}),
        ),
    ] {
        check_on(rule, resource, json!({"/aws/xray": expected}));
    }
}
