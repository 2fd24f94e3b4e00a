//! From a request to the trace map: reads the address, has the store looked through, renders.

use axum::{
    extract::State,
    http::StatusCode,
    response::{Html, IntoResponse, Response},
};
use maud::Markup;
use xray_query::Filter;

use super::{
    address::{CHOICE, LookedAt, MapView, PARAMETERS},
    drawing::Passed,
    looking::{Found, Wanted},
    page::{self, Cut, FilterFault, Group, MapPage},
};
use crate::{
    pages::{
        durations::nanoseconds,
        foreign_text,
        handlers::{Failed, Pairs, frame, shown},
        layout::Frame,
        logs::{handlers::milliseconds, range::Range},
    },
    server::AppState,
    store::StoreError,
    xray::{groups::Groups, settings},
};

/// Traces that one map is made of at most: the newest of the range.
const MOST_TRACES: usize = 10_000;
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

/// The page or a part of it, and whether its range and its filter are right.
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
    let page = page_of(state, view, groups, &frame).await?;
    // Graph and layout may take a while, during which others are to be answered.
    let made = tokio::task::spawn_blocking(move || {
        let is_right = page.fault.is_none() && page.range_fault.is_none();
        (is_right, shown(render(&page, &frame)))
    });
    made.await.map_err(|_| Failed::from(StoreError::Closed))
}

/// What the page shows.
async fn page_of(
    state: &AppState,
    view: MapView,
    groups: Vec<Group>,
    frame: &Frame,
) -> Result<MapPage, Failed> {
    let filters = Groups::of(&state.store, REGION)
        .await
        .map_err(|_| StoreError::Closed)?;
    let (filter, fault) = match read_filter(&view.filter, &filters) {
        Ok(filter) => (filter, None),
        Err(fault) => (None, Some(fault)),
    };
    let between = view.range.resolve(milliseconds(frame));
    let (found, minutes, cut, range_fault) = match between {
        Err(fault) => (Found::default(), 1.0, None, Some(fault)),
        Ok(between) => {
            let range = LookedAt::all_of(between);
            let wanted = Wanted {
                range,
                group: view.group.clone(),
                filter,
                lists_none: fault.is_some(),
                groups: filters,
            };
            let find = move |connection: &_| wanted.find(connection, MOST_TRACES);
            let found = state.store.read(find).await?;
            let minutes = minutes(range, &found, frame.now);
            let cut = found.cut_at.map(|at| at / 1_000_000).map(|at| Cut {
                at,
                before: Range::between(between.from, at, &CHOICE),
            });
            (found, minutes, cut, None)
        }
    };
    Ok(MapPage {
        view,
        groups,
        range_fault,
        fault,
        passed: found.passed.as_ref().map(Passed::new),
        graph: found.graph,
        looked_at: found.looked_at,
        traces: found.traces,
        matching: found.matching,
        listed: found.listed,
        cut,
        minutes,
    })
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

/// The filter expression, if there is one.
fn read_filter(text: &str, groups: &Groups) -> Result<Option<Filter>, FilterFault> {
    if text.is_empty() {
        return Ok(None);
    }
    let filter = Filter::parse(text).map_err(|error| FilterFault {
        message: error.message,
        at: Some(error.position.saturating_sub(1)),
    })?;
    let unknown = filter.groups().into_iter().find(|name| !groups.has(name));
    match unknown {
        None => Ok(Some(filter)),
        Some(unknown) => Err(FilterFault {
            message: format!("there is no group “{unknown}”"),
            at: None,
        }),
    }
}

/// What rates are of: the range, or as much of it as was looked at.
fn minutes(range: LookedAt, found: &Found, now: u64) -> f64 {
    let starts = found.graph.services.iter().map(|one| one.start_time);
    let earliest = starts.filter(|start| *start > 0.0).reduce(f64::min);
    let clamp = |time: u64| i64::try_from(time).unwrap_or(i64::MAX);
    let range = LookedAt {
        from: found.cut_at.unwrap_or(range.from),
        ..range
    };
    range.minutes(earliest.map(|start| clamp(nanoseconds(start))), clamp(now))
}
