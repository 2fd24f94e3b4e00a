//! A request as the fake collector recorded it: what was sent, decoded, and how it was answered.

use std::fmt;
use std::io::Read;

use http::HeaderMap;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use prost::Message;

use super::answer::Encoding;
use crate::error::OtlpError;
use crate::otlp::span_count;
use crate::server::{RawRequest, redacted};
use crate::tree::SpanTree;

/// The most that a body may have once decompressed.
const LARGEST: u64 = 256 << 20;
/// Headers whose values are safe to print; any other may hold a key.
const SAFE: [&str; 10] = [
    "accept",
    "accept-encoding",
    "connection",
    "content-encoding",
    "content-length",
    "content-type",
    "expect",
    "host",
    "transfer-encoding",
    "user-agent",
];

/// A request that the [`Collector`](crate::Collector) received. Its `Debug` form shows no header value that could be a secret.
#[derive(Clone)]
pub struct Request {
    /// `POST`, if the client does it right.
    pub method: String,
    /// The path with its query: `/v1/traces`.
    pub path: String,
    /// All headers. Print [`Request`] rather than these: they hold keys.
    pub headers: HeaderMap,
    /// The body as it was sent, perhaps compressed.
    pub body: Vec<u8>,
    /// The status that it was answered with; `None` if it got no whole answer.
    pub status: Option<u16>,
    pub(super) decoded: Result<ExportTraceServiceRequest, String>,
}

impl Request {
    pub(super) fn new(raw: RawRequest) -> Self {
        let decoded = decode(&raw.headers, &raw.body).map_err(|error| error.to_string());
        Self {
            method: raw.method,
            path: raw.path,
            headers: raw.headers,
            body: raw.body,
            status: None,
            decoded,
        }
    }

    /// A header's value, if it is there and text. The name's case does not matter.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// What the body says.
    ///
    /// # Errors
    /// Why it cannot be read.
    pub fn decoded(&self) -> Result<&ExportTraceServiceRequest, &str> {
        self.decoded.as_ref().map_err(String::as_str)
    }

    /// Whether the collector took the spans.
    pub fn is_accepted(&self) -> bool {
        self.status == Some(200)
    }

    /// How many spans the body holds.
    pub fn span_count(&self) -> usize {
        self.decoded.as_ref().map_or(0, span_count)
    }

    /// The tree of this request alone.
    pub fn tree(&self) -> SpanTree {
        SpanTree::from_otlp(self.decoded.as_ref().ok())
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.path)?;
        redacted(&self.headers, &SAFE, f)?;
        match &self.decoded {
            Ok(request) => write!(
                f,
                "\n  {} spans in {} bytes",
                span_count(request),
                self.body.len()
            )?,
            Err(error) => write!(f, "\n  {} bytes: {error}", self.body.len())?,
        }
        match self.status {
            Some(status) => write!(f, "\n  answered {status}"),
            None => write!(f, "\n  not answered"),
        }
    }
}

fn decode(headers: &HeaderMap, body: &[u8]) -> Result<ExportTraceServiceRequest, OtlpError> {
    let text = |name| {
        headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    };
    let mut plain = Vec::new();
    let encoding = text("content-encoding");
    let read = match encoding {
        "" | "identity" => body.take(LARGEST).read_to_end(&mut plain),
        "gzip" => flate2::read::MultiGzDecoder::new(body)
            .take(LARGEST)
            .read_to_end(&mut plain),
        "deflate" => flate2::read::ZlibDecoder::new(body)
            .take(LARGEST)
            .read_to_end(&mut plain),
        _ => Err(std::io::Error::other(
            "only gzip and deflate are known here",
        )),
    };
    read.map_err(|error| OtlpError::Encoding {
        encoding: encoding.to_owned(),
        reason: error.to_string(),
    })?;
    match Encoding::of(text("content-type")) {
        Some(Encoding::Protobuf) => Ok(ExportTraceServiceRequest::decode(&plain[..])?),
        Some(Encoding::Json) => otlp_json::read(&plain).map_err(OtlpError::from),
        None => Err(OtlpError::ContentType(text("content-type").to_owned())),
    }
}
