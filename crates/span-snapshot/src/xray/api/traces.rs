//! Questions about traces: summaries, whole traces, the service graph. What they say is `xray-query`'s; asking for it page by page is here.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};
use xray_query::{Filter, ServiceGraph, Trace};

use super::State;
use super::answer::invalid;
use crate::aws::{Refusal, list, text};

/// The most IDs that `BatchGetTraces` takes.
const MOST_TRACES: usize = 5;
/// The longest time that may be asked about, in seconds.
const LONGEST: f64 = 24.0 * 3600.0;

impl State {
    pub(super) fn get_trace_summaries(&self, body: &Json) -> Result<Json, Refusal> {
        let (from, to) = times(body)?;
        let filter = self.filter(text(body, "FilterExpression").unwrap_or_default())?;
        let mut traces: Vec<(f64, Json)> = Vec::new();
        let mut looked_at = 0;
        for trace in self.traces() {
            let summary = trace.summary();
            if !(from..=to).contains(&summary.start_time) {
                continue;
            }
            looked_at += 1;
            if self.wants(filter.as_ref(), &trace) {
                let json = serde_json::to_value(&summary).map_err(unwritable)?;
                traces.push((summary.start_time, json));
            }
        }
        traces.sort_by(|(a, _), (b, _)| a.total_cmp(b));
        let traces: Vec<Json> = traces.into_iter().map(|(_, json)| json).collect();
        let (traces, next) = page(&traces, body, self.page_size)?;
        Ok(json!({
            "TraceSummaries": traces,
            "ApproximateTime": to,
            "TracesProcessedCount": looked_at,
            "NextToken": next,
        }))
    }

    pub(super) fn batch_get_traces(&self, body: &Json) -> Result<Json, Refusal> {
        let ids = list(body, "TraceIds");
        if ids.len() > MOST_TRACES {
            return Err(invalid(format!(
                "{} trace IDs in one call; at most {MOST_TRACES} are taken",
                ids.len()
            )));
        }
        let traces = self.traces();
        let mut found = Vec::new();
        let mut unprocessed = Vec::new();
        for id in ids {
            let Some(trace) = traces.iter().find(|trace| *id == trace.id.as_str()) else {
                unprocessed.push(id);
                continue;
            };
            let segments: Vec<Json> = trace
                .api_segments()
                .into_iter()
                .map(|(id, document)| json!({ "Id": id, "Document": document }))
                .collect();
            found.push(json!({
                "Id": trace.id,
                "Duration": trace.summary().duration,
                "LimitExceeded": false,
                "Segments": segments,
            }));
        }
        let (found, next) = page(&found, body, self.page_size)?;
        Ok(json!({ "Traces": found, "UnprocessedTraceIds": unprocessed, "NextToken": next }))
    }

    pub(super) fn get_service_graph(&self, body: &Json) -> Result<Json, Refusal> {
        let (from, to) = times(body)?;
        let (name, arn) = (text(body, "GroupName"), text(body, "GroupARN"));
        let filter = match (name, arn) {
            (None, None) => None,
            _ => {
                let group = self.group(name, arn)?;
                self.filter(text(group, "FilterExpression").unwrap_or_default())?
            }
        };
        let traces: Vec<Trace> = self
            .traces()
            .into_iter()
            .filter(|trace| (from..=to).contains(&trace.summary().start_time))
            .filter(|trace| self.wants(filter.as_ref(), trace))
            .collect();
        let mut graph = serde_json::to_value(ServiceGraph::of(&traces)).map_err(unwritable)?;
        graph["StartTime"] = json!(from);
        graph["EndTime"] = json!(to);
        graph["ContainsOldGroupVersions"] = json!(false);
        let services = list(&graph, "Services").to_vec();
        let (services, next) = page(&services, body, self.page_size)?;
        graph["Services"] = json!(services);
        graph["NextToken"] = next;
        Ok(graph)
    }

    /// The filter that an expression is; none for an empty one. The groups that it names must be there.
    pub(super) fn filter(&self, expression: &str) -> Result<Option<Filter>, Refusal> {
        if expression.trim().is_empty() {
            return Ok(None);
        }
        let filter = Filter::parse(expression).map_err(|error| {
            invalid(format!(
                "FilterExpression `{expression}` cannot be read: {error}"
            ))
        })?;
        for group in filter.groups() {
            self.group_called(group)?;
        }
        Ok(Some(filter))
    }

    /// The group of a name, or of an ARN, which begins with `arn:`.
    fn group_called(&self, asked: &str) -> Result<&Json, Refusal> {
        match asked.starts_with("arn:") {
            true => self.group(None, Some(asked)),
            false => self.group(Some(asked), None),
        }
    }

    fn wants(&self, filter: Option<&Filter>, trace: &Trace) -> bool {
        let group = |asked: &str| {
            let group = self.group_called(asked).ok()?;
            let expression = text(group, "FilterExpression")?;
            Filter::parse(expression).ok()
        };
        filter.is_none_or(|filter| filter.matches(trace, &group))
    }

    /// The documents as traces, by ID.
    fn traces(&self) -> Vec<Trace> {
        let mut documents: BTreeMap<String, Vec<_>> = BTreeMap::new();
        for document in &self.documents {
            // They were read before they were kept.
            if let Ok(segment) = crate::segments::read(document, 0) {
                let trace = segment.trace_id.clone().unwrap_or_default();
                documents.entry(trace).or_default().push(segment);
            }
        }
        documents
            .into_iter()
            .map(|(id, documents)| Trace::assemble(id, documents))
            .collect()
    }
}

fn unwritable(error: serde_json::Error) -> Refusal {
    Refusal::new(500, "InternalFailure", error.to_string())
}

/// `StartTime` and `EndTime`, in seconds since the Unix epoch.
fn times(body: &Json) -> Result<(f64, f64), Refusal> {
    let time = |field: &str| {
        body[field].as_f64().ok_or_else(|| {
            invalid(format!(
                "{field} is {}; seconds since the Unix epoch are wanted",
                body[field]
            ))
        })
    };
    let (from, to) = (time("StartTime")?, time("EndTime")?);
    if from > to {
        return Err(invalid("StartTime is after EndTime"));
    }
    if to - from > LONGEST {
        return Err(invalid(
            "Time range cannot be longer than 24 hours; ask for each day by itself",
        ));
    }
    Ok((from, to))
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
            .ok_or_else(|| invalid("Invalid NextToken"))?,
    };
    let to = items.len().min(from + size);
    let next = match to < items.len() {
        true => json!(format!("after-{to}")),
        false => Json::Null,
    };
    Ok((&items[from..to], next))
}
