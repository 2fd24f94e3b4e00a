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
    error::Error,
    iter::successors,
    sync::{Arc, Mutex, PoisonError},
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

/// An error and its causes in one line; by itself an SDK's error says `unhandled error` of most.
pub(crate) fn in_one_line(error: &(dyn Error + 'static)) -> String {
    let errors = successors(Some(error), |&error| error.source());
    let errors: Vec<String> = errors.map(ToString::to_string).collect();
    errors.join(": ")
}

/// Waiting that takes no time, and is remembered. Lots are drawn from a list.
#[derive(Clone, Debug)]
pub(crate) struct NoTime {
    pauses: Arc<Mutex<Vec<Duration>>>,
    chance: f64,
    /// After so many pauses the next one never ends.
    patience: usize,
}

impl NoTime {
    /// Each lot is `chance`, and the pause after the first `patience` pauses never ends.
    pub(crate) fn new(chance: f64, patience: usize) -> Self {
        Self {
            pauses: Arc::default(),
            chance,
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
        self.chance
    }
}

/// Waits for `future` with a deadline that is reached only when it hangs.
pub(crate) async fn in_time<T>(future: impl Future<Output = T>) -> Option<T> {
    tokio::time::timeout(Duration::from_secs(5), future)
        .await
        .ok()
}
