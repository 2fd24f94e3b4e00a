//! Fakes of what X-Ray's clients talk to: the daemon and the service's API. What a segment tree is, is elsewhere.

mod api;
mod daemon;

pub use self::api::{Quota, XrayAnswer, XrayApi};
pub use self::daemon::{Garbage, XrayDaemon};
