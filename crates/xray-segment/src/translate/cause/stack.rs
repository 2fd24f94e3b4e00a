//! The text of a stack as frames, by the language that printed it.

mod dotnet;
mod go;
mod java;
mod javascript;
mod python;
mod rust;

use crate::segment::{Exception, StackFrame};

/// What was thrown, without type and message, which are known; then what caused it, each the cause of the one before.
///
/// Empty for a language that has no reader.
/// Lines that are no frames are passed over.
pub(super) fn read(language: &str, text: &str) -> Vec<Exception> {
    match language {
        // PHP's SDK prints Java's form.
        "java" | "php" => java::read(text),
        "python" => python::read(text),
        "javascript" | "nodejs" | "webjs" => vec![of_frames(javascript::frames(text))],
        "dotnet" => vec![of_frames(dotnet::frames(text))],
        "go" => vec![of_frames(go::frames(text))],
        "rust" => vec![of_frames(rust::frames(text))],
        _ => Vec::new(),
    }
}

fn of_frames(stack: Vec<StackFrame>) -> Exception {
    Exception {
        stack,
        ..Exception::default()
    }
}

/// A frame; what is empty is unknown.
fn frame(path: &str, line: Option<i64>, label: &str) -> StackFrame {
    let known = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    StackFrame {
        path: known(path),
        line,
        label: known(label),
    }
}

/// `path:12` as its parts; all of it is the path if no number follows.
fn path_and_line(place: &str) -> (&str, Option<i64>) {
    place
        .rsplit_once(':')
        .and_then(|(path, line)| Some((path, Some(line.parse().ok()?))))
        .unwrap_or((place, None))
}

/// `path:12:5` as path and line; the column has no place in a frame.
fn path_line_and_column(place: &str) -> (&str, Option<i64>) {
    match path_and_line(place) {
        (rest, Some(last)) => match path_and_line(rest) {
            (path, Some(line)) => (path, Some(line)),
            _ => (rest, Some(last)),
        },
        without => without,
    }
}

/// `type: message` as its parts; all of it is the type if no message follows.
fn kind_and_message(text: &str) -> (Option<String>, Option<String>) {
    let (kind, message) = text.split_once(':').unwrap_or((text, ""));
    let message = message.strip_prefix(' ').unwrap_or(message);
    let known = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    (known(kind), known(message))
}
