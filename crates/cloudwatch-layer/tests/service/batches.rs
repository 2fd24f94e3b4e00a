//! What goes over the wire: batches, their order, events in parts, and what the service refuses of them.

use cloudwatch_layer::{Delivery, LogEvent, Oversize, Rejected};
use serde_json::{Value, json};

use crate::{
    GROUP, Setup, events,
    service::{Answer, Service, error, ok},
};

#[test]
fn a_batch_is_one_request() {
    let service = Service::accepting();
    let setup = Setup::new(&service);
    assert_eq!(setup.put(events(2)), Delivery::sent(2));
    assert_eq!(
        service.bodies("PutLogEvents"),
        [json!({
            "logGroupName": GROUP,
            "logStreamName": "backend",
            "logEvents": [
                {"timestamp": 1_795_679_210_000_i64, "message": "event 0"},
                {"timestamp": 1_795_679_210_001_i64, "message": "event 1"},
            ],
        })]
    );
}

#[test]
fn nothing_to_put_is_no_request() {
    let service = Service::accepting();
    assert_eq!(Setup::new(&service).put(events(0)), Delivery::default());
    assert_eq!(service.operations(), [""; 0]);
}

#[test]
fn events_are_put_in_order_of_time_and_in_as_many_batches_as_it_takes() {
    let service = Service::accepting();
    let mut all = events(10_001);
    all.reverse();
    assert_eq!(Setup::new(&service).put(all), Delivery::sent(10_001));
    let puts = service.puts();
    assert_eq!(puts.iter().map(Vec::len).collect::<Vec<_>>(), [10_000, 1]);
    assert_eq!((&*puts[0][0], &*puts[1][0]), ("event 0", "event 10000"));
}

#[test]
fn an_event_in_parts_counts_once() {
    let large = |number: i64| LogEvent::new(number, "x".repeat(1_500_000));
    let service = Service::accepting();
    let setup = Setup::with(&service, |builder| builder.with_oversize(Oversize::Split));
    assert_eq!(setup.put(vec![large(1), large(2)]), Delivery::sent(2));
    let lengths: Vec<usize> = service.puts().concat().iter().map(String::len).collect();
    assert_eq!(lengths, [1_048_550, 451_450, 1_048_550, 451_450]);

    let service = Service::accepting();
    assert_eq!(Setup::new(&service).put(vec![large(1)]), Delivery::sent(1));
    assert_eq!(service.puts().concat().len(), 1);
}

#[test]
fn an_event_of_which_one_part_is_lost_is_lost() {
    let invalid = || error(400, "InvalidParameterException", "no");
    for answers in [vec![invalid(), ok()], vec![ok(), invalid()]] {
        let service = Service::putting(answers);
        let setup = Setup::with(&service, |builder| builder.with_oversize(Oversize::Split));
        let delivery = setup.put(vec![LogEvent::new(1, "x".repeat(1_500_000))]);
        assert_eq!((delivery.sent, delivery.failed), (0, 1));
        assert_eq!(service.puts().len(), 2);
    }
}

#[test]
fn a_batch_that_fails_does_not_keep_the_next_one() {
    let service = Service::putting([error(400, "InvalidParameterException", "no"), ok()]);
    let delivery = Setup::new(&service).put(events(10_003));
    assert_eq!((delivery.sent, delivery.failed), (3, 10_000));
    assert_eq!(
        delivery.why.as_deref(),
        Some("InvalidParameterException: answered 400, no")
    );
}

/// Ten events, of which the service refuses some.
#[track_caller]
fn check(info: Value, too_old: u64, too_new: u64, expired: u64) {
    let answer = Answer::Body(200, json!({"rejectedLogEventsInfo": info}));
    let service = Service::putting([answer]);
    let wanted = Delivery {
        sent: 10 - too_old - too_new - expired,
        rejected: Rejected {
            too_old,
            too_new,
            expired,
        },
        ..Delivery::default()
    };
    assert_eq!(Setup::new(&service).put(events(10)), wanted, "{info}");
}

#[test]
fn refused_events_are_counted_by_the_services_indexes() {
    check(json!({}), 0, 0, 0);
    // The end is the first that is not too old, the start the first that is too new.
    check(json!({"tooOldLogEventEndIndex": 1}), 1, 0, 0);
    check(json!({"tooNewLogEventStartIndex": 9}), 0, 1, 0);
    check(json!({"expiredLogEventEndIndex": 3}), 0, 0, 3);
    check(
        json!({"tooOldLogEventEndIndex": 2, "tooNewLogEventStartIndex": 7}),
        2,
        3,
        0,
    );
    // Index 0 as an end refuses nobody, as a start everybody.
    check(
        json!({"tooOldLogEventEndIndex": 0, "expiredLogEventEndIndex": 0}),
        0,
        0,
        0,
    );
    check(json!({"tooNewLogEventStartIndex": 0}), 0, 10, 0);
    check(json!({"tooOldLogEventEndIndex": 10}), 10, 0, 0);
    check(json!({"tooNewLogEventStartIndex": 10}), 0, 0, 0);
}

#[test]
fn an_event_is_refused_once() {
    // The older ones are both: the smaller end is the narrower reason.
    check(
        json!({"tooOldLogEventEndIndex": 2, "expiredLogEventEndIndex": 5}),
        2,
        0,
        3,
    );
    check(
        json!({"tooOldLogEventEndIndex": 5, "expiredLogEventEndIndex": 2}),
        3,
        0,
        2,
    );
    check(
        json!({"tooOldLogEventEndIndex": 4, "expiredLogEventEndIndex": 4}),
        4,
        0,
        0,
    );
    check(
        json!({"tooOldLogEventEndIndex": 6, "tooNewLogEventStartIndex": 4}),
        6,
        4,
        0,
    );
}

#[test]
fn indexes_that_make_no_sense_harm_nobody() {
    check(
        json!({"tooOldLogEventEndIndex": -1, "expiredLogEventEndIndex": -1}),
        0,
        0,
        0,
    );
    check(json!({"tooNewLogEventStartIndex": -1}), 0, 10, 0);
    check(json!({"tooOldLogEventEndIndex": 99}), 10, 0, 0);
    check(json!({"tooNewLogEventStartIndex": 99}), 0, 0, 0);
}
