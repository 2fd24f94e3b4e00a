//! .NET's stacks: `at label in path:line 12`.

use super::frame;
use crate::segment::StackFrame;

/// The frames, innermost first.
pub(super) fn frames(text: &str) -> Vec<StackFrame> {
    text.lines().filter_map(frame_of).collect()
}

fn frame_of(line: &str) -> Option<StackFrame> {
    let line = line.trim().strip_prefix("at ")?;
    let Some((label, place)) = line.split_once(" in ") else {
        // A frame of a library without symbols.
        let end = line.rfind(')')?;
        return Some(frame("", None, &line[..=end]));
    };
    let (path, line) = match place.rsplit_once(":line ") {
        Some((path, line)) => (path, line.trim().parse().ok()),
        None => (place, None),
    };
    Some(frame(path, line, label))
}
