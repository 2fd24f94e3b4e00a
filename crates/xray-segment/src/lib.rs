//! X-Ray segment documents: the type, reading and checking them, making them of OpenTelemetry spans, and turning them into spans.
//! Sending, storing and asking questions about them is for others.
//!
//! The format is that of [AWS X-Ray segment documents](https://docs.aws.amazon.com/xray/latest/devguide/aws-xray-interface-api.html#xray-api-segmentdocuments).

mod fit;
mod otlp;
mod read;
mod segment;
pub mod trace_id;
pub mod translate;

pub use fit::{Cut, Fitted, fit};
pub use otlp::to_otlp;
pub use read::{ErrorCode, MAX_ANNOTATIONS, MAX_DEPTH, Unprocessed, read};
pub use segment::{
    Annotation, Cause, Exception, Http, HttpRequest, HttpResponse, Link, Namespaces, Segment,
    Service, Sql, StackFrame,
};

/// Largest document that the service and the daemon take, in bytes of its JSON.
pub const MAX_DOCUMENT_BYTES: usize = 64 * 1024;
