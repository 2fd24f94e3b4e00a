//! Everything about one span: fields, attributes, events, logs, links, resource and raw JSON, in the panel beside the waterfall.

use maud::{Markup, html};
use opentelemetry_proto::tonic::trace::v1::span::{Event, Link};

use super::{
    address::Address,
    as_many,
    attribute_table::{grouped, long_text, table},
    durations, foreign_text,
    logs::of_trace::{self, LISTED, TraceLogs},
    marks::error_mark,
    moments, oddities, raw_json, self_time, span_facts,
    trace_header::percent,
    trace_page::Trace,
    waterfall::{What, hex},
};
use crate::model::{StoredSpan, TraceId};

/// Characters of a name or a version.
const NAME: usize = 1_000;
/// Events and links that are listed.
const MOST_LISTED: usize = 200;
/// Bytes of raw JSON that the page carries; longer ones are a link.
const MOST_JSON: usize = 200_000;

/// The panel; without an open span, an empty element that the script can fill.
pub(crate) fn panel(trace: &Trace<'_>) -> Markup {
    let Some(key) = &trace.view.span else {
        return html! { aside #details hidden {} };
    };
    let place = trace.place_of(key);
    html! {
        aside #details aria-label="Span details" data-testid="span-details" data-key=(key) data-address=(trace.view.href(trace.id)) {
            a.close data-close="" href=(trace.view.selecting(None).href(trace.id)) aria-label="Close details" title="Close (Esc)" { "×" }
            @match place.map(|place| (place, &trace.waterfall.rows[place].what)) {
                Some((place, What::Span(span))) => (details(trace, place, &trace.spans[*span])),
                Some((place, What::Missing(id))) => (missing(trace, place, id)),
                None => {
                    h2 { "Span " code { (key) } " is not here" }
                    p { "No span with this ID has been received in this trace. It may still arrive: the page shows it then." }
                },
            }
        }
    }
}

fn details(trace: &Trace<'_>, place: usize, stored: &StoredSpan) -> Markup {
    let span = &stored.span;
    let row = &trace.waterfall.rows[place];
    let class = trace.colours.class(span_facts::service(stored));
    let kind = span_facts::kind(stored);
    let is_error = span_facts::is_error(stored);
    let message = span
        .status
        .as_ref()
        .map_or("", |status| &status.message[..]);
    let id = hex(&span.span_id);
    let gaps = self_time::gaps(&trace.waterfall.rows, place);
    let own = gaps.iter().map(|(from, to)| to - from).sum();
    html! {
        header.(class) {
            p.over { span.swatch {} " " (foreign_text::isolated(span_facts::service(stored), NAME)) @if let Some(kind) = kind { " " span.badge { (kind) } } }
            h2 data-testid="span-name" { @if span.name.is_empty() { em { "no name" } } @else { (foreign_text::isolated(&span.name, NAME)) } }
        }
        @if is_error {
            div.alert data-testid="status-error" { (error_mark()) " "
                @if message.is_empty() { "Status ERROR, without a message" } @else { (long_text(message)) }
            }
        }
        @for oddity in &row.oddities { p.oddity { "△ " (oddities::explained(oddity)) } }
        dl.figures {
            div { dt { "Duration" } dd { (durations::format(row.to - row.from)) } }
            div { dt { "Starts at" } dd { (durations::format(row.from)) } }
            div { dt { "Self time" } dd data-testid="self-time" title="Its duration without the parts that its children cover" { (durations::format(own)) @if row.to > row.from { " " span.soft { (percent(own, row.to - row.from)) } } } }
            div { dt { "Status" } dd { (span_facts::status(stored)) } }
        }
        (uncovered(trace, place, &gaps))
        p.actions {
            @if trace.view.from.as_deref() == Some(&id) {
                a.plain data-swap="waterfall details" href=(trace.view.measuring_from(None).href(trace.id)) { "Stop measuring from here" }
            } @else {
                a.plain data-swap="waterfall details" data-testid="measure-from" href=(trace.view.measuring_from(Some(&id)).href(trace.id)) title="Then open another span (m)" { "Measure from here" }
            }
            a.plain data-swap="waterfall" href=(trace.view.zoomed(Some((row.from, row.to.max(row.from + 1)))).href(trace.id)) { "Zoom to this span" }
            button.plain type="button" data-copy=(id) hidden { "Copy span ID" }
        }
        (section("Attributes", span.attributes.len(), "This span has none.", true, &table(&span.attributes, true), span.dropped_attributes_count))
        @if !span.events.is_empty() || span.dropped_events_count > 0 {
            (section("Events", span.events.len(), "", true, &events(span.start_time_unix_nano, &span.events), span.dropped_events_count))
        }
        @if let Some(logs) = &trace.logs { (logged(trace, logs, Some(&id))) }
        @if !span.links.is_empty() || span.dropped_links_count > 0 {
            (section("Links", span.links.len(), "", true, &links(&span.links), span.dropped_links_count))
        }
        (section("Resource", stored.resource.attributes.len(), "Nothing is known about the sender.", true, &table(&stored.resource.attributes, true), stored.resource.dropped_attributes_count))
        (section("Span", 0, "", true, &fields(trace, place, stored), 0))
        @if !stored.scope.attributes.is_empty() {
            (section("Scope attributes", stored.scope.attributes.len(), "", true, &table(&stored.scope.attributes, false), stored.scope.dropped_attributes_count))
        }
        (raw(trace.id, &id, stored))
    }
}

/// Where a span with children has time that none of them tells of: code without spans of its own.
fn uncovered(trace: &Trace<'_>, place: usize, gaps: &[(u64, u64)]) -> Markup {
    let row = &trace.waterfall.rows[place];
    let longest = gaps.iter().max_by_key(|(from, to)| to - from);
    html! {
        @if let Some(&(from, to)) = longest && row.end > place + 1 && to > from {
            p.note.uncovered data-testid="uncovered" {
                "No child tells what it did in " (grouped(gaps.len() as u64)) @if gaps.len() == 1 { " stretch" } @else { " stretches" }
                "; the longest is " b { (durations::format(to - from)) } ", from " (durations::format(from)) " on. "
                a data-swap="waterfall" href=(trace.view.zoomed(Some((from, to))).href(trace.id)) { "Zoom to it" }
            }
        }
    }
}

/// Log events of the span, or of its trace.
fn logged(trace: &Trace<'_>, logs: &TraceLogs, span: Option<&str>) -> Markup {
    let count = logs.lines.len().min(LISTED);
    section(
        "Logs",
        count,
        "",
        true,
        &of_trace::list(logs, trace.id, span),
        0,
    )
}

/// A part that can be folded; `count` 0 is not shown unless there is something to say about it.
fn section(
    title: &str,
    count: usize,
    none: &str,
    open: bool,
    inner: &Markup,
    dropped: u32,
) -> Markup {
    html! {
        details.part open[open] {
            summary { h3 { (title) } @if count > 0 { " " span.count { (grouped(count as u64)) } } }
            @if count == 0 && !none.is_empty() { p.note { (none) } } @else { (inner) }
            @if dropped > 0 { p.note { (grouped(u64::from(dropped))) " more were dropped by the sender, which keeps to a limit." } }
        }
    }
}

fn fields(trace: &Trace<'_>, place: usize, stored: &StoredSpan) -> Markup {
    let span = &stored.span;
    let row = &trace.waterfall.rows[place];
    let parent = row.parent;
    let version = &stored.scope.version;
    html! {
        dl.fields {
            dt { "Span ID" } dd { code data-testid="span-id" { (hex(&span.span_id)) } }
            dt { "Trace ID" } dd { code { (trace.id) } }
            dt { "Parent" }
            dd {
                @match parent {
                    None if span.parent_span_id.iter().all(|&b| b == 0) => { "none: this is a root" },
                    None => { code { (hex(&span.parent_span_id)) } },
                    Some(parent) => {
                        a data-swap="details" href=(trace.view.selecting(Some(&trace.keys[parent])).href(trace.id)) {
                            @match &trace.waterfall.rows[parent].what {
                                What::Span(at) => (foreign_text::isolated(&trace.spans[*at].span.name, 120)),
                                What::Missing(id) => { code { (id) } " (not received)" },
                            }
                        }
                    },
                }
            }
            dt { "Kind" } dd { (span_facts::kind(stored).unwrap_or("not sent")) }
            dt { "Start" } dd.time { (moments::exact(span.start_time_unix_nano)) }
            dt { "End" } dd.time { (moments::exact(span.end_time_unix_nano)) }
            dt { "Scope" }
            dd {
                @if stored.scope.name.is_empty() { "not sent" } @else { (foreign_text::isolated(&stored.scope.name, NAME)) }
                @if !version.is_empty() { " " (foreign_text::isolated(version, NAME)) }
            }
            @if !span.trace_state.is_empty() { dt { "Trace state" } dd { (foreign_text::isolated(&span.trace_state, NAME)) } }
            @for (label, url) in [("Resource schema", &stored.resource_schema_url), ("Scope schema", &stored.scope_schema_url)] {
                @if !url.is_empty() { dt { (label) } dd { (foreign_text::isolated(url, NAME)) } }
            }
        }
    }
}

fn events(start: u64, events: &[Event]) -> Markup {
    let (items, count) = as_many::items(events.iter().take(MOST_LISTED).map(|event| {
        html! {
            li data-testid="event" data-event-name=(foreign_text::on_one_line(&event.name, NAME)) .exception[event.name == "exception"] {
                p.title {
                    b { (foreign_text::isolated(&event.name, NAME)) } " "
                    span.at title=(moments::exact(event.time_unix_nano)) {
                        @if event.time_unix_nano >= start { "+" (durations::format(event.time_unix_nano - start)) }
                        @else { (durations::format(start - event.time_unix_nano)) " before the span" }
                    }
                }
                (table(&event.attributes, false))
                @if event.dropped_attributes_count > 0 { p.note { (event.dropped_attributes_count) " attributes were dropped by the sender." } }
            }
        }
    }));
    html! {
        ol.events { (items) }
        (beyond(events.len() - count))
    }
}

fn links(links: &[Link]) -> Markup {
    let (items, count) = as_many::items(links.iter().take(MOST_LISTED).map(|link| {
        let (trace, span) = (hex(&link.trace_id), hex(&link.span_id));
        html! {
            li data-testid="link" {
                a href=(Address::new(format!("/trace/{trace}")).with("span", &span).finish()) {
                    "trace " code { (trace) } ", span " code { (span) }
                }
                (table(&link.attributes, false))
            }
        }
    }));
    html! {
        ol.links { (items) }
        (beyond(links.len() - count))
    }
}

fn beyond(count: usize) -> Markup {
    html! { @if count > 0 { p.note { "And " (grouped(count as u64)) " more; the raw JSON has all of them." } } }
}

fn raw(trace: TraceId, span: &str, stored: &StoredSpan) -> Markup {
    let json = raw_json::pretty(stored)
        .unwrap_or_else(|error| format!("This span cannot be written as JSON: {error}"));
    let address = raw_address(trace, span);
    html! {
        details.part.raw data-testid="raw-json" {
            summary { h3 { "Raw JSON" } " " span.count { "OTLP" } }
            p.actions { a.plain href=(address) { "Open as a file of its own" } }
            @if json.len() <= MOST_JSON { pre tabindex="0" { (foreign_text::on_many_lines(&json, MOST_JSON)) } }
            @else { p.note { "It is " (grouped(json.len() as u64)) " bytes long, too long to show here." } }
        }
    }
}

/// Where a span's JSON is.
fn raw_address(trace: TraceId, span: &str) -> String {
    format!("/trace/{trace}/span/{span}/otlp.json")
}

fn missing(trace: &Trace<'_>, place: usize, id: &str) -> Markup {
    let rows = &trace.waterfall.rows;
    let children = (place + 1..rows[place].end)
        .filter(|&row| rows[row].parent == Some(place))
        .count();
    html! {
        header { p.over { "not received" } h2 { "Parent " code { (id) } } }
        p { @if children == 1 { "One span names" } @else { (grouped(children as u64)) " spans name" } " it as parent, but no span with this ID has arrived. Usual reasons:" }
        ul.reasons {
            li { "The caller makes a trace and sends no spans here, such as a browser that only adds a " code { "traceparent" } " header. Then all is well." }
            li { "It has not ended yet, or waits in its exporter's queue. The page shows it as soon as it arrives." }
            li { "It was never ended, or its process stopped before it was flushed." }
            li { "The calling service sends its spans to another place: compare " code { "OTEL_EXPORTER_OTLP_ENDPOINT" } "." }
        }
        @if let Some(logs) = &trace.logs { (logged(trace, logs, Some(id))) }
    }
}
