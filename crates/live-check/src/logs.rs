//! CloudWatch Logs: one event put into a stream of its own in the labs' group, read back, and the stream removed.

use std::time::{SystemTime, UNIX_EPOCH};

use aws_sdk_cloudwatchlogs::{Client, types::InputLogEvent};
use aws_settings::{AwsSettings, HAS_TLS, Service};

use crate::aws_refusal::{Call, clock};
use crate::finding::Finding;
use crate::patience::Patience;

const WHOM: &str = "CloudWatch Logs";
/// The group of lab 3.
const GROUP: &str = "cruddur";
const STREAM: &str = "doctor";

/// The call that needs this permission.
const fn call(permission: &str) -> Call<'_> {
    Call {
        whom: WHOM,
        permission,
    }
}

/// Tells what was learnt.
pub(crate) async fn check(lookup: impl Fn(&str) -> Option<String>) {
    let settings = match AwsSettings::from_lookup(Service::CloudWatchLogs, lookup, HAS_TLS) {
        Ok(settings) => settings,
        Err(error) => {
            return Finding::wrong_settings(WHOM, &error).tell();
        }
    };
    let client = Client::new(&settings.sdk_config());
    match make_group(&client).await {
        Ok(true) => Finding::note(
            format!("{WHOM}: the group `{GROUP}` was missing, and is made now"),
            "Lab 3 uses it; without events it costs nothing.",
        )
        .tell(),
        Ok(false) => {}
        Err(finding) => return finding.tell(),
    }
    let is_own = match make_stream(&client).await {
        Ok(is_own) => is_own,
        Err(finding) => return finding.tell(),
    };
    match put(&client).await {
        Ok(message) => {
            Finding::ok(format!(
                "{settings}: took an event, group `{GROUP}`, stream `{STREAM}`"
            ))
            .tell();
            get(&client, &message).await.tell();
        }
        Err(finding) => finding.tell(),
    }
    // A stream that was there before is somebody else's.
    if is_own {
        delete_stream(&client).await;
    }
}

/// Whether the group had to be made.
async fn make_group(client: &Client) -> Result<bool, Finding> {
    let answer = client
        .describe_log_groups()
        .log_group_name_prefix(GROUP)
        .send()
        .await;
    let answer = match answer {
        Ok(answer) => answer,
        // Whoever may only write has a group already; if not, the next call says so.
        Err(error) if Call::is_denied(&error) => return Ok(false),
        Err(error) => return Err(call("logs:DescribeLogGroups").failed(&error)),
    };
    let is_there = (answer.log_groups().iter()).any(|group| group.log_group_name() == Some(GROUP));
    if is_there {
        return Ok(false);
    }
    let made = client.create_log_group().log_group_name(GROUP).send().await;
    match made {
        Ok(_) => Ok(true),
        Err(error) => match error.as_service_error() {
            Some(refusal) if refusal.is_resource_already_exists_exception() => Ok(false),
            _ => Err(call("logs:CreateLogGroup").failed(&error)),
        },
    }
}

/// Whether the stream had to be made.
async fn make_stream(client: &Client) -> Result<bool, Finding> {
    let made = client
        .create_log_stream()
        .log_group_name(GROUP)
        .log_stream_name(STREAM)
        .send()
        .await;
    match made {
        Ok(_) => Ok(true),
        Err(error) => match error.as_service_error() {
            Some(refusal) if refusal.is_resource_already_exists_exception() => Ok(false),
            _ => Err(call("logs:CreateLogStream").failed(&error)),
        },
    }
}

/// Puts an event, and gives its message.
async fn put(client: &Client) -> Result<String, Finding> {
    let message = format!("cargo lab doctor {:016x}", rand::random::<u64>());
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
        .as_millis();
    let event = InputLogEvent::builder()
        .timestamp(i64::try_from(now).unwrap_or(i64::MAX))
        .message(&message)
        .build()
        .map_err(|error| {
            Finding::problem(
                format!("{WHOM}: {error}"),
                "This is a defect of `cargo lab doctor`.",
            )
        })?;
    let answer = client
        .put_log_events()
        .log_group_name(GROUP)
        .log_stream_name(STREAM)
        .log_events(event)
        .send()
        .await
        .map_err(|error| call("logs:PutLogEvents").failed(&error))?;
    match answer.rejected_log_events_info() {
        // Too old or too new: it was made this moment.
        Some(_) => Err(clock(WHOM)),
        None => Ok(message),
    }
}

async fn get(client: &Client, message: &str) -> Finding {
    let patience = Patience::new();
    loop {
        let answer = client
            .get_log_events()
            .log_group_name(GROUP)
            .log_stream_name(STREAM)
            .start_from_head(false)
            .send()
            .await;
        match answer {
            Err(error) if Call::is_denied(&error) => {
                return Finding::note(
                    format!("{WHOM}: took the event, but these credentials may not read events"),
                    "Look for it in the console; or ask for the permission logs:GetLogEvents.",
                );
            }
            Err(error) => return call("logs:GetLogEvents").failed(&error),
            Ok(answer)
                if (answer.events().iter()).any(|event| event.message() == Some(message)) =>
            {
                return Finding::ok(format!("{WHOM}: gave the event back"));
            }
            Ok(_) if patience.again().await => {}
            Ok(_) => {
                return Finding::note(
                    format!(
                        "{WHOM}: took the event, but does not give it back after {}",
                        Patience::whole()
                    ),
                    "Look for it in the console in some minutes.",
                );
            }
        }
    }
}

async fn delete_stream(client: &Client) {
    let deleted = client
        .delete_log_stream()
        .log_group_name(GROUP)
        .log_stream_name(STREAM)
        .send()
        .await;
    let finding = match deleted {
        Ok(_) => Finding::ok(format!("{WHOM}: the stream `{STREAM}` is removed again")),
        Err(_) => Finding::note(
            format!("{WHOM}: the stream `{STREAM}` could not be removed again"),
            "It does no harm. To have it removed, ask for the permission logs:DeleteLogStream.",
        ),
    };
    finding.tell();
}
