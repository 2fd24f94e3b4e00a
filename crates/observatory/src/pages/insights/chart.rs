//! Results of `stats … by bin(…)` as lines over time. Which columns are what is told from their values.

use std::collections::{BTreeMap, BTreeSet};

use maud::{Markup, html};

use crate::pages::{
    colours::ServiceColours,
    foreign_text,
    logs::range::point,
    minimap::number,
    moments,
    plot::{Unit, ValueAxis, labels, percent, rules, ticks},
};

/// Lines that can be told from each other.
const MOST_LINES: usize = 8;
/// Pixels from the highest point to the axis.
const HEIGHT: f64 = 150.0;

/// A line: its name and its points, by time in milliseconds since the Unix epoch.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Series {
    pub(super) name: String,
    pub(super) points: BTreeMap<i64, f64>,
}

/// Lines over time.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Chart {
    /// What the lines are of, if that is one thing.
    pub(super) title: String,
    /// The largest first.
    pub(super) series: Vec<Series>,
    /// Lines beyond those.
    pub(super) left_out: usize,
    /// From one bin to the next, in milliseconds.
    pub(super) step: i64,
}

/// The chart of a table of aggregates, if one of its columns is time and one is numbers.
///
/// Columns whose values are no numbers tell the lines apart, and so do columns of numbers, from the left,
/// as long as two rows have the same time and the same line.
pub(super) fn chart(columns: &[String], rows: &[Vec<Option<&str>>]) -> Option<Chart> {
    let cell =
        |row: &[Option<&str>], at: usize| row.get(at).copied().flatten().unwrap_or("").to_owned();
    let is_all = |at: usize, is_so: &dyn Fn(&str) -> bool| {
        let mut values = rows
            .iter()
            .map(|row| cell(row, at))
            .filter(|value| !value.is_empty())
            .peekable();
        values.peek().is_some() && values.all(|value| is_so(&value))
    };
    let time = (0..columns.len()).find(|&at| {
        !columns[at].starts_with('@')
            && is_all(at, &|value| {
                value.len() >= 19 && value.contains(':') && point(value).is_some()
            })
    })?;
    let is_number = |value: &str| value.parse::<f64>().is_ok_and(f64::is_finite);
    let (mut values, mut keys): (Vec<usize>, Vec<usize>) = (0..columns.len())
        .filter(|&at| at != time)
        .partition(|&at| is_all(at, &is_number));
    let is_ambiguous = |keys: &[usize]| {
        let mut seen = BTreeSet::new();
        !rows.iter().all(|row| {
            let key: Vec<String> = keys.iter().map(|&at| cell(row, at)).collect();
            seen.insert((cell(row, time), key))
        })
    };
    while values.len() > 1 && is_ambiguous(&keys) {
        keys.push(values.remove(0));
    }
    if values.is_empty() || is_ambiguous(&keys) {
        return None;
    }
    let mut series: BTreeMap<String, BTreeMap<i64, f64>> = BTreeMap::new();
    for row in rows {
        let Some((at, _)) = point(&cell(row, time)) else {
            continue;
        };
        let key: Vec<String> = keys
            .iter()
            .map(|&key| cell(row, key))
            .map(|value| {
                if value.is_empty() {
                    "(none)".to_owned()
                } else {
                    value
                }
            })
            .collect();
        let key = key.join(" · ");
        for &value in &values {
            let name = match (keys.is_empty(), values.len()) {
                (true, _) => columns[value].clone(),
                (false, 1) => key.clone(),
                (false, _) => format!("{key} · {}", columns[value]),
            };
            if let Ok(number) = cell(row, value).parse() {
                series.entry(name).or_default().insert(at, number);
            }
        }
    }
    let mut series: Vec<Series> = series
        .into_iter()
        .map(|(name, points)| Series { name, points })
        .collect();
    let sum = |series: &Series| series.points.values().sum::<f64>();
    series.sort_by(|a, b| sum(b).total_cmp(&sum(a)));
    let left_out = series.len().saturating_sub(MOST_LINES);
    series.truncate(MOST_LINES);
    let times: BTreeSet<i64> = series
        .iter()
        .flat_map(|series| series.points.keys().copied())
        .collect();
    let gaps = times.iter().zip(times.iter().skip(1));
    let step = gaps.map(|(one, next)| next - one).min().unwrap_or(0);
    let names: Vec<&str> = values.iter().map(|&at| &columns[at][..]).collect();
    Some(Chart {
        title: names.join(", "),
        series,
        left_out,
        step,
    })
}

/// The lines with their axes and a legend.
pub(super) fn draw(chart: &Chart) -> Markup {
    let all = || chart.series.iter().flat_map(|series| &series.points);
    let from = all().map(|(at, _)| *at).min().unwrap_or(0);
    let to = all().map(|(at, _)| *at).max().unwrap_or(0);
    // A single point stands in the middle.
    let (from, to) = if from == to {
        (from - 30_000, to + 30_000)
    } else {
        (from, to)
    };
    let highest = all().map(|(_, value)| *value).fold(0.0, f64::max);
    let lowest = all().map(|(_, value)| *value).fold(0.0, f64::min);
    let axis = ValueAxis::over(lowest, highest, Unit::Plain, 4);
    let y = |value: f64| axis.y(value, HEIGHT);
    let ticks = ticks(from, to, 6);
    html! {
        figure.chart data-testid="chart" data-lines=(chart.series.len()) {
            figcaption { (foreign_text::isolated(&chart.title, 200)) " over time" }
            div.plot-grid {
                (axis.labels(HEIGHT))
                svg.plot width="100%" height=(HEIGHT + 2.0) role="img" aria-label={ (chart.series.len()) " lines over time, the highest value " (number(highest)) } {
                    (axis.rules(HEIGHT)) (rules(&ticks, from, to, HEIGHT))
                    // A line has no coordinates in percent: it is drawn in a box that is stretched.
                    svg.stretched width="100%" height=(HEIGHT + 2.0) viewBox={ "0 0 1000 " (HEIGHT + 2.0) } preserveAspectRatio="none" {
                        @for (at, series) in chart.series.iter().enumerate() {
                            path.series.(class(at)) d=(path(series, chart.step, |when| percent(when, from, to) * 10.0, y)) {}
                        }
                    }
                    @for (at, series) in chart.series.iter().enumerate() {
                        @for (when, value) in &series.points {
                            circle.point.(class(at)) cx={ (number(percent(*when, from, to))) "%" } cy=(number(y(*value))) r="2.6" {
                                title { (foreign_text::in_attribute(&series.name, 120)) ", " (moments::stamp(*when)) " UTC: " (number(*value)) }
                            }
                        }
                    }
                }
                span {}
                (labels(&ticks, from, to))
            }
            ul.legend aria-label="Lines" {
                @for (at, series) in chart.series.iter().enumerate() { li.(class(at)) { span.swatch {} " " (foreign_text::isolated(&series.name, 80)) } }
                @if chart.left_out > 0 { li.soft { "and " (chart.left_out) " smaller ones, in the table" } }
            }
        }
    }
}

/// The line through the points of bins that follow each other; where a bin is missing, it is broken.
fn path(series: &Series, step: i64, x: impl Fn(i64) -> f64, y: impl Fn(f64) -> f64) -> String {
    let mut path = String::new();
    let mut before = None;
    for (&when, &value) in &series.points {
        let follows = before.is_some_and(|before| when - before <= step);
        path.push(if follows { 'L' } else { 'M' });
        path.push_str(&format!("{} {}", number(x(when)), number(y(value))));
        before = Some(when);
    }
    path
}

fn class(at: usize) -> &'static str {
    ServiceColours::class_of_slot(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    const T: [&str; 2] = ["2026-01-31 12:00:00.000", "2026-01-31 12:01:00.000"];

    fn made(columns: &[&str], rows: &[&[&str]]) -> Option<Chart> {
        let columns: Vec<String> = columns.iter().map(|name| (*name).to_owned()).collect();
        let rows: Vec<Vec<Option<&str>>> = rows
            .iter()
            .map(|row| {
                row.iter()
                    .map(|cell| Some(*cell).filter(|cell| !cell.is_empty()))
                    .collect()
            })
            .collect();
        chart(&columns, &rows)
    }

    #[track_caller]
    fn check(columns: &[&str], rows: &[&[&str]], lines: &[(&str, &[f64])]) {
        let chart = made(columns, rows).expect("a chart");
        let found: Vec<(&str, Vec<f64>)> = chart
            .series
            .iter()
            .map(|series| (&series.name[..], series.points.values().copied().collect()))
            .collect();
        let wanted: Vec<(&str, Vec<f64>)> = lines
            .iter()
            .map(|(name, points)| (*name, points.to_vec()))
            .collect();
        assert_eq!(found, wanted);
    }

    #[test]
    fn columns_are_time_lines_and_values() {
        check(
            &["bin(1m)", "count(*)"],
            &[&[T[1], "2"], &[T[0], "1.5"]],
            &[("count(*)", &[1.5, 2.0])],
        );
        check(
            &["bin(1m)", "route", "errors"],
            &[
                &[T[0], "/a", "1"],
                &[T[0], "/b", "5"],
                &[T[1], "/a", "2"],
                &[T[1], "", "9"],
            ],
            &[("(none)", &[9.0]), ("/b", &[5.0]), ("/a", &[1.0, 2.0])],
        );
        // A status is a number, and still tells lines apart.
        check(
            &["bin(1m)", "status", "n"],
            &[&[T[0], "200", "7"], &[T[0], "500", "1"]],
            &[("200", &[7.0]), ("500", &[1.0])],
        );
        check(
            &["t", "level", "n", "ms"],
            &[&[T[0], "INFO", "7", "1"]],
            &[("INFO · n", &[7.0]), ("INFO · ms", &[1.0])],
        );
    }

    #[test]
    fn a_line_is_broken_where_a_bin_is_missing() {
        let at = |minute: &str| format!("2026-01-31 12:{minute}:00.000");
        let minutes = ["00", "01", "03", "04", "09"].map(at);
        let rows: Vec<Vec<&str>> = minutes.iter().map(|at| vec![&at[..], "1"]).collect();
        let rows: Vec<&[&str]> = rows.iter().map(|row| &row[..]).collect();
        let chart = made(&["bin(1m)", "n"], &rows).expect("a chart");
        assert_eq!(chart.step, 60_000);
        let start = *chart.series[0].points.keys().next().expect("a point");
        let minute = |when: i64| (when - start) as f64 / 60_000.0;
        let path = path(&chart.series[0], chart.step, minute, |value| value);
        assert_eq!(path, "M0 1L1 1M3 1L4 1M9 1");
    }

    #[test]
    fn what_has_no_time_or_no_number_has_no_chart() {
        for (columns, rows) in [
            (&["route", "n"][..], &[&["/a", "1"][..]][..]),
            (&["bin(1m)", "route"], &[&[T[0], "/a"]]),
            (&["@timestamp", "n"], &[&[T[0], "1"]]),
            (&["bin(1m)", "n"], &[&[T[0], "1"], &[T[0], "2"]]),
            (&["bin(1m)", "n"], &[]),
            (&["bin(1m)", "n"], &[&[T[0], "NaN"]]),
        ] {
            assert_eq!(made(columns, rows), None, "{columns:?} {rows:?}");
        }
    }

    #[test]
    fn more_lines_than_colours_are_left_to_the_table() {
        let names: Vec<String> = (0..20).map(|n| format!("/{n}")).collect();
        let counts: Vec<String> = (0..20).map(|n| n.to_string()).collect();
        let rows: Vec<Vec<&str>> = (0..20)
            .map(|n| vec![T[0], &names[n][..], &counts[n][..]])
            .collect();
        let rows: Vec<&[&str]> = rows.iter().map(|row| &row[..]).collect();
        let chart = made(&["bin(1m)", "route", "n"], &rows).expect("a chart");
        assert_eq!(
            (
                chart.series.len(),
                chart.left_out,
                &chart.series[0].name[..]
            ),
            (MOST_LINES, 12, "/19")
        );
        let drawn = draw(&chart).0;
        assert_eq!(drawn.matches("<path class=\"series").count(), MOST_LINES);
        assert!(
            drawn.contains("and 12 smaller ones") && drawn.contains(r#"cx="50%""#),
            "{drawn}"
        );
    }
}
