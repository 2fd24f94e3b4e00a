//! GetTraceSummaries: which traces, in which order, in which pages.

use serde_json::{Value, json};

use crate::running::{Observatory, START, id, segment, trace_id, with};

fn numbers(answer: &Value) -> Vec<u64> {
    answer["TraceSummaries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|summary| {
            let id = summary["Id"].as_str().unwrap();
            u64::from_str_radix(&id[19..], 16).unwrap()
        })
        .collect()
}

fn at(trace: u64, start: f64, end: f64) -> Value {
    with(
        segment(trace, 1, "backend"),
        json!({ "start_time": START + start, "end_time": START + end }),
    )
}

#[tokio::test]
async fn takes_the_traces_of_the_time_range() {
    let observatory = Observatory::new();
    let late = with(at(3, 0.0, 90.0), json!({ "subsegments": [] }));
    let part = with(at(3, 1.0, 5.5), json!({ "id": "00000000000000aa" }));
    observatory
        .put(&[at(1, 0.0, 1.0), at(2, 10.25, 20.0), late, part])
        .await;
    let check = async |rule: &str, kind: Option<&str>, from: f64, to: f64, expected: &[u64]| {
        let mut request = json!({ "StartTime": START + from, "EndTime": START + to });
        if let Some(kind) = kind {
            request["TimeRangeType"] = kind.into();
        }
        let answer = observatory.ask("/TraceSummaries", request).await;
        assert_eq!(numbers(&answer), expected, "{rule}");
        assert_eq!(
            answer["TracesProcessedCount"],
            expected.len(),
            "{rule}: count"
        );
        assert!(answer.get("NextToken").is_none(), "{rule}: one page");
        assert!(answer["ApproximateTime"].is_number(), "{rule}");
    };
    check("by start, newest first", None, 0.0, 20.0, &[2, 1, 3]).await;
    check("by start, by name", Some("TraceId"), 0.0, 0.0, &[1, 3]).await;
    check("fractions of seconds", None, 10.25, 10.25, &[2]).await;
    check("past a fraction", None, 10.2501, 11.0, &[]).await;
    check("by last event", Some("Event"), 15.0, 90.0, &[2, 3]).await;
    check("by last event, before", Some("Event"), 2.0, 15.0, &[]).await;
    check("by a segment's end", Some("Service"), 5.0, 6.0, &[3]).await;
    check("by a segment's end, none", Some("Service"), 30.0, 40.0, &[]).await;
}

#[tokio::test]
async fn a_filter_takes_some() {
    let observatory = Observatory::new();
    let fault = with(segment(2, 1, "other"), json!({ "fault": true }));
    let told = with(
        segment(3, 1, "backend"),
        json!({ "annotations": { "user_id": 7 } }),
    );
    observatory
        .put(&[segment(1, 1, "backend"), fault, told])
        .await;
    for (filter, expected) in [
        ("", &[1, 2, 3][..]),
        ("fault", &[2]),
        ("service(\"backend\")", &[1, 3]),
        ("annotation.user_id = 7", &[3]),
        ("fault AND service(\"backend\")", &[]),
    ] {
        let answer = observatory.summaries(filter).await;
        assert_eq!(numbers(&answer), expected, "{filter}");
        assert_eq!(answer["TracesProcessedCount"], 3, "{filter}");
    }
}

#[tokio::test]
async fn pages_join_while_traces_arrive() {
    let observatory = Observatory::new();
    // Seven begin at a time, so that pages end among equals.
    let documents: Vec<Value> = (0..2_300)
        .map(|trace| at(trace, (trace / 7) as f64, 1_000.0))
        .collect();
    observatory.put(&documents).await;
    let mut request = json!({ "StartTime": START, "EndTime": START + 3_600.0 });
    let mut pages = Vec::new();
    loop {
        let answer = observatory.ask("/TraceSummaries", request.clone()).await;
        pages.push(numbers(&answer));
        let Some(token) = answer.get("NextToken") else {
            break;
        };
        request["NextToken"] = token.clone();
        // Newer than all: it moves nothing.
        let new = 10_000 + pages.len() as u64;
        observatory.put(&[at(new, 2_000.0, 2_001.0)]).await;
    }
    let mut expected: Vec<u64> = (0..2_300).collect();
    expected.sort_by_key(|trace| (std::cmp::Reverse(trace / 7), id(*trace)));
    assert_eq!(pages.concat(), expected);
    assert_eq!(
        pages.iter().map(Vec::len).collect::<Vec<_>>(),
        [1_000, 1_000, 300]
    );
}

#[tokio::test]
async fn a_fixed_rate_takes_a_share() {
    let observatory = Observatory::new();
    let documents: Vec<Value> = (0..900).map(|trace| segment(trace, 1, "backend")).collect();
    observatory.put(&documents).await;
    let taken = async |more: Value| {
        let request = json!({ "StartTime": START, "EndTime": START + 1.0 });
        numbers(
            &observatory
                .ask("/TraceSummaries", with(request, more))
                .await,
        )
    };
    let rate = |value: f64| json!({ "Sampling": true, "SamplingStrategy": { "Name": "FixedRate", "Value": value } });
    let some = taken(rate(0.25)).await;
    assert!((150..300).contains(&some.len()), "{}", some.len());
    assert_eq!(taken(rate(0.25)).await, some, "the same ones again");
    assert_eq!(taken(rate(0.0)).await.len(), 0);
    assert_eq!(taken(rate(1.0)).await.len(), 900);
    assert_eq!(taken(json!({ "Sampling": true })).await.len(), 900);
}

#[tokio::test]
async fn a_summary_says_what_the_trace_does() {
    let observatory = Observatory::new();
    let document = with(
        segment(1, 1, "backend"),
        json!({ "http": {
            "request": { "method": "GET", "url": "http://localhost/api" }, "response": { "status": 429 },
        }, "error": true, "throttle": true }),
    );
    observatory.put(&[document]).await;
    let answer = observatory.summaries("throttle").await;
    let summary = &answer["TraceSummaries"][0];
    assert_eq!(summary["Id"], trace_id(1));
    assert_eq!(summary["Http"]["HttpStatus"], 429);
    assert_eq!(summary["HasThrottle"], true);
    assert_eq!(summary["EntryPoint"]["Name"], "backend");
    assert_eq!(summary["StartTime"], START);
}
