//! GetTraceSummaries: the traces of a time range that a filter expression takes, in pages.

use std::ops::ControlFlow;

use axum::{Extension, Json, extract::State};
use rusqlite::Connection;
use serde::{Deserialize, Serialize};
use xray_query::{Filter, Trace, TraceSummary};

use super::{
    error::XrayError,
    groups::Groups,
    request::{Input, Timestamp, range, seconds},
    signature::{Region, region_of},
    stored,
};
use crate::{
    model::TraceId,
    server::AppState,
    store::{self, Lookup, Place, StoreError, TraceRow},
};

/// Summaries in one answer.
const PAGE: usize = 1_000;

/// The longest time range that is taken.
const MAX_HOURS: u32 = 24;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(crate) struct Request {
    start_time: Option<Timestamp>,
    end_time: Option<Timestamp>,
    time_range_type: Option<String>,
    sampling: Option<bool>,
    sampling_strategy: Option<SamplingStrategy>,
    filter_expression: Option<String>,
    next_token: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct SamplingStrategy {
    name: Option<String>,
    value: Option<f64>,
}

#[derive(Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Answer {
    trace_summaries: Vec<TraceSummary>,
    /// The start time of this page of results.
    approximate_time: f64,
    /// Traces looked at for this page, those included that the filter does not take.
    traces_processed_count: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

/// `POST /TraceSummaries`
pub(crate) async fn get(
    State(state): State<AppState>,
    region: Option<Extension<Region>>,
    Input(request): Input<Request>,
) -> Result<Json<Answer>, XrayError> {
    let groups = Groups::of(&state.store, region_of(region.as_deref())).await?;
    let question = Question::new(request, groups)?;
    let answer = state
        .store
        .read(move |connection| question.answer(connection))
        .await?;
    Ok(Json(answer))
}

/// What the time range is about.
#[derive(Clone, Copy, PartialEq)]
enum RangeType {
    /// When the trace began.
    TraceId,
    /// When it was last added to: its latest end.
    Event,
    /// When one of its segments ended.
    Service,
}

struct Question {
    range: (i64, i64),
    range_type: RangeType,
    /// The share of traces that is looked at.
    share: f64,
    filter: Option<Filter>,
    groups: Groups,
    after: Option<Place>,
}

impl Question {
    fn new(request: Request, groups: Groups) -> Result<Self, XrayError> {
        let range = range(request.start_time, request.end_time, MAX_HOURS)?;
        let range_type = match request.time_range_type.as_deref() {
            None | Some("TraceId") => RangeType::TraceId,
            Some("Event") => RangeType::Event,
            Some("Service") => RangeType::Service,
            Some(other) => {
                return Err(not_one_of(
                    other,
                    "timeRangeType",
                    "TraceId, Event, Service",
                ));
            }
        };
        let filter = match request.filter_expression.as_deref().map(str::trim) {
            None | Some("") => None,
            Some(expression) => Some(groups.parse(expression)?),
        };
        let after = match request.next_token.as_deref() {
            None | Some("") => None,
            Some(token) => Some(
                place(token)
                    .ok_or_else(|| XrayError::InvalidRequest("Invalid NextToken".to_owned()))?,
            ),
        };
        Ok(Self {
            range,
            range_type,
            share: share(request.sampling, request.sampling_strategy)?,
            filter,
            groups,
            after,
        })
    }

    fn answer(&self, connection: &Connection) -> Result<Answer, StoreError> {
        let mut lookup = Lookup::new(connection);
        let mut answer = Answer {
            approximate_time: seconds(self.range.0),
            ..Answer::default()
        };
        let mut last = None;
        let window = match self.range_type {
            RangeType::TraceId => self.range,
            RangeType::Event | RangeType::Service => (i64::MIN, self.range.1),
        };
        store::window(connection, window, self.after, |row| {
            if !self.may_take(&row) {
                return Ok(ControlFlow::Continue(()));
            }
            let trace = stored::outline(&mut lookup, &row)?;
            if !self.is_in_range(&trace) {
                return Ok(ControlFlow::Continue(()));
            }
            let takes = self.takes(&trace);
            if takes && answer.trace_summaries.len() == PAGE {
                answer.next_token = last.map(token);
                answer.approximate_time = last.map_or(0.0, |last: Place| seconds(last.start));
                return Ok(ControlFlow::Break(()));
            }
            answer.traces_processed_count += 1;
            if takes {
                answer.trace_summaries.push(trace.summary());
                last = Some(row.place());
            }
            Ok(ControlFlow::Continue(()))
        })?;
        Ok(answer)
    }

    /// What can be told without reading the trace.
    fn may_take(&self, row: &TraceRow) -> bool {
        let (from, to) = self.range;
        let is_in_range = match self.range_type {
            RangeType::TraceId => true,
            RangeType::Event => (from..=to).contains(&row.end),
            RangeType::Service => row.end >= from,
        };
        is_in_range && is_sampled(row.id, self.share)
    }

    fn is_in_range(&self, trace: &Trace) -> bool {
        let (from, to) = self.range;
        self.range_type != RangeType::Service
            || trace.segments.iter().any(|segment| {
                segment
                    .end_time
                    .is_some_and(|end| (from..=to).contains(&Timestamp(end).nanoseconds()))
            })
    }

    fn takes(&self, trace: &Trace) -> bool {
        self.filter
            .as_ref()
            .is_none_or(|filter| filter.matches(trace, &|group| self.groups.get(group)))
    }
}

fn not_one_of(value: &str, member: &str, values: &str) -> XrayError {
    XrayError::InvalidRequest(format!(
        "1 validation error detected: Value '{value}' at '{member}' failed to satisfy constraint: Member must satisfy enum value set: [{values}]"
    ))
}

/// The share of traces that a sampled question looks at: all, unless a fixed rate is asked for.
fn share(sampling: Option<bool>, strategy: Option<SamplingStrategy>) -> Result<f64, XrayError> {
    let strategy = strategy.unwrap_or_default();
    let value = strategy.value.unwrap_or(1.0);
    if !(0.0..=1.0).contains(&value) {
        return Err(XrayError::InvalidRequest(format!(
            "SamplingStrategy value must be from 0 to 1, not {value}"
        )));
    }
    match strategy.name.as_deref() {
        // A partial scan may stop early; this one never has to.
        None | Some("PartialScan") => Ok(1.0),
        Some("FixedRate") if sampling == Some(false) => Ok(1.0),
        Some("FixedRate") => Ok(value),
        Some(other) => Err(not_one_of(
            other,
            "samplingStrategy.name",
            "PartialScan, FixedRate",
        )),
    }
}

/// The same traces each time: a fixed share of all IDs.
fn is_sampled(id: TraceId, share: f64) -> bool {
    let [.., a, b, c, d] = id.0;
    let mixed = u32::from_be_bytes([a, b, c, d]).wrapping_mul(0x9e37_79b9);
    f64::from(mixed) < share * 4_294_967_296.0
}

/// A page begins after the last trace of the one before, so traces that arrive meanwhile move none.
fn token(last: Place) -> String {
    format!("{}-{}", last.start, last.id)
}

fn place(token: &str) -> Option<Place> {
    let (start, id) = token.rsplit_once('-')?;
    Some(Place {
        start: start.parse().ok()?,
        id: TraceId::parse(id)?,
    })
}
