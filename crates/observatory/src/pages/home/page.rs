//! The home page as HTML.

use maud::{Markup, html};

use super::first_span;
use crate::{
    model::TraceSummary,
    pages::{
        colours::ServiceColours,
        layout::{self, Frame},
        traces_page,
    },
};

/// What the page shows.
pub(crate) struct Home {
    /// All services, for the colours.
    pub(crate) services: Vec<String>,
    /// The newest traces, newest first.
    pub(crate) newest: Vec<TraceSummary>,
}

/// The whole page.
pub(crate) fn page(home: &Home, frame: &Frame) -> Markup {
    layout::page(
        "Home",
        frame,
        &html! {
            main data-page="home" {
                div.title-line { h1 { "What arrives here" } }
                (contents(home, frame))
            }
        },
    )
}

/// What changes when something arrives, for the script.
pub(crate) fn fragment(home: &Home, frame: &Frame) -> Markup {
    html! { (contents(home, frame)) (layout::status_line(frame)) }
}

fn contents(home: &Home, frame: &Frame) -> Markup {
    let colours = ServiceColours::new(&home.services);
    html! {
        div #home {
            @if home.newest.is_empty() { (first_span::told()) }
            @else {
                section aria-labelledby="newest-title" {
                    h2 #newest-title { "Newest traces" }
                    (traces_page::rows(&home.newest, &colours, frame.now))
                    p.more { a href="/traces" { "All traces" } }
                }
            }
        }
    }
}
