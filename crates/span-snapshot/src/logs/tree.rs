//! Log events as trees: what of an event is its level, its message, its fields, and which IDs belong together. Taking events is elsewhere.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::ids::Ids;
use super::{LogGroup, StoredEvent};
use crate::segments::value;
use crate::span::{Finish, Kind, Level, Status};
use crate::tree::{Node, Parent, SpanTree};
use crate::value::{Attributes, Value};

/// Fields that are shown otherwise: by an event's place, kind and name.
const SHOWN: [&str; 3] = ["timestamp", "level", "message"];

impl SpanTree {
    /// A tree of log events: a root for each log group, a child for each stream, in it the events by time; those of one millisecond stay in the order given.
    ///
    /// An event that is a JSON object is named by its `message`, its kind is its `level`, and its other fields are attributes with their types; objects in it become keys with dots.
    /// One that is none is a TEXT, named by all of it.
    ///
    /// IDs become names, so that it shows what belongs together: `trace 1`, `span 1` in the order of the tree, or the names that `ids` gives to some of them (trace IDs in either form).
    /// They are looked for in `trace_id`, `span_id` and `xray_trace_id`. One in the other's form says so: `trace 1, in W3C form`; what is no ID stays as it is.
    ///
    /// ```
    /// # use span_snapshot::{LogsApi, SpanTree, assert_span_snapshot};
    /// let api = LogsApi::start().with_events("cruddur", "backend", [(
    ///     1478293361000,
    ///     r#"{"level": "INFO", "message": "answered", "status": 200, "trace_id": "581cf771a006649127e371903a2de979"}"#,
    /// )]);
    /// let request = ("581cf771a006649127e371903a2de979", "the request's");
    /// let tree = SpanTree::from_log_events(&api.all_events(), &[request]);
    /// assert_span_snapshot!(tree, @r#"
    /// log group cruddur
    /// └─ STREAM backend
    ///    └─ INFO answered
    ///       status = 200
    ///       trace_id = "the request's"
    /// "#);
    /// ```
    pub fn from_log_events<'e>(
        events: impl IntoIterator<Item = &'e StoredEvent>,
        ids: &[(&str, &str)],
    ) -> Self {
        let mut groups: BTreeMap<&str, BTreeMap<&str, Vec<&StoredEvent>>> = BTreeMap::new();
        for event in events {
            let streams = groups.entry(&event.group).or_default();
            streams.entry(&event.stream).or_default().push(event);
        }
        let mut builder = Builder::new(ids);
        for (group, streams) in groups {
            builder.group(group, None);
            for (stream, mut events) in streams {
                builder.stream(stream);
                events.sort_by_key(|event| event.timestamp);
                events
                    .iter()
                    .for_each(|event| builder.event(&event.message));
            }
        }
        builder.tree
    }

    /// A tree of lines as a program writes them, in their order, without group and stream; empty lines are left out. For `ids` see [`SpanTree::from_log_events`].
    pub fn from_log_lines<L: AsRef<str>>(
        lines: impl IntoIterator<Item = L>,
        ids: &[(&str, &str)],
    ) -> Self {
        let mut builder = Builder::new(ids);
        for line in lines {
            let line = line.as_ref().trim_end_matches(['\r', '\n']);
            if !line.trim().is_empty() {
                builder.event(line);
            }
        }
        builder.tree
    }

    /// Keeps only the log events: groups and streams are no longer shown.
    #[must_use]
    pub fn only_log_events(&self) -> Self {
        self.only_spans(|span| span.kind().is_event())
    }
}

/// The tree of all that an account has: groups and streams without events too, and what retention a group has.
pub(super) fn of_account(
    groups: &[LogGroup],
    events: &[StoredEvent],
    ids: &[(&str, &str)],
) -> SpanTree {
    let mut builder = Builder::new(ids);
    for group in groups {
        builder.group(&group.name, group.retention_in_days);
        for stream in &group.streams {
            builder.stream(stream);
            let of_stream = events
                .iter()
                .filter(|event| event.group == group.name && event.stream == *stream);
            of_stream.for_each(|event| builder.event(&event.message));
        }
    }
    builder.tree
}

/// Objects become keys with dots, all else is a value, `null` and `{}` too.
fn flatten(key: &str, json: &Json, shown: &mut Attributes) {
    match json {
        Json::Object(map) if !map.is_empty() => {
            for (inner, json) in map {
                flatten(&format!("{key}.{inner}"), json, shown);
            }
        }
        json => {
            shown.insert(key.to_owned(), value(json));
        }
    }
}

/// A tree that grows in its order.
struct Builder<'i> {
    tree: SpanTree,
    ids: Ids<'i>,
    /// Where the next node hangs.
    group: Option<usize>,
    stream: Option<usize>,
}

impl<'i> Builder<'i> {
    fn new(ids: &[(&'i str, &'i str)]) -> Self {
        Self {
            tree: SpanTree {
                is_log: true,
                ..SpanTree::default()
            },
            ids: Ids::new(ids),
            group: None,
            stream: None,
        }
    }

    fn group(&mut self, name: &str, retention: Option<i64>) {
        let days = retention.map(|days| ("retentionInDays".to_owned(), Value::I64(days)));
        let attributes = days.into_iter().collect();
        (self.group, self.stream) = (None, None);
        self.group = Some(self.add(Kind::LogGroup, name, attributes));
    }

    fn stream(&mut self, name: &str) {
        self.stream = None;
        self.stream = Some(self.add(Kind::LogStream, name, Attributes::new()));
    }

    fn event(&mut self, text: &str) {
        let Ok(Json::Object(fields)) = serde_json::from_str(text) else {
            self.add(Kind::LogText, text, Attributes::new());
            return;
        };
        let text_of = |field: &str| fields.get(field).and_then(Json::as_str);
        let level = text_of("level").map_or(Level::Unsaid, Level::of);
        let name = text_of("message").unwrap_or("(no message)").to_owned();
        let mut attributes = Attributes::new();
        for (key, value) in &fields {
            // What cannot be shown otherwise is a field like all others.
            let elsewhere = SHOWN.contains(&key.as_str())
                && value.is_string()
                && (key != "level" || level != Level::Unsaid);
            if !elsewhere {
                flatten(key, value, &mut attributes);
            }
        }
        for (key, value) in &mut attributes {
            if let Value::String(text) = value
                && let Some(name) = self.ids.name(key, text)
            {
                *text = name;
            }
        }
        self.add(Kind::LogEvent(level), &name, attributes);
    }

    fn add(&mut self, kind: Kind, name: &str, attributes: Attributes) -> usize {
        let nodes = &mut self.tree.nodes;
        let above = self.stream.or(self.group);
        let trace = nodes
            .last()
            .map_or(0, |last| last.trace + usize::from(kind == Kind::LogGroup));
        nodes.push(Node {
            name: name.to_owned(),
            kind,
            status: Status::Unset,
            attributes,
            hidden: Attributes::new(),
            events: Vec::new(),
            links: Vec::new(),
            parent: above.map_or(Parent::Root, Parent::Child),
            depth: above.map_or(0, |above| nodes[above].depth + 1),
            trace,
            resource: None,
            scope: None,
            finish: Finish::Ended,
            copies: 1,
        });
        nodes.len() - 1
    }
}
