//! What CloudWatch Logs remembers only while the program runs, and its clock, which tests set.

use std::{
    fmt,
    time::{SystemTime, UNIX_EPOCH},
};

/// The clock of CloudWatch Logs.
pub struct Live {
    clock: Box<dyn Fn() -> SystemTime + Send + Sync>,
}

impl Default for Live {
    fn default() -> Self {
        Self::with_clock(SystemTime::now)
    }
}

impl Live {
    /// Takes the time from `clock`.
    pub fn with_clock(clock: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        Self {
            clock: Box::new(clock),
        }
    }

    /// Now, in milliseconds since the Unix epoch.
    pub fn now(&self) -> i64 {
        let since = (self.clock)()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
    }
}

impl fmt::Debug for Live {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Live")
    }
}
