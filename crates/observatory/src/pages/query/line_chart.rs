//! An answer's calculations over time as lines, drawn as SVG. Which lines there are is `lines`'; the readout is the script's.

use std::fmt::Write as _;

use maud::{Markup, html};
use span_columns::Series;
use span_query::Value;

use super::lines::{Chart, Line, Look, charts};
use crate::pages::{
    durations, foreign_text,
    minimap::number,
    moments::stamp,
    plot::{Unit, ValueAxis, as_number, labels, rules, ticks},
};

/// Pixels from the highest point to the axis.
const HEIGHT: f64 = 160.0;
/// Units across the box that is stretched to the plot's width.
const WIDTH: f64 = 1_000.0;
/// Lines that the summary tells.
const MOST_TOLD: usize = 5;

/// All charts of an answer that has so many groups, and what their lines mean.
pub(super) fn line_charts(series: &Series, groups: usize) -> Markup {
    let charts = charts(series, groups);
    html! {
        @if let Some(chart) = charts.first().filter(|chart| chart.is_grouped) { (legend(chart)) }
        @for (at, chart) in charts.iter().enumerate() { (draw(chart, series, at)) }
    }
}

/// The steps of time under the lines, in milliseconds since the Unix epoch.
struct Steps {
    from: i64,
    to: i64,
    length: i64,
}

impl Steps {
    fn of(series: &Series) -> Self {
        let milliseconds = |seconds: i64| seconds.saturating_mul(1_000);
        let step = i64::try_from(series.step).unwrap_or(i64::MAX).max(1);
        let count = i64::try_from(series.steps).unwrap_or(i64::MAX).max(1);
        let from = milliseconds(series.start);
        Self {
            from,
            to: from.saturating_add(milliseconds(step.saturating_mul(count))),
            length: milliseconds(step),
        }
    }

    /// When a step begins, to the second.
    fn begins(&self, at: usize) -> String {
        let at = i64::try_from(at).unwrap_or(i64::MAX);
        let text = stamp(self.from.saturating_add(self.length.saturating_mul(at)));
        text.split('.').next().unwrap_or_default().to_owned()
    }
}

fn draw(chart: &Chart<'_>, series: &Series, place: usize) -> Markup {
    let steps = Steps::of(series);
    let ticks = ticks(steps.from, steps.to, 6);
    let (lowest, highest) = extent(chart);
    let axis = ValueAxis::over(lowest, highest, chart.unit, 4);
    let y = |value: f64| axis.y(value, HEIGHT);
    let count = series.steps.max(1) as f64;
    // A value is of a whole step: it stands in its middle.
    let x = |at: usize| (at as f64 + 0.5) / count;
    let each = durations::format(series.step.saturating_mul(1_000_000_000));
    let (title, text) = (
        format!("chart-{place}-title"),
        format!("chart-{place}-text"),
    );
    let is_empty = chart
        .lines
        .iter()
        .all(|line| line.values.iter().all(|value| as_number(value).is_none()));
    html! {
        figure.chart.line-chart data-testid="line-chart" data-lines=(chart.lines.len()) data-from=(steps.from) data-to=(steps.to) data-step=(steps.length) data-steps=(series.steps) {
            figcaption {
                b { (foreign_text::isolated(&chart.title, 200)) }
                span.soft { " each point " (each) }
                span.hint.scripted-only { "Drag across to zoom in" }
            }
            div.plot-grid {
                (axis.labels(HEIGHT))
                div.plot-area {
                    svg.plot width="100%" height=(HEIGHT + 2.0) role="img" aria-labelledby=(title) aria-describedby=(text) {
                        title id=(title) { (foreign_text::in_attribute(&chart.title, 200)) " over time" }
                        desc id=(text) { (summary(chart, &steps, &each)) }
                        (axis.rules(HEIGHT)) (rules(&ticks, steps.from, steps.to, HEIGHT))
                        // A line has no coordinates in percent: it is drawn in a box that is stretched.
                        svg.stretched width="100%" height=(HEIGHT + 2.0) viewBox={ "0 0 " (WIDTH) " " (HEIGHT + 2.0) } preserveAspectRatio="none" {
                            @for (at, line) in chart.lines.iter().enumerate() {
                                path.series.(line.look.colour).(line.look.dash) data-line=(at) data-name=(foreign_text::on_one_line(&line.name, 120)) data-y=(heights(line, y)) data-text=(texts(line, chart.unit)) d=(path(line, |at| x(at) * WIDTH, y)) {}
                            }
                        }
                        @for (at, line) in chart.lines.iter().enumerate() {
                            @for (when, value) in lone_points(line) {
                                circle.point.(line.look.colour) data-line=(at) cx={ (number(x(when) * 100.0)) "%" } cy=(number(y(value))) r="3" {}
                            }
                        }
                    }
                    @if is_empty { p.no-value { "No number in this time" } }
                    div.probe tabindex="0" role="slider" aria-label={ "Points of " (foreign_text::in_attribute(&chart.title, 100)) } aria-valuemin="0" aria-valuemax=(series.steps.saturating_sub(1)) aria-valuenow="0" aria-valuetext=(steps.begins(0)) data-testid="probe" {}
                }
                span {}
                (labels(&ticks, steps.from, steps.to))
            }
            @if !chart.is_grouped && chart.lines.len() > 1 { (legend(chart)) }
        }
    }
}

/// The least and the greatest number of all lines.
fn extent(chart: &Chart<'_>) -> (f64, f64) {
    let numbers = chart
        .lines
        .iter()
        .flat_map(|line| line.values)
        .filter_map(as_number);
    numbers.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
        (low.min(value), high.max(value))
    })
}

/// What the lines mean.
fn legend(chart: &Chart<'_>) -> Markup {
    html! {
        ul.legend.line-legend aria-label="Lines" data-testid="line-legend" {
            @for (at, line) in chart.lines.iter().enumerate() {
                li data-line=(at) { (key(line.look)) " " (foreign_text::isolated(&line.name, 120)) }
            }
            @if chart.left_out > 0 { li.soft { "and " (chart.left_out) " more in the table" } }
        }
    }
}

/// A piece of a line, to stand before its name.
pub(super) fn key(look: Look) -> Markup {
    html! { svg.line-key width="26" height="10" viewBox="0 0 26 10" aria-hidden="true" { path.series.(look.colour).(look.dash) d="M1 5h24" {} } }
}

/// The line through the steps that follow each other; where one has no value, it is broken.
fn path(line: &Line<'_>, x: impl Fn(usize) -> f64, y: impl Fn(f64) -> f64) -> String {
    let mut path = String::new();
    let mut follows = false;
    for (at, value) in line.values.iter().enumerate() {
        let Some(value) = as_number(value) else {
            follows = false;
            continue;
        };
        // Writing to a String cannot fail.
        let _ = write!(
            path,
            "{}{} {}",
            if follows { 'L' } else { 'M' },
            number(x(at)),
            number(y(value))
        );
        follows = true;
    }
    path
}

/// Values without a neighbour, which no line shows.
fn lone_points<'a>(line: &'a Line<'_>) -> impl Iterator<Item = (usize, f64)> + 'a {
    let at = |at: Option<usize>| at.and_then(|at| line.values.get(at)).and_then(as_number);
    let is_lone = move |place: usize| {
        at(place.checked_sub(1)).is_none() && at(place.checked_add(1)).is_none()
    };
    let numbers = line.values.iter().enumerate();
    numbers
        .filter_map(|(place, value)| Some((place, as_number(value)?)))
        .filter(move |(place, _)| is_lone(*place))
}

/// For the script: where each value is, empty where there is none.
fn heights(line: &Line<'_>, y: impl Fn(f64) -> f64) -> String {
    let heights = line
        .values
        .iter()
        .map(|value| as_number(value).map_or_else(String::new, |value| format!("{:.1}", y(value))));
    heights.collect::<Vec<_>>().join(",")
}

/// For the script: each value as a person reads it.
fn texts(line: &Line<'_>, unit: Unit) -> String {
    let texts = line
        .values
        .iter()
        .map(|value| unit.format_value(value).unwrap_or_else(|| "—".to_owned()));
    texts.collect::<Vec<_>>().join("|")
}

/// What the chart shows, in words.
fn summary(chart: &Chart<'_>, steps: &Steps, each: &str) -> String {
    let mut text = format!(
        "From {} to {} UTC in steps of {each}.",
        steps.begins(0),
        stamp(steps.to).split('.').next().unwrap_or_default()
    );
    for line in chart.lines.iter().take(MOST_TOLD) {
        let numbers = || {
            line.values
                .iter()
                .enumerate()
                .filter_map(|(at, value)| Some((at, as_number(value)?, value)))
        };
        let by_value = |a: &(usize, f64, &Value), b: &(usize, f64, &Value)| a.1.total_cmp(&b.1);
        let name = foreign_text::in_attribute(&line.name, 120);
        let told = |value| chart.unit.format_value(value).unwrap_or_default();
        let _ = match (numbers().min_by(by_value), numbers().max_by(by_value)) {
            (Some((_, _, least)), Some((at, _, greatest))) => {
                write!(
                    text,
                    " {name}: {} to {}, highest at {}.",
                    told(least),
                    told(greatest),
                    steps.begins(at)
                )
            }
            _ => write!(text, " {name}: no value."),
        };
    }
    if chart.lines.len() > MOST_TOLD {
        let _ = write!(text, " And {} more lines.", chart.lines.len() - MOST_TOLD);
    }
    text
}
