//! One span of a tree as a reader meets it: kind, status, events, links, and the handle that walks to parent and children.

use std::fmt;

use crate::tree::{Node, SpanTree};
use crate::value::{Attributes, Value};

/// What a span's role was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// Work inside one service; the default.
    Internal,
    /// The answering side of a request.
    Server,
    /// The asking side of a request.
    Client,
    /// Put a message somewhere, to be handled later.
    Producer,
    /// Handled such a message.
    Consumer,
    /// OTLP said nothing.
    Unspecified,
    /// X-Ray: the work of one service for one request. Its name is the service's.
    Segment,
    /// X-Ray: a part of a segment's work.
    Subsegment,
    /// CloudWatch Logs: a log group.
    LogGroup,
    /// CloudWatch Logs: a log stream.
    LogStream,
    /// CloudWatch Logs: an event that is a JSON object. Its name is its message.
    LogEvent(Level),
    /// CloudWatch Logs: an event that is none. Its name is all of its text.
    LogText,
}

/// The level of a log event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Level {
    /// Somebody should do something.
    Error,
    /// Somebody may have to.
    Warn,
    /// What happens as it should.
    Info,
    /// For those who look closely.
    Debug,
    /// For those who look very closely.
    Trace,
    /// It has none, or one that is none of these; trees show it as EVENT.
    Unsaid,
}

impl Level {
    const ALL: [Self; 6] = [
        Self::Error,
        Self::Warn,
        Self::Info,
        Self::Debug,
        Self::Trace,
        Self::Unsaid,
    ];

    /// The level as trees show it: `ERROR`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Error => "ERROR",
            Self::Warn => "WARN",
            Self::Info => "INFO",
            Self::Debug => "DEBUG",
            Self::Trace => "TRACE",
            Self::Unsaid => "EVENT",
        }
    }

    /// The level that a word means, in any case.
    pub(crate) fn of(word: &str) -> Self {
        let mut all = Self::ALL.into_iter();
        all.find(|level| level.as_str().eq_ignore_ascii_case(word))
            .unwrap_or(Self::Unsaid)
    }
}

impl Kind {
    /// The kind that a word means, as trees show it.
    pub(crate) fn of(word: &str) -> Option<Self> {
        const OTHERS: [Kind; 10] = [
            Kind::Internal,
            Kind::Server,
            Kind::Client,
            Kind::Producer,
            Kind::Consumer,
            Kind::Unspecified,
            Kind::Segment,
            Kind::Subsegment,
            Kind::LogStream,
            Kind::LogText,
        ];
        let levels = Level::ALL.map(Self::LogEvent);
        let mut all = OTHERS.into_iter().chain(levels);
        all.find(|kind| kind.as_str() == word)
    }

    /// The kind as trees show it: `SERVER`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Internal => "INTERNAL",
            Self::Server => "SERVER",
            Self::Client => "CLIENT",
            Self::Producer => "PRODUCER",
            Self::Consumer => "CONSUMER",
            Self::Unspecified => "UNSPECIFIED",
            Self::Segment => "SEGMENT",
            Self::Subsegment => "SUBSEGMENT",
            Self::LogGroup => "GROUP",
            Self::LogStream => "STREAM",
            Self::LogEvent(level) => level.as_str(),
            Self::LogText => "TEXT",
        }
    }

    /// Whether it is X-Ray's.
    pub(crate) fn is_xray(self) -> bool {
        matches!(self, Self::Segment | Self::Subsegment)
    }

    /// Whether it is a log event.
    pub fn is_event(self) -> bool {
        matches!(self, Self::LogEvent(_) | Self::LogText)
    }

    /// Whether it is CloudWatch Logs'.
    pub(crate) fn is_log(self) -> bool {
        self.is_event() || matches!(self, Self::LogGroup | Self::LogStream)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl From<opentelemetry::trace::SpanKind> for Kind {
    fn from(kind: opentelemetry::trace::SpanKind) -> Self {
        use opentelemetry::trace::SpanKind;
        match kind {
            SpanKind::Internal => Self::Internal,
            SpanKind::Server => Self::Server,
            SpanKind::Client => Self::Client,
            SpanKind::Producer => Self::Producer,
            SpanKind::Consumer => Self::Consumer,
        }
    }
}

/// A span's status.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// Nobody set it; trees leave it out.
    #[default]
    Unset,
    /// Declared fine.
    Ok,
    /// Failed, with a description (which may be empty).
    Error(String),
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unset => f.write_str("UNSET"),
            Self::Ok => f.write_str("OK"),
            Self::Error(description) if description.is_empty() => f.write_str("ERROR"),
            Self::Error(description) => {
                let mut quoted = String::new();
                crate::quote::quote(&mut quoted, description);
                write!(f, "ERROR {quoted}")
            }
        }
    }
}

impl From<&opentelemetry::trace::Status> for Status {
    fn from(status: &opentelemetry::trace::Status) -> Self {
        use opentelemetry::trace::Status as Sdk;
        match status {
            Sdk::Unset => Self::Unset,
            Sdk::Ok => Self::Ok,
            Sdk::Error { description } => Self::Error(description.to_string()),
        }
    }
}

/// Something that happened during a span. Events keep the order in which they were recorded.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// The event's name, such as `exception`.
    pub name: String,
    /// Its attributes.
    pub attributes: Attributes,
}

/// Whether a span was ended while it still could be exported.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Finish {
    /// Ended and exported.
    #[default]
    Ended,
    /// Started, but not ended so far. Only what was known at its start is shown.
    NotEnded,
    /// Still open when its provider was shut down, so it is lost, however it ends later.
    OpenAtShutdown,
}

/// One span of a [`SpanTree`]; copy it freely.
#[derive(Clone, Copy)]
pub struct Span<'a> {
    pub(crate) tree: &'a SpanTree,
    pub(crate) index: usize,
}

impl<'a> Span<'a> {
    pub(crate) fn node(self) -> &'a Node {
        &self.tree.nodes[self.index]
    }

    /// The span's name.
    pub fn name(self) -> &'a str {
        &self.node().name
    }

    /// Its kind.
    pub fn kind(self) -> Kind {
        self.node().kind
    }

    /// Its status.
    pub fn status(self) -> &'a Status {
        &self.node().status
    }

    /// All its attributes, by key.
    pub fn attributes(self) -> &'a Attributes {
        &self.node().attributes
    }

    /// One attribute's value.
    pub fn attribute(self, key: &str) -> Option<&'a Value> {
        self.node().attributes.get(key)
    }

    /// Its events, in the order recorded.
    pub fn events(self) -> &'a [Event] {
        &self.node().events
    }

    /// Its links: the span that each leads to (`None` if that is outside of the tree) and the link's attributes.
    pub fn links(self) -> impl Iterator<Item = (Option<Span<'a>>, &'a Attributes)> {
        self.node().links.iter().map(move |link| {
            let target = link.target.map(|index| Span {
                tree: self.tree,
                index,
            });
            (target, &link.attributes)
        })
    }

    /// The span that it is a child of; `None` for a root, an orphan, and a child of a named external parent.
    pub fn parent(self) -> Option<Span<'a>> {
        self.node().parent_index().map(|index| Span {
            tree: self.tree,
            index,
        })
    }

    /// Its children, in order.
    pub fn children(self) -> impl Iterator<Item = Span<'a>> {
        let tree = self.tree;
        (self.index + 1..tree.nodes.len())
            .take_while(move |&i| tree.nodes[i].depth > self.node().depth)
            .filter(move |&i| tree.nodes[i].parent_index() == Some(self.index))
            .map(move |index| Span { tree, index })
    }

    /// Whether nothing is above it in the tree.
    pub fn is_root(self) -> bool {
        self.node().parent_index().is_none()
    }

    /// Whether it names a parent that is neither in the tree nor a known external one.
    pub fn is_orphan(self) -> bool {
        self.node().is_orphan()
    }

    /// The name given to its parent by [`SpanTree::with_external_parent`].
    pub fn external_parent(self) -> Option<&'a str> {
        self.node().external_parent()
    }

    /// Whether it was ended in time.
    pub fn finish(self) -> Finish {
        self.node().finish
    }

    /// How often the very same span (same IDs, same content) was exported; more than once is a mistake.
    pub fn copies(self) -> usize {
        self.node().copies
    }

    /// The number of its trace, from 1.
    pub fn trace(self) -> usize {
        self.node().trace + 1
    }

    /// How many spans are above it.
    pub fn depth(self) -> usize {
        self.node().depth
    }

    /// The attributes of the resource that it came from, unless a view took them away.
    pub fn resource(self) -> Option<&'a Attributes> {
        self.node().resource.map(|i| &self.tree.resources[i])
    }

    /// `service.name` of its resource.
    pub fn service_name(self) -> Option<&'a str> {
        self.resource()?.get("service.name")?.as_str()
    }

    /// Name and version of the instrumentation scope, unless a view took them away.
    pub fn scope(self) -> Option<(&'a str, Option<&'a str>)> {
        let scope = &self.tree.scopes[self.node().scope?];
        Some((&scope.name, scope.version.as_deref()))
    }
}

impl fmt::Debug for Span<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind(), self.name())
    }
}
