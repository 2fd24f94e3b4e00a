//! What is told a person: the first trouble of each kind at once, and a summary at the end.

use std::{
    future::pending,
    sync::{Mutex, mpsc},
};

use cloudwatch_layer::{Delivery, LogEvent, Rejected, Report, Sending, Sink, Tell};

use crate::{Setup, keep::Keep};

#[test]
fn all_well_is_one_line() {
    let setup = Setup::new(Keep::accepting());
    setup.log(["a", "b"]);
    setup.handle.shutdown_blocking();
    assert_eq!(setup.told(), ["the test: 2 events were delivered"]);
}

#[test]
fn each_kind_of_trouble_is_told_once() {
    let setup = Setup::new(Keep::answering(|number, events| {
        let why = ["Busy: answered 503", "Busy: answered 500", "Keys: refused"][number];
        Delivery::failed(events.len(), why)
    }));
    for message in ["a", "b", "c"] {
        setup.log([message]);
        setup.handle.flush_blocking();
    }
    assert_eq!(
        setup.told(),
        ["the test: Busy: answered 503", "the test: Keys: refused"]
    );
    setup.handle.shutdown_blocking();
    assert_eq!(
        setup.told()[2],
        "the test: 3 of 3 events were lost: 3 were given up (Keys: refused)"
    );
}

#[test]
fn refused_events_are_told() {
    let setup = Setup::new(Keep::answering(|_, _| Delivery {
        sent: 1,
        rejected: Rejected {
            too_old: 1,
            too_new: 2,
            expired: 3,
        },
        ..Delivery::default()
    }));
    setup.log(["a", "b", "c", "d", "e", "f", "g"]);
    setup.handle.shutdown_blocking();
    assert_eq!(
        setup.told(),
        [
            "the test: Rejected: of 7 events 1 were too old, 2 too new and 3 older than the group's retention: is the clock right?",
            "the test: 6 of 7 events were lost: 1 were too old, 2 were too new, 3 were older than the group's retention",
        ]
    );
}

#[test]
fn a_full_queue_is_told_once_while_the_sink_is_slow() {
    let keep = Keep::gated();
    let setup = Setup::with(keep.clone(), |builder| {
        builder.with_batch_events(1).with_queue_events(1)
    });
    setup.log(["a"]);
    keep.wait_for(1);
    setup.log(["b", "c"]);
    // The sink has not answered yet, and somebody is told.
    setup.wait_until_told();
    keep.open(1);
    setup.handle.shutdown_blocking();
    assert_eq!(
        setup.told(),
        [
            "the test: QueueFull: events come faster than they can be sent, and those that find the queue full are dropped",
            "the test: 2 of 3 events were lost: 2 found no place in the queue",
        ]
    );
}

#[test]
fn a_sink_may_tell_of_trouble_that_is_not_the_end() {
    #[derive(Default)]
    struct Tells(Mutex<Option<Tell>>);

    impl Sink for Tells {
        fn put(&self, events: Vec<LogEvent>) -> Sending<'_> {
            let tell = self.0.lock().unwrap().clone().unwrap();
            tell("Busy: trying again");
            tell("Busy: trying again and again");
            Box::pin(async move { Delivery::sent(events.len()) })
        }

        fn tell_with(&self, tell: Tell) {
            *self.0.lock().unwrap() = Some(tell);
        }
    }

    let setup = Setup::new(Tells::default());
    setup.log(["a"]);
    setup.handle.shutdown_blocking();
    assert_eq!(
        setup.told(),
        [
            "the sink: Busy: trying again",
            "the sink: 1 events were delivered"
        ]
    );
}

#[test]
fn trouble_that_is_over_is_no_reason() {
    /// Has trouble with the first put and sends it; hangs at the second, with trouble or without.
    struct Recovers {
        tell: Mutex<Option<Tell>>,
        puts: Mutex<u32>,
        begun: mpsc::SyncSender<()>,
        again: bool,
    }

    impl Sink for Recovers {
        fn put(&self, events: Vec<LogEvent>) -> Sending<'_> {
            Box::pin(async move {
                let number = {
                    let mut puts = self.puts.lock().unwrap();
                    *puts += 1;
                    *puts
                };
                if number == 1 || self.again {
                    let tell = self.tell.lock().unwrap().clone().unwrap();
                    tell("Busy: trying again");
                }
                if number == 2 {
                    self.begun.send(()).unwrap();
                    pending::<()>().await;
                }
                Delivery::sent(events.len())
            })
        }

        fn tell_with(&self, tell: Tell) {
            *self.tell.lock().unwrap() = Some(tell);
        }
    }

    let no_time = "NoTime: they were still under way 13 s after the shutdown began";
    for (again, wanted) in [
        (false, no_time.to_owned()),
        (true, format!("{no_time}; Busy: trying again")),
    ] {
        let (begun, beginning) = mpsc::sync_channel(1);
        let setup = Setup::with(
            Recovers {
                tell: Mutex::default(),
                puts: Mutex::default(),
                begun,
                again,
            },
            |builder| builder.with_batch_events(1),
        );
        setup.log(["a", "b"]);
        beginning.recv().unwrap();
        assert_eq!(setup.shut_down_too_late().why, Some(wanted));
    }
}

#[test]
fn who_panics_when_told_loses_the_line_only() {
    let keep = Keep::answering(|number, events| match number {
        0 => Delivery::failed(events.len(), "Busy: no"),
        _ => Delivery::sent(events.len()),
    });
    let setup = Setup::with(keep, |builder| {
        builder.with_notice(|_| panic!("the listener's own"))
    });
    setup.log(["a"]);
    setup.handle.flush_blocking();
    setup.log(["b"]);
    let report = setup.handle.shutdown_blocking();
    assert_eq!((report.sent, report.failed), (1, 1));
}

#[track_caller]
fn check(report: Report, wanted: &str) {
    assert_eq!(report.to_string(), wanted);
}

#[test]
fn reports_in_words() {
    check(Report::default(), "0 events were delivered");
    check(
        Report {
            sent: 3,
            pending: 2,
            ..Report::default()
        },
        "3 events were delivered; 2 are under way",
    );
    let report = Report {
        sent: 3,
        rejected: Rejected {
            too_old: 1,
            too_new: 2,
            expired: 3,
        },
        dropped: 4,
        failed: 5,
        pending: 6,
        why: Some("Busy: no".to_owned()),
    };
    assert_eq!((report.lost(), report.total()), (15, 24));
    check(
        report,
        "15 of 24 events were lost: 4 found no place in the queue, 1 were too old, 2 were too new, 3 were older than the group's retention, 5 were given up (Busy: no); 6 are under way",
    );
}
