//! Narrower trees from a tree: fewer spans, attributes or headings, redacted values. Each view is a tree of its own.

use std::collections::BTreeSet;

use opentelemetry::trace::SpanId;

use crate::build::intern;
use crate::error::RedactError;
use crate::span::Span;
use crate::tree::{Parent, SpanTree};
use crate::value::Value;

impl SpanTree {
    /// Keeps only these attributes on spans. Those of events, links, resources and scopes stay.
    #[must_use]
    pub fn only_attributes<'k>(&self, keys: impl IntoIterator<Item = &'k str>) -> Self {
        let keys: BTreeSet<&str> = keys.into_iter().collect();
        let mut tree = self.clone();
        for node in &mut tree.nodes {
            let (kept, hidden) = std::mem::take(&mut node.attributes)
                .into_iter()
                .partition(|(key, _)| keys.contains(key.as_str()));
            node.attributes = kept;
            node.hidden.extend::<crate::Attributes>(hidden);
        }
        tree
    }

    /// Keeps only the spans for which `keep` holds.
    ///
    /// Children of a removed span move up to its nearest kept ancestor; where there is none they become roots, and are not called orphans.
    #[must_use]
    pub fn only_spans(&self, keep: impl Fn(Span<'_>) -> bool) -> Self {
        let kept: Vec<bool> = self.spans().map(keep).collect();
        let mut place: Vec<Option<usize>> = vec![None; self.nodes.len()];
        // The new index of the nearest kept span at or above each.
        let mut nearest: Vec<Option<usize>> = vec![None; self.nodes.len()];
        let mut tree = Self {
            nodes: Vec::new(),
            resources: self.resources.clone(),
            scopes: self.scopes.clone(),
            is_log: self.is_log,
        };
        let mut trace_before = None;
        for (i, node) in self.nodes.iter().enumerate() {
            let above = node.parent_index().and_then(|parent| nearest[parent]);
            nearest[i] = above;
            if !kept[i] {
                continue;
            }
            let mut node = node.clone();
            node.parent = match (above, &node.parent) {
                (Some(above), _) => Parent::Child(above),
                (None, Parent::Child(_)) => Parent::Root,
                (None, other) => other.clone(),
            };
            node.depth = above.map_or(0, |above| tree.nodes[above].depth + 1);
            let number = tree.nodes.last().map_or(0, |last| {
                last.trace + usize::from(trace_before != Some(node.trace))
            });
            trace_before = Some(node.trace);
            node.trace = number;
            place[i] = Some(tree.nodes.len());
            nearest[i] = place[i];
            tree.nodes.push(node);
        }
        for link in tree.nodes.iter_mut().flat_map(|node| &mut node.links) {
            link.target = link.target.and_then(|target| place[target]);
        }
        tree.compact()
    }

    /// Leaves out the instrumentation scopes.
    #[must_use]
    pub fn without_scope(&self) -> Self {
        let mut tree = self.clone();
        tree.scopes.clear();
        for node in &mut tree.nodes {
            node.scope = None;
        }
        tree
    }

    /// Leaves out the resources; which service a span came from is no longer shown.
    #[must_use]
    pub fn without_resource(&self) -> Self {
        let mut tree = self.clone();
        tree.resources.clear();
        for node in &mut tree.nodes {
            node.resource = None;
        }
        tree
    }

    /// Keeps only these attributes on resources, such as `service.name`.
    #[must_use]
    pub fn only_resource_attributes<'k>(&self, keys: impl IntoIterator<Item = &'k str>) -> Self {
        let keys: BTreeSet<&str> = keys.into_iter().collect();
        let mut tree = self.clone();
        for resource in &mut tree.resources {
            resource.retain(|key, _| keys.contains(key.as_str()));
        }
        tree.compact()
    }

    /// Leaves out the events.
    #[must_use]
    pub fn without_events(&self) -> Self {
        let mut tree = self.clone();
        for node in &mut tree.nodes {
            node.events.clear();
        }
        tree
    }

    /// Names a parent that is known to be elsewhere, so that its children are no orphans: `[child of browser]`.
    #[must_use]
    pub fn with_external_parent(&self, span_id: SpanId, name: &str) -> Self {
        let id = span_id.to_bytes();
        let mut tree = self.clone();
        for node in &mut tree.nodes {
            if matches!(&node.parent, Parent::Orphan(parent) if **parent == id) {
                node.parent = Parent::External(name.to_owned());
            }
        }
        tree
    }

    /// Replaces attribute values that no run repeats: `redact("GET */app.now", "[now]")`.
    ///
    /// Before the last slash is the span's name, after it the attribute's key; `*` stands for anything in both.
    /// Attributes of spans and of their events are replaced, types included.
    ///
    /// # Errors
    /// If the selector has no slash, or matches nothing: that would hide that the attribute is missing.
    pub fn redact(&self, selector: &str, word: &str) -> Result<Self, RedactError> {
        let (span, key) = selector
            .rsplit_once('/')
            .ok_or_else(|| RedactError::Selector(selector.to_owned()))?;
        let mut tree = self.clone();
        let mut matched = false;
        for node in tree.nodes.iter_mut().filter(|node| glob(span, &node.name)) {
            let of_events = node.events.iter_mut().map(|event| &mut event.attributes);
            for attributes in std::iter::once(&mut node.attributes).chain(of_events) {
                for (_, value) in attributes.iter_mut().filter(|(name, _)| glob(key, name)) {
                    *value = Value::String(word.to_owned());
                    matched = true;
                }
            }
        }
        if matched {
            return Ok(tree);
        }
        let present: BTreeSet<String> = self
            .spans()
            .flat_map(|s| {
                s.attributes()
                    .keys()
                    .map(move |key| format!("{}/{key}", s.name()))
            })
            .collect();
        let mut present = present.into_iter().collect::<Vec<_>>().join(", ");
        if present.is_empty() {
            present.push_str("none at all");
        }
        Err(RedactError::NoMatch {
            selector: selector.to_owned(),
            present,
        })
    }

    /// Makes resources and scopes distinct again, in order of first use, and drops those no longer used.
    fn compact(mut self) -> Self {
        let (resources, scopes) = (
            std::mem::take(&mut self.resources),
            std::mem::take(&mut self.scopes),
        );
        for node in &mut self.nodes {
            node.resource = node
                .resource
                .map(|i| intern(&mut self.resources, resources[i].clone()));
            node.scope = node
                .scope
                .map(|i| intern(&mut self.scopes, scopes[i].clone()));
        }
        self
    }
}

/// Whether `text` is of the form of `pattern`, in which `*` stands for any text.
fn glob(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| text.strip_prefix(first)) else {
        return false;
    };
    let Some(last) = pattern.contains('*').then(|| parts.next_back()).flatten() else {
        return rest.is_empty();
    };
    for part in parts {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}
