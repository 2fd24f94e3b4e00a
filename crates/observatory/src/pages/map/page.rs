//! The page of the trace map: range, group and filter above, the map, and the traces that match below it.
//! The map itself is drawn by `drawing`.

use maud::{Markup, html};
use xray_query::{ServiceGraph, TraceSummary};

use super::{
    address::{ALL, MapView},
    drawing::{self, Map, Passed},
    graph::Graph,
    legend,
};
use crate::pages::{
    attribute_table::grouped,
    durations::{self, nanoseconds},
    foreign_text,
    layout::{self, Frame},
    logs::range::{self, Range, RangeFault},
    marks::error_mark,
    moments,
};

/// Traces listed below the map.
pub(super) const LISTED: usize = 100;

/// Why a filter expression is none.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct FilterFault {
    /// A sentence.
    pub(super) message: String,
    /// The place in the expression, counted in characters.
    pub(super) at: Option<usize>,
}

/// A group that can be chosen.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Group {
    pub(super) name: String,
    pub(super) arn: String,
    pub(super) expression: String,
}

impl Group {
    /// Whether this is its name or ARN.
    pub(super) fn is(&self, wanted: &str) -> bool {
        self.name == wanted || self.arn == wanted
    }
}

/// Where the part of the range begins that was looked at.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Cut {
    /// In milliseconds since the Unix epoch.
    pub(super) at: i64,
    /// The range up to there.
    pub(super) before: Range,
}

/// What the page shows.
pub(super) struct MapPage {
    pub(super) view: MapView,
    /// All groups but `Default`, by name.
    pub(super) groups: Vec<Group>,
    /// What is wrong with the range; then nothing was looked at.
    pub(super) range_fault: Option<RangeFault>,
    /// What is wrong with the filter; then nothing is listed.
    pub(super) fault: Option<FilterFault>,
    /// Of the traces of range and group.
    pub(super) graph: ServiceGraph,
    /// With a filter, what those that match went through.
    pub(super) passed: Option<Passed>,
    /// Traces of the range that were looked at, of whichever group.
    pub(super) looked_at: usize,
    /// Those of the group.
    pub(super) traces: usize,
    /// Those that match the filter.
    pub(super) matching: usize,
    /// The newest of them, newest first.
    pub(super) listed: Vec<TraceSummary>,
    /// There are older traces in the range, which were not looked at.
    pub(super) cut: Option<Cut>,
    /// Minutes that rates are of.
    pub(super) minutes: f64,
}

/// The whole page.
pub(super) fn page(shown: &MapPage, frame: &Frame) -> Markup {
    layout::page(
        "Trace map",
        frame,
        &html! {
            main data-page="map" {
                div.title-line { h1 { "Trace map" } (range::presets(&shown.view.range, |range| shown.view.within(range).href())) }
                (form(shown))
                (map(shown, frame))
                (list(shown, frame.now))
            }
        },
    )
}

/// What changes when something arrives, for the script.
pub(super) fn fragment(shown: &MapPage, frame: &Frame) -> Markup {
    html! { (map(shown, frame)) (list(shown, frame.now)) (layout::status_line(frame)) (group_choice(shown)) }
}

fn group_choice(shown: &MapPage) -> Markup {
    let chosen = &shown.view.group;
    let is_known = chosen.is_empty() || shown.groups.iter().any(|group| group.name == *chosen);
    html! {
        div #group-choice.field hidden[shown.groups.is_empty() && is_known] {
            label for="f-group" { "Group" }
            select #f-group name="group" {
                option value="" { "all traces" }
                @if !is_known { option value=(foreign_text::in_field(chosen)) selected { (foreign_text::on_one_line(chosen, 80)) " (not there)" } }
                @for group in &shown.groups {
                    option value=(foreign_text::in_field(&group.name)) selected[group.name == *chosen] title=(foreign_text::in_attribute(&group.expression, 300)) { (foreign_text::on_one_line(&group.name, 80)) }
                }
            }
        }
    }
}

fn form(shown: &MapPage) -> Markup {
    let MapPage { view, fault, .. } = shown;
    html! {
        form.map-filter method="get" action="/map" role="search" aria-label="Filter traces" data-testid="map-filter" {
            (group_choice(shown))
            div.when-fields { (range::fields(&view.range, shown.range_fault.as_ref())) }
            div.field.expression {
                label for="find" { "Filter expression" }
                div.with-buttons {
                    input #find name="filter" value=(foreign_text::in_field(&view.filter)) placeholder=r#"service("backend") { fault = true } AND responsetime > 0.5"#
                        autocomplete="off" autocapitalize="off" spellcheck="false" maxlength="2000"
                        aria-invalid=[fault.as_ref().map(|_| "true")] aria-describedby=[fault.as_ref().map(|_| "e-filter")];
                    button.strong type="submit" { "Filter" }
                    @if !view.filter.is_empty() { a.plain href=(view.filtered("").href()) data-testid="clear-filter" { "Clear" } }
                }
                @if let Some(fault) = fault { (told(&view.filter, fault)) }
            }
        }
    }
}

/// The message, and the expression with the place marked.
fn told(filter: &str, fault: &FilterFault) -> Markup {
    html! {
        div #e-filter.field-error role="alert" data-testid="filter-error" {
            p { (foreign_text::isolated(&fault.message, 500)) }
            @if let Some(at) = fault.at { p { (foreign_text::marked(filter, at, at + 1, "filter-error-place")) } }
        }
    }
}

fn map(shown: &MapPage, frame: &Frame) -> Markup {
    let graph = Graph::new(&shown.graph);
    let map = Map {
        graph: &graph,
        view: &shown.view,
        minutes: shown.minutes,
        passed: shown.passed.as_ref(),
    };
    html! {
        section #map aria-label="Map" {
            @if shown.range_fault.is_some() {
                p.note data-testid="not-looked-at" { "Nothing was looked at: the range of time is not right, see the note under it." }
            } @else if graph.nodes.is_empty() {
                @if frame.status.traces == 0 { (nothing_yet()) } @else { (nothing_here(shown)) }
            } @else {
                div #map-scroll.map-scroll tabindex="0" role="region" aria-label="Trace map, can be scrolled" { (drawing::drawing(&map)) }
                (legend::legend())
                @if graph.left_out > 0 { p.note { "The map has the " (grouped(graph.nodes.len() as u64)) " busiest nodes; " (grouped(graph.left_out as u64)) " more are left out. A group or a shorter range shows them." } }
                (cut(shown))
                (legend::tables(&map))
            }
        }
    }
}

/// Which part of the range was looked at, if not all of it, and the way to the rest.
fn cut(shown: &MapPage) -> Markup {
    html! {
        @if let Some(cut) = &shown.cut {
            p.note data-testid="map-cut" {
                "The newest " (grouped(shown.looked_at as u64)) " traces of this time were looked at, those since " (moments::stamp(cut.at)) " UTC; there are older ones. "
                a href=(shown.view.within(cut.before.clone()).href()) data-testid="map-before" { "Look at those before" } ", or choose a shorter range."
            }
        }
    }
}

fn list(shown: &MapPage, now: u64) -> Markup {
    html! {
        section #matching.matching aria-label="Traces" data-testid="map-traces" {
            @if shown.range_fault.is_some() {
            } @else if shown.fault.is_some() {
                h2 { "Traces" }
                p.note data-testid="not-searched" { "Nothing was looked for: the filter expression is not right, see the note under it." }
            } @else if shown.traces > 0 {
                h2 { @if shown.view.filter.is_empty() { "Traces" } @else { "Traces that match" } " " span.count data-testid="matching-count" {
                    (grouped(shown.matching as u64)) @if shown.matching != shown.traces { " of " (grouped(shown.traces as u64)) }
                } }
                @if shown.matching == 0 { p.note data-testid="no-match" { "None of the traces of this time matches. New ones appear here as they arrive." } }
                @else {
                    table.traces.xray-traces {
                        thead { tr {
                            th scope="col" { "Trace" } th scope="col" { "Request" } th.num scope="col" { "Status" }
                            th.num scope="col" { "Response time" } th scope="col" { "Flags" } th scope="col" { "Start" }
                        } }
                        tbody { @for trace in &shown.listed { (row(trace, now)) } }
                    }
                    @if shown.matching > shown.listed.len() { p.note { "The newest " (grouped(shown.listed.len() as u64)) " are listed." } }
                }
            }
        }
    }
}

fn row(trace: &TraceSummary, now: u64) -> Markup {
    let start = nanoseconds(trace.start_time);
    let id = foreign_text::on_one_line(&trace.id, 40);
    let entry = trace.entry_point.as_ref().map(|entry| &entry.name[..]);
    let url = trace.http.url.as_deref();
    html! {
        tr id={ "x-" (id) } data-testid="xray-trace-row" data-trace-id=(id) {
            th.trace scope="row" { a href={ "/xray/trace/" (id) } { code { (id) } } }
            td.request {
                @if let Some(method) = &trace.http.method { span.method { (foreign_text::isolated(method, 20)) } " " }
                @match (url, entry) {
                    (Some(url), _) => span title=(foreign_text::in_attribute(url, 1_000)) { (foreign_text::isolated(url, 200)) },
                    (None, Some(entry)) => span.service { (foreign_text::isolated(entry, 200)) },
                    (None, None) => span.none { "–" },
                }
            }
            td.num.status { @match trace.http.status { Some(status) => (status), None => span.none { "–" } } }
            td.num.response { @match trace.response_time { Some(seconds) => (durations::format(nanoseconds(seconds))), None => span.none { "–" } } }
            td.flags {
                @for (is_so, word) in [(trace.has_fault, "fault"), (trace.has_error, "error"), (trace.has_throttle, "throttle")] {
                    @if is_so { span.flag.(word) { @if word == "fault" { (error_mark()) } (word) } " " }
                }
                @if trace.is_partial { span.badge title="A segment is in progress, or a parent has not come" { "partial" } }
                @if !(trace.has_fault || trace.has_error || trace.has_throttle || trace.is_partial) { span.none { "ok" } }
            }
            td.when { (moments::element(now, start)) }
        }
    }
}

fn nothing_here(shown: &MapPage) -> Markup {
    let view = &shown.view;
    let all = view.range.chosen(ALL);
    html! {
        div.notice data-testid="map-window-empty" {
            h2 { "No traces of this time" }
            p {
                "Of " (view.range.in_words()) ", no trace is stored"
                @if view.group.is_empty() { "." } @else { " that belongs to the group " b { (foreign_text::isolated(&view.group, 80)) } "." }
                " What arrives appears here."
            }
            (cut(shown))
            p {
                @if view.range != all { a href=(view.within(all).href()) { "Look at all that is stored" } }
                @else { a href=(MapView { group: String::new(), ..view.clone() }.href()) { "Leave the group" } }
            }
        }
    }
}

fn nothing_yet() -> Markup {
    html! {
        div.notice.first data-testid="empty" {
            svg width="190" height="72" viewBox="0 0 190 72" aria-hidden="true" {
                path.wire d="M50 36h30M118 30l24-12M118 42l24 12" {}
                circle.dome cx="30" cy="36" r="17" {} circle.dome cx="99" cy="36" r="17" {}
                circle.dome cx="157" cy="15" r="12" {} circle.dome cx="157" cy="57" r="12" {}
            }
            h2 { "Waiting for the first segment" }
            p { "The map is drawn as soon as one arrives. Start lab 2's application and its traffic:" }
            pre { code { "cargo lab up xray" } }
            p { "Or send one by hand with the AWS CLI (any credentials will do):" }
            pre { code {
                "T=$(date +%s); aws xray put-trace-segments --endpoint-url http://localhost:4318 --region us-east-1 \\\n"
                "  --trace-segment-documents \"{\\\"name\\\":\\\"hello\\\",\\\"id\\\":\\\"70de5b6f19ff9a0a\\\",\\\"start_time\\\":$T,\\\"end_time\\\":$T.2,\\\n"
                "  \\\"trace_id\\\":\\\"1-$(printf %08x $T)-a006649127e371903a2de979\\\"}\""
            } }
            p { "Or from any program with an X-Ray SDK, which sends to the daemon's address:" }
            pre { code { "AWS_XRAY_DAEMON_ADDRESS=127.0.0.1:2000" } }
            p { "Spans sent by OTLP are on the map too." }
        }
    }
}
