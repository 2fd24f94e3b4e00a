//! Whose workspace is not as it was released. A verdict from there may mean something else.

use super::super::Cohort;
use super::super::html::Html;
use super::super::progress::Learner;

/// As many findings of one learner are shown without being asked for.
const SHOWN: usize = 4;

/// Whether there is anything to tell of this learner.
pub(super) fn is_changed(learner: &Learner, cohort: &Cohort) -> bool {
    !learner.findings.is_empty() || is_of_another(learner, cohort)
}

/// Whether their release is to be told beside their name: not when one sentence tells it of all.
fn is_of_another(learner: &Learner, cohort: &Cohort) -> bool {
    learner.release != cohort.release && !(cohort.all_of_another() && cohort.all_of_one())
}

/// A paragraph for each such learner.
pub(super) fn write(html: &mut Html, cohort: &Cohort) {
    html.raw("<section>\n<h2>Different from the release</h2>\n");
    let changed: Vec<&Learner> = cohort
        .learners
        .iter()
        .filter(|learner| is_changed(learner, cohort))
        .collect();
    if cohort.all_of_another() {
        html.raw("<p>Everybody is of another release than this workspace: look at these reports in the one that your learners cloned.");
        if cohort.all_of_one()
            && let Some(first) = cohort.learners.first()
        {
            html.raw(" Theirs is <code>").text(short(&first.release));
            html.raw("</code>, and yours <code>")
                .text(short(&cohort.release))
                .raw("</code>.");
        }
        html.raw("</p>\n");
    } else if changed.is_empty() {
        html.raw("<p>Nobody: every report is of the release that this workspace has, and nothing that decides a verdict was changed.</p>\n");
    }
    if changed.is_empty() {
        html.raw("</section>\n");
        return;
    }
    html.raw("<p>Nothing here is forbidden, and a report cannot know what was meant. Grade such work again in a workspace of your own.</p>\n<dl class=\"changes\">\n");
    for learner in changed {
        html.raw("<div><dt>").text(&learner.name).raw("</dt>\n");
        if is_of_another(learner, cohort) {
            html.raw("<dd><b>another release</b> <code>")
                .text(short(&learner.release));
            html.raw("</code>, and yours is <code>")
                .text(short(&cohort.release))
                .raw("</code></dd>\n");
        }
        let findings = &learner.findings;
        let folded = findings.len() > SHOWN;
        if folded {
            html.raw("<dd><details><summary>").text(findings.len());
            html.raw(" differences</summary>\n<ul class=\"plain\">\n");
        }
        for group in findings.chunk_by(|a, b| a.kind == b.kind && a.meaning == b.meaning) {
            let Some(first) = group.first() else { continue };
            html.raw(if folded { "<li><b>" } else { "<dd><b>" });
            html.text(&first.kind).raw("</b> ");
            for (index, finding) in group.iter().enumerate() {
                if index > 0 {
                    html.raw(", ");
                }
                html.raw("<code>").text(&finding.path).raw("</code>");
            }
            html.raw(" <small>").text(&first.meaning).raw("</small>");
            html.raw(if folded { "</li>\n" } else { "</dd>\n" });
        }
        if folded {
            html.raw("</ul>\n</details></dd>\n");
        }
        html.raw("</div>\n");
    }
    html.raw("</dl>\n</section>\n");
}

fn short(hash: &str) -> &str {
    hash.get(..12).unwrap_or(hash)
}
