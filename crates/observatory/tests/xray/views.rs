//! Three views, one store: segments in the list of traces and in the waterfall, spans in X-Ray's answers, both in one trace.

use serde_json::{Value, json};

use crate::running::{Observatory, START, id, segment, span, subsegment, trace_id, with};

async fn get(observatory: &Observatory, path: &str) -> Value {
    let request = http::Request::get(path).header("host", "localhost");
    let answer = observatory
        .request(request.body(axum::body::Body::empty()).unwrap())
        .await;
    assert_eq!(answer.status, 200, "{path}");
    answer.body
}

#[tokio::test]
async fn a_segment_is_in_the_other_views() {
    let observatory = Observatory::new();
    let document = with(
        segment(1, 1, "backend"),
        json!({ "fault": true, "annotations": { "handle": "andrew" } }),
    );
    observatory
        .put(&[document, subsegment(1, 2, 1, "query")])
        .await;
    let jaeger = get(&observatory, &format!("/api/v3/traces/{}", id(1)))
        .await
        .to_string();
    assert_eq!(jaeger.matches("\"spanId\"").count(), 2, "{jaeger}");
    let page = get(&observatory, &format!("/trace/{}", id(1)))
        .await
        .to_string();
    assert!(page.contains("backend") && page.contains("query"));
    let found = observatory
        .state
        .store
        .traces(&observatory::model::TraceQuery {
            attributes: vec![("handle".to_owned(), "andrew".to_owned())],
            error: Some(true),
            limit: 10,
            ..Default::default()
        })
        .await
        .unwrap();
    assert_eq!(found.traces.len(), 1);
    assert_eq!((found.traces[0].spans, found.traces[0].errors), (2, 1));
    assert_eq!(found.traces[0].root_service, "backend");
}

#[tokio::test]
async fn a_span_is_in_xrays_views() {
    let observatory = Observatory::new();
    let spans = json!([
        span(1, 1, None, "GET /", 2),
        span(1, 2, Some(1), "SELECT", 3),
        span(1, 3, Some(1), "inside", 1),
    ]);
    observatory.send("backend", spans).await;
    let answer = observatory.summaries("service(\"backend\")").await;
    let summary = &answer["TraceSummaries"][0];
    assert_eq!(summary["Id"], trace_id(1));
    assert_eq!(summary["StartTime"], START);
    let answer = observatory
        .ask("/Traces", json!({ "TraceIds": [trace_id(1)] }))
        .await;
    let segments = answer["Traces"][0]["Segments"].as_array().unwrap();
    let document: Value = serde_json::from_str(segments[0]["Document"].as_str().unwrap()).unwrap();
    assert_eq!(document["name"], "backend");
    let parts = document["subsegments"].as_array().unwrap();
    assert_eq!(parts.len(), 2, "under their parent: {document}");
    let graph = observatory
        .ask(
            "/ServiceGraph",
            json!({ "StartTime": START - 1.0, "EndTime": START + 1.0 }),
        )
        .await;
    assert!(graph["Services"].to_string().contains("backend"));
}

#[tokio::test]
async fn a_trace_may_be_of_both() {
    let observatory = Observatory::new();
    observatory.put(&[segment(1, 1, "frontend")]).await;
    let spans = json!([
        span(1, 2, Some(1), "GET /", 2),
        span(1, 3, Some(2), "inside", 1)
    ]);
    observatory.send("backend", spans).await;
    let answer = observatory
        .ask("/Traces", json!({ "TraceIds": [trace_id(1)] }))
        .await;
    let segments = answer["Traces"][0]["Segments"].as_array().unwrap();
    let names: Vec<String> = segments
        .iter()
        .map(|segment| {
            let document: Value =
                serde_json::from_str(segment["Document"].as_str().unwrap()).unwrap();
            document["name"].as_str().unwrap().to_owned()
        })
        .collect();
    assert_eq!(names, ["frontend", "backend"]);
    assert!(segments[1]["Document"].as_str().unwrap().contains("inside"));
    let answer = observatory.summaries("").await;
    let services = answer["TraceSummaries"][0]["ServiceIds"]
        .as_array()
        .unwrap();
    let mut names: Vec<&str> = services
        .iter()
        .filter(|service| service["Type"] != "client")
        .map(|service| service["Name"].as_str().unwrap())
        .collect();
    names.sort_unstable();
    assert_eq!(names, ["backend", "frontend"], "{services:?}");
}
