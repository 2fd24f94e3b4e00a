//! The home page over HTTP: what it says of services, by a clock that stands still, and where it leads when there is nothing to say.

use http::{Request, StatusCode, header};
use serde_json::{Value, json};

use crate::asking::Observatory;

/// Seconds since the Unix epoch, when all pages are looked at: the start of a minute.
const NOW: u64 = 1_700_000_040;

async fn send(observatory: &Observatory, service: &str, spans: Vec<Value>) {
    let body = json!({"resourceSpans": [{
        "resource": {"attributes": [{"key": "service.name", "value": {"stringValue": service}}]},
        "scopeSpans": [{"spans": spans}],
    }]});
    let request = Request::post("/v1/traces").header(header::CONTENT_TYPE, "application/json");
    let answer = observatory.ask(request, body.to_string()).await;
    assert_eq!(answer.status, StatusCode::OK);
}

/// A span that began so many seconds ago; without a parent if that is 0.
fn span(
    id: u64,
    parent: u64,
    kind: u8,
    name: &str,
    ago: u64,
    milliseconds: u64,
    failed: bool,
) -> Value {
    let start = (NOW - ago) * 1_000_000_000;
    let parent = if parent == 0 {
        String::new()
    } else {
        format!("{parent:016x}")
    };
    json!({
        "traceId": format!("{:032x}", id / 100 + 1), "spanId": format!("{id:016x}"), "parentSpanId": parent,
        "name": name, "kind": kind, "status": {"code": if failed { 2 } else { 1 }},
        "startTimeUnixNano": start.to_string(), "endTimeUnixNano": (start + milliseconds * 1_000_000).to_string(),
    })
}

/// The text between an element's tag and its end, by test ID, within a service's row.
fn told<'a>(page: &'a str, service: &str, testid: &str) -> &'a str {
    let row = page
        .split(&format!("data-service=\"{service}\""))
        .nth(1)
        .unwrap_or("");
    let row = row.split("</tr>").next().unwrap_or("");
    let part = row
        .split(&format!("data-testid=\"{testid}\">"))
        .nth(1)
        .unwrap_or("");
    part.split('<').next().unwrap_or("")
}

#[tokio::test]
async fn each_service_is_told_by_its_requests() {
    let observatory = Observatory::at(NOW);
    // 60 requests of the back end, 3 of them failed; each asks the other service, which is no request of the back end's.
    for number in 0..60 {
        let id = number * 100 + 1;
        send(
            &observatory,
            "backend",
            vec![
                span(
                    id,
                    0,
                    2,
                    "GET /home",
                    60 + number * 30,
                    10 + number,
                    number < 3,
                ),
                span(id + 1, id, 3, "SELECT", 60 + number * 30, 5_000, true),
            ],
        )
        .await;
        send(
            &observatory,
            "profiles",
            vec![span(
                id + 2,
                id + 1,
                2,
                "GET /profiles",
                60 + number * 30,
                2,
                false,
            )],
        )
        .await;
    }
    send(
        &observatory,
        "backend",
        vec![span(9_901, 0, 2, "GET /old", 7_200, 9_000, true)],
    )
    .await;
    for address in ["/", "/parts/home", "/?range=1h"] {
        let page = observatory.page(address).await;
        for (service, testid, expected) in [
            ("backend", "rate", "1.00 / min"),
            ("backend", "error-share", "5.0 %"),
            ("backend", "error-count", "3"),
            ("backend", "p50", "39.5 ms"),
            ("profiles", "rate", "1.00 / min"),
            ("profiles", "error-share", ""),
            ("profiles", "p95", "2 ms"),
        ] {
            let found = told(&page, service, testid);
            if testid == "p50" {
                assert!(
                    found.starts_with("39") || found.starts_with("40"),
                    "{found}"
                );
            } else {
                assert_eq!(
                    found.replace(".00 ms", " ms"),
                    expected,
                    "{address}: {service} {testid}"
                );
            }
        }
        assert!(
            page.contains("GET /home") && !page.contains("name=SELECT"),
            "{address}"
        );
        assert!(!page.contains("name=GET+/old"), "{address}: too long ago");
    }
    let day = observatory.page("/?range=24h").await;
    assert!(day.contains("name=GET+/old"));
    assert!(told(&day, "backend", "error-count") == "4", "{day}");
}

#[tokio::test]
async fn a_rate_is_that_of_the_time_in_which_something_can_have_come() {
    for (first_ago, address, rate) in [
        (1, "/", "18.0 / min"),
        (30, "/", "6.00 / min"),
        (1_800, "/", "0.10 / min"),
        (1_800, "/?range=10m", "0.20 / min"),
        (86_000, "/", "0.03 / min"),
    ] {
        let observatory = Observatory::at(NOW);
        for (number, ago) in [first_ago, 1, 1].into_iter().enumerate() {
            let request = span(number as u64 * 100 + 1, 0, 2, "GET /home", ago, 10, false);
            send(&observatory, "backend", vec![request]).await;
        }
        let page = observatory.page(address).await;
        assert_eq!(
            told(&page, "backend", "rate"),
            rate,
            "{first_ago} {address}"
        );
    }
}

#[tokio::test]
async fn what_is_older_than_the_range_is_led_to() {
    let observatory = Observatory::at(NOW);
    send(
        &observatory,
        "backend",
        vec![span(1, 0, 2, "GET /home", 7_200, 10, false)],
    )
    .await;
    let hour = observatory.page("/").await;
    assert!(hour.contains(r#"data-testid="older""#) && hour.contains(r#"<a href="/?range=24h""#));
    let day = observatory.page("/?range=24h").await;
    assert!(!day.contains(r#"data-testid="older""#) && day.contains(r#"data-service="backend""#));
}

#[tokio::test]
async fn an_address_that_is_wrong_is_told() {
    let observatory = Observatory::at(NOW);
    send(
        &observatory,
        "backend",
        vec![span(1, 0, 2, "GET /home", 60, 10, false)],
    )
    .await;
    for (address, part) in [
        ("/?range=%3Cb%3E", "There is no range “&lt;b&gt;”"),
        ("/?rage=1h", "This page knows no “rage”"),
    ] {
        let page = observatory.page(address).await;
        assert!(page.contains(part), "{address}");
        assert!(page.contains(r#"data-service="backend""#), "{address}");
    }
}

#[tokio::test]
async fn an_empty_store_says_what_to_type() {
    let page = Observatory::at(NOW).page("/").await;
    for part in [
        "cargo lab up",
        "export OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:4318",
        "curl http://localhost:4318/v1/traces",
        "aws xray put-trace-segments",
        "aws logs put-log-events",
    ] {
        assert!(page.contains(part), "{part}");
    }
}
