//! The home page as a whole; its table of services and what an empty store says have modules of their own.

use maud::{Markup, html};

use super::{
    first_span::{self, Place},
    range::{RANGES, Range},
    services,
    summary::Service,
};
use crate::{
    model::TraceSummary,
    pages::{
        attribute_table::grouped,
        colours::ServiceColours,
        durations, foreign_text,
        layout::{self, Frame},
        marks::error_mark,
        moments,
    },
    server::{Kind, ToldArrivals},
    store::Extent,
};

/// Senders told of the last minute.
const MOST_SENDERS: usize = 6;
/// A rate is that of so many seconds at least: one request a moment ago is no flood.
const LEAST_SECONDS: u64 = 10;

/// What the page shows.
pub(crate) struct Home {
    pub(crate) range: Range,
    /// What is wrong with the address.
    pub(crate) strange: Option<String>,
    /// How the services did, or why that is not known.
    pub(crate) services: Result<Vec<Service>, String>,
    /// All services, for the colours.
    pub(crate) names: Vec<String>,
    pub(crate) arrived: ToldArrivals,
    /// The newest traces, newest first.
    pub(crate) newest: Vec<TraceSummary>,
    /// The newest traces with an error.
    pub(crate) failed: Vec<TraceSummary>,
    /// How far back the store goes.
    pub(crate) extent: Extent,
    /// Where commands send to.
    pub(crate) place: Place,
}

impl Home {
    /// The part of the range in which anything can have come, in seconds: a store that began a minute ago knows no hour.
    fn seconds(&self, now: u64) -> u64 {
        let oldest = self.extent.traces.map_or(0, |(oldest, _)| oldest);
        let age = now.saturating_sub(oldest).div_ceil(1_000_000_000);
        age.clamp(LEAST_SECONDS, self.range.seconds)
    }
}

/// The whole page.
pub(crate) fn page(home: &Home, frame: &Frame) -> Markup {
    layout::page(
        "Home",
        frame,
        &html! { main data-page="home" { (contents(home, frame)) } },
    )
}

/// What changes when something arrives, for the script.
pub(crate) fn fragment(home: &Home, frame: &Frame) -> Markup {
    html! { (contents(home, frame)) (layout::status_line(frame)) }
}

fn contents(home: &Home, frame: &Frame) -> Markup {
    let is_empty = home.newest.is_empty();
    let colours = ServiceColours::new(&home.names);
    html! {
        div #home {
            @if let Some(strange) = &home.strange { p.oddity role="status" data-testid="strange" { (foreign_text::isolated(strange, 300)) } }
            @if is_empty { (first_span::told(&home.place, frame.status.log_events > 0)) }
            @else {
                div.title-line {
                    h1 { "Services" }
                    nav.windows aria-label="How far back" { @for range in RANGES {
                        a.plain.small href=(range.href()) aria-current=[(range == home.range).then_some("true")] { (range.label) }
                    } }
                }
                @match &home.services {
                    Err(error) => p.alert role="alert" data-testid="not-asked" { (foreign_text::on_one_line(error, 300)) },
                    Ok(found) if found.is_empty() => (older(home, frame.now)),
                    Ok(found) => (services::table(found, home.range, home.seconds(frame.now), &colours)),
                }
                div.home-columns {
                    (last_minute(&home.arrived))
                    (list("Newest traces", "newest", "/traces", "All traces", &home.newest, &colours, frame.now))
                    (list("Newest errors", "failed", "/traces?error=true", "All with an error", &home.failed, &colours, frame.now))
                }
            }
        }
    }
}

/// Nothing in the range, but something is stored: where it is.
fn older(home: &Home, now: u64) -> Markup {
    let newest = home.extent.traces.map(|(_, newest)| newest);
    let age = newest.map(|newest| now.saturating_sub(newest) / 1_000_000_000);
    let reaching = age
        .and_then(Range::reaching)
        .filter(|range| *range != home.range);
    html! {
        div.card.older data-testid="older" {
            p {
                "No request in the last " (home.range.label) ". "
                @if let Some(newest) = newest { "The newest trace began " (moments::element(now, newest)) ". " }
                @if let Some(range) = reaching { a href=(range.href()) { "Look at the last " (range.label) } }
                @else { a href="/traces" { "All traces" } " · " a href="/query?range=all" { "Query all that is stored" } }
            }
        }
    }
}

fn last_minute(arrived: &ToldArrivals) -> Markup {
    let minute = |kind| arrived.items.get(&kind).map_or(0, |count| count.minute);
    let senders: Vec<_> = arrived
        .senders
        .iter()
        .filter(|from| from.items.minute > 0)
        .collect();
    html! {
        section.card aria-labelledby="minute-title" data-testid="last-minute" {
            h2 #minute-title { "Arrived in the last minute" }
            dl.figures {
                @for (kind, word, testid) in [(Kind::Spans, "spans", "spans"), (Kind::Segments, "segments", "segments"), (Kind::LogEvents, "log events", "log-events")] {
                    div { dt { (word) } dd data-testid={ "minute-" (testid) } { (grouped(minute(kind))) } }
                }
            }
            ul.minute-senders {
                @for from in senders.iter().take(MOST_SENDERS) {
                    li { (foreign_text::isolated(&from.sender.name, 40)) span.soft { " " (match from.sender.kind { Kind::Spans => "spans", Kind::Segments => "segments", Kind::LogEvents => "log events" }) } span.num { (grouped(from.items.minute)) } }
                }
                @if senders.len() > MOST_SENDERS { li.soft { "and " (senders.len() - MOST_SENDERS) " more" } }
            }
            p.further { a href="/status" { "What arrived, what was refused" } }
        }
    }
}

fn list(
    title: &str,
    testid: &str,
    all: &str,
    all_title: &str,
    traces: &[TraceSummary],
    colours: &ServiceColours,
    now: u64,
) -> Markup {
    html! {
        section.card aria-label=(title) data-testid=(testid) {
            h2 { (title) }
            @if traces.is_empty() { p.note { "None." } }
            ol.short-list {
                @for trace in traces {
                    li data-trace-id=[(testid == "newest").then_some(trace.trace_id)] {
                        a href={ "/trace/" (trace.trace_id) } { @if trace.root_name.is_empty() { em { "no name" } } @else { (foreign_text::isolated(&trace.root_name, 100)) } }
                        span.facts-line {
                            span.chip.(colours.class(&trace.root_service)) { span.swatch {} (foreign_text::isolated(&trace.root_service, 40)) }
                            span.num { (durations::format(trace.duration_nano)) }
                            @if trace.errors > 0 { span.bad { (error_mark()) " " (grouped(trace.errors)) } }
                            span.spring {}
                            (moments::element(now, trace.start_unix_nano))
                        }
                    }
                }
            }
            p.further { a href=(all) { (all_title) } }
        }
    }
}
