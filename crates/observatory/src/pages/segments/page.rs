//! The page of one trace's segments: its header, the timeline and the open segment; and the page for a trace that is not there.

use maud::{Markup, html};
use xray_query::Trace;

use super::{
    address::SegmentView,
    rows::{Outcome, Row, Timeline},
    tabs, timeline,
};
use crate::{
    model::TraceId,
    pages::{
        attribute_table::grouped,
        durations, foreign_text,
        layout::{self, Frame},
        logs::of_trace::{self, TraceLogs},
        marks::error_mark,
        moments,
        not_here::{self, NotHere},
        trace_ids,
    },
};

/// The document that holds the open segment.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Document {
    /// Byte for byte as it was sent.
    Sent(String),
    /// Made of an OpenTelemetry span.
    Translated(String),
}

/// A trace and how it is to be shown.
pub(super) struct SegmentPage<'a> {
    pub(super) id: TraceId,
    /// The ID in X-Ray's form.
    pub(super) xray_id: String,
    pub(super) timeline: Timeline<'a>,
    pub(super) view: &'a SegmentView,
    /// Of the open segment, if it was asked for.
    pub(super) document: Option<Document>,
    /// Log events of the open segment, or of the trace, if they were asked for.
    pub(super) logs: Option<TraceLogs>,
}

impl<'a> SegmentPage<'a> {
    pub(super) fn new(id: TraceId, trace: &'a Trace, view: &'a SegmentView) -> Self {
        Self {
            id,
            xray_id: trace_ids::in_xrays_form(id),
            timeline: Timeline::new(trace),
            view,
            document: None,
            logs: None,
        }
    }

    /// Where the trace begins and how long it takes, in nanoseconds.
    pub(super) fn extent(&self) -> (u64, u64) {
        (self.timeline.start, self.timeline.length)
    }

    /// The place of the open segment.
    pub(super) fn selected(&self) -> Option<usize> {
        let id = self.view.segment.as_deref()?;
        let same = |row: &Row<'_>| row.segment.id.eq_ignore_ascii_case(id);
        self.timeline.rows.iter().position(same)
    }
}

/// The whole page.
pub(super) fn page(page: &SegmentPage<'_>, frame: &Frame) -> Markup {
    let name = page
        .timeline
        .rows
        .first()
        .map_or("trace", |row| &row.segment.name[..]);
    let title = format!(
        "{} · segments {}",
        foreign_text::in_attribute(name, 80),
        &page.xray_id[..10]
    );
    layout::page(
        &title,
        frame,
        &html! {
            main #trace data-page="segments" data-trace=(page.xray_id) {
                (header(page, frame.now))
                div.split { (timeline::timeline(page)) (tabs::panel(page)) }
            }
        },
    )
}

/// All parts, for the script to put in their places.
pub(super) fn fragment(page: &SegmentPage<'_>, frame: &Frame) -> Markup {
    html! { (header(page, frame.now)) (timeline::timeline(page)) (tabs::panel(page)) (layout::status_line(frame)) }
}

fn header(page: &SegmentPage<'_>, now: u64) -> Markup {
    let Timeline {
        rows,
        start,
        length,
    } = &page.timeline;
    let tops = rows.iter().filter(|row| row.depth == 0).count();
    let open = rows.iter().filter(|row| row.is_open).count();
    let inferred = rows.iter().filter(|row| row.segment.inferred).count();
    // What is inferred says again what its caller says.
    let is_bad =
        |row: &&Row<'_>| Outcome::of(row.segment) == Outcome::Fault && !row.segment.inferred;
    let bad = rows.iter().filter(is_bad).count();
    let root = rows.first().map(|row| row.segment);
    let request = root.and_then(|root| root.http.as_ref()?.request.as_ref());
    html! {
        header #trace-header {
            nav.crumbs aria-label="Where you are" {
                a href="/map" { "Trace map" } " / " code data-testid="xray-trace-id" { (page.xray_id) }
                button.plain.small type="button" data-copy=(page.xray_id) hidden { "Copy" }
            }
            h1 {
                @if let Some(root) = root { span.service { (foreign_text::isolated(&root.name, 200)) } " " }
                @if let Some(request) = request {
                    span.name { @for part in [&request.method, &request.url].into_iter().flatten() { (foreign_text::isolated(part, 200)) " " } }
                }
            }
            nav.views aria-label="Views of this trace" {
                a.plain.small aria-current="page" href=(page.view.href(&page.xray_id)) { "Segments" }
                a.plain.small href={ "/trace/" (page.id) } data-testid="to-waterfall" { "Waterfall of spans" }
                a.plain.small href=(of_trace::href(page.id, page.extent())) data-testid="to-logs" { "Logs" }
            }
            dl.figures {
                div { dt { "Duration" } dd { (durations::format(*length)) } }
                div { dt { "Started" } dd { (moments::element(now, *start)) } }
                div { dt { "Segments" } dd { (grouped((tops - inferred) as u64)) } }
                @if inferred > 0 { div { dt { "Inferred" } dd title="Called services that sent no segment themselves" { (grouped(inferred as u64)) } } }
                div { dt { "Subsegments" } dd { (grouped((rows.len() - tops) as u64)) } }
                div { dt { "Faults" } dd .bad[bad > 0] { @if bad > 0 { (error_mark()) " " } (grouped(bad as u64)) } }
                @if open > 0 { div { dt { "In progress" } dd { (grouped(open as u64)) } } }
            }
        }
    }
}

/// The page for an ID that nothing has; the script reloads it when the trace arrives.
pub(super) fn not_here(id: &str, is_valid: bool, frame: &Frame) -> Markup {
    let told = NotHere {
        id,
        is_valid,
        part: "one of its segments or spans",
        reasons: html! {
            li { "It is on its way: SDKs send a segment when it ends." }
            li { "It was refused. The " a href="/status" { "status page" } " says what was, and why." }
            li { "It went to another place: compare " code { "AWS_XRAY_DAEMON_ADDRESS" } " or the endpoint URL with the observatory's." }
            li { "It was not sampled: its header then says " code { "Sampled=0" } "." }
        },
        form: html! { "X-Ray writes it as " code { "1-4efaaf4d-1e8720b39541901950019ee5" } ", OpenTelemetry as its 32 hexadecimal digits." },
        back: html! { a href="/map" { "Trace map" } },
    };
    not_here::page(&told, frame)
}
