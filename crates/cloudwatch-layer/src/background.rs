//! The thread on which the sink works: with a tokio runtime, which the program's own may not be at exit, and apart from the thread that keeps the time, so that a sink that blocks delays nobody.

use std::{sync::Arc, thread};

use opentelemetry::Context;
use tokio::sync::{mpsc, oneshot};

use crate::{Delivery, LogEvent, Sink, quiet};

/// The thread; it ends when this is dropped and the sink lets it.
#[derive(Debug)]
pub(crate) struct Background {
    jobs: mpsc::UnboundedSender<Job>,
}

#[derive(Debug)]
struct Job {
    events: Vec<LogEvent>,
    done: oneshot::Sender<Delivery>,
}

impl Background {
    /// Starts the thread.
    pub(crate) fn start(sink: Arc<dyn Sink>) -> std::io::Result<Self> {
        let runtime = runtime()?;
        let (jobs, mut waiting) = mpsc::unbounded_channel::<Job>();
        thread::Builder::new()
            .name("cloudwatch-sink".to_owned())
            .spawn(move || {
                quiet::this_thread_sends();
                // The clients' spans, which `tracing-opentelemetry` would export, are not to be recorded either.
                let _suppressed = Context::enter_telemetry_suppressed_scope();
                runtime.block_on(async move {
                    while let Some(job) = waiting.recv().await {
                        put(&sink, job).await;
                    }
                });
            })?;
        Ok(Self { jobs })
    }

    /// Has the sink put `events`. Whoever stops waiting stops the sink.
    pub(crate) async fn put(&self, events: Vec<LogEvent>) -> Delivery {
        let count = events.len();
        let (done, delivery) = oneshot::channel();
        if self.jobs.send(Job { events, done }).is_err() {
            return Delivery::failed(count, "Stopped: the thread that sends is gone");
        }
        let delivery = delivery
            .await
            .unwrap_or_else(|_| Delivery::failed(count, "Panicked: the sink panicked"));
        counted(delivery, count as u64)
    }
}

/// A runtime whose threads, those for blocking work included, are not logged.
pub(crate) fn runtime() -> std::io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .on_thread_start(quiet::this_thread_sends)
        .build()
}

async fn put(sink: &Arc<dyn Sink>, Job { events, mut done }: Job) {
    let sink = Arc::clone(sink);
    // A task of its own, so that a panic ends it and not the thread.
    let mut sending = tokio::spawn(async move { sink.put(events).await });
    tokio::select! {
        delivery = &mut sending => {
            if let Ok(delivery) = delivery {
                // Nobody waits any more: then nobody is to be told.
                let _ = done.send(delivery);
            }
        }
        () = done.closed() => sending.abort(),
    }
}

/// Holds a sink to its word: each of `events` is told of once. What it does not account for counts as failed.
fn counted(told: Delivery, events: u64) -> Delivery {
    if told.total() == events {
        return told;
    }
    let why = format!(
        "Miscounted: the sink was given {events} events and told of {}",
        told.total()
    );
    if told.total() < events {
        return Delivery {
            failed: events - told.sent - told.rejected.total(),
            why: Some(why),
            ..told
        };
    }
    let sent = told.sent.min(events);
    Delivery {
        sent,
        failed: events - sent,
        why: Some(why),
        ..Delivery::default()
    }
}
