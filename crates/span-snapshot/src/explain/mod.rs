//! Why a tree differs from the one wanted: the likely causes, in the words of someone who instruments a program.
//! `causes.md` lists them.

mod content;
mod findings;
mod logs;
mod matching;
mod names;
mod place;
mod resource;
mod xray;

use self::findings::Findings;
use self::matching::Matching;
use crate::tree::SpanTree;
use crate::verdict::Cause;

/// All causes, the likeliest to explain others first.
const LIKELIEST: &[&str] = &[
    "no-spans",
    "no-log-events",
    "wrong-group",
    "wrong-stream",
    "glued-into-message",
    "not-json",
    "all-at-error",
    "logged-twice",
    "missing-log-event",
    "unexpected-log-event",
    "misnamed-message",
    "wrong-level",
    "not-correlated",
    "wrong-id-form",
    "wrong-retention",
    "wrong-field-type",
    "misnamed-field",
    "missing-field",
    "wrong-field-value",
    "unexpected-field",
    "after-shutdown",
    "not-ended",
    "sent-twice",
    "duplicate-spans",
    "second-segment",
    "other-trace",
    "second-root",
    "wrong-parent",
    "high-cardinality-name",
    "misnamed-span",
    "missing-span",
    "unexpected-span",
    "wrong-kind",
    "wrong-status",
    "unknown-service",
    "wrong-resource",
    "wrong-attribute-type",
    "annotation-as-metadata",
    "metadata-as-annotation",
    "wrong-namespace",
    "misnamed-attribute",
    "missing-attribute",
    "wrong-attribute-value",
    "unexpected-attribute",
    "missing-event",
    "unexpected-event",
    "missing-link",
    "unexpected-link",
    "wrong-scope",
    "wrong-order",
    "other-difference",
];

/// Names the likely causes of what differs, most likely first; none if the trees are equal.
///
/// What follows from another cause is left out: spans inside a missing span, children of a span that moved with it, the copies of a doubled span.
/// The causes are those of this table:
///
#[doc = include_str!("causes.md")]
pub fn explain(wanted: &SpanTree, actual: &SpanTree) -> Vec<Cause> {
    if wanted == actual {
        return Vec::new();
    }
    let mut findings = Findings::default();
    let no_event = |tree: &SpanTree| tree.nodes.iter().all(|node| !node.kind.is_event());
    if wanted.is_log && no_event(actual) {
        logs::nothing(wanted, &mut findings);
    }
    if let (true, Some(first)) = (
        actual.is_empty() && findings.is_empty(),
        wanted.nodes.first(),
    ) {
        findings.on(
            &first.name,
            "no-spans",
            format!("no {} was exported; {} wanted, the first {} {}", if first.kind.is_xray() { "segment" } else { "span" }, wanted.len(), first.kind, findings::SPANS),
            xray::help(first, "Is the code instrumented, with this provider's tracer, and did it run? Does the provider flush (force_flush or shutdown) before the process ends? If nothing flushes, a batch is sent only after a while, and the process may be gone by then.",
            "Is the code instrumented, with a provider that exports to X-Ray, and did it run? Is AWS_XRAY_DAEMON_ADDRESS the daemon's, and is its port published by UDP (2000/udp)? By UDP nobody says that nothing listens. Does the provider flush (force_flush or shutdown) before the process ends?"),
        );
    }
    if actual.is_empty() && !findings.is_empty() {
        return findings.into_causes(LIKELIEST);
    }
    let matching = Matching::new(wanted, actual);
    place::compare(&matching, &mut findings);
    resource::compare(&matching, &mut findings);
    for (i, actual_index) in matching.to_actual.iter().enumerate() {
        if let Some(j) = actual_index {
            content::compare(
                (wanted, &wanted.nodes[i]),
                (actual, &actual.nodes[*j]),
                &mut findings,
            );
        }
    }
    if findings.is_empty() {
        unexplained(wanted, actual, &mut findings);
    }
    findings.into_causes(LIKELIEST)
}

/// `actual` with those hidden attributes that are likely misnamed ones of `wanted`: what is told of should be seen.
pub(crate) fn revealed(wanted: &SpanTree, actual: &SpanTree) -> SpanTree {
    let matching = Matching::new(wanted, actual);
    let mut revealed = actual.clone();
    for (node, other) in matching.to_actual.iter().enumerate() {
        let (node, Some(other)) = (&wanted.nodes[node], *other) else {
            continue;
        };
        let (is, hidden) = (&actual.nodes[other].attributes, &actual.nodes[other].hidden);
        for (key, value) in &node.attributes {
            // IDs are others in each run, and where a snapshot has words in brackets, so are values.
            if is.contains_key(key) || logs::is_id(key) {
                continue;
            }
            if let Some(name) = content::misnamed(key, value, &node.attributes, is, hidden)
                && let Some(is) = hidden.get(name)
            {
                let is_redacted = (value.as_str())
                    .is_some_and(|text| text.starts_with('[') && text.ends_with(']'));
                let shown = if is_redacted { value } else { is };
                (revealed.nodes[other].attributes).insert(name.to_owned(), shown.clone());
            }
        }
    }
    revealed
}

fn unexplained(wanted: &SpanTree, actual: &SpanTree, findings: &mut Findings) {
    let (wanted_text, actual_text) = (wanted.render(), actual.render());
    let lines = |text: &str| {
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        lines.sort();
        lines
    };
    let differing = wanted_text
        .lines()
        .zip(actual_text.lines())
        .find(|(a, b)| a != b);
    let (wanted_line, line) = differing.unwrap_or_default();
    if lines(&wanted_text) == lines(&actual_text) {
        findings.on(
            line.trim(),
            "wrong-order",
            format!("{} stands where `{}` was wanted", findings::SPANS, wanted_line.trim()),
            if wanted.is_log {
                "Events are in the order of their timestamps; those of one millisecond are in the order in which they were put. Work that runs at the same time has no fixed order: look at its events one by one."
            } else {
                "Siblings and traces are in the order of their starts. Work that runs at the same time has no fixed order: look at its spans one by one."
            },
        );
    } else {
        findings.on(
            line.trim(),
            "other-difference",
            format!(
                "{} was not wanted, but `{}`",
                findings::SPANS,
                wanted_line.trim()
            ),
            "",
        );
    }
}
