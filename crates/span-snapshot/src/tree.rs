//! The span tree itself and what can be asked of it; not how it is built, written or narrowed.

use std::fmt;

use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::SpanData;

use crate::record::{Record, Scope};
use crate::render;
use crate::span::{Event, Finish, Kind, Span, Status};
use crate::value::{Attributes, attributes_of};

/// Exported spans as trees, one for each trace, in an order and under names that no run changes.
///
/// Its [`Display`](fmt::Display) form is what snapshots hold, and [`SpanTree::parse`] reads it back.
/// Two trees are equal when they read the same; IDs and clocks are no part of that.
#[derive(Clone, Default)]
pub struct SpanTree {
    /// In tree order: trace by trace, each parent before its children.
    pub(crate) nodes: Vec<Node>,
    /// Distinct resources, in order of first use.
    pub(crate) resources: Vec<Attributes>,
    /// Distinct scopes, in order of first use.
    pub(crate) scopes: Vec<Scope>,
    /// Whether it is of log events, which an empty tree would not tell.
    pub(crate) is_log: bool,
}

/// One span with its place.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) name: String,
    pub(crate) kind: Kind,
    pub(crate) status: Status,
    pub(crate) attributes: Attributes,
    /// What a view left out; not shown, but it may explain what is missing.
    pub(crate) hidden: Attributes,
    pub(crate) events: Vec<Event>,
    pub(crate) links: Vec<NodeLink>,
    pub(crate) parent: Parent,
    pub(crate) depth: usize,
    /// From 0.
    pub(crate) trace: usize,
    pub(crate) resource: Option<usize>,
    pub(crate) scope: Option<usize>,
    pub(crate) finish: Finish,
    pub(crate) copies: usize,
}

/// A link to a node of the tree, or out of it.
#[derive(Clone, Debug)]
pub(crate) struct NodeLink {
    pub(crate) target: Option<usize>,
    pub(crate) attributes: Attributes,
}

/// What is above a node.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Parent {
    Root,
    Child(usize),
    /// The parent's ID is known, the parent is not. Empty after parsing.
    Orphan(Vec<u8>),
    /// A parent that is known to be elsewhere, by the name given to it.
    External(String),
    /// One of several spans that are each other's ancestors; the tree begins with this one.
    Cycle,
}

impl Parent {
    /// The parent's index, if it is in the tree.
    pub(crate) fn index(&self) -> Option<usize> {
        match self {
            Self::Child(index) => Some(*index),
            _ => None,
        }
    }
}

impl Node {
    pub(crate) fn parent_index(&self) -> Option<usize> {
        self.parent.index()
    }

    pub(crate) fn is_orphan(&self) -> bool {
        matches!(self.parent, Parent::Orphan(_))
    }

    pub(crate) fn external_parent(&self) -> Option<&str> {
        match &self.parent {
            Parent::External(name) => Some(name),
            _ => None,
        }
    }
}

impl SpanTree {
    /// A tree of what an in-process exporter or processor was given.
    pub fn from_spans<'a>(
        spans: impl IntoIterator<Item = &'a SpanData>,
        resource: &Resource,
    ) -> Self {
        let resource = attributes_of(resource);
        Self::build(
            spans
                .into_iter()
                .map(|span| Record::from_sdk(span, resource.clone(), Finish::Ended))
                .collect(),
        )
    }

    /// All spans: trace by trace, each parent before its children.
    pub fn spans(&self) -> impl ExactSizeIterator<Item = Span<'_>> + Clone {
        (0..self.nodes.len()).map(|index| Span { tree: self, index })
    }

    /// The first span of that name, in tree order.
    pub fn find(&self, name: &str) -> Option<Span<'_>> {
        self.spans().find(|span| span.name() == name)
    }

    /// The spans with nothing above them, orphans included.
    pub fn roots(&self) -> impl Iterator<Item = Span<'_>> {
        self.spans().filter(|span| span.is_root())
    }

    /// How many spans there are.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether there is no span at all.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// How many traces there are.
    pub fn trace_count(&self) -> usize {
        self.nodes.last().map_or(0, |node| node.trace + 1)
    }

    /// The distinct resources, in order of first use.
    pub fn resources(&self) -> &[Attributes] {
        &self.resources
    }

    /// The tree as text, as snapshots hold it.
    pub fn render(&self) -> String {
        render::tree(self)
    }
}

impl PartialEq for SpanTree {
    fn eq(&self, other: &Self) -> bool {
        self.render() == other.render()
    }
}

impl fmt::Display for SpanTree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render())
    }
}

/// The same as `Display`: a failed `assert_eq!` should be readable.
impl fmt::Debug for SpanTree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render())
    }
}
