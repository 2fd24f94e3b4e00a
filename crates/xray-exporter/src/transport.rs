//! The way documents go to X-Ray, as a trait, and what became of them. The ways that come with this crate are in `daemon` and `api`.

use std::{fmt::Debug, future::Future, pin::Pin};

use serde::Deserialize;

pub use xray_segment::MAX_DOCUMENT_BYTES;

/// What [`Transport::send`] returns: write `Box::pin(async move { … })`.
pub type Sending<'a> = Pin<Box<dyn Future<Output = Delivery> + Send + 'a>>;

/// A way to X-Ray.
///
/// ```
/// use xray_exporter::{Delivery, Sending, Transport};
///
/// /// Prints each document instead of sending it.
/// #[derive(Debug)]
/// struct Print;
///
/// impl Transport for Print {
///     fn send(&self, documents: Vec<String>) -> Sending<'_> {
///         Box::pin(async move {
///             let mut delivery = Delivery::default();
///             for document in documents {
///                 println!("{document}");
///                 delivery.accepted += 1;
///             }
///             delivery
///         })
///     }
/// }
/// ```
pub trait Transport: Send + Sync + Debug {
    /// Sends segment documents (JSON, one segment or independent subsegment each) and says what became of **each** of them.
    ///
    /// There may be any number of documents; a service that takes 50 at a time is given them in batches by the transport.
    /// What may succeed later is tried again here, since nobody else does; what was accepted is not sent twice.
    ///
    /// The exporter calls this on a thread with a tokio runtime of its own, so that clients that need one, such as the AWS SDKs, work.
    /// It gives up after [`XrayExporter::with_timeout`](crate::XrayExporter::with_timeout).
    fn send(&self, documents: Vec<String>) -> Sending<'_>;

    /// Bytes that one document may have; a larger one is split before it gets here.
    fn max_document_bytes(&self) -> usize {
        MAX_DOCUMENT_BYTES
    }
}

/// What became of the documents of one [`Transport::send`]. Each one is either counted in `accepted` or listed in `given_up`.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Delivery {
    /// Documents that the other side took.
    pub accepted: usize,
    /// Documents that it did not take, and that will not be sent again.
    pub given_up: Vec<GivenUp>,
}

/// A document that was given up.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct GivenUp {
    /// The document itself.
    pub document: String,
    /// Its `id`, if it has a readable one.
    pub id: Option<String>,
    /// Why, in one word: the service's `ErrorCode` (`InvalidTraceId`), or one of this crate's (`Unreachable`, `NoAnswer`).
    pub code: String,
    /// Why, in words for a person, without secrets.
    pub message: String,
}

impl GivenUp {
    /// Gives up `document`, whose `id` is read from it.
    pub fn new(
        document: impl Into<String>,
        code: impl Into<String>,
        message: impl Into<String>,
    ) -> Self {
        let document = document.into();
        Self {
            id: document_id(&document),
            document,
            code: code.into(),
            message: message.into(),
        }
    }
}

/// The `id` of a segment document, if there is one to be read.
pub(crate) fn document_id(document: &str) -> Option<String> {
    #[derive(Deserialize)]
    struct Id {
        id: String,
    }
    serde_json::from_str(document).ok().map(|Id { id }| id)
}
