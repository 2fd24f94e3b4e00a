//! A tree as text: one line for each span and each thing it holds, made to be read in a diff.
//!
//! A line depends on its own span and its depth alone, so that a span more or less changes no other span's lines.

use std::fmt::Write as _;

use crate::quote;
use crate::record::{Record, Scope};
use crate::span::{Event, Finish, Kind, Status};
use crate::tree::{Node, Parent, SpanTree};
use crate::value::Attributes;

/// How far one level is indented.
pub(crate) const STEP: usize = 3;
/// Deeper spans are indented no further, but carry their depth as a number.
pub(crate) const DEEPEST: usize = 32;
/// What an empty tree reads as.
pub(crate) const NO_SPANS: &str = "(no spans)";
/// What an empty tree of log events reads as.
pub(crate) const NO_EVENTS: &str = "(no log events)";
/// What stands above events without group and stream.
pub(crate) const EVENTS: &str = "log events";
/// What stands before a log group's name.
pub(crate) const GROUP: &str = "log group ";

pub(crate) fn tree(tree: &SpanTree) -> String {
    let mut out = String::new();
    if tree.nodes.is_empty() {
        out.push_str(if tree.is_log { NO_EVENTS } else { NO_SPANS });
        return out;
    }
    let resources = labels(tree.resources.iter().map(resource_name));
    for (resource, label) in tree.resources.iter().zip(&resources) {
        out.push_str("resource: ");
        quote::name(&mut out, label);
        out.push('\n');
        attributes(&mut out, STEP, resource);
    }
    let scopes = labels(tree.scopes.iter().map(|scope| scope.name.clone()));
    for (scope, label) in tree.scopes.iter().zip(&scopes) {
        out.push_str("scope: ");
        quote::name(&mut out, label);
        out.push('\n');
        scope_body(&mut out, scope, label);
    }
    if !out.is_empty() {
        out.push('\n');
    }

    let targets = link_targets(tree);
    // Below a log group, which is a heading, all is indented a step less.
    let mut first_depth = 0;
    for (i, node) in tree.nodes.iter().enumerate() {
        if i == 0 || tree.nodes[i - 1].trace != node.trace {
            if i > 0 {
                out.push('\n');
            }
            match node.kind {
                // The group itself is the heading.
                Kind::LogGroup => {}
                kind if kind.is_log() => {
                    let _ = writeln!(out, "{EVENTS}");
                }
                _ => {
                    let _ = writeln!(out, "trace {}", node.trace + 1);
                }
            }
            first_depth = usize::from(node.kind == Kind::LogGroup);
        }
        let depth = node.depth.saturating_sub(first_depth);
        match node.kind {
            Kind::LogGroup => {
                out.push_str(GROUP);
                quote::name(&mut out, &node.name);
            }
            _ => span_line(&mut out, node, depth),
        }
        let mut notes: Vec<String> = Vec::new();
        let parent = node.parent_index().map(|parent| &tree.nodes[parent]);
        if let Some(resource) = node.resource
            && resources.len() > 1
            && parent.is_none_or(|parent| parent.resource != node.resource)
        {
            notes.push(labelled("in ", &resources[resource]));
        }
        if let Some(scope) = node.scope
            && scopes.len() > 1
            && parent.is_none_or(|parent| parent.scope != node.scope)
        {
            notes.push(labelled("by ", &scopes[scope]));
        }
        match &node.parent {
            Parent::Orphan(_) => notes.push("orphan".to_owned()),
            Parent::External(name) => notes.push(labelled("child of ", name)),
            Parent::Cycle => notes.push("parent cycle".to_owned()),
            Parent::Root | Parent::Child(_) => {}
        }
        match node.finish {
            Finish::Ended => {}
            Finish::NotEnded => notes.push("not ended".to_owned()),
            Finish::OpenAtShutdown => notes.push("open at shutdown".to_owned()),
        }
        if node.copies > 1 {
            notes.push(format!("exported {} times", node.copies));
        }
        if let Some(number) = targets[i] {
            notes.push(format!("#{number}"));
        }
        for (n, note) in notes.iter().enumerate() {
            let _ = write!(out, "{}[{note}]", if n == 0 { "  " } else { " " });
        }
        out.push('\n');

        let indent = depth.min(DEEPEST) * STEP + STEP;
        body(
            &mut out,
            indent,
            &node.status,
            &node.attributes,
            &node.events,
        );
        for link in &node.links {
            pad(&mut out, indent);
            match link.target.and_then(|target| targets[target]) {
                Some(number) => {
                    let _ = writeln!(out, "link: #{number}");
                }
                None => out.push_str("link: external\n"),
            }
            attributes(&mut out, indent + STEP, &link.attributes);
        }
    }
    out.truncate(out.trim_end_matches('\n').len());
    out
}

/// The text of a captured span without its name, place, time and IDs: what tells alike spans apart.
pub(crate) fn content(record: &Record) -> String {
    let mut out = String::from(record.kind.as_str());
    out.push('\n');
    body(
        &mut out,
        0,
        &record.status,
        &record.attributes,
        &record.events,
    );
    for link in &record.links {
        out.push_str("link:\n");
        attributes(&mut out, 0, &link.attributes);
    }
    let _ = writeln!(out, "finish: {:?}", record.finish);
    if let Some(scope) = &record.scope {
        scope_body(&mut out, scope, "");
    }
    if let Some(resource) = &record.resource {
        out.push_str("resource:\n");
        attributes(&mut out, 0, resource);
    }
    out
}

/// What a node holds itself, without name, place and links.
pub(crate) fn own_text(node: &Node) -> String {
    let mut out = String::from(node.kind.as_str());
    out.push('\n');
    body(&mut out, 0, &node.status, &node.attributes, &node.events);
    out
}

fn span_line(out: &mut String, node: &Node, depth: usize) {
    pad(out, depth.min(DEEPEST) * STEP);
    out.push_str("└─");
    if depth > DEEPEST {
        let _ = write!(out, "({depth})");
    }
    out.push(' ');
    out.push_str(node.kind.as_str());
    out.push(' ');
    quote::name(out, &node.name);
}

fn body(out: &mut String, indent: usize, status: &Status, all: &Attributes, events: &[Event]) {
    if *status != Status::Unset {
        pad(out, indent);
        let _ = writeln!(out, "status: {status}");
    }
    attributes(out, indent, all);
    for event in events {
        pad(out, indent);
        out.push_str("event: ");
        quote::name(out, &event.name);
        out.push('\n');
        attributes(out, indent + STEP, &event.attributes);
    }
}

fn attributes(out: &mut String, indent: usize, attributes: &Attributes) {
    for (key, value) in attributes {
        pad(out, indent);
        quote::word(out, key);
        out.push_str(" = ");
        value.write(out);
        out.push('\n');
    }
}

/// A scope's version and attributes, and its name where the label is not it.
fn scope_body(out: &mut String, scope: &Scope, label: &str) {
    if scope.name != label {
        pad(out, STEP);
        out.push_str("name: ");
        quote::quote(out, &scope.name);
        out.push('\n');
    }
    if let Some(version) = &scope.version {
        pad(out, STEP);
        out.push_str("version: ");
        quote::quote(out, version);
        out.push('\n');
    }
    attributes(out, STEP, &scope.attributes);
}

fn pad(out: &mut String, width: usize) {
    out.extend(std::iter::repeat_n(' ', width));
}

fn labelled(what: &str, label: &str) -> String {
    let mut note = String::from(what);
    if label.contains(['[', ']']) {
        quote::quote(&mut note, label);
    } else {
        quote::name(&mut note, label);
    }
    note
}

fn resource_name(resource: &Attributes) -> String {
    resource
        .get("service.name")
        .and_then(|name| name.as_str())
        .unwrap_or("unnamed")
        .to_owned()
}

/// Names made unique by a number where one is used twice.
fn labels(names: impl Iterator<Item = String>) -> Vec<String> {
    let mut labels: Vec<String> = Vec::new();
    for name in names {
        let mut label = name.clone();
        let mut number = 1;
        while labels.contains(&label) {
            number += 1;
            label = format!("{name} #{number}");
        }
        labels.push(label);
    }
    labels
}

/// Numbers for the spans that links lead to, in tree order: the stable names of links.
fn link_targets(tree: &SpanTree) -> Vec<Option<usize>> {
    let mut targets = vec![None; tree.nodes.len()];
    for target in tree
        .nodes
        .iter()
        .flat_map(|node| &node.links)
        .filter_map(|link| link.target)
    {
        targets[target] = Some(0);
    }
    for (number, target) in targets.iter_mut().flatten().enumerate() {
        *target = number + 1;
    }
    targets
}
