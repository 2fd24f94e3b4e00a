//! Which lines an answer's charts have: what each is called and how it is told from the others. Drawn are they in `line_chart`.

use span_columns::{Series, SeriesGroup};
use span_query::Value;

use crate::pages::{colours::ServiceColours, foreign_text, plot::Unit};

/// Lines that one chart has at most; the other groups are in the table.
pub(super) const MOST_LINES: usize = 16;
/// Classes of the stylesheet for how a line is broken.
const DASHES: [&str; 4] = ["dash-0", "dash-1", "dash-2", "dash-3"];
/// Characters shown of one value in a line's name.
const MOST_OF_VALUE: usize = 60;

/// How one line looks: no two below [`MOST_LINES`] look the same, and neighbours differ without their colour.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Look {
    pub(super) colour: &'static str,
    pub(super) dash: &'static str,
}

impl Look {
    /// The look of the line at this place.
    pub(super) fn of(place: usize) -> Self {
        let round = place / ServiceColours::LEN;
        Self {
            colour: ServiceColours::class_of_slot(place),
            dash: DASHES[(place + round) % DASHES.len()],
        }
    }
}

/// A line of a chart.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Line<'a> {
    pub(super) name: String,
    pub(super) look: Look,
    /// One for each step.
    pub(super) values: &'a [Value],
}

/// Lines that share their axes.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Chart<'a> {
    /// What is drawn: `P50(duration_ms), P95(duration_ms)`.
    pub(super) title: String,
    pub(super) unit: Unit,
    pub(super) lines: Vec<Line<'a>>,
    /// Whether each line is a group of the table; otherwise each is a calculation.
    pub(super) is_grouped: bool,
    /// Groups that are not drawn.
    pub(super) left_out: usize,
}

/// The charts of an answer of so many groups.
///
/// With groups, each calculation has a chart of its own.
/// Without, calculations that are values of one column share one: percentiles, the mean, the least, the greatest.
pub(super) fn charts(series: &Series, groups: usize) -> Vec<Chart<'_>> {
    let is_grouped = series.groups.iter().any(|group| !group.key.is_empty());
    if is_grouped {
        let drawn = &series.groups[..series.groups.len().min(MOST_LINES)];
        let of_calculation = |(at, title): (usize, &String)| Chart {
            title: title.clone(),
            unit: Unit::of_calculation(title),
            lines: drawn
                .iter()
                .enumerate()
                .map(|(place, group)| line(name_of(&group.key), place, group, at))
                .collect(),
            is_grouped,
            left_out: groups.saturating_sub(drawn.len()),
        };
        return series
            .calculations
            .iter()
            .enumerate()
            .map(of_calculation)
            .collect();
    }
    let Some(group) = series.groups.first() else {
        return Vec::new();
    };
    let mut charts: Vec<(Option<&str>, Chart<'_>)> = Vec::new();
    for (at, title) in series.calculations.iter().enumerate() {
        let column = column_of_values(title);
        let shared = charts.iter_mut().find(|(of, chart)| {
            column.is_some() && *of == column && chart.lines.len() < MOST_LINES
        });
        if let Some((_, chart)) = shared {
            chart.title = format!("{}, {title}", chart.title);
            chart
                .lines
                .push(line(title.clone(), chart.lines.len(), group, at));
            continue;
        }
        let chart = Chart {
            title: title.clone(),
            unit: Unit::of_calculation(title),
            lines: vec![line(title.clone(), 0, group, at)],
            is_grouped,
            left_out: 0,
        };
        charts.push((column, chart));
    }
    charts.into_iter().map(|(_, chart)| chart).collect()
}

fn line(name: String, place: usize, group: &SeriesGroup, calculation: usize) -> Line<'_> {
    Line {
        name,
        look: Look::of(place),
        values: group
            .values
            .get(calculation)
            .map_or(&[], |values| &values[..]),
    }
}

/// The column whose values a calculation's results are among.
fn column_of_values(title: &str) -> Option<&str> {
    let (op, column) = title.strip_suffix(')')?.split_once('(')?;
    let is_percentile = op.strip_prefix('P').is_some_and(|digits| {
        !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit())
    });
    (is_percentile || ["AVG", "MIN", "MAX"].contains(&op)).then_some(column)
}

/// A group's name: its values, one after the other.
pub(super) fn name_of(key: &[Value]) -> String {
    let values: Vec<String> = key
        .iter()
        .map(|value| shown(value, MOST_OF_VALUE))
        .collect();
    values.join(" · ")
}

/// A value as text on one line.
pub(super) fn shown(value: &Value, most: usize) -> String {
    match value {
        Value::Null => "—".to_owned(),
        Value::String(text) if text.is_empty() => "(empty)".to_owned(),
        Value::String(text) => foreign_text::on_one_line(text, most),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::pages::query::sample_answers::series;

    fn titles(calculations: &[&str], groups: usize) -> Vec<String> {
        let series = series(calculations, groups, 3);
        charts(&series, groups)
            .into_iter()
            .map(|chart| chart.title)
            .collect()
    }

    #[test]
    fn calculations_over_one_column_share_a_chart_unless_there_are_groups() {
        let calculations = [
            "COUNT",
            "P50(a_ms)",
            "P95(a_ms)",
            "SUM(a_ms)",
            "MAX(b)",
            "COUNT_DISTINCT(a_ms)",
            "MAX(a_ms)",
        ];
        let shared = [
            "COUNT",
            "P50(a_ms), P95(a_ms), MAX(a_ms)",
            "SUM(a_ms)",
            "MAX(b)",
            "COUNT_DISTINCT(a_ms)",
        ];
        assert_eq!(titles(&calculations, 0), shared);
        assert_eq!(titles(&calculations, 2), calculations);
        assert_eq!(titles(&[], 0), [""; 0]);
    }

    #[test]
    fn lines_are_told_apart_and_the_rest_is_counted() {
        let series = series(&["COUNT"], 1_000, 1);
        let charts = charts(&series, 1_000);
        assert_eq!(
            (charts[0].lines.len(), charts[0].left_out),
            (MOST_LINES, 1_000 - MOST_LINES)
        );
        let looks: BTreeSet<_> = (0..MOST_LINES)
            .map(|place| (Look::of(place).colour, Look::of(place).dash))
            .collect();
        assert_eq!(looks.len(), MOST_LINES);
        assert!((1..MOST_LINES).all(|place| Look::of(place).dash != Look::of(place - 1).dash));
    }

    #[test]
    fn groups_are_named_by_their_values() {
        let long = "x".repeat(100_000);
        let key = [
            Value::Null,
            "".into(),
            true.into(),
            "a\0b".into(),
            long.into(),
        ];
        let name = name_of(&key);
        assert!(name.starts_with("— · (empty) · true · a␀b · xxx"), "{name}");
        assert!(name.chars().count() < 100, "{name}");
    }
}
