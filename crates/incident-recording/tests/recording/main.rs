//! What the recording promises: its size, its sameness, its shape, and a truth that its spans and lines bear out.

mod averages;
mod guilty;
mod lines;
mod shape;

use std::sync::LazyLock;

use incident_recording::{Kind, Recording, Span, Value};

static RECORDING: LazyLock<Recording> = LazyLock::new(Recording::generate);

/// The text of an attribute of a span or of its resource; empty if there is none.
fn text<'a>(span: &'a Span, name: &str) -> &'a str {
    match span.attribute(name) {
        Some(Value::Text(text)) => text,
        Some(Value::Own(text)) => text,
        _ => "",
    }
}

/// The number of an attribute; -1 if there is none.
fn int(span: &Span, name: &str) -> i64 {
    match span.attribute(name) {
        Some(Value::Int(number)) => *number,
        _ => -1,
    }
}

/// Requests that the back end or the profiles service answered for users, health checks aside.
fn answered(service: &str) -> impl Iterator<Item = &Span> {
    let is_one = move |span: &&Span| {
        span.kind == Kind::Server && span.resource.service == service && span.name != "GET /healthz"
    };
    RECORDING.spans().iter().filter(is_one)
}
