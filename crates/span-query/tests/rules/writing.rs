//! A query that is written and read again is the same query.

use proptest::prelude::*;
use serde_json::{Value as Json, json};
use span_query::{FILTER_OPS, Op, Query};

fn name() -> impl Strategy<Value = String> {
    r"(\\{0,2}(root\.|parent\.|any\.)?){0,2}[ab]{1,2}"
}

fn scalar() -> impl Strategy<Value = Json> {
    prop_oneof![
        any::<bool>().prop_map(Json::from),
        any::<i64>().prop_map(Json::from),
        any::<u64>().prop_map(Json::from),
        any::<f64>()
            .prop_filter("JSON has only these", |f| f.is_finite())
            .prop_map(Json::from),
        "\\PC{0,3}".prop_map(Json::from),
    ]
}

fn filter() -> impl Strategy<Value = Json> {
    let op = prop::sample::select(FILTER_OPS.to_vec());
    (name(), op, scalar(), "[a(]{1,3}").prop_map(|(column, op, scalar, text)| {
        let value = match op {
            "in" | "not-in" => json!([scalar, text]),
            "exists" | "does-not-exist" => json!(null),
            "=" | "!=" | ">" | ">=" | "<" | "<=" => scalar,
            _ => json!(text),
        };
        json!({"column": column, "op": op, "value": value})
    })
}

fn calculation() -> impl Strategy<Value = Json> {
    let op = prop::sample::select(Op::ALL.to_vec());
    (op, name(), prop::option::of("[cd]{1,2}")).prop_map(|((name, op), column, title)| {
        let column = op.wants_column().then_some(column);
        json!({"op": name, "column": column, "name": title})
    })
}

fn order(calculations: &[Json], pick: usize) -> Json {
    let calculation = &calculations[pick % calculations.len()];
    if pick.is_multiple_of(2) && calculation["name"].is_string() {
        json!({"column": calculation["name"], "order": "descending"})
    } else {
        json!({"op": calculation["op"], "column": calculation["column"]})
    }
}

prop_compose! {
    /// Most are sound; those that are not (a column twice, a heatmap to order by) are passed over.
    fn query()(
        breakdowns in prop::collection::vec(name(), 0..3),
        calculations in prop::collection::vec(calculation(), 1..4),
        filters in prop::collection::vec(filter(), 0..4),
        picks in prop::collection::vec(0_usize..100, 0..3),
        or in any::<bool>(),
        limit in prop::option::of(1_u64..=1000),
        time in prop::sample::select(vec![
            json!({}),
            json!({"start_time": 5}),
            json!({"time_range": 7200, "granularity": 60}),
            json!({"start_time": 0, "end_time": 10}),
        ]),
    ) -> Json {
        let mut orders: Vec<Json> = picks.iter().map(|pick| order(&calculations, *pick)).collect();
        orders.extend(breakdowns.first().map(|column| json!({"column": column})));
        let havings: Vec<Json> = picks.iter().map(|pick| {
            let mut having = order(&calculations, *pick);
            having.as_object_mut().unwrap().remove("order");
            if let Some(op) = having.as_object_mut().unwrap().remove("op") {
                having["calculate_op"] = op;
            }
            having["op"] = json!(["=", "!=", "<="][pick % 3]);
            having["value"] = json!(*pick as f64 / 2.0);
            having
        }).collect();
        let mut query = time;
        query["breakdowns"] = json!(breakdowns);
        query["calculations"] = json!(calculations);
        query["filters"] = json!(filters);
        query["filter_combination"] = json!(if or { "OR" } else { "AND" });
        query["orders"] = json!(orders);
        query["havings"] = json!(havings);
        query["limit"] = json!(limit);
        query
    }
}

proptest! {
    #![proptest_config(ProptestConfig { max_global_rejects: 100_000, ..ProptestConfig::with_cases(256) })]

    #[test]
    fn a_query_survives_being_written(json in query()) {
        let query = Query::from_json(&json);
        prop_assume!(query.is_ok());
        let query = query.unwrap();
        let written = serde_json::to_string(&query).unwrap();
        let read: Query = written.parse().map_err(|error| TestCaseError::fail(format!("{error}: {written}")))?;
        prop_assert_eq!(&read, &query);
        prop_assert_eq!(serde_json::to_string(&read).unwrap(), written);
    }
}

#[test]
fn what_was_left_out_stays_out() {
    let query: Query = "{}".parse().unwrap();
    assert_eq!(query.to_json(), json!({"calculations": [{"op": "COUNT"}]}));
}

#[test]
fn a_calculation_that_an_earlier_one_hides_is_ordered_by_under_its_title() {
    let json = json!({
        "calculations": [
            {"op": "MAX", "column": "x", "name": "worst"}, {"op": "MAX", "column": "x"},
        ],
        "orders": [{"column": "MAX(x)", "order": "ascending"}, {"op": "MAX", "column": "x", "order": "descending"}],
    });
    assert_eq!(Query::from_json(&json).unwrap().to_json(), json);
}
