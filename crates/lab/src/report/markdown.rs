//! The report as Markdown in GitHub's dialect, made for a job summary: one table a lab, then what differs from the release.

use std::fmt::Write as _;

use super::{Lab, Report, Verdict};

/// Squares in a bar of progress.
const BAR: usize = 20;

/// Writing into a `String` cannot fail, so results are dropped throughout.
pub(super) fn write(report: &Report) -> String {
    let mut out = String::from("# Lab report");
    if let Some(learner) = &report.learner {
        let _ = write!(out, ": {}", escape(learner));
    }
    if report.solution {
        out.push_str(" (the reference solutions)");
    }
    let summary = report.summary;
    let _ = writeln!(
        out,
        "\n\n{} **{} of {} steps pass**",
        bar(summary.passed, summary.steps),
        summary.passed,
        summary.steps
    );
    for lab in &report.labs {
        self::lab(&mut out, lab);
    }
    findings(&mut out, report);
    origin(&mut out, report);
    out
}

fn lab(out: &mut String, lab: &Lab) {
    let title = escape(&lab.title);
    let _ = writeln!(
        out,
        "\n## Lab {}: {title}, {} of {}\n",
        lab.number,
        lab.passed(),
        lab.steps.len()
    );
    if let Some(error) = &lab.error {
        let what = if lab.lacks_dependencies() {
            "It was not built"
        } else {
            "It does not compile"
        };
        let _ = writeln!(out, "{what}: {}\n", code(error));
    }
    let hints = lab.steps.iter().any(|step| step.hints.is_some());
    let (head, rule) = if hints {
        (" Hints |", " --: |")
    } else {
        ("", "")
    };
    let _ = writeln!(
        out,
        "| | Step | Cause | Seconds |{head}\n| --- | --- | --- | --: |{rule}"
    );
    for step in &lab.steps {
        let (mark, cause) = match step.verdict {
            Verdict::Passed => ("✅", String::new()),
            Verdict::Open => (
                "❌",
                step.cause.as_deref().map_or("none named".to_owned(), code),
            ),
            Verdict::NotGraded | Verdict::NotUnderstood if step.text.is_empty() => {
                ("➖", "not graded".to_owned())
            }
            Verdict::NotGraded | Verdict::NotUnderstood => {
                ("➖", escape(step.text.lines().next().unwrap_or_default()))
            }
        };
        let seconds = step
            .seconds
            .map_or(String::new(), |seconds| format!("{seconds:.2}"));
        let _ = write!(
            out,
            "| {mark} | {} {} | {cause} | {seconds} |",
            step.number,
            escape(&step.title)
        );
        if hints {
            let taken = step.hints.map_or(String::new(), |taken| taken.to_string());
            let _ = write!(out, " {taken} |");
        }
        out.push('\n');
    }
}

fn findings(out: &mut String, report: &Report) {
    out.push_str("\n## Compared with the release\n\n");
    if report.findings.is_empty() {
        out.push_str("Nothing that decides a verdict was changed.\n");
        return;
    }
    out.push_str("These differ; the verdicts above were given all the same.\n\n");
    for finding in &report.findings {
        let _ = write!(
            out,
            "- **{}** {}: {}",
            escape(&finding.kind),
            code(&finding.path),
            escape(&finding.meaning)
        );
        if let Some(restore) = &finding.restore {
            let _ = write!(out, " Back by {}.", code(restore));
        }
        out.push('\n');
    }
}

fn origin(out: &mut String, report: &Report) {
    let mut said = vec![report.generated_at.clone()];
    if let Some(version) = &report.workspace.version {
        said.push(format!("version {version}"));
    }
    said.push(format!("release {}", short(&report.workspace.release)));
    if let Some(commit) = &report.workspace.commit {
        let dirty = if report.workspace.dirty == Some(true) {
            " with changes"
        } else {
            ""
        };
        said.push(format!("commit {}{dirty}", short(commit)));
    }
    if let Some(rustc) = &report.toolchain.rustc {
        said.push(format!("rustc {rustc}"));
    }
    let _ = writeln!(out, "\n<sub>{}</sub>", escape(&said.join(" · ")));
}

fn short(hash: &str) -> &str {
    hash.get(..12).unwrap_or(hash)
}

fn bar(passed: usize, of: usize) -> String {
    let full = (passed * BAR).checked_div(of).unwrap_or(0);
    format!("{}{}", "▓".repeat(full), "░".repeat(BAR - full))
}

/// Text that stays text: nothing in it makes a cell, a link, a tag or a mention.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '#' | '~' | '!' => {
                out.push('\\');
                out.push(c);
            }
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '@' => out.push_str("&#64;"),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

/// Text as code, also in a table; backticks in it cannot end it.
fn code(text: &str) -> String {
    let mut out = String::from("<code>");
    for c in text.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            // Inside HTML Markdown still looks for emphasis, links and cells.
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '@' | '!' => {
                let _ = write!(out, "&#{};", u32::from(c));
            }
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out.push_str("</code>");
    out
}

#[cfg(test)]
mod tests {
    use super::{bar, code, escape};

    #[test]
    fn nothing_in_a_text_is_markup() {
        assert_eq!(
            escape("a|b\n<b>*x* @me [y](z)"),
            "a\\|b &lt;b&gt;\\*x\\* &#64;me \\[y\\](z)"
        );
        assert_eq!(
            code("`a|b` <x>"),
            "<code>&#96;a&#124;b&#96; &lt;x&gt;</code>"
        );
    }

    #[test]
    fn a_bar_is_full_only_when_all_pass() {
        assert_eq!(bar(9, 9).matches('▓').count(), 20);
        assert_eq!(bar(99, 100).matches('▓').count(), 19);
        assert_eq!(bar(0, 0).matches('░').count(), 20);
    }
}
