//! The page of one log event: everything it says, and what stands before and after it in its stream.

use maud::{Markup, html};

use super::{
    address::{EventsView, StreamsView},
    line::{self, Line, Names},
};
use crate::pages::{
    foreign_text,
    layout::{self, Frame},
    moments,
};

/// Events shown before and after it.
pub(crate) const NEIGHBOURS: usize = 5;

/// What the page shows.
pub(crate) struct EventPage {
    pub(crate) line: Line,
    /// Those of its stream, oldest first.
    pub(crate) before: Vec<Line>,
    pub(crate) after: Vec<Line>,
}

/// The whole page.
pub(crate) fn page(shown: &EventPage, frame: &Frame) -> Markup {
    let line = &shown.line;
    layout::page_in(
        "Logs",
        &format!(
            "Event {} · {}",
            line.id,
            foreign_text::in_attribute(&line.stream, 80)
        ),
        frame,
        &html! {
            main data-page="log-event" {
                nav.crumbs aria-label="Where you are" {
                    a href="/logs" { "Log groups" } " / "
                    a href=(StreamsView::of(&line.group).href()) { (foreign_text::isolated(&line.group, 512)) } " / "
                    a href=(EventsView::of(&line.group, Some(&line.stream)).href()) { (foreign_text::isolated(&line.stream, 512)) } " /"
                }
                div.title-line { h1 { "Log event" } span.soft { (moments::element(frame.now, super::groups_page::nanoseconds(line.timestamp))) } }
                (line::whole(line))
                (neighbours("Before it", &shown.before))
                (neighbours("After it", &shown.after))
                p.actions { a.plain href=(EventsView::around(line).href()) data-testid="event-around" { "Show it in its stream" } }
            }
        },
    )
}

fn neighbours(title: &str, lines: &[Line]) -> Markup {
    html! {
        @if !lines.is_empty() {
            section.neighbours aria-label=(title) {
                h2 { (title) }
                ol.log-lines { @for line in lines { (line::row(line, Names::Hidden, None)) } }
            }
        }
    }
}

/// The page for an event that is not there.
pub(crate) fn not_here(id: &str, frame: &Frame) -> Markup {
    layout::page_in(
        "Logs",
        "Event not found",
        frame,
        &html! {
            main.notice data-testid="event-not-found" {
                p.over { "404" }
                h1 { "This event is not here" }
                p { code { (foreign_text::isolated(id, 64)) } }
                p { "Its stream or group may have been deleted, its retention may have passed, or the store was reset." }
                p { a href="/logs" { "All log groups" } }
            }
        },
    )
}

/// The page for a group or a stream that is not there; the script reloads it when something arrives.
pub(crate) fn no_such_place(group: &str, stream: Option<&str>, frame: &Frame) -> Markup {
    let what = if stream.is_some() {
        "log stream"
    } else {
        "log group"
    };
    layout::page_in(
        "Logs",
        "Not found",
        frame,
        &html! {
            main.notice data-page="awaited" data-testid="log-place-not-found" {
                p.over { "404" }
                h1 { "This " (what) " is not here" }
                p { code { (foreign_text::isolated(group, 512)) @if let Some(stream) = stream { " / " (foreign_text::isolated(stream, 512)) } } }
                p.live-hint { span.pulse {} " Waiting for it: this page shows it as soon as it is made." }
                p { a href="/logs" { "All log groups" } }
            }
        },
    )
}
