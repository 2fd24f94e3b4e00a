//! The head of a trace's page: what it is called, its figures, and its services, with their part of the critical path and to fold.

use std::collections::BTreeMap;

use maud::{Markup, html};

use super::{
    attribute_table::grouped,
    critical_path::NOT_RECEIVED,
    durations, foreign_text,
    logs::of_trace,
    marks::error_mark,
    minimap::{number, share},
    moments, span_facts, trace_ids,
    trace_page::Trace,
};

/// Services that are seen at once.
const SHOWN_SERVICES: usize = 6;
/// Services behind them that are named.
const MOST_SERVICES: usize = 40;

/// The head.
pub(crate) fn header(trace: &Trace<'_>, now: u64) -> Markup {
    let errors = trace
        .spans
        .iter()
        .filter(|span| span_facts::is_error(span))
        .count();
    let start = trace.waterfall.start;
    let root = trace.root().map(|root| &trace.spans[root]);
    html! {
        header #trace-header data-address=(trace.view.href(trace.id)) {
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
            (path(trace))
        }
    }
}

/// Whose time it was that made the trace as long as it is.
fn path(trace: &Trace<'_>) -> Markup {
    let length = trace.path.length();
    let services = trace.path.services(&trace.waterfall, trace.spans);
    let view = trace.view;
    let mut at = 0.0;
    let parts: Vec<(&str, f64, f64)> = services
        .iter()
        .map(|&(name, time)| {
            let from = at;
            at += 100.0 * share(time, length);
            (class(trace, name), from, at - from)
        })
        .collect();
    html! {
        section.path data-testid="critical-path" aria-label="Critical path" {
            p.path-title {
                b { "Critical path" } " "
                @if length == 0 { span.soft { "none: the root has no duration" } }
                @else { span.soft title="Time of their own of the spans that decided when the root ended" { "who decided the " (durations::format(length)) } }
                " "
                a.plain.small data-swap="header waterfall" data-testid="path-switch" href=(view.hiding_path(!view.hides_path).href(trace.id)) {
                    @if view.hides_path { "Mark it in the waterfall" } @else { "Do not mark it" }
                }
            }
            @if length > 0 {
                svg.path-bar width="100%" height="8" aria-hidden="true" {
                    @for (class, from, width) in &parts { rect class=(class) x={ (number(*from)) "%" } width={ (number(*width)) "%" } height="8" {} }
                }
            }
            (legend(trace, &services, length))
            @if trace.path.after > 0 {
                p.note { "Other spans go on for " (durations::format(trace.path.after)) " after the root has ended. Nobody who called it waited for them, so they are not on the path." }
            }
        }
    }
}

/// `37 %`, `<1 %`.
pub(crate) fn percent(part: u64, of: u64) -> String {
    let percent = 100.0 * share(part, of);
    if part > 0 && percent < 1.0 {
        "<1 %".to_owned()
    } else {
        format!("{percent:.0} %")
    }
}

fn class(trace: &Trace<'_>, service: &str) -> &'static str {
    if service == NOT_RECEIVED {
        "missing"
    } else {
        trace.colours.class(service)
    }
}

/// The services: first those of the path with their time on it, then the others; each folds and unfolds its spans.
fn legend(trace: &Trace<'_>, on_path: &[(&str, u64)], length: u64) -> Markup {
    let mut spans: BTreeMap<&str, u64> = BTreeMap::new();
    for span in trace.spans {
        *spans.entry(span_facts::service(span)).or_default() += 1;
    }
    let is_on_path = |service: &str| on_path.iter().any(|(name, _)| *name == service);
    let others = spans.keys().filter(|service| !is_on_path(service));
    let all: Vec<(&str, u64)> = on_path
        .iter()
        .copied()
        .chain(others.map(|service| (*service, 0)))
        .collect();
    let (first, rest) = all.split_at(all.len().min(SHOWN_SERVICES));
    let item = |(service, time): (&str, u64)| {
        html! {
            li.(class(trace, service)) {
                @if spans.contains_key(service) { (fold(trace, service)) }
                @else { span.swatch {} " " (foreign_text::isolated(service, 80)) }
                @if time > 0 { span data-testid="path-service" { " " b { (durations::format(time)) } " " span.soft { (percent(time, length)) } } }
                @if let Some(count) = spans.get(service) { span.soft.of-service { " · " (grouped(*count)) @if *count == 1 { " span" } @else { " spans" } } }
            }
        }
    };
    html! {
        ul.legend aria-label="Services, their time on the critical path, and their spans" {
            @for one in first { (item(*one)) }
            @for name in trace.view.fold.iter().filter(|name| !spans.contains_key(&name[..])) {
                li { a.fold-service.folded data-swap="header waterfall" href=(trace.view.folding(name).href(trace.id)) { (foreign_text::isolated(name, 80)) " " span.badge { "folded, but not in this trace" } } }
            }
        }
        @if !rest.is_empty() {
            details.more-services #more-services {
                summary { (grouped(rest.len() as u64)) " more services" }
                ul.legend {
                    @for one in rest.iter().take(MOST_SERVICES) { (item(*one)) }
                    @if rest.len() > MOST_SERVICES { li { "and " (rest.len() - MOST_SERVICES) " more" } }
                }
            }
        }
    }
}

/// The service's name, which folds its spans.
fn fold(trace: &Trace<'_>, service: &str) -> Markup {
    let is_folded = trace.view.folds(service);
    let title = if is_folded {
        "Folded: show all its spans"
    } else {
        "Fold its spans into the span that enters the service"
    };
    html! {
        a.fold-service .folded[is_folded] data-swap="header waterfall" data-testid="fold-service" data-service=(foreign_text::on_one_line(service, 200))
            href=(trace.view.folding(service).href(trace.id)) title=(title) {
            span.swatch {} " " (foreign_text::isolated(service, 80))
            @if is_folded { " " span.badge { "folded" } }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_rounded_but_not_to_nothing() {
        for (part, of, text) in [
            (0, 9, "0 %"),
            (1, 1_000, "<1 %"),
            (1, 3, "33 %"),
            (9, 9, "100 %"),
            (1, 0, "<1 %"),
        ] {
            assert_eq!(percent(part, of), text);
        }
    }
}
