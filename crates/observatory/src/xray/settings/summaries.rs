//! `GetSamplingStatisticSummaries`: what all clients lately saw of each rule.

use axum::Json;
use serde_json::{Value, json};

use super::{
    call::{Answer, Call},
    rules,
};
use crate::xray::page::page;

/// The service's rules all fit in one page; a token works nevertheless.
const PAGE: usize = 25;

/// One summary a rule: the sum of the last reports of the clients that reported lately.
pub(crate) async fn get(mut call: Call) -> Answer {
    let token = call.fields.text("NextToken", 0..=100)?;
    call.fields.done()?;
    let region = call.region.clone();
    let records = call.read(move |kept| rules::all(kept, &region)).await?;
    let summaries: Vec<Value> = records
        .iter()
        .map(|record| {
            let rule = &record.sampling_rule.rule_name;
            let sum = call.state.xray.sum(rule, call.now);
            json!({
                "RuleName": rule,
                "Timestamp": if sum.at > 0.0 { sum.at } else { call.now },
                "RequestCount": sum.requests,
                "BorrowCount": sum.borrowed,
                "SampledCount": sum.sampled,
            })
        })
        .collect();
    let (summaries, next) = page(summaries, token.as_deref(), PAGE)?;
    Ok(Json(
        json!({ "SamplingStatisticSummaries": summaries, "NextToken": next }),
    ))
}
