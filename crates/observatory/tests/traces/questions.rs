//! `POST /api/query`: stored spans as Honeycomb's rows.

use opentelemetry_proto::tonic::{
    common::v1::{KeyValueList, any_value::Value},
    trace::v1::span::{Event, Link},
};
use serde_json::{Value as Json, json};

use crate::{running::Running, spans};

async fn ask(observatory: &Running, query: &Json) -> (u16, Json) {
    let request = observatory
        .client
        .post(observatory.url("/api/query"))
        .body(query.to_string());
    let response = request.send().await.unwrap();
    let status = response.status().as_u16();
    (
        status,
        serde_json::from_str(&response.text().await.unwrap()).unwrap(),
    )
}

async fn get(observatory: &Running, path: &str) -> (u16, Json) {
    let response = observatory.client.get(observatory.url(path)).send();
    let response = response.await.unwrap();
    let status = response.status().as_u16();
    (
        status,
        serde_json::from_str(&response.text().await.unwrap()).unwrap(),
    )
}

pub(crate) async fn filled() -> Running {
    let observatory = Running::start().await;
    let mut failed = spans::failed(spans::lasting(spans::span(1, 1, "GET /"), 1_500_000));
    failed.events = vec![
        Event {
            name: "exception".to_owned(),
            time_unix_nano: failed.start_time_unix_nano + 500_000,
            attributes: vec![
                spans::attribute("exception.type", spans::text("Timeout")),
                spans::attribute("exception.extra", spans::text("stays with the event")),
            ],
            ..Event::default()
        },
        Event {
            name: "exception".to_owned(),
            attributes: vec![spans::attribute("exception.type", spans::text("Second"))],
            ..Event::default()
        },
    ];
    failed.links = vec![Link {
        trace_id: spans::trace_id(9),
        span_id: spans::span_id(8),
        ..Link::default()
    }];
    let sampled = spans::with(
        spans::child(1, 2, 1, "query"),
        "sampleRate",
        Value::IntValue(10),
    );
    let map = Value::KvlistValue(KeyValueList {
        values: vec![spans::attribute("inner", spans::text("deep"))],
    });
    let sampled = spans::with(sampled, "map", map);
    observatory
        .send(spans::request("backend", vec![failed, sampled]))
        .await;
    let renamed = spans::with(
        spans::span(2, 1, "own name"),
        "name",
        spans::text("attribute wins"),
    );
    observatory.send(spans::request("", vec![renamed])).await;
    observatory
}

#[tokio::test]
async fn answers_over_honeycombs_rows() {
    let observatory = filled().await;
    let is_span = json!({"column": "meta.annotation_type", "op": "does-not-exist"});
    // Rule, breakdowns, filters, rows of the answer (the breakdowns, then COUNT).
    for (rule, breakdowns, filters, expected) in [
        (
            "spans, events and links are rows; a sampled span counts for ten",
            vec!["meta.annotation_type"],
            vec![],
            json!([["link", 1], ["span_event", 2], [null, 12]]),
        ),
        (
            "the span's own fields",
            vec![
                "service.name",
                "name",
                "span.kind",
                "status_code",
                "error",
                "duration_ms",
                "library.name",
            ],
            vec![json!({"column": "trace.parent_id", "op": "does-not-exist"})],
            json!([
                ["", "attribute wins", "server", 0, null, 1, "tests", 1],
                ["backend", "GET /", "server", 2, true, 1.5, "tests", 1]
            ]),
        ),
        (
            "the first exception is the span's too",
            vec![
                "name",
                "exception.type",
                "exception.extra",
                "span.num_events",
                "span.num_links",
            ],
            vec![
                is_span.clone(),
                json!({"column": "error", "op": "=", "value": true}),
            ],
            json!([["GET /", "Timeout", null, 2, 1, 1]]),
        ),
        (
            "an event",
            vec![
                "name",
                "parent_name",
                "trace.parent_id",
                "meta.time_since_span_start_ms",
                "error",
            ],
            vec![json!({"column": "exception.extra", "op": "exists"})],
            json!([["exception", "GET /", "0000000000000001", 0.5, true, 1]]),
        ),
        (
            "a link",
            vec!["trace.link.span_id", "trace.trace_id"],
            vec![json!({"column": "meta.annotation_type", "op": "=", "value": "link"})],
            json!([["0000000000000008", spans::trace_hex(1), 1]]),
        ),
        (
            "a map is taken apart",
            vec!["map.inner"],
            vec![json!({"column": "map.inner", "op": "exists"})],
            json!([["deep", 10]]),
        ),
        ("a time range", vec![], vec![is_span.clone()], json!([[12]])),
    ] {
        let mut query = json!({"breakdowns": breakdowns, "filters": filters});
        if rule == "a time range" {
            query["start_time"] = json!(spans::START / 1_000_000_000);
            query["time_range"] = json!(3600);
        }
        let (status, answer) = ask(&observatory, &query).await;
        assert_eq!(status, 200, "{rule}: {answer}");
        assert_eq!(answer["rows"], expected, "{rule}");
        assert_eq!(answer["unknown_columns"], json!([]), "{rule}");
    }
    let earlier = json!({"start_time": 1, "time_range": 60});
    assert_eq!(ask(&observatory, &earlier).await.1["rows"], json!([[0]]));
}

#[tokio::test]
async fn names_columns_that_no_row_has() {
    let observatory = filled().await;
    let (_, answer) = ask(
        &observatory,
        &json!({"breakdowns": ["exception.typo", "error", "zzzzzzzz"]}),
    )
    .await;
    assert_eq!(
        answer["unknown_columns"],
        json!([{"name": "exception.typo", "nearest": "exception.type"}, {"name": "zzzzzzzz", "nearest": null}])
    );
}

#[tokio::test]
async fn refuses_queries_it_cannot_answer() {
    let observatory = filled().await;
    for (query, words) in [
        (
            json!({"calculations": [{"op": "MEDIAN", "column": "duration_ms"}]}),
            "calculations[0].op: `MEDIAN` is not possible",
        ),
        (
            json!({"filters": [{"column": "name", "op": "matches", "value": "("}]}),
            "filters[0].value",
        ),
        (json!({"breakdown": ["name"]}), "did you mean `breakdowns`"),
        (json!([]), "wanted"),
    ] {
        let (status, answer) = ask(&observatory, &query).await;
        assert_eq!(status, 400, "{query}");
        assert!(
            answer["error"].as_str().unwrap().contains(words),
            "{answer}"
        );
    }
    let request = observatory
        .client
        .post(observatory.url("/api/query"))
        .body("{");
    assert_eq!(request.send().await.unwrap().status(), 400);
    let foreign = observatory
        .client
        .post(observatory.url("/api/query"))
        .header("origin", "https://example.com");
    assert_eq!(foreign.body("{}").send().await.unwrap().status(), 403);
}

#[tokio::test]
async fn an_answer_tells_what_it_is_made_of() {
    let observatory = filled().await;
    let (status, answer) = ask(&observatory, &json!({"breakdowns": ["service.name"]})).await;
    assert_eq!(status, 200, "{answer}");
    let keys: Vec<&str> = answer
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    let wanted = [
        "columns",
        "examples",
        "extent_unix_nano",
        "groups",
        "heatmaps",
        "rows",
        "rows_matched",
        "rows_scanned",
        "series",
        "unknown_columns",
    ];
    assert_eq!(keys, wanted);
    assert_eq!(
        (&answer["rows_scanned"], &answer["rows_matched"]),
        (&json!(6), &json!(6))
    );
    let example = &answer["examples"][0];
    assert_eq!(example["trace_id"], json!(spans::trace_hex(1)), "{answer}");
}

#[tokio::test]
async fn lists_fields_and_completes_values() {
    let observatory = filled().await;
    let (status, answer) = get(&observatory, "/api/fields").await;
    assert_eq!(status, 200);
    let fields = answer["fields"].as_array().unwrap();
    let named = |name: &str| fields.iter().find(|field| field["name"] == name);
    assert_eq!(
        named("duration_ms").unwrap(),
        &json!({"name": "duration_ms", "is_number": true, "is_text": false, "rows": 3})
    );
    assert_eq!(named("trace.trace_id").unwrap()["rows"], 6);
    assert!(named("map.inner").is_some());
    for (path, expected) in [
        ("/api/fields?of=segments", json!({"fields": []})),
        (
            "/api/values?field=exception.type",
            json!({"values": [{"value": "Timeout", "rows": 2}, {"value": "Second", "rows": 1}]}),
        ),
        (
            "/api/values?of=spans&field=exception.type&prefix=Se&limit=1",
            json!({"values": [{"value": "Second", "rows": 1}]}),
        ),
        (
            "/api/values?dataset=logs&field=level",
            json!({"values": []}),
        ),
        ("/api/values?field=nothing", json!({"values": []})),
    ] {
        assert_eq!(get(&observatory, path).await, (200, expected), "{path}");
    }
}

#[tokio::test]
async fn refuses_addresses_it_does_not_understand() {
    let observatory = filled().await;
    for (path, words) in [
        (
            "/api/fields?of=span",
            "of: `span` is not possible; possible: spans, segments, logs",
        ),
        ("/api/fields?off=spans", "`off` is no parameter"),
        ("/api/values?of=spans", "field: missing"),
        ("/api/values?field=a&limit=0", "limit: `0` found"),
        ("/api/values?field=a&limit=x", "limit: `x` found"),
    ] {
        let (status, answer) = get(&observatory, path).await;
        assert_eq!(status, 400, "{path}");
        assert!(
            answer["error"].as_str().unwrap().contains(words),
            "{path}: {answer}"
        );
    }
    let logs = observatory
        .client
        .post(observatory.url("/api/query?of=logs&group=nobody"));
    let answer = logs.body("{}").send().await.unwrap();
    assert_eq!(answer.status(), 400);
    assert!(answer.text().await.unwrap().contains("no log group"));
}

#[tokio::test]
async fn tells_what_sets_a_box_apart() {
    let observatory = filled().await;
    let asked = |body: Json| {
        let request = observatory.client.post(observatory.url("/api/bubble-up"));
        async move {
            let response = request.body(body.to_string()).send().await.unwrap();
            let status = response.status().as_u16();
            let answer: Json = serde_json::from_str(&response.text().await.unwrap()).unwrap();
            (status, answer)
        }
    };
    let selection = json!({
        "column": "duration_ms", "min": 1.2, "max": 2.0,
        "from_unix_nano": spans::START - 1_000, "to_unix_nano": spans::START + 2_000_000_000,
    });
    let (status, answer) = asked(json!({"query": {}, "selection": selection})).await;
    assert_eq!(status, 200, "{answer}");
    let inside = answer["inside"].as_u64().unwrap();
    assert_eq!(inside, 1, "{answer}");
    let columns: Vec<&str> = answer["differences"]
        .as_array()
        .unwrap()
        .iter()
        .map(|difference| difference["column"].as_str().unwrap())
        .collect();
    assert!(columns.contains(&"error"), "{columns:?}");
    let with = |key: &str, value: Json| {
        let mut body = json!({"query": {}, "selection": selection});
        body[key] = value;
        body
    };
    let backwards = {
        let mut selection = selection.clone();
        selection["min"] = json!(5);
        selection
    };
    for (body, words) in [
        (json!([]), "an object"),
        (json!({"query": {}}), "selection: missing"),
        (json!({"selection": selection}), "query: missing"),
        (
            with("query", json!({"limits": 1})),
            "query: limits: no such key, did you mean `limit`?",
        ),
        (
            with("selection", json!({"column": "a"})),
            "selection: missing field",
        ),
        (
            with("selection", backwards),
            "`min` must not be above `max`",
        ),
        (
            with("dataset", json!("span")),
            "dataset: \"span\" is not possible",
        ),
        (with("groups", json!("g")), "groups: invalid type"),
        (with("datasets", json!("spans")), "datasets: no such key"),
    ] {
        let (status, answer) = asked(body.clone()).await;
        assert_eq!(status, 400, "{body}");
        assert!(
            answer["error"].as_str().unwrap().contains(words),
            "{body}: {answer}"
        );
    }
}
