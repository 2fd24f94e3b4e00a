//! The clock that everything goes by: the system's, or one that is set for tests and pictures.

use std::{
    fmt,
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

/// Where the time comes from.
#[derive(Clone)]
pub struct Clock {
    time: Arc<dyn Fn() -> SystemTime + Send + Sync>,
    stands: bool,
}

impl Clock {
    /// Takes the time from `now`.
    pub fn new(now: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        Self {
            time: Arc::new(now),
            stands: false,
        }
    }

    /// Stands still at this moment.
    pub fn standing(at: SystemTime) -> Self {
        Self {
            stands: true,
            ..Self::new(move || at)
        }
    }

    /// Whether it stands still.
    pub(crate) fn stands(&self) -> bool {
        self.stands
    }

    /// Now.
    pub fn time(&self) -> SystemTime {
        (self.time)()
    }

    /// Now, in milliseconds since the Unix epoch.
    pub fn now(&self) -> i64 {
        i64::try_from(self.since_epoch().as_millis()).unwrap_or(i64::MAX)
    }

    /// Now, in nanoseconds since the Unix epoch, as OTLP counts.
    pub fn nanos(&self) -> u64 {
        u64::try_from(self.since_epoch().as_nanos()).unwrap_or(u64::MAX)
    }

    /// Now, in seconds since the Unix epoch.
    pub fn seconds(&self) -> u64 {
        self.since_epoch().as_secs()
    }

    fn since_epoch(&self) -> Duration {
        self.time().duration_since(UNIX_EPOCH).unwrap_or_default()
    }
}

impl Default for Clock {
    fn default() -> Self {
        Self::new(SystemTime::now)
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Clock")
    }
}
