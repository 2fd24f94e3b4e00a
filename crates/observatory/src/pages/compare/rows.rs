//! The aligned rows: durations of both, the difference, and two bars on one time scale.

use maud::{Markup, html};

use super::{align::Pair, page::Comparison};
use crate::pages::{
    as_many,
    attribute_table::grouped,
    axis, durations, foreign_text,
    marks::error_mark,
    measure::signed,
    minimap::{number, share},
    span_facts,
    trace_address::{MOST_ROWS, ROWS},
    waterfall::{Row, What},
};

/// Indentation stops here; deeper rows say their depth.
const DEEPEST_INDENT: u32 = 24;
/// Characters of a name in a row.
const NAME: usize = 160;
/// A pair differs whose durations differ by this part of the longer trace.
pub(super) const SHARE_THAT_MATTERS: u64 = 20;

/// A row as it is compared.
pub(super) struct Side<'a> {
    pub(super) row: &'a Row,
    pub(super) key: &'a str,
    pub(super) service: Option<&'a str>,
    pub(super) name: &'a str,
    pub(super) is_error: bool,
}

impl Side<'_> {
    pub(super) fn lasted(&self) -> u64 {
        self.row.to - self.row.from
    }
}

/// How much longer the right one took, in nanoseconds; `None` if one of them is wanting.
pub(super) fn difference(left: Option<&Side<'_>>, right: Option<&Side<'_>>) -> Option<i128> {
    Some(i128::from(right?.lasted()) - i128::from(left?.lasted()))
}

/// The pairs that differ, and what is above them.
pub(super) fn different(comparison: &Comparison<'_>) -> Vec<Pair> {
    let matters = i128::from(comparison.length() / SHARE_THAT_MATTERS).max(1);
    let mut wanted = Vec::new();
    // From below: a row is wanted if it differs, or if one that is wanted is right under it.
    let mut level = 0;
    for pair in comparison.pairs.iter().rev() {
        let (left, right) = comparison.sides(pair);
        let outcome = |side: &Option<Side<'_>>| side.as_ref().map(|side| side.is_error);
        let is_different = difference(left.as_ref(), right.as_ref())
            .is_none_or(|difference| difference.abs() >= matters)
            || outcome(&left) != outcome(&right);
        if is_different || pair.depth < level {
            wanted.push(*pair);
            level = pair.depth;
        } else if pair.depth == 0 {
            level = 0;
        }
    }
    wanted.reverse();
    wanted
}

/// Head, rows and what is beyond them.
pub(super) fn rows(comparison: &Comparison<'_>) -> Markup {
    let view = comparison.view;
    let different = view.only_different.then(|| different(comparison));
    let pairs = different.as_deref().unwrap_or(&comparison.pairs);
    let length = comparison.length().max(1);
    let rows = view.rows.unwrap_or(ROWS);
    let skip = view.skip.min(pairs.len().saturating_sub(1));
    let shown = pairs.iter().skip(skip).take(rows);
    let (shown, count) = as_many::rows(shown.map(|pair| row(comparison, pair, length)));
    let rest = pairs.len().saturating_sub(skip + count);
    let is_full = count < rows || rows >= MOST_ROWS;
    let href = |skip, rows| {
        view.with_rows(skip, rows)
            .href(comparison.left.id, comparison.right.id)
    };
    html! {
        section #comparison aria-label="Spans of both traces" {
            div.toolbar {
                span.hits data-testid="shown-pairs" { (grouped(pairs.len() as u64)) " of " (grouped(comparison.pairs.len() as u64)) " rows" }
                span.spring {}
                a.plain data-swap="" aria-current=[(!view.only_different).then_some("true")] href=(view.showing(false).href(comparison.left.id, comparison.right.id)) { "All spans" }
                a.plain data-swap="" data-testid="only-different" aria-current=[view.only_different.then_some("true")] href=(view.showing(true).href(comparison.left.id, comparison.right.id))
                    title={ "Spans that one of the two has, that failed in one of the two, or whose durations differ by more than a " (SHARE_THAT_MATTERS) "th of the longer trace" } { "What differs" }
            }
            div.twin-head {
                span.who-head { "Service and span" }
                span.lasted { "Left" } span.lasted { "Right" } span.lasted { "Difference" }
                (axis::svg(&axis::ticks(0, length, 5), |at| 100.0 * share(at, length)))
            }
            @if skip > 0 { p.more.above { a data-swap="" href=(href(skip.saturating_sub(ROWS), rows)) { "Show the rows above: " (grouped(skip as u64)) } } }
            div.twins role="table" aria-label="Spans of both traces" {
                (shown)
            }
            @if pairs.is_empty() { p.note.none-differ { "No span differs." } }
            @if rest > 0 {
                p.more {
                    @let href = if is_full { href(skip + count, ROWS) } else { href(skip, rows + ROWS) };
                    a data-swap="" href=(href) { "Show " (grouped(rest.min(ROWS) as u64)) " more of " (grouped(rest as u64)) " rows below" }
                }
            }
        }
    }
}

fn row(comparison: &Comparison<'_>, pair: &Pair, length: u64) -> Markup {
    let (left, right) = comparison.sides(pair);
    let Some(any) = left.as_ref().or(right.as_ref()) else {
        return html! {};
    };
    let class = any
        .service
        .map_or("missing", |service| comparison.colours.class(service));
    let view = comparison.view;
    let keys = (
        left.as_ref().map(|side| side.key),
        right.as_ref().map(|side| side.key),
    );
    let is_open = comparison.open == Some(*pair);
    let open = view
        .opening(keys.0, if keys.0.is_some() { None } else { keys.1 })
        .href(comparison.left.id, comparison.right.id);
    let difference = difference(left.as_ref(), right.as_ref());
    let side = match (&left, &right) {
        (Some(_), Some(_)) => "both",
        (Some(_), None) => "left",
        _ => "right",
    };
    let failed = |side: &Option<Side<'_>>| side.as_ref().is_some_and(|side| side.is_error);
    html! {
        div.twin.(class) .selected[is_open] .alone[side != "both"] role="row" data-testid="pair" data-key={ (keys.0.unwrap_or("-")) "." (keys.1.unwrap_or("-")) } data-side=(side) data-span-name=(foreign_text::on_one_line(any.name, 1_000)) {
            div.(format!("who i{}", pair.depth.min(DEEPEST_INDENT))) role="cell" {
                @if pair.depth > DEEPEST_INDENT { span.depth title="levels above" { (pair.depth) } }
                a.pick data-swap="" href=(open) aria-current=[is_open.then_some("true")] {
                    @if let Some(service) = any.service {
                        span.swatch {} " "
                        span.service { (foreign_text::isolated(service, NAME)) } " "
                        span.name { @if any.name.is_empty() { em { "no name" } } @else { (foreign_text::isolated(any.name, NAME)) } }
                    } @else { span.name { "parent not received" } }
                }
                @if side != "both" { span.badge.only { "only " (side) } }
            }
            div.lasted role="cell" { (lasted(left.as_ref(), "left")) }
            div.lasted role="cell" { (lasted(right.as_ref(), "right")) }
            div.lasted.delta role="cell" data-testid="difference" .longer[difference.is_some_and(|d| d > 0)] .shorter[difference.is_some_and(|d| d < 0)] {
                @match difference { Some(difference) => (signed(difference)), None => { span.none { "–" } } }
            }
            div.when role="cell" aria-label="Bars of both" {
                svg.track aria-hidden="true" {
                    (bar(left.as_ref(), "left", failed(&left), 5, length))
                    (bar(right.as_ref(), "right", failed(&right), 15, length))
                }
            }
        }
    }
}

fn lasted(side: Option<&Side<'_>>, which: &str) -> Markup {
    html! {
        @match side {
            Some(side) => { @if side.is_error { (error_mark()) " " } (durations::format(side.lasted())) },
            None => { span.none aria-label={ "not in the " (which) " trace" } { "–" } },
        }
    }
}

fn bar(side: Option<&Side<'_>>, class: &str, failed: bool, y: u32, length: u64) -> Markup {
    html! {
        @if let Some(side) = side {
            @let from = 100.0 * share(side.row.from, length);
            @let width = (100.0 * share(side.row.to, length) - from).max(0.2);
            rect.bar.(class) .bad-bar[failed] x={ (number(from.min(99.8))) "%" } width={ (number(width)) "%" } y=(y) height="7" rx="2" {}
        }
    }
}

impl<'a> Comparison<'a> {
    /// The two rows of a pair.
    pub(super) fn sides(&self, pair: &Pair) -> (Option<Side<'_>>, Option<Side<'_>>) {
        let side = |trace: &'a crate::pages::trace_page::Trace<'a>, place: usize| {
            let row = &trace.waterfall.rows[place];
            let span = match row.what {
                What::Span(span) => Some(&trace.spans[span]),
                What::Missing(_) => None,
            };
            Side {
                row,
                key: &trace.keys[place],
                service: span.map(span_facts::service),
                name: span.map_or("", |span| &span.span.name),
                is_error: span.is_some_and(span_facts::is_error),
            }
        };
        (
            pair.left.map(|place| side(self.left, place)),
            pair.right.map(|place| side(self.right, place)),
        )
    }
}
