//! What is not sent: what sending itself logs, and what exporters cause. A global subscriber's part of it is in `tests/global`.

use std::sync::{Arc, Mutex, OnceLock};

use cloudwatch_layer::{CloudWatchLayer, Delivery, LogEvent, Report, Sending, Sink};
use opentelemetry::Context;
use tracing::{Dispatch, info};

use crate::{Setup, keep::Keep, sent};

/// Logs to the layer that it is the sink of, on its own thread and on one for blocking work, and so does who is told.
#[derive(Clone, Default)]
struct Logs {
    dispatch: Arc<OnceLock<Dispatch>>,
    lines: Arc<Mutex<Vec<String>>>,
    suppressed: Arc<Mutex<Vec<bool>>>,
}

impl Logs {
    fn log(&self, text: &str) {
        let dispatch = self.dispatch.get().unwrap();
        tracing::dispatcher::with_default(dispatch, || {
            let span = tracing::info_span!("sending", text, later = tracing::field::Empty);
            span.record("later", 1);
            span.in_scope(|| info!("{text}"));
        });
    }
}

impl Sink for Logs {
    fn put(&self, events: Vec<LogEvent>) -> Sending<'_> {
        Box::pin(async move {
            self.log("sending");
            let on_other_thread = self.clone();
            tokio::task::spawn_blocking(move || on_other_thread.log("blocking"))
                .await
                .unwrap();
            let suppressed = Context::is_current_telemetry_suppressed();
            self.suppressed.lock().unwrap().push(suppressed);
            let count = events.len();
            let lines = events.into_iter().map(|event| event.message);
            self.lines.lock().unwrap().extend(lines);
            Delivery::failed(count, "Busy: no")
        })
    }
}

#[test]
fn what_sending_logs_is_not_sent() {
    let logs = Logs::default();
    let telling = logs.clone();
    let setup = Setup::with(logs.clone(), |builder| {
        builder.with_notice(move |line| telling.log(line))
    });
    logs.dispatch.set(setup.dispatch.clone()).unwrap();
    setup.log(["a"]);
    setup.handle.flush_blocking();
    setup.log(["b"]);
    let report = setup.handle.shutdown_blocking();
    assert_eq!((report.total(), report.failed), (2, 2));
    assert_eq!(logs.lines.lock().unwrap().len(), 2);
}

#[test]
fn nor_is_it_by_another_layer() {
    // Each would cause an event of the other, for ever.
    let (first, second) = (Logs::default(), Logs::default());
    let (one, other) = (Setup::new(first.clone()), Setup::new(second.clone()));
    first.dispatch.set(other.dispatch.clone()).unwrap();
    second.dispatch.set(one.dispatch.clone()).unwrap();
    one.log(["a"]);
    one.handle.flush_blocking();
    assert_eq!(other.handle.shutdown_blocking(), Report::default());
    assert_eq!(one.handle.shutdown_blocking().total(), 1);
}

#[test]
fn the_sink_works_where_telemetry_is_suppressed() {
    let logs = Logs::default();
    let setup = Setup::new(logs.clone());
    logs.dispatch.set(setup.dispatch.clone()).unwrap();
    setup.log(["a"]);
    setup.handle.shutdown_blocking();
    assert_eq!(*logs.suppressed.lock().unwrap(), [true]);
}

#[test]
fn what_exporters_cause_is_neither_sent_nor_counted() {
    let setup = Setup::new(Keep::accepting());
    setup.within(|| {
        let _guard = Context::enter_telemetry_suppressed_scope();
        info!("an exporter's request");
    });
    setup.log(["a"]);
    assert_eq!(setup.handle.shutdown_blocking(), sent(1));
}

#[test]
fn debug_shows_no_event() {
    let (layer, handle) = CloudWatchLayer::builder(Keep::accepting())
        .with_notice(|_| {})
        .build();
    assert_eq!(
        format!("{layer:?}"),
        "CloudWatchLayer { json: Json { ids: true, .. }, .. }"
    );
    assert!(format!("{handle:?}").starts_with("Handle { counts: Report { sent: 0, "));
}
