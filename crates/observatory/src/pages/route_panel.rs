//! The trace among the others of its route, in words: what is unusual about it, and which of the others to compare it with.
//! What is unusual is found by `unusual`.

use maud::{Markup, html};

use super::{
    attribute_table::grouped,
    compare, durations, foreign_text, moments,
    query::{QueryView, When},
    span_facts,
    trace_address::{ROWS, TraceView},
    trace_page::Trace,
    unusual::{self, ENOUGH, Remark, Standing, Unusual},
};
use crate::{
    model::Dataset,
    store::{MOST_LOOKED_AT, Route, RouteTrace},
};

/// Characters of a name or a value.
const NAME: usize = 120;

/// Another trace of the route, and why one would look at it.
pub(crate) struct Candidate<'a> {
    /// `fastest`, `median`, …
    pub(crate) why: &'static str,
    /// The trace.
    pub(crate) trace: &'a RouteTrace,
}

/// Others to compare with: one for each reason.
pub(crate) fn candidates(route: &Route) -> Vec<Candidate<'_>> {
    let mut by_duration: Vec<&RouteTrace> = route.traces.iter().collect();
    by_duration.sort_by_key(|trace| (trace.duration, std::cmp::Reverse(trace.start)));
    let with_error = route.traces.iter().find(|trace| trace.errors > 0);
    [
        ("fastest", by_duration.first().copied()),
        ("median", by_duration.get(by_duration.len() / 2).copied()),
        ("slowest", by_duration.last().copied()),
        ("latest", route.traces.first()),
        ("latest with an error", with_error),
    ]
    .into_iter()
    .filter_map(|(why, trace)| Some(Candidate { why, trace: trace? }))
    .collect()
}

/// The panel; an empty element while the route is not known.
pub(crate) fn panel(trace: &Trace<'_>, now: u64) -> Markup {
    let Some(route) = &trace.route else {
        return html! { section #route hidden {} };
    };
    let found = unusual::unusual(trace.spans, trace.root(), trace.waterfall.length, route);
    html! {
        section #route aria-labelledby="route-title" data-testid="unusual" data-address=(trace.view.href(trace.id)) {
            details #unusual {
                summary { h2 #route-title { "What is unusual here" } " " (in_short(&found)) }
                (in_full(trace, route, &found))
                @if !route.traces.is_empty() { (compare_with(trace, route, now)) }
            }
        }
    }
}

/// The one line that is seen before anybody asks.
fn in_short(found: &Unusual) -> Markup {
    html! {
        @match found {
            Unusual::TooFew(_) => span.soft { "too few traces of this route to tell" },
            Unusual::Compared { standing, remarks } => {
                span.standing .unusual[standing.is_unusual()] { b { (durations::format(standing.duration)) } span.soft { ", usually " (durations::format(standing.median)) } }
                @match remarks.len() {
                    0 => {},
                    1 => span.soft { " · 1 remark" },
                    more => span.soft { " · " (more) " remarks" },
                }
            },
        }
    }
}

fn in_full(trace: &Trace<'_>, route: &Route, found: &Unusual) -> Markup {
    html! {
        @match found {
            Unusual::TooFew(count) => p.note data-testid="too-few" {
                @match count {
                    0 => "No other trace of this route is here to compare with.",
                    1 => "One other trace of this route is here: too few to compare.",
                    _ => { (count) " other traces of this route are here: too few to compare." },
                }
                " It takes " (ENOUGH) " to tell what is usual."
                (looked_through(route))
            },
            Unusual::Compared { standing, remarks } => {
                (standing_line(standing))
                @if route.is_cut { p.note { (looked_through(route)) } }
                @if remarks.is_empty() {
                    p.note data-testid="nothing-unusual" { "Nothing else: the same spans as usual, as long as usual, and no value at the root that others do not have." }
                } @else {
                    ul.remarks { @for remark in remarks { li data-testid="remark" { (line(trace, remark, standing.of)) } } }
                }
            },
        }
    }
}

/// That others of the route may be among older traces.
fn looked_through(route: &Route) -> Markup {
    html! {
        @if route.is_cut {
            " " span data-testid="looked-through" { "Others of this route were looked for among the newest " (grouped(MOST_LOOKED_AT as u64)) " traces only." }
        }
    }
}

fn standing_line(standing: &Standing) -> Markup {
    let Standing {
        duration,
        of,
        shorter,
        longer,
        median,
    } = standing;
    html! {
        p.standing .unusual[standing.is_unusual()] data-testid="standing" {
            b { (durations::format(*duration)) } " "
            @if shorter == of { "is longer than all " (grouped(*of as u64)) " other traces of this route that came last" }
            @else if longer == of { "is shorter than all " (grouped(*of as u64)) " other traces of this route that came last" }
            @else { "is longer than " (grouped(*shorter as u64)) " and shorter than " (grouped(*longer as u64)) " of the " (grouped(*of as u64)) " other traces of this route that came last (percentile " (standing.percentile()) ")" }
            ". Their median is " (durations::format(*median)) "."
        }
    }
}

fn line(trace: &Trace<'_>, remark: &Remark, of: usize) -> Markup {
    let all = grouped(of as u64);
    match remark {
        Remark::Failed {
            spans,
            first,
            others,
        } => html! {
            (to_span(trace, *first, &html! { @if *spans == 1 { "One span failed" } @else { (grouped(*spans as u64)) " spans failed" } }))
            ": "
            @if *others == 0 { "none of the " (all) " others has an error." }
            @else { (grouped(*others as u64)) " of the " (all) " others " @if *others == 1 { "has" } @else { "have" } " an error, too." }
        },
        Remark::Missing {
            service,
            name,
            others,
        } => html! {
            a href=(durations_of(service, name)) { (named(service, name)) } " is missing: " (grouped(*others as u64)) " of the " (all) " others have it."
        },
        Remark::Extra {
            service,
            name,
            count,
            first,
            others,
        } => html! {
            (to_span(trace, *first, &named(service, name)))
            @if *count > 1 { ", " (grouped(*count as u64)) " times" }
            ": " (few(*others, &all)) " it."
        },
        Remark::More {
            service,
            name,
            count,
            usual,
            most,
            time,
            first: _,
        } => html! {
            (to_search(trace, name, &html! { (named(service, name)) " " b { (grouped(*count as u64)) " times" } }))
            ", usually " (grouped(*usual as u64)) " and at most " (grouped(*most as u64)) "; together " (durations::format(*time)) "."
            @if *usual <= 1 { " One query for each row of another’s answer looks like this (N+1)." }
        },
        Remark::Slow {
            service,
            name,
            duration,
            median,
            longer,
            of,
            span,
        } => html! {
            (to_span(trace, *span, &named(service, name))) " took " b { (durations::format(*duration)) }
            ", usually " (durations::format(*median)) "; in " (grouped(*longer as u64)) " of " (grouped(*of as u64)) " others it took as long. " a href=(durations_of(service, name)) { "All its durations" }
        },
        Remark::Value {
            key,
            value,
            others,
            known,
        } => html! {
            @if let Some(root) = trace.root() {
                (to_span(trace, root, &html! { code { (foreign_text::isolated(key, NAME)) " = " (foreign_text::isolated(value, NAME)) } }))
            }
            " at the root: "
            @if *known == 0 { "none of the " (all) " others has this attribute." }
            @else {
                (few(*others, &all)) " this value."
                @if let Some(route) = &trace.route { " " a href=(values_of(route, key)) { "All its values" } }
            }
        },
    }
}

/// The query that shows how long such spans take.
fn durations_of(service: &str, name: &str) -> String {
    spans_of(service, name)
        .visualise("HEATMAP(duration_ms)")
        .href()
}

fn spans_of(service: &str, name: &str) -> QueryView {
    QueryView::of(Dataset::Spans)
        .filter("service.name", "=", service)
        .filter("name", "=", name)
        .within(When::everything())
}

/// The query that shows which values roots of the route have.
fn values_of(route: &Route, key: &str) -> String {
    spans_of(&route.service, &route.name)
        .visualise("COUNT")
        .by(key)
        .href()
}

fn few(others: usize, all: &str) -> Markup {
    html! {
        @match others {
            0 => { "none of the " (all) " others has" },
            1 => { "one of the " (all) " others has" },
            _ => { (grouped(others as u64)) " of the " (all) " others have" },
        }
    }
}

fn named(service: &str, name: &str) -> Markup {
    html! { span.soft { (foreign_text::isolated(service, 60)) } " " b { @if name.is_empty() { em { "no name" } } @else { (foreign_text::isolated(name, NAME)) } } }
}

/// A link that opens a span, by its place among the trace's spans.
fn to_span(trace: &Trace<'_>, span: usize, inner: &Markup) -> Markup {
    let key = super::waterfall::hex(&trace.spans[span].span.span_id);
    let view = trace
        .view
        .selecting(Some(&key))
        .with_rows(0, trace.view.rows.unwrap_or(ROWS));
    html! { a data-swap="waterfall details" href=(view.href(trace.id)) { (inner) } }
}

/// A link that marks all spans with a text.
fn to_search(trace: &Trace<'_>, text: &str, inner: &Markup) -> Markup {
    let view: TraceView = trace.view.finding(Some(text));
    html! { a data-swap="waterfall" href=(view.href(trace.id)) { (inner) } }
}

fn compare_with(trace: &Trace<'_>, route: &Route, now: u64) -> Markup {
    html! {
        div.compare-with {
            h3 { "Compare with" } " "
            ul data-testid="candidates" {
                @for Candidate { why, trace: other } in candidates(route) {
                    li {
                        a.plain.small data-testid="candidate" data-why=(why) href=(compare::href(trace.id, other.id)) {
                            (why) " " span.soft {
                                (durations::format(other.duration))
                                @if why.starts_with("latest") { ", " (moments::element(now, other.start)) }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// What names a route: the service and the name of its root.
pub(crate) fn root_named(span: Option<&crate::model::StoredSpan>) -> Markup {
    html! { @if let Some(span) = span { (named(span_facts::service(span), &span.span.name)) } @else { em { "no root" } } }
}
