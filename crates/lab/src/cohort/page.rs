//! The page for whoever teaches: one file, no script, nothing loaded, light and dark, fit to print.
//! What it begins and ends with is here; the tables are the other modules'.

mod changes;
mod matrix;
mod stuck;

use super::Cohort;
use super::html::Html;

const STYLE: &str = include_str!("page/page.css");

/// The whole page.
pub(super) fn write(cohort: &Cohort) -> String {
    let mut html = Html::default();
    html.raw("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
        .raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
        .raw("<meta name=\"color-scheme\" content=\"light dark\">\n")
        .raw("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n")
        .raw("<title>Cohort</title>\n<style>\n")
        .raw(STYLE)
        .raw("</style>\n</head>\n<body>\n<header>\n<h1>Cohort</h1>\n");
    overview(&mut html, cohort);
    html.raw("</header>\n<main>\n");
    stuck::steps(&mut html, cohort);
    matrix::write(&mut html, cohort);
    stuck::mistakes(&mut html, cohort);
    changes::write(&mut html, cohort);
    foreign(&mut html, cohort);
    unread(&mut html, cohort);
    html.raw("</main>\n</body>\n</html>\n");
    html.finish()
}

fn overview(html: &mut Html, cohort: &Cohort) {
    let learners = &cohort.learners;
    let done = learners.iter().filter(|learner| learner.done).count();
    let broken = learners
        .iter()
        .filter(|learner| learner.error.is_some() && learner.not_built == "does-not-compile")
        .count();
    let changed = learners
        .iter()
        .filter(|learner| changes::is_changed(learner, cohort))
        .count();
    let passed: usize = learners.iter().map(|learner| learner.passed).sum();
    let cells = (learners.len() * cohort.columns.len()).max(1);
    html.raw("<p>")
        .text(learners.len())
        .raw(" learners, ")
        .text(cohort.reports);
    html.raw(" reports, the newest of ");
    time(html, &cohort.newest);
    html.raw(".</p>\n<dl class=\"tiles\">\n");
    for (name, value) in [
        ("of all steps pass", format!("{} %", passed * 100 / cells)),
        ("have done all", done.to_string()),
        ("do not compile", broken.to_string()),
        ("differ from the release", changed.to_string()),
    ] {
        html.raw("<div><dd>")
            .text(value)
            .raw("</dd><dt>")
            .raw(name)
            .raw("</dt></div>\n");
    }
    html.raw("</dl>\n");
}

fn foreign(html: &mut Html, cohort: &Cohort) {
    if cohort.foreign.is_empty() {
        return;
    }
    html.raw("<section>\n<h2>Labs that your workspace does not have</h2>\n<ul class=\"plain\">\n");
    for ((number, package), reports) in &cohort.foreign {
        html.raw("<li>")
            .text(number)
            .raw(" <code>")
            .text(package)
            .raw("</code>, in reports: ")
            .text(reports)
            .raw("</li>\n");
    }
    html.raw("</ul>\n</section>\n");
}

fn unread(html: &mut Html, cohort: &Cohort) {
    if cohort.unread.is_empty() {
        return;
    }
    html.raw("<section>\n<h2>Files that were not counted</h2>\n<ul class=\"plain\">\n");
    for file in &cohort.unread {
        html.raw("<li><code>")
            .text(&file.path)
            .raw("</code> ")
            .text(&file.reason)
            .raw("</li>\n");
    }
    html.raw("</ul>\n</section>\n");
}

/// A point in time, to the minute; whatever else a report has there is shown as it is.
fn time(html: &mut Html, at: &str) {
    html.raw("<time datetime=\"").text(at).raw("\">");
    match (at.get(..10), at.get(11..16)) {
        (Some(day), Some(minute)) => html.text(day).raw("&nbsp;").text(minute),
        _ => html.text(at),
    };
    html.raw("</time>");
}

/// Names behind a number, folded: there may be many.
fn names<'a>(html: &mut Html, names: impl Iterator<Item = &'a str> + Clone) {
    /// As many are shown without being asked for.
    const SHOWN: usize = 4;
    let count = names.clone().count();
    let list = |html: &mut Html, names: &mut dyn Iterator<Item = &'a str>| {
        for (index, name) in names.enumerate() {
            if index > 0 {
                html.raw(", ");
            }
            html.text(name);
        }
    };
    if count <= SHOWN {
        list(html, &mut names.into_iter());
        return;
    }
    html.raw("<details><summary>");
    list(html, &mut names.clone().take(SHOWN - 1));
    html.raw(" and ")
        .text(count + 1 - SHOWN)
        .raw(" more</summary>");
    list(html, &mut names.skip(SHOWN - 1));
    html.raw("</details>");
}
