//! `GET /api/openapi.json` says what is so: every address, every request and every answer.

use std::{collections::BTreeSet, fs, path::Path};

use serde_json::{Value as Json, json};
use span_query::{FILTER_OPS, Op};

use crate::{questions::filled, running::Running, schema::Schemas};

async fn description(observatory: &Running) -> Json {
    let (status, description) = observatory.get("/api/openapi.json").await;
    assert_eq!(status, 200);
    description
}

/// Asks, and finds the answer as the description says that an answer of this status is.
async fn check(observatory: &Running, method: &str, path: &str, body: Option<&Json>, status: u16) {
    let description = description(observatory).await;
    let bare = path.split('?').next().unwrap();
    let template = match bare.strip_prefix("/api/v3/traces/") {
        Some(_) => "/api/v3/traces/{trace_id}",
        None => bare,
    };
    let operation = &description["paths"][template][method];
    assert!(
        operation.is_object(),
        "{method} {template} is not described"
    );
    if let Some(body) = body {
        let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
        let faults = Schemas(&description).faults(schema, body);
        assert_eq!(faults.is_empty(), status == 200, "{body}: {faults:?}");
    }
    let url = observatory.url(path);
    let request = match method {
        "post" => observatory.client.post(url),
        _ => observatory.client.get(url),
    };
    let request = match body {
        Some(body) => request.body(body.to_string()),
        None => request,
    };
    let response = request.send().await.unwrap();
    assert_eq!(response.status(), status, "{method} {path} {body:?}");
    let answer = response.text().await.unwrap();
    let described = &operation["responses"][status.to_string()];
    assert!(
        described.is_object(),
        "{method} {path}: {status} is not described"
    );
    match &described["content"]["application/json"]["schema"] {
        Json::Null => {}
        schema => {
            let answer: Json = serde_json::from_str(&answer).unwrap();
            let faults = Schemas(&description).faults(schema, &answer);
            assert!(faults.is_empty(), "{method} {path} {body:?}: {faults:#?}");
        }
    }
}

#[tokio::test]
async fn queries_and_their_answers_are_as_described() {
    let observatory = filled().await;
    let description = description(&observatory).await;
    let content = &description["paths"]["/api/query"]["post"]["requestBody"]["content"];
    let examples = content["application/json"]["examples"].as_object().unwrap();
    for example in examples.values() {
        check(
            &observatory,
            "post",
            "/api/query",
            Some(&example["value"]),
            200,
        )
        .await;
    }
    let boxed = |min: f64, max: f64| json!({"query": {}, "selection": {"column": "duration_ms", "from_unix_nano": crate::spans::START - 1, "to_unix_nano": crate::spans::START + 1_000_000_000_000, "min": min, "max": max}});
    for (min, max) in [(0.0, 1e9), (1.2, 2.0), (1e9, 2e9)] {
        let body = boxed(min, max);
        check(&observatory, "post", "/api/bubble-up", Some(&body), 200).await;
    }
    let incomplete = json!({"query": {}, "selection": {"column": "duration_ms"}});
    check(
        &observatory,
        "post",
        "/api/bubble-up",
        Some(&incomplete),
        400,
    )
    .await;
    for (name, op) in Op::ALL {
        let mut calculation = json!({"op": name, "name": "it"});
        if op.wants_column() {
            calculation["column"] = "duration_ms".into();
        }
        let query =
            json!({"calculations": [calculation], "breakdowns": ["name", "no such column"]});
        check(&observatory, "post", "/api/query", Some(&query), 200).await;
    }
    for op in FILTER_OPS {
        let mut filter = json!({"column": "duration_ms", "op": op});
        match op {
            "exists" | "does-not-exist" => {}
            "in" | "not-in" => filter["value"] = json!([1, "a", true]),
            op if op.starts_with(|first: char| first.is_ascii_alphabetic()) => {
                filter["value"] = "a".into()
            }
            _ => filter["value"] = json!(1.5),
        }
        let query = json!({"filters": [filter], "granularity": 60, "limit": 3});
        check(&observatory, "post", "/api/query", Some(&query), 200).await;
    }
    for of in ["spans", "segments", "logs"] {
        check(
            &observatory,
            "post",
            &format!("/api/query?of={of}"),
            Some(&json!({})),
            200,
        )
        .await;
        check(
            &observatory,
            "get",
            &format!("/api/fields?of={of}"),
            None,
            200,
        )
        .await;
        check(
            &observatory,
            "get",
            &format!("/api/values?of={of}&field=name"),
            None,
            200,
        )
        .await;
    }
}

#[tokio::test]
async fn what_is_not_possible_is_not_described_as_possible() {
    let observatory = filled().await;
    for query in [
        json!({"breakdown": ["name"]}),
        json!({"calculations": [{"op": "MEDIAN", "column": "duration_ms"}]}),
        json!({"filters": [{"column": "name", "op": "="}]}),
        json!({"filters": [{"column": "name", "op": "in", "value": []}]}),
        json!({"filters": [{"column": "name", "op": "exists", "value": 1}]}),
        json!({"limit": 0}),
        json!({"limit": 1001}),
        json!({"orders": [{"column": "COUNT", "order": "up"}]}),
        json!([]),
    ] {
        check(&observatory, "post", "/api/query", Some(&query), 400).await;
    }
    check(&observatory, "get", "/api/fields?of=span", None, 400).await;
    check(
        &observatory,
        "get",
        "/api/values?field=name&limit=1001",
        None,
        400,
    )
    .await;
}

#[tokio::test]
async fn traces_and_the_rest_are_as_described() {
    let observatory = filled().await;
    let trace = crate::spans::trace_hex(1);
    for (path, status) in [
        ("/api/openapi.json".to_owned(), 200),
        ("/healthz".to_owned(), 200),
        ("/api/v3/services".to_owned(), 200),
        ("/api/v3/services?a=b".to_owned(), 400),
        ("/api/v3/operations?service=backend".to_owned(), 200),
        ("/api/v3/operations".to_owned(), 400),
        ("/api/v3/traces?query.startTimeMin=2000-01-01T00:00:00Z&query.startTimeMax=2100-01-01T00:00:00Z".to_owned(), 200),
        ("/api/v3/traces?query.startTimeMin=2000-01-01T00:00:00Z&query.startTimeMax=2001-01-01T00:00:00Z".to_owned(), 404),
        ("/api/v3/traces".to_owned(), 400),
        (format!("/api/v3/traces/{trace}"), 200),
        (format!("/api/v3/traces/{}", "f".repeat(32)), 404),
        ("/api/v3/traces/f".to_owned(), 400),
    ] {
        check(&observatory, "get", &path, None, status).await;
    }
    check(&observatory, "post", "/api/reset", None, 204).await;
}

/// Every address below `/api`, and `/healthz`, that the source routes.
fn routed(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            routed(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let source = fs::read_to_string(&path).unwrap();
            let routes = source.split(".route(").skip(1);
            found.extend(routes.filter_map(|rest| {
                let address = rest.trim_start().strip_prefix('"')?.split('"').next()?;
                (address.starts_with("/api/") || address == "/healthz").then(|| address.to_owned())
            }));
        }
    }
}

#[tokio::test]
async fn every_address_is_described_and_there_is_no_other() {
    let observatory = filled().await;
    let description = description(&observatory).await;
    let described: BTreeSet<String> = description["paths"]
        .as_object()
        .unwrap()
        .keys()
        .cloned()
        .collect();
    let mut found = BTreeSet::new();
    routed(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
        &mut found,
    );
    assert_eq!(described, found);
    let schemas = &description["components"]["schemas"];
    let names = |pointer: &str| -> Vec<String> {
        let names = schemas
            .pointer(pointer)
            .unwrap_or_else(|| panic!("{pointer}"))
            .as_array();
        names
            .unwrap()
            .iter()
            .map(|name| name.as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(
        names("/Calculation/properties/op/enum"),
        Op::ALL.map(|(name, _)| name)
    );
    let kinds = schemas["Filter"]["oneOf"].as_array().unwrap().len();
    let ops: Vec<String> = (0..kinds)
        .flat_map(|at| names(&format!("/Filter/oneOf/{at}/properties/op/enum")))
        .collect();
    assert_eq!(ops, FILTER_OPS);
}
