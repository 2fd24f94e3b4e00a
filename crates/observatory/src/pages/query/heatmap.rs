//! A heatmap as SVG: how many rows in each band of values and step of time, and the box that BubbleUp looks into.
//! Dragging is the script's; where a value is on the axis, `bands`'.

use std::fmt::Write as _;

use maud::{Markup, html};
use span_columns::{Heatmap, Selection};

use super::bands::Bands;
use crate::pages::{
    attribute_table::grouped,
    durations, foreign_text,
    minimap::number,
    moments::stamp,
    plot::{Unit, labels, percent, rules, ticks},
};

/// Pixels from the lowest band to the highest.
const HEIGHT: f64 = 240.0;
/// Colours of the stylesheet, from few to many.
const COLOURS: usize = 8;
const MILLISECOND: i64 = 1_000_000;

/// The heatmap; a box that is on it is drawn. Its place tells it from others of one page.
pub(super) fn heatmap(heatmap: &Heatmap, selection: Option<&Selection>, place: usize) -> Markup {
    let cells: u64 = heatmap
        .counts
        .iter()
        .flatten()
        .filter(|count| **count > 0)
        .count() as u64;
    let bands = Bands::of(heatmap).filter(|_| cells > 0 && heatmap.steps > 0);
    html! {
        figure.chart.heatmap data-testid="heatmap" data-column=(foreign_text::in_field(&heatmap.column)) data-cells=(cells) {
            figcaption {
                b { "HEATMAP(" (foreign_text::isolated(&heatmap.column, 120)) ")" }
                @if let Some(bands) = bands { (caption(heatmap, bands)) }
            }
            @match bands {
                Some(bands) => { (drawn(heatmap, bands, selection.filter(|selection| selection.column == heatmap.column), place)) }
                None => p.note data-testid="empty-heatmap" {
                    "No row in this time has a number in " (foreign_text::isolated(&heatmap.column, 120)) "."
                },
            }
            @if heatmap.without_number > 0 && bands.is_some() {
                p.soft.small-note { (grouped(heatmap.without_number)) @if heatmap.without_number == 1 { " row has" } @else { " rows have" } " no number in this column and " @if heatmap.without_number == 1 { "is" } @else { "are" } " not drawn." }
            }
        }
    }
}

fn caption(heatmap: &Heatmap, bands: Bands<'_>) -> Markup {
    html! {
        span.soft { " each cell " (durations::format(heatmap.step_nano)) " wide, " (bands.len()) @if bands.len() == 1 { " band" } @else { " bands" } }
        span.hint.scripted-only { "Drag a box to see what sets it apart · drag along the times to zoom in" }
    }
}

fn drawn(
    heatmap: &Heatmap,
    bands: Bands<'_>,
    selection: Option<&Selection>,
    place: usize,
) -> Markup {
    let unit = Unit::of_column(&heatmap.column);
    let (from, to) = times(heatmap);
    let time_ticks = ticks(from, to, 6);
    let value_ticks = bands.ticks(unit, HEIGHT);
    let y = |value: f64| HEIGHT - bands.share(value) * HEIGHT;
    let levels = Levels::of(heatmap);
    let (title, text) = (
        format!("heatmap-{place}-title"),
        format!("heatmap-{place}-text"),
    );
    let edges: Vec<String> = heatmap.edges.iter().map(f64::to_string).collect();
    let edge_texts: Vec<String> = heatmap
        .edges
        .iter()
        .map(|edge| unit.format(*edge))
        .collect();
    html! {
        div.plot-grid {
            svg.scale width="100%" height=(HEIGHT) aria-hidden="true" {
                @for (value, label) in &value_ticks { text x="100%" y=(number((y(*value) + 3.5).clamp(10.0, HEIGHT))) { (label) } }
            }
            div.plot-area {
                svg.plot width="100%" height=(HEIGHT) role="img" aria-labelledby=(title) aria-describedby=(text) {
                    title id=(title) { "Heatmap of " (foreign_text::in_attribute(&heatmap.column, 120)) " over time" }
                    desc id=(text) { (summary(heatmap, unit)) }
                    @for (value, _) in &value_ticks { line.rule x1="0" x2="100%" y1=(number(y(*value))) y2=(number(y(*value))) {} }
                    (rules(&time_ticks, from, to, HEIGHT))
                    svg.cells width="100%" height=(HEIGHT) viewBox={ "0 0 " (heatmap.steps) " " (bands.len()) } preserveAspectRatio="none" {
                        @for (colour, path) in paths(heatmap, &levels) { path.{ "heat-" (colour) } d=(path) {} }
                    }
                    line.ground x1="0" x2="100%" y1=(HEIGHT) y2=(HEIGHT) {}
                    @if let Some(frame) = selection.and_then(|selection| frame(selection, heatmap, y)) { (frame) }
                }
                div.box-area tabindex="0" role="application" aria-roledescription="heatmap" data-testid="box-area"
                    aria-label={ "Heatmap of " (foreign_text::in_attribute(&heatmap.column, 120)) ". Arrow keys move a cell, with Shift they widen a box, Enter compares what is inside with all else, Escape gives up." }
                    data-column=(foreign_text::in_field(&heatmap.column)) data-start=(heatmap.start_unix_nano as f64 / MILLISECOND as f64) data-step=(heatmap.step_nano as f64 / MILLISECOND as f64) data-steps=(heatmap.steps)
                    data-edges=(edges.join(",")) data-edge-texts=(edge_texts.join("|")) data-counts=(counts(heatmap)) {}
            }
            span {}
            div.zoom-strip data-testid="zoom-strip" data-from=(from) data-to=(to) { (labels(&time_ticks, from, to)) }
        }
        (legend(&levels))
    }
}

/// From the first step's begin to the last one's end, in milliseconds since the Unix epoch.
fn times(heatmap: &Heatmap) -> (i64, i64) {
    let end =
        i128::from(heatmap.start_unix_nano) + i128::from(heatmap.step_nano) * heatmap.steps as i128;
    let end = i64::try_from(end).unwrap_or(i64::MAX);
    let from = heatmap.start_unix_nano.div_euclid(MILLISECOND);
    (from, end.div_euclid(MILLISECOND).max(from + 1))
}

/// The box, as far as it is on the heatmap.
fn frame(selection: &Selection, heatmap: &Heatmap, y: impl Fn(f64) -> f64) -> Option<Markup> {
    let (from, to) = times(heatmap);
    let x = |at: i64| percent(at.div_euclid(MILLISECOND), from, to).clamp(0.0, 100.0);
    let (left, right) = (x(selection.from_unix_nano), x(selection.to_unix_nano));
    let (top, bottom) = (y(selection.max), y(selection.min));
    (right > left && bottom >= top).then(|| {
        let height = (bottom - top).max(2.0);
        html! {
            rect.box-halo x={ (number(left)) "%" } width={ (number(right - left)) "%" } y=(number(top)) height=(number(height)) {}
            rect.box-frame data-testid="box" x={ (number(left)) "%" } width={ (number(right - left)) "%" } y=(number(top)) height=(number(height)) {}
        }
    })
}

/// Counts are divided by equal ratios, so that few rows show beside very many.
struct Levels {
    /// The least count of each level, ascending, with its colour.
    least: Vec<(u64, usize)>,
}

impl Levels {
    fn of(heatmap: &Heatmap) -> Self {
        let most = heatmap
            .counts
            .iter()
            .flatten()
            .copied()
            .max()
            .unwrap_or(0)
            .max(1);
        let mut least: Vec<u64> = (0..COLOURS)
            .map(|level| (most as f64).powf(level as f64 / COLOURS as f64).ceil() as u64)
            .collect();
        least.dedup();
        let last = least.len() - 1;
        // Fewer levels than colours still go from the first to the last; a single one is in the middle.
        let colour = |level: usize| {
            (level * (COLOURS - 1))
                .checked_div(last)
                .unwrap_or(COLOURS / 2)
        };
        Self {
            least: least
                .into_iter()
                .enumerate()
                .map(|(level, count)| (count, colour(level)))
                .collect(),
        }
    }

    /// The place of a count's level; `None` for an empty cell.
    fn level(&self, count: u64) -> Option<usize> {
        self.least
            .partition_point(|(least, _)| *least <= count)
            .checked_sub(1)
    }
}

fn legend(levels: &Levels) -> Markup {
    html! {
        p.heat-legend data-testid="heat-legend" {
            span.soft { "Rows in a cell" }
            @for (count, colour) in &levels.least {
                span.heat-key { svg width="16" height="12" aria-hidden="true" { rect.{ "heat-" (colour) } width="16" height="12" {} } " " (Unit::Count.short(*count as f64)) }
            }
            span.soft { "or more" }
        }
    }
}

/// One path for each colour: cells beside each other are one run.
fn paths(heatmap: &Heatmap, levels: &Levels) -> Vec<(usize, String)> {
    let mut paths = vec![String::new(); levels.least.len()];
    for (band, counts) in heatmap.counts.iter().enumerate() {
        let row = heatmap.counts.len() - 1 - band;
        let found: Vec<Option<usize>> = counts.iter().map(|count| levels.level(*count)).collect();
        let mut at = 0;
        for run in found.chunk_by(|a, b| a == b) {
            if let Some(level) = run[0] {
                // Writing to a String cannot fail.
                let _ = write!(paths[level], "M{at} {row}h{0}v1h-{0}z", run.len());
            }
            at += run.len();
        }
    }
    let coloured = levels.least.iter().map(|(_, colour)| *colour).zip(paths);
    coloured.filter(|(_, path)| !path.is_empty()).collect()
}

/// For the script: bands from the lowest, separated by `;`, their counts by commas; nothing for none.
fn counts(heatmap: &Heatmap) -> String {
    let band = |counts: &Vec<u64>| {
        let counts = counts.iter().map(|count| {
            if *count == 0 {
                String::new()
            } else {
                count.to_string()
            }
        });
        counts
            .collect::<Vec<_>>()
            .join(",")
            .trim_end_matches(',')
            .to_owned()
    };
    heatmap
        .counts
        .iter()
        .map(band)
        .collect::<Vec<_>>()
        .join(";")
}

/// What the heatmap shows, in words.
fn summary(heatmap: &Heatmap, unit: Unit) -> String {
    let total: u128 = heatmap
        .counts
        .iter()
        .flatten()
        .map(|count| u128::from(*count))
        .sum();
    let (from, to) = times(heatmap);
    let cells = heatmap
        .counts
        .iter()
        .enumerate()
        .flat_map(|(band, counts)| {
            counts
                .iter()
                .enumerate()
                .map(move |(step, count)| (*count, band, step))
        });
    let most = cells.max_by_key(|(count, band, step)| (*count, std::cmp::Reverse((*band, *step))));
    let seconds = |at: i64| stamp(at).split('.').next().unwrap_or_default().to_owned();
    let mut text = format!(
        "{} rows from {} to {} UTC.",
        grouped(u64::try_from(total).unwrap_or(u64::MAX)),
        seconds(from),
        seconds(to)
    );
    if let (Some((count, band, step)), true) = (most, heatmap.edges.len() > 1) {
        let at = i128::from(heatmap.start_unix_nano) + i128::from(heatmap.step_nano) * step as i128;
        let at = i64::try_from(at / i128::from(MILLISECOND)).unwrap_or(i64::MAX);
        let edge = |at: usize| {
            heatmap
                .edges
                .get(at)
                .map_or_else(String::new, |edge| unit.format(*edge))
        };
        let _ = write!(
            text,
            " Values from {} to {}. Most, {}, between {} and {} at {}.",
            edge(0),
            edge(heatmap.edges.len() - 1),
            grouped(count),
            edge(band),
            edge(band + 1),
            seconds(at)
        );
    }
    text
}
