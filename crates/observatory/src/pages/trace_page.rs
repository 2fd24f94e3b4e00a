//! The page of one trace: its header, minimap, waterfall and the open span; and the page for a trace that is not there.

use maud::{Markup, html};

use super::{
    attribute_table::grouped,
    colours::ServiceColours,
    durations, foreign_text,
    layout::{self, Frame},
    logs::of_trace::{self, TraceLogs},
    marks::error_mark,
    minimap, moments,
    not_here::{self, NotHere},
    span_details, span_facts,
    trace_address::TraceView,
    trace_ids,
    waterfall::{Waterfall, What},
    waterfall_view,
};
use crate::model::{StoredSpan, TraceId};

/// A trace and how it is to be shown.
pub(crate) struct Trace<'a> {
    /// Its ID.
    pub(crate) id: TraceId,
    /// All its spans.
    pub(crate) spans: &'a [StoredSpan],
    /// The tree of them.
    pub(crate) waterfall: Waterfall,
    /// Colours of their services.
    pub(crate) colours: &'a ServiceColours,
    /// What the address says.
    pub(crate) view: &'a TraceView,
    /// Log events of the open span, or of the trace.
    pub(crate) logs: Option<TraceLogs>,
}

impl<'a> Trace<'a> {
    /// Lays the trace out.
    pub(crate) fn new(
        id: TraceId,
        spans: &'a [StoredSpan],
        colours: &'a ServiceColours,
        view: &'a TraceView,
    ) -> Self {
        Self {
            id,
            spans,
            waterfall: Waterfall::new(spans),
            colours,
            view,
            logs: None,
        }
    }

    /// Where it begins and how long it takes, in nanoseconds.
    pub(crate) fn extent(&self) -> (u64, u64) {
        (self.waterfall.start, self.waterfall.length)
    }

    /// The span that names the trace: the first root, or else the first span drawn.
    fn root(&self) -> Option<&StoredSpan> {
        let spans = |row: &super::waterfall::Row| match row.what {
            What::Span(span) => Some((row.depth, &self.spans[span])),
            What::Missing(_) => None,
        };
        let mut all = self.waterfall.rows.iter().filter_map(spans);
        let first = all.clone().next().map(|(_, span)| span);
        all.find(|(depth, span)| *depth == 0 && span.span.parent_span_id.is_empty())
            .map(|(_, span)| span)
            .or(first)
    }
}

/// The whole page.
pub(crate) fn page(trace: &Trace<'_>, frame: &Frame) -> Markup {
    let name = trace.root().map_or("trace", |root| &root.span.name);
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
                (header(trace, frame.now))
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
    let wants = |part: &str| parts.split([' ', ',']).any(|one| one == part);
    html! {
        @if wants("header") { (header(trace, frame.now)) (layout::status_line(frame)) }
        @if wants("waterfall") { (overview(trace)) (waterfall_view::waterfall(trace)) }
        @if wants("details") { (span_details::panel(trace)) }
    }
}

fn header(trace: &Trace<'_>, now: u64) -> Markup {
    let errors = trace
        .spans
        .iter()
        .filter(|span| span_facts::is_error(span))
        .count();
    let mut services: Vec<(&str, usize)> = Vec::new();
    let mut names: Vec<&str> = trace.spans.iter().map(span_facts::service).collect();
    names.sort_unstable();
    for name in names {
        match services.last_mut() {
            Some((last, count)) if *last == name => *count += 1,
            _ => services.push((name, 1)),
        }
    }
    let start = trace.waterfall.start;
    let root = trace.root();
    html! {
        header #trace-header {
            nav.crumbs aria-label="Where you are" { a href="/traces" { "Traces" } " / " code data-testid="trace-id" { (trace.id) } button.plain.small type="button" data-copy=(trace.id) hidden { "Copy" } }
            h1 {
                @if let Some(root) = root {
                    span.service { (foreign_text::isolated(span_facts::service(root), 200)) } " "
                    span.name { @if root.span.name.is_empty() { em { "no name" } } @else { (foreign_text::isolated(&root.span.name, 300)) } }
                }
            }
            nav.views aria-label="Views of this trace" {
                a.plain.small aria-current="page" href=(trace.view.href(trace.id)) { "Waterfall of spans" }
                a.plain.small href={ "/xray/trace/" (trace_ids::in_xrays_form(trace.id)) } data-testid="to-segments" { "Segments" }
                a.plain.small href=(of_trace::href(trace.id, trace.extent())) data-testid="to-logs" { "Logs" }
            }
            dl.figures {
                div { dt { "Duration" } dd { (durations::format(trace.waterfall.length)) } }
                div { dt { "Started" } dd { (moments::element(now, start)) } }
                div { dt { "Spans" } dd data-testid="span-count" { (grouped(trace.spans.len() as u64)) } }
                div { dt { "Errors" } dd .bad[errors > 0] { @if errors > 0 { (error_mark()) " " } (grouped(errors as u64)) } }
            }
            ul.legend aria-label="Services" {
                @for (name, count) in services.iter().take(40) {
                    li.(trace.colours.class(name)) { span.swatch {} " " (foreign_text::isolated(name, 80)) " " span.count { (grouped(*count as u64)) } }
                }
                @if services.len() > 40 { li { "and " (services.len() - 40) " more" } }
            }
        }
    }
}

fn overview(trace: &Trace<'_>) -> Markup {
    html! {
        div #overview {
            (minimap::svg(&trace.waterfall, trace.spans, trace.colours, trace.view.zoom))
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
