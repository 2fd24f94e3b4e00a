//! A sampling rule, as the API shows it and the store keeps it; reading one from a call, checked.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{ACCOUNT, fields::Fields};
use crate::xray::error::XrayError;

/// The name of the rule that is always there.
pub(crate) const DEFAULT: &str = "Default";

/// A sampling rule.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Rule {
    pub(crate) rule_name: String,
    #[serde(rename = "RuleARN")]
    pub(crate) rule_arn: String,
    #[serde(rename = "ResourceARN")]
    resource_arn: String,
    pub(crate) priority: i32,
    pub(crate) fixed_rate: f64,
    pub(crate) reservoir_size: u32,
    service_name: String,
    service_type: String,
    host: String,
    #[serde(rename = "HTTPMethod")]
    http_method: String,
    #[serde(rename = "URLPath")]
    url_path: String,
    version: i32,
    attributes: BTreeMap<String, String>,
}

/// A rule and its times, in seconds since the Unix epoch.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Record {
    pub(crate) sampling_rule: Rule,
    pub(crate) created_at: f64,
    pub(crate) modified_at: f64,
}

impl Record {
    /// The Default rule as it is before anybody changes it: one request a second, and 5 % of the rest.
    pub(crate) fn default_rule(region: &str) -> Self {
        let any = || "*".to_owned();
        Self {
            sampling_rule: Rule {
                rule_name: DEFAULT.to_owned(),
                rule_arn: arn(region, DEFAULT),
                resource_arn: any(),
                priority: 10_000,
                fixed_rate: 0.05,
                reservoir_size: 1,
                service_name: any(),
                service_type: any(),
                host: any(),
                http_method: any(),
                url_path: any(),
                version: 1,
                attributes: BTreeMap::new(),
            },
            created_at: 0.0,
            modified_at: 0.0,
        }
    }

    pub(crate) fn shown(&self) -> Value {
        json!({ "SamplingRuleRecord": self })
    }
}

impl Rule {
    /// Reads the rule of a `CreateSamplingRule`: all of its fields must be there.
    pub(crate) fn read(mut fields: Fields, region: &str) -> Result<Self, XrayError> {
        let name = fields.text("RuleName", 1..=32)?;
        if fields.text("RuleARN", 0..=2048)?.is_some() {
            return Err(XrayError::InvalidRequest(
                "SamplingRule.RuleARN is given by the service; name the rule by RuleName"
                    .to_owned(),
            ));
        }
        let name = fields.required(name, "RuleName")?;
        let version = fields.integer("Version", 1..=i32::MAX)?;
        let changes = Changes::read(&mut fields)?;
        let required = |value: Option<String>, name: &str| fields.required(value, name);
        let rule = Self {
            rule_arn: arn(region, &name),
            rule_name: name,
            resource_arn: required(changes.resource_arn, "ResourceARN")?,
            priority: fields.required(changes.priority, "Priority")?,
            fixed_rate: fields.required(changes.fixed_rate, "FixedRate")?,
            reservoir_size: fields.required(changes.reservoir_size, "ReservoirSize")?,
            service_name: required(changes.service_name, "ServiceName")?,
            service_type: required(changes.service_type, "ServiceType")?,
            host: required(changes.host, "Host")?,
            http_method: required(changes.http_method, "HTTPMethod")?,
            url_path: required(changes.url_path, "URLPath")?,
            version: fields.required(version, "Version")?,
            attributes: changes.attributes.unwrap_or_default(),
        };
        fields.done()?;
        if rule.version != 1 {
            return Err(XrayError::InvalidRequest(format!(
                "SamplingRule.Version {} is not supported; the only version is 1",
                rule.version
            )));
        }
        Ok(rule)
    }

    /// The rule with the changes made.
    ///
    /// Of the Default rule only the rate and the reservoir can be changed.
    pub(crate) fn changed(&self, changes: Changes) -> Result<Self, XrayError> {
        let new = Self {
            rule_name: self.rule_name.clone(),
            rule_arn: self.rule_arn.clone(),
            resource_arn: changes.resource_arn.unwrap_or(self.resource_arn.clone()),
            priority: changes.priority.unwrap_or(self.priority),
            fixed_rate: changes.fixed_rate.unwrap_or(self.fixed_rate),
            reservoir_size: changes.reservoir_size.unwrap_or(self.reservoir_size),
            service_name: changes.service_name.unwrap_or(self.service_name.clone()),
            service_type: changes.service_type.unwrap_or(self.service_type.clone()),
            host: changes.host.unwrap_or(self.host.clone()),
            http_method: changes.http_method.unwrap_or(self.http_method.clone()),
            url_path: changes.url_path.unwrap_or(self.url_path.clone()),
            version: self.version,
            attributes: changes.attributes.unwrap_or(self.attributes.clone()),
        };
        let but_for_these = Self {
            fixed_rate: new.fixed_rate,
            reservoir_size: new.reservoir_size,
            ..self.clone()
        };
        if self.rule_name == DEFAULT && new != but_for_these {
            return Err(XrayError::InvalidRequest(
                "Only FixedRate and ReservoirSize of the Default rule can be changed".to_owned(),
            ));
        }
        Ok(new)
    }
}

/// The fields of a rule that can be changed, those that are given.
#[derive(Debug)]
pub(crate) struct Changes {
    resource_arn: Option<String>,
    priority: Option<i32>,
    fixed_rate: Option<f64>,
    reservoir_size: Option<u32>,
    service_name: Option<String>,
    service_type: Option<String>,
    host: Option<String>,
    http_method: Option<String>,
    url_path: Option<String>,
    attributes: Option<BTreeMap<String, String>>,
}

impl Changes {
    /// Reads the fields, each within the limits of the API's model.
    pub(crate) fn read(fields: &mut Fields) -> Result<Self, XrayError> {
        if fields.object("SamplingRateBoost")?.is_some() {
            return Err(XrayError::InvalidRequest(
                "SamplingRateBoost is not available: the observatory has no sampling boost; leave it out".to_owned(),
            ));
        }
        let reservoir_size = fields.integer("ReservoirSize", 0..=i32::MAX)?;
        Ok(Self {
            resource_arn: fields.text("ResourceARN", 0..=500)?,
            priority: fields.integer("Priority", 1..=9999)?,
            fixed_rate: fields.number("FixedRate", 0.0..=1.0)?,
            reservoir_size: reservoir_size.map(i32::unsigned_abs),
            service_name: fields.text("ServiceName", 0..=64)?,
            service_type: fields.text("ServiceType", 0..=64)?,
            host: fields.text("Host", 0..=64)?,
            http_method: fields.text("HTTPMethod", 0..=10)?,
            url_path: fields.text("URLPath", 0..=128)?,
            attributes: attributes(fields)?,
        })
    }
}

/// How many attributes a rule may have.
const ATTRIBUTES: usize = 5;

fn attributes(fields: &mut Fields) -> Result<Option<BTreeMap<String, String>>, XrayError> {
    let Some(given) = fields.object("Attributes")? else {
        return Ok(None);
    };
    let attributes = given.map_of_texts(1..=32, 1..=32)?;
    if attributes.len() > ATTRIBUTES {
        return Err(XrayError::InvalidRequest(format!(
            "Attributes has {} entries; a rule may have {ATTRIBUTES}",
            attributes.len()
        )));
    }
    Ok(Some(attributes.into_iter().collect()))
}

fn arn(region: &str, name: &str) -> String {
    format!("arn:aws:xray:{region}:{ACCOUNT}:sampling-rule/{name}")
}
