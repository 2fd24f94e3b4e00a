//! Everything about one segment, in tabs: what it says of itself, annotations, metadata, exceptions, logs, the document.

use maud::{Markup, html};
use serde_json::Value;
use xray_segment::{Annotation, Cause, Exception, Segment};

use super::{
    address::{TABS, Tab, is_id},
    page::{Document, SegmentPage},
    rows::{Outcome, Row},
    timeline,
};
use crate::pages::{
    attribute_table::{grouped, long_text},
    durations::{self, nanoseconds},
    foreign_text,
    logs::of_trace::{self, LISTED},
    marks::error_mark,
    moments, trace_ids,
};

/// Characters of a name or a short text.
const NAME: usize = 1_000;
/// Characters of JSON that the page carries.
const MOST_JSON: usize = 200_000;
/// Exceptions, frames, links and entries that are listed.
const MOST_LISTED: usize = 200;

/// The panel; without an open segment, an empty element that the script can fill.
pub(super) fn panel(page: &SegmentPage<'_>) -> Markup {
    let Some(id) = &page.view.segment else {
        return html! { aside #details hidden {} };
    };
    html! {
        aside #details aria-label="Segment details" data-testid="segment-details" data-key=(id) {
            a.close data-close="" data-swap="" href=(page.view.selecting(None).href(&page.xray_id)) aria-label="Close details" title="Close (Esc)" { "×" }
            @match page.selected() {
                Some(place) => (open(page, &page.timeline.rows[place], place)),
                None => {
                    h2 { "Segment " code { (id) } " is not here" }
                    p { "No segment or subsegment with this ID has been received in this trace. It may still arrive: the page shows it then." }
                },
            }
        }
    }
}

fn open(page: &SegmentPage<'_>, row: &Row<'_>, place: usize) -> Markup {
    let segment = row.segment;
    let outcome = Outcome::of(segment);
    let top = page.timeline.top_of(place);
    let count = |tab: Tab| match tab {
        Tab::Overview | Tab::Raw => 0,
        Tab::Logs => page
            .logs
            .as_ref()
            .map_or(0, |logs| logs.lines.len().min(LISTED)),
        Tab::Annotations => segment.annotations.len(),
        Tab::Metadata => segment
            .metadata
            .values()
            .map(|namespace| namespace.len())
            .sum(),
        Tab::Exceptions => exceptions(segment).map_or(0, <[_]>::len),
    };
    html! {
        header {
            p.over {
                @if row.depth > 0 { (foreign_text::isolated(&top.segment.name, NAME)) " · subsegment" } @else if row.is_orphan { "subsegment" } @else { "segment" }
                @if outcome != Outcome::Ok { " " span.flag.(outcome.word()) { (outcome.word()) } }
            }
            h2 data-testid="segment-name" { @if segment.name.is_empty() { em { "no name" } } @else { (foreign_text::isolated(&segment.name, NAME)) } }
        }
        @if let Some(oddity) = timeline::oddity(row) { p.oddity { "△ " (oddity) } }
        @if row.is_open { p.oddity data-testid="in-progress" { "It is in progress: it was sent when it began, and its end has not come." } }
        div.tabs role="tablist" aria-label="About this segment" {
            @for tab in TABS {
                @let is_open = tab == page.view.tab;
                @let count = count(tab);
                a #{ "tab-" (tab.key()) } role="tab" data-swap="" data-testid={ "tab-" (tab.key()) } href=(page.view.on(tab).href(&page.xray_id))
                    aria-selected=(is_open) aria-controls=[is_open.then_some("tab-panel")] {
                    (tab.label()) @if count > 0 { " " span.count { (grouped(count as u64)) } }
                }
            }
        }
        div #tab-panel.tab-panel role="tabpanel" tabindex="0" aria-labelledby={ "tab-" (page.view.tab.key()) } data-testid="tab-panel" {
            @match page.view.tab {
                Tab::Overview => (overview(page, row)),
                Tab::Annotations => (annotations(segment)),
                Tab::Metadata => (metadata(segment)),
                Tab::Exceptions => (causes(page, segment)),
                Tab::Logs => @if let Some(logs) = &page.logs { (of_trace::list(logs, page.id, Some(&segment.id))) },
                Tab::Raw => (raw(page, segment)),
            }
        }
    }
}

/// A term and its text, if there is one.
fn field(term: &str, text: Option<&str>) -> Markup {
    html! { @if let Some(text) = text { dt { (term) } dd { (long_text(text)) } } }
}

fn overview(page: &SegmentPage<'_>, row: &Row<'_>) -> Markup {
    let segment = row.segment;
    let number = |number: Option<i64>| number.map(|n| n.to_string());
    let (request, response) = segment.http.as_ref().map_or((None, None), |http| {
        (http.request.as_ref(), http.response.as_ref())
    });
    let ends = segment.end_time.map(nanoseconds);
    let parent = segment.parent_id.as_deref();
    let inside = row.parent.map(|at| page.timeline.rows[at].segment);
    html! {
        dl.fields data-testid="overview" {
            dt { "ID" } dd { code data-testid="segment-id" { (foreign_text::isolated(&segment.id, 40)) } }
            @if let Some(inside) = inside { dt { "Part of" } dd { (to_segment(page, &inside.id, Some(&inside.name))) } }
            @if let Some(parent) = parent {
                @let known = page.timeline.place_of(parent).map(|at| &page.timeline.rows[at].segment.name[..]);
                dt { "Parent ID" } dd { (to_segment(page, parent, known)) @if known.is_none() { " (not received)" } }
            }
            @if inside.is_none() && parent.is_none() { dt { "Parent" } dd { "none: the trace begins here" } }
            (field("Name", Some(&segment.name)))
            (field("Origin", segment.origin.as_deref()))
            (field("Namespace", segment.namespace.as_deref()))
            dt { "Start" } dd.time { (moments::exact(nanoseconds(segment.start_time))) }
            dt { "End" } dd.time { @match ends { Some(end) => (moments::exact(end)), None => "in progress" } }
            dt { "Duration" } dd { @if row.is_open { "in progress" } @else { (durations::format(row.to - row.from)) } }
            dt { "Flags" } dd {
                @let flags = [(segment.fault, "fault"), (segment.error, "error"), (segment.throttle, "throttle")];
                @for (_, word) in flags.iter().filter(|(is_so, _)| *is_so) { span.flag.(word) { (word) } " " }
                @if flags.iter().all(|(is_so, _)| !is_so) { "none" }
            }
            (field("User", segment.user.as_deref()))
        }
        @if let Some(request) = request {
            h3 { "Request" }
            dl.fields {
                (field("Method", request.method.as_deref()))
                (field("URL", request.url.as_deref()))
                (field("User agent", request.user_agent.as_deref()))
                (field("Client IP", request.client_ip.as_deref()))
                @if let Some(forwarded) = request.x_forwarded_for { dt { "Forwarded" } dd { @if forwarded { "yes: the client IP is what a header said" } @else { "no" } } }
                @if let Some(traced) = request.traced { dt { "Traced" } dd { @if traced { "yes: the called sends segments too" } @else { "no" } } }
            }
        }
        @if let Some(response) = response {
            h3 { "Response" }
            dl.fields { (field("Status", number(response.status).as_deref())) (field("Length", number(response.content_length).as_deref())) }
        }
        @if let Some(sql) = &segment.sql {
            h3 { "SQL" }
            dl.fields {
                (field("Query", sql.sanitized_query.as_deref()))
                (field("URL", sql.url.as_deref()))
                (field("Connection", sql.connection_string.as_deref()))
                (field("Database", sql.database_type.as_deref()))
                (field("Version", sql.database_version.as_deref()))
                (field("Driver", sql.driver_version.as_deref()))
                (field("User", sql.user.as_deref()))
                (field("Preparation", sql.preparation.as_deref()))
            }
        }
        @if !segment.aws.is_empty() { h3 { "AWS" } (json(&Value::Object(segment.aws.clone()))) }
        @if let Some(service) = &segment.service {
            h3 { "Service" }
            dl.fields {
                (field("Version", service.version.as_deref()))
                @for (key, value) in service.more.iter().take(MOST_LISTED) { dt { (foreign_text::isolated(key, 80)) } dd { (plain(value)) } }
            }
        }
        @if !segment.precursor_ids.is_empty() {
            h3 { "Precursors" }
            ul.links { @for id in segment.precursor_ids.iter().take(MOST_LISTED) { li { (to_segment(page, id, None)) } } }
        }
        @if !segment.links.is_empty() {
            h3 { "Links" }
            ul.links {
                @for link in segment.links.iter().take(MOST_LISTED) {
                    li data-testid="segment-link" {
                        @match trace_ids::parse(&link.trace_id) {
                            Some(_) => {
                                @let id = link.id.as_deref().filter(|id| is_id(id));
                                a href={ "/xray/trace/" (link.trace_id) @if let Some(id) = id { "?segment=" (id) } } { code { (link.trace_id) } @if let Some(id) = id { ", segment " code { (id) } } }
                            },
                            None => code { (foreign_text::isolated(&link.trace_id, 80)) },
                        }
                        @if !link.attributes.is_empty() { (json(&Value::Object(link.attributes.clone()))) }
                    }
                }
            }
        }
    }
}

/// A link to another segment of the trace; an ID that could be none is only text.
fn to_segment(page: &SegmentPage<'_>, id: &str, name: Option<&str>) -> Markup {
    html! {
        @if is_id(id) {
            a data-swap="" href=(page.view.selecting(Some(&id.to_lowercase())).href(&page.xray_id)) {
                @if let Some(name) = name { (foreign_text::isolated(name, 120)) " " } code { (id) }
            }
        } @else { code { (foreign_text::isolated(id, 80)) } }
    }
}

/// A value in a cell: text as it is, anything else as JSON.
fn plain(value: &Value) -> Markup {
    match value {
        Value::String(text) => long_text(text),
        other => long_text(&other.to_string()),
    }
}

fn annotations(segment: &Segment) -> Markup {
    html! {
        @if segment.annotations.is_empty() { p.note { "It has none. Annotations are what filter expressions find: " code { "annotation.user = \"andrewbrown\"" } "." } }
        @else {
            table.attributes {
                tbody { @for (key, value) in segment.annotations.iter().take(MOST_LISTED) {
                    @let (kind, text) = match value {
                        Annotation::Bool(flag) => ("bool", flag.to_string()),
                        Annotation::Number(number) => ("double", number.to_string()),
                        Annotation::String(text) => ("string", text.clone()),
                    };
                    tr data-testid="annotation" data-key=(foreign_text::on_one_line(key, NAME)) {
                        th scope="row" { (foreign_text::isolated(key, NAME)) span.kind { @if kind == "double" { "number" } @else if kind == "bool" { "boolean" } @else { (kind) } } }
                        td class={ "value " (kind) } { (long_text(&text)) }
                    }
                } }
            }
            (beyond(segment.annotations.len()))
        }
    }
}

fn metadata(segment: &Segment) -> Markup {
    html! {
        @if segment.metadata.is_empty() { p.note { "It has none. Metadata is kept with a segment, but no filter expression finds it." } }
        @for (namespace, values) in segment.metadata.iter().take(MOST_LISTED) {
            section.namespace data-testid="metadata" data-namespace=(foreign_text::on_one_line(namespace, NAME)) {
                h3 { (foreign_text::isolated(namespace, NAME)) }
                (json(&Value::Object(values.clone())))
            }
        }
        (beyond(segment.metadata.len()))
    }
}

/// JSON as people indent it.
fn json(value: &Value) -> Markup {
    let text = serde_json::to_string_pretty(value).unwrap_or_else(|error| error.to_string());
    html! {
        pre.json tabindex="0" { (foreign_text::on_many_lines(&text, MOST_JSON)) }
        @if text.len() > MOST_JSON { p.note { "It is cut here; the raw document has all of it." } }
    }
}

fn beyond(count: usize) -> Markup {
    html! { @if count > MOST_LISTED { p.note { "And " (grouped((count - MOST_LISTED) as u64)) " more; the raw document has all of them." } } }
}

fn exceptions(segment: &Segment) -> Option<&[Exception]> {
    match segment.cause.as_ref()? {
        Cause::Exceptions { exceptions, .. } => Some(exceptions),
        Cause::Id(_) => None,
    }
}

fn causes(page: &SegmentPage<'_>, segment: &Segment) -> Markup {
    let all = match &segment.cause {
        None => return html! { p.note { "It has none." } },
        Some(Cause::Id(id)) => {
            let thrower = page.timeline.rows.iter().find(|row| {
                exceptions(row.segment)
                    .is_some_and(|all| all.iter().any(|one| one.id.as_deref() == Some(id)))
            });
            return html! {
                p data-testid="cause-elsewhere" {
                    "Its cause is the exception " code { (foreign_text::isolated(id, 40)) } " of another subsegment"
                    @match thrower { Some(row) => { ": " (to_segment(page, &row.segment.id, Some(&row.segment.name))) }, None => ", which has not come." }
                }
            };
        }
        Some(Cause::Exceptions {
            working_directory,
            paths,
            exceptions,
        }) => (working_directory, paths, exceptions),
    };
    let (directory, paths, exceptions) = all;
    html! {
        @if exceptions.is_empty() { p.note { "It has none." } }
        ol.exceptions { @for (at, exception) in exceptions.iter().enumerate().take(MOST_LISTED) { (thrown(exceptions, at, exception)) } }
        (beyond(exceptions.len()))
        @if directory.is_some() || !paths.is_empty() {
            dl.fields {
                (field("Directory", directory.as_deref()))
                @for path in paths.iter().take(20) { (field("Path", Some(path))) }
            }
        }
    }
}

fn thrown(all: &[Exception], at: usize, exception: &Exception) -> Markup {
    let place_of = |id: &str| all.iter().position(|one| one.id.as_deref() == Some(id));
    html! {
        li id={ "exception-" (at) } data-testid="exception" {
            p.title { (error_mark()) " " b { (foreign_text::isolated(exception.kind.as_deref().unwrap_or("exception without a type"), NAME)) }
                @if exception.remote == Some(true) { " " span.badge title="A service that was called threw it" { "remote" } }
            }
            @if let Some(message) = &exception.message { div.message { (long_text(message)) } }
            @if let Some(cause) = &exception.cause {
                p { "Caused by " @match place_of(cause) {
                    Some(place) => a href={ "#exception-" (place) } { (foreign_text::isolated(all[place].kind.as_deref().unwrap_or("an exception"), NAME)) },
                    None => { "the exception " code { (foreign_text::isolated(cause, 40)) } ", which is not here" },
                } @if let Some(skipped) = exception.skipped { ", with " (skipped) " left out between" } }
            }
            @if !exception.stack.is_empty() {
                ol.stack { @for frame in exception.stack.iter().take(MOST_LISTED) {
                    li data-testid="frame" {
                        b { (foreign_text::isolated(frame.label.as_deref().unwrap_or("?"), NAME)) } " "
                        span.soft { @if let Some(path) = &frame.path { (foreign_text::isolated(path, NAME)) } @if let Some(line) = frame.line { ":" (line) } }
                    }
                } }
                (beyond(exception.stack.len()))
            }
            @if let Some(left_out) = exception.truncated.filter(|count| *count > 0) { p.note { (left_out) " frames were left out by the sender." } }
        }
    }
}

fn raw(page: &SegmentPage<'_>, segment: &Segment) -> Markup {
    let address = format!(
        "/xray/trace/{}/segment/{}/document.json",
        page.xray_id,
        segment.id.to_lowercase()
    );
    let (text, note) = match &page.document {
        Some(Document::Sent(text)) => (text, "As it was sent; indented here."),
        Some(Document::Translated(text)) => (
            text,
            "Translated from an OpenTelemetry span: no segment document was sent.",
        ),
        None => return html! { p.note { "The document is not stored." } },
    };
    let shown = serde_json::from_str::<Value>(text)
        .ok()
        .and_then(|value| serde_json::to_string_pretty(&value).ok())
        .unwrap_or_else(|| text.clone());
    html! {
        p.note data-testid="document-origin" { (note) }
        p.actions { a.plain href=(address) { "Open as a file of its own" } }
        pre.json tabindex="0" data-testid="raw-document" { (foreign_text::on_many_lines(&shown, MOST_JSON)) }
        @if shown.len() > MOST_JSON { p.note { "It is cut here; the file has all of it." } }
    }
}
