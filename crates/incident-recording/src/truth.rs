//! What really happened in the recorded hour. Nothing of it stands in the source: all is drawn from the seed.

use std::collections::{BTreeMap, BTreeSet};

use crate::{SpanId, TraceId};

/// Whole minutes, as a query's `start_time` and `end_time` take them.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Window {
    /// The first second that is in it, since the Unix epoch; a multiple of 60.
    pub start: u64,
    /// The first second that is no longer in it, since the Unix epoch; a multiple of 60.
    pub end: u64,
}

impl Window {
    /// Whether a moment, in nanoseconds since the Unix epoch, is in it.
    pub fn contains(&self, nanoseconds: u64) -> bool {
        (self.start..self.end).contains(&(nanoseconds / 1_000_000_000))
    }
}

/// The three causes, and where they meet.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Truth {
    /// A release in which the home feed asks the database once for each activity.
    pub release: Release,
    /// One user, whose profile cannot be had.
    pub user: User,
    /// A hosted service that takes no more than so many calls.
    pub dependency: Dependency,
    /// The one trace that is in the sets of all three.
    pub all_three: AllThree,
}

/// The release that asks too often.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Release {
    /// Its `service.version`.
    pub version: String,
    /// The `service.instance.id` of the instances that it came to, in this order.
    pub instances: [&'static str; 2],
    /// From its start on the first instance until it was rolled back on the last:
    /// the first slow home feed is in the first minute, and the last one in the last.
    pub window: Window,
    /// When it came to the second instance, in seconds since the Unix epoch.
    pub second_instance: u64,
    /// The traces with a home feed that was answered by this version and has more than [`Release::MANY`] activities.
    pub slow_feeds: BTreeSet<TraceId>,
}

impl Release {
    /// Home feeds have fewer activities than this, or clearly more.
    pub const MANY: i64 = 20;
}

/// The user whose lookups give up.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct User {
    /// The `user.id`.
    pub id: String,
    /// From the minute of the first lookup that gave up to that of the last.
    pub window: Window,
    /// The traces in which a lookup was retried twice, and gave up: all of this user's.
    pub gave_up: BTreeSet<TraceId>,
}

/// The hosted service that throttles.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Dependency {
    /// Its `server.address`.
    pub address: &'static str,
    /// The minutes from the first call that was throttled to the last.
    pub window: Window,
    /// The traces with a call that was answered 429, and with the slow query that stood in for it.
    pub throttled: BTreeSet<TraceId>,
    /// How many searches fell back to the slow query, by the minute of the log event that says so, in seconds since the Unix epoch.
    /// Minutes without any are not there.
    pub fallbacks: BTreeMap<u64, u64>,
}

/// The one trace that met all three.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct AllThree {
    /// Its ID.
    pub trace: TraceId,
    /// The span, and so the segment, of the back end that answered its home feed.
    pub segment: SpanId,
    /// The `request_id` of the log event that the same request left when its lookup gave up.
    pub request_id: String,
}
