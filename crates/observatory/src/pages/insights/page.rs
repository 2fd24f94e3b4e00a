//! The page of Logs Insights: what is asked above, what was found below. Results are `results`', drawings `histogram`'s and `chart`'s.

use maud::{Markup, html};

use super::{
    address::InsightsView,
    results::{self, Answer},
    samples::SAMPLES,
};
use crate::pages::{
    foreign_text,
    layout::{self, Frame},
    logs::range::{self, RangeFault},
};

/// What is wrong with what was asked.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Fault {
    /// With the query, from one character to another (exclusive), where that is known.
    Query {
        message: String,
        place: Option<(usize, usize)>,
    },
    Range(RangeFault),
    Groups(String),
}

/// What became of the query.
pub(super) enum Outcome {
    NotAsked,
    Wrong(Fault),
    Answered(Answer),
}

/// What the page shows.
pub(super) struct InsightsPage {
    pub(super) view: InsightsView,
    /// Names of all log groups.
    pub(super) groups: Vec<String>,
    pub(super) outcome: Outcome,
}

/// The whole page.
pub(super) fn page(shown: &InsightsPage, frame: &Frame) -> Markup {
    layout::page_in(
        "Insights",
        "Logs Insights",
        frame,
        &html! {
            main data-page="insights" {
                div.title-line { h1 { "Logs Insights" } (range::presets(&shown.view.range, |range| shown.view.within(range).href())) }
                (form(shown))
                (outcome(shown))
            }
        },
    )
}

/// What a query gives, for the script.
pub(super) fn fragment(shown: &InsightsPage, frame: &Frame) -> Markup {
    html! { (fault_of_query(shown)) (outcome(shown)) (layout::status_line(frame)) }
}

fn form(shown: &InsightsPage) -> Markup {
    let view = &shown.view;
    let fault = match &shown.outcome {
        Outcome::Wrong(Fault::Range(fault)) => Some(fault),
        _ => None,
    };
    let query = view.query.as_deref().unwrap_or(SAMPLES[0].query);
    let lines = query.lines().count().clamp(4, 14);
    let is_wrong = matches!(shown.outcome, Outcome::Wrong(Fault::Query { .. }));
    html! {
        form.insights #ask method="get" action="/insights" aria-label="Query" data-testid="insights-form" {
            div.asked {
                (group_choice(shown))
                div.when-fields { (range::fields(&view.range, fault)) }
            }
            div.field.query-field {
                label for="query" { "Query" }
                textarea #query.code name="query" rows=(lines) maxlength="10000" autocapitalize="off" autocomplete="off" spellcheck="false"
                    aria-invalid=[is_wrong.then_some("true")] aria-describedby="e-query" {
                    // A line end at the very beginning would be dropped by the browser.
                    "\n" (foreign_text::in_field(query))
                }
                (fault_of_query(shown))
            }
            div.run-line {
                button #run.strong type="submit" { "Run query" }
                button #stop.plain type="button" hidden { "Stop" }
                span.soft.keys-hint { kbd { "Ctrl" } " " kbd { "Enter" } }
                span #running.soft role="status" data-testid="running" {}
            }
        }
        details.samples open[view.query.is_none()] data-testid="samples" {
            summary { "Sample queries" }
            ul { @for sample in SAMPLES {
                li { a href=(view.asking(sample.query).href()) data-sample="" data-testid="sample" { (sample.title) code { (sample.query) } } }
            } }
        }
    }
}

/// All groups with a box each, folded.
fn group_choice(shown: &InsightsPage) -> Markup {
    let InsightsPage { view, groups, .. } = shown;
    let unknown = view.groups.iter().filter(|name| !groups.contains(name));
    let listed: Vec<(&String, bool)> = unknown
        .map(|name| (name, false))
        .chain(groups.iter().map(|name| (name, true)))
        .collect();
    let fault = match &shown.outcome {
        Outcome::Wrong(Fault::Groups(message)) => Some(message),
        _ => None,
    };
    html! {
        fieldset.field.groups-field {
            legend { "Log groups" }
            details.menu #groups-menu data-testid="groups-menu" {
                summary aria-describedby=[fault.map(|_| "e-groups")] {
                    span #groups-chosen data-all="all log groups" {
                        @match &view.groups[..] {
                            [] => "all log groups",
                            [one] => (foreign_text::isolated(one, 120)),
                            [first, rest @ ..] => { (foreign_text::isolated(first, 80)) " and " (rest.len()) " more" },
                        }
                    }
                }
                div.menu-list {
                    @if listed.is_empty() { p.note { "There is no log group yet." } }
                    @for (name, is_known) in listed {
                        label { input type="checkbox" name="group" value=(foreign_text::in_field(name)) checked[view.groups.contains(name)]; " " (foreign_text::isolated(name, 200)) @if !is_known { " " span.badge { "not there" } } }
                    }
                    p.note { "None chosen asks all of them." }
                }
            }
            @if let Some(message) = fault { p #e-groups.field-error role="alert" data-testid="groups-error" { (foreign_text::isolated(message, 700)) } }
        }
    }
}

/// What is wrong with the query, and the line of it with the place marked.
fn fault_of_query(shown: &InsightsPage) -> Markup {
    let (Outcome::Wrong(Fault::Query { message, place }), Some(query)) =
        (&shown.outcome, &shown.view.query)
    else {
        return html! { div #e-query.field-error {} };
    };
    html! {
        div #e-query.field-error role="alert" data-testid="query-error" {
            p { (foreign_text::isolated(message, 700)) }
            @if let Some((start, end)) = *place {
                @let (number, line, from, to) = line_of(query, start, end);
                p.code-line { @if query.contains('\n') { span.soft { "line " (number) } " " } (foreign_text::marked(line, from, to, "query-error-place")) }
            }
        }
    }
}

/// The line in which a place begins: its number, its text, and the place within it, in characters.
fn line_of(query: &str, start: usize, end: usize) -> (usize, &str, usize, usize) {
    let mut before = 0;
    let mut last = (1, "", 0);
    for (at, line) in query.split('\n').enumerate() {
        let length = line.chars().count();
        last = (at + 1, line, before);
        if start <= before + length {
            break;
        }
        before += length + 1;
    }
    let (number, line, before) = last;
    let length = line.chars().count();
    let from = start.saturating_sub(before).min(length);
    (
        number,
        line,
        from,
        end.saturating_sub(before).clamp(from, length),
    )
}

fn outcome(shown: &InsightsPage) -> Markup {
    html! {
        section #results aria-label="Results" data-testid="insights-results" {
            @match &shown.outcome {
                Outcome::NotAsked => {},
                Outcome::Wrong(_) => p.note data-testid="not-searched" { "Nothing was asked: see the note above." },
                Outcome::Answered(answer) => (results::results(&shown.view, answer)),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_found_in_its_line() {
        let query = "fields a\n| filtr é\n| limit 1";
        for (start, end, wanted) in [
            (0, 6, (1, "fields a", 0, 6)),
            (8, 8, (1, "fields a", 8, 8)),
            (11, 16, (2, "| filtr é", 2, 7)),
            (17, 30, (2, "| filtr é", 8, 9)),
            (28, 28, (3, "| limit 1", 9, 9)),
            (99, 120, (3, "| limit 1", 9, 9)),
        ] {
            assert_eq!(line_of(query, start, end), wanted, "{start}-{end}");
        }
        assert_eq!(line_of("", 0, 1), (1, "", 0, 0));
    }
}
