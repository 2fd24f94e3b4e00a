//! Exceptions as events, their stacks as the text that the language itself prints.

use std::fmt::Write;

use opentelemetry_proto::tonic::trace::v1::span::Event;

use super::attributes::Attributes;
use crate::{Cause, Exception, StackFrame};

/// How a document's stacks are to be read.
pub(super) struct Stacks {
    /// As `telemetry.sdk.language` has it.
    pub(super) language: Option<String>,
    /// The format has the innermost call first.
    pub(super) outermost_first: bool,
}

/// One `exception` event for each exception; `time` is in nanoseconds since the Unix epoch.
pub(super) fn events(cause: &Cause, time: u64, stacks: &Stacks) -> Vec<Event> {
    let Cause::Exceptions { exceptions, .. } = cause else {
        return Vec::new();
    };
    exceptions
        .iter()
        .map(|exception| Event {
            time_unix_nano: time,
            name: "exception".to_owned(),
            attributes: attributes(exception, stacks).into_vec(),
            ..Event::default()
        })
        .collect()
}

/// What the status can say of the cause.
pub(super) fn message(cause: &Cause) -> Option<&str> {
    match cause {
        Cause::Id(id) => Some(id),
        Cause::Exceptions { exceptions, .. } => exceptions.first()?.message.as_deref(),
    }
}

fn attributes(exception: &Exception, stacks: &Stacks) -> Attributes {
    let mut attributes = Attributes::default();
    attributes.set("exception.type", exception.kind.as_ref());
    attributes.set("exception.message", exception.message.as_ref());
    if !exception.stack.is_empty() {
        attributes.set("exception.stacktrace", stacktrace(exception, stacks));
    }
    attributes.set("aws.xray.exception.id", exception.id.as_ref());
    attributes.set("aws.xray.exception.remote", exception.remote);
    attributes.set("aws.xray.exception.truncated", exception.truncated);
    attributes.set("aws.xray.exception.skipped", exception.skipped);
    attributes.set("aws.xray.exception.cause", exception.cause.as_ref());
    attributes
}

/// Python's traceback, JavaScript's stack, else Java's, which the Collector's receiver writes for all.
fn stacktrace(exception: &Exception, stacks: &Stacks) -> String {
    let kind = exception.kind.as_deref().unwrap_or_default();
    let head = match exception.message.as_deref() {
        Some(message) if !kind.is_empty() => format!("{kind}: {message}"),
        message => message.unwrap_or(kind).to_owned(),
    };
    let mut frames: Vec<_> = exception.stack.iter().map(parts).collect();
    if stacks.outermost_first {
        frames.reverse();
    }
    let mut text = String::new();
    match stacks.language.as_deref() {
        // The innermost call last.
        Some("python") => {
            text.push_str("Traceback (most recent call last):\n");
            for (path, line, label) in frames.into_iter().rev() {
                writeln!(text, "  File \"{path}\", line {line}, in {label}").expect(IN_MEMORY);
            }
            text.push_str(&head);
        }
        Some("javascript" | "nodejs" | "webjs") => {
            text.push_str(&head);
            for (path, line, label) in frames {
                // The column is not in the document.
                write!(text, "\n    at {label} ({path}:{line}:0)").expect(IN_MEMORY);
            }
        }
        _ => {
            text.push_str(&head);
            for (path, line, label) in frames {
                write!(text, "\n\tat {label}({path}:{line})").expect(IN_MEMORY);
            }
        }
    }
    text
}

const IN_MEMORY: &str = "writing to a string does not fail";

fn parts(frame: &StackFrame) -> (&str, i64, &str) {
    (
        frame.path.as_deref().unwrap_or_default(),
        frame.line.unwrap_or_default(),
        frame.label.as_deref().unwrap_or_default(),
    )
}
