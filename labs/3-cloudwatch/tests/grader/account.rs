//! An account in which there is nothing, one in which all is there, and ones in which nothing is allowed.

use aws_settings::in_one_line;
use cloudwatch::group::{self, GROUP, RETENTION_DAYS};
use span_snapshot::{LogsAnswer, LogsApi, verdict};

use super::{REGION, aws, client};
use crate::application::block_on;

const STREAM: &str = "backend";

/// The other service's, which has the group in common with it.
const OTHER_STREAM: &str = "profiles";

/// Fails unless group, stream and retention are there afterwards, whatever was there before, and refusals are told.
pub(crate) fn check() {
    let api = LogsApi::start();
    prepare(&api, STREAM, "in an account in which there is nothing yet");
    check_there(&api, STREAM, "in an account in which there was nothing yet");
    check_region(&api);

    if let Err(error) = block_on(group::prepare(&client(&api.endpoint()), STREAM)) {
        verdict(
            "existing-is-an-error",
            &format!(
                "the second time `prepare` gave an error: {}",
                in_one_line(&error)
            ),
            "what is there already is what was wanted: `ResourceAlreadyExistsException` is a success, and the next call is made",
        );
    }

    let api = LogsApi::start().with_group(GROUP);
    prepare(
        &api,
        OTHER_STREAM,
        "in an account that has the group already",
    );
    check_stream(
        &api,
        OTHER_STREAM,
        "in an account that had the group already",
        "an existing group is no reason to return: go on to the stream and the retention. `create_log_stream()` wants both names",
    );
    check_there(
        &api,
        OTHER_STREAM,
        "in an account that had the group already",
    );

    for operation in ["CreateLogGroup", "CreateLogStream", "PutRetentionPolicy"] {
        // All is there, so that no later call fails because of an earlier one.
        let api = LogsApi::start()
            .with_stream(GROUP, STREAM)
            .answering(operation, [LogsAnswer::RefuseKeys]);
        if block_on(group::prepare(&client(&api.endpoint()), STREAM)).is_ok() {
            verdict(
                "error-swallowed",
                &format!(
                    "{operation} was refused, because the keys are wrong, and `prepare` gave `Ok`"
                ),
                "only `ResourceAlreadyExistsException` is a success: any other error belongs to the caller",
            );
        }
    }
}

fn prepare(api: &LogsApi, stream: &str, place: &str) {
    if let Err(error) = block_on(group::prepare(&client(&api.endpoint()), stream)) {
        if api.groups().iter().any(|group| group.name != GROUP) {
            check_there(api, stream, place);
        }
        verdict(
            "call-refused",
            &format!("{place}, `prepare` gave an error: {}", in_one_line(&error)),
            "the group comes first, then the stream in it; the days of a retention are one of the service's numbers, among them 1, 3, 5, 7, 14 and 30",
        );
    }
}

fn check_there(api: &LogsApi, stream: &str, place: &str) {
    let groups = api.groups();
    let Some(group) = groups.iter().find(|group| group.name == GROUP) else {
        let names: Vec<&str> = groups.iter().map(|group| group.name.as_str()).collect();
        let got = match names[..] {
            [] => "no group".to_owned(),
            _ => format!("the groups {names:?}"),
        };
        verdict(
            "group-not-created",
            &format!("{place}, there is {got} afterwards; wanted is `{GROUP}`"),
            "`client.create_log_group().log_group_name(GROUP).send().await`",
        )
    };
    check_stream(
        api,
        stream,
        place,
        "`client.create_log_stream()` wants both names: `log_group_name(GROUP)` and `log_stream_name(stream)`",
    );
    match group.retention_in_days {
        None => verdict(
            "retention-not-set",
            &format!("{place}, the group keeps its events for ever afterwards"),
            "`client.put_retention_policy().log_group_name(GROUP).retention_in_days(RETENTION_DAYS)`, also where the group was there already",
        ),
        Some(days) if days != i64::from(RETENTION_DAYS) => verdict(
            "wrong-retention",
            &format!(
                "{place}, the group keeps its events for {days} days afterwards; wanted are {RETENTION_DAYS}"
            ),
            "use `RETENTION_DAYS`",
        ),
        Some(_) => {}
    }
}

/// Fails unless the group has the one stream that it should have, and gives `help`.
fn check_stream(api: &LogsApi, stream: &str, place: &str, help: &str) {
    for group in api.groups() {
        if group.name == GROUP && group.streams != [stream] {
            let help = match group.streams.as_slice() {
                [] => help,
                _ => {
                    "there is a stream, of another name: `prepare` is given the name as `stream`, since each service has one of its own"
                }
            };
            verdict(
                "stream-not-created",
                &format!(
                    "{place}, the group has the streams {:?} afterwards; wanted is `{stream}`",
                    group.streams
                ),
                help,
            );
        }
    }
}

/// Fails unless the learner's client sends to the region that the environment names.
fn check_region(api: &LogsApi) {
    let before = api.calls().len();
    let prepared = block_on(group::prepare(
        &group::client(&aws(&api.endpoint())),
        STREAM,
    ));
    let calls = api.calls();
    let Some(call) = calls.get(before) else {
        let why = prepared.err();
        let why = why.map_or("no call was made".to_owned(), |error| in_one_line(&error));
        verdict(
            "client-unusable",
            &format!("with the client that `client` makes, the service was not reached: {why}"),
            "`Client::new(&aws.sdk_config())`: it has endpoint, region and keys from the environment",
        )
    };
    let region = call.region().unwrap_or_default();
    if region != REGION {
        verdict(
            "wrong-region",
            &format!("AWS_REGION is `{REGION}`, and the call was for the region `{region}`"),
            "leave the region to the environment: `Client::new(&aws.sdk_config())`. A name that is none, such as `can-central-1`, is looked up as a host, and nobody is there",
        );
    }
}
