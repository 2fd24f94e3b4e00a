//! Calls of the API by the AWS CLI, boto3 and the SDK for JavaScript, signed by each as it does.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::running::{Running, list};

macro_rules! recorded {
    ($name:literal) => {
        include_str!(concat!("../recorded/xray/", $name, ".http"))
    };
}

/// Puts a recorded call's documents, then asks a recorded question: the answers of both, and the traces found.
async fn put_and_find(put: &str, find: &str) -> (Value, Vec<Value>) {
    let running = Running::start().await;
    let (status, error, before) = running.call(find).await;
    assert_eq!((status, error.as_str()), (200, ""), "{before}");
    assert_eq!(before["TraceSummaries"], json!([]), "nothing before");
    let (status, error, answer) = running.call(put).await;
    assert_eq!((status, error.as_str()), (200, ""), "{answer}");
    let (status, _, found) = running.call(find).await;
    assert_eq!(status, 200, "{found}");
    assert_eq!(found["TracesProcessedCount"], 1);
    (answer, list(&found["TraceSummaries"]))
}

#[tokio::test]
async fn the_cli_puts_and_finds() {
    let (put, find) = (
        recorded!("cli-put-trace-segments"),
        recorded!("cli-get-trace-summaries"),
    );
    let (answer, found) = put_and_find(put, find).await;
    assert_eq!(answer, json!({ "UnprocessedTraceSegments": [] }));
    assert_eq!(found.len(), 1);
    assert_eq!(found[0]["Id"], "1-6b04ca70-0000000000000000000000c1");
    assert_eq!(found[0]["Duration"], 0.75);
}

#[tokio::test]
async fn boto3_is_told_of_bad_documents_and_finds_the_good_one() {
    let put = recorded!("boto3-put-trace-segments");
    let find = recorded!("boto3-get-trace-summaries");
    let (answer, found) = put_and_find(put, find).await;
    let unprocessed = list(&answer["UnprocessedTraceSegments"]);
    let told: Vec<Value> = unprocessed
        .iter()
        .map(|one| json!([one["Id"], one["ErrorCode"]]))
        .collect();
    assert_eq!(
        told,
        [
            json!([null, "ParseError"]),
            json!([null, "MissingId"]),
            json!(["00000000000000b3", "InvalidEndTime"]),
        ]
    );
    assert_eq!(found.len(), 1);
    assert_eq!(found[0]["Http"]["HttpURL"], "http://bot.example/ü");
    assert_eq!(found[0]["StartTime"], 1_795_476_078.5);
    assert_eq!(found[0]["ResponseTime"], 0.625);
}

#[tokio::test]
async fn javascript_puts_a_segment_in_progress() {
    let put = recorded!("javascript-put-trace-segments");
    let find = recorded!("javascript-get-trace-summaries");
    let (answer, found) = put_and_find(put, find).await;
    assert_eq!(answer, json!({ "UnprocessedTraceSegments": [] }));
    assert_eq!(found.len(), 1);
    assert_eq!(found[0]["IsPartial"], true);
}

#[tokio::test]
async fn a_call_without_its_signature_is_refused() {
    let running = Running::start().await;
    let signed = recorded!("boto3-get-trace-summaries");
    for (rule, request, expected) in [
        ("as it was", signed.to_owned(), (200, "")),
        (
            "no Authorization",
            signed.replace("Authorization", "X-Other"),
            (403, "MissingAuthenticationTokenException"),
        ),
        (
            "signed for another service",
            signed.replace("/xray/aws4_request", "/logs/aws4_request"),
            (403, "InvalidSignatureException"),
        ),
        (
            "half of it",
            signed.replace(", Signature=", ", Signed="),
            (403, "IncompleteSignatureException"),
        ),
    ] {
        let (status, error, _) = running.call(&request).await;
        assert_eq!((status, error.as_str()), expected, "{rule}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_answer_has_an_id_of_its_own() {
    let running = Running::start().await;
    let signed = recorded!("boto3-get-trace-summaries");
    let mut ids = BTreeSet::new();
    for (rule, request) in [
        ("answered", signed.to_owned()),
        ("again", signed.to_owned()),
        ("refused", signed.replace("fault", "fault >")),
        ("unsigned", signed.replace("Authorization", "X-Other")),
    ] {
        let response = running.response(&request).await;
        let id = response.headers()["x-amzn-requestid"].to_str().unwrap();
        let groups: Vec<usize> = id.split('-').map(str::len).collect();
        assert_eq!(groups, [8, 4, 4, 4, 12], "{rule}: {id}");
        assert!(ids.insert(id.to_owned()), "{rule}: {id} was given before");
    }
    let rules = recorded!("python-sdk-get-sampling-rules");
    let (head, _) = running.answer_of_daemon(rules).await;
    assert!(head.contains("\r\nx-amzn-requestid: "), "{head}");
}
