//! V8's stacks, of browsers and of Node.js: `at label (path:12:5)`.

use super::{frame, path_line_and_column};
use crate::segment::StackFrame;

/// The frames, innermost first.
pub(super) fn frames(text: &str) -> Vec<StackFrame> {
    text.lines().filter_map(frame_of).collect()
}

fn frame_of(line: &str) -> Option<StackFrame> {
    let line = line.strip_prefix("    at ")?;
    let (label, place) = line
        .strip_suffix(')')
        .and_then(|line| line.split_once(" ("))
        .unwrap_or(("", line));
    let (path, line) = path_line_and_column(place);
    Some(frame(path, line, label))
}
