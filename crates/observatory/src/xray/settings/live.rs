//! What is remembered only while the program runs: which clients sample by which rule, what daemons told of themselves.
//! Its clock is here too.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::SystemTime,
};

use super::telemetry::Telemetry;
use crate::clock::Clock;

/// How long after its last report a client has a share of a rule's reservoir, in seconds; its quota lasts as long.
pub(crate) const CLIENT_LASTS: f64 = 20.0;

/// How many clients may share a rule.
const CLIENTS: usize = 1_000;

/// X-Ray's memory of the last moments, and its clock.
#[derive(Debug)]
pub struct Live {
    clock: Clock,
    remembered: Mutex<Remembered>,
}

#[derive(Debug, Default)]
struct Remembered {
    /// By rule, then by client.
    reports: BTreeMap<String, BTreeMap<String, Report>>,
    telemetry: Telemetry,
}

/// What a client last told of a rule.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Report {
    /// When, in seconds since the Unix epoch.
    pub(crate) at: f64,
    pub(crate) requests: u64,
    pub(crate) sampled: u64,
    pub(crate) borrowed: u64,
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
            clock: Clock::new(clock),
            remembered: Mutex::default(),
        }
    }

    /// Now, in seconds since the Unix epoch, to the millisecond.
    pub(crate) fn now(&self) -> f64 {
        self.clock.now() as f64 / 1000.0
    }

    /// Notes a client's report, and gives the client's part of `reservoir`; nothing if the rule has too many clients.
    ///
    /// The reservoir is divided evenly among the clients that reported lately; what is left over goes to the first of them by ID.
    pub(crate) fn share(
        &self,
        rule: &str,
        client: &str,
        report: Report,
        reservoir: u32,
    ) -> Option<u32> {
        let mut remembered = self.remembered();
        let clients = remembered.reports.entry(rule.to_owned()).or_default();
        clients.retain(|_, last| is_lately(last, report.at));
        if clients.len() >= CLIENTS && !clients.contains_key(client) {
            return None;
        }
        clients.insert(client.to_owned(), report);
        let number = u32::try_from(clients.len()).unwrap_or(u32::MAX);
        let place = clients.keys().take_while(|id| *id != client).count();
        let left_over = (reservoir % number) as usize;
        Some(reservoir / number + u32::from(place < left_over))
    }

    /// The sum of what the clients of a rule lately told, and when the last of them did.
    pub(crate) fn sum(&self, rule: &str, now: f64) -> Report {
        let remembered = self.remembered();
        let reports = remembered.reports.get(rule).into_iter().flatten();
        reports.filter(|(_, last)| is_lately(last, now)).fold(
            Report::default(),
            |sum, (_, last)| Report {
                at: sum.at.max(last.at),
                requests: sum.requests + last.requests,
                sampled: sum.sampled + last.sampled,
                borrowed: sum.borrowed + last.borrowed,
            },
        )
    }

    /// Forgets a rule's clients.
    pub(crate) fn forget(&self, rule: &str) {
        self.remembered().reports.remove(rule);
    }

    /// What daemons told of themselves since the program started.
    pub fn telemetry(&self) -> Telemetry {
        self.remembered().telemetry
    }

    pub(crate) fn add_telemetry(&self, more: Telemetry) {
        let mut remembered = self.remembered();
        remembered.telemetry = remembered.telemetry.plus(more);
    }

    fn remembered(&self) -> MutexGuard<'_, Remembered> {
        self.remembered
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

fn is_lately(report: &Report, now: f64) -> bool {
    now - report.at <= CLIENT_LASTS
}
