//! `CreateSamplingRule` and its fellows. What a rule is made of is `rule`'s.

use axum::Json;
use serde_json::json;

use super::{
    ACCOUNT,
    call::{Answer, Call},
    fields::Fields,
    kept::{Failure, Kept},
    rule::{Changes, DEFAULT, Record, Rule},
    tags,
};
use crate::xray::{error::XrayError, page::page};

const KIND: &str = "sampling rule";

/// When a rule was last made, changed or deleted: a setting of its own, since a deleted rule has no time.
const MODIFIED: &str = "sampling rules modified";

/// How many rules an account may have beside `Default` (the service's quota).
const RULES: usize = 25;

/// All rules in one page: X-Ray's SDKs read only the first.
const PAGE: usize = 50;

pub(crate) async fn create(mut call: Call) -> Answer {
    let rule = call.fields.object("SamplingRule")?;
    let rule = call.fields.required(rule, "SamplingRule")?;
    let rule = Rule::read(rule, &call.region)?;
    let new_tags = tags::given(&mut call.fields)?;
    call.fields.done()?;
    let now = call.now;
    let record = Record {
        sampling_rule: rule,
        created_at: now,
        modified_at: now,
    };
    let record = call
        .change(move |kept| {
            let rules: Vec<Record> = kept.all(KIND)?;
            let name = &record.sampling_rule.rule_name;
            let is_taken = |other: &Record| other.sampling_rule.rule_name == *name;
            if name == DEFAULT || rules.iter().any(is_taken) {
                return Err(invalid(format!(
                    "A sampling rule named '{name}' already exists; update it, or choose another name"
                )));
            }
            if rules.iter().filter(|rule| !is_default(rule)).count() >= RULES {
                return Err(XrayError::RuleLimitExceeded(format!(
                    "There are {RULES} sampling rules already, which is the most that an account may have; delete one first"
                ))
                .into());
            }
            tags::replace(kept, &record.sampling_rule.rule_arn, &new_tags)?;
            put(kept, &record, now)?;
            Ok(record)
        })
        .await?;
    Ok(Json(record.shown()))
}

pub(crate) async fn get_all(mut call: Call) -> Answer {
    let token = call.fields.text("NextToken", 0..=100)?;
    call.fields.done()?;
    let region = call.region.clone();
    let records = call.read(move |kept| all(kept, &region)).await?;
    let (records, next) = page(records, token.as_deref(), PAGE)?;
    Ok(Json(
        json!({ "SamplingRuleRecords": records, "NextToken": next }),
    ))
}

pub(crate) async fn update(mut call: Call) -> Answer {
    let update = call.fields.object("SamplingRuleUpdate")?;
    let mut update = call.fields.required(update, "SamplingRuleUpdate")?;
    call.fields.done()?;
    let which = Which::read(&mut update)?;
    let changes = Changes::read(&mut update)?;
    update.done()?;
    let (region, now) = (call.region.clone(), call.now);
    let record = call
        .change(move |kept| {
            let mut record = which.find(kept, &region)?;
            record.sampling_rule = record.sampling_rule.changed(changes)?;
            record.modified_at = now;
            put(kept, &record, now)?;
            Ok(record)
        })
        .await?;
    Ok(Json(record.shown()))
}

pub(crate) async fn delete(mut call: Call) -> Answer {
    let which = Which::read(&mut call.fields)?;
    call.fields.done()?;
    let (region, now) = (call.region.clone(), call.now);
    let record = call
        .change(move |kept| {
            let record = which.find(kept, &region)?;
            if is_default(&record) {
                return Err(invalid("The Default rule cannot be deleted".to_owned()));
            }
            let rule = &record.sampling_rule;
            tags::replace(kept, &rule.rule_arn, &[])?;
            kept.delete(KIND, &rule.rule_name)?;
            kept.put(MODIFIED, "", &now)?;
            Ok(record)
        })
        .await?;
    call.state.xray.forget(&record.sampling_rule.rule_name);
    Ok(Json(record.shown()))
}

/// All rules in the order in which they are tried, `Default` last.
pub(crate) fn all(kept: &Kept<'_>, region: &str) -> Result<Vec<Record>, Failure> {
    let mut records: Vec<Record> = kept.all(KIND)?;
    if !records.iter().any(is_default) {
        records.push(Record::default_rule(region));
    }
    records.sort_by(|a, b| {
        let key = |record: &Record| {
            let rule = &record.sampling_rule;
            (rule.priority, rule.rule_name.clone())
        };
        key(a).cmp(&key(b))
    });
    Ok(records)
}

/// When a rule last changed, in seconds since the Unix epoch.
pub(crate) fn last_modified(kept: &Kept<'_>) -> Result<f64, Failure> {
    Ok(kept.get(MODIFIED, "")?.unwrap_or(0.0))
}

/// Whether a rule has this ARN.
pub(crate) fn has_arn(kept: &Kept<'_>, region: &str, arn: &str) -> Result<bool, Failure> {
    let records = all(kept, region)?;
    Ok(records
        .iter()
        .any(|record| record.sampling_rule.rule_arn == arn))
}

fn put(kept: &Kept<'_>, record: &Record, now: f64) -> Result<(), Failure> {
    kept.put(KIND, &record.sampling_rule.rule_name, record)?;
    kept.put(MODIFIED, "", &now)
}

fn is_default(record: &Record) -> bool {
    record.sampling_rule.rule_name == DEFAULT
}

/// How a call names a rule: by name or by ARN.
enum Which {
    Name(String),
    Arn(String),
}

impl Which {
    fn read(fields: &mut Fields) -> Result<Self, XrayError> {
        let name = fields.text("RuleName", 1..=32)?;
        let arn = fields.text("RuleARN", 0..=2048)?;
        match (name, arn) {
            (Some(name), None) => Ok(Self::Name(name)),
            (None, Some(arn)) => Ok(Self::Arn(arn)),
            _ => Err(XrayError::InvalidRequest(
                "A sampling rule is named by RuleName or by RuleARN, one of them and not both"
                    .to_owned(),
            )),
        }
    }

    fn find(&self, kept: &Kept<'_>, region: &str) -> Result<Record, Failure> {
        let found = all(kept, region)?.into_iter().find(|record| match self {
            Self::Name(name) => record.sampling_rule.rule_name == *name,
            Self::Arn(arn) => record.sampling_rule.rule_arn == *arn || is_default_in(record, arn),
        });
        let (Self::Name(asked) | Self::Arn(asked)) = self;
        found.ok_or_else(|| invalid(format!("Sampling rule not found: {asked}")))
    }
}

/// The Default rule is in every region.
fn is_default_in(record: &Record, arn: &str) -> bool {
    is_default(record) && arn.ends_with(&format!(":{ACCOUNT}:sampling-rule/{DEFAULT}"))
}

fn invalid(message: String) -> Failure {
    XrayError::InvalidRequest(message).into()
}
