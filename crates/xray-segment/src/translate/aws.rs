//! The block `aws`: what was asked of AWS, by which SDK, and where the application runs.

use serde_json::{Map, Value, json};

use super::{
    Source,
    attributes::{Attributes, text, texts},
    origin,
};

/// The block; empty for an application that runs elsewhere.
///
/// The attributes of the call are taken in any case, as the Collector does.
pub(super) fn of(source: &Source<'_>, attributes: &mut Attributes<'_>) -> Map<String, Value> {
    let resource = &source.resource;
    let mut aws = call(attributes);
    if !origin::is_aws(resource) {
        return Map::new();
    }
    if !aws.contains_key("account_id")
        && let Some(account) = resource.text(&["cloud.account.id"])
    {
        aws.insert("account_id".to_owned(), json!(account));
    }
    let platform = resource.text(&["cloud.platform"]).unwrap_or_default();
    for (name, block) in [
        ("ec2", ec2(resource, platform)),
        ("ecs", ecs(resource, platform)),
        ("elastic_beanstalk", beanstalk(resource, platform)),
        ("eks", eks(resource, platform)),
    ] {
        if let Some(block) = block {
            aws.insert(name.to_owned(), Value::Object(block));
        }
    }
    let groups = log_groups(resource, &source.options.log_group_names);
    if !groups.is_empty() {
        aws.insert("cloudwatch_logs".to_owned(), Value::Array(groups));
    }
    aws.insert("xray".to_owned(), Value::Object(sdk(resource)));
    aws
}

/// What was asked of AWS.
fn call(attributes: &mut Attributes<'_>) -> Map<String, Value> {
    // The method is the operation, also where the operation has its own attribute.
    let method = attributes.take_text(&["rpc.method"]);
    let operation = attributes.take_text(&["aws.operation"]).or(method);
    let mut call = block([
        ("operation", operation),
        ("account_id", attributes.take_text(&["aws.account_id"])),
        ("region", attributes.take_text(&["aws.region"])),
        (
            "request_id",
            attributes.take_text(&["aws.request_id", "aws.requestId"]),
        ),
    ]);
    let queue = attributes.take_text(&["aws.queue_url", "aws.queue.url"]);
    let table = attributes.take_text(&["aws.table_name", "aws.table.name"]);
    // The semantic conventions' names for these two win, and stay metadata.
    let queue = attributes.text(&["messaging.url"]).or(queue);
    let tables = attributes
        .value("aws.dynamodb.table_names")
        .and_then(|names| texts(names).or_else(|| Some(vec![text(names)?])))
        .unwrap_or_default();
    call.extend(block([("queue_url", queue)]));
    match tables.as_slice() {
        [] => call.extend(block([("table_name", table)])),
        [table] => call.extend(block([("table_name", Some(table))])),
        tables => {
            call.insert("table_names".to_owned(), json!(tables));
        }
    }
    call
}

/// An instance that is said to be one, or that has an ID.
fn ec2(resource: &Attributes<'_>, platform: &str) -> Option<Map<String, Value>> {
    let id = resource.text(&["host.id"]);
    (platform == "aws_ec2" || id.is_some()).then(|| {
        block([
            ("instance_id", id),
            (
                "availability_zone",
                resource.text(&["cloud.availability_zone"]),
            ),
            ("instance_size", resource.text(&["host.type"])),
            ("ami_id", resource.text(&["host.image.id"])),
        ])
    })
}

fn ecs(resource: &Attributes<'_>, platform: &str) -> Option<Map<String, Value>> {
    let text = |key| resource.text(&[key]);
    (platform == "aws_ecs").then(|| {
        block([
            ("container", text("container.name")),
            ("container_id", text("container.id")),
            ("availability_zone", text("cloud.availability_zone")),
            ("container_arn", text("aws.ecs.container.arn")),
            ("cluster_arn", text("aws.ecs.cluster.arn")),
            ("task_arn", text("aws.ecs.task.arn")),
            ("task_family", text("aws.ecs.task.family")),
            ("launch_type", text("aws.ecs.launchtype")),
        ])
    })
}

/// An environment whose deployment is known; its ID is a number, or 0.
fn beanstalk(resource: &Attributes<'_>, platform: &str) -> Option<Map<String, Value>> {
    let deployment = resource.text(&["service.instance.id"])?;
    (platform == "aws_elastic_beanstalk").then(|| {
        let mut beanstalk = block([
            ("environment_name", resource.text(&["service.namespace"])),
            ("version_label", resource.text(&["service.version"])),
        ]);
        let deployment: i64 = deployment.parse().unwrap_or_default();
        beanstalk.insert("deployment_id".to_owned(), json!(deployment));
        beanstalk
    })
}

/// A cluster of EKS, or any other of Kubernetes.
fn eks(resource: &Attributes<'_>, platform: &str) -> Option<Map<String, Value>> {
    let cluster = resource.text(&["k8s.cluster.name"]);
    (platform == "aws_eks" || cluster.is_some()).then(|| {
        block([
            ("cluster_name", cluster),
            ("pod", resource.text(&["k8s.pod.name"])),
            ("container_id", resource.text(&["container.id"])),
        ])
    })
}

/// Log groups from their ARNs, else by name, else from the options.
fn log_groups(resource: &Attributes<'_>, configured: &[String]) -> Vec<Value> {
    let arns = listed(resource, "aws.log.group.arns");
    if !arns.is_empty() {
        return arns
            .into_iter()
            .map(|arn| json!({"log_group": group_of(arn), "arn": arn}))
            .collect();
    }
    let mut names = listed(resource, "aws.log.group.names");
    if names.is_empty() {
        names = configured.iter().map(String::as_str).collect();
    }
    names
        .into_iter()
        .map(|name| json!({"log_group": name}))
        .collect()
}

/// A list, or a text with `&` between its parts, as environment variables have it.
fn listed<'a>(resource: &Attributes<'a>, key: &str) -> Vec<&'a str> {
    let Some(value) = resource.value(key) else {
        return Vec::new();
    };
    match text(value) {
        Some(text) => text.split('&').filter(|part| !part.is_empty()).collect(),
        None => texts(value).unwrap_or_default(),
    }
}

/// `arn:aws:logs:region:account:log-group:NAME:*`
fn group_of(arn: &str) -> &str {
    arn.split(':').nth(6).unwrap_or(arn)
}

/// `opentelemetry for rust`, its version, and whether an agent put it in.
fn sdk(resource: &Attributes<'_>) -> Map<String, Value> {
    let name = resource.text(&["telemetry.sdk.name"]);
    let language = resource.text(&["telemetry.sdk.language"]);
    let name = match (name, language) {
        (Some(name), Some(language)) => Some(format!("{name} for {language}")),
        (name, _) => name.map(str::to_owned),
    };
    let mut sdk = block([
        ("sdk", name.as_deref()),
        ("sdk_version", resource.text(&["telemetry.sdk.version"])),
    ]);
    let agent = resource.text(&["telemetry.distro.version", "telemetry.auto.version"]);
    sdk.insert("auto_instrumentation".to_owned(), json!(agent.is_some()));
    sdk
}

/// An object of those that are there.
fn block<const N: usize>(fields: [(&str, Option<&str>); N]) -> Map<String, Value> {
    fields
        .into_iter()
        .filter_map(|(name, text)| Some((name.to_owned(), Value::from(text?))))
        .collect()
}
