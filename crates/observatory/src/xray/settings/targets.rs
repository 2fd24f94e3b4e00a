//! `GetSamplingTargets`: clients say what their rules saw and get their parts of the reservoirs.

use axum::Json;
use serde_json::{Value, json};

use super::{
    call::{Answer, Call},
    fields::Fields,
    live::{CLIENT_LASTS, Live, Report},
    rule::Record,
    rules,
};
use crate::xray::error::XrayError;

/// How many documents of a kind a call may bring.
const DOCUMENTS: usize = 25;

/// In how many seconds a client is to report again.
const INTERVAL: u32 = 10;

/// What a client saw of a rule.
struct Statistics {
    rule: String,
    client: String,
    report: Report,
}

pub(crate) async fn get(mut call: Call) -> Answer {
    let documents = call
        .fields
        .objects("SamplingStatisticsDocuments", DOCUMENTS)?;
    let documents = call
        .fields
        .required(documents, "SamplingStatisticsDocuments")?;
    let boosts = call
        .fields
        .objects("SamplingBoostStatisticsDocuments", DOCUMENTS)?;
    call.fields.done()?;
    let now = call.now;
    let statistics = documents
        .into_iter()
        .map(|document| read(document, now))
        .collect::<Result<Vec<_>, _>>()?;
    let boosted = boosts
        .into_iter()
        .flatten()
        .map(read_boost)
        .collect::<Result<Vec<_>, _>>()?;
    let region = call.region.clone();
    let (records, modified) = call
        .read(move |kept| Ok((rules::all(kept, &region)?, rules::last_modified(kept)?)))
        .await?;
    let mut targets = Vec::new();
    let mut unprocessed = Vec::new();
    for statistics in statistics {
        match target(&statistics, &records, &call.state.xray, now) {
            Ok(target) => targets.push(target),
            Err(reason) => unprocessed.push(reason),
        }
    }
    let not_boosted: Vec<Value> = boosted
        .iter()
        .map(|rule| {
            refusal(
                rule,
                "400",
                "the observatory has no sampling boost".to_owned(),
            )
        })
        .collect();
    Ok(Json(json!({
        "SamplingTargetDocuments": targets,
        "LastRuleModification": modified,
        "UnprocessedStatistics": unprocessed,
        "UnprocessedBoostStatistics": not_boosted,
    })))
}

/// A client's target for a rule, or why there is none.
fn target(
    statistics: &Statistics,
    records: &[Record],
    live: &Live,
    now: f64,
) -> Result<Value, Value> {
    let Statistics {
        rule,
        client,
        report,
    } = statistics;
    let refuse = |code, message| refusal(rule, code, message);
    let record = records
        .iter()
        .find(|record| record.sampling_rule.rule_name == *rule)
        .ok_or_else(|| refuse("404", format!("there is no sampling rule named '{rule}'")))?;
    if report.sampled > report.requests || report.borrowed > report.requests {
        return Err(refuse(
            "400",
            "more requests were sampled than there were".to_owned(),
        ));
    }
    let known = &record.sampling_rule;
    let quota = live
        .share(rule, client, *report, known.reservoir_size)
        .ok_or_else(|| refuse("429", "too many clients use this rule".to_owned()))?;
    Ok(json!({
        "RuleName": rule,
        "FixedRate": known.fixed_rate,
        "ReservoirQuota": quota,
        "ReservoirQuotaTTL": now + CLIENT_LASTS,
        "Interval": INTERVAL,
    }))
}

/// The code is an HTTP status: X-Ray's SDKs read their rules again on 4xx, and count 5xx as failures.
fn refusal(rule: &str, code: &str, message: String) -> Value {
    json!({ "RuleName": rule, "ErrorCode": code, "Message": message })
}

fn read(mut document: Fields, now: f64) -> Result<Statistics, XrayError> {
    let rule = document.text("RuleName", 1..=32)?;
    let client = document.text("ClientID", 24..=24)?;
    let at = document.moment("Timestamp")?;
    document.required(at, "Timestamp")?;
    let requests = count(&mut document, "RequestCount")?;
    let sampled = count(&mut document, "SampledCount")?;
    let borrowed = count(&mut document, "BorrowCount")?;
    let statistics = Statistics {
        rule: document.required(rule, "RuleName")?,
        client: document.required(client, "ClientID")?,
        report: Report {
            // The observatory's time: a client's clock may be wrong.
            at: now,
            requests: document.required(requests, "RequestCount")?,
            sampled: document.required(sampled, "SampledCount")?,
            borrowed: borrowed.unwrap_or(0),
        },
    };
    document.done()?;
    Ok(statistics)
}

/// The rule that a boost's statistics are for.
fn read_boost(mut document: Fields) -> Result<String, XrayError> {
    let rule = document.text("RuleName", 1..=32)?;
    document.text("ServiceName", 0..=64)?;
    document.moment("Timestamp")?;
    for name in ["AnomalyCount", "TotalCount", "SampledAnomalyCount"] {
        count(&mut document, name)?;
    }
    document.done()?;
    document.required(rule, "RuleName")
}

fn count(fields: &mut Fields, name: &str) -> Result<Option<u64>, XrayError> {
    let number = fields.integer(name, 0..=i32::MAX)?;
    Ok(number.map(|number| u64::from(number.unsigned_abs())))
}
