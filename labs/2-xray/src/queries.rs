//! Questions to X-Ray: a group for the failing requests, their traces, and the services on the way.

use aws_sdk_xray::{Client, Error, primitives::DateTime, types::Trace};

/// The requests that the back end failed, whosever mistake it was.
pub fn failed() -> &'static str {
    // #region step 7
    // TODO(step 7): the filter expression for "`backend` answered with an error or a fault".
    ""
    // #endregion
}

/// Creates the group `cruddur-failed`, whose filter is [`failed`].
///
/// # Errors
/// When the service refuses it: there is such a group already, for one.
pub async fn create_group(client: &Client) -> Result<(), Error> {
    // #region step 7
    // TODO(step 7): create the group.
    let _ = client;
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
    // TODO(step 7): GetTraceSummaries with `failed()`, all pages of it.
    let _ = (client, from, to, &mut ids);
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
    // TODO(step 7): BatchGetTraces, five IDs a call.
    let _ = (client, ids, &mut traces);
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
    // TODO(step 7): GetServiceGraph, and of each service the name and how many faults it had.
    let _ = (client, from, to, &mut faults);
    // #endregion
    Ok(faults)
}
