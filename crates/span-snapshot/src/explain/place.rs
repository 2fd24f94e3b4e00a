//! Differences in the shape of the tree: spans missing, too many, unfinished, or in the wrong place.

use std::collections::BTreeMap;

use super::findings::{Findings, IS, SPANS};
use super::matching::Matching;
use super::{logs, names, xray};
use crate::span::{Finish, Kind};
use crate::tree::{Node, Parent};

pub(super) fn compare(matching: &Matching<'_>, findings: &mut Findings) {
    for (wanted, actual) in matching.to_actual.iter().enumerate() {
        match actual {
            Some(actual) => {
                finish(matching, wanted, *actual, findings);
                name(matching, wanted, *actual, findings);
                parent(matching, wanted, *actual, findings);
            }
            None => missing(matching, wanted, findings),
        }
    }
    left_over(matching, findings);
}

fn finish(matching: &Matching<'_>, wanted: usize, actual: usize, findings: &mut Findings) {
    let (wanted, actual) = (
        &matching.wanted.nodes[wanted],
        &matching.actual.nodes[actual],
    );
    if wanted.finish != actual.finish {
        match actual.finish {
            Finish::NotEnded => findings.shared(
                &actual.name,
                "not-ended",
                format!("{SPANS} started, but did not end"),
                xray::help(actual, "A span is exported when it ends. It ends by end(), or when its last owner is dropped: look for a span or context that is kept in a static, a task that never finishes, or mem::forget.",
                    "Only the version in progress came: it was begun and never closed. Each begin_segment and begin_subsegment needs its end, also where an error returns early; a span ends by end(), or when its last owner is dropped."),
            ),
            Finish::OpenAtShutdown => findings.shared(
                &actual.name,
                "after-shutdown",
                format!("{SPANS} {IS} lost: still open when the provider was shut down"),
                "End all spans, and let their guards go out of scope, before shutdown() is called. What ends later is dropped in silence.",
            ),
            Finish::Ended => findings.on(
                &actual.name,
                "unexpected-span",
                format!("{SPANS} was ended; it was wanted unfinished"),
                "",
            ),
        }
    }
    if actual.copies > wanted.copies && actual.kind.is_xray() {
        findings.shared(
            &actual.name,
            "sent-twice",
            format!("{SPANS} {IS} sent {} times", actual.copies),
            "The same document, or the same part of one, went out again. Is the exporter added twice, is what is inside a segment's document sent by itself too, is end_subsegment called twice, or is a whole batch sent again when only some of it came back unprocessed?",
        );
    } else if actual.copies > wanted.copies {
        findings.shared(
            &actual.name,
            "duplicate-spans",
            format!("{SPANS} {IS} exported {} times", actual.copies),
            "The very same span went out more than once. Is the exporter or the span processor added twice, or a second provider installed with the same one?",
        );
    }
}

fn name(matching: &Matching<'_>, wanted: usize, actual: usize, findings: &mut Findings) {
    let (wanted, actual) = (
        &matching.wanted.nodes[wanted],
        &matching.actual.nodes[actual],
    );
    if wanted.name == actual.name || xray::is_second_segment(wanted, actual) {
        return;
    }
    if wanted.kind.is_log() {
        return logs::name(wanted, actual, findings);
    }
    let is_segment = actual.kind == Kind::Segment;
    let (wanted, actual) = (&wanted.name, &actual.name);
    if names::is_statement(actual) && !names::is_statement(wanted) {
        findings.on(
            actual,
            "high-cardinality-name",
            format!("{SPANS} is a whole statement; `{wanted}` was wanted as the name"),
            "Each statement makes a name of its own, so that queries can no longer be grouped. Name the span after the operation and the collection; the statement's place is the attribute `db.query.text`.",
        );
    } else if names::is_raw_form(wanted, actual) {
        findings.on(
            actual,
            "high-cardinality-name",
            format!("{SPANS} has a raw value in its name; `{wanted}` was wanted"),
            "Each handle or ID makes a name of its own, so that requests can no longer be grouped. Name the span after the route's template, and put the value into an attribute.",
        );
    } else {
        findings.on(
            actual,
            "misnamed-span",
            format!("{SPANS} should be named `{wanted}`"),
            if is_segment {
                "A segment is named after its service: `service.name` of the resource. Sampling rules and groups look for exactly that name."
            } else {
                "Span names are looked up and grouped by, so they must be exact, spaces and case included."
            },
        );
    }
}

fn parent(matching: &Matching<'_>, wanted: usize, actual: usize, findings: &mut Findings) {
    let (wanted_node, actual_node) = (
        &matching.wanted.nodes[wanted],
        &matching.actual.nodes[actual],
    );
    let (above_wanted, above_actual) =
        (matching.above_wanted(wanted), matching.above_actual(actual));
    if actual_node.kind.is_log() {
        if above_wanted != above_actual {
            let wanted_in = wanted_node.parent_index();
            logs::elsewhere(
                actual_node,
                wanted_in.map(|i| &matching.wanted.nodes[i]),
                above_actual.map(|i| &matching.actual.nodes[i]),
                findings,
            );
        }
        return;
    }
    let name = |i: usize| &matching.actual.nodes[i].name;
    match (above_wanted, above_actual) {
        (Some(a), Some(b)) if a == b => {}
        (Some(wanted_in), Some(is_in)) => findings.on(
            &actual_node.name,
            "wrong-parent",
            format!("{SPANS} is inside `{}`; it was wanted inside `{}`", name(is_in), name(wanted_in)),
            "A span becomes a child of the span that is current where it starts. Check which guard is still alive there, or pass the context on with start_with_context.",
        ),
        // Its parent is missing, and that is told already.
        (Some(_), None)
            if actual_node.is_orphan()
                && (wanted_node.parent_index())
                    .is_some_and(|parent| matching.to_actual[parent].is_none()) => {}
        (Some(wanted_in), None) if actual_node.is_orphan() => findings.on(
            &actual_node.name,
            "wrong-parent",
            format!("{SPANS} has a parent that was not exported; it was wanted inside `{}`", name(wanted_in)),
            xray::help(
                actual_node,
                "Its parent is another span than the one wanted: one that never ended, was not sampled, or is exported by another provider.",
                "Its parent_id leads to no document that came: the parent never ended, was not sampled, was refused, or was larger than 64 KB.",
            ),
        ),
        (Some(wanted_in), None) => {
            let top = top(&matching.actual.nodes, actual);
            // What stands unasked above it is told by itself.
            if top == actual {
                parted(matching, wanted_node, actual_node, &matching.actual.nodes[wanted_in], findings);
            }
        }
        (None, Some(is_in)) => findings.on(
            &actual_node.name,
            "wrong-parent",
            format!("{SPANS} is inside `{}`; it was wanted as a root", name(is_in)),
            "Some span is still current where it starts: an earlier guard or attached context is alive for too long.",
        ),
        (None, None) => {
            if wanted_node.parent_index().is_none() && actual_node.parent_index().is_none() {
                outside(wanted_node, actual_node, findings);
            }
        }
    }
}

/// A span that should be a child is a root.
fn parted(
    matching: &Matching<'_>,
    wanted: &Node,
    actual: &Node,
    wanted_in: &Node,
    findings: &mut Findings,
) {
    if xray::is_second_segment(wanted, actual) {
        // Told where the two are compared.
        return;
    }
    let service = |node: &Node| {
        node.resource
            .and_then(|i| matching.actual.resources[i].get("service.name"))
    };
    let over_the_wire = matches!(wanted.kind, Kind::Server | Kind::Consumer | Kind::Segment)
        || matches!(wanted_in.kind, Kind::Client | Kind::Producer)
        || service(actual) != service(wanted_in);
    if over_the_wire {
        findings.on(
            &actual.name,
            "other-trace",
            format!("{SPANS} began a trace of its own; it was wanted inside `{}`", wanted_in.name),
            xray::help(actual, "The context did not travel. The asking side must inject it into the request's headers (traceparent), the answering side must extract it, and both need a propagator: global::set_text_map_propagator.", "The trace ID did not travel. The asking side must send X-Amzn-Trace-Id with Root, Parent and Sampled, the answering side must continue it, and both need X-Ray's propagator: global::set_text_map_propagator."),
        );
    } else {
        findings.on(
            &actual.name,
            "second-root",
            format!("{SPANS} is a root of its own; it was wanted inside `{}`", wanted_in.name),
            xray::help(actual, "The span was started but its parent was not current. Make the parent current (in_span, mark_span_as_active, or with_context on the future), or start the child with start_with_context. A spawned task or thread starts without any context: hand it over.", "It has no parent_id, or one trace ID of its own: nothing was current where it began. Make the parent current (in_span, mark_span_as_active, or with_context on the future). A spawned task or thread starts without any context: hand it over."),
        );
    }
}

/// Both are at the top of their trees; what is said of the parent outside may still differ.
fn outside(wanted: &Node, actual: &Node, findings: &mut Findings) {
    match (&wanted.parent, &actual.parent) {
        (Parent::External(name), Parent::Root) => findings.on(
            &actual.name,
            "other-trace",
            format!("{SPANS} began a trace of its own; it was wanted as a child of `{name}`"),
            xray::help(
                actual,
                "The caller sent its context (traceparent), and it was not taken up. Set a propagator, and extract the context from the request's headers before the span is started.",
                "The caller sent X-Amzn-Trace-Id with its Root and Parent, and it was not taken up. Set X-Ray's propagator, and extract the context from the request's headers before the span is started.",
            ),
        ),
        (Parent::External(name), Parent::External(other)) if name != other => findings.on(
            &actual.name,
            "wrong-parent",
            format!("{SPANS} is a child of `{other}`; it was wanted as a child of `{name}`"),
            "Check which request's context is extracted.",
        ),
        (Parent::External(name), Parent::Orphan(_) | Parent::Cycle) => findings.on(
            &actual.name,
            "wrong-parent",
            format!("{SPANS} has an unknown parent; it was wanted as a child of `{name}`"),
            "The parent is another span than the caller's: is there one in between that is not exported?",
        ),
        (Parent::Root, Parent::Orphan(_) | Parent::External(_) | Parent::Cycle) => findings.on(
            &actual.name,
            "wrong-parent",
            format!("{SPANS} has a parent outside of what was exported; it was wanted as a root"),
            "Its parent never ended, was not sampled, or came with the request. Look for a span that is current where this one starts.",
        ),
        (Parent::Orphan(_), Parent::Root) => findings.on(
            &actual.name,
            "other-trace",
            format!("{SPANS} began a trace of its own; it was wanted as the child of a span elsewhere"),
            xray::help(
                actual,
                "The context that came with the request was not taken up. Set a propagator, and extract the context from the headers.",
                "The X-Amzn-Trace-Id that came with the request was not taken up. Set X-Ray's propagator, and extract the context from the headers.",
            ),
        ),
        _ => {}
    }
}

fn missing(matching: &Matching<'_>, wanted: usize, findings: &mut Findings) {
    let nodes = &matching.wanted.nodes;
    let node = &nodes[wanted];
    // A child that was exported and names a parent that was not: the parent existed.
    let orphaned = nodes.iter().enumerate().find_map(|(i, child)| {
        let actual = &matching.actual.nodes[matching.to_actual[i]?];
        (child.parent_index() == Some(wanted) && actual.is_orphan()).then_some(&actual.name)
    });
    if let Some(child) = orphaned {
        return findings.on(
            &node.name,
            "not-ended",
            format!("{SPANS} was not exported, though its child `{child}` was"),
            xray::help(
                node,
                "It was started, so it was not ended before the export, or not sampled. A span is exported when it ends: by end(), or when its last owner is dropped.",
                "It was begun, so it was not closed before the export, or its document was lost: over 64 KB, or refused. A span is exported when it ends: by end(), or when its last owner is dropped.",
            ),
        );
    }
    if node
        .parent_index()
        .is_some_and(|parent| matching.to_actual[parent].is_none())
    {
        return;
    }
    let above = matching
        .above_wanted(wanted)
        .map(|above| &matching.actual.nodes[above]);
    let inside = || {
        (wanted + 1..nodes.len())
            .take_while(|&i| nodes[i].depth > node.depth && nodes[i].trace == node.trace)
    };
    let (count, inside) = (
        inside().count(),
        inside()
            .filter(|&i| matching.to_actual[i].is_none())
            .count(),
    );
    if node.kind.is_log() {
        // That no event came at all is told already, and so is where the events of a group or a stream are instead.
        let mut came = matching.actual.nodes.iter();
        let is_told = match node.kind.is_event() {
            true => !came.any(|node| node.kind.is_event()),
            false => count > 0 && inside == 0,
        };
        if !is_told {
            logs::missing(node, above, inside, findings);
        }
        return;
    }
    let place = above.map_or(String::new(), |above| format!(" inside `{}`", above.name));
    let more = match inside {
        0 => String::new(),
        1 => ", and the span inside it".to_owned(),
        count => format!(", and the {count} spans inside it"),
    };
    findings.on(
        &node.name,
        "missing-span",
        format!("{SPANS} ({}) is missing{place}{more}", node.kind),
        "It was never started, or not with this provider, or not ended before the export. Check that the code runs, and that its tracer comes from the same provider.",
    );
}

fn left_over(matching: &Matching<'_>, findings: &mut Findings) {
    let nodes = &matching.actual.nodes;
    let mut doubled: BTreeMap<(&str, Kind), usize> = BTreeMap::new();
    for (i, node) in nodes
        .iter()
        .enumerate()
        .filter(|(i, _)| matching.to_wanted[*i].is_none())
    {
        let twin = |(j, other): (usize, &Node)| {
            // Of a message that nobody wanted none is one too many: each is another's wrong name.
            let is_wanted =
                |i: usize| !node.kind.is_log() || matching.wanted.nodes[i].name == node.name;
            matching.to_wanted[j].is_some_and(is_wanted)
                && is_same_work(other, &node.name, node.kind)
        };
        if nodes.iter().enumerate().any(twin) {
            let kind = match node.kind {
                Kind::LogEvent(_) => Kind::LogText,
                kind => kind,
            };
            *doubled.entry((&node.name, kind)).or_default() += 1;
            continue;
        }
        if node
            .parent_index()
            .is_some_and(|parent| matching.to_wanted[parent].is_none())
        {
            continue;
        }
        if node.kind.is_log() {
            let above = matching.above_actual(i).map(|above| &nodes[above]);
            logs::unexpected(node, above, findings);
            continue;
        }
        let place = match matching.above_actual(i) {
            Some(above) => format!(", inside `{}`,", nodes[above].name),
            None => String::new(),
        };
        findings.on(
            &node.name,
            "unexpected-span",
            format!("{SPANS} ({}) is there{place} and was not wanted", node.kind),
            "Something is instrumented that should not be, or this span should be part of another. If it is right, the snapshot is too old.",
        );
    }
    for ((name, kind), extra) in doubled {
        let is_segment = kind == Kind::Segment;
        let count = nodes
            .iter()
            .filter(|node| is_same_work(node, name, kind))
            .count();
        if kind.is_event() {
            logs::twice(name, count, count - extra, findings);
            continue;
        }
        findings.shared(
            name,
            if is_segment { "second-segment" } else { "duplicate-spans" },
            format!("{SPANS} {IS} there {count} times{}; {} wanted", if is_segment { " as a SEGMENT" } else { "" }, count - extra),
            if is_segment { xray::ONE_SEGMENT } else { "The same work is instrumented more than once: a layer added twice, or by hand what a layer does already. Keep one." },
        );
    }
}

/// Whether a node is of that name and kind. A log event's level does not count; groups and streams may be called alike.
fn is_same_work(node: &Node, name: &str, kind: Kind) -> bool {
    let same_kind = match kind.is_log() {
        true => kind.is_event() && node.kind.is_event(),
        false => node.kind == kind,
    };
    same_kind && node.name == name
}

/// The root above a span.
fn top(nodes: &[Node], mut at: usize) -> usize {
    while let Some(parent) = nodes[at].parent_index() {
        at = parent;
    }
    at
}
