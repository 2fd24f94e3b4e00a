//! Queries to go on from: samples, those saved under a name, those asked last; and saving the present one.

use maud::{Markup, html};

use super::{address::QueryView, form::dataset_label, samples::samples};
use crate::{
    model::Dataset,
    pages::{attribute_table::grouped, foreign_text, moments},
    store::{AskedQuery, SavedQuery},
};

/// Characters of a name.
pub(super) const MOST_NAME: usize = 200;
/// Characters shown of what a query asks.
const MOST_WORDS: usize = 300;

/// What is on it.
#[derive(Default)]
pub(super) struct Shelf {
    pub(super) saved: Vec<(SavedQuery, QueryView)>,
    pub(super) asked: Vec<(AskedQuery, QueryView)>,
    /// Why a query was not saved, and the name that was typed.
    pub(super) refused: Option<(String, String)>,
}

/// The three lists, folded; samples are open for who asks nothing yet.
pub(super) fn shelf(view: &QueryView, shelf: &Shelf, now: u64) -> Markup {
    html! {
        div.shelf {
            details #samples name="shelf" open[view.is_blank()] data-testid="samples" {
                summary { "Sample questions" }
                (sample_list(view))
            }
            details #saved name="shelf" data-testid="saved" {
                summary { "Saved queries" }
                (saved_list(view, shelf))
            }
            details #history name="shelf" data-testid="history" {
                summary { "History" }
                (history_list(shelf, now))
            }
        }
    }
}

/// Samples over the time that is chosen.
pub(super) fn sample_list(view: &QueryView) -> Markup {
    html! {
        ul.cards #sample-list {
            @for sample in samples(view.of) {
                @let asked = QueryView { groups: view.groups.clone(), ..sample.view.within(view.when.clone()) };
                li { a href=(asked.href()) data-query="" data-testid="sample" { (sample.title) code { (asked.in_words()) } } }
            }
        }
    }
}

/// Saved queries; each can be renamed and deleted, and then leads back to this query.
pub(super) fn saved_list(view: &QueryView, shelf: &Shelf) -> Markup {
    html! {
        ul.query-list #saved-list {
            @if shelf.saved.is_empty() { li.note { "None yet: “Save” above keeps the query that is shown under a name." } }
            @for (saved, asks) in &shelf.saved {
                li id={ "saved-" (saved.id) } data-testid="saved-query" {
                    a.query-name href=(asks.href()) data-query="" { (foreign_text::isolated(&saved.name, MOST_NAME)) }
                    (words(asks))
                    details.menu.rename {
                        summary { "Rename" span.unseen { " " (foreign_text::isolated(&saved.name, MOST_NAME)) } }
                        form.menu-list.one-line method="post" action={ "/query/saved/" (saved.id) "/rename" } {
                            input type="hidden" name="back" value=(view.href());
                            input name="name" value=(foreign_text::in_field(&saved.name)) aria-label="New name" maxlength=(MOST_NAME) required;
                            button.plain type="submit" { "Rename" }
                        }
                    }
                    form method="post" action={ "/query/saved/" (saved.id) "/delete" } {
                        input type="hidden" name="back" value=(view.href());
                        button.plain.small type="submit" { "Delete" span.unseen { " " (foreign_text::isolated(&saved.name, MOST_NAME)) } }
                    }
                }
            }
        }
    }
}

/// The queries asked last, with when and what they gave.
pub(super) fn history_list(shelf: &Shelf, now: u64) -> Markup {
    html! {
        ul.query-list #history-list {
            @if shelf.asked.is_empty() { li.note { "Nothing was asked yet." } }
            @for (asked, asks) in &shelf.asked {
                li data-testid="asked-query" {
                    a.query-name href=(asks.href()) data-query="" { code { (foreign_text::isolated(&asks.in_words(), MOST_WORDS)) } }
                    span.soft { (place(asks)) }
                    span.soft { (grouped(asked.rows)) @if asked.rows == 1 { " group" } @else { " groups" } }
                    span.soft { (moments::element(now, asked.asked)) }
                }
            }
        }
    }
}

fn words(asks: &QueryView) -> Markup {
    html! { code { (foreign_text::isolated(&asks.in_words(), MOST_WORDS)) } span.soft { (place(asks)) } }
}

/// Of what and over what time.
fn place(asks: &QueryView) -> Markup {
    html! {
        @if asks.of != Dataset::default() { (dataset_label(asks.of)) " · " }
        (asks.when.in_words())
    }
}

/// A name for the query that is shown.
pub(super) fn save(view: &QueryView, shelf: &Shelf) -> Markup {
    let refused = shelf.refused.as_ref();
    html! {
        details.menu.save #save open[refused.is_some()] data-testid="save-menu" {
            summary { "Save" }
            form.menu-list method="post" action="/query/saved" data-testid="save-form" {
                input type="hidden" name="query" value=(view.href());
                div.field {
                    label for="save-name" { "Name of this query" }
                    input #save-name name="name" value=[refused.map(|(name, _)| foreign_text::in_field(name))] maxlength=(MOST_NAME) required autocomplete="off"
                        aria-invalid=[refused.map(|_| "true")] aria-describedby=[refused.map(|_| "e-save")];
                    @if let Some((_, message)) = refused { p #e-save.field-error role="alert" data-testid="save-error" { (message) } }
                }
                button.strong type="submit" { "Save" }
            }
        }
    }
}
