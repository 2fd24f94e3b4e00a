//! Events of all groups, a group or a stream: what is looked for above, the events below, ways on to older and newer ones.

use maud::{Markup, html};

use super::{
    address::{At, EventsView, Order, Position, StreamsView},
    line::{self, Line, Names},
    range::{self, Range, RangeFault},
};
use crate::pages::{
    foreign_text, insights,
    layout::{self, Frame},
    moments::stamp,
};

/// Events on one page.
pub(crate) const PAGE: usize = 100;

/// What is wrong with a filter pattern.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct PatternFault {
    /// A sentence.
    pub(crate) message: String,
    /// The place in the pattern, counted in characters, where it is known.
    pub(crate) at: Option<usize>,
}

/// Events that were found, and whether there are more beside them.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct Found {
    /// Oldest first.
    pub(crate) lines: Vec<Line>,
    /// Before this place there may be older ones.
    pub(crate) older: Option<Position>,
    /// After this place there may be newer ones.
    pub(crate) newer: Option<Position>,
    /// The search gave up before it came to the end of the range or had a full page; it goes on from `older` or `newer`.
    pub(crate) gave_up: bool,
}

/// Why nothing was looked for.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum EventsFault {
    Pattern(PatternFault),
    Range(RangeFault),
}

/// What the page shows.
pub(crate) struct EventsPage {
    pub(crate) view: EventsView,
    pub(crate) found: Result<Found, EventsFault>,
    /// Names of groups to choose from.
    pub(crate) groups: Vec<String>,
}

/// Which names rows of this view need.
pub(crate) fn names(view: &EventsView) -> Names {
    match (&view.group, &view.stream) {
        (_, Some(_)) => Names::Hidden,
        (Some(_), None) => Names::Stream,
        (None, None) => Names::Both,
    }
}

/// The whole page.
pub(crate) fn page(shown: &EventsPage, frame: &Frame) -> Markup {
    let view = &shown.view;
    let name = view.stream.as_deref().or(view.group.as_deref());
    layout::page_in(
        "Logs",
        &format!(
            "{} · events",
            foreign_text::in_attribute(name.unwrap_or("All log groups"), 120)
        ),
        frame,
        &html! {
            main data-page="log-events" {
                (head(view, "Events"))
                (form(shown))
                (events(shown))
            }
        },
    )
}

/// What changes when something arrives, for the script.
pub(crate) fn fragment(shown: &EventsPage, frame: &Frame) -> Markup {
    html! { (events(shown)) (layout::status_line(frame)) }
}

/// Where the reader is, and the views of the same events.
pub(crate) fn head(view: &EventsView, current: &str) -> Markup {
    let group = view.group.as_deref();
    html! {
        nav.crumbs aria-label="Where you are" {
            a href="/logs" { "Log groups" } " / "
            @if let (Some(group), Some(_)) = (group, &view.stream) { a href=(StreamsView::of(group).href()) { (foreign_text::isolated(group, 512)) } " /" }
        }
        div.title-line.names-line {
            h1 data-testid="events-of" {
                @match (view.stream.as_deref(), group) {
                    (Some(name), _) | (None, Some(name)) => (foreign_text::isolated(name, 512)),
                    (None, None) => "All log groups",
                }
            }
        }
        nav.views aria-label="Views of these events" {
            @if let (Some(group), None) = (group, &view.stream) { a.plain.small href=(StreamsView::of(group).href()) { "Streams" } }
            @for (label, href, testid) in [("Events", view.from(At::Start).href(), "to-events"), ("Live tail", view.tail_href(), "to-tail")] {
                a.plain.small href=(href) aria-current=[(label == current).then_some("page")] data-testid=(testid) { (label) }
            }
            a.plain.small href=(group.map_or_else(|| "/insights".to_owned(), insights::href_of)) data-testid="to-insights" { "Insights" }
        }
    }
}

fn form(shown: &EventsPage) -> Markup {
    let view = &shown.view;
    let fault = shown.found.as_ref().err();
    let (pattern, range) = match fault {
        Some(EventsFault::Pattern(fault)) => (Some(fault), None),
        Some(EventsFault::Range(fault)) => (None, Some(fault)),
        None => (None, None),
    };
    html! {
        form.log-search method="get" action="/logs/events" role="search" aria-label="Search events" data-testid="log-search" {
            (scope(view, &shown.groups))
            @if view.order == Order::OldestFirst { input type="hidden" name="order" value="oldest"; }
            (pattern_field(view, pattern))
            div.when-fields { (range::fields(&view.range, range)) }
            div.search-buttons {
                button.strong type="submit" { "Search" }
                @if !view.pattern.is_empty() || !view.range.is_preset() {
                    @let all = EventsView { pattern: String::new(), range: view.range.chosen(range::ALL), at: At::Start, ..view.clone() };
                    a.plain href=(all.href()) data-testid="clear-filter" { "Clear" }
                }
            }
        }
        div.range-line {
            (range::presets(&view.range, |range| view.within(range).href()))
            span.spring {}
            nav.windows aria-label="Order" {
                @for (order, label) in [(Order::NewestFirst, "newest first"), (Order::OldestFirst, "oldest first")] {
                    a.plain.small href=(view.ordered(order).href()) aria-current=[(view.order == order).then_some("true")] { (label) }
                }
            }
        }
    }
}

/// The group and the stream that a form is about; without a stream, the group can be chosen.
pub(crate) fn scope(view: &EventsView, groups: &[String]) -> Markup {
    html! {
        @match (&view.group, &view.stream) {
            (Some(group), Some(stream)) => {
                input type="hidden" name="group" value=(foreign_text::in_field(group));
                input type="hidden" name="stream" value=(foreign_text::in_field(stream));
            },
            (chosen, _) => div.field.group-field {
                label for="f-group" { "Log group" }
                select #f-group name="group" {
                    option value="" { "all groups" }
                    @if let Some(chosen) = chosen.as_ref().filter(|chosen| !groups.contains(chosen)) {
                        option value=(foreign_text::in_field(chosen)) selected { (foreign_text::on_one_line(chosen, 80)) }
                    }
                    @for group in groups {
                        option value=(foreign_text::in_field(group)) selected[chosen.as_ref() == Some(group)] { (foreign_text::on_one_line(group, 80)) }
                    }
                }
            },
        }
    }
}

/// The box for a filter pattern, with what is wrong under it.
pub(crate) fn pattern_field(view: &EventsView, fault: Option<&PatternFault>) -> Markup {
    html! {
        div.field.expression {
            label for="find" { "Filter pattern" }
            input #find.code name="pattern" value=(foreign_text::in_field(&view.pattern)) placeholder="ERROR -timeout   or   { $.status >= 500 }"
                autocomplete="off" autocapitalize="off" spellcheck="false" maxlength="2000"
                aria-invalid=[fault.map(|_| "true")] aria-describedby=[fault.map(|_| "e-filter")];
            @if let Some(fault) = fault { (told(&view.pattern, fault)) }
        }
    }
}

/// The message, and the pattern with the place marked.
fn told(pattern: &str, fault: &PatternFault) -> Markup {
    html! {
        div #e-filter.field-error role="alert" data-testid="pattern-error" {
            p { (foreign_text::isolated(&fault.message, 500)) }
            @if let Some(at) = fault.at { p { (foreign_text::marked(pattern, at, at + 1, "pattern-error-place")) } }
        }
    }
}

fn events(shown: &EventsPage) -> Markup {
    let view = &shown.view;
    html! {
        section #log-events aria-label="Events" data-testid="log-events" {
            @match &shown.found {
                Err(_) => p.note data-testid="not-searched" { "Nothing was looked for: see the note above." },
                Ok(found) => (listed(view, found)),
            }
        }
    }
}

fn listed(view: &EventsView, found: &Found) -> Markup {
    let lines: Vec<&Line> = match view.order {
        Order::NewestFirst => found.lines.iter().rev().collect(),
        Order::OldestFirst => found.lines.iter().collect(),
    };
    let chosen = match view.at {
        At::Around(position) => Some(position.id),
        _ => None,
    };
    let older = found
        .older
        .map(|at| ("Older", view.from(At::Before(at)), "older"));
    let newer = found
        .newer
        .map(|at| ("Newer", view.from(At::After(at)), "newer"));
    let (above, below) = match view.order {
        Order::NewestFirst => (newer, older),
        Order::OldestFirst => (older, newer),
    };
    html! {
        @if let Some((label, view, testid)) = &above { p.page-link { a.plain href=(view.href()) data-testid=(testid) { "↑ " (label) } } }
        @if lines.is_empty() { (nothing(view, found)) } @else {
            ol.log-lines data-chosen=[chosen] { @for line in &lines { (line::row(line, names(view), Some(view))) } }
        }
        @if found.gave_up {
            p.note.gave-up data-testid="gave-up" {
                "The search paused after looking through many events, "
                @match view.order {
                    Order::NewestFirst => { "back" @if let Some(at) = found.older { " to " (stamp(at.timestamp)) " UTC" } },
                    Order::OldestFirst => { "on" @if let Some(at) = found.newer { " to " (stamp(at.timestamp)) " UTC" } },
                }
                ". A shorter range or a single stream is searched sooner."
            }
        }
        @if let Some((label, view, testid)) = &below { p.page-link { a.plain href=(view.href()) data-testid=(testid) { "↓ " @if found.gave_up { "Search on: " } (label) } } }
    }
}

fn nothing(view: &EventsView, found: &Found) -> Markup {
    let is_searched = !view.pattern.is_empty();
    html! {
        div.notice data-testid="no-events" {
            h2 { @if found.gave_up { "Nothing found so far" } @else if view.at != At::Start { "No more events" } @else if is_searched { "No event matches" } @else { "No events" } }
            p {
                "Of " (view.range.in_words()) ", " @if is_searched { "no event matches the pattern" } @else { "there is no event" }
                @match (&view.stream, &view.group) {
                    (Some(_), _) => " in this stream.",
                    (None, Some(_)) => " in this log group.",
                    (None, None) => " in any log group.",
                }
                " What arrives appears here."
            }
            @if view.range != view.range.chosen(range::ALL) { p { a href=(view.within(all(&view.range)).href()) { "Look at all that is stored" } } }
        }
    }
}

fn all(range: &Range) -> Range {
    range.chosen(range::ALL)
}
