//! Log events as they were recorded; what stands in them is decided where the requests are made.

/// The log group that all of them are in.
pub const GROUP: &str = "cruddur";

/// A log event in the group [`GROUP`].
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct LogEvent {
    /// Its log stream, named after the instance: `backend-1`.
    pub stream: &'static str,
    /// When it happened, in milliseconds since the Unix epoch.
    pub timestamp: i64,
    /// One object of JSON in one line, as lab 3 writes it.
    pub message: String,
}
