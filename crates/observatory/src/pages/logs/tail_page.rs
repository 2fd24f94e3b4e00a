//! The live tail: the last events as they arrive, newest at the bottom. The script puts new ones in; without it, a link does.

use maud::{Markup, html};

use super::{
    address::EventsView,
    events_page::{self, PatternFault},
    line::{self, Line},
};
use crate::pages::layout::{self, Frame};

/// Events that the page begins with, and that one part brings at most.
pub(crate) const TAILED: usize = 100;
/// Rows that the script keeps.
const KEPT: usize = 500;

/// What the page shows.
pub(crate) struct TailPage {
    pub(crate) view: EventsView,
    /// The last events in the order of their arrival, or what is wrong with the pattern.
    pub(crate) lines: Result<Vec<Line>, PatternFault>,
    /// Arrivals up to here have been looked at.
    pub(crate) seen: u64,
    /// Names of groups to choose from.
    pub(crate) groups: Vec<String>,
}

/// The whole page.
pub(crate) fn page(shown: &TailPage, frame: &Frame) -> Markup {
    let TailPage { view, lines, .. } = shown;
    let fault = lines.as_ref().err();
    layout::page_in(
        "Logs",
        "Live tail",
        frame,
        &html! {
            main.tail data-page="log-tail" data-kept=(KEPT) {
                (events_page::head(view, "Live tail"))
                form.log-search method="get" action="/logs/tail" role="search" aria-label="Filter the tail" data-testid="tail-filter" {
                    (events_page::scope(view, &shown.groups))
                    (events_page::pattern_field(view, fault))
                    div.search-buttons {
                        button.strong type="submit" { "Filter" }
                        @if !view.pattern.is_empty() { a.plain href=(view.matching("").tail_href()) data-testid="clear-filter" { "Clear" } }
                    }
                }
                div.tail-line {
                    button #pause.plain.small type="button" aria-pressed="false" hidden { "Pause" }
                    a.plain.small.unscripted href=(view.tail_href()) { "Look again" }
                    span #tail-note.soft data-testid="tail-note" {}
                    span.spring {}
                    button #clear-tail.plain.small type="button" hidden { "Clear rows" }
                }
                (rows(shown))
                button #to-end.pill type="button" hidden { "↓ New events" }
            }
        },
    )
}

/// Rows that arrived since, for the script to append.
pub(crate) fn fragment(shown: &TailPage, frame: &Frame) -> Markup {
    html! { (rows(shown)) (layout::status_line(frame)) }
}

fn rows(shown: &TailPage) -> Markup {
    let names = events_page::names(&shown.view);
    html! {
        section #tail aria-label="Events as they arrive" data-seen=(shown.seen) data-testid="tail" {
            @match &shown.lines {
                Err(_) => p.note data-testid="not-searched" { "Nothing is looked for: see the note above." },
                Ok(lines) => ol.log-lines #tail-lines { @for line in lines { (line::row(line, names, Some(&shown.view))) } },
            }
            p.note.waiting { span.pulse {} " Waiting for events: what arrives appears here." }
        }
    }
}
