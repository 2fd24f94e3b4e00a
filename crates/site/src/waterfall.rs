//! Draws the waterfall of a recorded run: a table whose last column has the bars, so that it is read without seeing it, and
//! on a phone. The recordings in `docs/waterfalls` are made and compared with the solutions by `browser-tests`' `waterfalls`.

use anyhow::Context as _;
use serde::Deserialize;

use crate::paths::Workspace;

/// What a request left behind, recorded from a solution's run.
#[derive(Deserialize)]
struct Recording {
    /// `GET /api/activities/home`.
    request: String,
    /// In the order of the waterfall.
    spans: Vec<Span>,
}

/// A line; times are nanoseconds, `start` from the trace's.
#[derive(Deserialize)]
struct Span {
    depth: usize,
    service: String,
    kind: String,
    name: String,
    error: bool,
    start: u64,
    duration: u64,
}

/// The waterfall of `docs/waterfalls/{lab}/{name}.json` as HTML.
///
/// # Errors
/// When there is no such recording.
pub(crate) fn draw(workspace: &Workspace, lab: &str, name: &str) -> anyhow::Result<String> {
    let path = format!("docs/waterfalls/{lab}/{name}.json");
    let text = workspace.read(&path)?;
    let recording: Recording =
        serde_json::from_str(&text).with_context(|| format!("{path} is no recording"))?;
    Ok(recording.html())
}

impl Recording {
    fn html(&self) -> String {
        let end = self.spans.iter().map(|span| span.start + span.duration);
        let whole = end.max().unwrap_or_default().max(1);
        let mut services: Vec<&str> = Vec::new();
        let rows = self.spans.iter().map(|span| {
            let known = services.iter().position(|service| *service == span.service);
            let colour = known.unwrap_or_else(|| {
                services.push(&span.service);
                services.len() - 1
            });
            span.row(colour, whole)
        });
        format!(
            "<table class=\"waterfall\">\n<caption>{}: recorded from the solution</caption>\n\
             <thead><tr><th>span</th><th>duration</th><th>0 to {}</th></tr></thead>\n<tbody>\n{}</tbody>\n</table>",
            escape(&self.request),
            duration(whole),
            rows.collect::<String>()
        )
    }
}

impl Span {
    fn row(&self, colour: usize, whole: u64) -> String {
        let (class, told) = if self.error {
            (" error", " <em>error</em>")
        } else {
            ("", "")
        };
        format!(
            "<tr><td style=\"--depth: {}\"><span class=\"service c{}\">{}</span> <small>{}</small> <strong>{}</strong>{told}</td>\
             <td>{}</td><td><span class=\"bar c{}{class}\" style=\"--from: {}; --length: {}\"></span></td></tr>\n",
            self.depth,
            colour % 4,
            escape(&self.service),
            escape(&self.kind),
            escape(&self.name),
            duration(self.duration),
            colour % 4,
            share(self.start, whole),
            share(self.duration, whole),
        )
    }
}

/// A part of the whole in thousandths, as CSS has it: `0.125`.
fn share(part: u64, whole: u64) -> String {
    let thousandths = part.saturating_mul(1000) / whole;
    format!("{}.{:03}", thousandths / 1000, thousandths % 1000)
}

/// Three digits and a unit: `27.4 µs`, `1.84 s`.
fn duration(nanoseconds: u64) -> String {
    let units = [(1_000, "µs"), (1_000_000, "ms"), (1_000_000_000, "s")];
    let (size, unit) = units
        .into_iter()
        .rev()
        .find(|(size, _)| nanoseconds >= *size)
        .unwrap_or(units[0]);
    let whole = nanoseconds / size;
    let hundredths = nanoseconds % size * 100 / size;
    match whole {
        0..10 => format!("{whole}.{hundredths:02} {unit}"),
        10..100 => format!("{whole}.{} {unit}", hundredths / 10),
        _ => format!("{whole} {unit}"),
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_where_it_was() {
        let recording: Recording = serde_json::from_str(
            r#"{"request": "GET /a", "spans": [
                {"depth": 0, "service": "backend", "kind": "SERVER", "name": "GET /a", "error": true, "start": 0, "duration": 2000000},
                {"depth": 1, "service": "profiles", "kind": "SERVER", "name": "a<b", "error": false, "start": 500000, "duration": 27400}
            ]}"#,
        )
        .expect("a recording");
        let html = recording.html();
        for part in [
            "<caption>GET /a: recorded from the solution</caption>",
            "<th>0 to 2.00 ms</th>",
            "<td style=\"--depth: 0\"><span class=\"service c0\">backend</span> <small>SERVER</small> <strong>GET /a</strong> <em>error</em></td><td>2.00 ms</td>",
            "<span class=\"bar c0 error\" style=\"--from: 0.000; --length: 1.000\">",
            "<strong>a&lt;b</strong></td><td>27.4 µs</td>",
            "<span class=\"bar c1\" style=\"--from: 0.250; --length: 0.013\">",
        ] {
            assert!(html.contains(part), "{part} is not in {html}");
        }
        // A blank line would end the HTML in Markdown.
        assert!(!html.contains("\n\n"));
    }

    #[test]
    fn a_duration_has_three_digits() {
        for (nanoseconds, wanted) in [
            (999, "0.99 µs"),
            (27_400, "27.4 µs"),
            (731_000, "731 µs"),
            (1_840_000_000, "1.84 s"),
            (1_005_000, "1.00 ms"),
        ] {
            assert_eq!(duration(nanoseconds), wanted);
        }
    }

    #[test]
    fn a_recording_that_is_not_there_is_told() {
        let error = draw(&Workspace::here(), "1-honeycomb", "nothing").expect_err("there is none");
        assert_eq!(
            error.to_string(),
            "reading docs/waterfalls/1-honeycomb/nothing.json"
        );
    }
}
