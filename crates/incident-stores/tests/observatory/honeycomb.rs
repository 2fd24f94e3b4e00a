//! Honeycomb's queries: those of the guide and of lab 4's solution, and at least one for each thing that a query may say.

use incident_recording::{END, START};
use observatory::model::Dataset;
use observatory::store::Question;
use serde_json::{Value as Json, json};
use span_columns::Answer;
use span_query::{FILTER_OPS, Op, Query};

use crate::running::BOTH;

/// Fails unless both answer the query alike, and gives the answer.
#[track_caller]
fn check(query: &str) -> Answer {
    let parsed: Query = query
        .parse()
        .unwrap_or_else(|error| panic!("{query}: {error}"));
    let stores = BOTH.stores.honeycomb(&parsed).expect("an answer");
    let question = Question {
        dataset: Dataset::Spans,
        groups: Vec::new(),
        query: parsed,
        now: END,
    };
    let observatory = BOTH.runtime.block_on(BOTH.state.store.ask(question));
    let observatory = observatory.expect("an answer");
    assert_eq!(stores.table.columns, observatory.table.columns, "{query}");
    for (ours, theirs) in stores.table.rows.iter().zip(&observatory.table.rows) {
        assert_eq!(
            ours, theirs,
            "the stores' row, and the observatory's, of {query}"
        );
    }
    assert_eq!(stores, observatory, "{query}");
    stores
}

#[track_caller]
fn found(query: Json) -> Answer {
    let answer = check(&query.to_string());
    assert!(answer.rows_matched > 0, "nothing found by {query}");
    answer
}

#[test]
fn the_queries_of_the_solution() {
    for file in ["slow-feeds.json", "gave-up.json"] {
        let path = format!(
            "{}/../../labs/4-incident/solution/queries/{file}",
            env!("CARGO_MANIFEST_DIR")
        );
        let query = std::fs::read_to_string(&path).expect("the solution's query");
        assert!(!check(&query).table.rows.is_empty(), "{file}");
    }
}

#[test]
fn the_questions_of_the_guide() {
    let home = json!([
        {"column": "name", "op": "=", "value": "GET /api/activities/home"},
        {"column": "span.kind", "op": "=", "value": "server"},
    ]);
    let hour = |mut query: Json| {
        query["start_time"] = START.into();
        query["end_time"] = END.into();
        query["granularity"] = 60.into();
        found(query)
    };
    let duration = |op: &str| json!({"op": op, "column": "duration_ms"});
    hour(
        json!({"filters": home, "calculations": [duration("AVG"), duration("P50"), {"op": "COUNT"}]}),
    );
    hour(json!({"filters": home, "calculations": [duration("HEATMAP")]}));
    hour(
        json!({"filters": home, "calculations": [duration("P99"), {"op": "COUNT"}], "breakdowns": ["service.version"]}),
    );
    hour(json!({
        "filters": [{"column": "error.type", "op": "exists"}],
        "breakdowns": ["service.name", "server.address", "error.type"],
    }));
    hour(json!({
        "filters": [{"column": "error.type", "op": "exists"}],
        "breakdowns": ["parent.user.id"],
    }));
    hour(json!({
        "calculations": [{"op": "COUNT"}, duration("P95")],
        "filters": [
            {"column": "span.kind", "op": "=", "value": "client"},
            {"column": "service.name", "op": "=", "value": "backend"},
        ],
        "breakdowns": ["server.address", "http.response.status_code"],
    }));
    hour(json!({
        "breakdowns": ["trace.trace_id"],
        "havings": [{"calculate_op": "COUNT", "op": ">", "value": 50}],
        "limit": 1000,
    }));
}

#[test]
fn every_calculation() {
    for (op, calculation) in Op::ALL {
        let columns = [
            "duration_ms",
            "http.response.status_code",
            "user.id",
            "app.result_length",
            "trace.trace_id",
        ];
        let columns = columns
            .iter()
            .map(|column| json!({"op": op, "column": column}));
        let calculations: Vec<Json> = match calculation.wants_column() {
            true => columns.collect(),
            false => vec![json!({"op": op})],
        };
        for breakdowns in [json!([]), json!(["name"]), json!(["service.name", "error"])] {
            found(json!({"calculations": calculations, "breakdowns": breakdowns, "limit": 1000}));
        }
    }
}

#[test]
fn every_filter_of_every_kind_of_value() {
    for op in FILTER_OPS {
        for (column, value) in [
            ("duration_ms", json!(250.0)),
            ("http.response.status_code", json!(429)),
            ("status_code", json!(2)),
            ("error", json!(true)),
            ("app.feature.new_composer", json!(false)),
            ("name", json!("SELECT activities")),
            ("user.id", json!("plucky_koala")),
            ("exception.type", json!("store_failed")),
            ("meta.annotation_type", json!("span_event")),
            ("parent.user.id", json!("plucky_koala")),
            ("root.name", json!("click")),
            ("any.error.type", json!("timeout")),
        ] {
            let is_text = ["with", "contain", "match"]
                .iter()
                .any(|word| op.contains(word));
            let value = match op {
                "exists" | "does-not-exist" => json!(null),
                "in" | "not-in" => json!([value, "backend", 5]),
                _ if is_text && !value.is_string() => json!(value.to_string()),
                _ => value,
            };
            let mut filter = json!({"column": column, "op": op, "value": value});
            if value.is_null() {
                filter.as_object_mut().expect("an object").remove("value");
            }
            let query = json!({"filters": [filter], "breakdowns": ["service.name"]});
            check(&query.to_string());
        }
    }
}

#[test]
fn every_column() {
    let mut names: Vec<&str> = BOTH
        .stores
        .asked()
        .flatten()
        .flat_map(|span| {
            let events = span.events.iter().flat_map(|event| &event.attributes);
            let all = span
                .attributes
                .iter()
                .chain(&span.resource.attributes)
                .chain(events);
            all.map(|(name, _)| *name)
        })
        .collect();
    names.extend([
        "name",
        "duration_ms",
        "span.kind",
        "type",
        "status_code",
        "status_message",
        "error",
        "span.num_events",
        "span.num_links",
        "meta.signal_type",
        "library.name",
        "library.version",
        "parent_name",
        "meta.annotation_type",
        "meta.time_since_span_start_ms",
        "trace.trace_state",
        "trace.trace_id",
        "trace.span_id",
        "trace.parent_id",
        "nonsense",
    ]);
    names.sort_unstable();
    names.dedup();
    for name in names {
        let query = json!({
            "breakdowns": [name, format!("parent.{name}"), format!("root.{name}")],
            "calculations": [{"op": "COUNT"}, {"op": "COUNT_DISTINCT", "column": name}],
            "orders": [{"op": "COUNT", "order": "descending"}],
            "limit": 1000,
        });
        check(&query.to_string());
    }
}

#[test]
fn combinations_orders_havings_and_limits() {
    let failed = json!({"column": "error", "op": "=", "value": true});
    let slow = json!({"column": "duration_ms", "op": ">", "value": 500});
    for combination in ["AND", "OR"] {
        found(json!({
            "filters": [failed, slow], "filter_combination": combination,
            "breakdowns": ["service.name", "name"],
        }));
        found(json!({
            "filters": [
                {"column": "any.error.type", "op": "=", "value": "timeout"},
                {"column": "any.http.request.resend_count", "op": "=", "value": 1},
                {"column": "root.name", "op": "=", "value": "documentLoad"},
            ],
            "filter_combination": combination,
            "breakdowns": ["trace.trace_id"], "limit": 1000,
        }));
    }
    let duration = |op: &str| json!({"op": op, "column": "duration_ms"});
    for order in ["ascending", "descending"] {
        let mut by = duration("P95");
        by["order"] = order.into();
        found(json!({
            "calculations": [duration("P95"), {"op": "COUNT"}],
            "breakdowns": ["user.id"], "orders": [by], "limit": 7,
        }));
        found(json!({
            "breakdowns": ["name", "user_agent.original"],
            "orders": [{"column": "name", "order": order}], "limit": 20,
        }));
    }
    for op in ["=", "!=", ">", ">=", "<", "<="] {
        found(json!({
            "calculations": [{"op": "COUNT"}, duration("MAX")],
            "breakdowns": ["trace.trace_id"],
            "havings": [{"calculate_op": "COUNT", "op": op, "value": 12}], "limit": 1000,
        }));
        found(json!({
            "calculations": [{"op": "COUNT"}, duration("MAX")],
            "breakdowns": ["trace.trace_id", "trace.span_id"],
            "filters": [{"column": "trace.parent_id", "op": "does-not-exist"}],
            "havings": [{"calculate_op": "MAX", "column": "duration_ms", "op": op, "value": 900.5}], "limit": 1000,
        }));
    }
}

#[test]
fn times() {
    let middle = START + 1_800;
    for time in [
        json!({}),
        json!({"time_range": 600}),
        json!({"time_range": 7_200}),
        json!({"start_time": middle}),
        json!({"end_time": middle}),
        json!({"start_time": middle, "time_range": 61}),
        json!({"end_time": middle, "time_range": 61, "granularity": 1}),
        json!({"start_time": START, "end_time": END, "granularity": 60}),
        json!({"start_time": START + 1_020, "end_time": START + 2_340, "granularity": 10}),
    ] {
        for related in ["name", "parent.name", "root.name"] {
            let mut query = json!({
                "calculations": [
                    {"op": "COUNT"}, {"op": "CONCURRENCY"},
                    {"op": "AVG", "column": "duration_ms"}, {"op": "HEATMAP", "column": "duration_ms"},
                ],
                "breakdowns": [related],
            });
            for (key, value) in time.as_object().expect("an object") {
                query[key] = value.clone();
            }
            found(query);
        }
    }
}
