//! Asks the store for the events of a page. What the page looks like is `events_page`'s.

use std::sync::Arc;

use log_query::pattern::{MAX_PATTERN_CHARACTERS, Pattern};

use super::{
    address::{At, EventsView, Order, Position},
    events_page::{EventsFault, Found, PAGE, PatternFault},
    line::Line,
    of_trace::{LISTED, TraceLogs, window},
    patterns::trace_pattern,
    range::Between,
};
use crate::{
    model::TraceId,
    pages::{attribute_table::grouped, trace_ids},
    store::{
        Store, StoreError,
        logs::{Direction, EventKey, EventQuery, LogEvent, LogFailure, Matcher, StreamChoice},
    },
};

/// Bytes of events on one page; a single event may have a megabyte.
const PAGE_BYTES: usize = 4 * 1024 * 1024;

impl From<LogEvent> for Line {
    fn from(event: LogEvent) -> Self {
        Self {
            id: event.id,
            group: event.group.as_ref().to_owned(),
            stream: event.stream.as_ref().to_owned(),
            timestamp: event.timestamp,
            ingestion_time: event.ingestion_time,
            message: event.message,
        }
    }
}

impl From<Position> for EventKey {
    fn from(position: Position) -> Self {
        Self {
            time: position.timestamp,
            id: position.id,
        }
    }
}

impl From<EventKey> for Position {
    fn from(key: EventKey) -> Self {
        Self {
            timestamp: key.time,
            id: key.id,
        }
    }
}

/// What a filter pattern asks for; `None` for an empty one, which every event matches.
pub(super) fn matching(pattern: &str) -> Result<Option<Matcher>, PatternFault> {
    if pattern.is_empty() {
        return Ok(None);
    }
    let characters = pattern.chars().count();
    if characters > MAX_PATTERN_CHARACTERS {
        return Err(PatternFault {
            message: format!(
                "A filter pattern has {} characters at most, and this one has {}.",
                grouped(MAX_PATTERN_CHARACTERS as u64),
                grouped(characters as u64)
            ),
            at: None,
        });
    }
    match Pattern::parse(pattern) {
        Ok(pattern) => Ok(Some(Matcher::new(move |message| pattern.matches(message)))),
        Err(error) => Err(PatternFault {
            message: error.detail(),
            at: Some(error.position.saturating_sub(1)),
        }),
    }
}

/// The events that a view asks for, or what is wrong with it; the outer error says that its group or stream is not there.
pub(super) async fn events(
    store: &Store,
    view: &EventsView,
    now: i64,
) -> Result<Result<Found, EventsFault>, LogFailure> {
    let matching = match matching(&view.pattern) {
        Ok(matching) => matching,
        Err(fault) => return Ok(Err(fault.into())),
    };
    let between = match view.range.resolve(now) {
        Ok(between) => between,
        Err(fault) => return Ok(Err(EventsFault::Range(fault))),
    };
    let (direction, at) = match (view.at, view.order) {
        (At::Start, Order::NewestFirst) => (Direction::Backward, None),
        (At::Start, Order::OldestFirst) => (Direction::Forward, None),
        (At::Before(position), _) => (Direction::Backward, Some(position)),
        (At::After(position), _) => (Direction::Forward, Some(position)),
        (At::Around(position), _) => {
            return around(store, view, between, matching, position, now)
                .await
                .map(Ok);
        }
    };
    let query = query(view, between, matching, direction, at, PAGE, now);
    let page = ask(store, view, &query).await?;
    let gave_up = query.matching.is_some()
        && page.next.is_some()
        && page.events.len() < PAGE
        && bytes(&page.events) < PAGE_BYTES / 2;
    let next = page.next.map(Position::from);
    let mut lines: Vec<Line> = page.events.into_iter().map(Line::from).collect();
    let (older, newer) = match direction {
        Direction::Forward => (at, next),
        Direction::Backward => {
            lines.reverse();
            (next, at)
        }
    };
    Ok(Ok(Found {
        lines,
        older,
        newer,
        gave_up,
    }))
}

fn bytes(events: &[LogEvent]) -> usize {
    events.iter().map(|event| event.message.len()).sum()
}

fn query(
    view: &EventsView,
    between: Between,
    matching: Option<Matcher>,
    direction: Direction,
    at: Option<Position>,
    limit: usize,
    now: i64,
) -> EventQuery {
    EventQuery {
        streams: match &view.stream {
            Some(stream) => StreamChoice::Named(vec![stream.clone()]),
            None => StreamChoice::All,
        },
        from: between.from,
        to: between.to,
        matching,
        direction,
        at: at.map(EventKey::from),
        limit,
        bytes: PAGE_BYTES,
        ..EventQuery::of(view.group.as_deref().unwrap_or_default(), now)
    }
}

async fn ask(
    store: &Store,
    view: &EventsView,
    query: &EventQuery,
) -> Result<crate::store::logs::EventPage, LogFailure> {
    match view.group {
        Some(_) => store.log_events(query).await,
        None => Ok(store.log_events_everywhere(query).await?),
    }
}

/// Half a page before a place, and half a page from it on.
async fn around(
    store: &Store,
    view: &EventsView,
    between: Between,
    matching: Option<Matcher>,
    position: Position,
    now: i64,
) -> Result<Found, LogFailure> {
    let half = |direction| {
        query(
            view,
            between,
            matching.clone(),
            direction,
            Some(position),
            PAGE / 2,
            now,
        )
    };
    let before = ask(store, view, &half(Direction::Backward)).await?;
    let after = ask(store, view, &half(Direction::Forward)).await?;
    let lines = before.events.into_iter().rev().chain(after.events);
    Ok(Found {
        lines: lines.map(Line::from).collect(),
        older: before.next.map(Position::from),
        newer: after.next.map(Position::from),
        gave_up: false,
    })
}

/// The events of its stream just before and just after an event, oldest first.
pub(super) async fn neighbours(
    store: &Store,
    line: &Line,
    count: usize,
    now: i64,
) -> Result<(Vec<Line>, Vec<Line>), LogFailure> {
    let view = EventsView::of(&line.group, Some(&line.stream));
    let between = Between {
        from: 0,
        to: i64::MAX,
    };
    let position = Position {
        timestamp: line.timestamp,
        id: line.id,
    };
    let half =
        |direction, count| query(&view, between, None, direction, Some(position), count, now);
    let before = store.log_events(&half(Direction::Backward, count)).await?;
    let after = store
        .log_events(&half(Direction::Forward, count + 1))
        .await?;
    let before = before.events.into_iter().rev().map(Line::from).collect();
    // The event itself is the first one from its place on.
    let after = after.events.into_iter().map(Line::from);
    Ok((before, after.filter(|one| one.id != line.id).collect()))
}

/// The events of a trace that began at `start` and took `length` (nanoseconds): those of the span, or if it has none, all.
pub(crate) async fn of_trace(
    store: &Store,
    id: TraceId,
    span: Option<&str>,
    (start, length): (u64, u64),
    now: i64,
) -> Result<TraceLogs, StoreError> {
    let (from, to) = window(start, length);
    let mut logs = TraceLogs {
        from,
        to,
        ..TraceLogs::default()
    };
    if let Some(span) = span {
        logs.lines = naming(store, id, Some(span), (from, to), now).await?;
        logs.of_span = !logs.lines.is_empty();
    }
    if logs.lines.is_empty() {
        logs.lines = naming(store, id, None, (from, to), now).await?;
    }
    Ok(logs)
}

async fn naming(
    store: &Store,
    id: TraceId,
    span: Option<&str>,
    (from, to): (i64, i64),
    now: i64,
) -> Result<Vec<Line>, StoreError> {
    let Ok(pattern) = Pattern::parse(&trace_pattern(id, span)) else {
        return Ok(Vec::new());
    };
    // Few events have the ID: the others need no second look.
    let names: Arc<[String]> = [id.to_string(), trace_ids::in_xrays_form(id)].into();
    let matching = Matcher::new(move |message| {
        names.iter().any(|name| message.contains(&name[..])) && pattern.matches(message)
    });
    let query = EventQuery {
        from,
        to,
        matching: Some(matching),
        limit: LISTED + 1,
        ..EventQuery::of("", now)
    };
    let page = store.log_events_everywhere(&query).await?;
    Ok(page.events.into_iter().map(Line::from).collect())
}
