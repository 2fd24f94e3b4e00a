//! Questions to Logs Insights: two queries, and how one asks them.

use std::{error::Error, time::Duration};

use aws_sdk_cloudwatchlogs::{Client, types::ResultField};

use crate::waiting::Waiting;

/// A row of an answer: names and values, in the order in which the query shows them.
pub type Row = Vec<(String, String)>;

/// How long to wait before asking again whether a query is done.
pub const AGAIN: Duration = Duration::from_millis(250);

/// The query for the slowest routes: for each route its 95th percentile of the duration as `p95`, slowest first.
pub fn slowest_routes() -> &'static str {
    // #region step 7
    "filter ispresent(http.route)
    | stats pct(http.server.request.duration, 95) as p95 by http.route
    | sort p95 desc"
    // #endregion
}

/// The query for the failures: for each minute and route how many requests were answered with 5xx as `errors`, by `minute`, oldest first.
pub fn errors_per_minute() -> &'static str {
    // #region step 7
    "filter http.response.status_code >= 500
    | stats count(*) as errors by bin(1m) as minute, http.route
    | sort minute asc"
    // #endregion
}

/// Asks `query` about the events of the log group between `from` and `to`, and waits for the whole answer.
/// Both are in milliseconds since the Unix epoch, as events have them.
///
/// # Errors
/// When the service refuses the query, can't be asked, or does not bring it to its end.
pub async fn ask(
    client: &Client,
    query: &str,
    from: i64,
    to: i64,
    waiting: &dyn Waiting,
) -> Result<Vec<Row>, Box<dyn Error + Send + Sync>> {
    // #region step 7
    use aws_sdk_cloudwatchlogs::types::QueryStatus;

    let started = client
        .start_query()
        .log_group_name(crate::group::GROUP)
        .query_string(query)
        // This one call wants seconds.
        .start_time(from / 1000)
        .end_time(to / 1000)
        .send()
        .await?;
    let id = started.query_id().unwrap_or_default();
    loop {
        let answer = client.get_query_results().query_id(id).send().await?;
        match answer.status() {
            Some(QueryStatus::Complete) => return Ok(rows(answer.results())),
            // What is there until then is a part of the answer, or nothing.
            Some(QueryStatus::Scheduled | QueryStatus::Running) => waiting.pause(AGAIN).await,
            ended => return Err(format!("the query ended as {ended:?}").into()),
        }
    }
    // #endregion
}

/// The rows of an answer, without the pointer to the event that the service adds to each.
pub fn rows(results: &[Vec<ResultField>]) -> Vec<Row> {
    let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
    let row = |fields: &Vec<ResultField>| -> Row {
        let fields = fields.iter().filter(|field| field.field() != Some("@ptr"));
        let fields = fields.map(|field| (text(field.field()), text(field.value())));
        fields.collect()
    };
    results.iter().map(row).collect()
}
