//! A log event as one line of JSON, in the order of fields that lab 3's layer writes. What is logged, and when, is decided elsewhere.

use std::fmt::Write as _;

use crate::story::SECOND;
use crate::{START, Span};

/// How much it matters.
#[derive(Clone, Copy)]
pub(crate) enum Level {
    Info,
    Warn,
    Error,
}

/// A field's value; texts have nothing in them that JSON would escape.
#[derive(Clone, Copy)]
pub(crate) enum Field<'a> {
    Text(&'a str),
    Int(i64),
    Float(f64),
}

/// The line of an event at this nanosecond, in this span.
pub(crate) fn line(
    at: u64,
    level: Level,
    message: &str,
    span: &Span,
    fields: &[(&str, Field<'_>)],
) -> String {
    let level = match level {
        Level::Info => "INFO",
        Level::Warn => "WARN",
        Level::Error => "ERROR",
    };
    let since = at.saturating_sub(START * SECOND);
    let (seconds, micros) = (since / SECOND, since % SECOND / 1_000);
    let (hour, minute, second) = (14 + seconds / 3_600, seconds / 60 % 60, seconds % 60);
    let service = span.resource.service;
    let (trace, span) = (span.trace_id.to_string(), span.span_id);
    let mut out = String::with_capacity(512);
    // Writing to a string cannot fail.
    let _ = write!(
        out,
        r#"{{"timestamp":"2026-03-12T{hour:02}:{minute:02}:{second:02}.{micros:06}Z","level":"{level}","target":"cruddur::{service}","message":"{message}","trace_id":"{trace}","span_id":"{span}","xray_trace_id":"1-{}-{}""#,
        &trace[..8],
        &trace[8..],
    );
    for (name, value) in fields {
        let _ = match value {
            Field::Text(text) => write!(out, r#","{name}":"{text}""#),
            Field::Int(number) => write!(out, r#","{name}":{number}"#),
            Field::Float(number) => write!(out, r#","{name}":{number}"#),
        };
    }
    out.push('}');
    out
}
