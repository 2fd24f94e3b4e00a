//! What goes wrong, when, where and for whom: drawn from the seed, so that no answer stands in the source.
//! What that does to a request is decided where requests are made.

use std::sync::Arc;

use crate::people::People;
use crate::random::Random;
use crate::{Resource, START, Value};

/// Nanoseconds in a second.
pub(crate) const SECOND: u64 = 1_000_000_000;
/// Nanoseconds in a minute.
pub(crate) const MINUTE: u64 = 60 * SECOND;
/// Nanoseconds in a millisecond.
pub(crate) const MILLISECOND: u64 = 1_000_000;

pub(crate) const BACKENDS: [&str; 4] = ["backend-1", "backend-2", "backend-3", "backend-4"];
pub(crate) const PROFILES: [&str; 2] = ["profiles-1", "profiles-2"];

/// The hosted search service.
pub(crate) const SEARCH_HOST: &str = "search.quota.example";

/// A stretch of time in nanoseconds since the Unix epoch.
pub(crate) type Span = std::ops::Range<u64>;

/// All that was drawn.
pub(crate) struct Story {
    /// The home feed asks once for each activity.
    pub(crate) release: Span,
    /// Since when on the second instance.
    pub(crate) second: u64,
    /// Indexes of the instances in [`BACKENDS`].
    pub(crate) instances: [usize; 2],
    /// Since when `profiles` has a new version, by instance; it is innocent.
    profiles_since: [u64; 2],
    /// Whose profile cannot be had: an index into the people.
    pub(crate) user: usize,
    /// While that is so.
    pub(crate) no_profile: Span,
    /// While somebody else uses up the quota of searches.
    throttling: Span,
    /// For each minute of the hour, the nanosecond of it from which on the quota is used up.
    used_up: Vec<u64>,
    /// A minute in which many more requests come than in others, for no harm.
    pub(crate) busy_minute: u64,
    /// When the request that meets all three is made.
    pub(crate) meeting: u64,
    /// When one is made that meets the release and the throttling.
    pub(crate) near_miss: u64,
    backends: [[Arc<Resource>; BACKENDS.len()]; 2],
    profiles: [[Arc<Resource>; PROFILES.len()]; 2],
    /// The front-end page.
    pub(crate) page: Arc<Resource>,
}

impl Story {
    pub(crate) fn new(random: &mut Random, people: &People) -> Self {
        let at = |minute: u64| (START * SECOND) + minute * MINUTE;
        let begin = random.between(13, 18);
        let release = at(begin)..at(begin + random.between(20, 25));
        let first = random.between(0, 4) as usize;
        let second_instance = (first + random.between(1, 4) as usize) % BACKENDS.len();
        let no_profile = at(random.between(9, 13))..at(random.between(48, 53));
        let throttling = at(begin + random.between(6, 10))..at(random.between(49, 54));
        let used_up = (0..60).map(|_| 55 * SECOND + random.between(400, 3_900) * MILLISECOND);
        let used_up: Vec<u64> = used_up.collect();
        // Somewhere in the middle of all three, when no more searches are taken.
        let met = begin + random.between(13, 17);
        let exhausted = |minute: u64| at(minute) + used_up[minute as usize] + 300 * MILLISECOND;
        let (meeting, near_miss) = (exhausted(met), exhausted(met - 2));
        // Not among the most active, and of those whose feeds are long.
        let candidates: Vec<usize> = (70..150)
            .filter(|rank| people.all[*rank].feed > 20)
            .collect();
        let user = random.one(&candidates);
        let minor = random.between(3, 9);
        let good = format!("2.{minor}.{}", random.between(1, 8));
        let bad = format!("2.{}.0", minor + 1);
        let patch = random.between(1, 8);
        let innocent = [patch, patch + 1].map(|patch| format!("1.9.{patch}"));
        let profiles_since = [
            at(begin) - random.between(40, 170) * SECOND,
            at(begin) + random.between(20, 110) * SECOND,
        ];
        Self {
            second: release.start + random.between(5 * 60, 8 * 60) * SECOND,
            instances: [first, second_instance],
            profiles_since,
            user,
            no_profile,
            throttling,
            used_up,
            busy_minute: begin + random.between(2, 5),
            meeting,
            near_miss,
            backends: [&good, &bad]
                .map(|version| BACKENDS.map(|instance| resource("backend", version, instance))),
            profiles: [0, 1]
                .map(|at| PROFILES.map(|instance| resource("profiles", &innocent[at], instance))),
            page: resource("frontend", &good, "browser"),
            release,
        }
    }

    /// Whether an instance of the back end is of the bad release.
    pub(crate) fn is_bad(&self, instance: usize, at: u64) -> bool {
        let since = [self.release.start, self.second];
        self.instances
            .iter()
            .zip(since)
            .any(|(bad, since)| *bad == instance && (since..self.release.end).contains(&at))
    }

    /// An instance of the back end, as it is at this moment.
    pub(crate) fn backend(&self, instance: usize, at: u64) -> &Arc<Resource> {
        &self.backends[usize::from(self.is_bad(instance, at))][instance]
    }

    /// An instance of the profiles service, as it is at this moment.
    pub(crate) fn profiles(&self, instance: usize, at: u64) -> &Arc<Resource> {
        &self.profiles[usize::from(at >= self.profiles_since[instance])][instance]
    }

    /// Whether a user's profile cannot be had.
    pub(crate) fn has_no_profile(&self, user: usize, at: u64) -> bool {
        user == self.user && self.no_profile.contains(&at)
    }

    /// Whether a search is answered 429.
    pub(crate) fn is_throttled(&self, at: u64) -> bool {
        let since = at - START * SECOND;
        self.throttling.contains(&at) && since % MINUTE >= self.used_up[(since / MINUTE) as usize]
    }

    /// The version of the bad release.
    pub(crate) fn bad_version(&self) -> String {
        match self.backends[1][0]
            .attributes
            .iter()
            .find(|(key, _)| *key == "service.version")
        {
            Some((_, Value::Own(version))) => version.to_string(),
            _ => String::new(),
        }
    }
}

fn resource(service: &'static str, version: &str, instance: &'static str) -> Arc<Resource> {
    let (language, sdk) = match service {
        "frontend" => ("webjs", "2.8.0"),
        _ => ("rust", "0.33.1"),
    };
    let mut attributes = vec![
        ("service.name", Value::Text(service)),
        ("service.version", Value::Own(version.into())),
        ("deployment.environment.name", Value::Text("production")),
        ("telemetry.sdk.language", Value::Text(language)),
        ("telemetry.sdk.name", Value::Text("opentelemetry")),
        ("telemetry.sdk.version", Value::Text(sdk)),
    ];
    if service != "frontend" {
        attributes.push(("service.instance.id", Value::Text(instance)));
    }
    Arc::new(Resource {
        service,
        attributes,
    })
}
