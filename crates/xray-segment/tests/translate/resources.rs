//! What a resource is: origin and version.

use opentelemetry_proto::tonic::trace::v1::span::SpanKind::{Client, Server};
use serde_json::json;

use crate::spans::check;

#[test]
fn origins() {
    for (rule, resource, origin) in [
        (
            "EC2",
            json!({"cloud.provider": "aws", "cloud.platform": "aws_ec2"}),
            json!("AWS::EC2::Instance"),
        ),
        (
            "ECS",
            json!({"cloud.provider": "aws", "cloud.platform": "aws_ecs"}),
            json!("AWS::ECS::Container"),
        ),
        (
            "ECS on EC2",
            json!({"cloud.platform": "aws_ecs", "aws.ecs.launchtype": "ec2"}),
            json!("AWS::ECS::EC2"),
        ),
        (
            "ECS on Fargate",
            json!({"cloud.platform": "aws_ecs", "aws.ecs.launchtype": "fargate"}),
            json!("AWS::ECS::Fargate"),
        ),
        (
            "ECS on anything else",
            json!({"cloud.platform": "aws_ecs", "aws.ecs.launchtype": "x"}),
            json!("AWS::ECS::Container"),
        ),
        (
            "EKS",
            json!({"cloud.platform": "aws_eks"}),
            json!("AWS::EKS::Container"),
        ),
        (
            "Elastic Beanstalk",
            json!({"cloud.platform": "aws_elastic_beanstalk"}),
            json!("AWS::ElasticBeanstalk::Environment"),
        ),
        (
            "App Runner",
            json!({"cloud.platform": "aws_app_runner"}),
            json!("AWS::AppRunner::Service"),
        ),
        (
            "other platforms have none",
            json!({"cloud.provider": "aws", "cloud.platform": "aws_lambda"}),
            json!(null),
        ),
        (
            "no platform has none",
            json!({"cloud.provider": "aws"}),
            json!(null),
        ),
        (
            "other providers have none",
            json!({"cloud.provider": "gcp", "cloud.platform": "aws_ec2"}),
            json!(null),
        ),
    ] {
        check(
            rule,
            Server,
            json!({"@resource": resource}),
            json!({"/origin": origin}),
        );
        check(
            rule,
            Client,
            json!({"@resource": resource, "@parent": 1}),
            json!({"/origin": origin}),
        );
    }
}

#[test]
fn versions() {
    for (rule, resource, version) in [
        (
            "the service's version",
            json!({"service.version": "1.2", "container.image.tag": "v3"}),
            json!({"version": "1.2"}),
        ),
        (
            "the image's tag stands in",
            json!({"container.image.tag": "v3"}),
            json!({"version": "v3"}),
        ),
        (
            "the first of the image's tags stands in",
            json!({"container.image.tags": ["v4", "v5"]}),
            json!({"version": "v4"}),
        ),
        (
            "no version is no service",
            json!({"service.name": "s"}),
            json!(null),
        ),
        (
            "an empty version is none",
            json!({"service.version": ""}),
            json!(null),
        ),
    ] {
        check(
            rule,
            Server,
            json!({"@resource": resource}),
            json!({"/service": version}),
        );
    }
}
