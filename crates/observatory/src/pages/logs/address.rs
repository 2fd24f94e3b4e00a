//! What the addresses of the pages of logs say: which group and stream, what to look for, when, in which order, from where on.
//! All of a page's state is here, so that a link shows another reader the same thing.

use log_query::pattern::Pattern;

use super::{
    line::Line,
    range::{ALL, Range},
    reading::Field,
};
use crate::{model::TraceId, pages::address::Address, pages::segments};

/// Characters of a name that are read: as many as a log group's or stream's may have.
const MOST_NAME: usize = 512;
/// Characters of a filter pattern that are read; the language allows 1,024.
const MOST_PATTERN: usize = 2_000;

fn name(value: &str) -> String {
    value.trim().chars().take(MOST_NAME).collect()
}

fn some(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

/// The list of log groups: those whose name has this text.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct GroupsView {
    pub(crate) find: String,
}

impl GroupsView {
    /// Reads an address.
    pub(crate) fn read(pairs: &[(String, String)]) -> Self {
        let find = pairs.iter().rev().find(|(key, _)| key == "find");
        Self {
            find: find.map(|(_, value)| name(value)).unwrap_or_default(),
        }
    }

    /// The address that shows this.
    pub(crate) fn href(&self) -> String {
        Address::new("/logs")
            .with_some("find", some(&self.find).as_deref())
            .finish()
    }
}

/// In which order streams are listed.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) enum StreamOrder {
    /// The one with the last event first.
    #[default]
    Latest,
    /// By name.
    Name,
}

/// A log group: its streams whose name begins so.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct StreamsView {
    pub(crate) group: String,
    pub(crate) find: String,
    pub(crate) order: StreamOrder,
    /// Streams to list; more on request.
    pub(crate) rows: usize,
}

/// Streams listed at first.
pub(crate) const STREAMS: usize = 100;
/// Streams listed at most.
const MOST_STREAMS: usize = 5_000;

impl StreamsView {
    /// Reads an address; what makes no sense there is left out.
    pub(crate) fn read(pairs: &[(String, String)]) -> Self {
        let mut view = Self {
            rows: STREAMS,
            ..Self::default()
        };
        for (key, value) in pairs {
            match &key[..] {
                "group" => view.group = name(value),
                "find" => view.find = name(value),
                "order" if value == "name" => view.order = StreamOrder::Name,
                "rows" => {
                    let rows = value.parse().ok().map(|n: usize| n.clamp(1, MOST_STREAMS));
                    view.rows = rows.unwrap_or(STREAMS);
                }
                _ => {}
            }
        }
        view
    }

    /// All streams of a group.
    pub(crate) fn of(group: &str) -> Self {
        Self {
            group: group.to_owned(),
            rows: STREAMS,
            ..Self::default()
        }
    }

    /// The address that shows this.
    pub(crate) fn href(&self) -> String {
        Address::new("/logs/group")
            .with("group", &self.group)
            .with_some("find", some(&self.find).as_deref())
            .with_some("order", (self.order == StreamOrder::Name).then_some("name"))
            .with_some(
                "rows",
                (self.rows != STREAMS)
                    .then(|| self.rows.to_string())
                    .as_deref(),
            )
            .finish()
    }

    /// The same streams in this order.
    pub(crate) fn ordered(&self, order: StreamOrder) -> Self {
        Self {
            order,
            ..self.clone()
        }
    }

    /// The same with so many streams.
    pub(crate) fn with_rows(&self, rows: usize) -> Self {
        Self {
            rows,
            ..self.clone()
        }
    }
}

/// In which order events are shown.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) enum Order {
    #[default]
    NewestFirst,
    OldestFirst,
}

/// A place among events, which stand in the order of their time and then of their ID: just before the event with these two.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) struct Position {
    /// Milliseconds since the Unix epoch.
    pub(crate) timestamp: i64,
    /// The event's ID.
    pub(crate) id: u64,
}

impl Position {
    fn parse(text: &str) -> Option<Self> {
        let (timestamp, id) = text.split_once('.')?;
        Some(Self {
            timestamp: timestamp.parse().ok().filter(|at| *at >= 0)?,
            id: id.parse().ok()?,
        })
    }

    fn text(self) -> String {
        format!("{}.{}", self.timestamp, self.id)
    }
}

/// Where a page of events begins.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) enum At {
    /// With the first event of the order.
    #[default]
    Start,
    /// The last events before this place.
    Before(Position),
    /// The first events after this place.
    After(Position),
    /// The event of this place, and as many before as after it.
    Around(Position),
}

/// Events: of all groups, of a group, or of a stream.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct EventsView {
    /// A log group; without it, all of them.
    pub(crate) group: Option<String>,
    /// A stream of the group.
    pub(crate) stream: Option<String>,
    /// A filter pattern as typed, or nothing.
    pub(crate) pattern: String,
    pub(crate) range: Range,
    pub(crate) order: Order,
    pub(crate) at: At,
}

impl Default for EventsView {
    fn default() -> Self {
        Self::read(&[])
    }
}

impl EventsView {
    /// Reads an address; what makes no sense there is left out.
    pub(crate) fn read(pairs: &[(String, String)]) -> Self {
        let mut view = Self {
            group: None,
            stream: None,
            pattern: String::new(),
            range: Range::read(pairs, ALL),
            order: Order::default(),
            at: At::Start,
        };
        for (key, value) in pairs {
            match &key[..] {
                "group" => view.group = some(&name(value)),
                "stream" => view.stream = some(&name(value)),
                "pattern" => view.pattern = value.trim().chars().take(MOST_PATTERN).collect(),
                "order" if value == "oldest" => view.order = Order::OldestFirst,
                "older" => view.at = Position::parse(value).map_or(view.at, At::Before),
                "newer" => view.at = Position::parse(value).map_or(view.at, At::After),
                "around" => view.at = Position::parse(value).map_or(view.at, At::Around),
                _ => {}
            }
        }
        // Streams have their names from their group.
        view.stream = view.stream.filter(|_| view.group.is_some());
        view
    }

    /// All events of a group, or of one of its streams.
    pub(crate) fn of(group: &str, stream: Option<&str>) -> Self {
        Self {
            group: Some(group.to_owned()),
            stream: stream.map(str::to_owned),
            ..Self::default()
        }
    }

    /// The stream of an event, from this event on.
    pub(crate) fn around(line: &Line) -> Self {
        let position = Position {
            timestamp: line.timestamp,
            id: line.id,
        };
        Self::of(&line.group, Some(&line.stream)).from(At::Around(position))
    }

    /// Events of all groups that say they belong to a trace, or to one span of it, between two points in time in milliseconds.
    pub(crate) fn of_trace(id: TraceId, span: Option<&str>, from: i64, to: i64) -> Self {
        Self {
            pattern: trace_pattern(id, span),
            range: Range::between(from, to, ALL),
            order: Order::OldestFirst,
            ..Self::default()
        }
    }

    /// The address that shows this.
    pub(crate) fn href(&self) -> String {
        let at = match self.at {
            At::Start => None,
            At::Before(position) => Some(("older", position)),
            At::After(position) => Some(("newer", position)),
            At::Around(position) => Some(("around", position)),
        };
        let address = self.query(Address::new("/logs/events")).with_some(
            "order",
            (self.order == Order::OldestFirst).then_some("oldest"),
        );
        match at {
            Some((key, position)) => address.with(key, &position.text()).finish(),
            None => address.finish(),
        }
    }

    /// The address of the live tail of the same events.
    pub(crate) fn tail_href(&self) -> String {
        let view = Self {
            range: self.range.chosen(ALL),
            ..self.clone()
        };
        view.query(Address::new("/logs/tail")).finish()
    }

    fn query(&self, address: Address) -> Address {
        let address = address
            .with_some("group", self.group.as_deref())
            .with_some("stream", self.stream.as_deref())
            .with_some("pattern", some(&self.pattern).as_deref());
        self.range.with(address)
    }

    /// The same events in this order, from its start.
    pub(crate) fn ordered(&self, order: Order) -> Self {
        Self {
            order,
            at: At::Start,
            ..self.clone()
        }
    }

    /// The same events from here on.
    pub(crate) fn from(&self, at: At) -> Self {
        Self { at, ..self.clone() }
    }

    /// Other events: with this pattern, from the start.
    pub(crate) fn matching(&self, pattern: &str) -> Self {
        Self {
            pattern: pattern.to_owned(),
            at: At::Start,
            ..self.clone()
        }
    }

    /// Other events: of this range, from the start.
    pub(crate) fn within(&self, range: Range) -> Self {
        Self {
            range,
            at: At::Start,
            ..self.clone()
        }
    }
}

/// The address of one event.
pub(crate) fn event_href(id: u64) -> String {
    format!("/logs/event/{id}")
}

/// The filter pattern for events that name a trace anywhere, in either form, or for those that say they belong to one of its spans.
pub(crate) fn trace_pattern(id: TraceId, span: Option<&str>) -> String {
    let xray = segments::in_xrays_form(id);
    let Some(span) = span else {
        return format!("?\"{id}\" ?\"{xray}\"");
    };
    let of_trace =
        format!("$.trace_id = \"{id}\" || $.trace_id = \"{xray}\" || $.xray_trace_id = \"{xray}\"");
    format!("{{ ({of_trace}) && $.span_id = \"{span}\" }}")
}

/// The filter pattern for events whose field has this value; `None` where the language cannot say it.
pub(crate) fn field_pattern(field: &Field) -> Option<String> {
    let Field {
        selector, value, ..
    } = field;
    let pattern = match field.kind {
        "number" => format!("{{ {selector} = {value} }}"),
        "bool" => format!("{{ {selector} IS {} }}", value.to_ascii_uppercase()),
        // An asterisk would stand for anything.
        "string" if value.len() <= 200 && !value.contains(['"', '\\', '*', '\n', '%']) => {
            format!("{{ {selector} = \"{value}\" }}")
        }
        _ => return None,
    };
    Pattern::parse(&pattern).is_ok().then_some(pattern)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::{logs::reading::Reading, sample::pairs};

    fn events(query: &[(&str, &str)]) -> EventsView {
        EventsView::read(&pairs(query))
    }

    #[test]
    fn addresses_survive_the_round_trip() {
        let view = events(&[
            ("group", "/cruddur/backend"),
            ("stream", "2026/[$LATEST]é"),
            ("pattern", " { $.status = 500 } "),
            ("range", "5m"),
            ("order", "oldest"),
            ("newer", "1700000000000.42"),
        ]);
        assert_eq!(
            view.href(),
            "/logs/events?group=/cruddur/backend&stream=2026/%5B%24LATEST%5D%C3%A9&pattern=%7B+%24.status+%3D+500+%7D\
             &range=5m&order=oldest&newer=1700000000000.42"
        );
        assert_eq!(
            view.tail_href(),
            "/logs/tail?group=/cruddur/backend&stream=2026/%5B%24LATEST%5D%C3%A9&pattern=%7B+%24.status+%3D+500+%7D"
        );
        let view = events(&[("older", "5.7"), ("order", "newest")]);
        assert_eq!(view.href(), "/logs/events?older=5.7");
        assert_eq!(
            view.ordered(Order::OldestFirst).href(),
            "/logs/events?order=oldest"
        );
        assert_eq!(view.matching("x").href(), "/logs/events?pattern=x");
        assert_eq!(
            view.within(view.range.chosen(super::super::range::LAST_HOUR))
                .href(),
            "/logs/events?range=1h"
        );

        let view = StreamsView::read(&pairs(&[
            ("group", "g"),
            ("find", "a b"),
            ("order", "name"),
            ("rows", "9"),
        ]));
        assert_eq!(
            view.href(),
            "/logs/group?group=g&find=a+b&order=name&rows=9"
        );
        assert_eq!(
            view.ordered(StreamOrder::Latest).with_rows(STREAMS).href(),
            "/logs/group?group=g&find=a+b"
        );
        assert_eq!(
            GroupsView::read(&pairs(&[("find", "x")])).href(),
            "/logs?find=x"
        );
    }

    #[test]
    fn nonsense_is_left_out() {
        for (key, value) in [
            ("order", "sideways"),
            ("older", "5"),
            ("older", "-5.1"),
            ("newer", "5.x"),
            ("newer", ""),
            ("stream", "without a group"),
            ("range", "x"),
            ("other", "1"),
            ("group", " "),
        ] {
            assert_eq!(
                events(&[(key, value)]),
                EventsView::default(),
                "{key}={value}"
            );
        }
        let long = "é".repeat(5_000);
        assert_eq!(
            events(&[("pattern", &long)]).pattern.chars().count(),
            MOST_PATTERN
        );
        assert_eq!(
            events(&[("group", &long)]).group.map(|g| g.chars().count()),
            Some(MOST_NAME)
        );
        let rows = |rows: &str| StreamsView::read(&pairs(&[("rows", rows)])).rows;
        assert_eq!(
            (rows("x"), rows("0"), rows("99999999")),
            (STREAMS, 1, MOST_STREAMS)
        );
    }

    #[test]
    fn fields_become_patterns_that_find_their_event() {
        for (message, pattern) in [
            (r#"{"status":500}"#, Some("{ $.status = 500 }")),
            (
                r#"{"a":[{"b_c":"x y"}]}"#,
                Some(r#"{ $.a[0].b_c = "x y" }"#),
            ),
            (
                r#"{"http.route":"/api/@{handle}"}"#,
                Some(r#"{ $.['http.route'] = "/api/@{handle}" }"#),
            ),
            (r#"{"ok":true}"#, Some("{ $.ok IS TRUE }")),
            (r#"{"n":-1.5}"#, Some("{ $.n = -1.5 }")),
            (r#"{"a":"*"}"#, None),
            (r#"{"a":"\""}"#, None),
            (r#"{"a'b":1}"#, None),
            (r#"{"a":{}}"#, None),
            (r#"{"a":null}"#, None),
        ] {
            let reading = Reading::of(message);
            let found = field_pattern(&reading.fields[0]);
            assert_eq!(found.as_deref(), pattern, "{message}");
            if let Some(found) = found {
                let parsed = Pattern::parse(&found).expect("a pattern");
                assert!(parsed.matches(message), "{found} on {message}");
                assert!(!parsed.matches("{}"), "{found}");
            }
        }
    }

    #[test]
    fn a_trace_is_looked_for_in_both_forms_and_a_span_in_its_field() {
        let hex = "4efaaf4d1e8720b39541901950019ee5";
        let xray = "1-4efaaf4d-1e8720b39541901950019ee5";
        let id = TraceId::parse(hex).expect("an ID");
        let of = |span| Pattern::parse(&trace_pattern(id, span)).expect("a pattern");
        let span = Some("00000000000000aa");
        for (message, is_of_trace, is_of_span) in [
            (
                format!(r#"{{"trace_id":"{hex}","span_id":"00000000000000aa"}}"#),
                true,
                true,
            ),
            (
                format!(r#"{{"xray_trace_id":"{xray}","span_id":"00000000000000aa"}}"#),
                true,
                true,
            ),
            (
                format!(r#"{{"trace_id":"{xray}","span_id":"00000000000000bb"}}"#),
                true,
                false,
            ),
            (format!("Root={xray};Parent=00000000000000aa"), true, false),
            (
                r#"{"trace_id":"4efaaf4d1e8720b39541901950019ee6","span_id":"00000000000000aa"}"#
                    .to_owned(),
                false,
                false,
            ),
        ] {
            assert_eq!(of(None).matches(&message), is_of_trace, "{message}");
            assert_eq!(of(span).matches(&message), is_of_span, "{message}");
        }
        assert_eq!(
            EventsView::of_trace(id, None, 0, 1).range,
            Range::between(0, 1, ALL)
        );
    }
}
