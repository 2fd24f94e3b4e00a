//! What an answer begins with: how much was looked at, what to do when nothing was found, and the drawings in their order.

use std::time::Duration;

use maud::{Markup, html};
use serde_json::Value as Json;
use span_columns::{Answer, BubbleUp, Selection};

use super::{
    address::QueryView, asked_json::asked_json, drawings::drawings, faults::Fault, form, when::When,
};
use crate::model::Dataset;
use crate::pages::{attribute_table::grouped, durations, foreign_text};

/// A time that is proposed is shorter by this factor at least.
const LEAST_CLOSER: i64 = 4;
/// Up to here a time that is proposed goes to the present and moves on with it.
const MOST_MINUTES: i64 = 60;

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
    // Spans that began before may be open, and drawn.
    let is_empty = shown.answer.rows_matched == 0 && shown.answer.series.is_none();
    html! {
        (figures(view, shown))
        @if let Some(fault) = &shown.fault_of_box { p.oddity data-testid="box-error" { "△ " (foreign_text::isolated(&fault.message, 700)) " " a href=(view.unboxed().href()) data-query="" { "Go on without it" } } }
        @if let Some((_, Err(message))) = &shown.boxed { p.oddity data-testid="box-error" { "△ " (foreign_text::isolated(message, 700)) } }
        @if is_empty { (nothing(view, shown)) } @else {
            @let boxed = shown.boxed.as_ref().map(|(selection, found)| (selection, found.as_ref().ok()));
            (drawings(view, &shown.answer, boxed))
        }
        (asked_json(view, &shown.json, &shown.host))
    }
}

fn figures(view: &QueryView, shown: &Answered) -> Markup {
    let answer = &shown.answer;
    let count = |count: u64, one: &str| format!("{one}{}", if count == 1 { "" } else { "s" });
    let groups = answer.table.groups as u64;
    html! {
        p.statistics data-testid="statistics" {
            span { b data-testid="rows-matched" { (grouped(answer.rows_matched)) } " " (count(answer.rows_matched, "row")) " matched" }
            span { b data-testid="rows-scanned" { (grouped(answer.rows_scanned)) } " looked at" }
            span { b data-testid="group-count" { (grouped(groups)) } " " (count(groups, "group")) }
            span { "in " b { (durations::format(u64::try_from(shown.took.as_nanos()).unwrap_or(u64::MAX))) } }
            @if let Some((closer, words)) = closer(view, answer) {
                span { "all " (words) ": " a href=(closer.href()) data-query="" data-testid="closer" { "look closer" } }
            }
        }
    }
}

/// A shorter time that holds all that was found, if most of the time asked for holds nothing; and that time in words.
fn closer(view: &QueryView, answer: &Answer) -> Option<(QueryView, String)> {
    const SECOND: i64 = 1_000_000_000;
    let series = answer.series.as_ref()?;
    let (first, last) = answer.extent_unix_nano?;
    let asked = i64::try_from(series.step).ok()? * i64::try_from(series.steps).ok()?;
    let is_much_shorter = |seconds: i64| seconds.saturating_mul(LEAST_CLOSER) <= asked;
    let minutes = (series.start + asked - first.div_euclid(SECOND)).div_euclid(60) + 1;
    if view.when.is_last() && minutes <= MOST_MINUTES && is_much_shorter(minutes * 60) {
        let words = format!("in the last {minutes} min");
        return Some((
            view.clone().within(When::last(&format!("{minutes}m"))),
            words,
        ));
    }
    let length = last.saturating_sub(first);
    is_much_shorter(length.div_euclid(SECOND) + 1).then(|| {
        let shown = durations::format(length.unsigned_abs().max(SECOND.unsigned_abs()));
        let milliseconds = |nanoseconds: i64| nanoseconds.div_euclid(1_000_000);
        let zoomed = view.clone().zoomed(milliseconds(first), milliseconds(last));
        (zoomed, format!("within {shown}"))
    })
}

/// What brings the first row; the home page tells it no more once there is a span.
fn none_stored(of: Dataset) -> Markup {
    html! {
        @match of {
            Dataset::Spans => p { "Nothing is stored yet. " a href="/" { "How to send the first span" } },
            Dataset::Segments => p { "No X-Ray segment is stored yet. Lab 2 sends them: " code { "cargo lab up 2" } },
            Dataset::Logs => p { "No log event is stored yet. Lab 3 sends them: " code { "cargo lab up 3" } },
        }
    }
}

/// Why there is nothing, and where something is.
fn nothing(view: &QueryView, shown: &Answered) -> Markup {
    let everything = view.clone().within(When::everything());
    let mut hints = form::hints(view, &shown.answer);
    hints.retain(|hint| hint.field == "where");
    hints.dedup_by(|next, before| next.message == before.message);
    html! {
        div.notice data-testid="no-results" {
            h2 { "No row matches in " (view.when.in_words()) }
            @for hint in &hints { p { (form::hinted(hint)) } }
            @match shown.elsewhere {
                Some(0) if view.filters.is_empty() => (none_stored(view.of)),
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
