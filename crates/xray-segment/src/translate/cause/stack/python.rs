//! Python's tracebacks: the innermost frame last, and causes before what they caused.

use super::{frame, kind_and_message};
use crate::segment::{Exception, StackFrame};

/// What stands between a cause and what it caused.
const BECAUSE: [&str; 2] = [
    "During handling of the above exception, another exception occurred:",
    "The above exception was the direct cause of the following exception:",
];

/// The exception and its causes, innermost frames first.
pub(super) fn read(text: &str) -> Vec<Exception> {
    let lines: Vec<&str> = text.lines().collect();
    let mut chain: Vec<Exception> = lines
        .split(|line| BECAUSE.iter().any(|because| line.starts_with(because)))
        .map(|lines| {
            let (kind, message) = kind_and_message(&words_after_frames(lines));
            Exception {
                kind,
                message,
                stack: lines.iter().rev().copied().filter_map(frame_of).collect(),
                ..Exception::default()
            }
        })
        .collect();
    chain.reverse();
    chain
}

/// Type and message: the lines that are not indented, and all after them.
fn words_after_frames(lines: &[&str]) -> String {
    let after_frames = lines
        .iter()
        .rposition(|line| frame_of(line).is_some())
        .map_or(lines, |last| &lines[last + 1..]);
    let words: Vec<&str> = after_frames
        .iter()
        .copied()
        .skip_while(|line| line.starts_with(' '))
        .collect();
    words.join("\n").trim_end().to_owned()
}

/// `  File "path", line 12, in label`
fn frame_of(line: &str) -> Option<StackFrame> {
    let (path, rest) = line.strip_prefix("  File \"")?.rsplit_once("\", line ")?;
    let (line, label) = rest.split_once(", in ").unwrap_or((rest, ""));
    Some(frame(path, line.parse().ok(), label))
}
