//! A recorded hour in which some requests fail, and the questions that find them.

use std::collections::BTreeSet;

use aws_sdk_xray::primitives::DateTime;
use aws_settings::in_one_line;
use serde_json::{Value, json};
use span_snapshot::{XrayApi, verdict};
use xray::queries;

use crate::{application::block_on, grader::client};

/// 2026-01-01T12:00:00Z, when the recorded hour begins.
const NOON: i64 = 1_767_268_800;

/// What a recorded request was like: the status of the back end, and of the profiles service if that was asked.
/// The last two were made to the profiles service by somebody else, and are none of the back end's failures.
const REQUESTS: [(Option<u16>, Option<u16>); 9] = [
    (Some(200), None),
    (Some(422), None),
    (Some(200), Some(200)),
    (Some(502), Some(503)),
    (Some(404), None),
    (Some(502), Some(429)),
    (Some(200), Some(404)),
    (None, Some(404)),
    (None, Some(500)),
];

/// Results on a page, so that there is more than one.
const PAGE: usize = 4;

/// How often each was made.
const TIMES: usize = 4;

/// Fails unless the questions are answered with exactly what failed.
pub(crate) fn check() {
    let documents = recorded();
    check_group(&documents);
    let api = XrayApi::with_documents(documents).with_page_size(PAGE);
    let client = client(&api.endpoint());
    let (from, to) = (DateTime::from_secs(NOON), DateTime::from_secs(NOON + 3600));

    let found = block_on(queries::failed_traces(&client, from, to))
        .unwrap_or_else(|error| refused("failed_traces", &error));
    compare(&found, &api);

    let ids: Vec<String> = failed().into_iter().collect();
    let traces =
        block_on(queries::traces(&client, &ids)).unwrap_or_else(|error| refused("traces", &error));
    let got: BTreeSet<&str> = traces.iter().filter_map(|trace| trace.id()).collect();
    if got.len() != ids.len() {
        one_page_only("BatchGetTraces", ids.len().div_ceil(5), &api);
        verdict(
            "traces-missing",
            &format!(
                "{} IDs were asked for, and {} traces came back",
                ids.len(),
                got.len()
            ),
            "BatchGetTraces takes five IDs a call: `for ids in ids.chunks(5)`, and collect what each call gives",
        );
    }

    check_faults(from, to);
}

/// Fails unless each service's faults are counted, on all pages of the graph: here a service each.
fn check_faults(from: DateTime, to: DateTime) {
    let api = XrayApi::with_documents(recorded()).with_page_size(1);
    let faults = block_on(queries::faults(&client(&api.endpoint()), from, to))
        .unwrap_or_else(|error| refused("faults", &error));
    check_time("GetServiceGraph", &api);
    for (service, wanted) in [("backend", 2 * TIMES), ("profiles", 2 * TIMES)] {
        let counted: Vec<i64> = faults
            .iter()
            .filter(|(name, _)| name == service)
            .map(|(_, faults)| *faults)
            .collect();
        if counted != [wanted as i64] {
            if faults.len() < 2 {
                one_page_only("GetServiceGraph", 1, &api);
            }
            let counted = match &counted[..] {
                [] => "nothing was counted".to_owned(),
                [faults] => format!("{faults} faults were counted"),
                several => format!("there are several counts: {several:?}"),
            };
            verdict(
                "wrong-faults",
                &format!("of `{service}`, {counted}; it had {wanted} faults"),
                "take each service that has `summary_statistics()`, its `fault_statistics()`, and of that `total_count()`",
            );
        }
    }
}

/// Fails unless the group is created, and its filter finds what failed.
fn check_group(documents: &[String]) {
    let api = XrayApi::with_documents(documents.to_vec());
    if let Err(error) = block_on(queries::create_group(&client(&api.endpoint()))) {
        refused::<()>("create_group", &error);
    }
    let calls = api.calls();
    let Some(group) = calls.iter().find(|call| call.operation == "CreateGroup") else {
        verdict(
            "group-not-created",
            "the service was not asked to create a group",
            "`client.create_group().group_name(\"cruddur-failed\").filter_expression(failed()).send().await?`",
        )
    };
    for (key, wanted) in [
        ("GroupName", "cruddur-failed"),
        ("FilterExpression", queries::failed()),
    ] {
        if group.body[key] != wanted {
            let got = match &group.body[key] {
                Value::Null => "nothing".to_owned(),
                got => got.to_string(),
            };
            verdict(
                "wrong-group",
                &format!("the group was created with {got} as {key}; wanted is {wanted:?}"),
                "a group is a name for the question: give it the expression that `failed` returns",
            );
        }
    }
}

fn refused<T>(function: &str, error: &aws_sdk_xray::Error) -> T {
    verdict(
        "question-refused",
        &format!("`{function}` gave an error: {}", in_one_line(error)),
        "the service says what it does not like; a filter expression's position counts from 1",
    )
}

/// Fails where the answer of `operation` was asked for so often as its first pages take, and no oftener.
fn one_page_only(operation: &str, first_pages: usize, api: &XrayApi) {
    let asked = api.calls_of(operation).len();
    if asked == first_pages {
        let times = match asked {
            1 => "one call".to_owned(),
            _ => format!("{asked} calls"),
        };
        verdict(
            "one-page-only",
            &format!(
                "the answer of {operation} has more pages; of each the first was asked for, in {times}"
            ),
            "an answer with a token is one page: follow it, `into_paginator().send()` and `while let Some(page) = pages.next().await` do",
        );
    }
}

/// Fails unless the question was about the recorded hour.
fn check_time(operation: &str, api: &XrayApi) {
    let calls = api.calls_of(operation);
    let Some(call) = calls.iter().find(|call| call.refusal.is_none()) else {
        return;
    };
    let asked = ["StartTime", "EndTime"].map(|key| call.body[key].as_f64().unwrap_or_default());
    let wanted = [NOON as f64, (NOON + 3600) as f64];
    if asked != wanted {
        // Somebody's clock may be in it, so the times themselves are not told.
        verdict(
            "wrong-time",
            &format!("{operation} was asked about another time than from `from` to `to`"),
            "`.start_time(from).end_time(to)`: whoever asks says of which time",
        );
    }
}

fn compare(found: &[String], api: &XrayApi) {
    check_time("GetTraceSummaries", api);
    let wanted = failed();
    let got: BTreeSet<String> = found.iter().cloned().collect();
    let missing = wanted.difference(&got).count();
    let too_many = got.difference(&wanted).count();
    if too_many > 0 {
        verdict(
            "filter-too-wide",
            &format!(
                "{too_many} traces were found in which `backend` did not fail ({missing} are missing)"
            ),
            "`error` and `fault` alone speak of whoever was asked first: say whose with `service(\"backend\") { … }`",
        );
    }
    if missing > 0 {
        let is_page = found.len() == PAGE;
        let help = if is_page {
            "this is one page: follow its token, `into_paginator().send()` does"
        } else {
            "both count: `error` is a 4xx, `fault` a 5xx"
        };
        let cause = if is_page {
            "one-page-only"
        } else {
            "filter-too-narrow"
        };
        verdict(
            cause,
            &format!("{} of {} failed traces were found", got.len(), wanted.len()),
            help,
        );
    }
}

/// The IDs of the traces in which the back end answered 4xx or 5xx.
fn failed() -> BTreeSet<String> {
    numbered()
        .filter(|(_, (backend, _))| backend.is_some_and(|status| status >= 400))
        .map(|(number, _)| trace_id(number))
        .collect()
}

/// All requests of the hour, with a number each.
fn numbered() -> impl Iterator<Item = (usize, (Option<u16>, Option<u16>))> {
    (0..TIMES).flat_map(|_| REQUESTS).enumerate()
}

fn trace_id(number: usize) -> String {
    let time = NOON + 60 * number as i64;
    format!("1-{time:08x}-{number:024x}")
}

fn recorded() -> Vec<String> {
    let mut documents = Vec::new();
    for (number, (backend, profiles)) in numbered() {
        let id = |part: usize| format!("{:016x}", number * 16 + part + 1);
        if let Some(status) = backend {
            let mut segment = document(number, "backend", id(0), status);
            if let Some(called) = profiles {
                let mut call = document(number, "profiles", id(1), called);
                call["namespace"] = json!("remote");
                segment["subsegments"] = json!([call]);
            }
            documents.push(segment);
        }
        if let Some(status) = profiles {
            let mut segment = document(number, "profiles", id(2), status);
            if backend.is_some() {
                segment["parent_id"] = json!(id(1));
            }
            documents.push(segment);
        }
    }
    documents.iter().map(Value::to_string).collect()
}

/// A segment, or the subsegment of a call, whose flags say what its status means.
fn document(number: usize, name: &str, id: String, status: u16) -> Value {
    let start = (NOON + 60 * number as i64) as f64;
    json!({
        "name": name,
        "id": id,
        "trace_id": trace_id(number),
        "start_time": start,
        "end_time": start + 0.25,
        "http": { "request": { "method": "GET" }, "response": { "status": status } },
        "error": (400..500).contains(&status),
        "throttle": status == 429,
        "fault": status >= 500,
    })
}
