//! The two languages in which CloudWatch Logs is asked: filter patterns and Logs Insights queries.
//! Where the events come from is the caller's business.

pub mod insights;
pub mod pattern;

/// A log event as it is asked about.
#[derive(Clone, Copy, Debug)]
pub struct Event<'a> {
    /// The name of its log group.
    pub group: &'a str,
    /// The name of its log stream.
    pub stream: &'a str,
    /// When it happened, in milliseconds since the Unix epoch.
    pub timestamp: i64,
    /// When the service took it, in milliseconds since the Unix epoch.
    pub ingestion_time: i64,
    /// Its text.
    pub message: &'a str,
    /// What tells it from all others; `@ptr` is made of it.
    pub id: u64,
}
