//! What the fake can be told to answer.

use std::time::Duration;

use serde_json::json;
use span_snapshot::{Gate, LogsAnswer};

use crate::asking::{NOW, SOON, call, calling, messages, ready, refused};

#[test]
fn each_answer_is_as_told_and_the_last_stays() {
    let api = ready().answering(
        "PutLogEvents",
        [
            LogsAnswer::RefuseKeys,
            LogsAnswer::Throttle,
            LogsAnswer::Unavailable,
            LogsAnswer::Fail,
            LogsAnswer::Serve,
        ],
    );
    let put = || call(&api, "PutLogEvents", messages([(NOW, "x")]));
    refused(
        put(),
        400,
        "UnrecognizedClientException",
        "The security token included in the request is invalid.",
    );
    refused(put(), 400, "ThrottlingException", "Rate exceeded");
    refused(
        put(),
        503,
        "ServiceUnavailableException",
        "The service cannot complete the request.",
    );
    refused(
        put(),
        500,
        "InternalFailure",
        "the fake CloudWatch Logs API was told to fail",
    );
    assert!(api.all_events().is_empty());
    assert_eq!(put().0, 200);
    assert_eq!(put().0, 200);
    // What one operation is told is not another's.
    assert_eq!(call(&api, "DescribeLogGroups", json!({})).0, 200);
    let statuses: Vec<_> = api.calls().iter().map(|call| call.status).collect();
    assert_eq!(statuses, [400, 400, 503, 500, 200, 200, 200].map(Some));
}

#[test]
fn a_lost_answer_has_been_served() {
    let api = ready().answering("PutLogEvents", [LogsAnswer::Lose, LogsAnswer::Serve]);
    let put = || {
        calling(&api, "PutLogEvents", messages([(NOW, "x")]))
            .join()
            .unwrap()
    };
    assert!(put().is_err());
    assert_eq!(api.all_events().len(), 1);
    assert_eq!(api.calls()[0].status, None);
    assert!(put().is_ok());
    assert_eq!(
        api.all_events().len(),
        2,
        "whoever tries again does it twice"
    );
}

#[test]
fn hanging_ends_with_the_api() {
    let api = ready().answering("PutLogEvents", [LogsAnswer::Hang]);
    let client = calling(&api, "PutLogEvents", messages([(NOW, "x")]));
    let calls = api.wait_for_calls("PutLogEvents", 1, SOON).unwrap();
    assert_eq!(calls[0].status, None);
    drop(api);
    assert!(client.join().unwrap().is_err());
}

#[test]
fn a_gate_holds_the_answer_back() {
    let gate = Gate::new();
    let api = ready().answering("PutLogEvents", [LogsAnswer::Gated(gate.clone())]);
    let client = calling(&api, "PutLogEvents", messages([(NOW, "x")]));
    api.wait_for_calls("PutLogEvents", 1, SOON).unwrap();
    assert!(api.all_events().is_empty());
    let error = api.wait_for_events(1, Duration::ZERO).unwrap_err();
    assert_eq!((error.what, error.wanted, error.came), ("events", 1, 0));
    gate.open();
    assert_eq!(client.join().unwrap().unwrap().0, 200);
    assert_eq!(api.all_events().len(), 1);
}

#[test]
fn an_answer_told_alone_stays() {
    let api = ready().answering("PutLogEvents", [LogsAnswer::Throttle]);
    for _ in 0..3 {
        let (status, _) = call(&api, "PutLogEvents", messages([(NOW, "x")]));
        assert_eq!(status, 400);
    }
}
