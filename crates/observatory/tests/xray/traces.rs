//! BatchGetTraces and GetTraceGraph.

use serde_json::{Value, json};

use crate::running::{Observatory, segment, subsegment, trace_id, with};

#[tokio::test]
async fn gives_traces_by_their_ids() {
    let observatory = Observatory::new();
    let first = with(segment(1, 1, "backend"), json!({ "unheard_of": [1, 2] }));
    observatory
        .put(&[
            first,
            subsegment(1, 2, 1, "query"),
            segment(2, 1, "frontend"),
        ])
        .await;
    let answer = observatory
        .ask(
            "/Traces",
            json!({ "TraceIds": [trace_id(2), trace_id(9), trace_id(1), trace_id(2)] }),
        )
        .await;
    assert_eq!(answer["UnprocessedTraceIds"], json!([trace_id(9)]));
    assert!(answer.get("NextToken").is_none());
    let traces = answer["Traces"].as_array().unwrap();
    let ids: Vec<&Value> = traces.iter().map(|trace| &trace["Id"]).collect();
    assert_eq!(ids, [&json!(trace_id(2)), &json!(trace_id(1))]);
    let trace = &traces[1];
    assert_eq!(trace["LimitExceeded"], false);
    assert!((trace["Duration"].as_f64().unwrap() - 0.1).abs() < 1e-6);
    let segments = trace["Segments"].as_array().unwrap();
    assert_eq!(segments.len(), 1);
    assert_eq!(segments[0]["Id"], "0000000000000001");
    let document: Value = serde_json::from_str(segments[0]["Document"].as_str().unwrap()).unwrap();
    assert_eq!(document["unheard_of"], json!([1, 2]), "every field is kept");
    assert_eq!(document["subsegments"][0]["name"], "query");
}

#[tokio::test]
async fn gives_large_traces_in_pages() {
    let observatory = Observatory::new();
    let padding = "x".repeat(60_000);
    for trace in 1..=3 {
        let documents: Vec<Value> = (1..=80)
            .map(|id| {
                let metadata = json!({ "metadata": { "default": { "padding": padding } } });
                with(segment(trace, id, "backend"), metadata)
            })
            .collect();
        observatory.put(&documents).await;
    }
    let ids: Vec<String> = [1, 2, 3].map(trace_id).to_vec();
    let mut seen = Vec::new();
    let mut request = json!({ "TraceIds": ids });
    loop {
        let answer = observatory.ask("/Traces", request.clone()).await;
        for trace in answer["Traces"].as_array().unwrap() {
            assert_eq!(trace["Segments"].as_array().unwrap().len(), 80);
            assert_eq!(trace["LimitExceeded"], true);
            seen.push(trace["Id"].as_str().unwrap().to_owned());
        }
        let Some(token) = answer.get("NextToken") else {
            break;
        };
        assert_eq!(answer["Traces"].as_array().unwrap().len(), 1);
        request["NextToken"] = token.clone();
    }
    assert_eq!(seen, ids);
}

#[tokio::test]
async fn gives_the_graph_of_traces() {
    let observatory = Observatory::new();
    let call = with(
        subsegment(1, 2, 1, "backend"),
        json!({ "namespace": "remote" }),
    );
    let called = with(
        segment(1, 3, "backend"),
        json!({ "parent_id": "0000000000000002" }),
    );
    observatory
        .put(&[
            segment(1, 1, "frontend"),
            call,
            called,
            segment(2, 1, "other"),
        ])
        .await;
    let names = async |ids: &[u64]| {
        let ids: Vec<String> = ids.iter().map(|id| trace_id(*id)).collect();
        let graph = observatory
            .ask("/TraceGraph", json!({ "TraceIds": ids }))
            .await;
        let mut names: Vec<String> = graph["Services"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|service| service["Type"] != "client")
            .map(|service| service["Name"].as_str().unwrap().to_owned())
            .collect();
        names.sort();
        names
    };
    assert_eq!(names(&[1]).await, ["backend", "frontend"]);
    assert_eq!(names(&[1, 2]).await, ["backend", "frontend", "other"]);
    assert_eq!(names(&[9]).await, [""; 0]);
}
