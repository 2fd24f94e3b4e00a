//! What the queue takes while the sink is slow, and what becomes of the rest.

use std::{thread, time::Duration};

use cloudwatch_layer::{Report, WhenFull};

use crate::{Setup, keep::Keep, sent};

fn report(sent: u64, dropped: u64) -> Report {
    Report {
        sent,
        dropped,
        ..Report::default()
    }
}

#[test]
fn the_newest_are_dropped_and_counted() {
    let keep = Keep::gated();
    let setup = Setup::with(keep.clone(), |builder| {
        builder.with_batch_events(1).with_queue_events(3)
    });
    setup.log(["a"]);
    keep.wait_for(1);
    // What is under way counts: there is room for two.
    setup.log(["b", "c", "d", "e"]);
    let counts = setup.handle.counts();
    assert_eq!((counts.pending, counts.dropped), (3, 2));
    keep.open(3);
    assert_eq!(setup.handle.flush_blocking(), report(3, 2));
    // There is room again.
    keep.open(1);
    setup.log(["f"]);
    assert_eq!(setup.handle.shutdown_blocking(), report(4, 2));
    assert_eq!(keep.puts().concat(), ["a", "b", "c", "f"]);
}

#[test]
fn bytes_are_bounded_too() {
    let keep = Keep::accepting();
    let setup = Setup::new(keep.clone());
    setup.log(["a"]);
    setup.handle.shutdown_blocking();
    let bytes = keep.events()[0].bytes();

    let keep = Keep::gated();
    let setup = Setup::with(keep.clone(), |builder| {
        builder.with_batch_events(1).with_queue_bytes(3 * bytes)
    });
    setup.log(["a"]);
    keep.wait_for(1);
    // Longer by a byte than there is room for.
    setup.log(["b", "cc", "d", "e"]);
    keep.open(3);
    assert_eq!(setup.handle.shutdown_blocking(), report(3, 2));
    assert_eq!(keep.puts().concat(), ["a", "b", "d"]);
}

#[test]
fn what_is_larger_than_the_queue_never_finds_room() {
    for when_full in [WhenFull::Drop, WhenFull::Wait(Duration::MAX)] {
        let keep = Keep::accepting();
        let setup = Setup::with(keep.clone(), |builder| {
            builder.with_queue_bytes(300).with_when_full(when_full)
        });
        setup.log([&*"x".repeat(300), "small"]);
        assert_eq!(setup.handle.shutdown_blocking(), report(1, 1));
        assert_eq!(keep.puts().concat(), ["small"]);
    }
}

/// A queue whose only place is taken; whoever comes waits so long.
fn full(wait: Duration) -> (Keep, Setup) {
    let keep = Keep::gated();
    let setup = Setup::with(keep.clone(), |builder| {
        builder
            .with_batch_events(1)
            .with_queue_events(1)
            .with_when_full(WhenFull::Wait(wait))
    });
    setup.log(["a"]);
    keep.wait_for(1);
    (keep, setup)
}

#[test]
fn whoever_may_wait_loses_nothing() {
    let (keep, setup) = full(Duration::MAX);
    thread::scope(|scope| {
        let waiting = scope.spawn(|| setup.log(["b", "c"]));
        keep.open(3);
        waiting.join().unwrap();
    });
    assert_eq!(setup.handle.shutdown_blocking(), sent(3));
}

#[test]
fn whoever_waits_waits_no_longer_than_said() {
    let (keep, setup) = full(Duration::from_millis(1));
    setup.log(["b"]);
    assert_eq!(setup.handle.counts().dropped, 1);
    keep.open(1);
    assert_eq!(setup.handle.shutdown_blocking(), report(1, 1));
}

#[test]
fn whoever_waits_is_let_go_by_the_shutdown() {
    let (keep, setup) = full(Duration::MAX);
    thread::scope(|scope| {
        let waiting = scope.spawn(|| setup.log(["b"]));
        let shutdown = scope.spawn(|| setup.handle.shutdown_blocking());
        waiting.join().unwrap();
        keep.open(1);
        assert_eq!(shutdown.join().unwrap(), report(1, 1));
    });
}
