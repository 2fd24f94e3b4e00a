//! The page of one trace: its header, its route, the minimap, the waterfall and the open span; and the page for a trace that is not there.

use std::collections::HashMap;

use maud::{Markup, html};

use super::{
    colours::ServiceColours,
    critical_path::{self, CriticalPath},
    find, foreign_text,
    layout::{self, Frame},
    left_out,
    logs::of_trace::TraceLogs,
    minimap,
    not_here::{self, NotHere},
    route_panel, span_details,
    trace_address::{self, TraceView},
    trace_header,
    waterfall::{Waterfall, What},
    waterfall_view,
};
use crate::{
    model::{StoredSpan, TraceId},
    store::Route,
};

/// A trace and how it is to be shown.
pub(crate) struct Trace<'a> {
    /// Its ID.
    pub(crate) id: TraceId,
    /// All its spans.
    pub(crate) spans: &'a [StoredSpan],
    /// The tree of them.
    pub(crate) waterfall: Waterfall,
    /// The keys of the tree's rows, in their order.
    pub(crate) keys: Vec<String>,
    /// The spans that decide when the root ends.
    pub(crate) path: CriticalPath,
    /// For each row whether it has what is looked for.
    pub(crate) hits: Option<Vec<bool>>,
    /// Colours of their services.
    pub(crate) colours: &'a ServiceColours,
    /// What the address says.
    pub(crate) view: &'a TraceView,
    /// Log events of the open span, or of the trace.
    pub(crate) logs: Option<TraceLogs>,
    /// Other traces of its route.
    pub(crate) route: Option<Route>,
    places: HashMap<String, usize>,
}

impl<'a> Trace<'a> {
    /// Lays the trace out.
    pub(crate) fn new(
        id: TraceId,
        spans: &'a [StoredSpan],
        colours: &'a ServiceColours,
        view: &'a TraceView,
    ) -> Self {
        let waterfall = Waterfall::new(spans);
        let keys: Vec<String> = waterfall
            .rows
            .iter()
            .map(|row| trace_address::key(row, spans))
            .collect();
        let hits = view
            .find
            .as_deref()
            .map(|text| find::hits(&waterfall.rows, spans, &keys, text));
        let mut places = HashMap::with_capacity(keys.len());
        for (place, key) in keys.iter().enumerate() {
            places.entry(key.clone()).or_insert(place);
        }
        Self {
            id,
            spans,
            path: CriticalPath::new(&waterfall, spans),
            waterfall,
            keys,
            hits,
            colours,
            view,
            logs: None,
            route: None,
            places,
        }
    }

    /// Where it begins and how long it takes, in nanoseconds.
    pub(crate) fn extent(&self) -> (u64, u64) {
        (self.waterfall.start, self.waterfall.length)
    }

    /// The place of the row with this key; of several, the first.
    pub(crate) fn place_of(&self, key: &str) -> Option<usize> {
        self.places.get(key).copied()
    }

    /// The span that names the trace: the first root, or else the first span drawn.
    pub(crate) fn root(&self) -> Option<usize> {
        let spans = |place: usize| match self.waterfall.rows[place].what {
            What::Span(span) => Some(span),
            What::Missing(_) => None,
        };
        critical_path::main_row(&self.waterfall, self.spans)
            .and_then(spans)
            .or_else(|| (0..self.waterfall.rows.len()).find_map(spans))
    }
}

/// The whole page.
pub(crate) fn page(trace: &Trace<'_>, frame: &Frame) -> Markup {
    let name = trace
        .root()
        .map_or("trace", |root| &trace.spans[root].span.name);
    let title = format!(
        "{} · trace {}",
        foreign_text::in_attribute(name, 80),
        &trace.id.to_string()[..8]
    );
    layout::page(
        &title,
        frame,
        &html! {
            main #trace data-page="trace" data-trace=(trace.id) data-spans=(trace.spans.len()) {
                (left_out::list(&trace.view.wrong))
                (trace_header::header(trace, frame.now))
                (route_panel::panel(trace, frame.now))
                (overview(trace))
                div.split {
                    (waterfall_view::waterfall(trace))
                    (span_details::panel(trace))
                }
            }
        },
    )
}

/// Only the parts asked for, for the script to put in their places.
pub(crate) fn fragment(trace: &Trace<'_>, frame: &Frame, parts: &str) -> Markup {
    let wants = |part: &str| wants(parts, part);
    html! {
        @if wants("header") { (trace_header::header(trace, frame.now)) (layout::status_line(frame)) }
        @if wants("route") { (route_panel::panel(trace, frame.now)) }
        @if wants("waterfall") { (overview(trace)) (waterfall_view::waterfall(trace)) }
        @if wants("details") { (span_details::panel(trace)) }
    }
}

/// Whether this part is among those asked for.
pub(crate) fn wants(parts: &str, part: &str) -> bool {
    parts.split([' ', ',']).any(|one| one == part)
}

fn overview(trace: &Trace<'_>) -> Markup {
    html! {
        div #overview {
            (minimap::svg(&trace.waterfall, trace.spans, trace.colours, trace.view.zoom, trace.hits.as_deref()))
        }
    }
}

/// The page for an ID that no span has; the script reloads it when the trace arrives.
pub(crate) fn not_here(id: &str, is_valid: bool, frame: &Frame) -> Markup {
    let told = NotHere {
        id,
        is_valid,
        part: "one of its spans",
        reasons: html! {
            li { "It is on its way. A batch exporter sends every five seconds, unless it is told otherwise or flushed." }
            li { "The process ended without flushing, so that its last spans were lost." }
            li { "Its spans go to another place: compare " code { "OTEL_EXPORTER_OTLP_ENDPOINT" } " with this page's address." }
            li { "It was not sampled: the last two digits of its " code { "traceparent" } " are then " code { "00" } "." }
            li { "The store was reset, or the trace was old and had to make room." }
        },
        form: html! { "A trace ID has 32 hexadecimal digits and is not all zeros, such as " code { "4bf92f3577b34da6a3ce929d0e0e4736" } "." },
        back: html! { a href="/traces" { "All recent traces" } },
    };
    not_here::page(&told, frame)
}
