//! The resource of a document's spans: the service, what it runs on, and what traced it.

use opentelemetry_proto::tonic::resource::v1::Resource;
use serde_json::{Map, Value};

use super::attributes::Attributes;
use crate::{Annotation, Segment};

/// Whether it is a segment, or a subsegment that was sent by itself or stands in another.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Place {
    Segment,
    Subsegment,
}

/// What a document says of where it was made.
pub(super) fn of(segment: &Segment, place: Place, service_hint: Option<&str>) -> Resource {
    let mut attributes = Attributes::new();
    attributes.set("service.name", service_name(segment, place, service_hint));
    if let Some(service) = &segment.service {
        attributes.set("service.version", service.version.as_ref());
        for (key, value) in &service.more {
            match key.as_str() {
                "runtime" => attributes.set("process.runtime.name", value),
                "runtime_version" => attributes.set("process.runtime.version", value),
                _ => attributes.set(&format!("aws.xray.service.{key}"), value),
            }
        }
    }
    cloud(segment, &mut attributes);
    if let Some((name, language)) = sdk(segment) {
        attributes.set("telemetry.sdk.name", name);
        attributes.set("telemetry.sdk.language", language.map(known));
    }
    attributes.set(
        "telemetry.sdk.version",
        object(segment, "xray").and_then(|xray| xray.get("sdk_version")),
    );
    Resource {
        attributes: attributes.into_vec(),
        ..Resource::default()
    }
}

fn service_name(segment: &Segment, place: Place, service_hint: Option<&str>) -> String {
    // What span-based exporters keep of a segment's resource.
    let kept = segment
        .metadata
        .get("default")
        .and_then(|default| default.get(KEPT_NAME)?.as_str())
        .or_else(|| match segment.annotations.get(KEPT_NAME) {
            Some(Annotation::String(name)) => Some(name),
            _ => None,
        });
    let own =
        (place == Place::Segment && segment.namespace.is_none()).then_some(segment.name.as_str());
    kept.or(own)
        .or(service_hint)
        .unwrap_or("unknown_service")
        .to_owned()
}

const KEPT_NAME: &str = "otel.resource.service.name";

/// `X-Ray SDK for Python` is the SDK and the language that it is for.
fn sdk(segment: &Segment) -> Option<(&str, Option<&str>)> {
    let sdk = object(segment, "xray")?.get("sdk")?.as_str()?;
    Some(match sdk.rsplit_once(" for ") {
        None => (sdk, None),
        Some((name, language)) => (name, Some(language)),
    })
}

/// A language as the semantic conventions spell it.
fn known(language: &str) -> String {
    match language.to_lowercase().as_str() {
        "node.js" | "node" => "nodejs".to_owned(),
        ".net" | ".net core" => "dotnet".to_owned(),
        other => other.to_owned(),
    }
}

/// The language of the SDK that made a document.
pub(super) fn language(segment: &Segment) -> Option<String> {
    sdk(segment)?.1.map(known)
}

/// Whether stacks have the outermost call first: X-Ray's SDK for Python leaves them as Python has them.
pub(super) fn is_outermost_first(segment: &Segment) -> bool {
    sdk(segment).is_some_and(|(name, language)| {
        name.starts_with("X-Ray")
            && language.is_some_and(|language| language.eq_ignore_ascii_case("python"))
    })
}

fn object<'a>(segment: &'a Segment, name: &str) -> Option<&'a Map<String, Value>> {
    segment.aws.get(name)?.as_object()
}

/// The blocks of `aws` that speak of where the program ran, and the attributes that their fields become.
const BLOCKS: [(&str, &[(&str, &str)]); 4] = [
    (
        "ec2",
        &[
            ("instance_id", "host.id"),
            ("availability_zone", "cloud.availability_zone"),
            ("instance_size", "host.type"),
            ("ami_id", "host.image.id"),
        ],
    ),
    (
        "ecs",
        &[
            ("container", "container.name"),
            ("container_id", "container.id"),
            ("availability_zone", "cloud.availability_zone"),
            ("container_arn", "aws.ecs.container.arn"),
            ("cluster_arn", "aws.ecs.cluster.arn"),
            ("task_arn", "aws.ecs.task.arn"),
            ("task_family", "aws.ecs.task.family"),
            ("launch_type", "aws.ecs.launchtype"),
        ],
    ),
    (
        "eks",
        &[
            ("cluster_name", "k8s.cluster.name"),
            ("pod", "k8s.pod.name"),
            ("container_id", "container.id"),
        ],
    ),
    (
        "elastic_beanstalk",
        &[
            ("environment_name", "service.namespace"),
            ("version_label", "service.version"),
        ],
    ),
];

/// Fields of `aws` that the resource has; a span has the others.
pub(super) fn is_of_resource(field: &str) -> bool {
    matches!(field, "cloudwatch_logs" | "xray") || BLOCKS.iter().any(|(block, _)| *block == field)
}

fn cloud(segment: &Segment, attributes: &mut Attributes) {
    let origin = segment.origin.as_deref();
    let (platform, launch) = match origin {
        Some("AWS::EC2::Instance") => (Some("aws_ec2"), None),
        Some("AWS::ECS::Container") => (Some("aws_ecs"), None),
        Some("AWS::ECS::EC2") => (Some("aws_ecs"), Some("ec2")),
        Some("AWS::ECS::Fargate") => (Some("aws_ecs"), Some("fargate")),
        Some("AWS::ElasticBeanstalk::Environment") => (Some("aws_elastic_beanstalk"), None),
        Some("AWS::EKS::Container") => (Some("aws_eks"), None),
        Some("AWS::AppRunner::Service") => (Some("aws_app_runner"), None),
        Some("AWS::Lambda" | "AWS::Lambda::Function") => (Some("aws_lambda"), None),
        _ => (None, None),
    };
    let on_aws = platform.is_some()
        || BLOCKS
            .iter()
            .any(|(block, _)| segment.aws.contains_key(*block));
    attributes.set("cloud.provider", on_aws.then_some("aws"));
    attributes.set("cloud.platform", platform);
    if platform.is_none() {
        attributes.set("aws.xray.origin", origin);
    }
    attributes.set("cloud.account.id", segment.aws.get("account_id"));
    for (block, fields) in BLOCKS {
        let Some(block) = object(segment, block) else {
            continue;
        };
        for (field, key) in fields {
            attributes.set(key, block.get(*field));
        }
        // A number there, a text here.
        let deployment = block.get("deployment_id").filter(|id| !id.is_null());
        attributes.set("service.instance.id", deployment.map(Value::to_string));
    }
    attributes.set("aws.ecs.launchtype", launch);
    for (field, key) in [
        ("log_group", "aws.log.group.names"),
        ("arn", "aws.log.group.arns"),
    ] {
        attributes.set(key, log_groups(segment, field));
    }
}

fn log_groups(segment: &Segment, field: &str) -> Vec<String> {
    let groups = segment.aws.get("cloudwatch_logs").and_then(Value::as_array);
    groups
        .into_iter()
        .flatten()
        .filter_map(|group| group.get(field)?.as_str())
        .map(str::to_owned)
        .collect()
}
