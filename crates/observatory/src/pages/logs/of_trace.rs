//! Log events of one trace or span, as they stand in the details of a span or segment.

use maud::{Markup, html};

use super::{
    address::EventsView,
    line::{self, Line, Names},
};
use crate::{
    model::TraceId,
    pages::{attribute_table::grouped, insights},
};

/// Events that the details list.
pub(crate) const LISTED: usize = 50;
/// How much before the trace's start and after its end its events are looked for: clocks differ, and some are written late.
const MARGIN: i64 = 60_000;

/// The events of a trace.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct TraceLogs {
    /// Oldest first; at most [`LISTED`] and one more.
    pub(crate) lines: Vec<Line>,
    /// They are those of the span that was asked for; else it has none, and they are all of its trace.
    pub(crate) of_span: bool,
    /// Of the time from here, in milliseconds since the Unix epoch, inclusive.
    pub(crate) from: i64,
    /// To here.
    pub(crate) to: i64,
}

/// From when to when the events of a trace are looked for, in milliseconds; of its start and length in nanoseconds.
pub(crate) fn window(start: u64, length: u64) -> (i64, i64) {
    let ms = |nanos: u64| i64::try_from(nanos / 1_000_000).unwrap_or(i64::MAX / 2);
    let from = ms(start).saturating_sub(MARGIN).max(0);
    (
        from,
        ms(start.saturating_add(length)).saturating_add(MARGIN),
    )
}

/// The address of all events of a trace that began at `start` and took `length`, in nanoseconds.
pub(crate) fn href(id: TraceId, (start, length): (u64, u64)) -> String {
    let (from, to) = window(start, length);
    EventsView::of_trace(id, None, from, to).href()
}

/// The list, with ways to search on; `span` is the ID of the span that the details are about.
pub(crate) fn list(logs: &TraceLogs, id: TraceId, span: Option<&str>) -> Markup {
    let all = EventsView::of_trace(id, None, logs.from, logs.to);
    html! {
        div.trace-logs data-testid="trace-logs" data-logs=(logs.lines.len()) {
            @if logs.lines.is_empty() {
                p.note data-testid="no-logs" { "No log event says that it belongs to this trace: none has its ID as " code { "trace_id" } " or " code { "xray_trace_id" } "." }
            } @else {
                @if span.is_some() {
                    p.note data-testid="logs-of" {
                        @if logs.of_span { "Events of this span." } @else { "No event has this span’s ID; these are of its trace." }
                    }
                }
                ol.log-lines.narrow { @for line in logs.lines.iter().take(LISTED) { (line::row(line, Names::Hidden, None)) } }
                @if logs.lines.len() > LISTED { p.note { "There are more than " (grouped(LISTED as u64)) " events; the search has all of them." } }
            }
            p.actions {
                @if let (true, Some(span)) = (logs.of_span, span) { a.plain href=(EventsView::of_trace(id, Some(span), logs.from, logs.to).href()) data-testid="logs-of-span" { "Logs of this span" } }
                a.plain href=(all.href()) data-testid="logs-of-trace" { "Logs of this trace" }
                a.plain href=(insights::href_of_trace(id, logs.from, logs.to)) data-testid="insights-of-trace" { "Ask Insights" }
            }
        }
    }
}
