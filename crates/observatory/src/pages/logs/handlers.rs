//! From a request to a page of logs: reads the address, asks the store, renders.

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{Html, IntoResponse, Response},
};

use super::{
    address::{self, EventsView, GroupsView, StreamOrder, StreamsView},
    event_page::{self, EventPage, NEIGHBOURS},
    events_page::{self, EventsFault, EventsPage},
    groups_page::{self, GroupRow, GroupsPage},
    line::Line,
    search::{self, matching},
    streams_page::{self, StreamRow, StreamsPage},
    tail_page::{self, TAILED, TailPage},
};
use crate::{
    pages::{
        handlers::{Failed, Pairs, frame, shown},
        layout::Frame,
    },
    server::AppState,
    store::logs::{
        ArrivalQuery, Arrivals, GroupQuery, LogFailure, LogGroup, LogStream,
        StreamOrder as ListedBy, StreamQuery,
    },
};

/// Groups listed, and offered to choose from.
pub(crate) const GROUPS: usize = 500;

impl From<LogGroup> for GroupRow {
    fn from(group: LogGroup) -> Self {
        Self {
            name: group.name,
            bytes: group.bytes,
            retention: group.retention_days,
            streams: group.streams,
            last: group.last_event,
        }
    }
}

impl From<LogStream> for StreamRow {
    fn from(stream: LogStream) -> Self {
        Self {
            name: stream.name,
            first: stream.first_event,
            last: stream.last_event,
            ingested: stream.last_ingestion,
        }
    }
}

/// Now, in milliseconds since the Unix epoch.
pub(crate) fn milliseconds(frame: &Frame) -> i64 {
    i64::try_from(frame.now / 1_000_000).unwrap_or(i64::MAX)
}

/// The names of log groups to choose from.
pub(crate) async fn group_names(state: &AppState) -> Result<Vec<String>, Failed> {
    let query = GroupQuery {
        limit: GROUPS,
        ..GroupQuery::default()
    };
    let listed = state.store.log_groups(&query).await?;
    Ok(listed.items.into_iter().map(|group| group.name).collect())
}

async fn groups_shown(state: &AppState, pairs: &[(String, String)]) -> Result<GroupsPage, Failed> {
    let view = GroupsView::read(pairs);
    let all = |limit| GroupQuery {
        limit,
        ..GroupQuery::default()
    };
    let query = GroupQuery {
        contains: (!view.find.is_empty()).then(|| view.find.clone()),
        ..all(GROUPS)
    };
    let listed = state.store.log_groups(&query).await?;
    let is_empty =
        listed.items.is_empty() && state.store.log_groups(&all(1)).await?.items.is_empty();
    Ok(GroupsPage {
        view,
        groups: listed.items.into_iter().map(GroupRow::from).collect(),
        is_cut: listed.more,
        is_empty,
    })
}

/// `GET /logs`.
pub(super) async fn groups(
    State(state): State<AppState>,
    pairs: Pairs,
) -> Result<Html<String>, Failed> {
    let frame = frame(&state)
        .await?
        .with_parameters(&pairs, &address::GROUPS);
    Ok(shown(groups_page::page(
        &groups_shown(&state, &pairs).await?,
        &frame,
    )))
}

/// `GET /parts/logs`.
pub(super) async fn groups_part(
    State(state): State<AppState>,
    pairs: Pairs,
) -> Result<Html<String>, Failed> {
    let frame = frame(&state).await?;
    Ok(shown(groups_page::fragment(
        &groups_shown(&state, &pairs).await?,
        &frame,
    )))
}

/// A group's streams; `None` if it is not there.
async fn streams_shown(state: &AppState, view: StreamsView) -> Result<Option<StreamsPage>, Failed> {
    let exact = GroupQuery {
        prefix: Some(view.group.clone()),
        limit: 1,
        ..GroupQuery::default()
    };
    // Of all names that begin so, the name itself comes first.
    let group = state
        .store
        .log_groups(&exact)
        .await?
        .items
        .into_iter()
        .next();
    let Some(group) = group.filter(|group| group.name == view.group) else {
        return Ok(None);
    };
    let query = StreamQuery {
        group: view.group.clone(),
        prefix: (!view.find.is_empty()).then(|| view.find.clone()),
        order: match view.order {
            StreamOrder::Latest => ListedBy::LastEvent,
            StreamOrder::Name => ListedBy::Name,
        },
        descending: view.order == StreamOrder::Latest,
        after: None,
        limit: view.rows,
    };
    let listed = match state.store.log_streams(&query).await {
        Ok(listed) => listed,
        Err(LogFailure::Store(error)) => return Err(error.into()),
        Err(LogFailure::NoGroup | LogFailure::NoStream) => return Ok(None),
    };
    Ok(Some(StreamsPage {
        view,
        group: group.into(),
        streams: listed.items.into_iter().map(StreamRow::from).collect(),
        is_cut: listed.more,
    }))
}

/// The page for a group or stream that is not there.
fn no_such_place(group: &str, stream: Option<&str>, frame: &Frame) -> Response {
    let page = event_page::no_such_place(group, stream, frame);
    (StatusCode::NOT_FOUND, shown(page)).into_response()
}

/// `GET /logs/group`.
pub(super) async fn streams(
    State(state): State<AppState>,
    pairs: Pairs,
) -> Result<Response, Failed> {
    let frame = frame(&state)
        .await?
        .with_parameters(&pairs, &address::GROUP);
    let view = StreamsView::read(&pairs);
    let group = view.group.clone();
    Ok(match streams_shown(&state, view).await? {
        Some(page) => shown(streams_page::page(&page, &frame)).into_response(),
        None => no_such_place(&group, None, &frame),
    })
}

/// `GET /parts/logs/group`.
pub(super) async fn streams_part(
    State(state): State<AppState>,
    pairs: Pairs,
) -> Result<Response, Failed> {
    let frame = frame(&state).await?;
    let view = StreamsView::read(&pairs);
    Ok(match streams_shown(&state, view).await? {
        Some(page) => shown(streams_page::fragment(&page, &frame)).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    })
}

/// What the page of events shows; `None` if the group or the stream is not there.
async fn events_shown(
    state: &AppState,
    view: EventsView,
    now: i64,
) -> Result<Option<EventsPage>, Failed> {
    let found = match search::events(&state.store, &view, now).await {
        Ok(found) => found,
        Err(LogFailure::Store(error)) => return Err(error.into()),
        Err(LogFailure::NoGroup | LogFailure::NoStream) => return Ok(None),
    };
    Ok(Some(EventsPage {
        found,
        groups: group_names(state).await?,
        view,
    }))
}

/// `GET /logs/events`.
pub(super) async fn events(
    State(state): State<AppState>,
    pairs: Pairs,
) -> Result<Response, Failed> {
    let frame = frame(&state)
        .await?
        .with_parameters(&pairs, &address::EVENTS);
    let view = EventsView::read(&pairs);
    let (group, stream) = (view.group.clone(), view.stream.clone());
    let Some(page) = events_shown(&state, view, milliseconds(&frame)).await? else {
        return Ok(no_such_place(
            &group.unwrap_or_default(),
            stream.as_deref(),
            &frame,
        ));
    };
    let status = if page.found.is_ok() {
        StatusCode::OK
    } else {
        StatusCode::BAD_REQUEST
    };
    Ok((status, shown(events_page::page(&page, &frame))).into_response())
}

/// `GET /parts/logs/events`.
pub(super) async fn events_part(
    State(state): State<AppState>,
    pairs: Pairs,
) -> Result<Response, Failed> {
    let frame = frame(&state).await?;
    let view = EventsView::read(&pairs);
    Ok(
        match events_shown(&state, view, milliseconds(&frame)).await? {
            Some(page) => shown(events_page::fragment(&page, &frame)).into_response(),
            None => StatusCode::NOT_FOUND.into_response(),
        },
    )
}

/// `GET /logs/event/{id}`.
pub(super) async fn event(
    State(state): State<AppState>,
    Path(id): Path<String>,
    pairs: Pairs,
) -> Result<Response, Failed> {
    let frame = frame(&state).await?.with_parameters(&pairs, &[]);
    let now = milliseconds(&frame);
    let found = match id.parse() {
        Ok(number) => state.store.log_event(number, now).await?,
        Err(_) => None,
    };
    let not_here = || {
        (
            StatusCode::NOT_FOUND,
            shown(event_page::not_here(&id, &frame)),
        )
            .into_response()
    };
    let Some(event) = found else {
        return Ok(not_here());
    };
    let line = Line::from(event);
    let (before, after) = match search::neighbours(&state.store, &line, NEIGHBOURS, now).await {
        Ok(neighbours) => neighbours,
        Err(LogFailure::Store(error)) => return Err(error.into()),
        // It went while we looked.
        Err(LogFailure::NoGroup | LogFailure::NoStream) => return Ok(not_here()),
    };
    let page = EventPage {
        line,
        before,
        after,
    };
    Ok(shown(event_page::page(&page, &frame)).into_response())
}

/// What the tail shows; `None` if the group or the stream is not there.
async fn tail_shown(
    state: &AppState,
    view: EventsView,
    after: Option<u64>,
    now: i64,
) -> Result<Option<TailPage>, Failed> {
    let groups = group_names(state).await?;
    let matching = match matching(&view.pattern) {
        Ok(matching) => matching,
        Err(fault) => {
            return Ok(Some(TailPage {
                view,
                lines: Err(fault),
                seen: 0,
                groups,
            }));
        }
    };
    let query = ArrivalQuery {
        group: view.group.clone(),
        stream: view.stream.clone(),
        matching,
        after,
        limit: TAILED,
        now,
    };
    let Arrivals { events, seen } = match state.store.log_arrivals(&query).await {
        Ok(arrivals) => arrivals,
        Err(LogFailure::Store(error)) => return Err(error.into()),
        Err(LogFailure::NoGroup | LogFailure::NoStream) => return Ok(None),
    };
    Ok(Some(TailPage {
        view,
        lines: Ok(events.into_iter().map(Line::from).collect()),
        seen,
        groups,
    }))
}

/// `GET /logs/tail`.
pub(super) async fn tail(State(state): State<AppState>, pairs: Pairs) -> Result<Response, Failed> {
    let frame = frame(&state).await?.with_parameters(&pairs, &address::TAIL);
    let view = EventsView::read(&pairs);
    let (group, stream) = (view.group.clone(), view.stream.clone());
    let Some(page) = tail_shown(&state, view, None, milliseconds(&frame)).await? else {
        return Ok(no_such_place(
            &group.unwrap_or_default(),
            stream.as_deref(),
            &frame,
        ));
    };
    let status = if page.lines.is_ok() {
        StatusCode::OK
    } else {
        StatusCode::BAD_REQUEST
    };
    Ok((status, shown(tail_page::page(&page, &frame))).into_response())
}

/// `GET /parts/logs/tail?after=…`.
pub(super) async fn tail_part(
    State(state): State<AppState>,
    pairs: Pairs,
) -> Result<Response, Failed> {
    let frame = frame(&state).await?;
    let after = pairs.iter().find(|(key, _)| key == "after");
    let after = after.and_then(|(_, id)| id.parse().ok()).unwrap_or(0);
    let view = EventsView::read(&pairs);
    Ok(
        match tail_shown(&state, view, Some(after), milliseconds(&frame)).await? {
            Some(page) => shown(tail_page::fragment(&page, &frame)).into_response(),
            None => StatusCode::NOT_FOUND.into_response(),
        },
    )
}

impl From<events_page::PatternFault> for EventsFault {
    fn from(fault: events_page::PatternFault) -> Self {
        Self::Pattern(fault)
    }
}
