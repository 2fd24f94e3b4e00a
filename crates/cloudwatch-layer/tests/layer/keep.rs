//! A sink that keeps events, and answers when and what a test says.

use std::{
    sync::{Arc, Condvar, Mutex},
    time::Duration,
};

use cloudwatch_layer::{Delivery, LogEvent, Sending, Sink};
use tokio::sync::Semaphore;

use crate::message;

type Answer = dyn Fn(usize, &[LogEvent]) -> Delivery + Send + Sync;

/// Every clone is the same sink.
#[derive(Clone)]
pub(crate) struct Keep {
    shared: Arc<Shared>,
}

struct Shared {
    puts: Mutex<Vec<Vec<LogEvent>>>,
    changed: Condvar,
    answer: Box<Answer>,
    /// Each answer needs one; open gates have plenty.
    gate: Semaphore,
}

impl Keep {
    /// Answers what `answer` says, which is given the number of the put, from 0, and its events.
    pub(crate) fn answering(
        answer: impl Fn(usize, &[LogEvent]) -> Delivery + Send + Sync + 'static,
    ) -> Self {
        Self {
            shared: Arc::new(Shared {
                puts: Mutex::default(),
                changed: Condvar::new(),
                answer: Box::new(answer),
                gate: Semaphore::new(Semaphore::MAX_PERMITS),
            }),
        }
    }

    /// Takes everything.
    pub(crate) fn accepting() -> Self {
        Self::answering(|_, events| Delivery::sent(events.len()))
    }

    /// Takes everything, when it is let.
    pub(crate) fn gated() -> Self {
        let keep = Self::accepting();
        keep.shared.gate.forget_permits(Semaphore::MAX_PERMITS);
        keep
    }

    /// Lets that many puts be answered.
    pub(crate) fn open(&self, puts: usize) {
        self.shared.gate.add_permits(puts);
    }

    /// The messages of each put so far, read from their lines.
    pub(crate) fn puts(&self) -> Vec<Vec<String>> {
        let puts = self.shared.puts.lock().unwrap();
        puts.iter()
            .map(|events| events.iter().map(|event| message(&event.message)).collect())
            .collect()
    }

    /// All events so far.
    pub(crate) fn events(&self) -> Vec<LogEvent> {
        self.shared.puts.lock().unwrap().concat()
    }

    /// How many events each put had.
    pub(crate) fn sizes(&self) -> Vec<usize> {
        self.puts().iter().map(Vec::len).collect()
    }

    /// Blocks until that many puts have begun.
    #[track_caller]
    pub(crate) fn wait_for(&self, puts: usize) {
        let (seen, timeout) = self
            .shared
            .changed
            .wait_timeout_while(
                self.shared.puts.lock().unwrap(),
                Duration::from_secs(20),
                |seen| seen.len() < puts,
            )
            .unwrap();
        assert!(!timeout.timed_out(), "{} puts, not {puts}", seen.len());
    }
}

impl Sink for Keep {
    fn destination(&self) -> String {
        "the test".to_owned()
    }

    fn put(&self, events: Vec<LogEvent>) -> Sending<'_> {
        Box::pin(async move {
            let delivery = {
                let mut puts = self.shared.puts.lock().unwrap();
                let delivery = (self.shared.answer)(puts.len(), &events);
                puts.push(events);
                delivery
            };
            self.shared.changed.notify_all();
            // A gate that is shut lets nobody by.
            self.shared.gate.acquire().await.unwrap().forget();
            delivery
        })
    }
}
