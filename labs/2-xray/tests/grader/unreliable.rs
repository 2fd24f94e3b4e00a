//! A service with moods, and what becomes of documents that are put there without a daemon.

use std::collections::BTreeMap;

use serde_json::json;
use span_snapshot::{Call, XrayAnswer, XrayApi, verdict};
use xray::direct::Direct;
use xray_exporter::{Delivery, Transport};
use xray_segment::Segment;

use crate::{application::block_on, grader::client};

/// What the service takes in one call.
const BATCH: usize = 50;

/// Fails unless all documents are taken or reported, whatever the service does.
pub(crate) fn check() {
    let (delivery, calls) = put(XrayApi::start(), 120);
    check_all("a service that takes everything", 120, 0, &delivery, &calls);
    if calls.len() > 3 {
        verdict(
            "not-batched",
            &format!("120 documents came in {} calls", calls.len()),
            "send 50 documents a call: `documents.chunks(50)`",
        );
    }

    let refusal = XrayAnswer::Unprocessed {
        first: 2,
        code: REASON.to_owned(),
    };
    let (delivery, calls) = put(moody([refusal, XrayAnswer::Serve]), 60);
    let service = "a service that refused two documents once, in an answer of 200";
    check_all(service, 60, 2, &delivery, &calls);

    let (delivery, calls) = put(moody([XrayAnswer::Throttle, XrayAnswer::Serve]), 60);
    let service = "a service that refused one call with 429";
    check_all(service, 60, BATCH, &delivery, &calls);

    let refused = |segment: &Segment| segment.id == id(7);
    let (delivery, calls) = put(XrayApi::start().refusing(REASON, refused), 10);
    if delivery.accepted != 9 || delivery.given_up.len() != 1 {
        let service = "a service that refused one document for good";
        lost(service, "9 accepted and 1 given up", &delivery, &calls);
    }
    if delivery.given_up[0].code != REASON {
        verdict(
            "reason-lost",
            &format!(
                "the document was given up with the code `{}`; the service said `{REASON}`",
                delivery.given_up[0].code
            ),
            "`GivenUp::new(document, code, message)`: `error_code()` and `message()` of what came back unprocessed",
        );
    }
    if !delivery.given_up[0].message.contains(MESSAGE) {
        verdict(
            "reason-lost",
            &format!(
                "the document was given up with the message {:?}; the service said {:?}",
                delivery.given_up[0].message,
                format!("{MESSAGE}. ErrorCode: {REASON}")
            ),
            "`GivenUp::new(document, code, message)`: the message is for whoever reads the log, `refused.message()`",
        );
    }

    let (delivery, calls) = put(moody([XrayAnswer::Fail]), 70);
    if delivery.accepted != 0 || delivery.given_up.len() != 70 {
        let service = "a service that answered each call with 500";
        lost(service, "70 given up", &delivery, &calls);
    }
}

/// Why documents come back.
const REASON: &str = "InternalFailure";

/// What the service says of it in words, at the beginning.
const MESSAGE: &str = "Invalid segment";

/// A service that answers the first call so, the second one so, and the rest like the last.
fn moody(answers: impl IntoIterator<Item = XrayAnswer>) -> XrayApi {
    XrayApi::start().answering("PutTraceSegments", answers)
}

/// Puts so many documents to the service, and gives what the transport says and what the service was asked.
fn put(api: XrayApi, documents: usize) -> (Delivery, Vec<Call>) {
    let transport = Direct::new(client(&api.endpoint()));
    let delivery = block_on(transport.send((1..=documents).map(document).collect()));
    (delivery, api.calls())
}

fn id(number: usize) -> String {
    format!("{number:016x}")
}

fn document(number: usize) -> String {
    let document = json!({
        "name": "backend",
        "id": id(number),
        "trace_id": format!("1-69566140-{number:024x}"),
        "start_time": 1_767_268_800.0,
        "end_time": 1_767_268_800.25,
    });
    document.to_string()
}

/// Fails unless all were taken, and no more than `refused` of them were sent more than once.
fn check_all(service: &str, documents: usize, refused: usize, delivery: &Delivery, calls: &[Call]) {
    if let Some(call) = calls.iter().find(|call| call.documents().len() > BATCH) {
        verdict(
            "batch-too-large",
            &format!(
                "a call had {} documents, and the service takes {BATCH}",
                call.documents().len()
            ),
            "send them in batches: `documents.chunks(50)`",
        );
    }
    let mut sent: BTreeMap<&str, usize> = BTreeMap::new();
    for document in calls.iter().flat_map(Call::documents) {
        *sent.entry(document).or_default() += 1;
    }
    if delivery.accepted != documents || !delivery.given_up.is_empty() || sent.len() != documents {
        lost(service, &format!("{documents} accepted"), delivery, calls);
    }
    let again = sent.values().filter(|times| **times > 1).count();
    if again > refused {
        verdict(
            "sent-twice",
            &format!(
                "{service}: {again} documents were sent more than once, and {refused} had been refused"
            ),
            "send again what came back unprocessed, and nothing else",
        );
    }
}

fn lost(service: &str, wanted: &str, delivery: &Delivery, calls: &[Call]) -> ! {
    let reason = delivery.given_up.first();
    let reason = reason.map_or_else(String::new, |one| format!(" ({})", one.code));
    verdict(
        "documents-lost",
        &format!(
            "{service}: {} calls, {} accepted, {} given up{}; wanted are {wanted}",
            calls.len(),
            delivery.accepted,
            delivery.given_up.len(),
            reason
        ),
        "each document is either accepted or in `given_up`: a 200 may list some as unprocessed, and a call may fail",
    )
}
