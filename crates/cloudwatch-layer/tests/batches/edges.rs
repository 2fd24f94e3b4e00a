//! Each limit at its edge: what just fits is one batch, and one more is two.

use cloudwatch_layer::{
    LogEvent, MAX_BATCH_BYTES, MAX_BATCH_EVENTS, MAX_BATCH_MILLIS, MAX_MESSAGE_BYTES, OVERHEAD,
    Oversize, batches,
};

use crate::{DAY, LARGEST_MESSAGE, legal};

/// `events` are (time, bytes); `wanted` is how many events each batch has.
#[track_caller]
fn check(events: impl IntoIterator<Item = (i64, usize)>, wanted: &[usize]) {
    let events: Vec<LogEvent> = events
        .into_iter()
        .map(|(time, bytes)| LogEvent::new(time, "x".repeat(bytes)))
        .collect();
    let batches = batches(events, Oversize::Truncate);
    let sizes: Vec<usize> = batches.iter().map(Vec::len).collect();
    assert_eq!(sizes, wanted);
    for batch in &batches {
        assert_eq!(legal(batch), Ok(()));
    }
}

#[test]
fn the_limits_are_the_services() {
    assert_eq!(
        (
            MAX_BATCH_EVENTS,
            MAX_BATCH_BYTES,
            MAX_MESSAGE_BYTES,
            OVERHEAD,
            MAX_BATCH_MILLIS
        ),
        (10_000, 1_048_576, LARGEST_MESSAGE, 26, DAY)
    );
    assert_eq!(LogEvent::new(0, "é").bytes(), 28);
}

#[test]
fn nothing_is_no_batch() {
    check([], &[]);
}

#[test]
fn ten_thousand_events() {
    check((0..10_000).map(|_| (0, 1)), &[10_000]);
    check((0..10_001).map(|_| (0, 1)), &[10_000, 1]);
}

#[test]
fn a_mebibyte_with_26_bytes_for_each_event() {
    let half = 524_288 - 26;
    check([(0, half), (0, half)], &[2]);
    check([(0, half), (0, half + 1)], &[1, 1]);
    // 8,192 events of 102 bytes and their 26 are exactly a mebibyte.
    check((0..8_192).map(|_| (0, 102)), &[8_192]);
    check((0..8_193).map(|_| (0, 102)), &[8_192, 1]);
}

#[test]
fn twenty_four_hours() {
    check([(5, 1), (DAY + 5, 1)], &[2]);
    check([(5, 1), (DAY + 6, 1)], &[1, 1]);
    // Counted from the batch's first event, not from its neighbour.
    check([(0, 1), (DAY, 1), (DAY + 1, 1)], &[2, 1]);
}

#[test]
fn an_event_as_large_as_a_batch() {
    check([(0, LARGEST_MESSAGE)], &[1]);
    check([(0, LARGEST_MESSAGE), (0, 1)], &[1, 1]);
    check([(0, LARGEST_MESSAGE + 1)], &[1]);
}

#[test]
fn what_would_fail_the_whole_request_is_changed() {
    let batches = batches(
        vec![LogEvent::new(7, ""), LogEvent::new(-5, "before 1970")],
        Oversize::Truncate,
    );
    assert_eq!(
        batches,
        [[LogEvent::new(0, "before 1970"), LogEvent::new(7, " ")]]
    );
}
