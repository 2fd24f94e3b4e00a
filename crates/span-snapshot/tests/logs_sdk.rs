//! The fake CloudWatch Logs API by the AWS SDK itself: what it speaks, which errors it knows again, and which of them it tries again after.

use aws_sdk_cloudwatchlogs::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_cloudwatchlogs::types::{InputLogEvent, OrderBy, QueryStatus};
use aws_sdk_cloudwatchlogs::{Client, Config, config::retry::RetryConfig};
use aws_settings::{AwsSettings, Service};
use span_snapshot::{LogsAnswer, LogsApi, MalformedQuery, assert_span_snapshot};
use std::time::Duration;

/// 2026-11-26 12:00.
const NOW: i64 = 1_795_694_400_000;

/// A client that tries up to three times, without a wait worth speaking of.
fn client(api: &LogsApi) -> Client {
    let lookup = |name: &str| (name == "AWS_ENDPOINT_URL_CLOUDWATCH_LOGS").then(|| api.endpoint());
    let settings = AwsSettings::from_lookup(Service::CloudWatchLogs, lookup, false).unwrap();
    let retry = RetryConfig::standard()
        .with_max_attempts(3)
        .with_initial_backoff(Duration::from_millis(1));
    let config = Config::from(&settings.sdk_config()).to_builder();
    Client::from_conf(config.retry_config(retry).build())
}

fn event(timestamp: i64, message: &str) -> InputLogEvent {
    InputLogEvent::builder()
        .timestamp(timestamp)
        .message(message)
        .build()
        .unwrap()
}

#[tokio::test]
async fn from_the_group_to_the_events_and_back() {
    let api = LogsApi::start().with_now(NOW).with_page_size(1);
    let logs = client(&api);
    let (group, stream) = ("cruddur", "backend");
    logs.create_log_group()
        .log_group_name(group)
        .send()
        .await
        .unwrap();
    let again = logs.create_log_group().log_group_name(group).send().await;
    assert!(
        again
            .unwrap_err()
            .into_service_error()
            .is_resource_already_exists_exception()
    );
    logs.create_log_stream()
        .log_group_name(group)
        .log_stream_name(stream)
        .send()
        .await
        .unwrap();
    logs.put_retention_policy()
        .log_group_name(group)
        .retention_in_days(14)
        .send()
        .await
        .unwrap();
    let put = logs
        .put_log_events()
        .log_group_name(group)
        .log_stream_name(stream)
        .log_events(event(
            NOW - 1,
            r#"{"level": "INFO", "message": "answered", "status": 200}"#,
        ))
        .log_events(event(NOW, "text"))
        .send()
        .await
        .unwrap();
    assert!(put.next_sequence_token().is_some() && put.rejected_log_events_info().is_none());
    assert_span_snapshot!(api.tree(), @"
    log group cruddur
       retentionInDays = 14
    └─ STREAM backend
       └─ INFO answered
          status = 200
       └─ TEXT text
    ");

    let groups = logs
        .describe_log_groups()
        .log_group_name_prefix("crud")
        .send()
        .await
        .unwrap();
    let described = &groups.log_groups()[0];
    assert_eq!(
        (described.log_group_name(), described.retention_in_days()),
        (Some(group), Some(14))
    );
    let streams = logs
        .describe_log_streams()
        .log_group_name(group)
        .order_by(OrderBy::LastEventTime)
        .descending(true)
        .send()
        .await
        .unwrap();
    assert_eq!(streams.log_streams()[0].last_event_timestamp(), Some(NOW));
    let first = logs
        .get_log_events()
        .log_group_name(group)
        .log_stream_name(stream)
        .start_from_head(true)
        .send()
        .await
        .unwrap();
    assert_eq!(first.events()[0].timestamp(), Some(NOW - 1));
    let mut pages = logs
        .filter_log_events()
        .log_group_name(group)
        .into_paginator()
        .send();
    let mut messages = Vec::new();
    while let Some(page) = pages.next().await {
        let page = page.unwrap();
        let texts = page.events().iter().filter_map(|event| event.message());
        messages.extend(texts.map(str::to_owned));
    }
    assert_eq!(messages.len(), 2);
    assert_eq!(messages[1], "text");
}

#[tokio::test]
async fn rejected_events_and_refused_calls_are_known_again() {
    let api = LogsApi::start()
        .with_now(NOW)
        .with_stream("cruddur", "backend");
    let logs = client(&api);
    let put = |group: &str, events: Vec<InputLogEvent>| {
        logs.put_log_events()
            .log_group_name(group)
            .log_stream_name("backend")
            .set_log_events(Some(events))
            .send()
    };
    let far = NOW + 3 * 3_600_000;
    let answer = put("cruddur", vec![event(NOW, "x"), event(far, "x")])
        .await
        .unwrap();
    let rejected = answer.rejected_log_events_info().unwrap();
    assert_eq!(rejected.too_new_log_event_start_index(), Some(1));
    let error = put("cruddur", vec![event(NOW, "x"), event(NOW - 1, "x")])
        .await
        .unwrap_err();
    let error = error.into_service_error();
    assert!(error.is_invalid_parameter_exception());
    assert!(
        error
            .meta()
            .message()
            .unwrap()
            .contains("chronological order")
    );
    let error = put("none", vec![event(NOW, "x")]).await.unwrap_err();
    assert!(error.into_service_error().is_resource_not_found_exception());
    // Neither is tried again.
    assert_eq!(api.calls_of("PutLogEvents").len(), 3);
}

#[tokio::test]
async fn what_passes_is_tried_again_and_wrong_keys_are_not() {
    let put = async |answers: Vec<LogsAnswer>| {
        let api = LogsApi::start()
            .with_now(NOW)
            .with_stream("cruddur", "backend")
            .answering("PutLogEvents", answers);
        let sent = client(&api)
            .put_log_events()
            .log_group_name("cruddur")
            .log_stream_name("backend")
            .log_events(event(NOW, "x"))
            .send()
            .await;
        let code = sent.err().map(|error| match error {
            SdkError::ServiceError(error) => error.err().code().unwrap_or_default().to_owned(),
            other => format!("{other:?}"),
        });
        (code, api.calls().len(), api.all_events().len())
    };
    use LogsAnswer::{Fail, Lose, RefuseKeys, Serve, Throttle, Unavailable};
    assert_eq!(put(vec![Throttle, Serve]).await, (None, 2, 1));
    assert_eq!(put(vec![Unavailable, Fail, Serve]).await, (None, 3, 1));
    assert_eq!(
        put(vec![Lose, Serve]).await,
        (None, 2, 2),
        "it was taken both times"
    );
    let throttled = Some("ThrottlingException".to_owned());
    assert_eq!(put(vec![Throttle]).await, (throttled, 3, 0));
    let unknown = Some("UnrecognizedClientException".to_owned());
    assert_eq!(put(vec![RefuseKeys, Serve]).await, (unknown, 1, 0));
}

#[tokio::test]
async fn questions() {
    let api = LogsApi::start()
        .with_now(NOW)
        .with_events("cruddur", "backend", [(NOW, "x")])
        .with_insights(|query, events| match query {
            "count" => Ok(vec![vec![("count".to_owned(), events.len().to_string())]]),
            _ => Err(MalformedQuery {
                message: "no such command".to_owned(),
                start: 2,
                end: 5,
            }),
        });
    let logs = client(&api);
    let start = |query: &str| {
        logs.start_query()
            .log_group_name("cruddur")
            .start_time(NOW / 1000 - 60)
            .end_time(NOW / 1000)
            .query_string(query)
            .send()
    };
    let id = start("count").await.unwrap().query_id.unwrap();
    let results = || logs.get_query_results().query_id(&id).send();
    assert_eq!(
        results().await.unwrap().status(),
        Some(&QueryStatus::Scheduled)
    );
    assert_eq!(
        results().await.unwrap().status(),
        Some(&QueryStatus::Running)
    );
    let complete = results().await.unwrap();
    assert_eq!(complete.status(), Some(&QueryStatus::Complete));
    let cell = &complete.results()[0][0];
    assert_eq!((cell.field(), cell.value()), (Some("count"), Some("1")));
    assert_eq!(complete.statistics().unwrap().records_scanned(), 1.0);

    let error = start("| nonsense").await.unwrap_err().into_service_error();
    let error = match error {
        aws_sdk_cloudwatchlogs::operation::start_query::StartQueryError::MalformedQueryException(it) => it,
        other => panic!("{other:?}"),
    };
    let location = error.query_compile_error().unwrap().location().unwrap();
    assert_eq!(
        (location.start_char_offset(), location.end_char_offset()),
        (Some(2), Some(5))
    );

    let id = start("count").await.unwrap().query_id.unwrap();
    assert!(
        logs.stop_query()
            .query_id(&id)
            .send()
            .await
            .unwrap()
            .success()
    );
}
