//! Finds causes. The service does not publish how it does; the rules are these.
//!
//! - A fault or error: every way from the entry point down to a segment or subsegment that has the flag while nothing below it has.
//!   What lies on the way is part of it, flag or not. `ClientImpacting` if the root segment has the flag.
//! - A response time: the way from the entry point down through the longest part of each, as long as that takes half of its parent's time.

use std::collections::HashMap;

use xray_segment::{Cause, Segment};

use super::{
    ErrorRootCause, FailedEntity, FaultRootCause, ResponseTimeRootCause, RootCause,
    RootCauseException, RootCauseService, SlowEntity,
};
use crate::{
    service::is_call,
    view::{Node, View, duration, micros},
};

/// Most causes that are listed of a trace.
const MOST: usize = 50;

/// Causes of faults.
pub(crate) fn faults(view: &View<'_>) -> Vec<FaultRootCause> {
    failures(view, |segment| segment.fault)
}

/// Causes of errors.
pub(crate) fn errors(view: &View<'_>) -> Vec<ErrorRootCause> {
    failures(view, |segment| segment.error)
}

/// Causes of the response time: one, if the root segment has ended.
pub(crate) fn response_times(view: &View<'_>) -> Vec<ResponseTimeRootCause> {
    let Some(root) = view.root() else {
        return Vec::new();
    };
    let Some(total) = duration(root.segment).filter(|total| *total > 0.0) else {
        return Vec::new();
    };
    let tree = Tree::of(view);
    let mut step = Step {
        node: root,
        part: root.segment,
    };
    let mut path = vec![step];
    while let Some((next, longest)) = tree
        .below(step)
        .filter_map(|next| Some((next, duration(next.part)?)))
        .max_by(|(_, one), (_, other)| one.total_cmp(other))
    {
        let own = duration(step.part).unwrap_or_default();
        if longest * 2.0 < own || path.len() > MOST {
            break;
        }
        path.push(next);
        step = next;
    }
    let entity = |step: &Step<'_>| SlowEntity {
        name: step.part.name.clone(),
        coverage: micros(duration(step.part).unwrap_or_default() / total),
        remote: step.is_remote(),
    };
    vec![RootCause {
        services: services(&path, entity),
        client_impacting: true,
    }]
}

fn failures(view: &View<'_>, has: fn(&Segment) -> bool) -> Vec<RootCause<FailedEntity>> {
    let Some(root) = view.root() else {
        return Vec::new();
    };
    // Most traces have none: then nothing need be looked up.
    if !view.nodes.iter().any(|node| has_below(node.segment, has)) {
        return Vec::new();
    }
    let mut causes = Vec::new();
    let tree = Tree::of(view);
    let mut path = Vec::new();
    let step = Step {
        node: root,
        part: root.segment,
    };
    follow(&tree, step, has, &mut path, &mut causes);
    causes
        .into_iter()
        .map(|path| RootCause {
            services: services(&path, failed_entity),
            client_impacting: has(root.segment),
        })
        .collect()
}

/// Adds every way to a cause at or below `step`; says whether there is one.
fn follow<'a>(
    tree: &Tree<'a>,
    step: Step<'a>,
    has: fn(&Segment) -> bool,
    path: &mut Vec<Step<'a>>,
    causes: &mut Vec<Vec<Step<'a>>>,
) -> bool {
    if causes.len() >= MOST || path.len() >= 1000 {
        return false;
    }
    path.push(step);
    let mut found = false;
    for next in tree.below(step) {
        found |= follow(tree, next, has, path, causes);
    }
    if !found && has(step.part) {
        causes.push(path.clone());
        found = true;
    }
    path.pop();
    found
}

/// A part of a way: a segment or subsegment, at a service.
#[derive(Clone, Copy)]
struct Step<'a> {
    node: &'a Node<'a>,
    part: &'a Segment,
}

impl Step<'_> {
    /// A service that only its caller speaks of: nothing is known of its inside.
    fn is_inferred(self) -> bool {
        self.node.inferred && std::ptr::eq(self.part, self.node.segment)
    }

    fn is_remote(self) -> bool {
        !std::ptr::eq(self.part, self.node.segment) && is_call(self.part)
    }
}

/// What is below a step: other services that were called from there, and subsegments.
struct Tree<'a> {
    /// By the caller's subsegment itself, not by its ID: documents may use one ID twice, and circles must not come of it.
    called: HashMap<*const Segment, Vec<&'a Node<'a>>>,
}

impl<'a> Tree<'a> {
    fn of(view: &'a View<'a>) -> Self {
        let mut called: HashMap<*const Segment, Vec<&Node<'_>>> = HashMap::new();
        for node in &view.nodes {
            if let (Some(parent), Some(_)) = (node.parent, node.caller) {
                let caller: *const Segment = parent;
                called.entry(caller).or_default().push(node);
            }
        }
        Self { called }
    }

    fn below(&self, step: Step<'a>) -> impl Iterator<Item = Step<'a>> {
        let inside = !step.is_inferred() || step.node.parent.is_none();
        let called = self
            .called
            .get(&std::ptr::from_ref(step.part))
            .filter(|_| inside);
        let services = called.into_iter().flatten().map(|&node| Step {
            node,
            part: node.segment,
        });
        let subsegments = step.part.subsegments.iter().filter(move |_| inside);
        services.chain(subsegments.map(move |part| Step {
            node: step.node,
            part,
        }))
    }
}

fn has_below(segment: &Segment, has: fn(&Segment) -> bool) -> bool {
    has(segment)
        || segment
            .subsegments
            .iter()
            .any(|subsegment| has_below(subsegment, has))
}

/// A way, cut where it goes from one service to the next.
fn services<Entity>(
    path: &[Step<'_>],
    entity: impl Fn(&Step<'_>) -> Entity,
) -> Vec<RootCauseService<Entity>> {
    path.chunk_by(|one, next| std::ptr::eq(one.node, next.node))
        .map(|steps| {
            let node = steps[0].node;
            RootCauseService {
                name: node.service.name.clone(),
                names: node.service.names.clone(),
                kind: node.service.kind.clone(),
                account_id: node.service.account_id.clone(),
                entity_path: steps.iter().map(&entity).collect(),
                inferred: node.inferred,
            }
        })
        .collect()
}

fn failed_entity(step: &Step<'_>) -> FailedEntity {
    let exceptions = match &step.part.cause {
        Some(Cause::Exceptions { exceptions, .. }) => exceptions.as_slice(),
        _ => &[],
    };
    FailedEntity {
        name: step.part.name.clone(),
        exceptions: exceptions
            .iter()
            .map(|exception| RootCauseException {
                name: exception.kind.clone().unwrap_or_default(),
                message: exception.message.clone().unwrap_or_default(),
            })
            .collect(),
        remote: step.is_remote(),
    }
}
