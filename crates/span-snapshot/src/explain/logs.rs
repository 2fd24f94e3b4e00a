//! What goes wrong with log events alone: level, form, fields and IDs, group and stream.

use super::findings::{Findings, IS, SPANS};
use super::names;
use crate::span::{Kind, Level};
use crate::tree::{Node, SpanTree};
use crate::value::Value;

/// The fields that say which request an event belongs to.
const IDS: [&str; 3] = ["trace_id", "span_id", "xray_trace_id"];
/// Whether a field is one of those.
pub(super) fn is_id(key: &str) -> bool {
    IDS.contains(&key)
}

/// The group's days; without it events are kept for ever.
const RETENTION: &str = "retentionInDays";

/// What to do when no event came.
pub(super) fn nothing(wanted: &SpanTree, findings: &mut Findings) {
    let events = || wanted.nodes.iter().filter(|node| node.kind.is_event());
    if let Some(first) = events().next() {
        findings.on(
            &first.name,
            "no-log-events",
            format!(
                "no log event came; {} wanted, the first {} {SPANS}",
                events().count(),
                first.kind
            ),
            "Is the layer part of the subscriber that is in force (init, or with_default), does a filter let the events through, and does what is queued go out (flush or shutdown) before the process ends? PutLogEvents needs its log group and stream first: ResourceNotFoundException says that they are not there.",
        );
    }
}

/// Tells of another level, of text where fields were wanted, of missing IDs. Gives the fields that this explains; `None` if nothing else need be looked at.
pub(super) fn compare<'n>(
    wanted: &'n Node,
    actual: (&SpanTree, &'n Node),
    findings: &mut Findings,
) -> Option<Vec<&'n str>> {
    let (tree, actual) = actual;
    let glued = glued(wanted, actual);
    if !glued.is_empty() {
        findings.on(
            &actual.name,
            "glued-into-message",
            format!("{} of {SPANS} {} inside the message", listed(&glued), if glued.len() == 1 { "stands" } else { "stand" }),
            "Out of a text no query can filter, sort or count by a value. Log values as fields with their types: info!(http.response.status_code = status, \"…\"), and keep the message the same for all events of a kind.",
        );
    }
    if actual.kind == Kind::LogText && wanted.kind != Kind::LogText {
        if glued.is_empty() {
            findings.shared(
                &actual.name,
                "not-json",
                format!("{SPANS} {IS} no JSON object but text; {} with fields was wanted", wanted.kind),
                "CloudWatch Logs finds fields by itself in events that are JSON objects, one event a line. Write each event as one: level, message, and its fields with their types.",
            );
        }
        return None;
    }
    level(wanted, actual, tree, findings);
    let mut told = glued;
    told.extend(ids(wanted, actual, findings));
    if wanted.kind == Kind::LogGroup
        && let (a, b) = (
            wanted.attributes.get(RETENTION),
            actual.attributes.get(RETENTION),
        )
        && a != b
    {
        let days = |days: Option<&Value>| {
            days.map_or("for ever".to_owned(), |days| format!("for {days} days"))
        };
        findings.on(
            &actual.name,
            "wrong-retention",
            format!("{SPANS} keeps its events {}; {} was wanted", days(b), days(a)),
            "PutRetentionPolicy sets it, for a group that is there, in days that the service knows: 1, 3, 5, 7, 14, 30, … It may be called again and again.",
        );
        told.push(RETENTION);
    }
    Some(told)
}

fn level(wanted: &Node, actual: &Node, tree: &SpanTree, findings: &mut Findings) {
    if wanted.kind == actual.kind {
        return;
    }
    let events = || tree.nodes.iter().filter(|node| node.kind.is_event());
    let help = "The level tells who must look: INFO for what went as it should, WARN for a caller's mistake (4xx), ERROR for our own (5xx). Choose it by the status of each answer.";
    if events().all(|node| node.kind == Kind::LogEvent(Level::Error)) {
        findings.shared(
            &actual.name,
            "all-at-error",
            match events().count() {
                1 => "the only log event is at ERROR".to_owned(),
                count => format!("all {count} log events are at ERROR"),
            },
            format!("Where all is an error, nobody sees one. {help}"),
        );
        return;
    }
    let said = |kind: Kind| match kind {
        Kind::LogEvent(Level::Unsaid) => "has no level".to_owned(),
        kind => format!("is at {kind}"),
    };
    findings.on(
        &actual.name,
        "wrong-level",
        format!("{SPANS} {}; {} was wanted", said(actual.kind), wanted.kind),
        help,
    );
}

/// What is wrong with the IDs; gives the fields.
fn ids(wanted: &Node, actual: &Node, findings: &mut Findings) -> Vec<&'static str> {
    let mut told = Vec::new();
    let mut missing = Vec::new();
    for key in IDS {
        let Some(Value::String(of)) = wanted.attributes.get(key) else {
            continue;
        };
        match actual.attributes.get(key) {
            None => {
                // One that is only misspelt is told as such.
                let mut others = actual.attributes.keys().chain(actual.hidden.keys());
                if others.any(|other| names::is_near(other, key)) {
                    continue;
                }
                missing.push(key);
            }
            Some(Value::String(is)) if is == of => continue,
            Some(Value::String(is)) if is.starts_with(of.as_str()) && is.ends_with(" form") => {
                findings.shared(
                    &actual.name,
                    "wrong-id-form",
                    format!("`{key}` on {SPANS} is in the other form: \"{is}\""),
                    "X-Ray writes a trace ID as 1-, the first 8 digits, a hyphen and the other 24; W3C, and so OpenTelemetry, writes all 32 digits in one. `trace_id` is W3C's, `xray_trace_id` X-Ray's, so that each page finds its own.",
                );
            }
            Some(is) => findings.shared(
                &actual.name,
                "not-correlated",
                format!("`{key}` on {SPANS} is {is}; \"{of}\" was wanted"),
                "The ID must be that of the request's span: the one of the context that is current where the event is logged, asked anew for each event. Work that is spawned must be given the context.",
            ),
        }
        told.push(key);
    }
    if !missing.is_empty() {
        findings.shared(
            &actual.name,
            "not-correlated",
            format!("{SPANS} {IS} without {}", listed(&missing)),
            "Without the trace's ID nobody comes from the event to its trace, or from the trace to its events. Take the IDs from the current span's context (Context::current().span().span_context()), and log while the request's span is current.",
        );
    }
    told
}

/// The fields that are wanted, are not there, and whose values stand in the message instead.
pub(super) fn glued<'n>(wanted: &'n Node, actual: &Node) -> Vec<&'n str> {
    let fields = wanted.attributes.iter().filter(|(key, value)| {
        let is_there = |fields: &crate::Attributes| fields.contains_key(*key);
        let (text, is_short) = match value {
            Value::String(text) => (text.clone(), text.chars().count() < 2),
            Value::I64(number) => (number.to_string(), (0..10).contains(number)),
            Value::Bool(truth) => (truth.to_string(), true),
            _ => return false,
        };
        // A single digit or letter stands in many a text; of one that is another text than wanted, a number or a truth value made it so.
        let tells = !is_short || (value.as_str().is_none() && actual.name != wanted.name);
        !is_there(&actual.attributes)
            && !is_there(&actual.hidden)
            && tells
            && stands_in(&actual.name, &text)
            && !stands_in(&wanted.name, &text)
    });
    fields.map(|(key, _)| key.as_str()).collect()
}

/// How much of a wanted event stands in another event's text.
pub(super) fn likeness(wanted: &Node, actual: &Node) -> usize {
    let named = stands_in(&actual.name, &wanted.name);
    glued(wanted, actual).len() * 2 + usize::from(named)
}

/// How many values are the same in both, twice those of the same type too.
pub(super) fn alike(wanted: &Node, actual: &Node) -> usize {
    let values = wanted.attributes.iter().filter_map(|(key, value)| {
        let is = actual.attributes.get(key)?;
        let same_text = value.bare_text() == is.bare_text();
        Some(usize::from(same_text) + usize::from(value == is))
    });
    values.sum()
}

/// Whether a text has `part` in it, and not as part of a longer word or number.
fn stands_in(text: &str, part: &str) -> bool {
    text.match_indices(part).any(|(at, part)| {
        let before = text[..at].chars().next_back();
        let after = text[at + part.len()..].chars().next();
        let ends = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
        ends(before) && ends(after)
    })
}

/// Tells of another name of a group, a stream or a message.
pub(super) fn name(wanted: &Node, actual: &Node, findings: &mut Findings) {
    let is = &wanted.name;
    match wanted.kind {
        Kind::LogGroup => findings.on(
            &actual.name,
            "wrong-group",
            format!("the log group is {SPANS}; `{is}` was wanted"),
            "Queries name their log groups, so that events in another group are found by nobody. Is the name set in one place only, for CreateLogGroup and PutLogEvents alike?",
        ),
        Kind::LogStream => findings.on(
            &actual.name,
            "wrong-stream",
            format!("the log stream is {SPANS}; `{is}` was wanted"),
            "A stream has the events of one source: one process of one service. Is its name made of what identifies the source?",
        ),
        // What stands in the message that should not is told where the two are compared.
        _ if actual.kind == Kind::LogText || !glued(wanted, actual).is_empty() => {}
        _ => findings.on(
            &actual.name,
            "misnamed-message",
            format!("the message is {SPANS}; `{is}` was wanted"),
            "Messages are searched for and grouped by, so they must be exact, spaces and case included. What differs from event to event is for fields.",
        ),
    }
}

/// Tells of an event or a stream in another place; `is_in` is where it is, nowhere in particular if none.
pub(super) fn elsewhere(
    node: &Node,
    wanted_in: Option<&Node>,
    is_in: Option<&Node>,
    findings: &mut Findings,
) {
    let place = |node: Option<&Node>| match node {
        None => "no log group".to_owned(),
        Some(node) if node.kind == Kind::LogGroup => format!("the log group `{}`", node.name),
        Some(node) => format!("the log stream `{}`", node.name),
    };
    let is_group = node.kind == Kind::LogStream
        || wanted_in
            .or(is_in)
            .is_some_and(|it| it.kind == Kind::LogGroup);
    findings.on(
        &node.name,
        if is_group {
            "wrong-group"
        } else {
            "wrong-stream"
        },
        format!(
            "{SPANS} is in {}; it was wanted in {}",
            place(is_in),
            place(wanted_in)
        ),
        "Which group and stream an event goes to is said by each PutLogEvents.",
    );
}

/// Tells of what did not come. `inside` is how many events in it did not either.
pub(super) fn missing(node: &Node, above: Option<&Node>, inside: usize, findings: &mut Findings) {
    let place = above.map_or(String::new(), |above| format!(" in `{}`", above.name));
    let more = match inside {
        0 => String::new(),
        1 => ", and so is the event in it".to_owned(),
        count => format!(", and so are the {count} in it"),
    };
    match node.kind {
        Kind::LogGroup => findings.on(
            &node.name,
            "wrong-group",
            format!("the log group {SPANS} is missing{more}"),
            "CreateLogGroup makes it, once; ResourceAlreadyExistsException then says that all is well.",
        ),
        Kind::LogStream => findings.on(
            &node.name,
            "wrong-stream",
            format!("the log stream {SPANS} is missing{place}{more}"),
            "CreateLogStream makes it, once, in a group that is there; ResourceAlreadyExistsException then says that all is well.",
        ),
        kind => findings.on(
            &node.name,
            "missing-log-event",
            format!("{SPANS} ({kind}) is missing{place}"),
            "It was not logged, a filter held it back, it was rejected (rejectedLogEventsInfo), or it was still queued when the process ended. Does a handler that returns early skip it?",
        ),
    }
}

/// Tells of what came and was not wanted.
pub(super) fn unexpected(node: &Node, above: Option<&Node>, findings: &mut Findings) {
    let place = above.map_or(String::new(), |above| format!(" in `{}`", above.name));
    let (id, what) = match node.kind {
        Kind::LogGroup => ("wrong-group", "the log group "),
        Kind::LogStream => ("wrong-stream", "the log stream "),
        _ => ("unexpected-log-event", ""),
    };
    findings.on(
        &node.name,
        id,
        format!("{what}{SPANS} ({}) is there{place} and was not wanted", node.kind),
        "Is something logged that should not be, or is the name another than the one wanted? If it is right, the snapshot is too old.",
    );
}

/// Tells of the same event again.
pub(super) fn twice(name: &str, count: usize, wanted: usize, findings: &mut Findings) {
    findings.on(
        name,
        "logged-twice",
        format!("{SPANS} is there {count} times; {wanted} wanted"),
        "Is the layer added twice, is it logged by hand what a layer logs already, or was a batch sent again that had been taken?",
    );
}

/// `a`, `a` and `b`, `a`, `b` and `c`.
fn listed(keys: &[&str]) -> String {
    let quoted: Vec<String> = keys.iter().map(|key| format!("`{key}`")).collect();
    match quoted.as_slice() {
        [one] => one.clone(),
        [all @ .., last] => format!("{} and {last}", all.join(", ")),
        [] => String::new(),
    }
}

/// What to do about a field that is there with another type or value than wanted; nothing if its text tells no more.
pub(super) fn written(wanted: Option<&Value>, is: &Value) -> Option<&'static str> {
    let text = is.as_str();
    let debugged = |wanted: &Value| match wanted {
        Value::String(text) => format!("{text:?}"),
        other => other.to_string(),
    };
    match wanted {
        None => (text == Some("None")).then_some(
            "`?` before a value writes it as a debugger shows it, and so `None` where there is nothing. Pass the Option itself, without `?`: then the field is left out.",
        ),
        Some(wanted) if text == Some(&format!("Some({})", debugged(wanted))) => Some(
            "`?` before a value writes it as a debugger shows it, the Option's `Some(…)` too. Pass the Option itself, without `?`: what is in it keeps its type, and where there is nothing the field is left out.",
        ),
        Some(Value::String(wanted)) if text == Some(&format!("{wanted:?}")) => Some(
            "`?` before a value writes it as a debugger shows it, text in quotes. Pass the text itself, without `?`; `%` is for what can be displayed and is no text yet.",
        ),
        Some(Value::Bool(_)) if text.is_some() => Some(
            "A text that says true is no truth value, and no filter for one finds it. `%` and `?` before a value make text of it, and so do format! and to_string(): pass the value itself.",
        ),
        Some(Value::I64(_) | Value::F64(_)) if text.is_some() => Some(
            "A number that is text can't be summed or averaged, and is compared letter by letter. `%` and `?` before a value make text of it, and so do format! and to_string(): pass the value itself.",
        ),
        _ => None,
    }
}

/// A field's cause where it is an attribute's on a span, and what to do about it if that differs.
pub(super) fn field(attribute: &'static str) -> (&'static str, Option<&'static str>) {
    match attribute {
        "misnamed-attribute" => ("misnamed-field", None),
        "missing-attribute" => (
            "missing-field",
            Some(
                "Log it as a field of its own: info!(key = value, \"…\"). Is it a field of a span instead, whose fields are left out, or was it recorded after the event?",
            ),
        ),
        "wrong-attribute-type" => ("wrong-field-type", None),
        "wrong-attribute-value" => ("wrong-field-value", None),
        _ => ("unexpected-field", None),
    }
}
