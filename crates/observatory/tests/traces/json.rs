//! OTLP's JSON as the query API writes it.

use observatory::model::TraceId;
use opentelemetry_proto::tonic::common::v1::any_value::Value;

use crate::{running::Running, spans};

/// What is written must be read back as the same by the same rules.
#[tokio::test]
async fn gives_back_everything_that_came_in() {
    let observatory = Running::start().await;
    let sent = spans::everything();
    observatory.send(sent.clone()).await;
    let (status, answer) = observatory
        .get(&format!("/api/v3/traces/{}", spans::trace_hex(1)))
        .await;
    assert_eq!(status, 200);
    let found = otlp_json::read(answer["result"].to_string().as_bytes()).unwrap();
    assert_eq!(found, sent);

    let stored = observatory
        .state
        .store
        .trace(TraceId::parse(&spans::trace_hex(1)).unwrap())
        .await
        .unwrap();
    let spans: Vec<_> = sent.resource_spans[0]
        .scope_spans
        .iter()
        .map(|scope| &scope.spans[0])
        .collect();
    assert_eq!(
        stored.iter().map(|stored| &stored.span).collect::<Vec<_>>(),
        spans
    );
    assert_eq!(
        Some(&*stored[0].resource),
        sent.resource_spans[0].resource.as_ref()
    );
}

#[tokio::test]
async fn writes_spans_as_the_protocol_says() {
    let observatory = Running::start().await;
    let span = spans::with(
        spans::failed(spans::child(1, 2, 1, "query")),
        "n",
        Value::IntValue(5),
    );
    let span = spans::with(span, "not a number", Value::DoubleValue(f64::NAN));
    observatory
        .send(spans::request("backend", vec![span]))
        .await;
    let text = observatory
        .client
        .get(observatory.url(&format!("/api/v3/traces/{}", spans::trace_hex(1))))
        .send()
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    let start = spans::START + 1_000_000_002;
    let end = spans::START + 1_001_000_000;
    assert_eq!(
        text,
        format!(
            r#"{{"result":{{"resourceSpans":[{{"resource":{{"attributes":[{{"key":"service.name","value":{{"stringValue":"backend"}}}}]}},"scopeSpans":[{{"scope":{{"name":"tests"}},"spans":[{{"traceId":"abababababababab0000000000000001","spanId":"0000000000000002","parentSpanId":"0000000000000001","name":"query","kind":1,"startTimeUnixNano":"{start}","endTimeUnixNano":"{end}","attributes":[{{"key":"n","value":{{"intValue":"5"}}}},{{"key":"not a number","value":{{"doubleValue":"NaN"}}}}],"status":{{"message":"it failed","code":2}}}}]}}]}}]}}}}"#
        )
    );
}
