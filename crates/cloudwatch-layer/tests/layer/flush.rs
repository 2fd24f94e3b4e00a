//! Flushing: what is in the queue is sent now, and the wait is bounded.

use std::thread;

use cloudwatch_layer::Report;

use crate::{FLUSH_WITHIN, Setup, keep::Keep, run, sent};

#[test]
fn what_is_in_the_queue_is_sent_now() {
    let keep = Keep::accepting();
    let setup = Setup::new(keep.clone());
    setup.log(["a", "b"]);
    assert_eq!(run(setup.handle.flush()), sent(2));
    assert_eq!(keep.puts(), [["a", "b"]]);
    setup.log(["c"]);
    assert_eq!(setup.handle.flush_blocking(), sent(3));
}

#[test]
fn all_batches_are_awaited() {
    let setup = Setup::with(Keep::accepting(), |builder| builder.with_batch_events(2));
    setup.log(["a", "b", "c", "d", "e"]);
    assert_eq!(setup.handle.flush_blocking(), sent(5));
}

#[test]
fn an_empty_queue_is_flushed() {
    let keep = Keep::accepting();
    let setup = Setup::new(keep.clone());
    assert_eq!(setup.handle.flush_blocking(), sent(0));
    assert_eq!(keep.sizes(), [0_usize; 0]);
}

#[test]
fn what_takes_too_long_is_pending_and_sent_later() {
    let keep = Keep::gated();
    let setup = Setup::new(keep.clone());
    setup.log(["a"]);
    thread::scope(|scope| {
        let flush = scope.spawn(|| setup.handle.flush_blocking());
        keep.wait_for(1);
        setup
            .clock
            .wait_until(|sleeping| sleeping == [FLUSH_WITHIN]);
        setup.clock.advance(FLUSH_WITHIN);
        assert_eq!(
            flush.join().unwrap(),
            Report {
                pending: 1,
                ..Report::default()
            }
        );
    });
    keep.open(1);
    assert_eq!(setup.handle.shutdown_blocking(), sent(1));
}

#[test]
fn after_the_shutdown_there_is_nothing_to_flush() {
    let setup = Setup::new(Keep::accepting());
    setup.log(["a"]);
    setup.handle.shutdown_blocking();
    assert_eq!(run(setup.handle.flush()), sent(1));
    // Also long after, when the thread is gone.
    assert_eq!(setup.handle.flush_blocking(), sent(1));
}
