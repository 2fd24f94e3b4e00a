//! What the answers to `PutTraceSegments` mean: which documents were not processed, whether it helps to send them again, and why a request failed as a whole.

use std::{collections::VecDeque, error::Error, time::Duration};

use aws_sdk_xray::{error::SdkError, operation::put_trace_segments::PutTraceSegmentsError};

use crate::{GivenUp, transport::document_id};

pub(crate) use aws_sdk_xray::types::UnprocessedTraceSegment as Unprocessed;

/// A document that came back.
#[derive(Debug)]
pub(crate) struct Returned {
    pub(crate) given_up: GivenUp,
    pub(crate) may_be_retried: bool,
}

/// A request that failed as a whole, after the SDK's own attempts.
#[derive(Debug)]
pub(crate) struct Failed {
    pub(crate) code: String,
    pub(crate) message: String,
    /// There is no use in asking again soon.
    pub(crate) nobody_answered: bool,
}

/// Finds the documents of `batch` that `entries` are about.
pub(crate) fn unprocessed(batch: Vec<String>, entries: Vec<Unprocessed>) -> Vec<Returned> {
    let mut documents: VecDeque<(Option<String>, String)> = batch
        .into_iter()
        .map(|document| (document_id(&document), document))
        .collect();
    entries
        .into_iter()
        .map(|entry| {
            let id = entry.id.filter(|id| !id.is_empty());
            // An entry without ID is about a document whose ID could not be read.
            let document = documents
                .iter()
                .position(|(known, _)| *known == id)
                .and_then(|index| documents.remove(index))
                .map(|(_, document)| document);
            let code = entry.error_code.unwrap_or_else(|| "Unprocessed".to_owned());
            Returned {
                may_be_retried: document.is_some() && !is_final(&code),
                given_up: GivenUp {
                    message: entry
                        .message
                        .unwrap_or_else(|| "the service did not say why".to_owned()),
                    document: document.unwrap_or_default(),
                    code,
                    id,
                },
            }
        })
        .collect()
}

/// Whether the code says that the document itself is wrong (`InvalidTraceId`, `MissingId`): the next answer would be the same.
///
/// The service publishes no list, so that what is unknown is tried again; the attempts are few.
fn is_final(code: &str) -> bool {
    ["Invalid", "Missing", "Malformed", "Unsupported"]
        .iter()
        .any(|start| code.starts_with(start))
        || ["TooLarge", "TooLong", "TooOld", "TooNew"]
            .iter()
            .any(|end| code.ends_with(end))
}

impl Failed {
    pub(crate) fn no_answer(within: Duration) -> Self {
        Self {
            code: "NoAnswer".to_owned(),
            message: format!(
                "no answer within {} s: is the endpoint X-Ray's or the observatory's, and in good health?",
                within.as_secs_f64()
            ),
            nobody_answered: true,
        }
    }

    pub(crate) fn from_sdk(error: &SdkError<PutTraceSegmentsError>) -> Self {
        let chain = causes(error);
        let (code, message) = match error {
            SdkError::ServiceError(service) => {
                let status = service.raw().status().as_u16();
                let meta = service.err().meta();
                let said = meta.message().map_or_else(
                    || "without a reason: is the endpoint X-Ray's or the observatory's?".to_owned(),
                    str::to_owned,
                );
                let (code, message) = match meta.code() {
                    Some(code) => (code.to_owned(), format!("answered {status}, {said}")),
                    None if service.raw().status().is_success() => (
                        "Unreadable".to_owned(),
                        format!("the answer could not be read: {}", causes(service.err())),
                    ),
                    None => (
                        format!("Status{status}"),
                        format!("answered {status} {said}"),
                    ),
                };
                return Self {
                    code,
                    message,
                    nobody_answered: false,
                };
            }
            SdkError::TimeoutError(_) => ("NoAnswer", format!("no answer in time: {chain}")),
            SdkError::DispatchFailure(failure) if failure.is_timeout() => {
                ("NoAnswer", format!("no answer in time: {chain}"))
            }
            SdkError::DispatchFailure(_) => (
                "Unreachable",
                format!(
                    "the endpoint could not be reached ({chain}): is the observatory running, and AWS_ENDPOINT_URL right?"
                ),
            ),
            SdkError::ResponseError(_) => (
                "Unreadable",
                format!("the answer could not be read: {chain}"),
            ),
            _ => ("NotSent", format!("the request could not be made: {chain}")),
        };
        Self {
            nobody_answered: matches!(code, "NoAnswer" | "Unreachable"),
            code: code.to_owned(),
            message,
        }
    }
}

/// The messages of an error's causes, outermost first, each once.
fn causes(error: &dyn Error) -> String {
    let mut messages: Vec<String> = Vec::new();
    let mut cause = error.source();
    while let Some(error) = cause {
        let message = error.to_string();
        if !messages.iter().any(|known| known.contains(&message)) {
            messages.push(message);
        }
        cause = error.source();
    }
    messages.join(": ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(code: &str, wanted: bool) {
        assert_eq!(is_final(code), wanted, "{code}");
    }

    #[test]
    fn codes_that_name_the_documents_own_fault_are_final() {
        for code in [
            "InvalidTraceId",
            "InvalidName",
            "MissingId",
            "MalformedDocument",
            "SegmentTooLarge",
            "UnsupportedType",
        ] {
            check(code, true);
        }
    }

    #[test]
    fn codes_that_do_not_are_tried_again() {
        for code in [
            "ThrottledException",
            "InternalFailure",
            "ServiceUnavailable",
            "Unprocessed",
            "",
        ] {
            check(code, false);
        }
    }

    fn entry(id: Option<&str>, code: &str) -> Unprocessed {
        Unprocessed::builder()
            .set_id(id.map(str::to_owned))
            .error_code(code)
            .message("why")
            .build()
    }

    #[track_caller]
    fn check_match(batch: &[&str], entries: Vec<Unprocessed>, wanted: &[(&str, bool)]) {
        let returned = unprocessed(batch.iter().map(|&text| text.to_owned()).collect(), entries);
        let told: Vec<(&str, bool)> = returned
            .iter()
            .map(|returned| (returned.given_up.document.as_str(), returned.may_be_retried))
            .collect();
        assert_eq!(told, wanted);
    }

    #[test]
    fn entries_find_their_documents() {
        let (a, b, none) = (r#"{"id":"a"}"#, r#"{"id":"b"}"#, "{}");
        check_match(&[a, b], vec![entry(Some("b"), "Busy")], &[(b, true)]);
        check_match(
            &[a, none, b],
            vec![entry(None, "MissingId")],
            &[(none, false)],
        );
        check_match(&[a, none], vec![entry(Some(""), "Busy")], &[(none, true)]);
        check_match(
            &[a, a],
            vec![entry(Some("a"), "Busy"), entry(Some("a"), "Busy")],
            &[(a, true), (a, true)],
        );
        check_match(&[a], vec![entry(Some("z"), "Busy")], &[("", false)]);
    }
}
