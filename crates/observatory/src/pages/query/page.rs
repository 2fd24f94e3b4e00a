//! The query page: what is asked above, what came of it below. The form is `form`'s, what was found `results`'.

use maud::{Markup, html};
use span_columns::Field;

use super::{
    address::QueryView,
    faults::Fault,
    form::{self, Form},
    results::{Answered, results},
    shelf::{self, Shelf},
};
use crate::pages::{
    foreign_text,
    layout::{self, Frame},
};

/// What became of the query.
pub(super) enum Outcome {
    /// It was not asked, because of these.
    Wrong(Vec<Fault>),
    Answered(Box<Answered>),
}

/// What the page shows.
pub(super) struct QueryPage {
    pub(super) view: QueryView,
    pub(super) fields: Vec<Field>,
    /// Names of all log groups.
    pub(super) groups: Vec<String>,
    pub(super) shelf: Shelf,
    pub(super) outcome: Outcome,
}

/// The whole page.
pub(super) fn page(shown: &QueryPage, frame: &Frame) -> Markup {
    let view = &shown.view;
    layout::page(
        "Query",
        frame,
        &html! {
            main data-page="query" {
                div.title-line { h1 { "Query" } span.spring {} (form::ranges(view)) }
                form.query #ask method="get" action="/query" role="search" aria-label="Query" data-testid="query-form" { (fields(shown)) }
                div.run-line {
                    button #run.strong type="submit" form="ask" { "Run query" }
                    button #stop.plain type="button" hidden { "Stop" }
                    span.soft.keys-hint { kbd { "Ctrl" } " " kbd { "Enter" } }
                    span #running.soft role="status" data-testid="running" {}
                    span.spring {}
                    a.plain href=(QueryView::of(view.of).href()) data-testid="clear" { "Clear" }
                    (shelf::save(view, &shown.shelf))
                }
                (shelf::shelf(view, &shown.shelf, frame.now))
                (outcome(shown))
            }
        },
    )
}

/// What changes with each query, for the script.
pub(super) fn fragment(shown: &QueryPage, frame: &Frame) -> Markup {
    let view = &shown.view;
    html! {
        (form::ranges(view))
        (fields(shown))
        (shelf::save(view, &shown.shelf))
        (shelf::sample_list(view))
        (shelf::saved_list(view, &shown.shelf))
        (shelf::history_list(&shown.shelf, frame.now))
        (outcome(shown))
        (layout::status_line(frame))
    }
}

fn fields(shown: &QueryPage) -> Markup {
    let (faults, hints) = match &shown.outcome {
        Outcome::Wrong(faults) => (&faults[..], Vec::new()),
        Outcome::Answered(answered) => (&[][..], form::hints(&shown.view, &answered.answer)),
    };
    form::fields(&Form {
        view: &shown.view,
        fields: &shown.fields,
        groups: &shown.groups,
        faults,
        hints: &hints,
    })
}

fn outcome(shown: &QueryPage) -> Markup {
    html! {
        section #results aria-label="Results" data-testid="query-results" {
            @match &shown.outcome {
                Outcome::Wrong(faults) => {
                    p.note data-testid="not-asked" { "Nothing was asked: see the " @if faults.len() == 1 { "note above." } @else { (faults.len()) " notes above." } }
                    // What belongs to no field that the form has.
                    @for fault in faults.iter().filter(|fault| fault.field == "box") { p.field-error role="alert" { (foreign_text::isolated(&fault.message, 700)) } }
                },
                Outcome::Answered(answered) => (results(&shown.view, answered)),
            }
        }
    }
}
