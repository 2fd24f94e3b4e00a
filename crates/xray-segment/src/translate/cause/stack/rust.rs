//! Rust's backtraces as `std::backtrace` prints them: a numbered function, and on the next line `at path:12:5`.
//!
//! The Collector has no reader for them.

use super::{frame, path_line_and_column};
use crate::segment::StackFrame;

/// What error types print before the backtrace, and panics too.
const HEADING: &str = "stack backtrace:";

/// The frames, innermost first; a function that was inlined is a frame of its own.
pub(super) fn frames(text: &str) -> Vec<StackFrame> {
    // Numbered lines before the heading are an error's sources.
    let has_heading = text.lines().any(is_heading);
    let lines = text
        .lines()
        .skip_while(|line| has_heading && !is_heading(line));
    let mut frames: Vec<StackFrame> = Vec::new();
    for line in lines {
        let is_indented = line.starts_with("      ");
        if let Some(place) = line
            .trim_start()
            .strip_prefix("at ")
            .filter(|_| is_indented)
        {
            let (path, line) = path_line_and_column(place);
            if let Some(last) = frames.last_mut() {
                last.path = Some(path.to_owned());
                last.line = line;
            }
        } else if let Some(label) = numbered(line) {
            frames.push(frame("", None, function(label)));
        } else if is_indented && !frames.is_empty() {
            frames.push(frame("", None, function(line.trim())));
        }
    }
    frames
}

fn is_heading(line: &str) -> bool {
    line.trim().eq_ignore_ascii_case(HEADING)
}

/// `   4: label`
fn numbered(line: &str) -> Option<&str> {
    let (number, label) = line.trim_start().split_once(": ")?;
    let is_number = !number.is_empty() && number.bytes().all(|digit| digit.is_ascii_digit());
    is_number.then(|| label.trim())
}

/// The function's name without its address and the compiler's hash: `0x55d8 - main::run::h0123456789abcdef`.
fn function(label: &str) -> &str {
    let name = match label.split_once(" - ") {
        Some((address, name)) if address.starts_with("0x") => name,
        _ => label,
    };
    match name.rsplit_once("::h") {
        Some((name, hash))
            if hash.len() == 16 && hash.bytes().all(|digit| digit.is_ascii_hexdigit()) =>
        {
            name
        }
        _ => name,
    }
}
