//! X-Ray: one segment sent, and its trace asked for until it is there.

use std::time::{SystemTime, UNIX_EPOCH};

use aws_sdk_xray::Client;
use aws_settings::{AwsSettings, HAS_TLS, Service};

use crate::aws_refusal::Call;
use crate::finding::Finding;
use crate::patience::Patience;

const WHOM: &str = "X-Ray";
const PUT: Call<'_> = Call {
    whom: WHOM,
    permission: "xray:PutTraceSegments",
};
const GET: Call<'_> = Call {
    whom: WHOM,
    permission: "xray:BatchGetTraces",
};

/// Tells what was learnt.
pub(crate) async fn check(lookup: impl Fn(&str) -> Option<String>) {
    let settings = match AwsSettings::from_lookup(Service::XRay, lookup, HAS_TLS) {
        Ok(settings) => settings,
        Err(error) => {
            return Finding::wrong_settings(WHOM, &error).tell();
        }
    };
    let client = Client::new(&settings.sdk_config());
    let (trace, document) = segment();
    if let Err(finding) = put(&client, document).await {
        return finding.tell();
    }
    Finding::ok(format!(
        "{settings}: took a segment, service `cargo-lab-doctor`"
    ))
    .tell();
    get(&client, &trace).await.tell();
}

/// A segment of a moment, and its trace's ID.
fn segment() -> (String, String) {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
        .as_secs_f64();
    let trace = format!("1-{:08x}-{:024x}", now as u64, rand::random::<u128>() >> 32);
    let id = format!("{:016x}", rand::random::<u64>());
    let document = serde_json::json!({
        "name": "cargo-lab-doctor",
        "id": id,
        "trace_id": trace,
        "start_time": now - 0.001,
        "end_time": now,
    });
    (trace, document.to_string())
}

async fn put(client: &Client, document: String) -> Result<(), Finding> {
    let answer = client
        .put_trace_segments()
        .trace_segment_documents(document)
        .send()
        .await
        .map_err(|error| PUT.failed(&error))?;
    match answer.unprocessed_trace_segments() {
        [] => Ok(()),
        [one, ..] => Err(PUT.given_back(
            one.error_code().unwrap_or_default(),
            one.message().unwrap_or_default(),
        )),
    }
}

async fn get(client: &Client, trace: &str) -> Finding {
    let patience = Patience::new();
    loop {
        let answer = client.batch_get_traces().trace_ids(trace).send().await;
        match answer {
            // The policy for daemons, which the guide of lab 2 names, lets nobody read.
            Err(error) if Call::is_denied(&error) => {
                return Finding::note(
                    format!("{WHOM}: took the segment, but these credentials may not read traces"),
                    format!(
                        "Look for the trace {trace} in the console; or ask for the permission {}.",
                        GET.permission
                    ),
                );
            }
            Err(error) => return GET.failed(&error),
            Ok(answer) if !answer.traces().is_empty() => {
                return Finding::ok(format!("{WHOM}: gave the trace back, {trace}"));
            }
            Ok(_) if patience.again().await => {}
            Ok(_) => {
                return Finding::note(
                    format!(
                        "{WHOM}: took the segment, but does not have the trace {trace} after {}",
                        Patience::whole()
                    ),
                    "Look for it in the console in some minutes. If the clock of this machine is wrong, it is there at another time.",
                );
            }
        }
    }
}
