//! CloudWatch Logs: a fake of the service's API, and log events as trees.

mod api;
mod ids;
mod tree;

pub use self::api::{
    LogGroup, LogsAnswer, LogsApi, MalformedQuery, Rejected, StartedQuery, StoredEvent,
};
