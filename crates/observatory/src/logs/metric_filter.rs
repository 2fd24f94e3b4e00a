//! TestMetricFilter: which of some messages a pattern matches, and what it takes out of them.

use log_query::pattern::Pattern;
use serde_json::{Value, json};

use super::{
    call::{Answer, Call},
    error::LogsError,
    filter::MOST_PATTERN,
    input::sized,
};

/// Messages in a call.
const MOST_MESSAGES: usize = 50;

pub(super) async fn test(call: Call) -> Answer {
    let mut input = call.input()?;
    let pattern = input.required_text("filterPattern", sized(0, MOST_PATTERN));
    let messages = input.texts("logEventMessages", 1..=MOST_MESSAGES, sized(1, usize::MAX));
    let messages = input.required(messages, "logEventMessages");
    input.done()?;
    let pattern = Pattern::parse(&pattern)
        .map_err(|error| LogsError::invalid(error.metric_filter_message()))?;
    let matches: Vec<Value> = messages
        .iter()
        .enumerate()
        .filter_map(|(place, message)| {
            let extracted = pattern.extract(message)?;
            Some(json!({
                "eventNumber": place + 1, "eventMessage": message, "extractedValues": extracted,
            }))
        })
        .collect();
    Ok(json!({ "matches": matches }).into())
}
