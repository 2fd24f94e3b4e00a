//! Questions to X-Ray: a group for the failing requests, their traces, and the services on the way.

use aws_sdk_xray::{Client, Error, primitives::DateTime, types::Trace};

/// The requests that the back end failed, whosever mistake it was.
pub fn failed() -> &'static str {
    // #region step 7
    r#"service("backend") { fault OR error }"#
    // #endregion
}

/// Creates the group `cruddur-failed`, whose filter is [`failed`].
///
/// # Errors
/// When the service refuses it: there is such a group already, for one.
pub async fn create_group(client: &Client) -> Result<(), Error> {
    // #region step 7
    client
        .create_group()
        .group_name("cruddur-failed")
        .filter_expression(failed())
        .send()
        .await?;
    // #endregion
    Ok(())
}

/// The IDs of all traces between `from` and `to` that [`failed`] finds.
///
/// # Errors
/// When the service cannot be asked.
pub async fn failed_traces(
    client: &Client,
    from: DateTime,
    to: DateTime,
) -> Result<Vec<String>, Error> {
    let mut ids = Vec::new();
    // #region step 7
    // An answer is a page; its token asks for the next one. The paginator does that until there is no token.
    let mut pages = client
        .get_trace_summaries()
        .start_time(from)
        .end_time(to)
        .filter_expression(failed())
        .into_paginator()
        .send();
    while let Some(page) = pages.next().await {
        for summary in page?.trace_summaries() {
            ids.extend(summary.id().map(str::to_owned));
        }
    }
    // #endregion
    Ok(ids)
}

/// The traces with these IDs, with all their segments.
///
/// # Errors
/// When the service cannot be asked.
pub async fn traces(client: &Client, ids: &[String]) -> Result<Vec<Trace>, Error> {
    let mut traces = Vec::new();
    // #region step 7
    // BatchGetTraces takes five IDs at most.
    for ids in ids.chunks(5) {
        let mut pages = client
            .batch_get_traces()
            .set_trace_ids(Some(ids.to_vec()))
            .into_paginator()
            .send();
        while let Some(page) = pages.next().await {
            traces.extend(page?.traces.unwrap_or_default());
        }
    }
    // #endregion
    Ok(traces)
}

/// For each service between `from` and `to`, how many of its requests ended in a fault.
///
/// # Errors
/// When the service cannot be asked.
pub async fn faults(
    client: &Client,
    from: DateTime,
    to: DateTime,
) -> Result<Vec<(String, i64)>, Error> {
    let mut faults = Vec::new();
    // #region step 7
    let mut pages = client
        .get_service_graph()
        .start_time(from)
        .end_time(to)
        .into_paginator()
        .send();
    while let Some(page) = pages.next().await {
        for service in page?.services() {
            // The client who asks is a node too, without statistics of its own.
            if let (Some(name), Some(statistics)) = (service.name(), service.summary_statistics()) {
                let faults_of = statistics.fault_statistics();
                let count = faults_of
                    .and_then(|faults| faults.total_count())
                    .unwrap_or(0);
                faults.push((name.to_owned(), count));
            }
        }
    }
    // #endregion
    Ok(faults)
}
