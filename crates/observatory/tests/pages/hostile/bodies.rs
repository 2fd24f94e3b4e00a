//! Bodies of `POST /api/query` and `POST /api/bubble-up` that are no query: broken, deep, huge, of the wrong types.

use http::StatusCode;
use serde_json::json;

use super::{EVIL, post, visit};
use crate::spans::{START, sample};

fn broken() -> Vec<Vec<u8>> {
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    let texts = [
        "",
        "{",
        "null",
        "[]",
        "1",
        "\"x\"",
        "{\"calculations\":\"x\"}",
        "{\"calculations\":[{\"op\":\"NOPE\"}]}",
        "{\"calculations\":[{\"op\":\"SUM\"}]}",
        "{\"calculations\":[{\"op\":\"COUNT\"}]}garbage",
        "{\"limit\":-1}",
        "{\"limit\":1.5}",
        "{\"limit\":1e400}",
        "{\"limit\":99999999999999999999999999}",
        "{\"limit\":NaN}",
        "{\"filters\":[{\"column\":\"v\",\"op\":\">\",\"value\":Infinity}]}",
        "{\"filters\":[{\"column\":\"name\",\"op\":\"matches\",\"value\":\"(\"}]}",
        "{\"filters\":[{\"column\":\"name\",\"op\":\"matches\",\"value\":\"((a{1000}){1000}){1000}\"}]}",
        "{\"granularity\":-5}",
        "{\"time_range\":-1}",
        "{\"time_range\":1e30}",
        "{\"orders\":[{\"op\":\"COUNT\",\"order\":\"sideways\"}]}",
        "{\"havings\":[{\"calculate_op\":\"COUNT\",\"op\":\">\",\"value\":\"x\"}]}",
        "{\"nosuch\":1}",
    ];
    let mut bodies: Vec<Vec<u8>> = texts.iter().map(|text| text.as_bytes().to_vec()).collect();
    bodies.push(b"{\"breakdowns\":[\"\xff\xfe\"]}".to_vec());
    bodies.push(nested(100_000).into_bytes());
    bodies.push(format!("{{\"calculations\":{}}}", nested(500)).into_bytes());
    bodies.push("{\"a\":".repeat(100_000).into_bytes());
    bodies.push(
        json!({"breakdowns": vec!["x"; 50_000]})
            .to_string()
            .into_bytes(),
    );
    bodies.push(
        json!({"filters": vec![json!({"column": "name", "op": "=", "value": "x"}); 5_000]})
            .to_string()
            .into_bytes(),
    );
    let regex = format!("{}{}", "(".repeat(5_000), ")".repeat(5_000));
    bodies.push(
        json!({"filters": [{"column": "name", "op": "matches", "value": regex}]})
            .to_string()
            .into_bytes(),
    );
    bodies.push(vec![b'x'; 10_000_000]);
    bodies.push(format!("{{\"breakdowns\":[\"{}\"]}}", "x".repeat(10_000_000)).into_bytes());
    bodies
}

#[tokio::test]
async fn broken_queries_are_refused_with_a_reason() {
    let observatory = sample().await;
    for address in [
        "/api/query",
        "/api/query?of=logs",
        "/api/query?of=segments",
        "/api/bubble-up",
    ] {
        for body in broken() {
            let shown = String::from_utf8_lossy(&body[..body.len().min(100)]).into_owned();
            let answer = post(&observatory, address, body).await;
            assert!(
                matches!(
                    answer.status,
                    StatusCode::BAD_REQUEST | StatusCode::PAYLOAD_TOO_LARGE
                ),
                "{address} {shown}: {} {}",
                answer.status,
                answer.body.chars().take(300).collect::<String>()
            );
            assert!(
                answer.body.len() < 3_000,
                "{address} {shown}: {}",
                answer.body.len()
            );
            let told: serde_json::Value = serde_json::from_str(&answer.body).unwrap_or_default();
            assert!(
                told["error"].is_string(),
                "{address} {shown}: {}",
                answer.body
            );
        }
    }
}

#[tokio::test]
async fn strange_queries_are_answered() {
    let observatory = sample().await;
    let year = 365 * 86_400;
    let start = START / 1_000_000_000;
    for query in [
        json!({}),
        json!({"calculations": [{"op": "SUM", "column": "nosuch"}]}),
        json!({"breakdowns": ["\0", EVIL, "x".repeat(5_000)]}),
        json!({"filters": [{"column": "name", "op": ">", "value": 1}]}),
        json!({"filters": [{"column": "duration_ms", "op": "contains", "value": "x"}]}),
        json!({"filters": [{"column": "name", "op": "matches", "value": "(x+x+)+y"}]}),
        json!({"filters": [{"column": "name", "op": "matches", "value": "^(([a-z])+.)+[A-Z]([a-z])+$"}]}),
        json!({"filters": [{"column": "name", "op": "in", "value": vec!["x"; 100]}]}),
        json!({"start_time": 0, "end_time": start + year, "calculations": [{"op": "HEATMAP", "column": "duration_ms"}, {"op": "CONCURRENCY"}]}),
        json!({"start_time": 0, "end_time": 4_000_000_000_u64, "calculations": [{"op": "HEATMAP", "column": "name"}], "breakdowns": ["name"], "limit": 1000}),
    ] {
        let answer = post(&observatory, "/api/query", query.to_string()).await;
        assert_eq!(answer.status, StatusCode::OK, "{query}: {}", answer.body);
    }
    // The smallest steps over the longest time are refused or made fewer, never counted out.
    for granularity in [1, 0, 86_400 * year] {
        let query = json!({"start_time": 0, "end_time": 4_000_000_000_u64, "granularity": granularity, "calculations": [{"op": "COUNT"}]});
        post(&observatory, "/api/query", query.to_string()).await;
    }
    visit(
        &observatory,
        "/query?from=1970-01-01&to=2262-01-01&step=1&v=HEATMAP(duration_ms)",
    )
    .await;
}
