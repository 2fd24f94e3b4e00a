//! The cohort in a few lines for a terminal: how many, where most are stuck, who differs from the release, what was not read.

use std::fmt::Write as _;
use std::path::Path;

use super::Cohort;

/// Steps and mistakes that are told; the page has all.
const TOLD: usize = 5;

/// The text. Writing into a `String` cannot fail, so results are dropped throughout.
pub(super) fn write(cohort: &Cohort, page: &Path) -> String {
    let learners = &cohort.learners;
    let mut out = String::new();
    let _ = writeln!(
        out,
        "{} learners, {} reports, the newest of {}",
        learners.len(),
        cohort.reports,
        printable(&cohort.newest)
    );
    let done = learners.iter().filter(|learner| learner.done).count();
    let _ = writeln!(out, "Done with all: {done}");

    let mut steps: Vec<(usize, usize)> = (0..cohort.columns.len())
        .map(|index| {
            let here = learners
                .iter()
                .filter(|learner| learner.current == Some(index));
            (here.count(), index)
        })
        .filter(|(count, _)| *count > 0)
        .collect();
    steps.sort_by_key(|(count, index)| (usize::MAX - count, *index));
    if !steps.is_empty() {
        out.push_str("\nStuck most\n");
    }
    for (count, index) in steps.into_iter().take(TOLD) {
        if let Some(column) = cohort.columns.get(index) {
            let title = printable(&column.title);
            let _ = writeln!(out, "  {count:>3}  {} {title}", column.name());
        }
    }

    let mistakes = cohort.mistakes.iter().filter(|mistake| !mistake.untouched);
    let mut heading = "\nCommon mistakes\n";
    for mistake in mistakes.take(TOLD) {
        out.push_str(std::mem::take(&mut heading));
        let _ = writeln!(
            out,
            "  {:>3}  {} in {}/{} {}",
            mistake.learners.len(),
            printable(&mistake.cause),
            mistake.lab,
            mistake.step,
            printable(&mistake.title)
        );
    }

    let changed = learners
        .iter()
        .filter(|learner| !learner.findings.is_empty())
        .count();
    let other = learners
        .iter()
        .filter(|learner| learner.release != cohort.release)
        .count();
    out.push('\n');
    if changed > 0 {
        let _ = writeln!(out, "Changed something that decides a verdict: {changed}");
    }
    if cohort.all_of_another() {
        out.push_str("Everybody is of another release than this workspace.\n");
    } else if other > 0 {
        let _ = writeln!(out, "Of another release than this workspace: {other}");
    }
    for ((number, package), reports) in &cohort.foreign {
        let package = printable(package);
        let _ = writeln!(
            out,
            "No lab of this workspace: {number} {package}, in reports: {reports}"
        );
    }
    for file in &cohort.unread {
        let _ = writeln!(
            out,
            "Not counted: {}: {}",
            printable(&file.path),
            printable(&file.reason)
        );
    }
    let _ = writeln!(out, "The page: {}", page.display());
    out
}

/// Without control characters, by which a report could speak to the terminal.
fn printable(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { '\u{fffd}' } else { c })
        .collect()
}
