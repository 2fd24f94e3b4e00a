//! A trace as services and the calls between them: what summaries, filters and graphs all look at.

use std::collections::{HashMap, HashSet};

use xray_segment::Segment;

use crate::{
    Trace,
    service::{ServiceId, is_call},
};

/// A visit to a service.
pub(crate) struct Node<'a> {
    /// What the service sent; if it sent nothing, what its caller says of the call.
    pub(crate) segment: &'a Segment,
    pub(crate) service: ServiceId,
    /// Only its caller speaks of it.
    pub(crate) inferred: bool,
    /// Who called it: an index into the nodes.
    pub(crate) caller: Option<usize>,
    /// The subsegment (or segment) of the caller that it was called from.
    pub(crate) parent: Option<&'a Segment>,
    /// Nobody in the trace called it.
    pub(crate) from_outside: bool,
}

impl<'a> Node<'a> {
    /// The call as the caller saw it; as the called saw it if the caller did not record one.
    pub(crate) fn call(&self) -> &'a Segment {
        self.parent
            .filter(|parent| is_call(parent))
            .unwrap_or(self.segment)
    }
}

/// The nodes of a trace.
pub(crate) struct View<'a> {
    pub(crate) trace: &'a Trace,
    /// In the order of the segments' starts, each with what is inferred from its calls behind it.
    pub(crate) nodes: Vec<Node<'a>>,
    /// Index of the node where the trace began.
    pub(crate) root: Option<usize>,
}

/// Where a segment or subsegment stands.
struct Place<'a> {
    /// `None` inside a subsegment whose segment never came.
    node: Option<usize>,
    part: &'a Segment,
}

impl<'a> View<'a> {
    pub(crate) fn of(trace: &'a Trace) -> Self {
        let answered: HashSet<&str> = trace
            .segments
            .iter()
            .filter(|segment| !is_orphan(segment))
            .filter_map(|segment| segment.parent_id.as_deref())
            .collect();
        let mut nodes: Vec<Node<'a>> = Vec::with_capacity(trace.segments.len());
        let mut places: HashMap<&str, Place<'a>> = HashMap::new();
        for segment in &trace.segments {
            let owner = (!is_orphan(segment)).then_some(nodes.len());
            if owner.is_some() {
                nodes.push(Node {
                    segment,
                    service: ServiceId::of_segment(segment),
                    inferred: segment.inferred,
                    caller: None,
                    parent: None,
                    from_outside: false,
                });
            }
            each(segment, &mut |part| {
                places.insert(&part.id, Place { node: owner, part });
                let is_subsegment = owner.is_none() || !std::ptr::eq(part, segment);
                if is_subsegment && is_call(part) && !answered.contains(part.id.as_str()) {
                    nodes.push(Node {
                        segment: part,
                        service: ServiceId::inferred(part),
                        inferred: true,
                        caller: owner,
                        parent: Some(part),
                        from_outside: false,
                    });
                }
            });
        }
        for (index, node) in nodes.iter_mut().enumerate() {
            if node.parent.is_some() {
                continue;
            }
            let parent = node.segment.parent_id.as_deref();
            match parent.and_then(|parent| places.get(parent)) {
                Some(place) if place.node != Some(index) => {
                    node.caller = place.node;
                    node.parent = Some(place.part);
                }
                _ => node.from_outside = true,
            }
        }
        break_circles(&mut nodes);
        let root = root(&nodes);
        Self { trace, nodes, root }
    }

    pub(crate) fn root(&self) -> Option<&Node<'a>> {
        self.root.map(|root| &self.nodes[root])
    }
}

/// Documents that name each other as callers: the earliest is taken for called from outside.
fn break_circles(nodes: &mut [Node<'_>]) {
    let mut sound = vec![false; nodes.len()];
    for start in 0..nodes.len() {
        let mut path = vec![start];
        let mut at = start;
        while let Some(caller) = nodes[at].caller {
            if sound[caller] {
                break;
            }
            if path.contains(&caller) {
                nodes[caller].caller = None;
                nodes[caller].parent = None;
                nodes[caller].from_outside = true;
                break;
            }
            path.push(caller);
            at = caller;
        }
        for index in path {
            sound[index] = true;
        }
    }
}

/// The first that names no parent, else the first that nobody in the trace called,
/// else the first that was called from a subsegment whose segment never came.
fn root(nodes: &[Node<'_>]) -> Option<usize> {
    let from_outside = |node: &Node<'_>| node.from_outside;
    nodes
        .iter()
        .position(|node| from_outside(node) && node.segment.parent_id.is_none())
        .or_else(|| nodes.iter().position(from_outside))
        .or_else(|| {
            let unknown_caller = |node: &Node<'_>| node.caller.is_none() && !node.inferred;
            nodes.iter().position(unknown_caller)
        })
}

/// A subsegment whose segment never came.
pub(crate) fn is_orphan(segment: &Segment) -> bool {
    segment.kind.as_deref() == Some("subsegment")
}

/// A segment and all inside it, parents first.
pub(crate) fn each<'a>(segment: &'a Segment, visit: &mut impl FnMut(&'a Segment)) {
    visit(segment);
    for child in &segment.subsegments {
        each(child, visit);
    }
}

/// Seconds from start to end, to the microsecond; `None` while it is in progress.
pub(crate) fn duration(segment: &Segment) -> Option<f64> {
    Some(micros(segment.end_time? - segment.start_time))
}

/// Rounded to microseconds: what doubles of today's times still tell, and no more.
pub(crate) fn micros(seconds: f64) -> f64 {
    (seconds * 1e6).round() / 1e6
}
