//! All that is shown of an answer: heatmaps, what sets a box apart, lines, the table, examples. Each is drawn by its own module.

use maud::{Markup, html};
use span_columns::{Answer, BubbleUp, Selection};

use super::{
    address::QueryView, bubble_up::panel, examples::examples, heatmap::heatmap,
    line_chart::line_charts, table::table,
};

/// The answer to a query; with a box, what sets it apart, unless that could not be told.
pub(super) fn drawings(
    view: &QueryView,
    answer: &Answer,
    boxed: Option<(&Selection, Option<&BubbleUp>)>,
) -> Markup {
    let selection = boxed.map(|(selection, _)| selection);
    html! {
        @for (place, drawn) in answer.heatmaps.iter().enumerate() { (heatmap(drawn, selection, place)) }
        @if let Some((selection, Some(found))) = boxed { (panel(view, selection, found)) }
        @if let Some(series) = &answer.series { (line_charts(series, answer.table.groups)) }
        (table(view, answer))
        (examples(view.of, answer))
    }
}
