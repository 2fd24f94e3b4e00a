//! What the addresses of the pages of logs say: which group and stream, what to look for, when, in which order, from where on.
//! All of a page's state is here, so that a link shows another reader the same thing. The lists' addresses are in `lists`.

mod lists;

use super::{
    line::Line,
    patterns::trace_pattern,
    range::{ALL, MOST_TEXT as MOST_MOMENT, OF_EVENTS, Range},
};
pub(crate) use lists::{GROUP, GROUPS, GroupsView, STREAMS, StreamOrder, StreamsView};

use crate::{
    model::TraceId,
    pages::{
        address::Address,
        left_out::{Parameter, one_of, only, text},
    },
};

/// Characters of a name that are read: as many as a log group's or stream's may have.
const MOST_NAME: usize = 512;
/// Characters of a filter pattern that are read; the language allows 1,024.
const MOST_PATTERN: usize = 2_000;

const POSITION: &str = "a place is a time in milliseconds, a point and an event's ID";
/// The keys of `range::PRESETS`.
pub(crate) const RANGES: [&str; 7] = ["5m", "30m", "1h", "6h", "1d", "7d", "all"];

/// The parameters of the page of events.
pub(crate) const EVENTS: [Parameter; 10] = [
    text("group", MOST_NAME),
    text("stream", MOST_NAME),
    text("pattern", MOST_PATTERN),
    one_of("range", &RANGES),
    text("from", MOST_MOMENT),
    text("to", MOST_MOMENT),
    one_of("order", &["newest", "oldest"]),
    only("older", is_position, POSITION),
    only("newer", is_position, POSITION),
    only("around", is_position, POSITION),
];
/// The parameters of the live tail.
pub(crate) const TAIL: [Parameter; 3] = [
    text("group", MOST_NAME),
    text("stream", MOST_NAME),
    text("pattern", MOST_PATTERN),
];

fn is_position(text: &str) -> bool {
    Position::parse(text).is_some()
}

fn name(value: &str) -> String {
    value.trim().chars().take(MOST_NAME).collect()
}

fn some(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
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
            range: Range::read(pairs, &OF_EVENTS),
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
            range: Range::between(from, to, &OF_EVENTS),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::sample::pairs;

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
    }

    #[test]
    fn the_events_of_a_trace_have_its_time() {
        let id = TraceId::parse("4efaaf4d1e8720b39541901950019ee5").expect("an ID");
        assert_eq!(
            EventsView::of_trace(id, None, 0, 1).range,
            Range::between(0, 1, &OF_EVENTS)
        );
    }
}
