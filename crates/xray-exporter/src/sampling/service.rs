//! Asking X-Ray: `GetSamplingRules` and `GetSamplingTargets`, at the API or through the daemon's TCP port.

use std::{
    error::Error,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use aws_sdk_xray::{
    Client,
    error::{ProvideErrorMetadata, SdkError},
    primitives::DateTime,
    types::{SamplingStatisticsDocument, SamplingTargetDocument},
};

use super::{
    rule::SamplingRule,
    rule_set::{Statistics, Target},
};

/// How long one call may take, retries included.
const CALL_LASTS: Duration = Duration::from_secs(10);

/// How many statistics documents one call may carry (the API's limit).
pub(crate) const DOCUMENTS: usize = 25;

/// Why X-Ray could not be asked.
#[derive(Debug, thiserror::Error)]
pub enum SamplingError {
    /// The call failed.
    #[error(
        "X-Ray could not be asked for {what}: {why}; check the endpoint, the region and the credentials"
    )]
    Call {
        /// What was asked for.
        what: &'static str,
        /// What went wrong.
        why: String,
    },
    /// The sampler has fixed rules and no client.
    #[error("this sampler has no client to ask X-Ray with; make it with RemoteSampler::builder")]
    NoClient,
}

/// What `GetSamplingTargets` answered.
#[derive(Debug, Default)]
pub(crate) struct Targets {
    pub(crate) targets: Vec<Target>,
    pub(crate) rules_modified: Option<DateTime>,
}

/// All rules, page by page.
pub(crate) async fn rules(client: &Client) -> Result<Vec<SamplingRule>, SamplingError> {
    in_time("sampling rules", async {
        let mut rules = Vec::new();
        let mut token = None;
        loop {
            let page = client
                .get_sampling_rules()
                .set_next_token(token)
                .send()
                .await
                .map_err(|error| in_words(&error))?;
            rules.extend(
                page.sampling_rule_records()
                    .iter()
                    .filter_map(|record| record.sampling_rule())
                    .map(SamplingRule::from),
            );
            token = page.next_token.filter(|token| !token.is_empty());
            if token.is_none() {
                return Ok(rules);
            }
        }
    })
    .await
}

/// Reports at most [`DOCUMENTS`] rules' statistics and gets their targets.
pub(crate) async fn targets(
    client: &Client,
    client_id: &str,
    statistics: &[Statistics],
    now: SystemTime,
) -> Result<Targets, SamplingError> {
    in_time("sampling targets", async {
        let documents = statistics
            .iter()
            .map(|statistics| document(client_id, statistics, now))
            .collect::<Result<_, _>>()?;
        let answer = client
            .get_sampling_targets()
            .set_sampling_statistics_documents(Some(documents))
            .send()
            .await
            .map_err(|error| in_words(&error))?;
        Ok(Targets {
            targets: answer
                .sampling_target_documents()
                .iter()
                .filter_map(target)
                .collect(),
            rules_modified: answer.last_rule_modification,
        })
    })
    .await
}

async fn in_time<T>(
    what: &'static str,
    call: impl Future<Output = Result<T, String>>,
) -> Result<T, SamplingError> {
    match tokio::time::timeout(CALL_LASTS, call).await {
        Ok(result) => result,
        Err(_) => Err(format!("no answer in {} s", CALL_LASTS.as_secs())),
    }
    .map_err(|why| SamplingError::Call { what, why })
}

/// A failed call in one line: what the service answered, or what kept it from answering.
fn in_words<E: ProvideErrorMetadata + Error + 'static>(error: &SdkError<E>) -> String {
    if let Some(answer) = error.as_service_error() {
        let status = error.raw_response().map(|raw| raw.status().as_u16());
        let status = format!("status {}", status.unwrap_or_default());
        let code = answer.code().unwrap_or(&status);
        return match answer.message() {
            Some(message) => format!("it answered {code}: {message}"),
            None => format!("it answered {code}"),
        };
    }
    let mut words = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        words.push_str(": ");
        words.push_str(&cause.to_string());
        source = cause.source();
    }
    words
}

fn document(
    client_id: &str,
    statistics: &Statistics,
    now: SystemTime,
) -> Result<SamplingStatisticsDocument, String> {
    let count = |number: u32| i32::try_from(number).unwrap_or(i32::MAX);
    SamplingStatisticsDocument::builder()
        .rule_name(&*statistics.rule_name)
        .client_id(client_id)
        .timestamp(DateTime::from(now))
        .request_count(count(statistics.request_count))
        .sampled_count(count(statistics.sampled_count))
        .borrow_count(count(statistics.borrow_count))
        .build()
        .map_err(|error| error.to_string())
}

fn target(document: &SamplingTargetDocument) -> Option<Target> {
    let quota = document.reservoir_quota.zip(document.reservoir_quota_ttl);
    let seconds = |number: i32| u64::try_from(number).ok().filter(|number| *number > 0);
    Some(Target {
        rule_name: document.rule_name.clone()?,
        fixed_rate: document.fixed_rate,
        reservoir_quota: quota.and_then(|(quota, until)| {
            Some((u32::try_from(quota).unwrap_or(0), system_time(until)?))
        }),
        interval: document.interval.and_then(seconds).map(Duration::from_secs),
    })
}

fn system_time(time: DateTime) -> Option<SystemTime> {
    let since = Duration::try_from_secs_f64(time.as_secs_f64()).ok()?;
    UNIX_EPOCH.checked_add(since)
}
