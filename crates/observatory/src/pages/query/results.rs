//! What an answer begins with: how much was looked at, what to do when nothing was found, and the drawings in their order.

use std::time::Duration;

use maud::{Markup, html};
use serde_json::Value as Json;
use span_columns::{Answer, BubbleUp, Selection};

use super::{
    address::QueryView, asked_json::asked_json, drawings::drawings, faults::Fault, when::When,
};
use crate::pages::{attribute_table::grouped, durations, foreign_text};

/// The answer to what a page asks.
pub(super) struct Answered {
    pub(super) answer: Answer,
    pub(super) took: Duration,
    /// The box on a heatmap, and what sets it apart or why that could not be told.
    pub(super) boxed: Option<(Selection, Result<BubbleUp, String>)>,
    /// What is wrong with the box.
    pub(super) fault_of_box: Option<Fault>,
    /// If nothing matched: rows that do over all that is stored.
    pub(super) elsewhere: Option<u64>,
    /// The query as JSON.
    pub(super) json: Json,
    /// Host and port that the page was asked of.
    pub(super) host: String,
}

/// Everything below the form.
pub(super) fn results(view: &QueryView, shown: &Answered) -> Markup {
    let is_empty = shown.answer.rows_matched == 0;
    html! {
        (figures(shown))
        @if let Some(fault) = &shown.fault_of_box { p.oddity data-testid="box-error" { "△ " (fault.message) " " a href=(view.unboxed().href()) data-query="" { "Go on without it" } } }
        @if let Some((_, Err(message))) = &shown.boxed { p.oddity data-testid="box-error" { "△ " (foreign_text::isolated(message, 700)) } }
        @if is_empty { (nothing(view, shown)) } @else {
            @let boxed = shown.boxed.as_ref().map(|(selection, found)| (selection, found.as_ref().ok()));
            (drawings(view, &shown.answer, boxed))
        }
        (asked_json(view, &shown.json, &shown.host))
    }
}

fn figures(shown: &Answered) -> Markup {
    let answer = &shown.answer;
    let count = |count: u64, one: &str| format!("{one}{}", if count == 1 { "" } else { "s" });
    let groups = answer.table.groups as u64;
    html! {
        p.statistics data-testid="statistics" {
            span { b data-testid="rows-matched" { (grouped(answer.rows_matched)) } " " (count(answer.rows_matched, "row")) " matched" }
            span { b data-testid="rows-scanned" { (grouped(answer.rows_scanned)) } " looked at" }
            span { b data-testid="group-count" { (grouped(groups)) } " " (count(groups, "group")) }
            span { "in " b { (durations::format(u64::try_from(shown.took.as_nanos()).unwrap_or(u64::MAX))) } }
        }
    }
}

/// Why there is nothing, and where something is.
fn nothing(view: &QueryView, shown: &Answered) -> Markup {
    let everything = view.clone().within(When::everything());
    html! {
        div.notice data-testid="no-results" {
            h2 { "No row matches in " (view.when.in_words()) }
            @match shown.elsewhere {
                Some(0) if view.filters.is_empty() => p { "Nothing is stored yet. " a href="/" { "How to send the first span" } },
                Some(0) => {
                    p { "Over all that is stored none does, either." }
                    @if view.filters.len() > 1 {
                        p { "Without one of the conditions:" }
                        ul.reasons { @for (index, text) in view.filters.iter().enumerate().take(10) {
                            li { a href=(view.without_filter(index).href()) data-query="" { "leave out " code { (foreign_text::isolated(text, 200)) } } }
                        } }
                    }
                },
                Some(rows) => p {
                    "Over all that is stored, " b { (grouped(rows)) } @if rows == 1 { " row does. " } @else { " rows do. " }
                    a href=(everything.href()) data-query="" data-testid="ask-everything" { "Ask over everything" }
                },
                None => {},
            }
        }
    }
}
