//! The span tree itself: how captured spans become one, and what can be asked of it; not how it is written or narrowed.

use std::collections::HashMap;
use std::fmt;

use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::SpanData;

use crate::order::{self, Forest};
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

impl Node {
    pub(crate) fn parent_index(&self) -> Option<usize> {
        match self.parent {
            Parent::Child(index) => Some(index),
            _ => None,
        }
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

    pub(crate) fn build(records: Vec<Record>) -> Self {
        let (records, copies) = merge_copies(records);
        let contents: Vec<String> = records.iter().map(render::content).collect();
        let parents = parents_of(&records, &contents);
        let (traces, trace_of) = traces_of(&records);

        let ids = index_by_id(&records, &contents);
        let links: Vec<Vec<Option<usize>>> = records
            .iter()
            .map(|record| {
                record
                    .links
                    .iter()
                    .map(|l| ids.get(&(&l.trace_id[..], &l.span_id[..])).copied())
                    .collect()
            })
            .collect();
        let rank = order::ranks(&Forest {
            keys: (records.iter().zip(&contents).zip(&parents))
                .map(|((record, content), parent)| {
                    let place = match parent {
                        Parent::Orphan(_) => "orphan",
                        Parent::Cycle => "cycle",
                        _ => "",
                    };
                    (
                        record.start,
                        record.name.as_str(),
                        format!("{place}{content}"),
                    )
                })
                .chain(traces.iter().map(|&start| (start, "", String::new())))
                .collect(),
            parents: (parents.iter().enumerate())
                .map(|(i, parent)| match parent {
                    Parent::Child(parent) => Some(*parent),
                    _ => Some(records.len() + trace_of[i]),
                })
                .chain(traces.iter().map(|_| None))
                .collect(),
            links: links
                .iter()
                .cloned()
                .chain(traces.iter().map(|_| Vec::new()))
                .collect(),
        });

        let sequence = preorder(&parents, &trace_of, &rank);
        let mut position = vec![0; records.len()];
        for (at, &i) in sequence.iter().enumerate() {
            position[i] = at;
        }
        let mut tree = Self::default();
        let mut records: Vec<Option<Record>> = records.into_iter().map(Some).collect();
        let mut trace_numbers = HashMap::new();
        for &i in &sequence {
            let Some(record) = records[i].take() else {
                continue;
            };
            let next_trace = trace_numbers.len();
            let parent = match &parents[i] {
                Parent::Child(parent) => Parent::Child(position[*parent]),
                other => other.clone(),
            };
            let depth = match parent {
                Parent::Child(parent) => tree.nodes[parent].depth + 1,
                _ => 0,
            };
            let resource = intern(&mut tree.resources, record.resource);
            let scope = intern(&mut tree.scopes, record.scope);
            tree.nodes.push(Node {
                name: record.name,
                kind: record.kind,
                status: record.status,
                attributes: record.attributes,
                hidden: Attributes::new(),
                events: record.events,
                links: (record.links.into_iter().zip(&links[i]))
                    .map(|(link, to)| NodeLink {
                        target: to.map(|to| position[to]),
                        attributes: link.attributes,
                    })
                    .collect(),
                parent,
                depth,
                trace: *trace_numbers.entry(trace_of[i]).or_insert(next_trace),
                resource: Some(resource),
                scope: Some(scope),
                finish: record.finish,
                copies: copies[i],
            });
        }
        tree
    }
}

/// The index of `item` among the distinct `items`, which it joins if it is new.
pub(crate) fn intern<T: PartialEq>(items: &mut Vec<T>, item: T) -> usize {
    items
        .iter()
        .position(|known| *known == item)
        .unwrap_or_else(|| {
            items.push(item);
            items.len() - 1
        })
}

/// Makes one of records that are equal in everything, and says how many there were of each.
fn merge_copies(records: Vec<Record>) -> (Vec<Record>, Vec<usize>) {
    let mut kept: Vec<Record> = Vec::with_capacity(records.len());
    let mut copies: Vec<usize> = Vec::with_capacity(records.len());
    let mut seen: HashMap<(Vec<u8>, Vec<u8>), Vec<usize>> = HashMap::new();
    for record in records {
        let same_id = seen
            .entry((record.trace_id.clone(), record.span_id.clone()))
            .or_default();
        match same_id.iter().find(|&&i| kept[i] == record) {
            Some(&i) => copies[i] += 1,
            None => {
                same_id.push(kept.len());
                kept.push(record);
                copies.push(1);
            }
        }
    }
    (kept, copies)
}

type ById<'a> = HashMap<(&'a [u8], &'a [u8]), usize>;

/// Which span an ID means. Should two different spans share one, it is the first in canonical order.
fn index_by_id<'a>(records: &'a [Record], contents: &[String]) -> ById<'a> {
    let key = |i: usize| (records[i].start, &records[i].name, &contents[i]);
    let mut ids: ById<'a> = HashMap::with_capacity(records.len());
    for (i, record) in records.iter().enumerate() {
        ids.entry((&record.trace_id, &record.span_id))
            .and_modify(|first| {
                if key(i) < key(*first) {
                    *first = i;
                }
            })
            .or_insert(i);
    }
    ids
}

fn parents_of(records: &[Record], contents: &[String]) -> Vec<Parent> {
    let ids = index_by_id(records, contents);
    let mut parents: Vec<Parent> = records
        .iter()
        .map(|record| {
            if record.parent_id.is_empty() {
                return Parent::Root;
            }
            match ids.get(&(&record.trace_id[..], &record.parent_id[..])) {
                Some(&parent) => Parent::Child(parent),
                None => Parent::Orphan(record.parent_id.clone()),
            }
        })
        .collect();

    // Break each cycle at its first span in canonical order. 0: not seen; otherwise the walk that saw it.
    let mut seen_in = vec![0; records.len()];
    for start in 0..records.len() {
        let walk = start + 1;
        let mut at = start;
        let met = loop {
            if seen_in[at] != 0 {
                break (seen_in[at] == walk).then_some(at);
            }
            seen_in[at] = walk;
            match parents[at] {
                Parent::Child(parent) => at = parent,
                _ => break None,
            }
        };
        let Some(met) = met else { continue };
        let mut first = met;
        let mut at = met;
        while let Parent::Child(parent) = parents[at] {
            at = parent;
            if (records[at].start, &records[at].name, &contents[at])
                < (records[first].start, &records[first].name, &contents[first])
            {
                first = at;
            }
            if at == met {
                break;
            }
        }
        parents[first] = Parent::Cycle;
    }
    parents
}

/// Each trace's earliest start, and each record's trace.
fn traces_of(records: &[Record]) -> (Vec<u64>, Vec<usize>) {
    let mut starts: Vec<u64> = Vec::new();
    let mut numbers: HashMap<&[u8], usize> = HashMap::new();
    let trace_of = records
        .iter()
        .map(|record| {
            let trace = *numbers.entry(&record.trace_id).or_insert_with(|| {
                starts.push(record.start);
                starts.len() - 1
            });
            starts[trace] = starts[trace].min(record.start);
            trace
        })
        .collect();
    (starts, trace_of)
}

/// The records' indices, parents first, siblings and traces by rank.
fn preorder(parents: &[Parent], trace_of: &[usize], rank: &[usize]) -> Vec<usize> {
    let mut children = vec![Vec::new(); parents.len()];
    let mut roots = Vec::new();
    for (i, parent) in parents.iter().enumerate() {
        match parent {
            Parent::Child(parent) => children[*parent].push(i),
            _ => roots.push(i),
        }
    }
    let trace_rank = |i: usize| rank[parents.len() + trace_of[i]];
    // A stack gives back what was put in last, hence the reversed order.
    // The trace itself comes before the span's rank, lest alike traces be mixed.
    roots.sort_by_key(|&i| std::cmp::Reverse((trace_rank(i), trace_of[i], rank[i])));
    for children in &mut children {
        children.sort_by_key(|&i| std::cmp::Reverse(rank[i]));
    }
    let mut sequence = Vec::with_capacity(parents.len());
    let mut stack = roots;
    while let Some(i) = stack.pop() {
        sequence.push(i);
        stack.append(&mut children[i]);
    }
    sequence
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
