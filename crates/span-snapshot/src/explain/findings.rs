//! Collecting what differs, so that the same difference on many spans is told once.

use crate::verdict::Cause;

/// Where a finding's text names the spans that it is about.
pub(super) const SPANS: &str = "\u{0}";
/// `is`, or `are` if the spans have several names.
pub(super) const IS: &str = "\u{1}";

/// Differences found so far.
#[derive(Default)]
pub(super) struct Findings(Vec<Finding>);

struct Finding {
    id: &'static str,
    /// What is found to differ, where it may do so with one value here and another there.
    about: Option<String>,
    /// With [`SPANS`] in place of the spans' names.
    what: String,
    help: String,
    spans: Vec<String>,
}

impl Findings {
    /// Notes a difference of one span; only spans of the same name share it.
    pub(super) fn on(
        &mut self,
        span: &str,
        id: &'static str,
        what: String,
        help: impl Into<String>,
    ) {
        self.add(span, id, None, what, help.into(), |names| {
            names.iter().all(|name| name == span)
        });
    }

    /// As [`shared`](Self::shared); of those about the same, with other values, only the first is told.
    pub(super) fn about(
        &mut self,
        span: &str,
        id: &'static str,
        about: String,
        what: String,
        help: impl Into<String>,
    ) {
        self.add(span, id, Some(about), what, help.into(), |_| true);
    }

    /// Notes a difference that any spans may share, worded so that it is right for one and for many.
    pub(super) fn shared(
        &mut self,
        span: &str,
        id: &'static str,
        what: String,
        help: impl Into<String>,
    ) {
        self.add(span, id, None, what, help.into(), |_| true);
    }

    fn add(
        &mut self,
        span: &str,
        id: &'static str,
        about: Option<String>,
        what: String,
        help: String,
        joins: impl Fn(&[String]) -> bool,
    ) {
        let same = |finding: &&mut Finding| {
            finding.id == id && finding.what == what && joins(&finding.spans)
        };
        match self.0.iter_mut().find(same) {
            Some(finding) => finding.spans.push(span.to_owned()),
            None => self.0.push(Finding {
                id,
                about,
                what,
                help,
                spans: vec![span.to_owned()],
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
        let mut told: Vec<(Finding, usize)> = Vec::new();
        for finding in self.0 {
            let alike = |(other, _): &&mut (Finding, usize)| {
                finding.about.is_some()
                    && (finding.id, &finding.about, &finding.help)
                        == (other.id, &other.about, &other.help)
            };
            match told.iter_mut().find(alike) {
                Some((_, more)) => *more += 1,
                None => told.push((finding, 0)),
            }
        }
        told.into_iter()
            .map(|(finding, more)| {
                let mut what = finding
                    .what
                    .replace(IS, is(&finding.spans))
                    .replace(SPANS, &listed(&finding.spans));
                if more > 0 {
                    what.push_str(&format!("; and {more} more like it"));
                }
                Cause {
                    id: finding.id,
                    what,
                    help: finding.help,
                }
            })
            .collect()
    }
}

/// `a`, `a` (3 times), `a` and `b`, or `a` and 3 more.
fn listed(spans: &[String]) -> String {
    match spans {
        [] => String::new(),
        [one] => format!("`{one}`"),
        [one, rest @ ..] if rest.iter().all(|name| name == one) => {
            format!("`{one}` ({} times)", spans.len())
        }
        [one, two] => format!("`{one}` and `{two}`"),
        [one, rest @ ..] => format!("`{one}` and {} more", rest.len()),
    }
}

fn is(spans: &[String]) -> &'static str {
    if spans.iter().all(|name| *name == spans[0]) {
        "is"
    } else {
        "are"
    }
}
