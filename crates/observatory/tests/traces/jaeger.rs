//! The query API: parameters in both spellings, answers, and refusals in Jaeger's form.

use serde_json::json;

use crate::{running::Running, spans};

const WINDOW: &str =
    "query.startTimeMin=2026-01-01T00:00:00Z&query.startTimeMax=2027-01-01T00:00:00%2B01:00";

async fn filled() -> Running {
    let observatory = Running::start().await;
    observatory
        .send(spans::request(
            "backend",
            vec![
                spans::with(
                    spans::lasting(spans::span(1, 1, "GET /"), 2_000_000_000),
                    "user",
                    spans::text("a b+c&d"),
                ),
                spans::failed(spans::child(1, 2, 1, "query")),
            ],
        ))
        .await;
    observatory
        .send(spans::request(
            "profiles",
            vec![spans::span(2, 1, "GET /profiles")],
        ))
        .await;
    observatory
}

#[tokio::test]
async fn lists_services_and_operations() {
    let observatory = filled().await;
    assert_eq!(
        observatory.get("/api/v3/services").await,
        (200, json!({"services": ["backend", "profiles"]}))
    );
    let both =
        json!([{"name": "GET /", "spanKind": "server"}, {"name": "query", "spanKind": "internal"}]);
    for (query, expected) in [
        ("service=backend", &both),
        ("service=backend&span_kind=server", &json!([both[0]])),
        ("service=backend&spanKind=internal", &json!([both[1]])),
        ("service=backend&spanKind=client", &json!([])),
        ("service=nobody", &json!([])),
    ] {
        let answer = observatory
            .get(&format!("/api/v3/operations?{query}"))
            .await;
        assert_eq!(answer, (200, json!({"operations": expected})), "{query}");
    }
}

#[tokio::test]
async fn finds_traces() {
    let observatory = filled().await;
    let empty = Running::start().await;
    // Query, trace IDs found (none: 404).
    let cases: [(&str, &[u64]); 15] = [
        ("", &[2, 1]),
        ("&query.serviceName=backend", &[1]),
        ("&query.service_name=backend", &[1]),
        ("&query.serviceName=", &[2, 1]),
        ("&query.operationName=GET+%2Fprofiles", &[2]),
        (
            "&query.operation_name=query&query.service_name=backend",
            &[1],
        ),
        ("&query.durationMin=1.5s", &[1]),
        ("&query.duration_min=3s", &[]),
        ("&query.duration_max=1m", &[2, 1]),
        ("&query.durationMin=500us&query.durationMax=1ms", &[2, 1]),
        (
            "&query.attributes=%7B%22user%22%3A%22a%20b%2Bc%26d%22%7D",
            &[1],
        ),
        ("&query.attributes={\"user\":\"nobody\"}", &[]),
        ("&query.searchDepth=1", &[2]),
        ("&query.num_traces=1", &[2]),
        ("&query.raw_traces=true", &[2, 1]),
    ];
    for (query, expected) in cases {
        let (status, answer) = observatory
            .get(&format!("/api/v3/traces?{WINDOW}{query}"))
            .await;
        if expected.is_empty() {
            assert_eq!(status, 404, "{query}");
            assert_eq!(
                answer,
                json!({"error": {"httpCode": 404, "message": "No traces found"}}),
                "{query}"
            );
            continue;
        }
        assert_eq!(status, 200, "{query}: {answer}");
        let mut traces = Vec::new();
        for resource in answer["result"]["resourceSpans"].as_array().unwrap() {
            traces.push(
                resource["scopeSpans"][0]["spans"][0]["traceId"]
                    .as_str()
                    .unwrap()
                    .to_owned(),
            );
        }
        let expected: Vec<String> = expected
            .iter()
            .map(|number| spans::trace_hex(*number))
            .collect();
        assert_eq!(traces, expected, "{query}");
    }
    let none =
        "query.start_time_min=2020-01-01T00:00:00Z&query.start_time_max=2020-01-02T00:00:00Z";
    assert_eq!(
        observatory.get(&format!("/api/v3/traces?{none}")).await.0,
        404,
        "outside of the window"
    );
    assert_eq!(empty.get(&format!("/api/v3/traces?{WINDOW}")).await.0, 404);
}

#[tokio::test]
async fn gives_one_trace() {
    let observatory = filled().await;
    let trace = spans::trace_hex(1);
    for (path, status) in [
        (trace.clone(), 200),
        (trace.to_uppercase(), 200),
        (
            format!(
                "{trace}?rawTraces=1&start_time=2026-01-01T00:00:00Z&endTime=2027-01-01T00:00:00Z"
            ),
            200,
        ),
        (format!("{trace}?start_time=2030-01-01T00:00:00Z"), 404),
        (format!("{trace}?end_time=2020-01-01T00:00:00.5Z"), 404),
        (spans::trace_hex(99), 404),
    ] {
        let (found, answer) = observatory.get(&format!("/api/v3/traces/{path}")).await;
        assert_eq!(found, status, "{path}: {answer}");
        if status == 404 {
            assert_eq!(
                answer["error"],
                json!({"httpCode": 404, "message": "No traces found"}),
                "{path}"
            );
        }
    }
}

#[tokio::test]
async fn refuses_what_it_does_not_support() {
    let observatory = filled().await;
    let trace = spans::trace_hex(1);
    for (path, words) in [
        ("services?limit=5".to_owned(), "unsupported parameter limit"),
        ("operations".to_owned(), "missing parameter service"),
        ("operations?service=a&kind=server".to_owned(), "unsupported parameter kind"),
        ("operations?service=a&spanKind=SERVER".to_owned(), "malformed parameter spanKind"),
        ("operations?service=a&service=b".to_owned(), "service is given twice"),
        ("operations?service=%4".to_owned(), "incomplete escape"),
        ("operations?service=%FF".to_owned(), "not UTF-8"),
        ("traces".to_owned(), "query.startTimeMin and query.startTimeMax are required"),
        ("traces?query.startTimeMin=2026-01-01T00:00:00Z".to_owned(), "are required"),
        ("traces?query.startTimeMin=yesterday&query.startTimeMax=2026-01-01T00:00:00Z".to_owned(), "malformed parameter query.startTimeMin"),
        ("traces?query.start_time_min=2027-01-01T00:00:00Z&query.start_time_max=2026-01-01T00:00:00Z".to_owned(), "must be before"),
        (format!("traces?{WINDOW}&query.durationMin=5"), "malformed parameter query.durationMin"),
        (format!("traces?{WINDOW}&query.searchDepth=0"), "malformed parameter query.searchDepth"),
        (format!("traces?{WINDOW}&query.num_traces=1001"), "malformed parameter query.numTraces"),
        (format!("traces?{WINDOW}&query.attributes=user"), "malformed parameter query.attributes"),
        (format!("traces?{WINDOW}&query.attributes={{\"n\":5}}"), "malformed parameter query.attributes"),
        (format!("traces?{WINDOW}&query.rawTraces=maybe"), "malformed parameter query.rawTraces"),
        (format!("traces?{WINDOW}&query.filter={{}}"), "unsupported parameter query.filter"),
        ("traces/xyz".to_owned(), "malformed parameter trace_id"),
        ("traces/00000000000000000000000000000000".to_owned(), "malformed parameter trace_id"),
        (format!("traces/{trace}?startTime=now"), "malformed parameter startTime"),
        (format!("traces/{trace}?limit=1"), "unsupported parameter limit"),
    ] {
        let (status, answer) = observatory.get(&format!("/api/v3/{path}")).await;
        assert_eq!(status, 400, "{path}: {answer}");
        assert_eq!(answer["error"]["httpCode"], 400, "{path}");
        let told = answer["error"]["message"].as_str().unwrap();
        assert!(told.contains(words), "{path}: {told}");
    }
}
