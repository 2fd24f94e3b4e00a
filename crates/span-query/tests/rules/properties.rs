//! What holds for any rows: a filter and its negation share them out, and groups add up to the whole.

use proptest::prelude::*;
use serde_json::json;
use span_query::{Query, Row, Table, Value};

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        (-3_i64..3).prop_map(Value::Int),
        any::<i64>().prop_map(Value::Int),
        any::<f64>().prop_map(Value::Float),
        (-3_i32..3).prop_map(|number| Value::Float(f64::from(number) / 2.0)),
        "[ab1-]{0,3}".prop_map(Value::String),
    ]
}

fn rows() -> impl Strategy<Value = Vec<Row>> {
    let row = (value(), value(), 1_u32..5).prop_map(|(x, group, rate)| {
        Row::new()
            .with("x", x)
            .with("group", group)
            .with_sample_rate(rate)
    });
    prop::collection::vec(row, 0..40)
}

fn run(query: serde_json::Value, rows: &[Row]) -> Table {
    Query::from_json(&query).unwrap().run(rows).unwrap()
}

fn count(query: serde_json::Value, rows: &[Row]) -> i64 {
    match run(query, rows).rows[..] {
        [ref row] => as_int(&row[0]),
        ref rows => panic!("{rows:?}"),
    }
}

fn as_int(value: &Value) -> i64 {
    match value {
        Value::Int(int) => *int,
        other => panic!("{other:?}"),
    }
}

fn weight(rows: &[Row]) -> i64 {
    rows.iter().map(|row| i64::from(row.sample_rate())).sum()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_filter_and_its_negation_share_out_the_rows(
        rows in rows(),
        (op, negation) in prop::sample::select(vec![
            ("=", "!="),
            ("starts-with", "does-not-start-with"),
            ("ends-with", "does-not-end-with"),
            ("contains", "does-not-contain"),
        ]),
        wanted in "[ab1-]{1,3}",
    ) {
        let of = |op| count(json!({"filters": [{"column": "x", "op": op, "value": wanted}]}), &rows);
        prop_assert_eq!(of(op) + of(negation), weight(&rows));
    }

    #[test]
    fn a_list_or_presence_and_its_negation_share_out_the_rows(rows in rows(), wanted in -3_i64..3) {
        let of = |op| count(json!({"filters": [{"column": "x", "op": op, "value": [wanted, "a", true]}]}), &rows);
        prop_assert_eq!(of("in") + of("not-in"), weight(&rows));
        let of = |op| count(json!({"filters": [{"column": "x", "op": op}]}), &rows);
        prop_assert_eq!(of("exists") + of("does-not-exist"), weight(&rows));
    }

    #[test]
    fn less_equal_and_greater_share_out_what_can_be_compared(rows in rows(), wanted in -3_i64..3) {
        let of = |op| count(json!({"filters": [{"column": "x", "op": op, "value": wanted}]}), &rows);
        prop_assert_eq!(of("<") + of("="), of("<="));
        prop_assert_eq!(of(">") + of("="), of(">="));
        prop_assert!(of("<") + of(">=") <= weight(&rows));
    }

    #[test]
    fn groups_add_up_to_the_whole(rows in rows()) {
        let table = run(json!({"breakdowns": ["group"], "limit": 1000}), &rows);
        prop_assert_eq!(table.rows.iter().map(|row| as_int(&row[1])).sum::<i64>(), weight(&rows));
        prop_assert_eq!(table.groups, table.rows.len());
    }

    #[test]
    fn the_order_of_the_rows_makes_no_difference(rows in rows(), seed in any::<prop::sample::Index>()) {
        let query = json!({
            "breakdowns": ["group"],
            "calculations": [
                {"op": "COUNT"}, {"op": "MIN", "column": "x"}, {"op": "MAX", "column": "x"},
                {"op": "P50", "column": "x"}, {"op": "P999", "column": "x"}, {"op": "COUNT_DISTINCT", "column": "x"},
            ],
            "orders": [{"op": "P50", "column": "x", "order": "descending"}],
        });
        let mut turned = rows.clone();
        if !rows.is_empty() {
            turned.rotate_left(seed.index(rows.len()));
            turned.reverse();
        }
        let text = |rows: &[Row]| serde_json::to_string(&run(query.clone(), rows)).unwrap();
        prop_assert_eq!(text(&rows), text(&turned));
    }

    #[test]
    fn a_percentile_is_one_of_the_numbers_and_between_the_extremes(rows in rows()) {
        let column = |op: &str| json!({"op": op, "column": "x"});
        let query = json!({"calculations": [column("MIN"), column("P01"), column("P50"), column("P999"), column("MAX")]});
        let results = run(query, &rows).rows.remove(0);
        prop_assert!(results.is_sorted(), "{:?}", results);
        prop_assert!(results.iter().all(|result| *result == Value::Null || rows.iter().any(|row| row.get("x") == result)));
    }
}
