//! Differences within one span: kind, status, attributes, events, links, scope.

use super::findings::{Findings, SPANS};
use super::{logs, names, xray};
use crate::span::{Event, Status};
use crate::tree::{Node, SpanTree};
use crate::value::{Attributes, Value};

pub(super) fn compare(
    wanted: (&SpanTree, &Node),
    actual: (&SpanTree, &Node),
    findings: &mut Findings,
) {
    let ((wanted_tree, wanted), (actual_tree, actual)) = (wanted, actual);
    let span = actual.name.as_str();
    if xray::is_second_segment(wanted, actual) {
        return xray::second_segment((wanted_tree, wanted), actual, findings);
    }
    let mut told = Vec::new();
    if wanted.kind.is_log() {
        match logs::compare(wanted, (actual_tree, actual), findings) {
            Some(fields) => told = fields,
            None => return,
        }
    } else if wanted.kind != actual.kind {
        findings.shared(
            span,
            "wrong-kind",
            format!("the kind of {SPANS} is {}; {} was wanted", actual.kind, wanted.kind),
            xray::help(actual, "SERVER answers a request, CLIENT makes one (database queries too), PRODUCER and CONSUMER are for messages, INTERNAL is all else, and what in_span makes. Set it with span_builder(…).with_kind(…), which in_span_with_builder takes.",
            "A SEGMENT is a service's answer to a request: a span of kind SERVER, or one without a parent. A span of another kind with a parent is a SUBSEGMENT."),
        );
    }
    // Of an unfinished span only the start is known, so nothing that may have come later can be missed.
    if wanted.finish != actual.finish {
        return;
    }
    status(&wanted.status, &actual.status, span, findings);
    let whose = Whose {
        told: actual.kind.is_log().then_some(&told),
        ..Whose::of(SPANS, actual)
    };
    attributes(
        &wanted.attributes,
        &actual.attributes,
        &actual.hidden,
        &whose,
        findings,
    );
    events(wanted, actual, findings);
    links(wanted, actual, findings);
    if let (Some(a), Some(b)) = (wanted.scope, actual.scope)
        && let (a, b) = (&wanted_tree.scopes[a], &actual_tree.scopes[b])
        && a != b
    {
        let version = |version: &Option<String>| {
            version
                .as_ref()
                .map(|v| format!(" {v}"))
                .unwrap_or_default()
        };
        findings.shared(
            span,
            "wrong-scope",
            format!("the tracer of {SPANS} is `{}{}`; `{}{}` was wanted", b.name, version(&b.version), a.name, version(&a.version)),
            "The scope is what the tracer was asked for with. If only its version differs, leave it out with without_scope().",
        );
    }
}

fn status(wanted: &Status, actual: &Status, span: &str, findings: &mut Findings) {
    if wanted == actual {
        return;
    }
    let help = match (wanted, actual) {
        (Status::Unset, Status::Error(_)) => {
            "Only what went wrong on this side is an error. On a SERVER span that is 5xx; a 4xx is the caller's mistake and leaves the status unset. If the answer itself became a 5xx, the instrumentation changed what the handler does."
        }
        (Status::Error(_), Status::Error(_)) => {
            "Both are errors, and the descriptions differ: set_status(Status::error(…)) takes what went wrong, in words. A layer that knows only the status code can't say more than that."
        }
        (Status::Error(_), _) => {
            "A failure must be said: set_status(Status::error(…)), and record the error as an `exception` event. A handler that returns early skips it."
        }
        _ => "Ok is set by the application only, to overrule; otherwise leave it unset.",
    };
    findings.shared(
        span,
        "wrong-status",
        format!("the status of {SPANS} is {actual}; {wanted} was wanted"),
        help,
    );
}

/// Whose attributes are compared.
struct Whose<'a> {
    /// Names them, with [`SPANS`] in it.
    of: &'a str,
    span: &'a str,
    /// Of a log event: the fields that need no further word.
    told: Option<&'a Vec<&'a str>>,
    is_event: bool,
}

impl<'a> Whose<'a> {
    fn of(of: &'a str, node: &'a Node) -> Self {
        Self {
            of,
            span: node.name.as_str(),
            told: None,
            is_event: false,
        }
    }

    fn is_told(&self, key: &str) -> bool {
        self.told.is_some_and(|told| told.contains(&key))
    }

    /// A cause in its words, and what to do about it.
    fn say(
        &self,
        findings: &mut Findings,
        id: &'static str,
        key: &str,
        what: String,
        help: impl Into<String>,
    ) {
        let (id, help) = match self.told.map(|_| logs::field(id)) {
            None => (id, help.into()),
            Some((id, None)) => (id, help.into()),
            Some((id, Some(help))) => (id, help.to_owned()),
        };
        findings.about(self.span, id, format!("{key} on {}", self.of), what, help);
    }
}

/// Compares attributes; `hidden` are some that a view left out of `actual`.
fn attributes(
    wanted: &Attributes,
    actual: &Attributes,
    hidden: &Attributes,
    whose: &Whose<'_>,
    findings: &mut Findings,
) {
    let Whose { of, span, .. } = *whose;
    let mut explained = Vec::new();
    let is_told = |key: &String| whose.is_told(key) || xray::follows(key, wanted, actual);
    for (key, value) in wanted.iter().filter(|(key, _)| !is_told(key)) {
        let Some(is) = actual.get(key) else {
            let unasked =
                (actual.iter().chain(hidden)).filter(|(other, _)| !wanted.contains_key(*other));
            if let Some(moved) = xray::moved(key, of, unasked) {
                findings.shared(span, moved.id, moved.what, moved.help);
                explained.push(moved.key);
                continue;
            }
            match misnamed(key, value, wanted, actual, hidden) {
                Some(other) => {
                    explained.push(other);
                    let help = if names::is_renamed(other, key) {
                        format!("`{other}` is its name in older semantic conventions; they have renamed it to `{key}`.")
                    } else if let Some(help) = xray::misnamed(key) {
                        help.to_owned()
                    } else {
                        let what = if whose.told.is_some() { "Fields" } else { "Attributes" };
                        format!("{what} are looked up by their exact keys.")
                    };
                    whose.say(findings, "misnamed-attribute", key, format!("`{other}` on {of} should be named `{key}`"), help);
                }
                None => whose.say(findings, "missing-attribute", key,
                    format!("`{key}` is missing on {of}; {value} was wanted"),
                    xray::field(key).unwrap_or(if whose.is_event {
                        "It is an attribute of the event, not of the span: give it to add_event(…), which takes `exception.type` and `exception.message` for an exception."
                    } else {
                        "Set it before the span ends. If it is set in code, check that it is set on this span and not on the one that was current there."
                    }),
                ),
            }
            continue;
        };
        if value == is {
            continue;
        }
        let written = whose.told.and_then(|_| logs::written(Some(value), is));
        if value.type_name() == is.type_name() {
            whose.say(
                findings,
                "wrong-attribute-value",
                key,
                format!("`{key}` on {of} is {is}; {value} was wanted"),
                written.unwrap_or_default(),
            );
        } else {
            whose.say(findings, "wrong-attribute-type", key,
                format!("`{key}` on {of} is {is}, {}; {value}, {}, was wanted", is.type_name(), value.type_name()),
                written.unwrap_or("The type decides what can be asked later: numbers can be compared and averaged, strings cannot. Pass the value itself, without to_string() or format!."),
            );
        }
    }
    for (key, value) in actual
        .iter()
        .filter(|(key, _)| !wanted.contains_key(*key) && !explained.contains(&key.as_str()))
        .filter(|(key, _)| !is_told(key))
    {
        let written = whose.told.and_then(|_| logs::written(None, value));
        whose.say(
            findings,
            "unexpected-attribute",
            key,
            format!("`{key}` = {value} on {of} was not wanted"),
            (written.or(xray::field(key)))
                .unwrap_or("Remove it, or rename it if it is meant to be one of those missing."),
        );
    }
}

/// The key under which a missing attribute is there all the same: one of the older conventions, a misspelt one, or one that ends alike and has the same value.
pub(super) fn misnamed<'n>(
    key: &str,
    value: &Value,
    wanted: &Attributes,
    actual: &'n Attributes,
    hidden: &'n Attributes,
) -> Option<&'n str> {
    let others = (actual.iter().chain(hidden)).filter(|(other, _)| !wanted.contains_key(*other));
    let likely = others.filter(|(other, is)| {
        names::is_renamed(other, key)
            || names::is_near(other, key)
            || (value == *is && names::end_alike(key, other))
    });
    likely
        .max_by_key(|(other, _)| (names::is_renamed(other, key), names::likeness(other, key)))
        .map(|(other, _)| other.as_str())
}

fn events(wanted: &Node, actual: &Node, findings: &mut Findings) {
    let mut left: Vec<&Event> = actual.events.iter().collect();
    let mut pairs = Vec::new();
    // Equal ones first, so that one event too many does not shift all that follow.
    let mut open: Vec<&Event> = Vec::new();
    for event in &wanted.events {
        match left.iter().position(|other| *other == event) {
            Some(at) => drop(left.remove(at)),
            None => open.push(event),
        }
    }
    let mut gone: Vec<&Event> = Vec::new();
    for event in open {
        match left.iter().position(|other| other.name == event.name) {
            Some(at) => pairs.push((event, left.remove(at))),
            None => gone.push(event),
        }
    }
    // The only one missing and the only one too many, with something in common, are one by another name.
    if let ([event], [other]) = (gone.as_slice(), left.as_slice())
        && (event.attributes.keys()).any(|key| other.attributes.contains_key(key))
    {
        findings.shared(
            &actual.name,
            "missing-event",
            format!("the event `{}` on {SPANS} should be named `{}`", other.name, event.name),
            "Events are looked up by their exact names; a failure's is `exception`, by the semantic conventions.",
        );
        pairs.push((event, other));
        (gone, left) = (Vec::new(), Vec::new());
    }
    for event in gone {
        findings.shared(
            &actual.name,
            "missing-event",
            format!("the event `{}` is missing on {SPANS}", event.name),
            "Add it while the span is open: add_event(…), or record_error(…) for an `exception`.",
        );
    }
    for (event, other) in pairs {
        let of = format!("the event `{}` of {SPANS}", event.name);
        let whose = Whose {
            is_event: true,
            ..Whose::of(&of, actual)
        };
        let (wanted, actual) = (&event.attributes, &other.attributes);
        attributes(wanted, actual, &Attributes::new(), &whose, findings);
    }
    for event in left {
        findings.shared(
            &actual.name,
            "unexpected-event",
            format!("the event `{}` on {SPANS} was not wanted", event.name),
            "Is the same failure recorded twice, or one that is none?",
        );
    }
}

fn links(wanted: &Node, actual: &Node, findings: &mut Findings) {
    let count = |node: &Node, inside: bool| {
        node.links
            .iter()
            .filter(|link| link.target.is_some() == inside)
            .count()
    };
    for (inside, where_to) in [
        (true, "to another span of the tree"),
        (false, "out of the tree"),
    ] {
        let (wanted, is) = (count(wanted, inside), count(actual, inside));
        if is < wanted {
            findings.shared(
                &actual.name,
                "missing-link",
                format!("links {where_to} from {SPANS}: {is}; {wanted} wanted"),
                "A link joins spans that are not parent and child. Add it with with_links(…) or add_link(…), from the other span's span_context().",
            );
        } else if is > wanted {
            findings.shared(
                &actual.name,
                "unexpected-link",
                format!("links {where_to} from {SPANS}: {is}; {wanted} wanted"),
                "Links are for spans that are not parent and child. If the other is the parent, its context should be passed on instead.",
            );
        }
    }
    if wanted.links.len() == actual.links.len() {
        for (a, b) in wanted.links.iter().zip(&actual.links) {
            let of = format!("a link of {SPANS}");
            let whose = Whose::of(&of, actual);
            let (wanted, actual) = (&a.attributes, &b.attributes);
            attributes(wanted, actual, &Attributes::new(), &whose, findings);
        }
    }
}
