//! Go's stacks: a function, and on the next line, after a tab, its place.

use super::{frame, path_and_line};
use crate::segment::StackFrame;

/// The frames, innermost first; `goroutine 1 [running]:` is none.
pub(super) fn frames(text: &str) -> Vec<StackFrame> {
    let mut label = "";
    let mut frames = Vec::new();
    for line in text.lines() {
        let Some(place) = line.strip_prefix('\t') else {
            label = line;
            continue;
        };
        // `/path/main.go:12 +0x1d`
        let place = place.split(" +0x").next().unwrap_or(place);
        let (path, line) = path_and_line(place);
        frames.push(frame(path, line, label));
    }
    frames
}
