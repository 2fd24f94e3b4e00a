//! Making a sampler.

use std::{
    fmt,
    sync::{Arc, Mutex},
    time::Duration,
};

use aws_sdk_xray::Client;
use opentelemetry_sdk::Resource;
use rand::{Rng, SeedableRng, rngs::StdRng};

use super::{
    clock::{Clock, SystemClock},
    poll::{Asking, Notice, Poller},
    remote::{RemoteSampler, Shared},
    request::Service,
    rule::SamplingRule,
    state::State,
};

/// How often the rules are read, as in X-Ray's SDKs.
const RULES_INTERVAL: Duration = Duration::from_secs(300);

/// How a sampler is made: see [`RemoteSampler::builder`] and [`RemoteSampler::with_rules`].
pub struct RemoteSamplerBuilder {
    client: Option<Client>,
    rules: Option<Vec<SamplingRule>>,
    service: Service,
    clock: Box<dyn Clock>,
    seed: Option<u64>,
    notice: Box<dyn Fn(Notice) + Send + Sync>,
    rules_interval: Duration,
    polls: bool,
}

impl RemoteSamplerBuilder {
    pub(crate) fn new(client: Option<Client>) -> Self {
        Self {
            client,
            rules: None,
            service: Service::default(),
            clock: Box::new(SystemClock),
            seed: None,
            notice: Box::new(|_| {}),
            rules_interval: RULES_INTERVAL,
            polls: true,
        }
    }

    pub(crate) fn with_rules(mut self, rules: impl IntoIterator<Item = SamplingRule>) -> Self {
        self.rules = Some(rules.into_iter().collect());
        self
    }

    /// Names the service, as its segments are named: rules match `ServiceName` against it.
    ///
    /// Without it, only rules whose `ServiceName` is `*` match.
    pub fn with_service_name(mut self, name: impl Into<String>) -> Self {
        self.service.name = Some(name.into());
        self
    }

    /// Takes the service's name, origin and ARN from the resource of the tracer provider: see [`Service::from_resource`].
    pub fn with_resource(mut self, resource: &Resource) -> Self {
        self.service = Service::from_resource(resource);
        self
    }

    /// Describes the service in full.
    pub fn with_service(mut self, service: Service) -> Self {
        self.service = service;
        self
    }

    /// Takes the time from this clock instead of the computer's.
    ///
    /// The thread's waits are not of this clock: a test that sets it also wants [`RemoteSamplerBuilder::without_polling`].
    pub fn with_clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = Box::new(clock);
        self
    }

    /// Makes every decision and the client's ID repeatable.
    pub fn with_seed(mut self, seed: u64) -> Self {
        self.seed = Some(seed);
        self
    }

    /// Says whom to tell when X-Ray goes away and when it is back; once each. Nobody is told otherwise.
    pub fn with_notice(mut self, notice: impl Fn(Notice) + Send + Sync + 'static) -> Self {
        self.notice = Box::new(notice);
        self
    }

    /// Reads the rules this often instead of every five minutes.
    pub fn with_rules_interval(mut self, interval: Duration) -> Self {
        self.rules_interval = interval;
        self
    }

    /// Starts no thread: X-Ray is asked by [`RemoteSampler::refresh`] alone.
    pub fn without_polling(mut self) -> Self {
        self.polls = false;
        self
    }

    /// Makes the sampler, and starts the thread that asks X-Ray.
    ///
    /// If the operating system refuses a thread, the sampler goes on without: it falls back, and the notice says so.
    pub fn build(self) -> RemoteSampler {
        let mut rng = match self.seed {
            Some(seed) => StdRng::seed_from_u64(seed),
            None => StdRng::from_rng(&mut rand::rng()),
        };
        let client_id = format!("{:024x}", rng.random::<u128>() >> 32);
        let mut state = State::new(rng);
        if let Some(rules) = self.rules {
            state.fixed = true;
            state.set_rules(rules, self.clock.now());
        }
        let shared = Arc::new(Shared {
            service: self.service,
            clock: self.clock,
            state: Mutex::new(state),
            asking: self
                .client
                .map(|client| Asking::new(client, client_id, self.notice)),
        });
        let polls = self.polls && shared.asking.is_some();
        let poller = polls
            .then(|| Poller::start(shared.clone(), self.rules_interval))
            .flatten();
        RemoteSampler {
            shared,
            _poller: poller.map(Arc::new),
        }
    }
}

impl fmt::Debug for RemoteSamplerBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RemoteSamplerBuilder")
            .field("service", &self.service)
            .field("rules", &self.rules)
            .field("seed", &self.seed)
            .finish_non_exhaustive()
    }
}
