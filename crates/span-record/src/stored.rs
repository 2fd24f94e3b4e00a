//! A span as it was sent, put together again of what is stored.

use std::{fmt, sync::Arc};

use opentelemetry_proto::tonic::{
    common::v1::InstrumentationScope,
    resource::v1::Resource,
    trace::v1::{Span, span::SpanKind},
};
use prost::{DecodeError, Message};

/// A trace's ID: 16 bytes, not all zero; shown as 32 lower-case hex digits.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct TraceId(pub [u8; 16]);

impl fmt::Display for TraceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl TraceId {
    /// Reads 32 hex digits in either case; `None` for anything else and for all zeros.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() != 32 || !text.is_ascii() {
            return None;
        }
        let mut bytes = [0; 16];
        for (byte, digits) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
            let high = char::from(digits[0]).to_digit(16)?;
            let low = char::from(digits[1]).to_digit(16)?;
            *byte = u8::try_from(high * 16 + low).ok()?;
        }
        (bytes != [0; 16]).then_some(Self(bytes))
    }
}

/// One span as it was sent, with the resource and scope it was sent under.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredSpan {
    /// Who made it: `service.name` and the other attributes of the sending process.
    pub resource: Arc<Resource>,
    /// Schema URL sent with the resource, empty if none was.
    pub resource_schema_url: Arc<str>,
    /// The instrumentation library.
    pub scope: Arc<InstrumentationScope>,
    /// Schema URL sent with the scope, empty if none was.
    pub scope_schema_url: Arc<str>,
    /// The span itself.
    pub span: Span,
}

impl StoredSpan {
    /// The span as OTLP's JSON is written from it.
    pub fn placed(&self) -> otlp_json::Placed<'_> {
        otlp_json::Placed {
            resource: &self.resource,
            resource_schema_url: &self.resource_schema_url,
            scope: &self.scope,
            scope_schema_url: &self.scope_schema_url,
            span: &self.span,
        }
    }
}

/// The span of a stored body, with what the body does not hold because it is kept once elsewhere.
///
/// # Errors
///
/// For bytes that are no body.
pub fn span(body: &[u8], trace: TraceId, name: &str, kind: i32) -> Result<Span, DecodeError> {
    let mut span = Span::decode(body)?;
    span.trace_id = trace.0.to_vec();
    span.name = name.to_owned();
    span.kind = kind;
    Ok(span)
}

/// A span's kind as Jaeger words it.
pub fn kind_word(kind: i32) -> &'static str {
    match SpanKind::try_from(kind) {
        Ok(SpanKind::Internal) => "internal",
        Ok(SpanKind::Server) => "server",
        Ok(SpanKind::Client) => "client",
        Ok(SpanKind::Producer) => "producer",
        Ok(SpanKind::Consumer) => "consumer",
        Ok(SpanKind::Unspecified) | Err(_) => "unspecified",
    }
}
