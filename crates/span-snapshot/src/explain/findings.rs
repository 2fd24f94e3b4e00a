//! Collecting what differs, so that the same difference on many spans is told once.

use crate::verdict::Cause;

/// Where a finding's text names the spans that it is about.
pub(super) const SPANS: &str = "\u{0}";

/// Differences found so far.
#[derive(Default)]
pub(super) struct Findings(Vec<Finding>);

struct Finding {
    id: &'static str,
    /// With [`SPANS`] in place of the spans' names.
    what: String,
    help: String,
    spans: Vec<String>,
}

impl Findings {
    /// Notes a difference on a span. Equal differences become one, about several spans.
    pub(super) fn on(
        &mut self,
        span: &str,
        id: &'static str,
        what: String,
        help: impl Into<String>,
    ) {
        let name = format!("`{span}`");
        match self
            .0
            .iter_mut()
            .find(|finding| finding.id == id && finding.what == what)
        {
            Some(finding) => finding.spans.push(name),
            None => self.0.push(Finding {
                id,
                what,
                help: help.into(),
                spans: vec![name],
            }),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The causes, in the order of `likeliest`; those of one kind in tree order.
    pub(super) fn into_causes(mut self, likeliest: &[&str]) -> Vec<Cause> {
        self.0
            .sort_by_key(|finding| likeliest.iter().position(|id| *id == finding.id));
        self.0
            .into_iter()
            .map(|finding| Cause {
                id: finding.id,
                what: finding.what.replace(SPANS, &listed(&finding.spans)),
                help: finding.help,
            })
            .collect()
    }
}

/// `a`, `a and b`, or `a and 3 more`.
fn listed(spans: &[String]) -> String {
    match spans {
        [] => String::new(),
        [one] => one.clone(),
        [one, two] if one != two => format!("{one} and {two}"),
        [one, rest @ ..] => format!("{one} and {} more", rest.len()),
    }
}
