//! Reads the body of PutLogEvents without copying each message by itself: they go straight to where chunks are packed from.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{DeserializeSeed, Error, MapAccess, SeqAccess, Visitor},
};
use serde_json::{Map, Value};

use super::super::input::Input;
use crate::store::logs::NewEvents;

/// Broken constraints that are told; a call of 10,000 events might break as many.
const TOLD: usize = 10;

/// The body: its events, and its other members as they are.
pub(super) struct Request {
    pub(super) events: Option<Events>,
    pub(super) others: Map<String, Value>,
}

/// The events, and what is wrong with some.
#[derive(Default)]
pub(super) struct Events {
    pub(super) is_given: bool,
    pub(super) new: NewEvents,
    pub(super) violations: Vec<Violation>,
}

/// A constraint that an event breaks.
pub(super) struct Violation {
    /// From 1 on.
    number: usize,
    member: &'static str,
    what: What,
}

enum What {
    Missing,
    Empty,
    Negative(i64),
}

impl Violation {
    pub(super) fn tell(&self, input: &mut Input) {
        let path = format!("logEvents.{}.member.{}", self.number, self.member);
        match self.what {
            What::Missing => {
                input.required::<()>(None, &path);
            }
            What::Empty => input.violated(
                &path,
                "",
                "Member must have length greater than or equal to 1",
            ),
            What::Negative(time) => input.violated(
                &path,
                time,
                "Member must have value greater than or equal to 0",
            ),
        }
    }
}

impl<'de> Deserialize<'de> for Request {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Members;
        impl<'de> Visitor<'de> for Members {
            type Value = Request;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a JSON object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Request, A::Error> {
                let mut request = Request {
                    events: None,
                    others: Map::new(),
                };
                while let Some(name) = map.next_key::<String>()? {
                    if name == "logEvents" {
                        request.events = map.next_value()?;
                    } else {
                        request.others.insert(name, map.next_value()?);
                    }
                }
                Ok(request)
            }
        }
        from.deserialize_map(Members)
    }
}

impl<'de> Deserialize<'de> for Events {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct List;
        impl<'de> Visitor<'de> for List {
            type Value = Events;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list of log events")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Events, A::Error> {
                let mut events = Events {
                    is_given: true,
                    ..Events::default()
                };
                while list.next_element_seed(One(&mut events))?.is_some() {}
                Ok(events)
            }
        }
        from.deserialize_seq(List)
    }
}

/// One event, which is added to those before it.
struct One<'a>(&'a mut Events);

impl<'de> DeserializeSeed<'de> for One<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for One<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a log event: an object with timestamp and message")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Events {
            new, violations, ..
        } = self.0;
        let start = new.text.len();
        let mut time: Option<i64> = None;
        let mut has_message = false;
        while let Some(member) = map.next_key()? {
            match member {
                Member::Timestamp => time = map.next_value()?,
                Member::Message => {
                    new.text.truncate(start);
                    has_message = map.next_value_seed(Message(&mut new.text))?;
                }
            }
        }
        let number = new.events.len() + 1;
        let mut note = |member, what| {
            if violations.len() < TOLD {
                violations.push(Violation {
                    number,
                    member,
                    what,
                });
            }
        };
        match time {
            None => note("timestamp", What::Missing),
            Some(time) if time < 0 => note("timestamp", What::Negative(time)),
            Some(_) => {}
        }
        if !has_message {
            note("message", What::Missing);
        } else if new.text.len() == start {
            note("message", What::Empty);
        }
        new.events.push((time.unwrap_or(0), new.text.len()));
        Ok(())
    }
}

#[derive(Deserialize)]
#[serde(field_identifier, rename_all = "camelCase")]
enum Member {
    Timestamp,
    Message,
}

/// A message, which is written behind those before it; gives whether there is one.
struct Message<'a>(&'a mut String);

impl<'de> DeserializeSeed<'de> for Message<'_> {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<bool, D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Message<'_> {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<E: Error>(self, message: &str) -> Result<bool, E> {
        self.0.push_str(message);
        Ok(true)
    }

    fn visit_unit<E: Error>(self) -> Result<bool, E> {
        Ok(false)
    }
}
