//! What the graders of lab 3 share: the learner's back end, clients of the fake service, and waiting that takes no time.

pub(crate) mod access_log;
pub(crate) mod account;
pub(crate) mod cutting;
pub(crate) mod events;
pub(crate) mod handling;
pub(crate) mod ids;
pub(crate) mod pressure;
pub(crate) mod questions;
pub(crate) mod traffic;

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use aws_sdk_cloudwatchlogs::{
    Client,
    config::{retry::RetryConfig, timeout::TimeoutConfig},
};
use aws_settings::{AwsSettings, Service};
use axum::Router;
use cloudwatch::waiting::{Pause, Waiting};

use crate::application::{deterministic, settings};

/// The region that the environment names.
pub(crate) const REGION: &str = "ca-central-1";

/// The learner's back end, with nothing left to chance, and the profiles service at `profiles_url`.
pub(crate) fn backend(profiles_url: &str) -> Router {
    cloudwatch::app(deterministic(), &settings(profiles_url))
}

/// What the environment says: the service at `endpoint`, in [`REGION`].
pub(crate) fn aws(endpoint: &str) -> AwsSettings {
    let lookup = |name: &str| match name {
        "AWS_ENDPOINT_URL" => Some(endpoint.to_owned()),
        "AWS_REGION" => Some(REGION.to_owned()),
        _ => None,
    };
    AwsSettings::from_lookup(Service::CloudWatchLogs, lookup, false)
        .expect("settings without a mistake")
}

/// The SDK's client of the service at `endpoint`. It sends each call once: how often is the learner's business.
/// And it waits as long as it takes, however busy the machine is.
pub(crate) fn client(endpoint: &str) -> Client {
    let config = aws_sdk_cloudwatchlogs::config::Builder::from(&aws(endpoint).sdk_config())
        .retry_config(RetryConfig::disabled())
        .timeout_config(TimeoutConfig::disabled())
        .build();
    Client::from_conf(config)
}

/// Waiting that takes no time, and is remembered. Lots are drawn from a list, which begins anew at its end.
#[derive(Clone, Debug)]
pub(crate) struct NoTime {
    pauses: Arc<Mutex<Vec<Duration>>>,
    chances: &'static [f64],
    drawn: Arc<AtomicUsize>,
    /// After so many pauses the next one never ends.
    patience: usize,
}

impl NoTime {
    /// The lots are `chances`, and the pause after the first `patience` pauses never ends.
    pub(crate) fn new(chances: &'static [f64], patience: usize) -> Self {
        Self {
            pauses: Arc::default(),
            chances,
            drawn: Arc::default(),
            patience,
        }
    }

    /// The pauses that were made.
    pub(crate) fn pauses(&self) -> Vec<Duration> {
        let pauses = self.pauses.lock();
        pauses.unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Waiting for NoTime {
    fn pause(&self, duration: Duration) -> Pause<'_> {
        let mut pauses = self.pauses.lock().unwrap_or_else(PoisonError::into_inner);
        pauses.push(duration);
        if pauses.len() > self.patience {
            return Box::pin(std::future::pending());
        }
        // Others get their turn, as in a real pause.
        Box::pin(tokio::task::yield_now())
    }

    fn chance(&self) -> f64 {
        let drawn = self.drawn.fetch_add(1, Ordering::Relaxed);
        self.chances[drawn % self.chances.len()]
    }
}

/// Waits for `future` with a deadline that is reached only when it hangs.
pub(crate) async fn in_time<T>(future: impl Future<Output = T>) -> Option<T> {
    tokio::time::timeout(Duration::from_secs(5), future)
        .await
        .ok()
}
