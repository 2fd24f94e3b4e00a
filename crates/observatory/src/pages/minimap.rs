//! The whole trace at a glance: each span a line in its service's colour. Its size does not grow with the trace.

use std::fmt::Write;

use maud::{Markup, html};

use super::{
    colours::ServiceColours,
    span_facts,
    waterfall::{Waterfall, What},
};
use crate::model::StoredSpan;

/// Cells across; the drawing is stretched to the page's width.
const COLUMNS: usize = 240;
/// Lines that are drawn at most; beyond, several rows share a line.
const LINES: usize = 40;

/// The drawing, `zoom` (nanoseconds since the trace's start) marked if there is one, and under it ticks where hits of a search begin.
pub(crate) fn svg(
    waterfall: &Waterfall,
    spans: &[StoredSpan],
    colours: &ServiceColours,
    zoom: Option<(u64, u64)>,
    hits: Option<&[bool]>,
) -> Markup {
    let lines = waterfall.rows.len().clamp(1, LINES);
    let paths = paths(waterfall, spans, colours, lines);
    let height = lines.max(6);
    // Below the rows, a strip for the hits: an eighth of their height.
    let strip = hits.map_or(0, |_| height.div_ceil(8));
    let marks = hits.map(|hits| marks(waterfall, hits, height, strip));
    let view_box = format!("0 0 {COLUMNS} {}", height + strip);
    let window = zoom.map(|(from, to)| {
        let x = |at: u64| share(at, waterfall.length) * COLUMNS as f64;
        (x(from), x(to))
    });
    html! {
        svg.minimap viewBox=(view_box) preserveAspectRatio="none" aria-hidden="true" {
            @for (class, path) in &paths {
                path class=(class) d=(path) {}
            }
            @if let Some(marks) = &marks { path.hit d=(marks) data-testid="minimap-hits" {} }
            @if let Some((from, to)) = window {
                rect.outside x="0" y="0" width=(number(from)) height="100%" {}
                rect.outside x=(number(to)) y="0" width=(number(COLUMNS as f64 - to)) height="100%" {}
            }
        }
    }
}

/// A tick for each column in which a hit begins.
fn marks(waterfall: &Waterfall, hits: &[bool], height: usize, strip: usize) -> String {
    let mut columns = [false; COLUMNS];
    for (row, _) in waterfall.rows.iter().zip(hits).filter(|(_, hit)| **hit) {
        let at = (share(row.from, waterfall.length) * COLUMNS as f64) as usize;
        columns[at.min(COLUMNS - 1)] = true;
    }
    let mut path = String::new();
    for (at, _) in columns.iter().enumerate().filter(|(_, hit)| **hit) {
        // Writing to a String cannot fail.
        let _ = write!(path, "M{at} {height}h1v{strip}h-1z");
    }
    path
}

/// One path for each colour: runs of equal cells, line by line; errors have a colour of their own and win.
fn paths(
    waterfall: &Waterfall,
    spans: &[StoredSpan],
    colours: &ServiceColours,
    lines: usize,
) -> Vec<(&'static str, String)> {
    const ERROR: usize = ServiceColours::LEN;
    let mut cells = vec![None; lines * COLUMNS];
    let rows = waterfall.rows.len();
    for (place, row) in waterfall.rows.iter().enumerate() {
        let What::Span(span) = row.what else { continue };
        let span = &spans[span];
        let colour = if span_facts::is_error(span) {
            ERROR
        } else {
            colours.slot(span_facts::service(span))
        };
        let cell = |at: u64| (share(at, waterfall.length) * COLUMNS as f64) as usize;
        let first = cell(row.from).min(COLUMNS - 1);
        let last = cell(row.to).clamp(first, COLUMNS - 1);
        let line = place * lines / rows;
        for cell in &mut cells[line * COLUMNS + first..=line * COLUMNS + last] {
            if *cell != Some(ERROR) {
                *cell = Some(colour);
            }
        }
    }
    let mut paths = vec![String::new(); ServiceColours::LEN + 1];
    for (line, cells) in cells.chunks_exact(COLUMNS).enumerate() {
        let mut at = 0;
        for run in cells.chunk_by(|a, b| a == b) {
            if let Some(colour) = run[0] {
                // Writing to a String cannot fail.
                let _ = write!(paths[colour], "M{at} {line}.5h{}", run.len());
            }
            at += run.len();
        }
    }
    paths
        .into_iter()
        .enumerate()
        .filter(|(_, path)| !path.is_empty())
        .map(|(slot, path)| {
            (
                if slot == ERROR {
                    "error"
                } else {
                    ServiceColours::class_of_slot(slot)
                },
                path,
            )
        })
        .collect()
}

/// `at` as a share of `length`, between 0 and 1.
pub(crate) fn share(at: u64, length: u64) -> f64 {
    if length == 0 {
        0.0
    } else {
        (at as f64 / length as f64).min(1.0)
    }
}

/// A number with as many digits as a drawing can show.
pub(crate) fn number(value: f64) -> String {
    let text = format!("{value:.3}");
    match text.trim_end_matches('0').trim_end_matches('.') {
        "-0" => "0".to_owned(),
        text => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::sample::{failed, span, span_of};

    fn drawn(spans: &[StoredSpan]) -> String {
        let colours = ServiceColours::new(spans.iter().map(span_facts::service));
        svg(&Waterfall::new(spans), spans, &colours, None, None).0
    }

    #[test]
    fn draws_each_span_where_it_was() {
        let spans = [
            span(1, 0, "get", 0, 240),
            span_of("db", 2, 1, "query", 60, 119),
        ];
        let drawing = drawn(&spans);
        assert!(drawing.contains(r#"d="M0 0.5h240""#), "{drawing}");
        assert!(drawing.contains(r#"d="M60 1.5h60""#), "{drawing}");
    }

    #[test]
    fn errors_win() {
        let drawing = drawn(&[failed(span(1, 0, "get", 0, 240), "no")]);
        assert!(
            drawing.contains(r#"class="error" d="M0 0.5h240""#),
            "{drawing}"
        );
    }

    #[test]
    fn hits_are_ticks_where_they_begin() {
        let spans = [
            span(1, 0, "get", 0, 240),
            span(2, 1, "a", 60, 119),
            span(3, 1, "b", 60, 70),
            span(4, 1, "c", 240, 240),
        ];
        let colours = ServiceColours::new(["backend"]);
        let drawing = svg(
            &Waterfall::new(&spans),
            &spans,
            &colours,
            None,
            Some(&[false, true, true, true]),
        )
        .0;
        assert!(
            drawing.contains(r#"d="M60 6h1v1h-1zM239 6h1v1h-1z""#),
            "{drawing}"
        );
    }

    #[test]
    fn stays_small() {
        for scatter in [1, 7_919] {
            let spans: Vec<_> = (1..=10_000)
                .map(|id| {
                    span_of(
                        &format!("s{}", id % 9),
                        id,
                        id / 2,
                        "x",
                        id * scatter % 10_007,
                        id * scatter % 10_007 + 9,
                    )
                })
                .collect();
            let size = drawn(&spans).len();
            assert!(size < 120_000, "{size}");
        }
    }

    #[test]
    fn a_trace_without_length_is_drawn() {
        assert!(drawn(&[span(1, 0, "point", 0, 0)]).contains("M0 0.5h1"));
        assert!(drawn(&[]).contains("svg"));
    }
}
