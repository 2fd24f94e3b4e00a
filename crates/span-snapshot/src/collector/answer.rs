//! What the fake collector can answer, and how each answer looks on the wire.

use std::time::Duration;

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceResponse;
use prost::Message;

use crate::server::{Gate, Reply};

/// How the [`Collector`](crate::Collector) treats a request.
#[derive(Clone, Debug)]
pub enum Answer {
    /// 200 with an empty `ExportTraceServiceResponse`: the spans are taken.
    Accept,
    /// Like `Accept` if the header `x-honeycomb-team` has this value, like `Unauthorized` if not.
    AcceptKey(ApiKey),
    /// 401 with Honeycomb's `google.rpc.Status`: header missing, or key unknown.
    Unauthorized,
    /// 429.
    TooManyRequests {
        /// The `Retry-After` header, in seconds.
        retry_after_seconds: u64,
    },
    /// 503 without a body.
    Unavailable,
    /// Takes the request and never answers, until the collector is dropped.
    Hang,
    /// Like `Accept`, after this time.
    Slow(Duration),
    /// Like `Accept`, once the gate is opened.
    Gated(Gate),
    /// Begins a 200 and closes the connection in the middle of its body; the spans count as not taken.
    BreakOff,
}

/// A key whose `Debug` form does not show it.
#[derive(Clone, PartialEq, Eq)]
pub struct ApiKey(String);

impl From<&str> for ApiKey {
    fn from(key: &str) -> Self {
        Self(key.to_owned())
    }
}

impl ApiKey {
    pub(super) fn is(&self, given: Option<&str>) -> bool {
        given == Some(&self.0)
    }
}

impl std::fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[secret]")
    }
}

/// How a request's body is encoded; the answer's is the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    Protobuf,
    Json,
}

impl Encoding {
    /// `None` for a content type that is not OTLP's.
    pub(super) fn of(content_type: &str) -> Option<Self> {
        match content_type.split(';').next().unwrap_or_default().trim() {
            "application/x-protobuf" | "application/protobuf" => Some(Self::Protobuf),
            "application/json" => Some(Self::Json),
            _ => None,
        }
    }

    pub(super) fn content_type(self) -> &'static str {
        match self {
            Self::Protobuf => "application/x-protobuf",
            Self::Json => "application/json",
        }
    }
}

/// `google.rpc.Status`, the body of OTLP's failures.
#[derive(Clone, PartialEq, Message)]
pub(super) struct RpcStatus {
    #[prost(int32, tag = "1")]
    pub(super) code: i32,
    #[prost(string, tag = "2")]
    pub(super) message: String,
}

impl Reply {
    pub(super) fn accepted(encoding: Encoding) -> Self {
        let body = match encoding {
            Encoding::Protobuf => ExportTraceServiceResponse::default().encode_to_vec(),
            Encoding::Json => b"{}".to_vec(),
        };
        Self::with(200, encoding, body)
    }

    /// A failure with a `google.rpc.Status`, whose code is gRPC's.
    pub(super) fn failure(status: u16, code: i32, message: &str, encoding: Encoding) -> Self {
        let body = match encoding {
            Encoding::Protobuf => RpcStatus {
                code,
                message: message.to_owned(),
            }
            .encode_to_vec(),
            Encoding::Json => serde_json::json!({ "code": code, "message": message })
                .to_string()
                .into_bytes(),
        };
        Self::with(status, encoding, body)
    }

    pub(super) fn bare(status: u16, body: &str) -> Self {
        let headers = vec![("content-type", "text/plain".to_owned())];
        Self {
            status,
            headers,
            body: body.as_bytes().to_vec(),
        }
    }

    fn with(status: u16, encoding: Encoding, body: Vec<u8>) -> Self {
        Self {
            status,
            headers: vec![("content-type", encoding.content_type().to_owned())],
            body,
        }
    }
}
