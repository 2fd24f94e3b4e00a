//! Asking X-Ray again and again, on a thread of its own, and telling when it goes away and comes back.

use std::{
    fmt,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use aws_sdk_xray::{Client, primitives::DateTime};
use tokio::{sync::oneshot, time::Instant};

use super::{
    remote::Shared,
    rule_set::TARGET_INTERVAL,
    service::{self, DOCUMENTS, SamplingError},
};

/// How much before its time a report may be made.
const EARLY: Duration = Duration::from_secs(1);

/// What a sampler tells of its service.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Notice {
    /// X-Ray didn't answer, for the first time since it last did.
    Away {
        /// What went wrong.
        why: String,
    },
    /// X-Ray answers again.
    Back,
}

impl fmt::Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Away { why } => write!(
                f,
                "{why}; until it answers, rules read before stay in force for an hour, \
                 and without rules 1 request a second and 5 % of the rest are sampled"
            ),
            Self::Back => write!(f, "X-Ray answers again; its sampling rules are in force"),
        }
    }
}

/// The client, and what is remembered between calls.
pub(crate) struct Asking {
    client: Client,
    pub(crate) client_id: String,
    notice: Box<dyn Fn(Notice) + Send + Sync>,
    away: AtomicBool,
    /// When the rules last changed, as the service has it: its clock, not ours.
    rules_modified: Mutex<Option<DateTime>>,
}

impl Asking {
    pub(crate) fn new(
        client: Client,
        client_id: String,
        notice: Box<dyn Fn(Notice) + Send + Sync>,
    ) -> Self {
        Self {
            client,
            client_id,
            notice,
            away: AtomicBool::new(false),
            rules_modified: Mutex::new(None),
        }
    }

    /// Reads the rules and puts them in force.
    pub(crate) async fn read_rules(&self, shared: &Shared) -> Result<(), SamplingError> {
        let rules = self.told(service::rules(&self.client).await)?;
        shared.state().set_rules(rules, shared.clock.now());
        Ok(())
    }

    /// Reports what the rules saw, those that are due or all, and follows the targets; reads the rules again if they changed.
    pub(crate) async fn report(&self, shared: &Shared, all: bool) -> Result<(), SamplingError> {
        let now = shared.clock.now();
        let statistics = match all {
            true => shared.state().rules.all_statistics(now),
            // The thread may wake a little before the clock says so.
            false => shared.state().rules.due_statistics(now + EARLY),
        };
        let mut changed = false;
        for (at, some) in statistics.chunks(DOCUMENTS).enumerate() {
            let answer = service::targets(&self.client, &self.client_id, some, now).await;
            if answer.is_err() {
                let undelivered = &statistics[at * DOCUMENTS..];
                shared.state().rules.put_back(undelivered);
            }
            let answer = self.told(answer)?;
            let now = shared.clock.now();
            let mut state = shared.state();
            for target in &answer.targets {
                state.rules.apply(target, now);
            }
            changed |= self.is_news(answer.rules_modified);
        }
        match changed {
            true => self.read_rules(shared).await,
            false => Ok(()),
        }
    }

    fn is_news(&self, modified: Option<DateTime>) -> bool {
        let mut known = self
            .rules_modified
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let news = modified.is_some() && *known != modified;
        *known = modified.or(*known);
        news
    }

    /// Tells when the service goes away, and when it is back.
    fn told<T>(&self, result: Result<T, SamplingError>) -> Result<T, SamplingError> {
        let away = result.is_err();
        if self.away.swap(away, Ordering::Relaxed) != away {
            (self.notice)(match &result {
                Err(error) => Notice::Away {
                    why: error.to_string(),
                },
                Ok(_) => Notice::Back,
            });
        }
        result
    }
}

/// The thread that asks; it ends when this is dropped.
pub(crate) struct Poller {
    _stop: oneshot::Sender<()>,
}

impl Poller {
    pub(crate) fn start(shared: Arc<Shared>, rules_every: Duration) -> Option<Self> {
        let (stop, stopped) = oneshot::channel::<()>();
        let refused = shared.clone();
        let run = move || match tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
        {
            Ok(runtime) => runtime.block_on(async {
                tokio::select! {
                    _ = stopped => {}
                    () = poll(&shared, rules_every) => {}
                }
            }),
            Err(error) => refuse(&shared, &error),
        };
        let thread = std::thread::Builder::new().name("xray-sampler".to_owned());
        match thread.spawn(run) {
            Ok(_) => Some(Self { _stop: stop }),
            Err(error) => {
                refuse(&refused, &error);
                None
            }
        }
    }
}

fn refuse(shared: &Shared, error: &std::io::Error) {
    if let Some(asking) = &shared.asking {
        (asking.notice)(Notice::Away {
            why: format!("the thread that asks X-Ray for sampling rules could not start: {error}"),
        });
    }
}

async fn poll(shared: &Shared, rules_every: Duration) {
    let Some(asking) = &shared.asking else {
        return;
    };
    let mut rules_at = Instant::now();
    loop {
        // What went wrong has been told; the next turn tries again.
        if Instant::now() >= rules_at {
            // A service that comes late is not kept waiting for minutes.
            let wait = match asking.read_rules(shared).await {
                Ok(()) => rules_every,
                Err(_) => TARGET_INTERVAL.min(rules_every),
            };
            rules_at = Instant::now() + wait;
        }
        let _ = asking.report(shared, false).await;
        let reports_at = Instant::now() + shared.state().rules.shortest_interval();
        tokio::time::sleep_until(rules_at.min(reports_at)).await;
    }
}
