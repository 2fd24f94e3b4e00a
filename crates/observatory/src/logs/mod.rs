//! The API of CloudWatch Logs: what aws-sdk-cloudwatchlogs, boto3 and the AWS CLI ask, in JSON 1.1.
//! Storage is `store::logs`; the languages of patterns and queries are `log-query`'s.
//!
//! Every call is `POST /` with its name in `X-Amz-Target`.

mod absent;
mod arn;
mod call;
mod error;
mod filter;
mod get;
mod groups;
mod input;
mod live;
mod live_tail;
mod metric_filter;
mod put;
mod queries;
mod records;
mod streams;
mod tags;
mod token;

use axum::{
    Extension, Router,
    extract::{Request, State},
    http::StatusCode,
    middleware,
    response::{IntoResponse, Response},
    routing::post,
};

pub use live::Live;
pub use queries::QueryLimits;

use self::{call::Call, error::LogsError};
use crate::{
    aws::{identity, request_id},
    journal::{Refused, refusals::By},
    otlp::content::Format,
    server::AppState,
    stopping::Stopping,
};

/// What the names of calls begin with in `X-Amz-Target`.
const TARGET: &str = "Logs_20140328.";

pub(crate) fn router() -> Router<AppState> {
    Router::new()
        .route("/", post(answer))
        .route_layer(middleware::from_fn(request_id::add))
}

async fn answer(
    State(state): State<AppState>,
    stopping: Option<Extension<Stopping>>,
    request: Request,
) -> Result<Response, LogsError> {
    if identity::is_asked(request.headers()) {
        return Ok(identity::answer(request).await);
    }
    if request.headers().get("x-amz-target").is_none() && Format::is_protobuf(request.headers()) {
        // Who says where spans go often leaves the path out.
        let told = "there is nothing for spans at /; they go to POST /v1/traces";
        let refused = Refused::new(By::OtlpHttp, "NoSuchAddress", told);
        return Ok((StatusCode::NOT_FOUND, Extension(refused), told).into_response());
    }
    let target = request.headers().get("x-amz-target");
    let target = target.map(|target| String::from_utf8_lossy(target.as_bytes()).into_owned());
    let call = Call::of(state, request).await?;
    let operation = target
        .as_deref()
        .and_then(|target| target.strip_prefix(TARGET))
        .ok_or_else(|| absent::unknown(target.as_deref()))?;
    if operation == "StartLiveTail" {
        // The one call whose answer goes on.
        return live_tail::start(call, stopping.map(|Extension(stopping)| stopping)).await;
    }
    Ok(dispatch(operation, call).await?.into_response())
}

async fn dispatch(operation: &str, call: Call) -> call::Answer {
    match operation {
        "CreateLogGroup" => groups::create(call).await,
        "DeleteLogGroup" => groups::delete(call).await,
        "DescribeLogGroups" => groups::describe(call).await,
        "ListLogGroups" => groups::list(call).await,
        "PutRetentionPolicy" => groups::put_retention(call).await,
        "DeleteRetentionPolicy" => groups::delete_retention(call).await,
        "CreateLogStream" => streams::create(call).await,
        "DeleteLogStream" => streams::delete(call).await,
        "DescribeLogStreams" => streams::describe(call).await,
        "TagLogGroup" => tags::tag_group(call).await,
        "UntagLogGroup" => tags::untag_group(call).await,
        "ListTagsLogGroup" => tags::list_group(call).await,
        "TagResource" => tags::tag(call).await,
        "UntagResource" => tags::untag(call).await,
        "ListTagsForResource" => tags::list(call).await,
        "PutLogEvents" => put::put(call).await,
        "GetLogEvents" => get::get(call).await,
        "FilterLogEvents" => filter::filter(call).await,
        "GetLogRecord" => records::record(call).await,
        "GetLogGroupFields" => records::group_fields(call).await,
        "StartQuery" => queries::start(call).await,
        "GetQueryResults" => queries::results(call).await,
        "StopQuery" => queries::stop(call).await,
        "DescribeQueries" => queries::describe(call).await,
        "TestMetricFilter" => metric_filter::test(call).await,
        _ => Err(absent::operation(operation)),
    }
}
