//! What can't succeed is given up at once, and no secret is told.

use cloudwatch_layer::Delivery;
use serde_json::json;

use crate::{
    Setup, events,
    service::{Answer, Service, error, ok},
};

/// Checks that `answer` ends it with those words, after one request.
#[track_caller]
fn check(answer: Answer, wanted: &str) {
    let service = Service::putting([answer]);
    let setup = Setup::new(&service);
    assert_eq!(setup.put(events(3)), Delivery::failed(3, wanted));
    assert_eq!(service.puts().len(), 1);
    assert_eq!(setup.told(), [""; 0]);
}

#[test]
fn keys_that_are_refused() {
    check(
        error(
            403,
            "UnrecognizedClientException",
            "The security token included in the request is invalid.",
        ),
        "UnrecognizedClientException: answered 403, The security token included in the request is invalid.",
    );
    check(
        error(400, "AccessDeniedException", "not authorized"),
        "AccessDeniedException: answered 400, not authorized",
    );
    check(
        error(400, "ExpiredTokenException", "expired"),
        "ExpiredTokenException: answered 400, expired",
    );
}

#[test]
fn requests_that_are_wrong() {
    check(
        error(400, "InvalidParameterException", "Log event too large"),
        "InvalidParameterException: answered 400, Log event too large",
    );
    check(
        error(400, "LimitExceededException", "Resource limit exceeded."),
        "LimitExceededException: answered 400, Resource limit exceeded.",
    );
}

#[test]
fn servers_that_are_not_the_service() {
    check(
        Answer::Body(404, json!({})),
        "Status404: answered 404 without a reason: is the endpoint CloudWatch Logs' or the observatory's?",
    );
    // The events may be there: sent again, they would be there twice.
    let service = Service::putting([Answer::Body(200, json!("hello"))]);
    let delivery = Setup::new(&service).put(events(1));
    let why = delivery.why.unwrap();
    assert!(
        why.starts_with("Unreadable: the answer could not be read: ") && why.len() < 300,
        "{why}"
    );
    assert_eq!(service.puts().len(), 1);
}

#[test]
fn what_the_service_quotes_of_the_request_is_not_told() {
    let message = "The request signature we calculated does not match the signature you provided.\n\nThe Canonical String for this request should have been\n'POST\n/\nx-amz-security-token:NOT-A-REAL-TOKEN'";
    check(
        error(403, "InvalidSignatureException", message),
        "InvalidSignatureException: answered 403, The request signature we calculated does not match the signature you provided.",
    );
}

#[test]
fn long_messages_are_cut() {
    let service = Service::putting([error(400, "InvalidParameterException", &"é".repeat(1000))]);
    let why = Setup::new(&service).put(events(1)).why.unwrap();
    assert_eq!(
        why,
        format!(
            "InvalidParameterException: answered 400, {}",
            "é".repeat(150)
        )
    );
}

#[test]
fn a_batch_that_was_accepted_already_is_sent() {
    let service = Service::putting([error(
        400,
        "DataAlreadyAcceptedException",
        "The given batch of log events has already been accepted.",
    )]);
    assert_eq!(Setup::new(&service).put(events(2)), Delivery::sent(2));
    assert_eq!(service.puts().len(), 1);
}

fn other_token(expected: &str) -> Answer {
    Answer::Body(
        400,
        json!({
            "__type": "InvalidSequenceTokenException",
            "message": format!("The given sequenceToken is invalid. The next expected sequenceToken is: {expected}"),
            "expectedSequenceToken": expected,
        }),
    )
}

#[test]
fn a_sequence_token_that_is_asked_for_is_given_once() {
    let service = Service::putting([other_token("495"), ok()]);
    assert_eq!(Setup::new(&service).put(events(2)), Delivery::sent(2));
    let tokens: Vec<_> = service
        .bodies("PutLogEvents")
        .into_iter()
        .map(|body| body["sequenceToken"].clone())
        .collect();
    assert_eq!(tokens, [json!(null), json!("495")]);

    let service = Service::putting([other_token("495")]);
    assert_eq!(Setup::new(&service).put(events(2)).failed, 2);
    assert_eq!(service.puts().len(), 2);
}

#[test]
fn a_sequence_token_that_is_not_named_is_not_given() {
    let service = Service::putting([error(400, "InvalidSequenceTokenException", "no")]);
    assert_eq!(Setup::new(&service).put(events(1)).failed, 1);
    assert_eq!(service.puts().len(), 1);
}
