//! A log event, as CloudWatch Logs has it, and how it is counted. What may be in a batch is in `batch`.

/// What the service adds to each event's bytes when it counts a batch.
/// Source: CloudWatch Logs API Reference, "PutLogEvents".
pub const OVERHEAD: usize = 26;

/// An event as `PutLogEvents` takes it.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
pub struct LogEvent {
    /// When it happened, in milliseconds since 1970-01-01 00:00:00 UTC.
    pub timestamp: i64,
    /// What happened; this crate's layer makes one line of JSON of it.
    pub message: String,
}

impl LogEvent {
    /// An event at `timestamp` (milliseconds since 1970).
    pub fn new(timestamp: i64, message: impl Into<String>) -> Self {
        Self {
            timestamp,
            message: message.into(),
        }
    }

    /// Its bytes as the service counts them: those of the message in UTF-8, and [`OVERHEAD`].
    pub fn bytes(&self) -> usize {
        self.message.len() + OVERHEAD
    }
}
