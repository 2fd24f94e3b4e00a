//! All rules in their order, what each has left, and what each has to report.
//! No clock, no generator, no network: they are passed in.

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use rand::Rng;

use super::{
    request::Request,
    reservoir::{Drawn, Reservoir},
    rule::SamplingRule,
};

/// How long a rule's report waits if the service names no interval.
pub(crate) const TARGET_INTERVAL: Duration = Duration::from_secs(10);

/// Where a sampled request was taken from.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum TakenFrom {
    /// The part of the rule's reservoir that the service assigned.
    Reservoir,
    /// One request a second, borrowed while no assignment is valid.
    Borrowed,
    /// The fixed rate.
    FixedRate,
}

/// What was decided for a request.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Decision {
    /// The name of the rule that decided: the first one that matched.
    pub rule_name: Arc<str>,
    /// Where the request was taken from; nothing if it isn't sampled.
    pub taken_from: Option<TakenFrom>,
}

impl Decision {
    /// Whether the request is sampled.
    pub fn is_sampled(&self) -> bool {
        self.taken_from.is_some()
    }
}

/// What a rule saw since its last report, as `GetSamplingTargets` wants it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Statistics {
    /// The rule's name.
    pub rule_name: Arc<str>,
    /// How many requests matched it.
    pub request_count: u32,
    /// How many of them were sampled, the borrowed ones aside, as X-Ray's SDKs count.
    pub sampled_count: u32,
    /// How many were borrowed.
    pub borrow_count: u32,
}

/// What the service assigns to this client for a rule.
#[derive(Clone, Debug, PartialEq)]
pub struct Target {
    /// The rule's name.
    pub rule_name: String,
    /// The fixed rate to use from now on, 0 to 1.
    pub fixed_rate: f64,
    /// How many requests to take each second, and until when.
    pub reservoir_quota: Option<(u32, SystemTime)>,
    /// How long to wait before the next report, if the service says.
    pub interval: Option<Duration>,
}

/// Rules in the order in which they are tried, and the state of each.
#[derive(Clone, Debug, Default)]
pub struct RuleSet {
    rules: Vec<Tracked>,
}

#[derive(Clone, Debug)]
struct Tracked {
    rule: SamplingRule,
    name: Arc<str>,
    /// The rule's own rate until the service assigns another.
    fixed_rate: f64,
    reservoir: Reservoir,
    requests: u32,
    sampled: u32,
    borrowed: u32,
    report_at: Option<SystemTime>,
    interval: Duration,
}

impl RuleSet {
    /// Puts rules in order: by priority, then by name.
    ///
    /// A rule of another version than 1 is left out, since its meaning isn't known, and so is one without a name.
    pub fn new(rules: impl IntoIterator<Item = SamplingRule>) -> Self {
        let mut rules: Vec<Tracked> = rules
            .into_iter()
            .filter(|rule| rule.version == 1 && !rule.rule_name.is_empty())
            .map(Tracked::new)
            .collect();
        rules.sort_by(|a, b| (a.rule.priority, &a.name).cmp(&(b.rule.priority, &b.name)));
        Self { rules }
    }

    /// The rules in the order in which they are tried.
    pub fn rules(&self) -> impl Iterator<Item = &SamplingRule> {
        self.rules.iter().map(|tracked| &tracked.rule)
    }

    /// Puts other rules in place of these.
    ///
    /// A rule that hasn't changed goes on as it was.
    /// One that has changed keeps what it has to report, and its quota unless the reservoir's size changed.
    pub fn replace(&mut self, rules: impl IntoIterator<Item = SamplingRule>) {
        let mut old = std::mem::replace(self, Self::new(rules));
        for new in &mut self.rules {
            let Some(at) = old.rules.iter().position(|old| old.name == new.name) else {
                continue;
            };
            new.inherit(old.rules.swap_remove(at));
        }
    }

    /// Decides by the first rule that matches; nothing if none does.
    pub fn decide(
        &mut self,
        request: &Request<'_>,
        now: SystemTime,
        rng: &mut (impl Rng + ?Sized),
    ) -> Option<Decision> {
        let tracked = self
            .rules
            .iter_mut()
            .find(|tracked| tracked.rule.matches(request))?;
        Some(Decision {
            rule_name: tracked.name.clone(),
            taken_from: tracked.take(now, rng),
        })
    }

    /// Takes out what the rules have to report: those that saw a request and whose interval is over.
    pub fn due_statistics(&mut self, now: SystemTime) -> Vec<Statistics> {
        self.report(now, false)
    }

    /// As [`RuleSet::due_statistics`], of all rules that saw a request.
    pub fn all_statistics(&mut self, now: SystemTime) -> Vec<Statistics> {
        self.report(now, true)
    }

    fn report(&mut self, now: SystemTime, all: bool) -> Vec<Statistics> {
        self.rules
            .iter_mut()
            .filter(|tracked| tracked.requests > 0)
            .filter(|tracked| all || tracked.report_at.is_none_or(|at| now >= at))
            .map(|tracked| tracked.report(now))
            .collect()
    }

    /// Puts back what could not be delivered, so that the next report has it.
    pub fn put_back(&mut self, statistics: &[Statistics]) {
        for undelivered in statistics {
            let Some(tracked) = self.named(&undelivered.rule_name) else {
                continue;
            };
            tracked.requests = tracked.requests.saturating_add(undelivered.request_count);
            tracked.sampled = tracked.sampled.saturating_add(undelivered.sampled_count);
            tracked.borrowed = tracked.borrowed.saturating_add(undelivered.borrow_count);
        }
    }

    /// Follows what the service assigned; a target for a rule that isn't here is ignored.
    pub fn apply(&mut self, target: &Target, now: SystemTime) {
        let Some(tracked) = self.named(&target.rule_name) else {
            return;
        };
        tracked.fixed_rate = target.fixed_rate;
        if let Some((quota, until)) = target.reservoir_quota {
            tracked.reservoir.fill(quota, until);
        }
        tracked.interval = target.interval.unwrap_or(TARGET_INTERVAL);
        tracked.report_at = Some(now + tracked.interval);
    }

    /// The shortest time that the service wants between two reports of a rule.
    pub(crate) fn shortest_interval(&self) -> Duration {
        let intervals = self.rules.iter().map(|tracked| tracked.interval);
        intervals.min().unwrap_or(TARGET_INTERVAL)
    }

    fn named(&mut self, name: &str) -> Option<&mut Tracked> {
        self.rules.iter_mut().find(|tracked| &*tracked.name == name)
    }
}

impl Tracked {
    fn new(rule: SamplingRule) -> Self {
        Self {
            name: rule.rule_name.as_str().into(),
            fixed_rate: rule.fixed_rate,
            reservoir: Reservoir::default(),
            requests: 0,
            sampled: 0,
            borrowed: 0,
            report_at: None,
            interval: TARGET_INTERVAL,
            rule,
        }
    }

    fn inherit(&mut self, old: Self) {
        if self.rule == old.rule {
            *self = old;
            return;
        }
        if self.rule.reservoir_size == old.rule.reservoir_size {
            self.reservoir = old.reservoir;
        }
        self.requests = old.requests;
        self.sampled = old.sampled;
        self.borrowed = old.borrowed;
        self.report_at = old.report_at;
        self.interval = old.interval;
    }

    fn take(&mut self, now: SystemTime, rng: &mut (impl Rng + ?Sized)) -> Option<TakenFrom> {
        self.requests = self.requests.saturating_add(1);
        match self.reservoir.draw(now, self.rule.reservoir_size > 0) {
            Drawn::Borrowed => {
                self.borrowed = self.borrowed.saturating_add(1);
                return Some(TakenFrom::Borrowed);
            }
            Drawn::Quota => {
                self.sampled = self.sampled.saturating_add(1);
                return Some(TakenFrom::Reservoir);
            }
            Drawn::Nothing => {}
        }
        (rng.random::<f64>() < self.fixed_rate).then(|| {
            self.sampled = self.sampled.saturating_add(1);
            TakenFrom::FixedRate
        })
    }

    fn report(&mut self, now: SystemTime) -> Statistics {
        self.report_at = Some(now + self.interval);
        Statistics {
            rule_name: self.name.clone(),
            request_count: std::mem::take(&mut self.requests),
            sampled_count: std::mem::take(&mut self.sampled),
            borrow_count: std::mem::take(&mut self.borrowed),
        }
    }
}
