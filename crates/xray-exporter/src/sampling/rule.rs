//! A sampling rule: what it matches, and how much of that it takes.

use std::collections::BTreeMap;

use aws_sdk_xray::types;

use super::{
    pattern::{matches, matches_optional},
    request::{Request, attribute_text},
};

/// A sampling rule, with the fields of X-Ray's API.
///
/// The fields that match are patterns: `*` stands for any characters, `?` for one; case is ignored.
#[derive(Clone, Debug, PartialEq)]
pub struct SamplingRule {
    /// Its name, unique in the account.
    pub rule_name: String,
    /// Rules are tried in ascending order of priority, ties by name.
    pub priority: i32,
    /// The share of matching requests to take once the reservoir is used up, 0 to 1.
    pub fixed_rate: f64,
    /// How many matching requests all services together take each second before the fixed rate counts.
    pub reservoir_size: u32,
    /// Matches the service's name: `service.name` of the resource.
    pub service_name: String,
    /// Matches the service's origin, such as `AWS::EC2::Instance`.
    pub service_type: String,
    /// Matches the host of the request.
    pub host: String,
    /// Matches the request's method.
    pub http_method: String,
    /// Matches the path of the request's URL, without its query.
    pub url_path: String,
    /// Matches the ARN of the resource that the service runs on.
    pub resource_arn: String,
    /// Patterns for attributes of the request's span, by key; all of them must be there and match.
    pub attributes: BTreeMap<String, String>,
    /// The version of the rule's format. Rules of another version than 1 are ignored.
    pub version: i32,
}

impl SamplingRule {
    /// A rule that matches everything, and takes what X-Ray's `Default` rule takes: one request a second, then 5 %.
    pub fn new(rule_name: impl Into<String>) -> Self {
        let any = || "*".to_owned();
        Self {
            rule_name: rule_name.into(),
            priority: 10_000,
            fixed_rate: 0.05,
            reservoir_size: 1,
            service_name: any(),
            service_type: any(),
            host: any(),
            http_method: any(),
            url_path: any(),
            resource_arn: any(),
            attributes: BTreeMap::new(),
            version: 1,
        }
    }

    /// Whether the rule is meant for this request.
    pub fn matches(&self, request: &Request<'_>) -> bool {
        let service = request.service;
        matches_optional(&self.service_name, service.name.as_deref())
            && matches_optional(&self.service_type, service.service_type.as_deref())
            && matches_optional(&self.resource_arn, service.resource_arn.as_deref())
            && matches_optional(&self.http_method, request.http_method)
            && matches_optional(&self.url_path, request.url_path)
            && matches_optional(&self.host, request.host)
            && self.attributes.iter().all(|(key, pattern)| {
                attribute_text(request.attributes, key).is_some_and(|text| matches(pattern, &text))
            })
    }
}

impl From<&types::SamplingRule> for SamplingRule {
    fn from(rule: &types::SamplingRule) -> Self {
        Self {
            rule_name: rule.rule_name.clone().unwrap_or_default(),
            priority: rule.priority,
            fixed_rate: rule.fixed_rate,
            reservoir_size: u32::try_from(rule.reservoir_size).unwrap_or(0),
            service_name: rule.service_name.clone(),
            service_type: rule.service_type.clone(),
            host: rule.host.clone(),
            http_method: rule.http_method.clone(),
            url_path: rule.url_path.clone(),
            resource_arn: rule.resource_arn.clone(),
            attributes: rule.attributes.clone().into_iter().flatten().collect(),
            version: rule.version,
        }
    }
}
