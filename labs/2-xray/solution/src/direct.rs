//! Segments without a daemon: straight to the API, where noticing a loss is our own business.

use aws_sdk_xray::Client;
use xray_exporter::{Delivery, Sending, Transport};

/// Sends documents by `PutTraceSegments`.
#[derive(Debug)]
pub struct Direct {
    client: Client,
}

impl Direct {
    /// Through this client.
    pub fn new(client: Client) -> Self {
        Self { client }
    }

    /// Sends all of `documents`, and says what became of each.
    async fn put(&self, documents: Vec<String>) -> Delivery {
        // #region step 8
        let mut delivery = Delivery::default();
        // The service takes 50 documents a call.
        for batch in documents.chunks(50) {
            let mut waiting = batch.to_vec();
            let mut refused = Vec::new();
            for _attempt in 0..3 {
                refused = self.put_once(&waiting).await;
                delivery.accepted += waiting.len() - refused.len();
                // What was taken is not sent again.
                waiting = refused.iter().map(|one| one.document.clone()).collect();
                if waiting.is_empty() {
                    break;
                }
            }
            delivery.given_up.extend(refused);
        }
        delivery
        // #endregion
    }

    // #region step 8
    /// One call. Gives back what it did not take, and why.
    async fn put_once(&self, documents: &[String]) -> Vec<xray_exporter::GivenUp> {
        use aws_sdk_xray::error::ProvideErrorMetadata;
        use xray_exporter::GivenUp;

        let sent = self
            .client
            .put_trace_segments()
            .set_trace_segment_documents(Some(documents.to_vec()))
            .send()
            .await;
        match sent {
            // A 200 is no promise: what the service did not take is in its answer.
            Ok(answer) => answer
                .unprocessed_trace_segments()
                .iter()
                .filter_map(|refused| {
                    let document = (documents.iter())
                        .find(|document| document_id(document).as_deref() == refused.id())?;
                    let code = refused.error_code().unwrap_or("Unknown");
                    Some(GivenUp::new(
                        document,
                        code,
                        refused.message().unwrap_or(code),
                    ))
                })
                .collect(),
            Err(error) => {
                // Code and message are the service's own; without them nobody answered, and the causes say why.
                let code = error.code().unwrap_or("Unreachable").to_owned();
                let message = error
                    .message()
                    .map_or_else(|| Self::causes(&error), str::to_owned);
                documents
                    .iter()
                    .map(|document| GivenUp::new(document, &code, &message))
                    .collect()
            }
        }
    }

    /// What went wrong on the way, in one line.
    fn causes(error: &dyn std::error::Error) -> String {
        let causes = std::iter::successors(error.source(), |&cause| cause.source());
        causes
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join(": ")
    }
    // #endregion
}

impl Transport for Direct {
    fn send(&self, documents: Vec<String>) -> Sending<'_> {
        Box::pin(self.put(documents))
    }
}

/// The ID of a segment document, by which the service's answer names it.
pub fn document_id(document: &str) -> Option<String> {
    let document: serde_json::Value = serde_json::from_str(document).ok()?;
    Some(document.get("id")?.as_str()?.to_owned())
}
