//! Takes spans as OpenTelemetry's exporters send them: over HTTP as protobuf or JSON, and over gRPC.
//! What happens to the spans then is the store's business.

pub(crate) mod content;
pub(crate) mod grpc;
pub(crate) mod http;
mod reply;

pub use content::{MAX_BODY_BYTES, MAX_DECOMPRESSED_BYTES};
