//! The queue between the threads that log and the one that sends: bounded by events and by bytes, with the count of what became of each.

use std::{
    collections::VecDeque,
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use tokio::sync::Notify;

use crate::{Delivery, LogEvent, Rejected, Report};

/// What happens to an event that finds the queue full.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum WhenFull {
    /// It is dropped and counted: the program keeps its pace. What is usual.
    #[default]
    Drop,
    /// The thread that logs waits for room, this long at most; then the event is dropped and counted.
    ///
    /// **This blocks the thread.** In asynchronous code all tasks of the thread wait with it, and a program whose service hangs comes to a standstill for that long at *each* event.
    /// It is meant for programs that do one thing after the other, such as an import whose log must be complete.
    Wait(Duration),
}

/// How much the queue takes, and when it is sent.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// Most events waiting and under way.
    pub(crate) events: usize,
    /// Most bytes of these, with [`OVERHEAD`](crate::OVERHEAD) each.
    pub(crate) bytes: usize,
    pub(crate) when_full: WhenFull,
    /// Events that are sent without waiting for more, and at most at once.
    pub(crate) batch_events: usize,
    /// The same in bytes.
    pub(crate) batch_bytes: usize,
}

#[derive(Debug)]
pub(crate) struct Queue {
    limits: Limits,
    state: Mutex<State>,
    room: Condvar,
    /// Wakes the thread that sends.
    pub(crate) wake: Notify,
}

#[derive(Debug, Default)]
struct State {
    waiting: VecDeque<LogEvent>,
    waiting_bytes: usize,
    under_way: usize,
    under_way_bytes: usize,
    /// Events that were ever put into the queue.
    accepted: u64,
    /// Events up to this one are to be sent without waiting for more.
    urgent: u64,
    closed: bool,
    sent: u64,
    rejected: Rejected,
    dropped: u64,
    /// Of those dropped, the ones that found the queue full.
    found_full: u64,
    failed: u64,
    why: Option<String>,
}

/// What the thread that sends finds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Look {
    pub(crate) empty: bool,
    /// There is something that must not wait for more.
    pub(crate) due: bool,
    pub(crate) closed: bool,
    /// An event found the queue full.
    pub(crate) overflowed: bool,
}

impl Queue {
    pub(crate) fn new(limits: Limits) -> Self {
        Self {
            limits,
            state: Mutex::default(),
            room: Condvar::new(),
            wake: Notify::new(),
        }
    }

    /// Puts an event into the queue, or counts it as dropped.
    pub(crate) fn push(&self, timestamp: i64, message: &str) {
        // Made before the lock is taken, which is held as short as can be.
        let event = LogEvent::new(timestamp, message);
        let bytes = event.bytes();
        let state = self.lock();
        let Some(mut state) = self.with_room(state, bytes) else {
            return;
        };
        state.waiting.push_back(event);
        state.waiting_bytes += bytes;
        state.accepted += 1;
        let was = |now: usize, limit: usize, added: usize| now >= limit && now - added < limit;
        // The first one starts the interval; later ones only matter when they make a batch full.
        let wake = state.waiting.len() == 1
            || was(state.waiting.len(), self.limits.batch_events, 1)
            || was(state.waiting_bytes, self.limits.batch_bytes, bytes);
        drop(state);
        if wake {
            self.wake.notify_one();
        }
    }

    /// `None` when there is no room, which is counted.
    fn with_room<'a>(
        &'a self,
        mut state: MutexGuard<'a, State>,
        bytes: usize,
    ) -> Option<MutexGuard<'a, State>> {
        let has_room = |state: &State| {
            state.waiting.len() + state.under_way < self.limits.events
                && state.waiting_bytes + state.under_way_bytes + bytes <= self.limits.bytes
        };
        if let WhenFull::Wait(at_most) = self.limits.when_full
            // There will never be room for it.
            && bytes <= self.limits.bytes
            && !state.closed
            && !has_room(&state)
        {
            let until = Instant::now().checked_add(at_most);
            while !state.closed && !has_room(&state) {
                let left = until.map_or(Duration::MAX, |until| {
                    until.saturating_duration_since(Instant::now())
                });
                if left.is_zero() {
                    break;
                }
                state = self
                    .room
                    .wait_timeout(state, left)
                    .unwrap_or_else(PoisonError::into_inner)
                    .0;
            }
        }
        if !state.closed && has_room(&state) {
            return Some(state);
        }
        state.dropped += 1;
        if !state.closed {
            state.found_full += 1;
            let first = state.found_full == 1;
            drop(state);
            if first {
                self.wake.notify_one();
            }
        }
        None
    }

    /// Counts an event that can't be put into the queue.
    pub(crate) fn drop_one(&self) {
        self.lock().dropped += 1;
    }

    pub(crate) fn look(&self) -> Look {
        let state = self.lock();
        let left = state.accepted - state.waiting.len() as u64;
        Look {
            empty: state.waiting.is_empty(),
            due: !state.waiting.is_empty()
                && (state.closed
                    || state.urgent > left
                    || state.waiting.len() >= self.limits.batch_events
                    || state.waiting_bytes >= self.limits.batch_bytes),
            closed: state.closed,
            overflowed: state.found_full > 0,
        }
    }

    /// The oldest events, as many as go at once; at least one when there is one.
    pub(crate) fn take(&self) -> Vec<LogEvent> {
        let mut state = self.lock();
        let state = &mut *state;
        let (events, bytes) = if state.waiting.len() <= self.limits.batch_events
            && state.waiting_bytes <= self.limits.batch_bytes
        {
            (state.waiting.len(), state.waiting_bytes)
        } else {
            self.first_batch(&state.waiting)
        };
        state.waiting_bytes -= bytes;
        state.under_way += events;
        state.under_way_bytes += bytes;
        if events == state.waiting.len() {
            return std::mem::take(&mut state.waiting).into();
        }
        state.waiting.drain(..events).collect()
    }

    /// How many events go at once, and their bytes; at least one event.
    fn first_batch(&self, waiting: &VecDeque<LogEvent>) -> (usize, usize) {
        let (mut events, mut bytes) = (0, 0);
        for event in waiting {
            let is_full = events == self.limits.batch_events
                || bytes + event.bytes() > self.limits.batch_bytes;
            if events > 0 && is_full {
                break;
            }
            events += 1;
            bytes += event.bytes();
        }
        (events, bytes)
    }

    /// The events under way have met their end, as `delivery` tells; it must tell of each of them.
    pub(crate) fn settle(&self, delivery: Delivery) {
        let mut state = self.lock();
        state.under_way = 0;
        state.under_way_bytes = 0;
        state.sent += delivery.sent;
        state.rejected.too_old += delivery.rejected.too_old;
        state.rejected.too_new += delivery.rejected.too_new;
        state.rejected.expired += delivery.rejected.expired;
        state.failed += delivery.failed;
        if delivery.failed > 0 {
            state.why = delivery.why;
        }
        drop(state);
        self.room.notify_all();
    }

    /// What waits and what is under way is given up, for the reason `why`.
    pub(crate) fn abandon(&self, why: &str) {
        let mut state = self.lock();
        let left = state.waiting.len() + state.under_way;
        state.waiting = VecDeque::new();
        state.waiting_bytes = 0;
        state.under_way = 0;
        state.under_way_bytes = 0;
        if left > 0 {
            state.failed += left as u64;
            state.why = Some(why.to_owned());
        }
    }

    /// Takes no more events; what waits is due.
    pub(crate) fn close(&self) {
        self.lock().closed = true;
        self.room.notify_all();
        self.wake.notify_one();
    }

    /// What is in the queue now is due; says how many events must have met their end until it is done.
    pub(crate) fn hurry(&self) -> u64 {
        let mut state = self.lock();
        state.urgent = state.accepted;
        let until = state.accepted;
        drop(state);
        self.wake.notify_one();
        until
    }

    /// Events that were put into the queue and have met their end.
    pub(crate) fn settled(&self) -> u64 {
        let state = self.lock();
        state.accepted - state.waiting.len() as u64 - state.under_way as u64
    }

    pub(crate) fn report(&self) -> Report {
        let state = self.lock();
        Report {
            sent: state.sent,
            rejected: state.rejected,
            dropped: state.dropped,
            failed: state.failed,
            pending: (state.waiting.len() + state.under_way) as u64,
            why: state.why.clone(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
