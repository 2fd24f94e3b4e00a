//! How the sink is configured, and what is refused before anything is sent.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use aws_sdk_cloudwatchlogs::{Client, config::retry::RetryConfig};

use super::{
    CloudWatch, NameError, TellOnce,
    names::{Names, StreamName, check_group, check_retention, host},
    requests::Requests,
};
use crate::{Clock, Oversize, SystemClock};

/// Configures a [`CloudWatch`] sink.
#[derive(Debug)]
#[must_use = "`build` makes the sink"]
pub struct CloudWatchBuilder {
    client: Client,
    group: String,
    stream: String,
    service: Option<String>,
    host: Option<String>,
    retention: Option<i32>,
    oversize: Oversize,
    retry_for: Duration,
    first_pause: Duration,
    attempt_within: Duration,
    clock: Arc<dyn Clock>,
}

impl CloudWatch {
    /// A sink that sends to the log group `group` with `client`.
    pub fn builder(client: Client, group: impl Into<String>) -> CloudWatchBuilder {
        CloudWatchBuilder {
            client,
            group: group.into(),
            stream: "{date}/{host}/{pid}".to_owned(),
            service: None,
            host: None,
            retention: None,
            oversize: Oversize::default(),
            retry_for: Duration::from_secs(5 * 60),
            first_pause: Duration::from_millis(100),
            attempt_within: Duration::from_secs(5),
            clock: Arc::new(SystemClock),
        }
    }
}

impl CloudWatchBuilder {
    /// The log stream's name, in which these are replaced; `{date}/{host}/{pid}` unless said otherwise.
    ///
    /// | placeholder | stands for |
    /// |---|---|
    /// | `{service}` | what [`with_service`](Self::with_service) says |
    /// | `{date}` | the day on which the batch is sent, in UTC: `2026-11-26` |
    /// | `{host}` | this computer's name |
    /// | `{pid}` | the number of this process |
    ///
    /// A new day begins a new stream.
    pub fn with_stream(mut self, template: impl Into<String>) -> Self {
        self.stream = template.into();
        self
    }

    /// What `{service}` stands for.
    pub fn with_service(mut self, service: impl Into<String>) -> Self {
        self.service = Some(service.into());
        self
    }

    /// What `{host}` stands for, instead of this computer's name.
    pub fn with_host(mut self, host: impl Into<String>) -> Self {
        self.host = Some(host.into());
        self
    }

    /// How many days the group keeps its events: 1, 3, 5, 7, 14, 30, 60, 90 and further steps up to 3,653.
    /// Unless said otherwise nothing is changed; a new group keeps them forever.
    pub fn with_retention_days(mut self, days: i32) -> Self {
        self.retention = Some(days);
        self
    }

    /// What becomes of an event that is larger than the service takes; it is truncated unless said otherwise.
    pub fn with_oversize(mut self, oversize: Oversize) -> Self {
        self.oversize = oversize;
        self
    }

    /// How long a batch is tried before it is given up; five minutes unless said otherwise, so that a service may be down for a while.
    pub fn with_retry_for(mut self, time: Duration) -> Self {
        self.retry_for = time;
        self
    }

    /// The longest pause before the second attempt; it doubles with each further one up to 2 s, and the pause itself is random between zero and that.
    /// 100 ms unless said otherwise; with zero there are no pauses.
    pub fn with_first_pause(mut self, pause: Duration) -> Self {
        self.first_pause = pause;
        self
    }

    /// How long the answer to one request may take before the request is made again; 5 s unless said otherwise.
    pub fn with_attempt_within(mut self, within: Duration) -> Self {
        self.attempt_within = within;
        self
    }

    /// What time it is, for the `{date}`, and when pauses are over.
    pub fn with_clock(mut self, clock: impl Clock) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Makes the sink; nothing is sent yet.
    ///
    /// # Errors
    ///
    /// When the service would refuse the names or the retention.
    pub fn build(self) -> Result<CloudWatch, NameError> {
        check_group(&self.group)?;
        if let Some(days) = self.retention {
            check_retention(days)?;
        }
        let host = self.host.unwrap_or_else(host);
        let stream = StreamName::new(
            &self.stream,
            &Names {
                service: self.service.as_deref(),
                host: &host,
                pid: std::process::id(),
            },
        )?;
        // Further attempts are this sink's, and the SDK's would multiply them.
        let config = self
            .client
            .config()
            .to_builder()
            .retry_config(RetryConfig::disabled())
            .build();
        Ok(CloudWatch {
            requests: Requests {
                client: Client::from_conf(config),
                group: self.group,
                retention: self.retention,
                within: self.attempt_within,
                clock: Arc::clone(&self.clock),
            },
            stream,
            oversize: self.oversize,
            retry_for: self.retry_for,
            first_pause: self.first_pause,
            clock: self.clock,
            ready: Mutex::default(),
            tell: TellOnce::default(),
        })
    }
}
