//! When the background thread gives way to those who store: while spans come quickly, not too many of them wait, and nobody
//! asks.
//!
//! Columns can be made later, and are made more cheaply of many spans at once; who stores is waiting now.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant},
};

/// More spans a second than these come quickly.
const QUICK: f64 = 40_000.0;

/// How long the thread gives way before it looks again.
pub(super) const PAUSE: Duration = Duration::from_millis(25);

/// What was stored since the store was opened, and what of it the thread has not come to.
#[derive(Debug, Default)]
pub(super) struct Arrived {
    spans: AtomicU64,
    waiting: AtomicU64,
}

impl Arrived {
    /// Counts spans that a commit has stored.
    pub(super) fn add(&self, spans: u64) {
        self.spans.fetch_add(spans, Ordering::Relaxed);
        self.waiting.fetch_add(spans, Ordering::Relaxed);
    }

    /// Counts spans that do not wait any more; some may have come before the store was opened.
    pub(super) fn take(&self, spans: u64) {
        let left = |waiting: u64| Some(waiting.saturating_sub(spans));
        let _ = self
            .waiting
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, left);
    }

    /// Counts no span as waiting.
    pub(super) fn forget(&self) {
        self.waiting.store(0, Ordering::Relaxed);
    }

    /// What there is now, with the number of questions so far.
    pub(super) fn load(&self, questions: u64) -> Load {
        Load {
            spans: self.spans.load(Ordering::Relaxed),
            waiting: self.waiting.load(Ordering::Relaxed),
            questions,
        }
    }
}

/// What the thread decides by.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Load {
    /// Spans stored so far.
    spans: u64,
    /// Those of them that are in no piece.
    waiting: u64,
    /// Questions asked so far.
    questions: u64,
}

/// The thread's last look at the load.
#[derive(Debug)]
pub(super) struct Pace {
    at: Instant,
    load: Load,
}

impl Pace {
    pub(super) fn new(at: Instant, load: Load) -> Self {
        Self { at, load }
    }

    /// Looks at the load: whether to give way, of which at most `most_waiting` spans come to wait.
    pub(super) fn gives_way(&mut self, now: Instant, load: Load, most_waiting: u64) -> bool {
        let before = std::mem::replace(self, Self::new(now, load));
        let seconds = now.duration_since(before.at).as_secs_f64();
        let spans = load.spans.saturating_sub(before.load.spans) as f64;
        load.waiting < most_waiting
            && load.questions == before.load.questions
            && spans > QUICK * seconds
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_gives_way_to_a_quick_load_until_much_waits_or_somebody_asks() {
        let arrived = Arrived::default();
        let start = Instant::now();
        let at = |milliseconds| start + Duration::from_millis(milliseconds);
        let mut pace = Pace::new(start, arrived.load(0));
        // Slowly.
        arrived.add(512);
        assert!(!pace.gives_way(at(1_000), arrived.load(0), 5_000));
        // Quickly.
        arrived.add(2_000);
        assert!(pace.gives_way(at(1_025), arrived.load(0), 5_000));
        // Quickly still, but somebody asked; then nobody else.
        arrived.add(2_000);
        assert!(!pace.gives_way(at(1_050), arrived.load(1), 5_000));
        arrived.take(3_000);
        arrived.add(2_000);
        assert!(pace.gives_way(at(1_075), arrived.load(1), 5_000));
        // More wait than may.
        arrived.add(2_000);
        assert!(!pace.gives_way(at(1_100), arrived.load(1), 5_000));
        arrived.take(9_000);
        arrived.add(2_000);
        assert!(pace.gives_way(at(1_125), arrived.load(1), 5_000));
        // The load is over.
        assert!(!pace.gives_way(at(1_150), arrived.load(1), 5_000));
    }
}
