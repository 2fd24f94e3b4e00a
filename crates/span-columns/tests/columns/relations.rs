//! Columns of the root, the parent and any span of a trace, against a look-up of every row for every row.

use proptest::prelude::*;
use serde_json::{Value as Json, json};
use span_columns::Plan;
use span_query::{Query, Row, Table, Value, field};

use crate::rows::{blocks, row};

const MARGIN: u64 = 3_600_000_000_000;

/// What decides between several spans: the first began first, one without a time last; then the span ID.
fn began(row: &Row) -> (u64, String) {
    (
        row.unix_nano().unwrap_or(u64::MAX),
        row.get(field::SPAN_ID).to_string(),
    )
}

fn same(a: &Row, b: &Row, name: &str, other: &str) -> bool {
    *a.get(name) != Value::Null && a.get(name) == b.get(other)
}

/// Spans proper of the row's trace, in the order in which they count.
fn trace<'a>(row: &Row, rows: &'a [Row]) -> Vec<&'a Row> {
    let mut spans: Vec<&Row> = rows
        .iter()
        .filter(|other| *other.get(field::ANNOTATION_TYPE) == Value::Null)
        .filter(|other| same(row, other, field::TRACE_ID, field::TRACE_ID))
        .collect();
    spans.sort_by_key(|span| match span.get(field::SPAN_ID) {
        // No ID is zeros, which come first.
        Value::Null => (began(span).0, String::new()),
        _ => began(span),
    });
    spans
}

/// The rows with the fields `root.…` and `parent.…` beside their own, and `any`: whether a span passes.
fn joined(rows: &[Row], within: &[Row], any: impl Fn(&Row) -> bool) -> Vec<Row> {
    let names = ["x", "float"];
    let join = |row: &Row| {
        let spans = trace(row, within);
        let root = spans
            .iter()
            .find(|span| *span.get(field::PARENT_ID) == Value::Null);
        let parent = spans
            .iter()
            .find(|span| same(row, span, field::PARENT_ID, field::SPAN_ID));
        let mut joined = row.clone().with("any", spans.iter().any(|span| any(span)));
        for name in names {
            for (relation, span) in [("root", root), ("parent", parent)] {
                let value = span.map(|span| span.get(name).clone());
                joined.set(format!("{relation}|{name}"), value);
            }
        }
        joined
    };
    rows.iter().map(join).collect()
}

/// The query that asks for the joined fields instead of the relations.
fn rewritten(asked: &Json) -> Query {
    let text = asked
        .to_string()
        .replace("\"root.", "\"root|")
        .replace("\"parent.", "\"parent|");
    text.parse().unwrap()
}

fn values(table: &Table) -> (&[Vec<Value>], usize) {
    (&table.rows, table.groups)
}

fn related() -> impl Strategy<Value = String> {
    let relation = prop::sample::select(vec!["root.", "parent.", ""]);
    let name = prop::sample::select(vec!["x", "float"]);
    (relation, name).prop_map(|(relation, name)| format!("{relation}{name}"))
}

fn filter(column: impl Strategy<Value = String>) -> impl Strategy<Value = Json> {
    let ops = vec!["=", "!=", "<", "exists", "does-not-exist", "contains"];
    (column, prop::sample::select(ops), -2_i64..3).prop_map(|(column, op, value)| match op {
        "contains" => json!({"column": column, "op": op, "value": "1"}),
        "exists" | "does-not-exist" => json!({"column": column, "op": op}),
        _ => json!({"column": column, "op": op, "value": value}),
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn root_and_parent_are_found(
        rows in prop::collection::vec(row(), 0..80),
        size in 1_usize..50,
        filters in prop::collection::vec(filter(related()), 0..3),
        or in any::<bool>(),
        breakdowns in prop::collection::btree_set(related(), 0..3),
    ) {
        let asked = json!({
            "breakdowns": breakdowns,
            "filters": filters,
            "filter_combination": if or { "OR" } else { "AND" },
            "calculations": [{"op": "COUNT"}, {"op": "SUM", "column": field::DURATION_MS}],
            "limit": 1000,
        });
        let expected = rewritten(&asked).run(joined(&rows, &rows, |_| false)).unwrap();
        let plan = Plan::new(&Query::from_json(&asked).unwrap(), 0).unwrap();
        let Ok(answer) = plan.answer(&blocks(&rows, size)[..]);
        prop_assert_eq!(values(&answer.table), values(&expected), "{}", asked);
    }

    #[test]
    fn all_conditions_on_any_span_are_met_by_one(
        rows in prop::collection::vec(row(), 0..60),
        size in 1_usize..50,
        any in prop::collection::vec(filter(Just("any.x".to_owned())), 1..3),
        own in filter(Just("y".to_owned())),
        parent in filter(Just("parent.x".to_owned())),
    ) {
        let passes = |span: &Row| {
            let own = serde_json::to_string(&any).unwrap().replace("any.", "");
            let filters: Json = own.parse().unwrap();
            let query = Query::from_json(&json!({"filters": filters})).unwrap();
            query.run([span]).unwrap().rows[0][0] == Value::from(i64::from(span.sample_rate()))
        };
        let filters = [&[own.clone(), parent.clone()], &any[..]].concat();
        let asked = json!({"filters": filters});
        let is_any = json!({"column": "any", "op": "=", "value": true});
        let expected = rewritten(&json!({"filters": [own, parent, is_any]}));
        let expected = expected.run(joined(&rows, &rows, passes)).unwrap();
        let plan = Plan::new(&Query::from_json(&asked).unwrap(), 0).unwrap();
        let Ok(answer) = plan.answer(&blocks(&rows, size)[..]);
        prop_assert_eq!(values(&answer.table), values(&expected), "{}", asked);
    }

    #[test]
    fn one_of_several_conditions_may_be_on_any_span(
        rows in prop::collection::vec(row(), 0..60),
        size in 1_usize..50,
        any in filter(Just("any.x".to_owned())),
        own in filter(Just("y".to_owned())),
    ) {
        let passes = |span: &Row| {
            let mut filter = any.clone();
            filter["column"] = "x".into();
            let query = Query::from_json(&json!({"filters": [filter]})).unwrap();
            query.run([span]).unwrap().rows[0][0] == Value::from(i64::from(span.sample_rate()))
        };
        let asked = json!({"filter_combination": "OR", "filters": [any, own]});
        let is_any = json!({"column": "any", "op": "=", "value": true});
        let expected = rewritten(&json!({"filter_combination": "OR", "filters": [own, is_any]}));
        let expected = expected.run(joined(&rows, &rows, passes)).unwrap();
        let plan = Plan::new(&Query::from_json(&asked).unwrap(), 0).unwrap();
        let Ok(answer) = plan.answer(&blocks(&rows, size)[..]);
        prop_assert_eq!(values(&answer.table), values(&expected), "{}", asked);
    }
}

fn span(second: u64, span: u8, parent: u8, x: &str) -> Row {
    let id = |id: u8| (id > 0).then(|| format!("{id:016x}"));
    Row::new()
        .at_unix_nano(second * 1_000_000_000)
        .with(field::TRACE_ID, format!("{:032x}", 7))
        .with(field::SPAN_ID, id(span))
        .with(field::PARENT_ID, id(parent))
        .with("x", x)
}

#[track_caller]
fn check_groups(rows: &[Row], breakdown: &str, time: Option<(u64, u64)>, expected: &[&str]) {
    let mut asked = json!({"breakdowns": [breakdown]});
    if let Some((start, end)) = time {
        asked["start_time"] = start.into();
        asked["end_time"] = end.into();
    }
    let plan = Plan::new(&Query::from_json(&asked).unwrap(), 0).unwrap();
    for size in 1..=rows.len() {
        let Ok(answer) = plan.answer(&blocks(rows, size)[..]);
        let found: Vec<String> = answer
            .table
            .rows
            .iter()
            .map(|row| row[0].to_string())
            .collect();
        assert_eq!(found, expected, "blocks of {size}");
    }
}

#[test]
fn of_several_roots_the_earliest_counts_then_the_least_id() {
    let rows = [
        span(3, 1, 0, "late"),
        span(2, 9, 0, "nine"),
        span(2, 4, 0, "four"),
        span(1, 5, 4, "child"),
    ];
    check_groups(&rows, "root.x", None, &["four"]);
}

#[test]
fn a_parent_that_never_came_and_a_loop_of_parents_are_no_trouble() {
    let rows = [
        span(1, 1, 2, "a"),
        span(2, 2, 1, "b"),
        span(3, 3, 3, "self"),
        span(4, 4, 99, "orphan"),
    ];
    check_groups(&rows, "parent.x", None, &["a", "b", "self", "null"]);
    check_groups(&rows, "root.x", None, &["null"]);
}

#[test]
fn events_and_links_have_relatives_and_are_none() {
    let event = span(1, 0, 0, "event").with(field::ANNOTATION_TYPE, "span_event");
    let child = span(3, 0, 2, "event of the child").with(field::ANNOTATION_TYPE, "span_event");
    check_groups(
        &[event, span(2, 2, 0, "root"), child],
        "root.x",
        None,
        &["root"],
    );
}

#[test]
fn a_relative_within_an_hour_of_the_time_asked_for_is_found() {
    let hour = MARGIN / 1_000_000_000;
    let rows = [span(100, 1, 0, "root"), span(100 + hour, 2, 1, "child")];
    let time = |start: u64| Some((start, start + 10));
    check_groups(&rows, "root.x", time(100 + hour), &["root"]);
    check_groups(&rows, "root.x", time(100 + hour - 9), &["root"]);
    let rows = [span(99, 1, 0, "root"), span(100 + hour, 2, 1, "child")];
    check_groups(&rows, "root.x", time(100 + hour), &["null"]);
}
