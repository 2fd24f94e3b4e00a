//! `PutTraceSegments`: which documents are taken, and which come back.

use serde_json::{Value as Json, json};

use super::State;
use super::answer::invalid;
use crate::aws::{Refusal, list};

/// The most that one call may bring.
const MOST_DOCUMENTS: usize = 50;

impl State {
    /// Takes the good documents and gives the others back. `unprocessed` is how many of the good ones come back too, and with what code.
    pub(super) fn put_trace_segments(
        &mut self,
        body: &Json,
        unprocessed: Option<(usize, &str)>,
    ) -> Result<Json, Refusal> {
        let documents = list(body, "TraceSegmentDocuments");
        if documents.len() > MOST_DOCUMENTS {
            return Err(invalid(format!(
                "{} documents in one call; at most {MOST_DOCUMENTS} are taken",
                documents.len()
            )));
        }
        let (first, told) = unprocessed.unwrap_or_default();
        let mut back = Vec::new();
        for (i, document) in documents.iter().enumerate() {
            let text = document.as_str().ok_or_else(|| {
                invalid("TraceSegmentDocuments is a list of texts, each a document's JSON")
            })?;
            match xray_segment::read(text) {
                Err(problem) => {
                    back.push(json!({
                        "Id": problem.id,
                        "ErrorCode": problem.code.as_str(),
                        "Message": problem.message,
                    }));
                }
                Ok(segment) => {
                    let refused = self
                        .refused
                        .iter()
                        .find(|refused| (refused.which)(&segment));
                    let code = match refused {
                        Some(refused) => Some(refused.code.as_str()),
                        None => (i < first).then_some(told),
                    };
                    match code {
                        Some(code) => back.push(json!({
                            "Id": segment.id,
                            "ErrorCode": code,
                            "Message": format!("Invalid segment. ErrorCode: {code}"),
                        })),
                        None => self.documents.push(text.to_owned()),
                    }
                }
            }
        }
        Ok(json!({ "UnprocessedTraceSegments": back }))
    }
}
