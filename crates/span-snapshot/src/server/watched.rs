//! State that a server changes and a test waits on, with a deadline and without sleeping.

use std::fmt::Debug;
use std::ops::{Deref, DerefMut};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use thiserror::Error;

/// Less came than was waited for; the message says what did come.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("waited {waited:?} for {wanted} {what}, and there were {came}; {requests}")]
pub struct NotArrived {
    /// What was waited for: `spans`, `requests`, `segments`, …
    pub what: &'static str,
    /// How many were wanted.
    pub wanted: usize,
    /// How many came.
    pub came: usize,
    /// How long was waited.
    pub waited: Duration,
    /// All that came, in brief: `requests: none`.
    pub requests: String,
}

/// State whose changes wake those who wait.
pub(crate) struct Watched<S> {
    state: Mutex<S>,
    changed: Condvar,
}

impl<S> Watched<S> {
    pub(crate) fn new(state: S) -> Self {
        Self {
            state: Mutex::new(state),
            changed: Condvar::new(),
        }
    }

    /// To look at it.
    pub(crate) fn lock(&self) -> MutexGuard<'_, S> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// To change it; who waits looks again when the guard is dropped.
    pub(crate) fn change(&self) -> Change<'_, S> {
        Change {
            guard: self.lock(),
            changed: &self.changed,
        }
    }

    /// Waits until there are so many. `came` tells in the error what there is.
    pub(crate) fn wait(
        &self,
        what: &'static str,
        wanted: usize,
        deadline: Duration,
        count: impl Fn(&S) -> usize,
        came: impl Fn(&S) -> String,
    ) -> Result<(), NotArrived> {
        let until = Instant::now() + deadline;
        let mut state = self.lock();
        loop {
            let there = count(&state);
            if there >= wanted {
                return Ok(());
            }
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(NotArrived {
                    what,
                    wanted,
                    came: there,
                    waited: deadline,
                    requests: came(&state),
                });
            }
            state = self
                .changed
                .wait_timeout(state, left)
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
    }
}

/// Access that ends with waking those who wait.
pub(crate) struct Change<'w, S> {
    guard: MutexGuard<'w, S>,
    changed: &'w Condvar,
}

impl<S> Deref for Change<'_, S> {
    type Target = S;

    fn deref(&self) -> &S {
        &self.guard
    }
}

impl<S> DerefMut for Change<'_, S> {
    fn deref_mut(&mut self) -> &mut S {
        &mut self.guard
    }
}

impl<S> Drop for Change<'_, S> {
    fn drop(&mut self) {
        // Whoever wakes waits for the lock, which is free once the guard is dropped after this.
        self.changed.notify_all();
    }
}

/// `requests: none`, or each on lines of its own.
pub(crate) fn in_brief(what: &str, items: &[impl Debug]) -> String {
    if items.is_empty() {
        return format!("{what}: none");
    }
    let items: Vec<String> = items.iter().map(|item| format!("{item:?}")).collect();
    format!("{what}: \n{}", items.join("\n"))
}
