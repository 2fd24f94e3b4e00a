//! The panel under a heatmap with a box: what sets the rows inside apart from all others, attribute by attribute.
//! What differs is `span-columns`'s to find; how one attribute looks is `distribution`'s.

use maud::{Markup, html};
use span_columns::{BubbleUp, Difference, Selection};

use super::{address::QueryView, distribution::distribution, when::When};
use crate::pages::{as_many, attribute_table::grouped, foreign_text, moments::stamp, plot::Unit};

/// Attributes that are shown at once.
const MOST_SHOWN: usize = 12;
/// A smaller distance tells nothing.
const LEAST_DISTANCE: f64 = 0.05;
/// With fewer rows inside, differences may be chance.
const FEW: u64 = 10;

/// The panel of a box.
pub(super) fn panel(view: &QueryView, selection: &Selection, found: &BubbleUp) -> Markup {
    let telling = found
        .differences
        .iter()
        .filter(|one| one.distance >= LEAST_DISTANCE)
        .count();
    let (shown, folded) = found.differences.split_at(telling.min(MOST_SHOWN));
    html! {
        section.bubble-up #bubble-up aria-labelledby="bubble-up-title" data-testid="bubble-up" data-inside=(found.inside) data-outside=(found.outside) {
            div.title-line {
                h2 #bubble-up-title tabindex="-1" { "What sets the box apart" }
                span.spring {}
                @if let Some(only) = only_the_box(view, selection) { a.plain.small href=(only) data-query="" data-testid="only-the-box" { "Ask only these rows" } }
                a.plain.small href=(view.unboxed().href()) data-query="" data-testid="clear-box" { "Clear the box" }
            }
            p.compared { (compared(selection, found)) }
            @match (found.inside, found.outside) {
                (0, _) => p.note { "No row is in the box. Draw it over cells that have a colour." },
                (_, 0) => p.note { "Every row is in the box: there is nothing to compare it with. Draw a smaller one." },
                (inside, _) => {
                    @if inside < FEW { p.note.few { "△ So few rows may differ from the others by chance." } }
                    (legend())
                    @if shown.is_empty() { p.note data-testid="nothing-differs" { "No attribute tells the rows in the box from the others." } }
                    (cards(view, shown, found))
                    (rest(view, folded, found))
                }
            }
        }
    }
}

fn compared(selection: &Selection, found: &BubbleUp) -> Markup {
    let unit = Unit::of_column(&selection.column);
    let seconds = |at: i64| {
        stamp(at.div_euclid(1_000_000))
            .split('.')
            .next()
            .unwrap_or_default()
            .to_owned()
    };
    let rows = |count: u64| if count == 1 { "row" } else { "rows" };
    html! {
        b { (grouped(found.inside)) } " " (rows(found.inside)) " with " (foreign_text::isolated(&selection.column, 120)) " from " (unit.format(selection.min)) " to " (unit.format(selection.max))
        " between " (seconds(selection.from_unix_nano)) " and " (seconds(selection.to_unix_nano)) " UTC, against "
        b { (grouped(found.outside)) } @if found.outside == 1 { " other." } @else { " others." }
    }
}

/// The same query over the rows in the box alone.
fn only_the_box(view: &QueryView, selection: &Selection) -> Option<String> {
    let (min, max) = (selection.min.into(), selection.max.into());
    let only = view.only_from_to(&selection.column, &min, &max, true)?;
    let milliseconds = |nanoseconds: i64| nanoseconds.div_euclid(1_000_000);
    let time = When::between(
        milliseconds(selection.from_unix_nano),
        milliseconds(selection.to_unix_nano - 1),
    );
    Some(only.within(time).href())
}

fn legend() -> Markup {
    let key = |class: &str| html! { svg.bar-key width="14" height="10" aria-hidden="true" { rect.(class) x="0.5" y="0.5" width="13" height="9" rx="2" {} } };
    html! {
        p.bar-legend { span { (key("inside")) " in the box" } span { (key("outside")) " all others" } }
    }
}

fn cards(view: &QueryView, differences: &[Difference], found: &BubbleUp) -> Markup {
    let all = differences.iter();
    let (cards, count) = as_many::items(all.map(|difference| card(view, difference, found)));
    html! {
        ol.differences { (cards) }
        @if count < differences.len() { p.note { (differences.len() - count) " more do not fit on this page." } }
    }
}

fn card(view: &QueryView, difference: &Difference, found: &BubbleUp) -> Markup {
    html! {
        li.difference data-testid="difference" data-column=(foreign_text::on_one_line(&difference.column, 200)) data-distance={ (format!("{:.3}", difference.distance)) } {
            div.difference-head {
                h3 { (foreign_text::isolated(&difference.column, 120)) }
                @if let Some(by) = view.grouped_by(&difference.column) { a.small-link href=(by.href()) data-query="" data-testid="group-by" { "group by" span.unseen { " " (foreign_text::isolated(&difference.column, 120)) } } }
            }
            (distribution(view, difference, (found.inside, found.outside)))
        }
    }
}

/// What differs little, or was not compared.
fn rest(view: &QueryView, folded: &[Difference], found: &BubbleUp) -> Markup {
    let attributes = |count: usize| {
        if count == 1 {
            "attribute"
        } else {
            "attributes"
        }
    };
    html! {
        @if !folded.is_empty() {
            details.little-difference data-testid="little-difference" {
                summary { (folded.len()) " more " (attributes(folded.len())) " that differ less" }
                (cards(view, folded, found))
            }
        }
        @if found.left_out > 0 {
            p.soft.small-note data-testid="left-out" { (found.left_out) " " (attributes(found.left_out)) " are the same inside and outside, or have another value on nearly every row." }
        }
    }
}
