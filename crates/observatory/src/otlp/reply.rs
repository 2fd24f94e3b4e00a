//! Answers to exporters, in the encoding of their request: success, partial success, `google.rpc.Status`.

use axum::{
    body::Body,
    response::{IntoResponse, Response},
};
use http::{HeaderValue, StatusCode, header::CONTENT_TYPE};
use prost::Message;

use super::content::Format;
use crate::{
    journal::{Refused, refusals::By},
    store::Accepted,
};

/// `google.rpc.Status`, as far as it is used here.
#[derive(Clone, PartialEq, Message, serde::Serialize)]
pub(crate) struct RpcStatus {
    /// A `google.rpc.Code`.
    #[prost(int32, tag = "1")]
    pub(crate) code: i32,
    #[prost(string, tag = "2")]
    pub(crate) message: String,
}

/// The codes of `google.rpc.Code` that are answered.
pub(crate) mod code {
    pub(crate) const INVALID_ARGUMENT: i32 = 3;
    pub(crate) const RESOURCE_EXHAUSTED: i32 = 8;
    pub(crate) const UNIMPLEMENTED: i32 = 12;
    pub(crate) const UNAVAILABLE: i32 = 14;
    pub(crate) const UNAUTHENTICATED: i32 = 16;
}

/// An error with a `google.rpc.Status`.
pub(crate) fn error(format: Format, status: StatusCode, code: i32, message: &str) -> Response {
    let told = RpcStatus {
        code,
        message: message.to_owned(),
    };
    let body = match format {
        Format::Json => serde_json::to_vec(&told).unwrap_or_default(),
        Format::Protobuf(_) => told.encode_to_vec(),
    };
    answer(status, format.name(), body)
}

/// An error for who sends what no encoding is known for.
pub(crate) fn text(status: StatusCode, message: String) -> Response {
    answer(status, "text/plain; charset=utf-8", message.into_bytes())
}

/// What became of the spans: an empty message, or how many were rejected and why.
pub(crate) fn success(format: Format, accepted: &Accepted) -> Response {
    let body = match format {
        Format::Json if accepted.rejected == 0 => b"{}".to_vec(),
        Format::Json => serde_json::json!({
            "partialSuccess": {
                "rejectedSpans": accepted.rejected.to_string(),
                "errorMessage": accepted.rejection,
            }
        })
        .to_string()
        .into_bytes(),
        Format::Protobuf(_) => response(accepted).encode_to_vec(),
    };
    answer(StatusCode::OK, format.name(), body)
}

/// A note of the spans that were not taken, if there were any.
pub(crate) fn in_part(by: By, accepted: &Accepted) -> Option<Refused> {
    (accepted.rejected > 0).then(|| Refused::new(by, "RejectedSpans", &accepted.rejection[..]))
}

/// The same as a protobuf message.
pub(crate) fn response(
    accepted: &Accepted,
) -> opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceResponse {
    use opentelemetry_proto::tonic::collector::trace::v1::{
        ExportTracePartialSuccess, ExportTraceServiceResponse,
    };
    ExportTraceServiceResponse {
        partial_success: (accepted.rejected > 0).then(|| ExportTracePartialSuccess {
            rejected_spans: i64::try_from(accepted.rejected).unwrap_or(i64::MAX),
            error_message: accepted.rejection.clone(),
        }),
    }
}

fn answer(status: StatusCode, content_type: &'static str, body: Vec<u8>) -> Response {
    let mut response = (status, Body::from(body)).into_response();
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}
