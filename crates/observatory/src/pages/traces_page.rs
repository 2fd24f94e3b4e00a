//! The page of recent traces: the filter's form and the list, newest first. What the filter means is in `filter`.

use maud::{Markup, html};

use super::{
    attribute_table::grouped,
    colours::ServiceColours,
    durations,
    filter::{FieldError, Filter, MOST_ATTRIBUTES},
    foreign_text,
    layout::{self, Frame},
    marks::error_mark,
    minimap::number,
    moments,
};
use crate::model::{TracePage, TraceSummary};

/// Services named in one row.
const MOST_SERVICES: usize = 5;

/// What the list shows.
pub(crate) struct Listing {
    /// As typed.
    pub(crate) filter: Filter,
    /// What was found, or why nothing was looked for.
    pub(crate) found: Result<TracePage, Vec<FieldError>>,
    /// All services, for the form and the colours.
    pub(crate) services: Vec<String>,
    /// Span names of the chosen service, for the form.
    pub(crate) names: Vec<String>,
}

/// The whole page.
pub(crate) fn page(listing: &Listing, frame: &Frame) -> Markup {
    layout::page(
        "Traces",
        frame,
        &html! {
            main data-page="traces" {
                div.title-line { h1 { "Recent traces" } button #arrived.pill type="button" data-testid="new-traces" hidden {} }
                (form(listing))
                (list(listing, frame))
            }
        },
    )
}

/// Only the list and the status line, for the script.
pub(crate) fn fragment(listing: &Listing, frame: &Frame) -> Markup {
    html! { (list(listing, frame)) (layout::status_line(frame)) (service_choice(listing)) }
}

fn service_choice(listing: &Listing) -> Markup {
    let Listing {
        filter, services, ..
    } = listing;
    let is_known = filter.service.is_empty() || services.contains(&filter.service);
    html! {
        select #f-service name="service" {
            option value="" { "any" }
            @if !is_known { option value=(foreign_text::in_field(&filter.service)) selected { (foreign_text::on_one_line(&filter.service, 80)) } }
            @for service in services {
                option value=(foreign_text::in_field(service)) selected[*service == filter.service] { (foreign_text::on_one_line(service, 80)) }
            }
        }
    }
}

fn form(listing: &Listing) -> Markup {
    let Listing {
        filter,
        names,
        found,
        ..
    } = listing;
    let errors: &[FieldError] = found.as_ref().err().map_or(&[], |errors| errors);
    let error = |field: &str, index: usize| {
        errors
            .iter()
            .find(|error| error.field == field && error.index == index)
    };
    let text = |name: &'static str, label: &str, value: &str, hint: &str, list: Option<&str>| {
        let wrong = error(name, 0);
        html! {
            div.field {
                label for={ "f-" (name) } { (label) }
                input id={ "f-" (name) } name=(name) value=(foreign_text::in_field(value)) placeholder=(hint) list=[list] autocomplete="off" spellcheck="false"
                    aria-invalid=[wrong.map(|_| "true")] aria-describedby=[wrong.map(|_| format!("e-{name}"))];
                (told(wrong, &format!("e-{name}")))
            }
        }
    };
    let rows = (filter.attributes.len() + 1).min(MOST_ATTRIBUTES.max(filter.attributes.len()));
    html! {
        input.filter-switch #filter-switch type="checkbox" checked[!filter.is_empty()];
        label.plain for="filter-switch" { "Filter" }
        form.filter method="get" action="/traces" role="search" aria-label="Filter traces" data-testid="filter" {
            div.field {
                label for="f-service" { "Service" }
                (service_choice(listing))
            }
            (text("name", "Span name", &filter.name, "GET /api/activities/home", Some("names")))
            datalist #names { @for name in names.iter().take(200) { option value=(foreign_text::in_field(name)) {} } }
            (text("min", "Lasting at least", &filter.min, "10ms", None))
            (text("max", "at most", &filter.max, "1.5s", None))
            div.field {
                @let wrong = error("error", 0);
                label for="f-error" { "Errors" }
                select #f-error name="error" aria-invalid=[wrong.map(|_| "true")] aria-describedby=[wrong.map(|_| "e-error")] {
                    @for (value, label) in [("", "with or without"), ("true", "with an error"), ("false", "without error")] {
                        option value=(value) selected[filter.error == value] { (label) }
                    }
                }
                (told(wrong, "e-error"))
            }
            fieldset.field.attributes-field {
                legend { "Attributes" }
                @for index in 0..rows {
                    @let wrong = error("attribute", index);
                    @let id = format!("e-attribute-{index}");
                    div {
                        input name="attribute" value=(filter.attributes.get(index).map_or(String::new(), |text| foreign_text::in_field(text))) placeholder="user.id=andrewbrown"
                            aria-label={ "Attribute " (index + 1) ", key=value" } autocomplete="off" spellcheck="false"
                            aria-invalid=[wrong.map(|_| "true")] aria-describedby=[wrong.map(|_| &id[..])];
                        (told(wrong, &id))
                    }
                }
            }
            div.buttons {
                button.strong type="submit" { "Filter" }
                @if !filter.is_empty() { a.plain href="/traces" { "Clear" } }
            }
        }
    }
}

fn told(error: Option<&FieldError>, id: &str) -> Markup {
    html! { @if let Some(error) = error { p.field-error id=(id) data-testid="field-error" { (foreign_text::isolated(&error.message, 500)) } } }
}

fn list(listing: &Listing, frame: &Frame) -> Markup {
    let Listing {
        filter,
        found,
        services,
        ..
    } = listing;
    let colours = ServiceColours::new(services);
    html! {
        section #list aria-label="Traces" data-first-page=(filter.after.is_empty()) {
            @match found {
                Err(errors) => div.notice role="alert" data-testid="not-searched" {
                    h2 { "Nothing was looked for" }
                    @if let Some(place) = errors.iter().find(|error| error.field == "after") {
                        p { (foreign_text::isolated(&place.message, 300)) }
                        p { a href=(filter.after("").href()) { "Back to the newest" } }
                    } @else {
                        p { "A field of the filter is not right; see the note under it." }
                    }
                },
                Ok(page) if page.traces.is_empty() && frame.status.traces == 0 => (nothing_yet()),
                Ok(page) if page.traces.is_empty() => div.notice data-testid="no-match" {
                    h2 { @if filter.after.is_empty() { "No trace matches" } @else { "No older traces" } }
                    p {
                        @if filter.after.is_empty() { "None of the " (grouped(frame.status.traces)) " traces stored has a span that meets all conditions at once. New ones appear here as they arrive." }
                        @else { a href=(filter.after("").href()) { "Back to the newest" } }
                    }
                },
                Ok(page) => (table(page, filter, &colours, frame.now)),
            }
        }
    }
}

fn table(page: &TracePage, filter: &Filter, colours: &ServiceColours, now: u64) -> Markup {
    html! {
        (rows(&page.traces, colours, now))
        nav.pages aria-label="Older and newer" {
            @if !filter.after.is_empty() { a.plain href=(filter.after("").href()) { "← Newest" } }
            @if let Some(next) = &page.next { a.plain rel="next" data-testid="older" href=(filter.after(next).href()) { "Older →" } }
        }
    }
}

/// A table of traces.
pub(crate) fn rows(traces: &[TraceSummary], colours: &ServiceColours, now: u64) -> Markup {
    html! {
        table.traces {
            thead { tr {
                th scope="col" { "Trace" }
                th scope="col" { "When" }
                th.duration scope="col" title="The bars are logarithmic, from 10 µs to 100 s" { "Duration" }
                th.num scope="col" { "Spans" }
                th.num scope="col" { "Errors" }
                th scope="col" { "Services" }
            } }
            tbody #traces { @for trace in traces { (row(trace, colours, now)) } }
        }
    }
}

fn row(trace: &TraceSummary, colours: &ServiceColours, now: u64) -> Markup {
    let width = number(100.0 * length(trace.duration_nano));
    html! {
        tr id={ "t-" (trace.trace_id) } data-testid="trace-row" data-trace-id=(trace.trace_id)
            data-root-name=(foreign_text::on_one_line(&trace.root_name, 1_000)) .failed[trace.errors > 0] {
            th.trace scope="row" {
                a href={ "/trace/" (trace.trace_id) } {
                    span.name { @if trace.root_name.is_empty() { em { "no name" } } @else { (foreign_text::isolated(&trace.root_name, 200)) } }
                }
                " " span.service { (foreign_text::isolated(&trace.root_service, 80)) }
                @if !trace.has_root { " " span.badge title="No span without parent has arrived: the caller sends its spans elsewhere, or they are on their way" { "no root" } }
            }
            td.when { (moments::element(now, trace.start_unix_nano)) }
            td.duration {
                span { (durations::format(trace.duration_nano)) }
                svg.small-bar aria-hidden="true" width="100%" height="4" { rect.rail width="100%" height="4" rx="2" {} rect width={ (width) "%" } height="4" rx="2" {} }
            }
            td.num { (grouped(trace.spans)) }
            td.num.errors { @if trace.errors > 0 { (error_mark()) " " (grouped(trace.errors)) } @else { span.none { "–" } } }
            td.services {
                @for service in trace.services.iter().take(MOST_SERVICES) {
                    span.chip.(colours.class(&service.name)) title={ (grouped(service.spans)) " spans" } { span.swatch {} (foreign_text::isolated(&service.name, 40)) }
                }
                @if trace.services.len() > MOST_SERVICES { span.chip { "+" (trace.services.len() - MOST_SERVICES) } }
            }
        }
    }
}

/// A bar's length, between 0 and 1. Logarithmic and always on the same scale, so that one slow trace does not
/// make all others look alike, and bars stay what they are when others arrive.
fn length(nanos: u64) -> f64 {
    const SHORTEST: f64 = 1e4;
    const LONGEST: f64 = 1e11;
    let share = (nanos as f64 / SHORTEST).max(1.0).ln() / (LONGEST / SHORTEST).ln();
    share.clamp(0.01, 1.0)
}

fn nothing_yet() -> Markup {
    html! {
        div.notice data-testid="empty" {
            h2 { "No trace has arrived yet" }
            p { "The first one appears here by itself. " a href="/" { "What to type to get it in" } }
        }
    }
}
