//! Exceptions as events, their stacks as the text that the language itself prints.

use std::fmt::Write;

use opentelemetry_proto::tonic::trace::v1::span::Event;

use super::attributes::Attributes;
use crate::{Cause, Exception, StackFrame};

/// One `exception` event for each exception; `time` is in nanoseconds since the Unix epoch.
pub(super) fn events(cause: &Cause, time: u64, language: Option<&str>) -> Vec<Event> {
    let Cause::Exceptions { exceptions, .. } = cause else {
        return Vec::new();
    };
    exceptions
        .iter()
        .map(|exception| Event {
            time_unix_nano: time,
            name: "exception".to_owned(),
            attributes: attributes(exception, language).into_vec(),
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

fn attributes(exception: &Exception, language: Option<&str>) -> Attributes {
    let mut attributes = Attributes::default();
    attributes.set("exception.type", exception.kind.as_ref());
    attributes.set("exception.message", exception.message.as_ref());
    if !exception.stack.is_empty() {
        attributes.set("exception.stacktrace", stacktrace(exception, language));
    }
    attributes.set("aws.xray.exception.id", exception.id.as_ref());
    attributes.set("aws.xray.exception.remote", exception.remote);
    attributes.set("aws.xray.exception.truncated", exception.truncated);
    attributes.set("aws.xray.exception.skipped", exception.skipped);
    attributes.set("aws.xray.exception.cause", exception.cause.as_ref());
    attributes
}

/// Python's traceback, JavaScript's stack, else Java's, which the Collector's receiver writes for all.
fn stacktrace(exception: &Exception, language: Option<&str>) -> String {
    let kind = exception.kind.as_deref().unwrap_or_default();
    let head = match exception.message.as_deref() {
        Some(message) if !kind.is_empty() => format!("{kind}: {message}"),
        message => message.unwrap_or(kind).to_owned(),
    };
    let mut text = String::new();
    match language {
        // The innermost call last.
        Some("python") => {
            text.push_str("Traceback (most recent call last):\n");
            for frame in exception.stack.iter().rev() {
                let (path, line, label) = parts(frame);
                writeln!(text, "  File \"{path}\", line {line}, in {label}").expect(IN_MEMORY);
            }
            text.push_str(&head);
        }
        Some("javascript" | "nodejs" | "webjs") => {
            text.push_str(&head);
            for frame in &exception.stack {
                let (path, line, label) = parts(frame);
                // The column is not in the document.
                write!(text, "\n    at {label} ({path}:{line}:0)").expect(IN_MEMORY);
            }
        }
        _ => {
            text.push_str(&head);
            for frame in &exception.stack {
                let (path, line, label) = parts(frame);
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
