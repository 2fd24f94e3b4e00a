//! Questions about traces, asked page by page.

use serde_json::{Value as Json, json};

use super::State;
use super::answer::Refusal;
use super::form::text;

impl State {
    pub(super) fn get_trace_summaries(&self, _: &Json) -> Result<Json, Refusal> {
        Err(Refusal::invalid("summaries are not served"))
    }

    pub(super) fn batch_get_traces(&self, _: &Json) -> Result<Json, Refusal> {
        Err(Refusal::invalid("traces are not served"))
    }

    pub(super) fn get_service_graph(&self, _: &Json) -> Result<Json, Refusal> {
        Err(Refusal::invalid("service graphs are not served"))
    }
}

/// The page that the body's `NextToken` leads to, and the token of the next one: `null` after the last.
pub(super) fn page<'i>(
    items: &'i [Json],
    body: &Json,
    size: usize,
) -> Result<(&'i [Json], Json), Refusal> {
    let from = match text(body, "NextToken") {
        None | Some("") => 0,
        Some(token) => token
            .strip_prefix("after-")
            .and_then(|number| number.parse::<usize>().ok())
            .filter(|from| *from <= items.len())
            .ok_or_else(|| Refusal::invalid("Invalid NextToken"))?,
    };
    let to = items.len().min(from + size);
    let next = match to < items.len() {
        true => json!(format!("after-{to}")),
        false => Json::Null,
    };
    Ok((&items[from..to], next))
}
