//! Group, retention and stream: made before the first batch and when they are gone, and harmless when they exist.

use std::time::Duration;

use cloudwatch_layer::Delivery;
use serde_json::json;

use crate::{
    GROUP, Setup, events,
    service::{Answer, Service, error, ok, throttled},
};

const MADE: [&str; 2] = ["CreateLogGroup", "CreateLogStream"];

fn not_found() -> Answer {
    error(
        400,
        "ResourceNotFoundException",
        "The specified log stream does not exist.",
    )
}

fn exists() -> Answer {
    error(
        400,
        "ResourceAlreadyExistsException",
        "The specified log group already exists",
    )
}

fn denied() -> Answer {
    error(
        400,
        "AccessDeniedException",
        "not authorized to perform this",
    )
}

#[test]
fn they_are_made_before_the_first_batch_and_once() {
    let service = Service::accepting();
    let setup = Setup::with(&service, |builder| builder.with_retention_days(7));
    setup.put(events(1));
    setup.put(events(1));
    assert_eq!(
        service.operations(),
        [
            "CreateLogGroup",
            "PutRetentionPolicy",
            "CreateLogStream",
            "PutLogEvents",
            "PutLogEvents"
        ]
    );
    assert_eq!(
        service.bodies("CreateLogGroup"),
        [json!({"logGroupName": GROUP})]
    );
    assert_eq!(
        service.bodies("PutRetentionPolicy"),
        [json!({"logGroupName": GROUP, "retentionInDays": 7})]
    );
    assert_eq!(
        service.bodies("CreateLogStream"),
        [json!({"logGroupName": GROUP, "logStreamName": "backend"})]
    );
}

#[test]
fn retention_that_nobody_asked_for_is_left_alone() {
    let service = Service::accepting();
    Setup::new(&service).put(events(1));
    assert_eq!(
        service.operations(),
        ["CreateLogGroup", "CreateLogStream", "PutLogEvents"]
    );
}

#[test]
fn that_they_exist_is_no_error() {
    let service = Service::start(|operation, _, _| {
        if MADE.contains(&operation) {
            exists()
        } else {
            ok()
        }
    });
    let setup = Setup::new(&service);
    assert_eq!(setup.put(events(1)), Delivery::sent(1));
    assert_eq!(setup.told(), [""; 0]);
}

#[test]
fn what_is_gone_is_made_again_once() {
    let service = Service::putting([ok(), not_found(), ok(), not_found(), not_found(), ok()]);
    let setup = Setup::new(&service);
    assert_eq!(setup.put(events(1)), Delivery::sent(1));
    assert_eq!(setup.put(events(2)), Delivery::sent(2));
    let twice = ["CreateLogGroup", "CreateLogStream", "PutLogEvents"];
    assert_eq!(
        service.operations(),
        [&twice[..], &["PutLogEvents"], &twice].concat()
    );
    // Gone again at once: somebody else is at work there.
    let delivery = setup.put(events(3));
    assert_eq!((delivery.sent, delivery.failed), (0, 3));
    assert_eq!(
        delivery.why.as_deref(),
        Some("ResourceNotFoundException: answered 400, The specified log stream does not exist.")
    );
    // The next batch begins from the beginning.
    assert_eq!(setup.put(events(1)), Delivery::sent(1));
}

#[test]
fn keys_that_may_only_put_are_enough_where_all_exists() {
    let service = Service::start(|operation, _, _| match operation {
        "PutLogEvents" => ok(),
        _ => denied(),
    });
    let setup = Setup::with(&service, |builder| builder.with_retention_days(7));
    assert_eq!(setup.put(events(1)), Delivery::sent(1));
    assert_eq!(
        setup.told()[0],
        "AccessDeniedException: answered 400, not authorized to perform this; it may exist already"
    );
    assert_eq!(setup.told().len(), 3);
    // It is not asked for anew with each batch.
    setup.put(events(1));
    assert_eq!(setup.told().len(), 3);
}

#[test]
fn what_passes_is_tried_again_when_making_too() {
    let service = Service::start(|operation, before, _| match (operation, before) {
        ("CreateLogGroup", 0) => throttled(),
        ("CreateLogGroup", 1) => error(400, "OperationAbortedException", "Multiple requests"),
        ("CreateLogStream", 0) => error(503, "ServiceUnavailableException", "later"),
        _ => ok(),
    });
    let setup = Setup::new(&service);
    assert_eq!(setup.put(events(1)), Delivery::sent(1));
    assert_eq!(service.puts().len(), 1);
    assert_eq!(service.bodies("CreateLogGroup").len(), 4);
}

#[test]
fn a_new_day_is_a_new_stream() {
    let service = Service::accepting();
    let setup = Setup::with(&service, |builder| {
        builder
            .with_service("backend")
            .with_host("gitpod")
            .with_stream("{service}/{date}/{host}-{pid}")
    });
    setup.put(events(1));
    setup.clock.advance(Duration::from_secs(16 * 3600));
    setup.put(events(1));
    setup.clock.advance(Duration::from_secs(3600));
    setup.put(events(1));
    let streams: Vec<String> = service
        .bodies("PutLogEvents")
        .iter()
        .map(|body| body["logStreamName"].as_str().unwrap().to_owned())
        .collect();
    let pid = std::process::id();
    let on = |date| format!("backend/{date}/gitpod-{pid}");
    assert_eq!(
        streams,
        [on("2026-11-26"), on("2026-11-26"), on("2026-11-27")]
    );
    assert_eq!(service.bodies("CreateLogStream").len(), 2);
}
