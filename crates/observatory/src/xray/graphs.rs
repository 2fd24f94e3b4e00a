//! GetServiceGraph and GetTimeSeriesServiceStatistics: what the traces of a time range add up to.

use std::ops::ControlFlow;

use axum::{Extension, Json, extract::State};
use serde::Deserialize;
use serde_json::{Value, json};
use xray_query::{Filter, Selector, ServiceGraph, Trace, time_series};

use super::{
    error::XrayError,
    groups::Groups,
    request::{Input, Timestamp, range},
    settings,
    signature::{Region, region_of},
    stored,
};
use crate::{
    server::AppState,
    store::{self, Lookup, StoreError},
};

/// The longest time range that is taken; the service says of a longer one "Time range cannot be longer than 6 hours".
const MAX_HOURS: u32 = 6;

/// Seconds of a period when none is asked for.
const PERIOD: u32 = 60;

/// Traces that are held in memory for one answer.
const MAX_TRACES: usize = 100_000;

const SECONDS_A_DAY: u32 = 86_400;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(crate) struct Request {
    start_time: Option<Timestamp>,
    end_time: Option<Timestamp>,
    group_name: Option<String>,
    #[serde(rename = "GroupARN")]
    group_arn: Option<String>,
    next_token: Option<String>,
    // Of GetTimeSeriesServiceStatistics alone.
    entity_selector_expression: Option<String>,
    period: Option<u32>,
    forecast_statistics: Option<bool>,
}

/// Everything comes in one page, so that no token is ever given out.
pub(crate) fn no_further_page(token: Option<&str>) -> Result<(), XrayError> {
    match token {
        None | Some("") => Ok(()),
        Some(_) => Err(XrayError::InvalidRequest("Invalid NextToken".to_owned())),
    }
}

/// `POST /ServiceGraph`
pub(crate) async fn service_graph(
    State(state): State<AppState>,
    region: Option<Extension<Region>>,
    Input(request): Input<Request>,
) -> Result<Json<Value>, XrayError> {
    let traces = traces(&state, region_of(region.as_deref()), &request).await?;
    let services = aside(move || ServiceGraph::of(&traces).services).await?;
    Ok(Json(json!({
        "StartTime": request.start_time.map(|time| time.0),
        "EndTime": request.end_time.map(|time| time.0),
        "Services": services,
        "ContainsOldGroupVersions": false,
    })))
}

/// `POST /TimeSeriesServiceStatistics`
pub(crate) async fn over_time(
    State(state): State<AppState>,
    region: Option<Extension<Region>>,
    Input(request): Input<Request>,
) -> Result<Json<Value>, XrayError> {
    let selector = match request.entity_selector_expression.as_deref() {
        None => None,
        Some(expression) => Some(
            Selector::parse(expression)
                .map_err(|error| XrayError::InvalidRequest(error.to_string()))?,
        ),
    };
    let period = request.period.unwrap_or(PERIOD);
    if !(1..=SECONDS_A_DAY).contains(&period) {
        return Err(XrayError::InvalidRequest(format!(
            "Period must be from 1 to {SECONDS_A_DAY} seconds, not {period}"
        )));
    }
    if request.forecast_statistics == Some(true) {
        return Err(XrayError::InvalidRequest(
            "ForecastStatistics are not supported: there are no insights here".to_owned(),
        ));
    }
    let traces = traces(&state, region_of(region.as_deref()), &request).await?;
    let (from, to) = (seconds_of(request.start_time), seconds_of(request.end_time));
    let entries = aside(move || time_series(&traces, from, to, period, selector.as_ref())).await?;
    Ok(Json(json!({
        "TimeSeriesServiceStatistics": entries,
        "ContainsOldGroupVersions": false,
    })))
}

fn seconds_of(time: Option<Timestamp>) -> f64 {
    time.map_or(0.0, |time| time.0)
}

async fn aside<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, XrayError> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|_| XrayError::Internal("the traces could not be added up".to_owned()))
}

/// The traces that a question is about: those of its time range that its group's filter takes.
async fn traces(
    state: &AppState,
    region: &str,
    request: &Request,
) -> Result<Vec<Trace>, XrayError> {
    let range = range(request.start_time, request.end_time, MAX_HOURS)?;
    no_further_page(request.next_token.as_deref())?;
    if request.group_name.is_some() && request.group_arn.is_some() {
        return Err(XrayError::InvalidRequest(
            "Specify a group by either GroupName or GroupARN, but not both".to_owned(),
        ));
    }
    let group = settings::find_group(
        &state.store,
        request.group_name.clone(),
        request.group_arn.clone(),
    )
    .await?;
    let groups = Groups::of(&state.store, region).await?;
    let filter = group
        .and_then(|group| group.filter_expression)
        .map(|expression| groups.parse(&expression))
        .transpose()?;
    let traces = matching(state, range, filter, groups).await?;
    if traces.len() > MAX_TRACES {
        return Err(XrayError::InvalidRequest(format!(
            "More than {MAX_TRACES} traces began in this time range; ask for a shorter one"
        )));
    }
    Ok(traces)
}

/// The traces of a time range that a filter takes, up to one too many.
async fn matching(
    state: &AppState,
    range: (i64, i64),
    filter: Option<Filter>,
    groups: Groups,
) -> Result<Vec<Trace>, StoreError> {
    state
        .store
        .read(move |connection| {
            let mut lookup = Lookup::new(connection);
            let mut traces = Vec::new();
            store::window(connection, range, None, |row| {
                let trace = stored::outline(&mut lookup, &row)?;
                if filter
                    .as_ref()
                    .is_none_or(|filter| filter.matches(&trace, &|group| groups.get(group)))
                {
                    traces.push(trace);
                }
                Ok(if traces.len() > MAX_TRACES {
                    ControlFlow::Break(())
                } else {
                    ControlFlow::Continue(())
                })
            })?;
            Ok(traces)
        })
        .await
}
