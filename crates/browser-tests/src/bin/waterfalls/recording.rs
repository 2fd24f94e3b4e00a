//! A trace as the book keeps it: spans in the order of a waterfall, with times from the trace's start. Who records is `main`'s.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::Context as _;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

/// What a request left.
#[derive(Deserialize)]
pub(crate) struct Recording {
    /// `GET /api/activities/home`.
    pub(crate) request: String,
    /// Parents before their children, children by start.
    pub(crate) spans: Vec<Span>,
}

/// A line of a waterfall; times in nanoseconds.
#[derive(Deserialize, Serialize)]
pub(crate) struct Span {
    depth: usize,
    service: String,
    kind: String,
    name: String,
    error: bool,
    start: u64,
    duration: u64,
}

impl Span {
    /// All of it but its times.
    pub(crate) fn shape(&self) -> String {
        let error = if self.error { " error" } else { "" };
        let indent = "  ".repeat(self.depth);
        format!(
            "{indent}{} {} {}{error}",
            self.service, self.kind, self.name
        )
    }
}

impl Recording {
    /// Reads what [`Recording::write`] wrote.
    pub(crate) fn read(path: &Path) -> anyhow::Result<Recording> {
        let text =
            fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?;
        serde_json::from_str(&text).with_context(|| format!("{} is no recording", path.display()))
    }

    /// Writes it, a span a line.
    pub(crate) fn write(&self, path: &Path) -> anyhow::Result<()> {
        let spans = self.spans.iter().map(serde_json::to_string);
        let spans = spans.collect::<Result<Vec<_>, _>>()?.join(",\n");
        let request = Json::from(&self.request[..]);
        let text = format!("{{\n\"request\": {request},\n\"spans\": [\n{spans}\n]\n}}\n");
        path.parent()
            .map_or(Ok(()), fs::create_dir_all)
            .and_then(|()| fs::write(path, text))
            .with_context(|| format!("writing {}", path.display()))
    }
}

/// A span as OTLP has it.
struct Raw<'a> {
    service: &'a str,
    span: &'a Json,
}

impl Raw<'_> {
    fn text(&self, field: &str) -> &str {
        self.span[field].as_str().unwrap_or_default()
    }

    /// Nanoseconds since the Unix epoch, which OTLP's JSON has as a string.
    fn moment(&self, field: &str) -> u64 {
        self.text(field).parse().unwrap_or_default()
    }

    fn start(&self) -> u64 {
        self.moment("startTimeUnixNano")
    }
}

/// The spans of the trace that started last, from an answer of the Jaeger API.
///
/// # Errors
/// When there is none.
pub(crate) fn last_trace(answer: &Json) -> anyhow::Result<Vec<Span>> {
    let spans = raw_spans(answer);
    let ids: BTreeSet<&str> = spans.iter().map(|raw| raw.text("spanId")).collect();
    let root = spans
        .iter()
        .filter(|raw| !ids.contains(raw.text("parentSpanId")))
        .max_by_key(|raw| raw.start())
        .context("the observatory has no trace")?;
    let trace = root.text("traceId");
    let mut spans: Vec<&Raw<'_>> = spans
        .iter()
        .filter(|raw| raw.text("traceId") == trace)
        .collect();
    spans.sort_by_key(|raw| raw.start());
    let mut lines = Vec::new();
    descend(root, &spans, root.start(), 0, &mut lines);
    Ok(lines)
}

fn raw_spans(answer: &Json) -> Vec<Raw<'_>> {
    let resources = answer["result"]["resourceSpans"].as_array();
    let mut spans = Vec::new();
    for resource in resources.into_iter().flatten() {
        let attributes = resource["resource"]["attributes"].as_array();
        let service = attributes
            .into_iter()
            .flatten()
            .find(|attribute| attribute["key"] == "service.name")
            .and_then(|attribute| attribute["value"]["stringValue"].as_str())
            .unwrap_or_default();
        for scope in resource["scopeSpans"].as_array().into_iter().flatten() {
            let of_scope = scope["spans"].as_array().into_iter().flatten();
            spans.extend(of_scope.map(|span| Raw { service, span }));
        }
    }
    spans
}

fn descend(raw: &Raw<'_>, all: &[&Raw<'_>], begin: u64, depth: usize, lines: &mut Vec<Span>) {
    const KINDS: [&str; 6] = [
        "UNSPECIFIED",
        "INTERNAL",
        "SERVER",
        "CLIENT",
        "PRODUCER",
        "CONSUMER",
    ];
    let kind = raw.span["kind"]
        .as_u64()
        .and_then(|kind| usize::try_from(kind).ok());
    let kind = kind.and_then(|kind| KINDS.get(kind)).unwrap_or(&KINDS[0]);
    lines.push(Span {
        depth,
        service: raw.service.to_owned(),
        kind: (*kind).to_owned(),
        name: raw.text("name").to_owned(),
        error: raw.span["status"]["code"] == 2,
        start: raw.start().saturating_sub(begin),
        duration: raw.moment("endTimeUnixNano").saturating_sub(raw.start()),
    });
    for child in all {
        if child.text("parentSpanId") == raw.text("spanId") {
            descend(child, all, begin, depth + 1, lines);
        }
    }
}
