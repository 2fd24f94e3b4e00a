//! Sinks that behave badly: what they do stays with their events.

use std::{
    future::pending,
    sync::{Condvar, Mutex, mpsc},
};

use cloudwatch_layer::{Delivery, LogEvent, Rejected, Report, Sending, Sink};

use crate::{Setup, keep::Keep};

#[test]
fn a_sink_that_panics_loses_its_events_only() {
    let keep = Keep::answering(|number, events| {
        assert!(number > 0, "the sink's own");
        Delivery::sent(events.len())
    });
    let setup = Setup::new(keep);
    setup.log(["a"]);
    let report = setup.handle.flush_blocking();
    assert_eq!((report.sent, report.failed), (0, 1));
    assert_eq!(report.why.as_deref(), Some("Panicked: the sink panicked"));
}

#[test]
fn a_sink_that_panics_is_asked_again() {
    struct Panics(Mutex<u32>);

    impl Sink for Panics {
        fn put(&self, events: Vec<LogEvent>) -> Sending<'_> {
            Box::pin(async move {
                let first = {
                    let mut puts = self.0.lock().unwrap();
                    *puts += 1;
                    *puts == 1
                };
                assert!(!first, "the sink's own");
                Delivery::sent(events.len())
            })
        }
    }

    let setup = Setup::new(Panics(Mutex::new(0)));
    setup.log(["a"]);
    setup.handle.flush_blocking();
    setup.log(["b", "c"]);
    let report = setup.handle.shutdown_blocking();
    assert_eq!((report.sent, report.failed), (2, 1));
}

#[track_caller]
fn check_count(told: Delivery, wanted: Report) {
    let setup = Setup::new(Keep::answering(move |_, _| told.clone()));
    setup.log(["a", "b", "c"]);
    assert_eq!(setup.handle.shutdown_blocking(), wanted);
}

#[test]
fn a_sink_is_held_to_its_word() {
    let rejected = Rejected {
        too_old: 1,
        ..Rejected::default()
    };
    check_count(
        Delivery {
            sent: 1,
            rejected,
            failed: 1,
            why: Some("Busy: no".to_owned()),
        },
        Report {
            sent: 1,
            rejected,
            failed: 1,
            why: Some("Busy: no".to_owned()),
            ..Report::default()
        },
    );
    check_count(
        Delivery {
            sent: 1,
            rejected,
            ..Delivery::default()
        },
        Report {
            sent: 1,
            rejected,
            failed: 1,
            why: Some("Miscounted: the sink was given 3 events and told of 2".to_owned()),
            ..Report::default()
        },
    );
    check_count(
        Delivery {
            sent: 2,
            failed: u64::MAX,
            ..Delivery::default()
        },
        Report {
            sent: 2,
            failed: 1,
            why: Some(format!(
                "Miscounted: the sink was given 3 events and told of {}",
                u64::MAX
            )),
            ..Report::default()
        },
    );
    check_count(
        Delivery::sent(4),
        Report {
            sent: 3,
            why: None,
            ..Report::default()
        },
    );
}

/// Blocks its thread, which asynchronous code must not, until it is let go.
struct Blocks {
    begun: mpsc::SyncSender<()>,
    released: &'static (Mutex<bool>, Condvar),
}

impl Sink for Blocks {
    fn put(&self, events: Vec<LogEvent>) -> Sending<'_> {
        Box::pin(async move {
            self.begun.send(()).unwrap();
            let (released, changed) = self.released;
            let guard = released.lock().unwrap();
            drop(changed.wait_while(guard, |released| !*released).unwrap());
            Delivery::sent(events.len())
        })
    }
}

#[test]
fn a_sink_that_blocks_does_not_keep_the_program() {
    static RELEASED: (Mutex<bool>, Condvar) = (Mutex::new(false), Condvar::new());
    let (begun, beginning) = mpsc::sync_channel(1);
    let setup = Setup::with(
        Blocks {
            begun,
            released: &RELEASED,
        },
        |builder| builder.with_batch_events(1),
    );
    setup.log(["a"]);
    beginning.recv().unwrap();
    assert_eq!(setup.shut_down_too_late().failed, 1);
    *RELEASED.0.lock().unwrap() = true;
    RELEASED.1.notify_all();
}

/// Never ends, and tells when it is stopped.
struct Never {
    begun: mpsc::SyncSender<()>,
    stopped: mpsc::SyncSender<()>,
}

impl Sink for Never {
    fn put(&self, _: Vec<LogEvent>) -> Sending<'_> {
        struct Stop(mpsc::SyncSender<()>);

        impl Drop for Stop {
            fn drop(&mut self) {
                self.0.send(()).unwrap();
            }
        }

        let stop = Stop(self.stopped.clone());
        Box::pin(async move {
            self.begun.send(()).unwrap();
            pending::<()>().await;
            drop(stop);
            Delivery::default()
        })
    }
}

#[test]
fn a_sink_is_stopped_when_the_time_is_over() {
    let (begun, beginning) = mpsc::sync_channel(1);
    let (stopped, stopping) = mpsc::sync_channel(1);
    let setup = Setup::with(Never { begun, stopped }, |builder| {
        builder.with_batch_events(1)
    });
    setup.log(["a"]);
    beginning.recv().unwrap();
    setup.shut_down_too_late();
    stopping
        .recv_timeout(std::time::Duration::from_secs(20))
        .unwrap();
}
