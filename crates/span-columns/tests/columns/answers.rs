//! The columns give the same tables as `Query::run`, which looks at one row after the other.

use proptest::prelude::*;
use serde_json::{Value as Json, json};
use span_columns::{Answer, Block, Plan};
use span_query::{Error, Query, Row, Value, field};

use crate::rows::{blocks, row};

fn query(json: &Json) -> Query {
    Query::from_json(json).unwrap_or_else(|error| panic!("{json}: {error}"))
}

fn answer(json: &Json, blocks: &[Block]) -> Answer {
    let plan = Plan::new(&query(json), 5).unwrap_or_else(|error| panic!("{json}: {error}"));
    match plan.answer(blocks) {
        Ok(answer) => answer,
    }
}

/// Columns of mixed types, of numbers, of IDs, and one that no row has.
fn column() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "x",
        "y",
        "integer",
        "float",
        field::DURATION_MS,
        field::TRACE_ID,
        field::SPAN_ID,
        field::PARENT_ID,
        "nowhere",
    ])
}

fn wanted() -> impl Strategy<Value = Json> {
    prop_oneof![
        (-3_i64..4).prop_map(Json::from),
        any::<i64>().prop_map(Json::from),
        (-8_i32..8).prop_map(|number| json!(f64::from(number) / 4.0)),
        any::<f64>()
            .prop_filter("finite", |f| f.is_finite())
            .prop_map(|f| json!(f)),
        any::<bool>().prop_map(Json::from),
        "[ab1.-]{0,2}".prop_map(Json::from),
        Just(json!("true")),
        (1_u8..12).prop_map(|byte| json!(format!("{:016x}", u64::from(byte) * 0x11))),
        (1_u8..12).prop_map(|byte| json!(format!("{:032x}", u64::from(byte) * 0x11))),
    ]
}

fn filter() -> impl Strategy<Value = Json> {
    let compared = (
        prop::sample::select(vec!["=", "!=", ">", ">=", "<", "<="]),
        wanted(),
    );
    let texts = vec![
        "starts-with",
        "does-not-start-with",
        "ends-with",
        "does-not-end-with",
        "contains",
        "does-not-contain",
    ];
    let text = (
        prop::sample::select(texts),
        "[0ab1.-]{1,2}".prop_map(Json::from),
    );
    let lists = prop::collection::vec(wanted(), 1..4).prop_map(Json::from);
    let list = (prop::sample::select(vec!["in", "not-in"]), lists);
    let presence = prop::sample::select(vec!["exists", "does-not-exist"]);
    let test = prop_oneof![
        3 => compared.prop_map(|(op, value)| json!({"op": op, "value": value})),
        2 => text.prop_map(|(op, value)| json!({"op": op, "value": value})),
        1 => list.prop_map(|(op, value)| json!({"op": op, "value": value})),
        1 => presence.prop_map(|op| json!({"op": op})),
    ];
    (column(), test).prop_map(|(column, mut test)| {
        test["column"] = column.into();
        test
    })
}

fn asked() -> impl Strategy<Value = Json> {
    let op = prop::sample::select(vec![
        "COUNT",
        "COUNT_DISTINCT",
        "SUM",
        "AVG",
        "MIN",
        "MAX",
        "P001",
        "P50",
        "P90",
        "P999",
    ]);
    let calculations = prop::collection::btree_set((op, column()), 1..6);
    let breakdowns = prop::collection::btree_set(column(), 0..4);
    let filters = prop::collection::vec(filter(), 0..4);
    let times = prop::option::of((0_u64..4, 1_u64..5));
    let shape = (any::<bool>(), 1_usize..60, any::<[bool; 3]>(), -2_i64..5);
    (calculations, breakdowns, filters, times, shape).prop_map(
        |(calculations, breakdowns, filters, times, (or, limit, [down, by_key, having], least))| {
            let mut calculations: Vec<Json> = calculations
                .into_iter()
                .map(|(op, column)| match op {
                    "COUNT" => json!({"op": op}),
                    _ => json!({"op": op, "column": column}),
                })
                .collect();
            calculations.dedup();
            let (first, last) = (&calculations[0], &calculations[calculations.len() - 1]);
            let direction = if down { "descending" } else { "ascending" };
            let mut orders = vec![json!({"op": first["op"], "column": first["column"], "order": direction})];
            if by_key && let Some(breakdown) = breakdowns.first() {
                orders.insert(0, json!({"column": breakdown, "order": direction}));
            }
            let mut query = json!({
                "filter_combination": if or { "OR" } else { "AND" },
                "filters": filters,
                "breakdowns": breakdowns,
                "orders": orders,
                "limit": limit,
            });
            if having {
                query["havings"] = json!([{"calculate_op": last["op"], "column": last["column"], "op": ">", "value": least}]);
            }
            if let Some((start, length)) = times {
                query["start_time"] = start.into();
                query["time_range"] = length.into();
            }
            query["calculations"] = calculations.into();
            without_nulls(query)
        },
    )
}

/// What is not there is not written.
fn without_nulls(json: Json) -> Json {
    match json {
        Json::Object(map) => map
            .into_iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(key, value)| (key, without_nulls(value)))
            .collect(),
        Json::Array(list) => list.into_iter().map(without_nulls).collect(),
        other => other,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn columns_and_rows_give_the_same_table(
        rows in prop::collection::vec(row(), 0..80),
        size in 1_usize..50,
        asked in asked(),
    ) {
        let expected = query(&asked).run(&rows).unwrap();
        let blocks = blocks(&rows, size);
        let answer = answer(&asked, &blocks);
        prop_assert_eq!(&answer.table, &expected, "{}", asked);
        // The same numbers are written the same way too: integers as integers.
        let text = |table| serde_json::to_string(table).unwrap();
        prop_assert_eq!(text(&answer.table), text(&expected), "{}", asked);
    }

    #[test]
    fn the_answer_tells_how_many_rows_it_is_made_of(
        rows in prop::collection::vec(row(), 0..80),
        size in 1_usize..50,
        filter in filter(),
        times in prop::option::of((0_u64..4, 1_u64..5)),
    ) {
        let mut asked = json!({"filters": [filter]});
        if let Some((start, length)) = times {
            asked["start_time"] = start.into();
            asked["time_range"] = length.into();
        }
        let answer = answer(&asked, &blocks(&rows, size));
        let second = |row: &Row| row.unix_nano().map(|nano| nano / 1_000_000_000);
        let in_time = |row: &&Row| times.is_none_or(|(start, length)| {
            second(row).is_some_and(|second| (start..start + length).contains(&second))
        });
        prop_assert_eq!(answer.rows_scanned, rows.iter().filter(in_time).count() as u64);

        asked["limit"] = 1000.into();
        asked["breakdowns"] = json!(["row"]);
        let numbered: Vec<Row> = (0_i64..)
            .zip(rows.iter().filter(in_time))
            .map(|(number, row)| row.clone().with("row", number))
            .collect();
        let passed = query(&asked).run(&numbered).unwrap().rows;
        prop_assert_eq!(answer.rows_matched, passed.len() as u64);
        let times = passed.iter().filter_map(|row| match row[0] {
            Value::Int(number) => numbered[number as usize].unix_nano(),
            _ => None,
        });
        let times: Vec<i64> = times.map(|time| time as i64).collect();
        let extent = times.iter().min().copied().zip(times.iter().max().copied());
        prop_assert_eq!(answer.extent_unix_nano, extent);
    }
}

fn texts() -> Vec<Block> {
    let rows =
        ["backend", "front-end", "backend/2", "12"].map(|name| Row::new().with("name", name));
    blocks(
        &[&rows[..], &[Row::new().with("name", 125), Row::new()]].concat(),
        4,
    )
}

#[track_caller]
fn check_count(filter: Json, expected: i64) {
    let answer = answer(&json!({"filters": [filter]}), &texts());
    assert_eq!(answer.table.rows, [[Value::Int(expected)]], "{filter}");
}

#[test]
fn a_regular_expression_is_looked_for_in_the_text_of_any_value() {
    check_count(
        json!({"column": "name", "op": "matches", "value": "^back"}),
        2,
    );
    check_count(
        json!({"column": "name", "op": "matches", "value": "end$"}),
        2,
    );
    check_count(
        json!({"column": "name", "op": "matches", "value": "^1\\d+$"}),
        2,
    );
    check_count(
        json!({"column": "name", "op": "matches", "value": "(?i)BACK.*\\b2"}),
        1,
    );
    check_count(
        json!({"column": "name", "op": "does-not-match", "value": "end"}),
        3,
    );
    check_count(
        json!({"column": "nowhere", "op": "matches", "value": "."}),
        0,
    );
}

#[test]
fn a_bad_regular_expression_is_told_with_its_place() {
    let refused = |pattern: &str| {
        let asked = json!({"filters": [
            {"column": "name", "op": "exists"},
            {"column": "name", "op": "matches", "value": pattern},
        ]});
        match Plan::new(&query(&asked), 0) {
            Err(error @ Error::Pattern { .. }) => error.to_string(),
            other => panic!("{other:?}"),
        }
    };
    let message = refused("(back");
    assert!(
        message.starts_with("filters[1].value: `(back`"),
        "{message}"
    );
    assert!(message.contains("unclosed group"), "{message}");
    assert!(
        refused("\\w{1000}{1000}").contains("size"),
        "{}",
        refused("\\w{1000}{1000}")
    );
    let long = refused(&"a".repeat(5000));
    assert!(long.contains("5000 bytes") && long.len() < 400, "{long}");
}

#[test]
fn a_column_that_nobody_has_is_told_with_the_one_that_was_meant() {
    let rows = [
        Row::new().with("http.route", "/"),
        Row::new().with("user.id", "a"),
    ];
    let asked = json!({
        "breakdowns": ["htp.route", "user.id"],
        "filters": [{"column": "user.id", "op": "=", "value": "nobody"}],
    });
    let unknown = answer(&asked, &blocks(&rows, 1)).unknown_columns;
    let [unknown] = &unknown[..] else {
        panic!("{unknown:?}")
    };
    assert_eq!(unknown.name, "htp.route");
    assert_eq!(unknown.nearest.as_deref(), Some("http.route"));
}

#[test]
fn a_block_out_of_time_is_not_asked_for() {
    let rows = [1, 5, 9].map(|second| Row::new().at_unix_nano(second * 1_000_000_000));
    let asked = json!({"start_time": 4, "end_time": 6});
    let blocks = blocks(&rows, 1);
    assert_eq!(answer(&asked, &blocks).rows_scanned, 1);
    assert_eq!(
        answer(&asked, &blocks).extent_unix_nano,
        Some((5_000_000_000, 5_000_000_000))
    );
}

#[test]
fn no_rows_are_one_group_without_breakdowns_and_none_with_them() {
    let asked = json!({"calculations": [{"op": "COUNT"}, {"op": "P95", "column": "x"}]});
    assert_eq!(
        answer(&asked, &[]).table.rows,
        [[Value::Int(0), Value::Null]]
    );
    let asked = json!({"breakdowns": ["x"]});
    assert_eq!(answer(&asked, &[]).table.groups, 0);
}
