//! When events are sent: by count, by bytes, by time, whichever comes first; and how many at once.

use std::time::Duration;

use crate::{INTERVAL, Setup, keep::Keep, sent};

#[test]
fn a_full_batch_is_sent_at_once() {
    let keep = Keep::accepting();
    let setup = Setup::with(keep.clone(), |builder| builder.with_batch_events(3));
    setup.log(["a"]);
    // The thread has seen the first one, and would wait for others.
    setup.clock.wait_until(|sleeping| sleeping == [INTERVAL]);
    setup.log(["b", "c"]);
    keep.wait_for(1);
    assert_eq!(keep.puts(), [["a", "b", "c"]]);
}

#[test]
fn so_is_one_that_is_full_by_its_bytes() {
    let keep = Keep::accepting();
    let setup = Setup::new(keep.clone());
    setup.log(["a"]);
    setup.handle.flush_blocking();
    let bytes = keep.events()[0].bytes();

    let keep = Keep::accepting();
    let setup = Setup::with(keep.clone(), |builder| builder.with_batch_bytes(2 * bytes));
    setup.log(["a", "b"]);
    keep.wait_for(1);
    assert_eq!(keep.sizes(), [2]);

    let keep = Keep::accepting();
    let setup = Setup::with(keep.clone(), |builder| {
        builder.with_batch_bytes(2 * bytes + 1)
    });
    setup.log(["a", "b"]);
    setup.clock.wait_until(|sleeping| sleeping == [INTERVAL]);
    assert_eq!(keep.sizes(), [0_usize; 0]);
    setup.log(["c"]);
    keep.wait_for(1);
    // Two fit, and the third has to wait.
    assert_eq!(keep.sizes(), [2]);
}

#[test]
fn others_wait_for_the_interval_that_the_first_began() {
    let keep = Keep::accepting();
    let setup = Setup::new(keep.clone());
    setup.log(["a"]);
    setup.clock.wait_until(|sleeping| sleeping == [INTERVAL]);
    setup.clock.advance(INTERVAL / 2);
    setup.log(["b"]);
    setup.clock.advance(INTERVAL / 2 - Duration::from_millis(1));
    assert_eq!(keep.sizes(), [0_usize; 0]);
    setup.clock.advance(Duration::from_millis(1));
    keep.wait_for(1);
    assert_eq!(keep.puts(), [["a", "b"]]);

    // The next one begins anew.
    setup.log(["c"]);
    setup.clock.wait_until(|sleeping| sleeping == [INTERVAL]);
    setup.clock.advance(INTERVAL);
    keep.wait_for(2);
    assert_eq!(keep.puts()[1], ["c"]);
}

#[test]
fn no_more_than_a_batch_goes_at_once() {
    let keep = Keep::gated();
    let setup = Setup::with(keep.clone(), |builder| builder.with_batch_events(3));
    setup.log(["a", "b", "c"]);
    keep.wait_for(1);
    setup.log(["d", "e", "f", "g"]);
    keep.open(3);
    assert_eq!(setup.handle.shutdown_blocking(), sent(7));
    assert_eq!(keep.sizes(), [3, 3, 1]);
    assert_eq!(keep.puts().concat(), ["a", "b", "c", "d", "e", "f", "g"]);
}

#[test]
fn a_batch_may_be_full_to_the_byte() {
    let keep = Keep::accepting();
    let setup = Setup::new(keep.clone());
    setup.log(["a"]);
    setup.handle.shutdown_blocking();
    let bytes = keep.events()[0].bytes();

    let keep = Keep::gated();
    let setup = Setup::with(keep.clone(), |builder| builder.with_batch_bytes(2 * bytes));
    setup.log(["a", "b"]);
    keep.wait_for(1);
    setup.log(["c", "d", "e"]);
    keep.open(3);
    assert_eq!(setup.handle.shutdown_blocking(), sent(5));
    assert_eq!(keep.sizes(), [2, 2, 1]);
}

#[test]
fn an_event_larger_than_a_batch_goes_by_itself() {
    let keep = Keep::accepting();
    let setup = Setup::with(keep.clone(), |builder| builder.with_batch_bytes(1));
    setup.log(["a", "b"]);
    assert_eq!(setup.handle.shutdown_blocking(), sent(2));
    assert_eq!(keep.sizes(), [1, 1]);
}

#[test]
fn events_have_the_time_in_milliseconds_and_in_the_line() {
    let keep = Keep::accepting();
    let setup = Setup::new(keep.clone());
    setup.clock.advance(Duration::from_micros(1_999));
    setup.log(["a"]);
    setup.handle.shutdown_blocking();
    let event = &keep.events()[0];
    assert_eq!(event.timestamp, 1_000_000_001);
    assert!(
        event
            .message
            .starts_with(r#"{"timestamp":"1970-01-12T13:46:40.001999Z","level":"INFO""#)
    );
}

#[test]
fn spans_fields_are_in_the_line() {
    let keep = Keep::accepting();
    let setup = Setup::with(keep.clone(), |builder| {
        builder.with_json(cloudwatch_layer::Json::new().with_field("service", "backend"))
    });
    setup.within(|| {
        let span = tracing::info_span!("request", route = "/", status = tracing::field::Empty);
        let _entered = span.enter();
        span.record("status", 200);
        tracing::info!("m");
    });
    setup.handle.shutdown_blocking();
    let line = &keep.events()[0].message;
    assert!(line.ends_with(r#""message":"m","service":"backend","route":"/","status":200}"#));
}

#[test]
fn many_threads_lose_nothing() {
    let keep = Keep::accepting();
    let setup = Setup::with(keep.clone(), |builder| builder.with_batch_events(100));
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| setup.log((0..2_500).map(|_| "m")));
        }
    });
    assert_eq!(setup.handle.shutdown_blocking(), sent(10_000));
    assert_eq!(keep.sizes().iter().sum::<usize>(), 10_000);
}
