//! Holding an answer back until a test, or the server's end, lets it go.

use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

/// Holds answers back until it is opened; clones are the same gate.
#[derive(Clone, Debug, Default)]
pub struct Gate(Arc<(Mutex<bool>, Condvar)>);

impl Gate {
    /// A closed gate.
    pub fn new() -> Self {
        Self::default()
    }

    /// Lets everything through, now and later.
    pub fn open(&self) {
        *self.0.0.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.0.1.notify_all();
    }

    /// Waits until the gate is open, at most for `time` if one is given.
    pub(crate) fn wait(&self, time: Option<Duration>) {
        let is_open = self.0.0.lock().unwrap_or_else(PoisonError::into_inner);
        match time {
            Some(time) => drop(self.0.1.wait_timeout_while(is_open, time, |open| !*open)),
            None => drop(self.0.1.wait_while(is_open, |open| !*open)),
        }
    }
}
