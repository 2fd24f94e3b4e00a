//! What a sampler's clones share: the rules in force, the fallback, the generator.

use std::time::{Duration, SystemTime};

use rand::{Rng, rngs::StdRng};

use super::{
    request::Request,
    reservoir::{Drawn, Reservoir},
    rule::SamplingRule,
    rule_set::RuleSet,
};

/// How long rules are followed that the service doesn't confirm, as in X-Ray's SDKs.
const RULES_LAST: Duration = Duration::from_secs(3600);

/// The share that is taken, after one request a second, while no rules are known.
const FALLBACK_RATE: f64 = 0.05;

#[derive(Debug)]
pub(crate) struct State {
    pub(crate) rules: RuleSet,
    /// When the rules were last read; nothing if they never were.
    pub(crate) read_at: Option<SystemTime>,
    /// Whether the rules hold forever, because there is no service to ask.
    pub(crate) fixed: bool,
    fallback: Reservoir,
    rng: StdRng,
}

impl State {
    pub(crate) fn new(rng: StdRng) -> Self {
        Self {
            rules: RuleSet::default(),
            read_at: None,
            fixed: false,
            fallback: Reservoir::default(),
            rng,
        }
    }

    pub(crate) fn set_rules(
        &mut self,
        rules: impl IntoIterator<Item = SamplingRule>,
        now: SystemTime,
    ) {
        self.rules.replace(rules);
        self.read_at = Some(now);
    }

    pub(crate) fn is_sampled(&mut self, request: &Request<'_>, now: SystemTime) -> bool {
        let decided = self
            .in_force(now)
            .then(|| self.rules.decide(request, now, &mut self.rng))
            .flatten();
        match decided {
            Some(decision) => decision.is_sampled(),
            None => {
                self.fallback.draw(now, true) != Drawn::Nothing
                    || self.rng.random::<f64>() < FALLBACK_RATE
            }
        }
    }

    fn in_force(&self, now: SystemTime) -> bool {
        let expired = |read_at| {
            now.duration_since(read_at)
                .is_ok_and(|age| age > RULES_LAST)
        };
        self.read_at
            .is_some_and(|read_at| self.fixed || !expired(read_at))
    }
}
