//! The end: everything in the queue is sent, or counted when the time is over, wherever one waits for it.

use std::{sync::mpsc, thread};

use cloudwatch_layer::Report;

use crate::{SHUTDOWN_WITHIN, Setup, keep::Keep, run, sent};

#[test]
fn everything_in_the_queue_is_sent() {
    let keep = Keep::accepting();
    let setup = Setup::with(keep.clone(), |builder| builder.with_batch_events(2));
    setup.log(["a", "b", "c"]);
    assert_eq!(run(setup.handle.shutdown()), sent(3));
    assert_eq!(keep.puts().concat(), ["a", "b", "c"]);
}

#[test]
fn twice_is_once() {
    let setup = Setup::new(Keep::accepting());
    setup.log(["a"]);
    let other = setup.handle.clone();
    thread::scope(|scope| {
        let first = scope.spawn(|| setup.handle.shutdown_blocking());
        let second = scope.spawn(|| run(other.shutdown()));
        assert_eq!(first.join().unwrap(), sent(1));
        assert_eq!(second.join().unwrap(), sent(1));
    });
    assert_eq!(setup.handle.shutdown_blocking(), sent(1));
    assert_eq!(setup.told().len(), 1);
}

#[test]
fn without_events_there_is_nothing_to_do() {
    let setup = Setup::new(Keep::accepting());
    assert_eq!(setup.handle.shutdown_blocking(), sent(0));
}

#[test]
fn later_events_are_dropped_and_counted() {
    let setup = Setup::new(Keep::accepting());
    setup.log(["a"]);
    setup.handle.shutdown_blocking();
    setup.log(["b", "c"]);
    assert_eq!(
        setup.handle.counts(),
        Report {
            sent: 1,
            dropped: 2,
            ..Report::default()
        }
    );
}

#[test]
fn when_the_time_is_over_the_rest_has_failed() {
    let keep = Keep::gated();
    let setup = Setup::with(keep.clone(), |builder| builder.with_batch_events(1));
    setup.log(["a", "b", "c"]);
    keep.open(1);
    keep.wait_for(2);
    let why = "NoTime: they were still under way 13 s after the shutdown began";
    assert_eq!(
        setup.shut_down_too_late(),
        Report {
            sent: 1,
            failed: 2,
            why: Some(why.to_owned()),
            ..Report::default()
        }
    );
    assert_eq!(
        setup.told(),
        [
            "the test: 2 of 3 events were lost: 2 were given up (NoTime: they were still under way 13 s after the shutdown began)"
        ]
    );
}

#[test]
fn the_time_is_that_of_all_batches_together() {
    let keep = Keep::gated();
    let setup = Setup::with(keep.clone(), |builder| builder.with_batch_events(1));
    setup.log(["a", "b"]);
    thread::scope(|scope| {
        let shutdown = scope.spawn(|| setup.handle.shutdown_blocking());
        setup
            .clock
            .wait_until(|sleeping| sleeping == [SHUTDOWN_WITHIN]);
        setup.clock.advance(SHUTDOWN_WITHIN / 2);
        keep.open(1);
        keep.wait_for(2);
        setup.clock.advance(SHUTDOWN_WITHIN / 2);
        let report = shutdown.join().unwrap();
        assert_eq!((report.sent, report.failed), (1, 1));
    });
}

#[test]
fn on_a_runtime_of_any_kind() {
    for threads in [1, 2] {
        let setup = Setup::new(Keep::accepting());
        setup.log(["a"]);
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(threads)
            .build()
            .unwrap();
        assert_eq!(runtime.block_on(setup.handle.shutdown()), sent(1));
    }
    // Blocking the only thread of the runtime it is called on.
    let setup = Setup::new(Keep::accepting());
    setup.log(["a"]);
    assert_eq!(run(async { setup.handle.shutdown_blocking() }), sent(1));
}

#[test]
fn after_the_programs_runtime_is_gone() {
    let keep = Keep::accepting();
    let setup = run(async { Setup::new(keep.clone()) });
    setup.log(["a"]);
    assert_eq!(setup.handle.shutdown_blocking(), sent(1));
}

#[test]
fn without_a_shutdown_the_threads_send_what_is_left() {
    let keep = Keep::accepting();
    let setup = Setup::new(keep.clone());
    setup.log(["a"]);
    setup.clock.wait_until(|sleeping| sleeping.len() == 1);
    drop(setup);
    keep.wait_for(1);
    assert_eq!(keep.puts(), [["a"]]);
}

#[test]
fn while_the_layer_or_a_handle_lives_nothing_ends() {
    let keep = Keep::accepting();
    let Setup {
        handle, dispatch, ..
    } = Setup::new(keep.clone());
    drop(handle);
    tracing::dispatcher::with_default(&dispatch, || tracing::info!("a"));
    drop(dispatch);
    keep.wait_for(1);

    let setup = Setup::new(Keep::accepting());
    setup.log(["a"]);
    let Setup {
        handle, dispatch, ..
    } = setup;
    drop(dispatch);
    assert_eq!(handle.shutdown_blocking(), sent(1));
}

#[test]
fn dropping_waits_for_nobody() {
    // A sink that never ends: the test would not either.
    let setup = Setup::new(Keep::gated());
    setup.log(["a"]);
    let (done, waiting) = mpsc::channel();
    thread::spawn(move || {
        drop(setup);
        done.send(()).unwrap();
    });
    waiting
        .recv_timeout(std::time::Duration::from_secs(20))
        .unwrap();
}
