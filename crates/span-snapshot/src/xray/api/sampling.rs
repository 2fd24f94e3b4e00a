//! Sampling rules and targets. The rules are kept and told, never applied: that is a sampler's work.

use serde_json::{Value as Json, json};

use super::State;
use super::answer::{Quota, invalid};
use super::groups::ARN;
use super::traces::page;
use crate::aws::{Refusal, list, text};

/// Seconds until a client should ask again.
const INTERVAL: i64 = 10;
/// 2026-01-01: when this fake says that its rules were made. No run may differ from another.
const MADE: f64 = 1_767_225_600.0;

/// The rule that is always there and comes last.
pub(super) fn default_rule() -> Json {
    record(json!({
        "RuleName": "Default",
        "RuleARN": format!("{ARN}:sampling-rule/Default"),
        "ResourceARN": "*",
        "Priority": 10000,
        "FixedRate": 0.05,
        "ReservoirSize": 1,
        "ServiceName": "*",
        "ServiceType": "*",
        "Host": "*",
        "HTTPMethod": "*",
        "URLPath": "*",
        "Version": 1,
        "Attributes": {},
    }))
}

fn record(rule: Json) -> Json {
    json!({ "SamplingRule": rule, "CreatedAt": MADE, "ModifiedAt": MADE })
}

impl State {
    pub(super) fn create_sampling_rule(&mut self, body: &Json) -> Result<Json, Refusal> {
        let mut rule = body["SamplingRule"].clone();
        let name = text(&rule, "RuleName").unwrap_or_default().to_owned();
        if name.is_empty() || name.len() > 32 {
            return Err(invalid(format!(
                "RuleName `{name}` is not of 1 to 32 characters"
            )));
        }
        let number = |field: &str, from: f64, to: f64| {
            let fits = rule[field]
                .as_f64()
                .is_some_and(|is| (from..=to).contains(&is));
            let whole = field == "FixedRate" || rule[field].is_i64();
            if fits && whole {
                return Ok(());
            }
            Err(invalid(format!(
                "{field} is {}; a number from {from} to {to} is wanted",
                rule[field]
            )))
        };
        number("Priority", 1.0, 9999.0)?;
        number("FixedRate", 0.0, 1.0)?;
        number("ReservoirSize", 0.0, f64::from(i32::MAX))?;
        if rule["Version"] != 1 {
            return Err(invalid("Version is not 1, the only one there is"));
        }
        let longest = [
            ("ResourceARN", 500),
            ("ServiceName", 64),
            ("ServiceType", 64),
            ("Host", 64),
            ("HTTPMethod", 10),
            ("URLPath", 128),
        ];
        for (field, most) in longest {
            if text(&rule, field).is_none_or(|text| text.len() > most) {
                return Err(invalid(format!(
                    "{field} is {}; a text of at most {most} characters is wanted",
                    rule[field]
                )));
            }
        }
        if self
            .rules
            .iter()
            .any(|known| known["SamplingRule"]["RuleName"] == name.as_str())
        {
            return Err(invalid(format!(
                "there is a sampling rule `{name}` already; take another RuleName"
            )));
        }
        rule["RuleARN"] = json!(format!("{ARN}:sampling-rule/{name}"));
        if !rule["Attributes"].is_object() {
            rule["Attributes"] = json!({});
        }
        let record = record(rule);
        self.rules.push(record.clone());
        Ok(json!({ "SamplingRuleRecord": record }))
    }

    pub(super) fn get_sampling_rules(&self, body: &Json) -> Result<Json, Refusal> {
        let (rules, next) = page(&self.rules, body, self.page_size)?;
        Ok(json!({ "SamplingRuleRecords": rules, "NextToken": next }))
    }

    pub(super) fn get_sampling_targets(&self, body: &Json) -> Result<Json, Refusal> {
        let mut targets = Vec::new();
        let mut unprocessed = Vec::new();
        for asked in list(body, "SamplingStatisticsDocuments") {
            let name = text(asked, "RuleName").unwrap_or_default();
            let of_rule = |record: &&Json| record["SamplingRule"]["RuleName"] == name;
            let Some(record) = self.rules.iter().find(of_rule) else {
                unprocessed.push(json!({
                    "RuleName": name,
                    "ErrorCode": "400",
                    "Message": "Unknown rule",
                }));
                continue;
            };
            let missing = ["ClientID", "Timestamp", "RequestCount", "SampledCount"]
                .into_iter()
                .find(|field| asked[*field].is_null());
            if let Some(missing) = missing {
                return Err(invalid(format!(
                    "{missing} is required of each of SamplingStatisticsDocuments"
                )));
            }
            let quota = self.quotas.get(name).cloned();
            let quota = quota.unwrap_or_else(|| of_its_own(&record["SamplingRule"], asked));
            targets.push(json!({
                "RuleName": name,
                "FixedRate": quota.fixed_rate,
                "ReservoirQuota": quota.reservoir_quota,
                "ReservoirQuotaTTL": quota.reservoir_quota_ttl,
                "Interval": quota.interval,
            }));
        }
        // The service leaves out what has no value.
        for target in targets.iter_mut().filter_map(Json::as_object_mut) {
            target.retain(|_, value| !value.is_null());
        }
        Ok(json!({
            "SamplingTargetDocuments": targets,
            "LastRuleModification": MADE,
            "UnprocessedStatistics": unprocessed,
        }))
    }
}

/// What the only client of a rule may take.
fn of_its_own(rule: &Json, asked: &Json) -> Quota {
    Quota {
        fixed_rate: rule["FixedRate"].as_f64().unwrap_or_default(),
        reservoir_quota: rule["ReservoirSize"].as_i64(),
        reservoir_quota_ttl: asked["Timestamp"].as_f64().map(|now| now + INTERVAL as f64),
        interval: Some(INTERVAL),
    }
}
