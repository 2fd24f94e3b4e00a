//! The head of a trace's page: what it is called, its figures, its critical path by service, and the services to fold.

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

/// Services that the legend and the path name.
const MOST_SERVICES: usize = 40;
/// Services of the path that are named.
const MOST_ON_PATH: usize = 6;

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
            (legend(trace))
        }
    }
}

/// Whose time it was that made the trace as long as it is.
fn path(trace: &Trace<'_>) -> Markup {
    let length = trace.path.length();
    let services = trace.path.services(&trace.waterfall, trace.spans);
    let view = trace.view;
    let class = |name: &str| {
        if name == NOT_RECEIVED {
            "missing"
        } else {
            trace.colours.class(name)
        }
    };
    let mut at = 0.0;
    let parts: Vec<(&str, f64, f64)> = services
        .iter()
        .map(|&(name, time)| {
            let from = at;
            at += 100.0 * share(time, length);
            (class(name), from, at - from)
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
                ul.path-services {
                    @for (name, time) in services.iter().take(MOST_ON_PATH) {
                        li.(class(name)) data-testid="path-service" { span.swatch {} " " (foreign_text::isolated(name, 80)) " " b { (durations::format(*time)) } " " span.soft { (percent(*time, length)) } }
                    }
                    @if services.len() > MOST_ON_PATH { li.soft { "and " (services.len() - MOST_ON_PATH) " more" } }
                }
            }
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

/// The services with their spans; each folds and unfolds its spans.
fn legend(trace: &Trace<'_>) -> Markup {
    let mut services: BTreeMap<&str, usize> = BTreeMap::new();
    for span in trace.spans {
        *services.entry(span_facts::service(span)).or_default() += 1;
    }
    html! {
        ul.legend aria-label="Services: fold the spans of one into the span that enters it" {
            @for (name, count) in services.iter().take(MOST_SERVICES) {
                @let is_folded = trace.view.folds(name);
                li.(trace.colours.class(name)) {
                    a.fold-service .folded[is_folded] data-swap="header waterfall" data-testid="fold-service" data-service=(foreign_text::on_one_line(name, 200))
                        href=(trace.view.folding(name).href(trace.id)) title=(if is_folded { "Folded: show all its spans" } else { "Fold its spans into the span that enters the service" }) {
                        span.swatch {} " " (foreign_text::isolated(name, 80)) " " span.count { (grouped(*count as u64)) }
                        @if is_folded { " " span.badge { "folded" } }
                    }
                }
            }
            @if services.len() > MOST_SERVICES { li { "and " (services.len() - MOST_SERVICES) " more" } }
            @for name in trace.view.fold.iter().filter(|name| !services.contains_key(&name[..])) {
                li { a.fold-service.folded data-swap="header waterfall" href=(trace.view.folding(name).href(trace.id)) { (foreign_text::isolated(name, 80)) " " span.badge { "folded, but not in this trace" } } }
            }
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
