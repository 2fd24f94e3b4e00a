//! The segment timeline as HTML and SVG: a group of rows for each segment, with bars. What stands in which row is `rows`'.

use maud::{Markup, html};

use super::{
    address::{MOST_ROWS, ROWS},
    page::SegmentPage,
    rows::{Outcome, Row},
};
use crate::pages::{
    as_many,
    attribute_table::grouped,
    axis, durations, foreign_text,
    marks::{error_mark, patterns},
    minimap::{number, share},
};

/// Indentation stops here.
const DEEPEST_INDENT: u32 = 24;
/// Characters of a name in a row.
const NAME: usize = 200;

/// Axis and rows.
pub(super) fn timeline(page: &SegmentPage<'_>) -> Markup {
    let timeline = &page.timeline;
    let selected = page.selected();
    let length = timeline.length.max(1);
    let rows = page.view.rows.unwrap_or(ROWS);
    // Unless the address says where to begin, the open row is among them.
    let skip = match (page.view.skip, selected) {
        (Some(skip), _) => skip.min(timeline.rows.len().saturating_sub(1)),
        (None, Some(selected)) if selected >= rows => selected - rows / 2,
        (None, _) => 0,
    };
    let shown = timeline.rows.iter().enumerate().skip(skip).take(rows);
    let (shown, count) = as_many::rows(shown.map(|(place, one)| {
        html! {
            @if one.depth == 0 { (group_head(one)) }
            (row(page, place, one, selected == Some(place), length))
        }
    }));
    let rest = timeline.rows.len().saturating_sub(skip + count);
    let is_full = count < rows || rows >= MOST_ROWS;
    let further = |skip, rows| page.view.with_rows(skip, rows).href(&page.xray_id);
    html! {
        section #timeline.timeline aria-label="Segments" {
            svg.hidden-defs aria-hidden="true" { (patterns()) }
            div.grid-head {
                span.who-head { "Segment and subsegments" }
                span.lasted { "Duration" }
                (axis::svg(&axis::ticks(0, length, 6), |at| 100.0 * share(at, length)))
            }
            @if skip > 0 {
                p.more.above { a data-swap="" href=(further(skip.saturating_sub(ROWS), rows)) { "Show the rows above: " (grouped(skip as u64)) } }
            }
            ol.rows data-testid="timeline" aria-label={ (grouped(timeline.rows.len() as u64)) " segments and subsegments" } {
                (shown)
            }
            @if rest > 0 {
                p.more { a data-swap="" href=(if is_full { further(skip + count, ROWS) } else { further(skip, rows + ROWS) }) {
                    "Show " (grouped(rest.min(ROWS) as u64)) " more of " (grouped(rest as u64)) " rows below"
                } }
            }
        }
    }
}

fn group_head(row: &Row<'_>) -> Markup {
    let segment = row.segment;
    html! {
        li.group-head data-testid="segment-group" {
            b { (foreign_text::isolated(&segment.name, NAME)) }
            @if let Some(origin) = &segment.origin { " " span.soft { (foreign_text::isolated(origin, 80)) } }
            @if row.is_orphan { " " span.badge.orphan title="A subsegment that was sent by itself, and whose segment has not come" data-testid="orphan" { "segment not received" } }
            @if segment.inferred { " " span.badge title="What was called sent no segment; this is what its caller says" { "inferred" } }
        }
    }
}

fn row(
    page: &SegmentPage<'_>,
    place: usize,
    row: &Row<'_>,
    is_selected: bool,
    length: u64,
) -> Markup {
    let segment = row.segment;
    let outcome = Outcome::of(segment);
    let indent = format!("who i{}", (row.depth + 1).min(DEEPEST_INDENT));
    let name = foreign_text::on_one_line(&segment.name, NAME);
    let target = segment.id.to_lowercase();
    let lasted = if row.is_open {
        "in progress".to_owned()
    } else {
        durations::format(row.to - row.from)
    };
    let odd = oddity(row);
    html! {
        li.row.(outcome.word()) .selected[is_selected] .open-ended[row.is_open] id={ "s-" (place) } data-testid="segment-row" data-segment=(foreign_text::on_one_line(&segment.id, 40)) data-name=(name) {
            div.(indent) {
                @if row.depth > DEEPEST_INDENT { span.depth title="levels above" { (row.depth) } }
                a.pick data-swap="" href=(page.view.selecting(Some(&target)).href(&page.xray_id)) aria-current=[is_selected.then_some("true")] title=(foreign_text::in_attribute(&segment.name, 500)) {
                    span.name { @if segment.name.is_empty() { em { "no name" } } @else { (foreign_text::isolated(&segment.name, NAME)) } }
                }
                @if outcome != Outcome::Ok { span.flag.(outcome.word()) { @if outcome == Outcome::Fault { (error_mark()) } (outcome.word()) } }
                @if row.depth == 0 { span.badge { @if row.is_orphan { "subsegment" } @else { "segment" } } }
                @if let Some(namespace) = &segment.namespace { span.badge { (foreign_text::isolated(namespace, 20)) } }
                @if segment.inferred { span.badge { "inferred" } }
                @if let Some(odd) = odd { span.odd title=(odd) { "△" } }
            }
            div.lasted { (lasted) }
            div.when { (bar(row, length)) }
        }
    }
}

/// What a reader should be told about a row.
pub(super) fn oddity(row: &Row<'_>) -> Option<&'static str> {
    [
        (
            row.ends_before_start,
            "It was sent with an end before its start, so it is drawn as a point.",
        ),
        (
            row.is_repeated,
            "Another segment of this trace was sent with the same ID.",
        ),
        (
            row.is_orphan,
            "It is a subsegment that was sent by itself; the segment it is part of has not come.",
        ),
    ]
    .into_iter()
    .find_map(|(is_so, text)| is_so.then_some(text))
}

fn bar(row: &Row<'_>, length: u64) -> Markup {
    let from = 100.0 * share(row.from, length);
    let width = (100.0 * share(row.to - row.from, length)).max(0.15);
    html! {
        svg.track aria-hidden="true" {
            @if row.is_open {
                // Pale and dotted to where the trace ends, without an edge there.
                line.open-line x1={ (number(from)) "%" } x2="100%" y1="13" y2="13" {}
                rect.bar x={ (number(from)) "%" } width={ (number(width.min(100.0 - from))) "%" } y="8" height="10" {}
                rect.open-start x={ (number(from)) "%" } width="3" y="6" height="14" {}
            } @else {
                rect.bar x={ (number(from.min(99.8))) "%" } width={ (number(width)) "%" } y="8" height="10" rx="2" {}
            }
        }
    }
}
