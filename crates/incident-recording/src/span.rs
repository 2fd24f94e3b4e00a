//! A span as it was recorded, small enough to keep two hundred thousand of them; how it travels is `otlp`'s.

use std::fmt;
use std::sync::Arc;

/// A trace's ID, whose first four bytes are the second in which it began, as X-Ray wants them.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct TraceId(pub [u8; 16]);

impl TraceId {
    /// As X-Ray writes it: `1-581cf771-a006649127e371903a2de979`.
    pub fn xray(self) -> String {
        let hex = self.to_string();
        format!("1-{}-{}", &hex[..8], &hex[8..])
    }
}

/// 32 hexadecimal digits.
impl fmt::Display for TraceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", u128::from_be_bytes(self.0))
    }
}

/// A span's ID; X-Ray's ID of the same segment or subsegment.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct SpanId(pub [u8; 8]);

/// 16 hexadecimal digits.
impl fmt::Display for SpanId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", u64::from_be_bytes(self.0))
    }
}

/// What a span is to the services at its ends.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Kind {
    /// Work within one service.
    Internal,
    /// A request that is answered.
    Server,
    /// A request that is made.
    Client,
}

impl Kind {
    /// As the column `span.kind` has it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Internal => "internal",
            Self::Server => "server",
            Self::Client => "client",
        }
    }
}

/// An attribute's value.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A boolean.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A number.
    Float(f64),
    /// A text that many spans have.
    Text(&'static str),
    /// A text of its own.
    Own(Arc<str>),
}

/// The process that a span was made by.
#[derive(Clone, Debug, PartialEq)]
pub struct Resource {
    /// `service.name`.
    pub service: &'static str,
    /// All attributes, `service.name` among them.
    pub attributes: Vec<(&'static str, Value)>,
}

/// Something that happened at one moment of a span.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// `exception`, for instance.
    pub name: &'static str,
    /// When, in nanoseconds since the Unix epoch.
    pub time: u64,
    /// What is known of it.
    pub attributes: Vec<(&'static str, Value)>,
}

/// One unit of work.
#[derive(Clone, Debug, PartialEq)]
pub struct Span {
    /// Its trace.
    pub trace_id: TraceId,
    /// Itself.
    pub span_id: SpanId,
    /// What it is a part of; a root has none, and every other parent is in the recording.
    pub parent_id: Option<SpanId>,
    /// Who made it.
    pub resource: Arc<Resource>,
    /// Of low cardinality: `GET /api/activities/home`.
    pub name: &'static str,
    /// What it is to the services at its ends.
    pub kind: Kind,
    /// Its beginning, in nanoseconds since the Unix epoch.
    pub start: u64,
    /// Its end, in nanoseconds since the Unix epoch.
    pub end: u64,
    /// What is known of it.
    pub attributes: Vec<(&'static str, Value)>,
    /// What happened in it; empty for most.
    pub events: Vec<Event>,
    /// Why it failed, if it did: the message of the status `ERROR`.
    pub error: Option<&'static str>,
}

impl Span {
    /// The value of its attribute, or else of its resource's.
    pub fn attribute(&self, name: &str) -> Option<&Value> {
        let mut all = self.attributes.iter().chain(&self.resource.attributes);
        all.find(|(key, _)| *key == name).map(|(_, value)| value)
    }

    /// From its beginning to its end, in milliseconds.
    pub fn duration_ms(&self) -> f64 {
        (self.end - self.start) as f64 / 1e6
    }
}
