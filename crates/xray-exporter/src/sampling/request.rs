//! What sampling rules look at: the service, and what is known of a request when its span starts.

use std::borrow::Cow;

use opentelemetry::{Key, KeyValue, Value};
use opentelemetry_sdk::Resource;

/// The service whose requests are sampled.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Service {
    /// `service.name`: the name that its segments carry.
    pub name: Option<String>,
    /// Its origin as X-Ray words it, such as `AWS::ECS::Container`.
    pub service_type: Option<String>,
    /// The ARN of what it runs on.
    pub resource_arn: Option<String>,
}

impl Service {
    /// What the resource says of the service: `service.name`, `cloud.platform`, `aws.ecs.container.arn`, `cloud.resource_id` of a Lambda function.
    ///
    /// The origins are the ones that OpenTelemetry's samplers know.
    pub fn from_resource(resource: &Resource) -> Self {
        let text = |key: &'static str| {
            resource
                .get(&Key::from_static_str(key))
                .map(|value| value.as_str().into_owned())
        };
        let platform = text("cloud.platform");
        let service_type = platform.as_deref().and_then(|platform| match platform {
            "aws_ec2" => Some("AWS::EC2::Instance"),
            "aws_ecs" => Some("AWS::ECS::Container"),
            "aws_eks" => Some("AWS::EKS::Container"),
            "aws_elastic_beanstalk" => Some("AWS::ElasticBeanstalk::Environment"),
            "aws_lambda" => Some("AWS::Lambda::Function"),
            _ => None,
        });
        let function = || {
            (platform.as_deref() == Some("aws_lambda"))
                .then(|| text("cloud.resource_id"))
                .flatten()
        };
        Self {
            name: text("service.name"),
            service_type: service_type.map(str::to_owned),
            resource_arn: text("aws.ecs.container.arn").or_else(function),
        }
    }
}

/// What is known of a request when its first span starts.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// The service that answers it.
    pub service: &'a Service,
    /// The host that was asked.
    pub host: Option<&'a str>,
    /// The method, such as `GET`.
    pub http_method: Option<&'a str>,
    /// The path, without the query.
    pub url_path: Option<&'a str>,
    /// All attributes, for rules that name some.
    pub attributes: &'a [KeyValue],
}

impl<'a> Request<'a> {
    /// Reads the request from a span's attributes, by the present names and by the old ones:
    ///
    /// | of the request | present | old |
    /// |---|---|---|
    /// | method | `http.request.method` (`http.request.method_original` if that is `_OTHER`) | `http.method` |
    /// | path | `url.path`, or in `url.full` | `http.target`, or in `http.url` |
    /// | host | `server.address` | `http.host`, `net.host.name` |
    ///
    /// Only what is there when the span *starts* counts. opentelemetry-instrumentation-tower gives the method, `url.path`,
    /// `url.query`, `user_agent.original` and `http.route`, but no host: a rule that names a host matches nothing there
    /// unless a request extractor adds `server.address`.
    pub fn new(service: &'a Service, attributes: &'a [KeyValue]) -> Self {
        let text = |keys: &[&str]| keys.iter().find_map(|key| borrowed(attributes, key));
        let method = match text(&["http.request.method"]) {
            Some("_OTHER") => text(&["http.request.method_original"]),
            method => method,
        };
        let path = text(&["url.path", "http.target"]).map(without_query);
        let in_url = || text(&["url.full", "http.url"]).and_then(path_of);
        Self {
            service,
            host: text(&["server.address", "http.host", "net.host.name"]),
            http_method: method.or_else(|| text(&["http.method"])),
            url_path: path.or_else(in_url),
            attributes,
        }
    }
}

/// An attribute's value as text, whatever its type.
pub(crate) fn attribute_text<'a>(attributes: &'a [KeyValue], key: &str) -> Option<Cow<'a, str>> {
    let attribute = attributes.iter().find(|kv| kv.key.as_str() == key)?;
    Some(attribute.value.as_str())
}

fn borrowed<'a>(attributes: &'a [KeyValue], key: &str) -> Option<&'a str> {
    let attribute = attributes.iter().find(|kv| kv.key.as_str() == key)?;
    match &attribute.value {
        Value::String(text) => Some(text.as_str()),
        _ => None,
    }
}

fn without_query(target: &str) -> &str {
    target.split(['?', '#']).next().unwrap_or(target)
}

/// The path of a full URL; nothing if it is none.
fn path_of(url: &str) -> Option<&str> {
    let (_, rest) = url.split_once("://")?;
    let rest = without_query(rest);
    Some(rest.find('/').map_or("/", |at| &rest[at..]))
}
