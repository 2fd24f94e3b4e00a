//! The status page as a whole; its parts have modules of their own.

use maud::{Markup, html};

use super::{arrived, kept, refused};
use crate::{
    pages::layout::{self, Frame},
    server::{About, Told, ToldArrivals},
    store::Extent,
};

/// What the page shows.
pub(crate) struct Status {
    /// What was refused.
    pub(crate) refused: Told,
    /// What arrived.
    pub(crate) arrived: ToldArrivals,
    /// How the observatory was started.
    pub(crate) about: About,
    /// How far back the store goes.
    pub(crate) extent: Extent,
    /// Whether senders must give a key.
    pub(crate) key_is_required: bool,
}

/// The whole page.
pub(crate) fn page(status: &Status, frame: &Frame) -> Markup {
    layout::page(
        "Status",
        frame,
        &html! {
            main data-page="status" {
                div.title-line { h1 { "Status" } }
                (contents(status, frame))
            }
        },
    )
}

/// What changes when something arrives, for the script.
pub(crate) fn fragment(status: &Status, frame: &Frame) -> Markup {
    html! { (contents(status, frame)) (layout::status_line(frame)) }
}

fn contents(status: &Status, frame: &Frame) -> Markup {
    html! {
        div #status-contents {
            (arrived::section(&status.arrived, frame))
            div.status-columns {
                (refused::section(&status.refused, frame.now))
                div.status-column {
                    (kept::stored(status, frame))
                    (kept::addresses(status, frame.now))
                }
            }
        }
    }
}
