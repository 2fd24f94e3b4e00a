//! BubbleUp's counts are those of the rows inside and outside, looked at one after the other.

use proptest::prelude::*;
use serde_json::json;
use span_columns::{BubbleUp, Difference, Plan, Selection};
use span_query::{Query, Row, Value, field};

use crate::rows::{blocks, row};

fn bubble_up(rows: &[Row], size: usize, selection: &Selection) -> BubbleUp {
    let query = Query::from_json(&json!({"filters": [{"column": "y", "op": "!=", "value": "a"}]}));
    let plan = Plan::new(&query.unwrap(), 5).unwrap();
    match plan.bubble_up(&blocks(rows, size)[..], selection) {
        Ok(bubble_up) => bubble_up,
    }
}

fn float(value: &Value) -> Option<f64> {
    match value {
        Value::Int(int) => Some(*int as f64),
        Value::Float(float) => Some(*float),
        _ => None,
    }
}

/// The rows that pass, with whether each is inside.
fn divided<'a>(rows: &'a [Row], selection: &Selection) -> Vec<(&'a Row, bool)> {
    let times = selection.from_unix_nano..selection.to_unix_nano;
    let is_inside = |row: &Row| {
        let in_time = row
            .unix_nano()
            .is_some_and(|time| times.contains(&(time as i64)));
        let value = float(row.get(&selection.column));
        in_time && value.is_some_and(|value| (selection.min..=selection.max).contains(&value))
    };
    rows.iter()
        .filter(|row| *row.get("y") != Value::from("a"))
        .map(|row| (row, is_inside(row)))
        .collect()
}

/// How many spans inside and outside have such a value.
fn count(rows: &[(&Row, bool)], is_such: impl Fn(&Row) -> bool) -> (u64, u64) {
    let count = |side: bool| {
        let such = rows
            .iter()
            .filter(|(row, inside)| *inside == side && is_such(row));
        such.map(|(row, _)| u64::from(row.sample_rate())).sum()
    };
    (count(true), count(false))
}

fn apart(counts: (u64, u64), all: (u64, u64)) -> f64 {
    (counts.0 as f64 / all.0 as f64 - counts.1 as f64 / all.1 as f64).abs() / 2.0
}

/// Checks one column's counts, and its distance.
fn check(found: &Difference, rows: &[(&Row, bool)]) -> Result<(), TestCaseError> {
    let all = count(rows, |_| true);
    let value = |row: &Row| row.get(&found.column).clone();
    let mut shown = (0, 0);
    let mut distance = 0.0;
    for (place, share) in found.shares.iter().enumerate() {
        let is_last = place + 1 == found.shares.len();
        let wanted = count(rows, |row| match (float(&share.value), float(&share.to)) {
            (Some(from), Some(to)) => float(&value(row))
                .is_some_and(|value| from <= value && (value < to || is_last && value <= to)),
            _ => value(row) == share.value,
        });
        prop_assert_eq!(
            (share.inside, share.outside),
            wanted,
            "{} {:?}",
            &found.column,
            share
        );
        prop_assert_eq!(found.is_ranges, share.to != Value::Null);
        shown = (shown.0 + wanted.0, shown.1 + wanted.1);
        distance += apart(wanted, all);
    }
    let absent = count(rows, |row| value(row) == Value::Null);
    prop_assert_eq!(found.absent, absent);
    prop_assert_eq!(
        found.others,
        (all.0 - shown.0 - absent.0, all.1 - shown.1 - absent.1)
    );
    // There are fewer different values than are shown at most.
    distance += apart(absent, all) + apart(found.others, all);
    prop_assert!(
        (distance - found.distance).abs() < 1e-9,
        "{}, not {}",
        found.distance,
        distance
    );
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_count_is_that_of_the_rows(
        rows in prop::collection::vec(row(), 0..80),
        size in 1_usize..30,
        column in prop::sample::select(vec![field::DURATION_MS, "x", "float"]),
        (from, to) in (0_i64..5, 1_i64..6),
        (min, max) in (-10_i32..300, 0_i32..300),
    ) {
        let selection = Selection {
            column: column.to_owned(),
            from_unix_nano: from * 1_000_000_000,
            to_unix_nano: (from + to) * 1_000_000_000,
            min: min.into(),
            max: f64::from(min + max),
        };
        let found = bubble_up(&rows, size, &selection);
        let divided = divided(&rows, &selection);
        prop_assert_eq!((found.inside, found.outside), count(&divided, |_| true));
        if found.inside == 0 || found.outside == 0 {
            prop_assert!(found.differences.is_empty());
            return Ok(());
        }
        for difference in &found.differences {
            prop_assert!(difference.shares.len() <= 40);
            prop_assert!(difference.distance > 0.0 && difference.distance < 1.0 + 1e-9);
            check(difference, &divided)?;
        }
        for column in ["x", "y", "integer", "float", field::DURATION_MS, field::ANNOTATION_TYPE] {
            if column == selection.column || found.differences.iter().any(|found| found.column == column) {
                continue;
            }
            // Left out: of each value there are as many on both sides, or there are many values, each on one row.
            let mut values: Vec<Value> = divided.iter().map(|(row, _)| row.get(column).clone()).collect();
            values.sort();
            let present = values.iter().filter(|value| **value != Value::Null).count();
            values.dedup();
            let all = count(&divided, |_| true);
            let same = values.iter().all(|value| apart(count(&divided, |row| row.get(column) == value), all) < 1e-12);
            prop_assert!(same || values.len() > 20 && values.len() * 2 > present, "{}", column);
        }
        prop_assert_eq!(&bubble_up(&rows, 1000, &selection), &found, "blocks make no difference");
    }
}

/// Spans of which the slow ones have one thing in common.
fn bad_day() -> Vec<Row> {
    (0..2_000_i64)
        .map(|number| {
            let is_slow = number % 50 == 0;
            let user = if is_slow { 3 } else { number % 40 };
            Row::new()
                .with(
                    field::DURATION_MS,
                    if is_slow {
                        900 + number % 7
                    } else {
                        number % 90
                    },
                )
                .with("user.id", format!("user-{user}"))
                .with("request.id", format!("request-{number}"))
                .with("trace.trace_id", format!("{number:032x}"))
                .with("region", ["eu", "us", "ap"][number as usize % 3])
                .with("always", true)
                .with("size", number * 37 % 1_000)
                .with(
                    "http.status_code",
                    if is_slow { 503 } else { 200 + number % 5 },
                )
                .at_unix_nano(number as u64 * 1_000_000)
        })
        .collect()
}

fn slow() -> Selection {
    Selection {
        column: field::DURATION_MS.to_owned(),
        from_unix_nano: 0,
        to_unix_nano: i64::MAX,
        min: 500.0,
        max: 2_000.0,
    }
}

#[test]
fn what_the_rows_inside_have_in_common_comes_first() {
    let found = bubble_up(&bad_day(), 300, &slow());
    assert_eq!((found.inside, found.outside), (40, 1_960));
    let columns: Vec<&str> = found
        .differences
        .iter()
        .map(|found| &found.column[..])
        .collect();
    assert_eq!(columns[..2], ["http.status_code", "user.id"]);
    let [status, user] = &found.differences[..2] else {
        panic!("{columns:?}")
    };
    assert_eq!(
        (status.shares[0].value.clone(), status.distance),
        (503.into(), 1.0)
    );
    assert_eq!((status.shares[0].inside, status.shares[0].outside), (40, 0));
    assert_eq!(user.shares[0].value, "user-3".into());
    assert!(!user.is_ranges);
}

#[test]
fn ids_constants_and_the_axis_itself_are_left_out_and_many_numbers_are_ranges() {
    let found = bubble_up(&bad_day(), 300, &slow());
    let columns: Vec<&str> = found
        .differences
        .iter()
        .map(|found| &found.column[..])
        .collect();
    assert_eq!(columns.len(), 4, "{columns:?}");
    assert!(!columns.contains(&"request.id"), "one on every row");
    assert!(
        !columns.contains(&field::DURATION_MS),
        "what the box was drawn by"
    );
    assert!(!columns.contains(&"always"), "the same on both sides");
    assert_eq!(found.left_out, 2);
    let size = found
        .differences
        .iter()
        .find(|found| found.column == "size")
        .unwrap();
    assert!(size.is_ranges);
    assert!((10..=21).contains(&size.shares.len()), "{:?}", size.shares);
    assert_eq!(size.shares[0].value, 0.into());
    assert!(
        size.shares
            .windows(2)
            .all(|pair| pair[0].to == pair[1].value)
    );
}

#[test]
fn a_box_around_nothing_or_everything_tells_nothing() {
    let nothing = Selection {
        min: 5e6,
        max: 6e6,
        ..slow()
    };
    let found = bubble_up(&bad_day(), 300, &nothing);
    assert_eq!((found.inside, found.outside), (0, 2_000));
    assert!(found.differences.is_empty());
    let everything = Selection { min: 0.0, ..slow() };
    let found = bubble_up(&bad_day(), 300, &everything);
    assert_eq!((found.inside, found.outside), (2_000, 0));
    assert!(found.differences.is_empty());
}
