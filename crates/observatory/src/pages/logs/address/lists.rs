//! The addresses of the lists: of log groups, and of a group's streams.

use super::{MOST_NAME, name, some};
use crate::pages::{
    address::Address,
    left_out::{Parameter, one_of, text, up_to},
};

/// The parameters of the list of log groups.
pub(crate) const GROUPS: [Parameter; 1] = [text("find", MOST_NAME)];
/// The parameters of the page of a log group.
pub(crate) const GROUP: [Parameter; 4] = [
    text("group", MOST_NAME),
    text("find", MOST_NAME),
    one_of("order", &["latest", "name"]),
    up_to("rows", MOST_STREAMS),
];

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::sample::pairs;

    #[test]
    fn addresses_survive_the_round_trip() {
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
    fn rows_are_bounded() {
        let rows = |rows: &str| StreamsView::read(&pairs(&[("rows", rows)])).rows;
        assert_eq!(
            (rows("x"), rows("0"), rows("99999999")),
            (STREAMS, 1, MOST_STREAMS)
        );
    }
}
