//! What the calculations give.

use serde_json::{Value as Json, json};

use crate::asking::check;

/// The calculation over the column `x` with these values gives this.
#[track_caller]
fn check_calculation(rule: &str, op: &str, values: Json, expected: Json) {
    let data = values
        .as_array()
        .unwrap()
        .iter()
        .map(|value| json!({"x": value}))
        .collect();
    check(
        rule,
        json!({"calculations": [{"op": op, "column": "x"}]}),
        data,
        json!([[expected]]),
    );
}

#[test]
fn calculations() {
    check(
        "count is the default",
        json!({}),
        json!([{}, {}]),
        json!([[2]]),
    );
    check(
        "one group even over no row",
        json!({}),
        json!([]),
        json!([[0]]),
    );
    check(
        "null calculations are the default",
        json!({"calculations": null}),
        json!([{}]),
        json!([[1]]),
    );

    check_calculation(
        "integers add up to an integer",
        "SUM",
        json!([1, 2, 3]),
        json!(6),
    );
    check_calculation("a float makes a float", "SUM", json!([1, 2.5]), json!(3.5));
    check_calculation(
        "tenths lose nothing",
        "SUM",
        Json::from(vec![0.1; 10]),
        json!(1),
    );
    check_calculation(
        "past i64 a float",
        "SUM",
        json!([i64::MAX, 1]),
        json!(9_223_372_036_854_775_808.0),
    );
    check_calculation(
        "strings are skipped",
        "SUM",
        json!([1, "2", true, null]),
        json!(1),
    );
    check_calculation("no number, no sum", "SUM", json!(["2"]), json!(null));
    check_calculation(
        "a whole average is an integer",
        "AVG",
        json!([1, 3]),
        json!(2),
    );
    check_calculation("no number, no average", "AVG", json!([]), json!(null));
    check_calculation("the least", "MIN", json!([3, 1, 2.5]), json!(1));
    check_calculation("the greatest", "MAX", json!([1, 2.5, "9"]), json!(2.5));
    check_calculation(
        "no number, no least",
        "MIN",
        json!(["a", false]),
        json!(null),
    );
    check_calculation(
        "different values",
        "COUNT_DISTINCT",
        json!(["a", "b", "a", 1, true]),
        json!(4),
    );
    check_calculation("1 is 1.0", "COUNT_DISTINCT", json!([1, 1.0]), json!(1));
    check_calculation(
        "absent is no value",
        "COUNT_DISTINCT",
        json!([null]),
        json!(0),
    );
}

#[test]
fn percentiles_are_the_nearest_rank() {
    let hundred: Json = (1..=100).rev().collect();
    let four = json!([15, 20, 35, 40]);
    check_calculation(
        "median of an even count: the lower",
        "P50",
        four.clone(),
        json!(20),
    );
    check_calculation("median of an odd count", "P50", json!([3, 1, 2]), json!(2));
    check_calculation("exactly at a rank", "P25", four.clone(), json!(15));
    check_calculation(
        "between ranks: the upper",
        "P75",
        json!([1, 2, 3]),
        json!(3),
    );
    check_calculation("never interpolated", "P90", four.clone(), json!(40));
    check_calculation("P001 of few is the least", "P001", four, json!(15));
    check_calculation("P01", "P01", hundred.clone(), json!(1));
    check_calculation("P05", "P05", hundred.clone(), json!(5));
    check_calculation("P10", "P10", hundred.clone(), json!(10));
    check_calculation("P20", "P20", hundred.clone(), json!(20));
    check_calculation("P80", "P80", hundred.clone(), json!(80));
    check_calculation("P95", "P95", hundred.clone(), json!(95));
    check_calculation("P99", "P99", hundred.clone(), json!(99));
    check_calculation("P999", "P999", hundred, json!(100));
    check_calculation(
        "integers and floats together",
        "P50",
        json!([1.5, 1, 2]),
        json!(1.5),
    );
    check_calculation("only numbers", "P50", json!(["a", 7, null]), json!(7));
    check_calculation("no number", "P50", json!([]), json!(null));
}

#[test]
fn sample_rates_weigh() {
    let data = json!([{"x": 1, "@rate": 3}, {"x": 5}]);
    let check = |op: &str, expected: Json| {
        let query = match op {
            "COUNT" => json!({"calculations": [{"op": op}]}),
            op => json!({"calculations": [{"op": op, "column": "x"}]}),
        };
        check(op, query, data.clone(), json!([[expected]]));
    };
    check("COUNT", json!(4));
    check("SUM", json!(8));
    check("AVG", json!(2));
    check("P75", json!(1));
    check("P80", json!(5));
    check("COUNT_DISTINCT", json!(2));
    check("MIN", json!(1));
    check("MAX", json!(5));
}
