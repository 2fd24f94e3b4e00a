//! One log group: its streams, and ways to its events.

use maud::{Markup, html};

use super::{
    address::{EventsView, STREAMS, StreamOrder, StreamsView},
    groups_page::{GroupRow, nanoseconds},
};
use crate::pages::{
    attribute_table::grouped,
    foreign_text, insights,
    layout::{self, Frame, size},
    moments,
};

/// What the list says of a stream.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct StreamRow {
    pub(crate) name: String,
    /// Times of its first and last event, in milliseconds since the Unix epoch.
    pub(crate) first: Option<i64>,
    pub(crate) last: Option<i64>,
    /// When its last event was taken.
    pub(crate) ingested: Option<i64>,
}

/// What the page shows.
pub(crate) struct StreamsPage {
    pub(crate) view: StreamsView,
    pub(crate) group: GroupRow,
    /// Those whose name begins so.
    pub(crate) streams: Vec<StreamRow>,
    /// There are more.
    pub(crate) is_cut: bool,
}

/// The whole page.
pub(crate) fn page(shown: &StreamsPage, frame: &Frame) -> Markup {
    let group = &shown.group.name;
    let events = EventsView::of(group, None);
    layout::page_in(
        "Logs",
        &format!("{} · log group", foreign_text::in_attribute(group, 120)),
        frame,
        &html! {
            main data-page="log-streams" {
                nav.crumbs aria-label="Where you are" { a href="/logs" { "Log groups" } " /" }
                div.title-line { h1 { (foreign_text::isolated(group, 512)) } }
                nav.views aria-label="Views of this log group" {
                    a.plain.small aria-current="page" href=(shown.view.href()) { "Streams" }
                    a.plain.small href=(events.href()) data-testid="to-events" { "Events" }
                    a.plain.small href=(events.tail_href()) data-testid="to-tail" { "Live tail" }
                    a.plain.small href=(insights::href_of(group)) data-testid="to-insights" { "Insights" }
                }
                (list(shown, frame))
            }
        },
    )
}

/// What changes when something arrives, for the script.
pub(crate) fn fragment(shown: &StreamsPage, frame: &Frame) -> Markup {
    html! { (list(shown, frame)) (layout::status_line(frame)) }
}

fn list(shown: &StreamsPage, frame: &Frame) -> Markup {
    let StreamsPage { view, group, .. } = shown;
    html! {
        section #log-streams aria-label="Log streams" {
            dl.figures {
                div { dt { "Streams" } dd data-testid="stream-count" { (grouped(group.streams)) } }
                div { dt { "Stored" } dd { (size(group.bytes)) } }
                div { dt { "Kept" } dd { @match group.retention { Some(1) => "1 day", Some(days) => { (days) " days" }, None => "for ever" } } }
                div { dt { "Last event" } dd { @match group.last { Some(last) => (moments::element(frame.now, nanoseconds(last))), None => "none" } } }
            }
            (form(view))
            @if shown.streams.is_empty() {
                @if view.find.is_empty() { p.note data-testid="no-streams" { "This group has no stream. Events are put into streams: " code { "aws logs create-log-stream" } " makes one." } }
                @else { p.note data-testid="no-match" { "No stream’s name begins with “" (foreign_text::isolated(&view.find, 120)) "”." } }
            } @else {
                table.traces.log-streams {
                    thead { tr {
                        (sortable(view, StreamOrder::Name, "Log stream"))
                        th scope="col" { "First event" }
                        (sortable(view, StreamOrder::Latest, "Last event"))
                        th scope="col" { "Last taken" }
                    } }
                    tbody { @for stream in &shown.streams { (row(&group.name, stream, frame.now)) } }
                }
                @if shown.is_cut { p.more { a href=(view.with_rows(view.rows + STREAMS * 5).href()) { "Show more streams" } } }
            }
        }
    }
}

fn sortable(view: &StreamsView, order: StreamOrder, label: &str) -> Markup {
    let is_chosen = view.order == order;
    let direction = match order {
        StreamOrder::Name => "ascending",
        StreamOrder::Latest => "descending",
    };
    html! {
        th scope="col" aria-sort=[is_chosen.then_some(direction)] {
            a href=(view.ordered(order).href()) { (label) }
            @if is_chosen { span aria-hidden="true" { @if order == StreamOrder::Name { " ↑" } @else { " ↓" } } }
        }
    }
}

fn form(view: &StreamsView) -> Markup {
    html! {
        form.one-line method="get" action="/logs/group" role="search" aria-label="Find streams" {
            input type="hidden" name="group" value=(foreign_text::in_field(&view.group));
            @if view.order == StreamOrder::Name { input type="hidden" name="order" value="name"; }
            label.unseen for="find" { "Beginning of a stream’s name" }
            input #find name="find" value=(foreign_text::in_field(&view.find)) placeholder="Beginning of a name" autocomplete="off" autocapitalize="off" spellcheck="false" maxlength="512";
            button.plain type="submit" { "Find" }
            @if !view.find.is_empty() { a.plain href=(StreamsView::of(&view.group).ordered(view.order).href()) data-testid="clear-filter" { "Clear" } }
        }
    }
}

fn row(group: &str, stream: &StreamRow, now: u64) -> Markup {
    let when = |at: Option<i64>| {
        html! { @match at { Some(at) => (moments::element(now, nanoseconds(at))), None => span.none { "no event" } } }
    };
    html! {
        tr data-testid="log-stream-row" data-stream=(foreign_text::on_one_line(&stream.name, 512)) {
            th.trace scope="row" { a href=(EventsView::of(group, Some(&stream.name)).href()) { (foreign_text::isolated(&stream.name, 512)) } }
            td.when.first { (when(stream.first)) }
            td.when.last { (when(stream.last)) }
            td.when.taken { (when(stream.ingested)) }
        }
    }
}
