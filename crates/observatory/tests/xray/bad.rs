//! What cannot be taken gets the service's own error; what came with it is kept.

use observatory::server::By;
use serde_json::{Value, json};

use crate::running::{Observatory, START, segment, trace_id, with};

#[tokio::test]
async fn bad_documents_come_back_and_the_good_ones_are_kept() {
    let good = segment(1, 1, "backend");
    let cases: [(&str, String, Option<&str>, &str); 9] = [
        ("no JSON", "{".to_owned(), None, "ParseError"),
        ("no object", "[]".to_owned(), None, "MissingId"),
        (
            "no ID",
            with(good.clone(), json!({ "id": null })).to_string(),
            None,
            "MissingId",
        ),
        (
            "an ID of another form",
            with(good.clone(), json!({ "id": "xyz" })).to_string(),
            Some("xyz"),
            "InvalidId",
        ),
        (
            "a trace ID of another form",
            with(good.clone(), json!({ "trace_id": "1-2-3" })).to_string(),
            Some("0000000000000001"),
            "InvalidTraceId",
        ),
        (
            "no name",
            with(good.clone(), json!({ "name": null })).to_string(),
            Some("0000000000000001"),
            "MissingName",
        ),
        (
            "the end before the start",
            with(good.clone(), json!({ "end_time": START - 1.0 })).to_string(),
            Some("0000000000000001"),
            "InvalidEndTime",
        ),
        (
            "neither ended nor in progress",
            with(good.clone(), json!({ "end_time": null })).to_string(),
            Some("0000000000000001"),
            "MissingEndTime",
        ),
        (
            "over 64 KB",
            with(good.clone(), json!({ "user": "u".repeat(70_000) })).to_string(),
            Some("0000000000000001"),
            "InvalidSegment",
        ),
    ];
    for (rule, bad, id, code) in cases {
        let observatory = Observatory::new();
        let other = segment(1, 2, "other");
        let answer = observatory
            .ask(
                "/TraceSegments",
                json!({ "TraceSegmentDocuments": [bad, other.to_string()] }),
            )
            .await;
        let unprocessed = answer["UnprocessedTraceSegments"].as_array().unwrap();
        assert_eq!(unprocessed.len(), 1, "{rule}: {answer}");
        assert_eq!(unprocessed[0]["ErrorCode"], code, "{rule}");
        assert_eq!(unprocessed[0]["Id"].as_str(), id, "{rule}");
        let message = unprocessed[0]["Message"].as_str().unwrap();
        assert!(
            message.contains(&format!("ErrorCode: {code}")),
            "{rule}: {message}"
        );
        assert_eq!(observatory.spans(1).await.len(), 1, "{rule}: the other one");
        let told = observatory.state.refusals.told();
        assert_eq!(told.counts.get(code), Some(&1), "{rule}");
        assert_eq!(told.last[0].by, By::PutTraceSegments, "{rule}");
    }
}

#[tokio::test]
async fn annotations_beyond_the_bounds_cost_no_document() {
    let observatory = Observatory::new();
    let mut annotations: serde_json::Map<String, Value> =
        (0..60).map(|n| (format!("key{n:02}"), n.into())).collect();
    annotations.insert("no key!".to_owned(), 1.into());
    let document = with(
        segment(1, 1, "backend"),
        json!({ "annotations": annotations }),
    );
    observatory.put(&[document]).await;
    let answer = observatory.summaries("").await;
    let found = answer["TraceSummaries"][0]["Annotations"]
        .as_object()
        .unwrap();
    assert_eq!(found.len(), 50);
    assert!(!found.contains_key("no key!"));
}

#[tokio::test]
async fn calls_that_are_wrong_get_the_services_errors() {
    let observatory = Observatory::new();
    observatory.put(&[segment(1, 1, "backend")]).await;
    let fifty_one = vec![segment(2, 1, "backend").to_string(); 51];
    let invalid = "InvalidRequestException";
    let serialization = "SerializationException";
    let range = |more: Value| {
        with(
            json!({ "StartTime": START - 60.0, "EndTime": START + 60.0 }),
            more,
        )
    };
    let cases: [(&str, &str, Value, &str, &str); 28] = [
        (
            "no documents",
            "/TraceSegments",
            json!({}),
            invalid,
            "traceSegmentDocuments",
        ),
        (
            "an empty list",
            "/TraceSegments",
            json!({ "TraceSegmentDocuments": [] }),
            invalid,
            "traceSegmentDocuments",
        ),
        (
            "51 documents",
            "/TraceSegments",
            json!({ "TraceSegmentDocuments": fifty_one }),
            invalid,
            "Exceeding maximum segment count: 50",
        ),
        (
            "documents that are no text",
            "/TraceSegments",
            json!({ "TraceSegmentDocuments": [{}] }),
            serialization,
            "expected a string",
        ),
        ("no object", "/TraceSegments", json!("x"), serialization, ""),
        ("no IDs", "/Traces", json!({}), invalid, "traceIds"),
        (
            "an empty list of IDs",
            "/Traces",
            json!({ "TraceIds": [] }),
            invalid,
            "traceIds",
        ),
        (
            "six IDs",
            "/Traces",
            json!({ "TraceIds": (0..6).map(trace_id).collect::<Vec<_>>() }),
            invalid,
            "less than or equal to 5",
        ),
        (
            "no trace ID",
            "/Traces",
            json!({ "TraceIds": ["x"] }),
            invalid,
            "Invalid trace ID: x",
        ),
        (
            "no token of ours",
            "/Traces",
            json!({ "TraceIds": [trace_id(1)], "NextToken": "x" }),
            invalid,
            "NextToken",
        ),
        (
            "no graph's IDs",
            "/TraceGraph",
            json!({}),
            invalid,
            "traceIds",
        ),
        (
            "no trace ID for a graph",
            "/TraceGraph",
            json!({ "TraceIds": ["x"] }),
            invalid,
            "x",
        ),
        (
            "no start",
            "/TraceSummaries",
            json!({ "EndTime": START }),
            invalid,
            "startTime",
        ),
        (
            "no end",
            "/TraceSummaries",
            json!({ "StartTime": START }),
            invalid,
            "endTime",
        ),
        (
            "a time that is no number",
            "/TraceSummaries",
            range(json!({ "StartTime": "2026-05-28" })),
            serialization,
            "",
        ),
        (
            "the end before the start",
            "/TraceSummaries",
            range(json!({ "EndTime": START - 61.0 })),
            invalid,
            "before",
        ),
        (
            "over 24 hours",
            "/TraceSummaries",
            range(json!({ "EndTime": START - 60.0 + 86_401.0 })),
            invalid,
            "Time range cannot be longer than 24 hours",
        ),
        (
            "another type of range",
            "/TraceSummaries",
            range(json!({ "TimeRangeType": "Segment" })),
            invalid,
            "timeRangeType",
        ),
        (
            "another sampling strategy",
            "/TraceSummaries",
            range(json!({ "SamplingStrategy": { "Name": "Some" } })),
            invalid,
            "samplingStrategy",
        ),
        (
            "a rate over 1",
            "/TraceSummaries",
            range(json!({ "SamplingStrategy": { "Name": "FixedRate", "Value": 1.5 } })),
            invalid,
            "0 to 1",
        ),
        (
            "a filter that does not parse",
            "/TraceSummaries",
            range(json!({ "FilterExpression": "service(\"a\") AND AND" })),
            invalid,
            "position 18",
        ),
        (
            "a filter's group that is not there",
            "/TraceSummaries",
            range(json!({ "FilterExpression": "group.name = \"nobody\"" })),
            invalid,
            "nobody",
        ),
        (
            "no token",
            "/TraceSummaries",
            range(json!({ "NextToken": "after-3" })),
            invalid,
            "NextToken",
        ),
        (
            "no graph's start",
            "/ServiceGraph",
            json!({ "EndTime": START }),
            invalid,
            "startTime",
        ),
        (
            "a graph of over 6 hours",
            "/ServiceGraph",
            range(json!({ "EndTime": START - 60.0 + 21_601.0 })),
            invalid,
            "Time range cannot be longer than 6 hours",
        ),
        (
            "no such group",
            "/ServiceGraph",
            range(json!({ "GroupName": "nobody" })),
            invalid,
            "nobody",
        ),
        (
            "a group twice",
            "/ServiceGraph",
            range(json!({ "GroupName": "Default", "GroupARN": "arn:x" })),
            invalid,
            "not both",
        ),
        (
            "no graph's token",
            "/ServiceGraph",
            range(json!({ "NextToken": "x" })),
            invalid,
            "NextToken",
        ),
    ];
    for (rule, path, body, error, words) in cases {
        let answer = observatory.call(path, body.to_string()).await;
        assert_eq!(
            (answer.status, answer.error.as_str()),
            (400, error),
            "{rule}: {answer:?}"
        );
        assert!(answer.message().contains(words), "{rule}: {answer:?}");
    }
    let status = observatory.state.store.status().await.unwrap();
    assert_eq!(status.segments, 1, "nothing was stored");
}

#[tokio::test]
async fn bodies_are_bounded_and_may_be_compressed() {
    let observatory = Observatory::new();
    let large = observatory
        .call("/TraceSegments", vec![b' '; 20 * 1024 * 1024 + 1])
        .await;
    assert_eq!(
        (large.status, large.error.as_str()),
        (413, "RequestEntityTooLargeException")
    );
    let body = json!({ "TraceSegmentDocuments": [segment(1, 1, "backend").to_string()] });
    let send = async |encoding: &str, body: Vec<u8>| {
        let request = http::Request::post("/TraceSegments")
            .header("host", "localhost")
            .header("authorization", crate::running::AUTHORIZATION)
            .header("content-encoding", encoding)
            .body(body.into());
        observatory.request(request.unwrap()).await
    };
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut encoder, body.to_string().as_bytes()).unwrap();
    assert_eq!(send("gzip", encoder.finish().unwrap()).await.status, 200);
    assert_eq!(observatory.spans(1).await.len(), 1);
    for (encoding, body) in [("gzip", b"no gzip".to_vec()), ("br", Vec::new())] {
        let answer = send(encoding, body).await;
        assert_eq!(
            (answer.status, answer.error.as_str()),
            (400, "SerializationException")
        );
    }
}
