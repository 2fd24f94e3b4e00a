//! One log event as HTML: a row that unfolds to all its fields, and everything about it. What its text says is `reading`'s.

use maud::{Markup, html};

use super::{
    address::{EventsView, event_href},
    level::Level,
    patterns::field_pattern,
    reading::{MOST_FIELDS, Reading},
};
use crate::pages::{
    attribute_table::{grouped, long_text},
    foreign_text,
    marks::error_mark,
    moments::stamp,
    trace_ids,
};

/// A log event as the pages have it.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct Line {
    /// What tells it from all others.
    pub(crate) id: u64,
    pub(crate) group: String,
    pub(crate) stream: String,
    /// When it happened, in milliseconds since the Unix epoch.
    pub(crate) timestamp: i64,
    /// When it was taken, in milliseconds since the Unix epoch.
    pub(crate) ingestion_time: i64,
    pub(crate) message: String,
}

/// Characters of a message in a row.
const SAID: usize = 600;
/// Fields in a row, and characters of one's name and value there.
const PAIRS: usize = 16;
const PAIR: usize = 80;
/// Characters of a text that an unfolded row carries; the event's own page has all of it.
const UNFOLDED: usize = 2_000;
/// Characters of a field's name.
const NAME: usize = 300;
/// Characters of an event's own page: more than an event may have.
const WHOLE: usize = 1_100_000;

/// Which of its names a row shows.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Names {
    /// None: all rows are of one stream.
    Hidden,
    /// The stream's.
    Stream,
    /// The group's and the stream's.
    Both,
}

/// A row: time, level, message and fields at once, the rest unfolded on demand.
pub(crate) fn row(line: &Line, names: Names, view: Option<&EventsView>) -> Markup {
    let reading = Reading::of(&line.message);
    html! {
        li.line.(class(&reading)) id={ "e-" (line.id) } data-testid="log-line" data-event=(line.id) {
            details {
                summary {
                    time.stamp title={ "Taken at " (stamp(line.ingestion_time)) " UTC" } { (stamp(line.timestamp)) }
                    (mark(reading.level))
                    (said(line, &reading, names))
                }
                div.opened {
                    (actions(line, &reading, true))
                    (fields(line, &reading, view, true))
                    @if !reading.is_json { (raw(line, true)) }
                }
            }
            @if let Some(trace) = reading.trace {
                a.to-trace href=(waterfall_href(&reading, &trace.to_string())) title="The waterfall of its trace" data-testid="to-trace" { "trace" }
            }
        }
    }
}

/// All of an event, for its own page.
pub(crate) fn whole(line: &Line) -> Markup {
    let reading = Reading::of(&line.message);
    let view = EventsView::of(&line.group, Some(&line.stream));
    html! {
        section.card.whole.(class(&reading)) aria-label="Event" data-testid="log-event" data-event=(line.id) {
            p.said-whole { (mark(reading.level)) " " @if let Some(text) = &reading.text { (long_text(text)) } @else { em { "no message among its fields" } } }
            (actions(line, &reading, false))
            (fields(line, &reading, Some(&view), false))
        }
        (raw(line, false))
    }
}

fn class(reading: &Reading) -> String {
    reading
        .level
        .map_or_else(String::new, |level| format!("lv-{}", level.word()))
}

/// The level as a word, and a shape for what is wrong.
pub(crate) fn mark(level: Option<Level>) -> Markup {
    html! {
        @match level {
            Some(level) => span.level.(level.word()) data-testid="level" { @if level == Level::Error { (error_mark()) } (level.word()) },
            None => span.level {},
        }
    }
}

/// What a row says: names, message, pairs.
fn said(line: &Line, reading: &Reading, names: Names) -> Markup {
    let pairs = reading.pairs();
    html! {
        span.said {
            @if names != Names::Hidden {
                span.names { @if names == Names::Both { (foreign_text::isolated(&line.group, 60)) " " } (foreign_text::isolated(&line.stream, 60)) } " "
            }
            @match &reading.text {
                Some(text) if text.is_empty() => em { "empty" },
                Some(text) => span.text { (foreign_text::isolated(&on_one_line(text), SAID)) },
                None if pairs.is_empty() => em { (foreign_text::on_one_line(&line.message, 40)) },
                None => {},
            }
            @for field in pairs.iter().take(PAIRS) {
                " " span.pair { bdi { (foreign_text::on_one_line(&field.name, PAIR)) } "=" bdi.value-of { (foreign_text::on_one_line(&field.value, PAIR)) } }
            }
            @if pairs.len() > PAIRS { " " span.pair { "…" } }
        }
    }
}

/// The beginning of a text whose lines follow each other; few fonts have the symbols for their ends and for tabs.
fn on_one_line(text: &str) -> String {
    let text = &text[..text.floor_char_boundary(SAID * 4)];
    text.replace("\r\n", "\n")
        .replace('\n', " ↵ ")
        .replace('\t', " ")
}

fn waterfall_href(reading: &Reading, trace: &str) -> String {
    match &reading.span {
        Some(span) => format!("/trace/{trace}?span={span}"),
        None => format!("/trace/{trace}"),
    }
}

/// Where to go from an event.
fn actions(line: &Line, reading: &Reading, in_row: bool) -> Markup {
    html! {
        p.actions {
            @if let Some(trace) = reading.trace {
                a.plain href=(waterfall_href(reading, &trace.to_string())) data-testid="event-waterfall" { "Waterfall" }
                a.plain href={ "/xray/trace/" (trace_ids::in_xrays_form(trace)) } data-testid="event-segments" { "Segments" }
            }
            @if in_row {
                a.plain href=(event_href(line.id)) data-testid="event-link" { "This event alone" }
                a.plain href=(EventsView::around(line).href()) data-testid="event-around" { "In its stream" }
            }
            @if line.message.len() <= 4_000 { button.plain type="button" data-copy=(foreign_text::in_field(&line.message)) hidden { "Copy message" } }
        }
    }
}

/// What the service knows of it, then the fields of its JSON.
fn fields(line: &Line, reading: &Reading, view: Option<&EventsView>, in_row: bool) -> Markup {
    let stream = EventsView::of(&line.group, Some(&line.stream));
    let group = EventsView::of(&line.group, None);
    html! {
        table.attributes.event-fields {
            tbody {
                tr { th scope="row" { "@timestamp" } td.value { (stamp(line.timestamp)) " UTC" } td.search {} }
                tr { th scope="row" { "@ingestionTime" } td.value { (stamp(line.ingestion_time)) " UTC" } td.search {} }
                tr { th scope="row" { "@log" } td.value { a href=(group.href()) { (foreign_text::isolated(&line.group, 512)) } } td.search {} }
                tr { th scope="row" { "@logStream" } td.value { a href=(stream.href()) { (foreign_text::isolated(&line.stream, 512)) } } td.search {} }
                @for field in &reading.fields {
                    tr data-testid="event-field" data-field=(foreign_text::on_one_line(&field.name, NAME)) {
                        th scope="row" { (foreign_text::isolated(&field.name, NAME)) span.kind { (field.kind) } }
                        td.value.(field.kind) { (value(&field.value, line.id, in_row)) }
                        td.search {
                            @if let Some(search) = view.and_then(|view| Some(view.matching(&field_pattern(field)?))) {
                                a href=(search.href()) title="Find events with this value" aria-label={ "Find events with the same " (foreign_text::in_attribute(&field.name, NAME)) } { "⌕" }
                            }
                        }
                    }
                }
            }
        }
        @if reading.is_cut { p.note { "The first " (MOST_FIELDS) " fields are listed; the message has all of them." } }
    }
}

/// A field's value: cut in a row, where the event's own page has all of it.
fn value(text: &str, id: u64, in_row: bool) -> Markup {
    html! {
        @if in_row && text.chars().nth(UNFOLDED).is_some() {
            bdi { (foreign_text::on_many_lines(text, UNFOLDED)) "…" } " "
            a href=(event_href(id)) { "all " (grouped(text.chars().count() as u64)) " characters" }
        } @else { (long_text(text)) }
    }
}

/// The message as it was sent; JSON is indented.
fn raw(line: &Line, in_row: bool) -> Markup {
    let most = if in_row { UNFOLDED } else { WHOLE };
    let pretty = serde_json::from_str::<serde_json::Value>(&line.message)
        .ok()
        .filter(|value| value.is_object() || value.is_array())
        .and_then(|value| serde_json::to_string_pretty(&value).ok());
    let text = pretty.as_deref().unwrap_or(&line.message);
    let characters = text.chars().count();
    html! {
        @if in_row {
            pre.json tabindex="0" { (foreign_text::on_many_lines(text, most)) }
            @if characters > most { p.note { a href=(event_href(line.id)) { "All " (grouped(characters as u64)) " characters" } } }
        } @else {
            section.card aria-label="Message" {
                h2 { "Message " span.count { (grouped(line.message.len() as u64)) " bytes" @if pretty.is_some() { ", indented here" } } }
                pre.json.tall tabindex="0" data-testid="event-message" { (foreign_text::on_many_lines(text, most)) }
            }
        }
    }
}
