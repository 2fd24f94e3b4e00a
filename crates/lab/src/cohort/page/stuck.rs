//! Where many are: steps by how many have come no further, and causes by how many have met them.

use super::super::Cohort;
use super::super::html::Html;
use super::super::progress::Learner;
use super::names;

/// Steps at which somebody is, the most crowded first.
pub(super) fn steps(html: &mut Html, cohort: &Cohort) {
    let mut rows: Vec<(usize, Vec<&Learner>)> = (0..cohort.columns.len())
        .map(|index| {
            let here = cohort
                .learners
                .iter()
                .filter(|learner| learner.current == Some(index));
            (index, here.collect())
        })
        .filter(|(_, here): &(usize, Vec<&Learner>)| !here.is_empty())
        .collect();
    rows.sort_by_key(|(_, here)| usize::MAX - here.len());
    html.raw("<section>\n<h2>Where they are stuck</h2>\n");
    let most = rows.first().map_or(1, |(_, here)| here.len());
    if rows.is_empty() {
        html.raw("<p>Nobody is: every step of everybody passes.</p>\n</section>\n");
        return;
    }
    html.raw("<p>The first step of each learner that does not pass.</p>\n<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Steps\">\n<table>\n<thead><tr><th scope=\"col\">Step</th><th scope=\"col\" colspan=\"2\">Learners</th><th scope=\"col\">For what causes</th><th scope=\"col\" title=\"Taken for this step, by all\">Hints</th><th scope=\"col\">Who, the longest first</th></tr></thead>\n<tbody>\n");
    for (index, mut here) in rows {
        let Some(column) = cohort.columns.get(index) else {
            continue;
        };
        here.sort_by_key(|learner| &learner.since);
        html.raw("<tr><th scope=\"row\"><b>")
            .text(column.name())
            .raw("</b> ")
            .text(&column.title);
        html.raw("</th><td class=\"number\">")
            .text(here.len())
            .raw("</td>");
        bar(html, here.len(), most);
        html.raw("<td class=\"wide\">");
        causes(html, &here);
        html.raw("</td><td class=\"number\">");
        let cells = cohort
            .learners
            .iter()
            .filter_map(|learner| learner.cells.get(index)?.as_ref());
        let taken: Vec<usize> = cells.filter_map(|cell| cell.hints).collect();
        if !taken.is_empty() {
            html.text(taken.iter().sum::<usize>());
        }
        html.raw("</td><td class=\"wide\">");
        names(html, here.iter().map(|learner| learner.name.as_str()));
        html.raw("</td></tr>\n");
    }
    html.raw("</tbody>\n</table>\n</div>\n</section>\n");
}

/// What keeps those here, each cause with its count, the most common first.
fn causes(html: &mut Html, here: &[&Learner]) {
    let mut all: Vec<&str> = here.iter().filter_map(|learner| learner.cause()).collect();
    all.sort_unstable();
    let mut counted: Vec<(usize, &str)> = all
        .chunk_by(|a, b| a == b)
        .filter_map(|same| Some((same.len(), *same.first()?)))
        .collect();
    counted.sort_by_key(|(count, _)| usize::MAX - count);
    for (index, (count, cause)) in counted.into_iter().enumerate() {
        if index > 0 {
            html.raw(", ");
        }
        html.raw("<code>")
            .text(cause)
            .raw("</code>&nbsp;×&nbsp;")
            .text(count);
    }
}

/// Causes by how many learners ever met them.
pub(super) fn mistakes(html: &mut Html, cohort: &Cohort) {
    if cohort.mistakes.is_empty() {
        return;
    }
    let most = cohort
        .mistakes
        .iter()
        .map(|mistake| mistake.learners.len())
        .max();
    html.raw("<section>\n<h2>Common mistakes</h2>\n<p>Why the first open step of a lab was ever open, in all reports. What the untouched starter fails for is last: it may be no mistake yet.</p>\n<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Mistakes\">\n<table>\n<thead><tr><th scope=\"col\">Cause</th><th scope=\"col\">Step</th><th scope=\"col\" colspan=\"2\">Learners</th><th scope=\"col\">Who</th></tr></thead>\n<tbody>\n");
    for mistake in &cohort.mistakes {
        let count = mistake.learners.len();
        html.raw(if mistake.untouched {
            "<tr class=\"untouched\">"
        } else {
            "<tr>"
        });
        html.raw("<th scope=\"row\"><code>")
            .text(&mistake.cause)
            .raw("</code>");
        if mistake.untouched {
            html.raw(" <small>as the starter</small>");
        }
        html.raw("</th><td><b>")
            .text(mistake.lab)
            .raw("/")
            .text(mistake.step)
            .raw("</b> ");
        html.text(&mistake.title)
            .raw("</td><td class=\"number\">")
            .text(count)
            .raw("</td>");
        bar(html, count, most.unwrap_or(1));
        html.raw("<td class=\"wide\">");
        names(html, mistake.learners.iter().map(String::as_str));
        html.raw("</td></tr>\n");
    }
    html.raw("</tbody>\n</table>\n</div>\n</section>\n");
}

/// A bar, as long as its share of the longest.
fn bar(html: &mut Html, count: usize, most: usize) {
    html.raw("<td class=\"bar\" aria-hidden=\"true\"><div style=\"width:");
    html.text(count * 100 / most.max(1)).raw("%\"></div></td>");
}
