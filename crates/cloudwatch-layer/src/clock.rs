//! What time it is, and waiting; in tests, as they say.

use std::{
    fmt::Debug,
    future::Future,
    pin::Pin,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, Waker},
    time::{Duration, SystemTime},
};

/// What [`Clock::sleep`] returns.
pub type Sleep = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Tells the time, and waits for it to pass.
pub trait Clock: Debug + Send + Sync + 'static {
    /// The time now.
    fn now(&self) -> SystemTime;

    /// Is ready when `duration` has passed. Called within a tokio runtime that has timers.
    fn sleep(&self, duration: Duration) -> Sleep;
}

/// The computer's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> SystemTime {
        SystemTime::now()
    }

    fn sleep(&self, duration: Duration) -> Sleep {
        Box::pin(tokio::time::sleep(duration))
    }
}

/// How long [`ManualClock::wait_until`] waits before it gives up.
const PATIENCE: Duration = Duration::from_secs(20);

/// A clock that stands still until it is told otherwise; every clone is the same clock.
#[derive(Clone, Debug)]
pub struct ManualClock {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug)]
struct State {
    start: SystemTime,
    /// Time passed since the start.
    passed: Duration,
    next: u64,
    sleepers: Vec<Sleeper>,
}

#[derive(Debug)]
struct Sleeper {
    number: u64,
    asked: Duration,
    /// Counted from the start; `None` is never.
    until: Option<Duration>,
    waker: Option<Waker>,
}

impl ManualClock {
    /// A clock that stands at `now`.
    pub fn new(now: SystemTime) -> Self {
        let state = State {
            start: now,
            passed: Duration::ZERO,
            next: 0,
            sleepers: Vec::new(),
        };
        Self {
            shared: Arc::new(Shared {
                state: Mutex::new(state),
                changed: Condvar::new(),
            }),
        }
    }

    /// Moves the clock forward; who has slept long enough wakes up.
    pub fn advance(&self, by: Duration) {
        let wakers: Vec<Waker> = {
            let mut state = self.lock();
            state.passed += by;
            let passed = state.passed;
            state
                .sleepers
                .iter_mut()
                .filter(|sleeper| sleeper.is_over(passed))
                .filter_map(|sleeper| sleeper.waker.take())
                .collect()
        };
        for waker in wakers {
            waker.wake();
        }
    }

    /// How long each sleeper asked to sleep, in the order in which they lay down, without those whose time is over.
    pub fn sleeping(&self) -> Vec<Duration> {
        self.lock().sleeping()
    }

    /// Blocks until the sleepers (see [`ManualClock::sleeping`]) are as `wanted` says.
    ///
    /// # Panics
    ///
    /// When they are not within 20 real seconds.
    #[track_caller]
    pub fn wait_until(&self, wanted: impl Fn(&[Duration]) -> bool) {
        let (state, timeout) = self
            .shared
            .changed
            .wait_timeout_while(self.lock(), PATIENCE, |state| !wanted(&state.sleeping()))
            .unwrap_or_else(PoisonError::into_inner);
        let sleeping = state.sleeping();
        drop(state);
        assert!(
            !timeout.timed_out() || wanted(&sleeping),
            "nobody sleeps as wanted within {PATIENCE:?}: {sleeping:?}"
        );
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.shared
            .state
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn sleeping(&self) -> Vec<Duration> {
        self.sleepers
            .iter()
            .filter(|sleeper| !sleeper.is_over(self.passed))
            .map(|sleeper| sleeper.asked)
            .collect()
    }
}

impl Sleeper {
    fn is_over(&self, passed: Duration) -> bool {
        self.until.is_some_and(|until| until <= passed)
    }
}

impl Clock for ManualClock {
    fn now(&self) -> SystemTime {
        let state = self.lock();
        state.start + state.passed
    }

    fn sleep(&self, duration: Duration) -> Sleep {
        let number = {
            let mut state = self.lock();
            let number = state.next;
            state.next += 1;
            let until = state.passed.checked_add(duration);
            state.sleepers.push(Sleeper {
                number,
                asked: duration,
                until,
                waker: None,
            });
            number
        };
        self.shared.changed.notify_all();
        Box::pin(ManualSleep {
            clock: self.clone(),
            number,
        })
    }
}

struct ManualSleep {
    clock: ManualClock,
    number: u64,
}

impl Future for ManualSleep {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let mut state = self.clock.lock();
        let passed = state.passed;
        let sleeper = state
            .sleepers
            .iter_mut()
            .find(|sleeper| sleeper.number == self.number);
        match sleeper {
            Some(sleeper) if !sleeper.is_over(passed) => {
                sleeper.waker = Some(context.waker().clone());
                Poll::Pending
            }
            _ => Poll::Ready(()),
        }
    }
}

impl Drop for ManualSleep {
    fn drop(&mut self) {
        self.clock
            .lock()
            .sleepers
            .retain(|sleeper| sleeper.number != self.number);
        self.clock.shared.changed.notify_all();
    }
}
