//! An answer's groups as a table: sorted by its heads, each value a way to ask further.

use maud::{Markup, html};
use span_columns::Answer;
use span_query::Value;

use super::{
    address::QueryView,
    line_chart::key,
    lines::{Look, MOST_LINES, shown},
};
use crate::pages::{
    as_many,
    attribute_table::grouped,
    foreign_text,
    minimap::number,
    plot::{Unit, as_number},
};

/// Characters shown of a value; the whole of it, up to ten times as many, is its title.
const MOST_SHOWN: usize = 120;

/// The groups of an answer.
pub(super) fn table(view: &QueryView, answer: &Answer) -> Markup {
    let columns = &answer.table.columns;
    let keys = view.by.len().min(columns.len());
    let rows = &answer.table.rows;
    let drawn = answer
        .series
        .as_ref()
        .map_or(0, |series| series.groups.len().min(MOST_LINES));
    let has_lines = keys > 0
        && drawn > 0
        && answer
            .series
            .as_ref()
            .is_some_and(|series| !series.calculations.is_empty());
    let greatest: Vec<Option<f64>> = (0..columns.len())
        .map(|at| {
            (at >= keys && rows.len() > 1)
                .then(|| greatest(rows, at))
                .flatten()
        })
        .collect();
    let (shown, count) = as_many::rows(rows.iter().enumerate().map(|(place, row)| {
        html! {
            tr data-testid="group" data-line=[(has_lines && place < drawn).then_some(place)] {
                @if has_lines { td.line-cell { @if place < drawn { (key(Look::of(place))) } } }
                @for (at, value) in row.iter().enumerate() {
                    @let column = columns.get(at).map_or("", |column| &column[..]);
                    @if at < keys { (key_cell(view, column, value)) }
                    @else { (number_cell(column, value, greatest.get(at).copied().flatten())) }
                }
            }
        }
    }));
    html! {
        section #groups aria-labelledby="groups-title" data-testid="groups" {
            div.title-line.small-title {
                h2 #groups-title { "Groups" }
                span.soft { (told(answer)) }
            }
            @if columns.is_empty() {
                p.note { "The heatmaps have no single values for a table." }
            } @else {
                div.result-scroll tabindex="0" role="region" aria-label="Table of groups" {
                    table.results.groups data-testid="groups-table" {
                        thead { tr {
                            @if has_lines { th.line-cell { span.unseen { "Line" } } }
                            @for (at, column) in columns.iter().enumerate() { (head(view, column, at >= keys)) }
                        } }
                        tbody { (shown) }
                    }
                }
                @if count < rows.len() { p.note data-testid="more-groups" { "The first " (grouped(count as u64)) " are shown: more do not fit on one page." } }
                @if rows.is_empty() { p.note data-testid="no-group" { "No group is left." } }
            }
        }
    }
}

fn told(answer: &Answer) -> String {
    let (shown, all) = (answer.table.rows.len(), answer.table.groups);
    let count = |count: usize| grouped(count as u64);
    if shown < all {
        format!(
            "{} of {}; a higher limit shows more",
            count(shown),
            count(all)
        )
    } else {
        count(shown)
    }
}

/// The greatest number of a column, by size; bars are shares of it.
fn greatest(rows: &[Vec<Value>], at: usize) -> Option<f64> {
    let sizes = rows
        .iter()
        .filter_map(|row| row.get(at))
        .filter_map(as_number)
        .map(f64::abs);
    sizes.reduce(f64::max).filter(|greatest| *greatest > 0.0)
}

/// A column's head; its link sorts by it, and turns the order if that is so already.
fn head(view: &QueryView, column: &str, is_number: bool) -> Markup {
    let now = view.order.first().and_then(|order| {
        let (by, direction) = order.rsplit_once(' ')?;
        (by == column).then_some(direction == "desc")
    });
    let descending = now.map_or(is_number, |now| !now);
    let direction = if descending { "desc" } else { "asc" };
    let href = view
        .clone()
        .ordered(&format!("{column} {direction}"))
        .href();
    let sort = now.map(|descending| {
        if descending {
            "descending"
        } else {
            "ascending"
        }
    });
    html! {
        th scope="col" .num[is_number] aria-sort=[sort] data-column=(foreign_text::on_one_line(column, MOST_SHOWN)) {
            a.sort href=(href) data-query="" data-testid="sort" {
                (foreign_text::isolated(column, MOST_SHOWN))
                span.arrow aria-hidden="true" { @match now { Some(true) => " ↓", Some(false) => " ↑", None => "" } }
            }
        }
    }
}

/// A value that makes the group; what it leads to shows when the pointer or the focus is there.
fn key_cell(view: &QueryView, column: &str, value: &Value) -> Markup {
    let text = shown(value, MOST_SHOWN);
    let (only, without) = (view.only(column, value), view.without(column, value));
    html! {
        td.key-cell {
            span.refined {
                @if *value == Value::Null { (none("no value in this column")) }
                @else { bdi title=[is_cut(value).then(|| foreign_text::in_attribute(&value.to_string(), MOST_SHOWN * 10))] { (text) } }
                span.refine {
                    @if let Some(only) = only { a href=(only.href()) data-query="" data-testid="only" { "only" span.unseen { " " bdi { (text) } } } }
                    @if let Some(without) = without { a href=(without.href()) data-query="" data-testid="without" { "not" span.unseen { " " bdi { (text) } } } }
                }
            }
        }
    }
}

fn is_cut(value: &Value) -> bool {
    matches!(value, Value::String(text) if text.chars().nth(MOST_SHOWN / 3).is_some())
}

fn number_cell(column: &str, value: &Value, greatest: Option<f64>) -> Markup {
    let unit = Unit::of_calculation(column);
    let text = unit.format_value(value);
    html! {
        td.num {
            @match (text, value) {
                (Some(text), _) => {
                    span title=(exact(value)) { (text) }
                    @if let (Some(greatest), Some(number_here)) = (greatest, as_number(value)) {
                        svg.share-bar width="100%" height="3" aria-hidden="true" {
                            @if number_here > 0.0 { rect x="0" y="0" height="3" width={ (number(number_here / greatest * 100.0)) "%" } {} }
                        }
                    }
                }
                (None, Value::Null) => (none("there was no number to calculate it from")),
                // The least and the greatest of what is no number.
                (None, other) => bdi { (shown(other, MOST_SHOWN)) },
            }
        }
    }
}

/// A number with all its digits.
fn exact(value: &Value) -> String {
    value.to_string()
}

/// The sign of nothing, and what it means.
fn none(meaning: &str) -> Markup {
    html! { span.none title=(meaning) { span aria-hidden="true" { "—" } span.unseen { (meaning) } } }
}
