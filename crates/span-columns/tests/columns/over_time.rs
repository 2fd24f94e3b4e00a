//! Series and heatmaps are what the rows of each step give when they are looked at alone.

use proptest::prelude::*;
use serde_json::{Value as Json, json};
use span_columns::{Answer, Plan};
use span_query::{Query, Row, Value, field};

use crate::rows::{blocks, row};

const SECOND: i64 = 1_000_000_000;

fn query(json: &Json) -> Query {
    Query::from_json(json).unwrap_or_else(|error| panic!("{json}: {error}"))
}

fn answer(json: &Json, rows: &[Row], size: usize) -> Answer {
    let plan = Plan::new(&query(json), 5).unwrap_or_else(|error| panic!("{json}: {error}"));
    match plan.answer(&blocks(rows, size)[..]) {
        Ok(answer) => answer,
    }
}

fn float(value: &Value) -> Option<f64> {
    match value {
        Value::Int(int) => Some(*int as f64),
        Value::Float(float) => Some(*float),
        _ => None,
    }
}

fn is_near(a: &Value, b: Option<f64>) -> bool {
    match (float(a), b) {
        (Some(a), Some(b)) => (a - b).abs() <= 1e-9 * a.abs().max(b.abs()).max(1.0),
        (None, None) => true,
        _ => false,
    }
}

fn time(row: &Row) -> Option<i64> {
    row.unix_nano().map(|time| time as i64)
}

/// Rows, a time asked for and the seconds of a step.
fn asked() -> impl Strategy<Value = (Vec<Row>, usize, [u64; 3])> {
    let time = (0_u64..4, 1_u64..6, 1_u64..6);
    let time = time.prop_map(|(start, seconds, step)| [start, start + seconds, step.min(seconds)]);
    (prop::collection::vec(row(), 0..40), 1_usize..20, time)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn each_step_is_answered_as_if_it_were_alone((rows, size, [start, end, step]) in asked(), by in prop::sample::select(vec![json!([]), json!(["y"]), json!(["integer", "float"])])) {
        let calculations = json!([
            {"op": "COUNT"}, {"op": "COUNT_DISTINCT", "column": "x"}, {"op": "SUM", "column": field::DURATION_MS},
            {"op": "AVG", "column": field::DURATION_MS}, {"op": "MIN", "column": "x"}, {"op": "MAX", "column": "x"},
            {"op": "P50", "column": "x"}, {"op": "P99", "column": field::DURATION_MS},
        ]);
        let mut asked = json!({"breakdowns": by, "calculations": calculations, "limit": 1000, "start_time": start, "end_time": end});
        asked["granularity"] = step.into();
        let found = answer(&asked, &rows, size);
        let Some(series) = found.series else {
            prop_assert_eq!(found.rows_matched, 0);
            return Ok(());
        };
        let keys = by.as_array().map_or(0, Vec::len);
        prop_assert_eq!(series.step, step);
        prop_assert!(series.start <= start as i64 && start as i64 - series.start < step as i64);
        let covered = series.start + (series.steps as u64 * step) as i64;
        prop_assert!(covered >= end as i64 && covered - (step as i64) < end as i64);
        prop_assert_eq!(
            series.groups.iter().map(|group| &group.key[..]).collect::<Vec<_>>(),
            found.table.rows.iter().map(|row| &row[..keys]).collect::<Vec<_>>()
        );
        asked.as_object_mut().unwrap().remove("granularity");
        for place in 0..series.steps {
            let from = series.start as u64 + place as u64 * step;
            asked["start_time"] = from.max(start).into();
            asked["end_time"] = (from + step).min(end).into();
            let alone = query(&asked).run(&rows).unwrap();
            for group in &series.groups {
                let values: Vec<Value> = group.values.iter().map(|values| values[place].clone()).collect();
                let null = Value::Null;
                let nothing = [Value::Int(0), Value::Int(0), null.clone(), null.clone(), null.clone(), null.clone(), null.clone(), null];
                let row = alone.rows.iter().find(|row| row[..keys] == group.key[..]);
                prop_assert_eq!(&values[..], row.map_or(&nothing[..], |row| &row[keys..]), "step {}", place);
            }
        }
    }

    #[test]
    fn concurrency_is_how_much_of_a_step_spans_are_open((rows, size, [start, end, step]) in asked()) {
        let asked = json!({
            "breakdowns": ["integer"], "calculations": [{"op": "CONCURRENCY"}],
            "limit": 1000, "start_time": start, "end_time": end, "granularity": step,
        });
        let found = answer(&asked, &rows, size);
        let Some(series) = found.series else { return Ok(()) };
        let open = |key: &Value, from: i64, to: i64| -> f64 {
            let within = rows.iter().filter(|row| row.get("integer") == key);
            let spans = within.filter(|row| time(row).is_some_and(|time| time < end as i64 * SECOND));
            let open = spans.map(|row| {
                let began = time(row).unwrap();
                let ended = began as f64 + float(row.get(field::DURATION_MS)).unwrap_or(0.0) * 1e6;
                (ended.min(to as f64) - began.max(from) as f64).max(0.0) * f64::from(row.sample_rate())
            });
            open.sum::<f64>() / (to - from) as f64
        };
        let (first, last) = (start as i64 * SECOND, end as i64 * SECOND);
        for (group, row) in series.groups.iter().zip(&found.table.rows) {
            prop_assert!(is_near(&row[1], Some(open(&group.key[0], first, last))), "{:?}", row);
            for (place, value) in group.values[0].iter().enumerate() {
                let from = (series.start + (place as u64 * step) as i64) * SECOND;
                let to = from + step as i64 * SECOND;
                let wanted = open(&group.key[0], from.max(first), to.min(last));
                prop_assert!(is_near(value, Some(wanted)), "step {}: {:?}, not {}", place, value, wanted);
            }
        }
    }

    #[test]
    fn a_rate_is_the_difference_from_the_step_before((rows, size, [start, end, step]) in asked()) {
        let column = field::DURATION_MS;
        let asked = json!({
            "breakdowns": ["float"], "limit": 1000, "start_time": start, "end_time": end, "granularity": step,
            "calculations": [
                {"op": "SUM", "column": column}, {"op": "AVG", "column": column}, {"op": "MAX", "column": column},
                {"op": "RATE_SUM", "column": column}, {"op": "RATE_AVG", "column": column}, {"op": "RATE_MAX", "column": column},
            ],
        });
        let found = answer(&asked, &rows, size);
        let Some(series) = found.series else { return Ok(()) };
        for (group, row) in series.groups.iter().zip(&found.table.rows) {
            for of in 0..3 {
                let mut before: Option<f64> = None;
                let mut differences = Vec::new();
                for (value, rate) in group.values[of].iter().zip(&group.values[of + 3]) {
                    let value = float(value);
                    let wanted = value.zip(before).map(|(value, before)| value - before);
                    prop_assert!(is_near(rate, wanted), "{:?}, not {:?}", rate, wanted);
                    differences.extend(wanted);
                    before = value.or(before);
                }
                let mean = differences.iter().sum::<f64>() / differences.len() as f64;
                prop_assert!(is_near(&row[4 + of], (!differences.is_empty()).then_some(mean)), "{:?}", row);
            }
        }
    }

    #[test]
    fn a_heatmap_counts_each_number_once((rows, size, [start, end, step]) in asked(), column in prop::sample::select(vec!["x", "float", "integer", field::DURATION_MS, "nowhere"]), open in any::<bool>()) {
        let mut asked = json!({"calculations": [{"op": "HEATMAP", "column": column}, {"op": "COUNT"}]});
        if !open {
            asked["start_time"] = start.into();
            asked["end_time"] = end.into();
            asked["granularity"] = step.into();
        }
        let found = answer(&asked, &rows, size);
        prop_assert_eq!(&found.table.columns, &["COUNT"]);
        let heatmap = &found.heatmaps[0];
        let in_time = |row: &&Row| open || time(row).is_some_and(|time| (start as i64 * SECOND..end as i64 * SECOND).contains(&time));
        let passed: Vec<&Row> = rows.iter().filter(in_time).collect();
        if found.series.is_some() {
            let without = passed.iter().filter(|row| float(row.get(column)).is_none()).count();
            prop_assert_eq!(heatmap.without_number, without as u64);
        }
        let drawn = |row: &&&Row| time(row).is_some() && float(row.get(column)).is_some();
        let total: u64 = passed.iter().filter(drawn).map(|row| u64::from(row.sample_rate())).sum();
        prop_assert_eq!(heatmap.counts.iter().flatten().sum::<u64>(), total);
        prop_assert_eq!(heatmap.counts.len(), heatmap.edges.len().saturating_sub(1));
        for (band, counts) in heatmap.counts.iter().enumerate() {
            let (low, high) = (heatmap.edges[band], heatmap.edges[band + 1]);
            let is_last = band + 1 == heatmap.counts.len();
            for (place, count) in counts.iter().enumerate() {
                let from = heatmap.start_unix_nano + place as i64 * heatmap.step_nano as i64;
                let to = from + heatmap.step_nano as i64;
                let is_in = |row: &&&Row| {
                    let value = float(row.get(column)).unwrap_or(f64::NAN);
                    let in_band = low <= value && (value < high || is_last && value <= high);
                    in_band && time(row).is_some_and(|time| (from..to).contains(&time))
                };
                let wanted: u64 = passed.iter().filter(is_in).map(|row| u64::from(row.sample_rate())).sum();
                prop_assert_eq!(*count, wanted, "band {} step {}", band, place);
            }
        }
    }
}

#[test]
fn without_a_row_in_time_there_is_no_series_and_an_empty_heatmap() {
    let asked = json!({"calculations": [{"op": "HEATMAP", "column": "x"}], "start_time": 7});
    let rows = [Row::new().with("x", 1).at_unix_nano(5), Row::new()];
    let found = answer(&asked, &rows, 9);
    assert_eq!(found.series, None);
    assert_eq!(found.heatmaps.len(), 1);
    assert!(found.heatmaps[0].edges.is_empty());
}

#[test]
fn groups_are_kept_and_sorted_by_what_is_calculated_over_time() {
    let span = |name: &'static str, second: u64, milliseconds: i64| {
        Row::new()
            .with("name", name)
            .with(field::DURATION_MS, milliseconds)
            .at_unix_nano(second * SECOND as u64)
    };
    let rows = [
        span("short", 10, 1_000),
        span("long", 10, 5_000),
        span("short", 12, 3_000),
        span("longest", 11, 60_000),
    ];
    let asked = json!({
        "breakdowns": ["name"], "start_time": 10, "end_time": 20,
        "calculations": [{"op": "CONCURRENCY"}, {"op": "RATE_MAX", "column": field::DURATION_MS}],
        "orders": [{"op": "CONCURRENCY", "order": "descending"}],
        "havings": [{"calculate_op": "CONCURRENCY", "op": "<", "value": 0.9}],
    });
    let rows = answer(&asked, &rows, 2).table.rows;
    let wanted = [
        vec!["long".into(), Value::Float(0.5), Value::Null],
        vec!["short".into(), Value::Float(0.4), Value::Int(2_000)],
    ];
    assert_eq!(rows, wanted);
}

#[test]
fn a_span_is_open_in_the_steps_after_it_began() {
    let rows = [Row::new()
        .with(field::DURATION_MS, 2_500)
        .at_unix_nano(10 * SECOND as u64 + 500_000_000)];
    let asked = json!({"calculations": [{"op": "CONCURRENCY"}, {"op": "COUNT"}], "start_time": 10, "end_time": 15, "granularity": 1});
    let series = answer(&asked, &rows, 9).series.unwrap();
    let numbers = |of: usize| -> Vec<f64> {
        series.groups[0].values[of]
            .iter()
            .filter_map(float)
            .collect()
    };
    assert_eq!(numbers(0), [0.5, 1.0, 1.0, 0.0, 0.0]);
    assert_eq!(numbers(1), [1.0, 0.0, 0.0, 0.0, 0.0]);
}

#[test]
fn spans_that_began_before_and_are_still_open_count_as_such_and_as_nothing_else() {
    let span = |name: &'static str, second: u64, milliseconds: i64| {
        Row::new()
            .with("name", name)
            .with(field::DURATION_MS, milliseconds)
            .at_unix_nano(second * SECOND as u64)
    };
    let rows = [
        span("long", 10_000, 12_500),
        span("long", 10_010, 500),
        span("ended", 10_000, 10_000),
        span("an hour and more", 6_000, 5_000_000),
        span("within", 10_011, 1_000),
    ];
    let mut asked = json!({
        "breakdowns": ["name"], "start_time": 10_010, "end_time": 10_014, "granularity": 1,
        "calculations": [
            {"op": "CONCURRENCY"}, {"op": "COUNT"}, {"op": "MAX", "column": field::DURATION_MS},
            {"op": "HEATMAP", "column": field::DURATION_MS},
        ],
    });
    let found = answer(&asked, &rows, 2);
    let wanted = [
        vec!["long".into(), Value::Float(0.75), 1.into(), 500.into()],
        vec!["within".into(), Value::Float(0.25), 1.into(), 1_000.into()],
    ];
    assert_eq!(found.table.rows, wanted);
    assert_eq!(found.rows_matched, 2);
    let counted: u64 = found.heatmaps[0].counts.iter().flatten().sum();
    assert_eq!(counted, 2);

    asked["filters"] = json!([{"column": field::DURATION_MS, "op": ">", "value": 1_000}]);
    let found = answer(&asked, &rows, 2);
    assert_eq!(
        found.table.rows,
        [vec![
            "long".into(),
            Value::Float(0.625),
            0.into(),
            Value::Null
        ]]
    );
    let series = found.series.expect("spans are open");
    let open: Vec<f64> = series.groups[0].values[0]
        .iter()
        .filter_map(float)
        .collect();
    assert_eq!(open, [1.0, 1.0, 0.5, 0.0]);
}
