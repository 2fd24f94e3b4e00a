//! A stack as the text that its language prints.

use std::fmt::{Result, Write};

use crate::{Exception, StackFrame};

/// How a document's stacks are to be read, and written as text.
pub(super) struct Stacks {
    /// As `telemetry.sdk.language` has it.
    pub(super) language: Option<String>,
    /// The format has the innermost call first.
    pub(super) outermost_first: bool,
}

impl Stacks {
    /// The text of an exception with its stack; of a language that is not known, in Java's form, as the Collector's receiver writes all.
    pub(super) fn text(&self, exception: &Exception) -> String {
        let mut text = String::new();
        self.write(exception, &mut text)
            .expect("writing to a string does not fail");
        text
    }

    fn write(&self, exception: &Exception, text: &mut String) -> Result {
        let mut frames: Vec<Frame<'_>> = exception.stack.iter().map(Frame::of).collect();
        if self.outermost_first {
            frames.reverse();
        }
        let head = head(exception);
        match self.language.as_deref() {
            Some("python") => {
                text.push_str("Traceback (most recent call last):\n");
                for Frame { path, line, label } in frames.into_iter().rev() {
                    let line = line.unwrap_or_default();
                    writeln!(text, "  File \"{path}\", line {line}, in {label}")?;
                }
                text.push_str(&head);
            }
            Some("javascript" | "nodejs" | "webjs") => {
                text.push_str(&head);
                for frame in frames {
                    write!(text, "\n    at {} ({})", frame.label, frame.place())?;
                }
            }
            Some("go") => {
                write!(text, "{head}\n\ngoroutine 1 [running]:")?;
                for frame in frames {
                    write!(text, "\n{}\n\t{}", frame.label, frame.place())?;
                }
            }
            Some("rust") => {
                write!(text, "{head}\n\nstack backtrace:")?;
                for (number, frame) in frames.iter().enumerate() {
                    let place = frame.place();
                    write!(
                        text,
                        "\n{number:4}: {}\n             at {place}",
                        frame.label
                    )?;
                }
            }
            Some("dotnet") => {
                text.push_str(&head);
                for Frame { path, line, label } in frames {
                    write!(text, "\n   at {label} in {path}")?;
                    if let Some(line) = line {
                        write!(text, ":line {line}")?;
                    }
                }
            }
            _ => {
                text.push_str(&head);
                for frame in frames {
                    write!(text, "\n\tat {}({})", frame.label, frame.place())?;
                }
            }
        }
        Ok(())
    }
}

/// `type: message`, or what there is of it.
fn head(exception: &Exception) -> String {
    let kind = exception.kind.as_deref().unwrap_or_default();
    match exception.message.as_deref() {
        Some(message) if !kind.is_empty() => format!("{kind}: {message}"),
        message => message.unwrap_or(kind).to_owned(),
    }
}

struct Frame<'a> {
    path: &'a str,
    line: Option<i64>,
    label: &'a str,
}

impl<'a> Frame<'a> {
    fn of(frame: &'a StackFrame) -> Self {
        Self {
            path: frame.path.as_deref().unwrap_or_default(),
            line: frame.line,
            label: frame.label.as_deref().unwrap_or_default(),
        }
    }

    /// `path:12`
    fn place(&self) -> String {
        match self.line {
            None => self.path.to_owned(),
            Some(line) => format!("{}:{line}", self.path),
        }
    }
}
