//! The report as JUnit's XML, in the dialect that GitHub's actions, GitLab and Jenkins all read:
//! a suite for each lab, a case for each step. A step that was not graded is skipped, code that does not compile an error.
//! What differs from the release is a case of its own, skipped: it is to be seen, and it fails nobody.

use std::fmt::Write as _;

use super::{Lab, Report, Step, Verdict};

/// Writing into a `String` cannot fail, so results are dropped throughout.
pub(super) fn write(report: &Report) -> String {
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let errors = report.labs.iter().filter(|lab| lab.error.is_some()).count();
    let found = usize::from(!report.findings.is_empty());
    let _ = writeln!(
        out,
        "<testsuites name=\"cargo lab\" tests=\"{}\" failures=\"{}\" errors=\"{errors}\" skipped=\"{}\" time=\"{}\">",
        report.summary.steps + 1,
        report.summary.open,
        report.summary.not_graded - errors + found,
        seconds(report.labs.iter().flat_map(|lab| &lab.steps)),
    );
    for lab in &report.labs {
        suite(&mut out, report, lab);
    }
    workspace(&mut out, report);
    out.push_str("</testsuites>\n");
    out
}

fn suite(out: &mut String, report: &Report, lab: &Lab) {
    let count = Report::count(std::slice::from_ref(lab));
    let errors = usize::from(lab.error.is_some());
    let _ = writeln!(
        out,
        "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{errors}\" skipped=\"{}\" time=\"{}\" timestamp=\"{}\">",
        attribute(&format!("Lab {}: {}", lab.number, lab.title)),
        count.steps,
        count.open,
        count.not_graded - errors,
        seconds(lab.steps.iter()),
        attribute(report.generated_at.trim_end_matches('Z')),
    );
    let mut error = lab.error.as_deref();
    for step in &lab.steps {
        let _ = write!(
            out,
            "    <testcase classname=\"{}\" name=\"{}\" time=\"{}\"",
            attribute(&lab.package),
            attribute(&format!("{} {}: {}", step.number, step.id, step.title)),
            seconds(std::iter::once(step)),
        );
        let inside = match step.verdict {
            Verdict::Passed => None,
            Verdict::Open => Some(failure(step)),
            // The first step stands for the lab.
            Verdict::NotGraded | Verdict::NotUnderstood => Some(match error.take() {
                Some(error) => {
                    let error = attribute(error);
                    let kind = if lab.lacks_dependencies() {
                        "no-dependencies"
                    } else {
                        "does-not-compile"
                    };
                    format!("<error type=\"{kind}\" message=\"{error}\"/>")
                }
                None => skipped(if step.text.is_empty() {
                    "not graded: the lab was not built"
                } else {
                    &step.text
                }),
            }),
        };
        match inside {
            None => out.push_str("/>\n"),
            Some(inside) => {
                let _ = writeln!(out, ">\n      {inside}\n    </testcase>");
            }
        }
    }
    out.push_str("  </testsuite>\n");
}

fn failure(step: &Step) -> String {
    let cause = attribute(step.cause.as_deref().unwrap_or("no cause named"));
    let text = text(&step.text);
    format!("<failure type=\"{cause}\" message=\"{cause}\">{text}</failure>")
}

fn skipped(why: &str) -> String {
    format!("<skipped message=\"{}\"/>", attribute(why))
}

/// Whether the workspace is as released, as one more case.
fn workspace(out: &mut String, report: &Report) {
    let findings = &report.findings;
    let _ = writeln!(
        out,
        "  <testsuite name=\"Workspace\" tests=\"1\" failures=\"0\" errors=\"0\" skipped=\"{}\" time=\"0\">\n    <properties>",
        usize::from(!findings.is_empty())
    );
    for (name, value) in [
        ("version", report.workspace.version.as_ref()),
        ("release", Some(&report.workspace.release)),
        ("commit", report.workspace.commit.as_ref()),
        ("learner", report.learner.as_ref()),
    ] {
        if let Some(value) = value {
            let value = attribute(value);
            let _ = writeln!(out, "      <property name=\"{name}\" value=\"{value}\"/>");
        }
    }
    out.push_str(
        "    </properties>\n    <testcase classname=\"workspace\" name=\"as released\" time=\"0\"",
    );
    if findings.is_empty() {
        out.push_str("/>\n");
    } else {
        let what: Vec<String> = findings
            .iter()
            .map(|finding| format!("{}: {}", finding.kind, finding.path))
            .collect();
        let told: String = findings
            .iter()
            .map(|finding| {
                format!(
                    "{}: {}\n  {}\n",
                    finding.kind, finding.path, finding.meaning
                )
            })
            .collect();
        let _ = writeln!(
            out,
            ">\n      {}\n      <system-out>{}</system-out>\n    </testcase>",
            skipped(&what.join(", ")),
            text(&told)
        );
    }
    out.push_str("  </testsuite>\n");
}

fn seconds<'a>(steps: impl Iterator<Item = &'a Step>) -> String {
    let all: f64 = steps.filter_map(|step| step.seconds).sum();
    format!("{all:.2}")
}

/// Between quotes. Line ends stay line ends, which a reader would otherwise make blanks.
fn attribute(value: &str) -> String {
    text(value)
        .replace('"', "&quot;")
        .replace('\'', "&apos;")
        .replace('\n', "&#10;")
        .replace('\t', "&#9;")
}

/// Between tags. What XML 1.0 has no place for, not even escaped, becomes U+FFFD.
fn text(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    for c in value.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\r' => out.push_str("&#13;"),
            '\n' | '\t' => out.push(c),
            '\0'..='\x1f' | '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            _ => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{attribute, text};

    #[test]
    fn what_xml_cannot_hold_is_replaced() {
        assert_eq!(
            text("a<b>&\"\r\n\t\0\x1b\u{ffff}ü"),
            "a&lt;b&gt;&amp;\"&#13;\n\t\u{fffd}\u{fffd}\u{fffd}ü"
        );
        assert_eq!(attribute("\"'\n\t<"), "&quot;&apos;&#10;&#9;&lt;");
    }
}
