//! Java's stacks: `at` lines after a tab, and `Caused by:`.

use super::{frame, kind_and_message, path_and_line};
use crate::segment::{Exception, StackFrame};

const CAUSED_BY: &str = "Caused by: ";

/// The exception and its causes; suppressed ones and `... 12 more` are passed over.
pub(super) fn read(text: &str) -> Vec<Exception> {
    let mut chain = vec![Exception::default()];
    // The first line is the message, which is known.
    let mut lines = text.lines().skip(1).peekable();
    while let Some(line) = lines.next() {
        if let Some(frame) = frame_of(line) {
            if let Some(exception) = chain.last_mut() {
                exception.stack.push(frame);
            }
        } else if let Some(cause) = line.strip_prefix(CAUSED_BY) {
            let mut cause = cause.to_owned();
            // A message may go on over lines.
            while let Some(line) = lines.next_if(|line| frame_of(line).is_none()) {
                cause += line;
            }
            let (kind, message) = kind_and_message(&cause);
            chain.push(Exception {
                kind,
                message,
                ..Exception::default()
            });
        }
    }
    chain
}

/// `at loader/package.Class.method(File.java:12)`
fn frame_of(line: &str) -> Option<StackFrame> {
    let (label, place) = line
        .strip_prefix("\tat ")?
        .strip_suffix(')')?
        .split_once('(')?;
    // The class loader or module before the name is left out.
    let label = label.split_once('/').map_or(label, |(_, label)| label);
    let (path, line) = path_and_line(place);
    Some(frame(path, line, label))
}
