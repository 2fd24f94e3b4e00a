//! From a request to the trace map: reads the address, asks the store and the query language, renders.

use std::collections::BTreeMap;

use axum::{
    extract::State,
    http::StatusCode,
    response::{Html, IntoResponse, Response},
};
use maud::Markup;
use xray_query::{Filter, ServiceGraph, Trace, TraceSummary};

use super::{
    address::{MapView, PARAMETERS},
    drawing::Passed,
    page::{self, FilterFault, Group, LISTED, MapPage},
};
use crate::{
    pages::{
        durations::nanoseconds,
        foreign_text,
        handlers::{Failed, Pairs, frame, shown},
        layout::Frame,
    },
    server::AppState,
    store::StoreError,
    xray::{settings, stored},
};

/// Traces that one map is made of at most: the newest of the window.
const MOST_TRACES: usize = 1_000;
/// Of the ARN of the group that is always there, which the page does not show.
const REGION: &str = "us-east-1";

/// `GET /map`.
pub(super) async fn map(State(state): State<AppState>, pairs: Pairs) -> Result<Response, Failed> {
    let (is_right, page) = rendered(&state, &pairs, page::page).await?;
    let status = if is_right {
        StatusCode::OK
    } else {
        StatusCode::BAD_REQUEST
    };
    Ok((status, page).into_response())
}

/// `GET /parts/map`.
pub(super) async fn map_part(
    State(state): State<AppState>,
    pairs: Pairs,
) -> Result<Html<String>, Failed> {
    let (_, part) = rendered(&state, &pairs, page::fragment).await?;
    Ok(part)
}

/// The page or a part of it, and whether its filter is right.
async fn rendered(
    state: &AppState,
    pairs: &[(String, String)],
    render: fn(&MapPage, &Frame) -> Markup,
) -> Result<(bool, Html<String>), Failed> {
    let mut frame = frame(state).await?.with_parameters(pairs, &PARAMETERS);
    let view = MapView::read(pairs);
    let groups = groups(state).await?;
    if !view.group.is_empty() && !groups.iter().any(|group| group.is(&view.group)) {
        let group = foreign_text::on_one_line(&view.group, 80);
        frame.left_out.push(format!(
            "group={group}: there is no such group, so that no trace is in it"
        ));
    }
    let from = i64::try_from(view.from(frame.now)).unwrap_or(i64::MAX);
    // A sender's clock may be ahead; what it sends belongs to every window.
    let found = stored::traces_between(&state.store, from, i64::MAX, MOST_TRACES).await?;
    // Graph and layout may take a while, during which others are to be answered.
    let made = tokio::task::spawn_blocking(move || {
        let page = make(view, groups, found.traces, found.is_cut, frame.now);
        (page.fault.is_none(), shown(render(&page, &frame)))
    });
    made.await.map_err(|_| Failed::from(StoreError::Closed))
}

/// All groups, by name. `Default` stands for all traces and is no choice of its own.
async fn groups(state: &AppState) -> Result<Vec<Group>, StoreError> {
    let groups = settings::list_groups(&state.store, REGION)
        .await
        .map_err(|_| StoreError::Closed)?;
    Ok(groups
        .into_iter()
        .filter(|group| group.group_name != "Default")
        .map(|group| Group {
            name: group.group_name,
            arn: group.group_arn,
            expression: group.filter_expression.unwrap_or_default(),
        })
        .collect())
}

/// What the page shows of these traces, which are newest first.
fn make(view: MapView, groups: Vec<Group>, traces: Vec<Trace>, is_cut: bool, now: u64) -> MapPage {
    // Their expressions were understood when the groups were made; a group without one has all traces.
    let filters: BTreeMap<&str, Filter> = groups
        .iter()
        .filter_map(|group| {
            let expression = match &group.expression[..] {
                "" => "ok OR !ok",
                expression => expression,
            };
            Some((&group.name[..], Filter::parse(expression).ok()?))
        })
        .collect();
    let group_filter = |wanted: &str| {
        let group = groups.iter().find(|group| group.is(wanted))?;
        filters.get(&group.name[..]).cloned()
    };
    let chosen = (!view.group.is_empty()).then(|| group_filter(&view.group));
    let all: Vec<Trace> = traces
        .into_iter()
        .filter(|trace| match &chosen {
            None => true,
            // A group that is not there has no traces.
            Some(None) => false,
            Some(Some(filter)) => filter.matches(trace, &group_filter),
        })
        .collect();
    let (filter, fault) = match (view.filter.is_empty(), Filter::parse(&view.filter)) {
        (true, _) => (None, None),
        (false, Ok(filter)) => match unknown_group(&filter, &groups) {
            None => (Some(filter), None),
            Some(fault) => (None, Some(fault)),
        },
        (false, Err(error)) => (
            None,
            Some(FilterFault {
                message: error.message,
                at: Some(error.position.saturating_sub(1)),
            }),
        ),
    };
    let matching: Vec<&Trace> = all
        .iter()
        .filter(|trace| match &filter {
            None => fault.is_none(),
            Some(filter) => filter.matches(trace, &group_filter),
        })
        .collect();
    let graph = ServiceGraph::of(&all);
    let listed: Vec<TraceSummary> = matching
        .iter()
        .take(LISTED)
        .map(|trace| trace.summary())
        .collect();
    let passed = filter.is_some().then(|| {
        let matching: Vec<Trace> = matching.iter().copied().cloned().collect();
        Passed::new(&ServiceGraph::of(&matching))
    });
    let (traces, matching) = (all.len(), matching.len());
    let minutes = minutes(&view, &graph, is_cut, now);
    MapPage {
        passed,
        view,
        fault,
        graph,
        traces,
        matching,
        listed,
        is_cut,
        minutes,
        groups,
    }
}

fn unknown_group(filter: &Filter, groups: &[Group]) -> Option<FilterFault> {
    let unknown = filter
        .groups()
        .into_iter()
        .find(|name| *name != "Default" && !groups.iter().any(|group| group.is(name)))?;
    Some(FilterFault {
        message: format!("there is no group “{unknown}”"),
        at: None,
    })
}

/// What rates are of: the window, or as much of it as was looked at.
fn minutes(view: &MapView, graph: &ServiceGraph, is_cut: bool, now: u64) -> f64 {
    let earliest = graph
        .services
        .iter()
        .map(|service| nanoseconds(service.start_time))
        .filter(|&start| start > 0)
        .min()
        .unwrap_or(now);
    let looked_at = (now.saturating_sub(earliest) as f64 / 60e9).max(1.0);
    match view.window.minutes {
        Some(minutes) if !is_cut => minutes as f64,
        _ => looked_at,
    }
}
