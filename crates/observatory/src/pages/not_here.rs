//! The page for a trace that is not there, as spans or as segments, which the script reloads when the trace arrives;
//! and the one for an address that is no page's.

use axum::{http::StatusCode, response::Html};
use maud::{Markup, html};

use super::{
    foreign_text, handlers,
    layout::{self, Frame},
};
use crate::server::AppState;

/// What such a page says.
pub(crate) struct NotHere<'a> {
    /// The ID that the address has.
    pub(crate) id: &'a str,
    /// Whether it can be one.
    pub(crate) is_valid: bool,
    /// What may arrive: `one of its spans`.
    pub(crate) part: &'a str,
    /// List items: why a trace with this ID may not be there.
    pub(crate) reasons: Markup,
    /// A sentence: how an ID is written.
    pub(crate) form: Markup,
    /// A link to all traces.
    pub(crate) back: Markup,
}

/// The whole page.
pub(crate) fn page(told: &NotHere<'_>, frame: &Frame) -> Markup {
    layout::page(
        "Trace not found",
        frame,
        &html! {
            main.notice data-page="awaited" data-testid="trace-not-found" {
                p.over { "404" }
                @if told.is_valid {
                    h1 { "This trace is not here" }
                    p { code { (foreign_text::isolated(told.id, 64)) } }
                    p.live-hint { span.pulse {} " Waiting for it: this page shows the trace as soon as " (told.part) " arrives." }
                    h2 { "What might be wrong" }
                    ul.reasons { (told.reasons) }
                } @else {
                    h1 { "This is no trace ID" }
                    p { code { (foreign_text::isolated(told.id, 64)) } }
                    p { (told.form) }
                }
                p { (told.back) }
            }
        },
    )
}

/// Nothing has this path.
pub(super) async fn nothing(
    state: &AppState,
    path: &str,
) -> Result<(StatusCode, Html<String>), handlers::Failed> {
    let frame = handlers::frame(state).await?;
    let page = layout::page(
        "Not found",
        &frame,
        &html! {
            main.notice data-testid="not-found" {
                p.over { "404" }
                h1 { "There is no page here" }
                p { "Nothing has the address " code { (foreign_text::isolated(path, 200)) } "." }
                p { "All pages are in the bar above. Programs send spans to " code { "POST /v1/traces" } " of this address." }
            }
        },
    );
    Ok((StatusCode::NOT_FOUND, handlers::shown(page)))
}
