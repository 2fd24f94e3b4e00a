//! How the two spans of the open pair differ: figures, attributes, messages.

use maud::{Markup, html};

use super::{
    differences::{Difference, differences},
    page::Comparison,
    rows,
};
use crate::{
    model::StoredSpan,
    pages::{
        address::Address,
        attribute_table::{grouped, long_text},
        durations, foreign_text,
        marks::error_mark,
        oddities, self_time, span_facts,
        trace_page::Trace,
        waterfall::What,
    },
};

/// Attributes that are listed.
const MOST_LISTED: usize = 200;

/// The open pair; without one, an empty element that the script can fill.
pub(super) fn details(comparison: &Comparison<'_>) -> Markup {
    let close = comparison
        .view
        .opening(None, None)
        .href(comparison.left.id, comparison.right.id);
    if comparison.asks_for_what_is_not_here() {
        return html! {
            aside #details aria-label="Differences of the pair" data-testid="pair-details" {
                a.close data-swap="" data-close="" href=(close) aria-label="Close details" { "×" }
                h2 { "This span is not here" }
                p { "None of the two traces has the span that this address opens." }
            }
        };
    }
    let Some(pair) = comparison.open else {
        return html! { aside #details hidden {} };
    };
    let (left, right) = comparison.sides(&pair);
    let span = |trace: &'_ Trace<'_>, place: Option<usize>| match trace.waterfall.rows[place?].what
    {
        What::Span(span) => Some(trace.spans[span].clone()),
        What::Missing(_) => None,
    };
    let spans = (
        span(comparison.left, pair.left),
        span(comparison.right, pair.right),
    );
    let any = left.as_ref().or(right.as_ref());
    let own = |trace: &Trace<'_>, place: Option<usize>| {
        place.map_or("–".to_owned(), |place| {
            durations::format(self_time::self_time(&trace.waterfall.rows, place))
        })
    };
    let told = |side: &Option<rows::Side<'_>>, tell: fn(&rows::Side<'_>) -> String| {
        side.as_ref().map_or("–".to_owned(), tell)
    };
    let of_span = |span: &Option<StoredSpan>, tell: fn(&StoredSpan) -> String| {
        span.as_ref().map_or("–".to_owned(), tell)
    };
    let facts = [
        (
            "Duration",
            told(&left, |side| durations::format(side.lasted())),
            told(&right, |side| durations::format(side.lasted())),
        ),
        (
            "Self time",
            own(comparison.left, pair.left),
            own(comparison.right, pair.right),
        ),
        (
            "Starts at",
            told(&left, |side| durations::format(side.row.from)),
            told(&right, |side| durations::format(side.row.from)),
        ),
        (
            "Status",
            of_span(&spans.0, |span| span_facts::status(span).to_owned()),
            of_span(&spans.1, |span| span_facts::status(span).to_owned()),
        ),
        (
            "Events",
            of_span(&spans.0, |span| span.span.events.len().to_string()),
            of_span(&spans.1, |span| span.span.events.len().to_string()),
        ),
    ];
    let odd: Vec<_> = [("left", &left), ("right", &right)]
        .into_iter()
        .filter_map(|(which, side)| Some((which, &side.as_ref()?.row.oddities)))
        .collect();
    html! {
        aside #details aria-label="Differences of the pair" data-testid="pair-details" {
            a.close data-swap="" data-close="" href=(close) aria-label="Close details" title="Close (Esc)" { "×" }
            header {
                @if let Some(any) = any {
                    p.over { @match any.service { Some(service) => (foreign_text::isolated(service, 200)), None => "not received" } }
                    h2 { (foreign_text::isolated(any.name, 300)) }
                }
            }
            @match (&left, &right) {
                (Some(_), None) => p.oddity { "Only the left trace has this span." },
                (None, Some(_)) => p.oddity { "Only the right trace has this span." },
                _ => {},
            }
            @for (which, oddities) in odd { @for oddity in oddities { p.oddity { "△ " b { (which) } ": " (oddities::explained(oddity)) } } }
            table.sides {
                thead { tr { th scope="col" { span.unseen { "What" } } th scope="col" { (to_span(comparison.left, left.as_ref(), "Left")) } th scope="col" { (to_span(comparison.right, right.as_ref(), "Right")) } } }
                tbody { @for (label, left, right) in &facts { tr .differs[left != right] { th scope="row" { (label) } td { (left) } td { (right) } } } }
            }
            @for (title, left, right) in attributes(&spans) { (different(title, &left, &right)) }
            @if let (Some(left), Some(right)) = (&spans.0, &spans.1) && message(left) != message(right) {
                h3 { "Status messages" }
                @for (which, span) in [("Left", left), ("Right", right)] { p { span.soft { (which) } " " @if span_facts::is_error(span) { (error_mark()) } " " (long_text(message(span))) } }
            }
        }
    }
}

fn message(span: &StoredSpan) -> &str {
    span.span
        .status
        .as_ref()
        .map_or("", |status| &status.message)
}

type Attributes = Vec<opentelemetry_proto::tonic::common::v1::KeyValue>;

/// What is compared of a pair: attributes of the spans and of their resources.
fn attributes(
    (left, right): &(Option<StoredSpan>, Option<StoredSpan>),
) -> Vec<(&'static str, Attributes, Attributes)> {
    let (Some(left), Some(right)) = (left, right) else {
        return Vec::new();
    };
    vec![
        (
            "Attributes",
            left.span.attributes.clone(),
            right.span.attributes.clone(),
        ),
        (
            "Resource attributes",
            left.resource.attributes.clone(),
            right.resource.attributes.clone(),
        ),
    ]
}

fn different(title: &str, left: &Attributes, right: &Attributes) -> Markup {
    let (found, same) = differences(left, right);
    let cell = |text: &Option<String>| html! { @match text { Some(text) => (long_text(text)), None => { span.empty { "none" } } } };
    html! {
        h3.differences-title { (title) " that differ" } " " span.count { (grouped(found.len() as u64)) ", " (grouped(same as u64)) " are the same" }
        @if !found.is_empty() {
            table.sides data-testid="differing-attributes" {
                tbody {
                    @for Difference { key, left, right } in found.iter().take(MOST_LISTED) {
                        tr data-testid="differing-attribute" data-key=(foreign_text::on_one_line(key, 300)) {
                            th scope="row" { bdi { (foreign_text::on_one_line(key, 300)) } }
                            td.value { (cell(left)) } td.value { (cell(right)) }
                        }
                    }
                }
            }
            @if found.len() > MOST_LISTED { p.note { "And " (grouped((found.len() - MOST_LISTED) as u64)) " more." } }
        }
    }
}

fn to_span(trace: &Trace<'_>, side: Option<&rows::Side<'_>>, label: &str) -> Markup {
    html! {
        @match side {
            Some(side) => a href=(Address::new(format!("/trace/{}", trace.id)).with("span", side.key).finish()) { (label) },
            None => (label),
        }
    }
}
