//! Fields that are discovered in a message: those of a JSON object, by dotted names, array elements by number.
//! Wanted ones are picked out without building a tree; [`fields`] lists them all. Messages of AWS's own services are `known`'s.

mod known;

use std::{borrow::Cow, fmt};

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value as Json;

use super::value::Value;

/// How many fields of a message the service discovers.
const MAX_FIELDS: usize = 1_000;

/// Larger integers than a double holds exactly stay the digits that they are.
const EXACT: u64 = 1 << 53;

/// Puts the wanted fields (name and slot, sorted by name) that the message has into their slots.
pub(super) fn wanted<'e>(message: &'e str, wanted: &[(String, usize)], values: &mut [Value<'e>]) {
    if !is_object(message) {
        known::fields(message, &mut |name, value| {
            let found = wanted.binary_search_by(|(wanted, _)| wanted.as_str().cmp(name));
            if let Ok(place) = found {
                values[wanted[place].1] = value;
            }
        });
        return;
    }
    let mut reader = serde_json::Deserializer::from_str(message);
    let place = Place {
        wanted,
        slot: None,
        top: true,
        values,
    };
    let read = place.deserialize(&mut reader).and_then(|()| reader.end());
    if read.is_err() {
        // What only begins like JSON is text.
        for (_, slot) in wanted {
            values[*slot] = Value::Absent;
        }
    }
}

/// Whether a message may be a JSON object.
fn is_object(message: &str) -> bool {
    message.trim_ascii_start().starts_with('{')
}

/// A place in the document: what is wanted of it and of what is in it.
struct Place<'w, 'v, 'e, N> {
    wanted: &'w [(N, usize)],
    slot: Option<usize>,
    /// Whether it is the whole document.
    top: bool,
    values: &'v mut [Value<'e>],
}

impl<'e, N: AsRef<str>> Place<'_, '_, 'e, N> {
    fn put(&mut self, value: Value<'e>) {
        if let Some(slot) = self.slot {
            self.values[slot] = value;
        }
    }
}

impl<'e, N: AsRef<str>> DeserializeSeed<'e> for Place<'_, '_, 'e, N> {
    type Value = ();

    fn deserialize<D: Deserializer<'e>>(self, reader: D) -> Result<(), D::Error> {
        if self.wanted.is_empty() && self.slot.is_none() {
            return reader.deserialize_ignored_any(IgnoredAny).map(drop);
        }
        reader.deserialize_any(self)
    }
}

impl<'e, N: AsRef<str>> Visitor<'e> for Place<'_, '_, 'e, N> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E: Error>(mut self, value: bool) -> Result<(), E> {
        self.put(Value::Bool(value));
        Ok(())
    }

    fn visit_i64<E: Error>(mut self, value: i64) -> Result<(), E> {
        self.put(integer(value.unsigned_abs(), value < 0));
        Ok(())
    }

    fn visit_u64<E: Error>(mut self, value: u64) -> Result<(), E> {
        self.put(integer(value, false));
        Ok(())
    }

    fn visit_f64<E: Error>(mut self, value: f64) -> Result<(), E> {
        self.put(Value::Number(value));
        Ok(())
    }

    fn visit_borrowed_str<E: Error>(mut self, value: &'e str) -> Result<(), E> {
        self.put(Value::Text(Cow::Borrowed(value)));
        Ok(())
    }

    fn visit_str<E: Error>(mut self, value: &str) -> Result<(), E> {
        self.put(Value::Text(Cow::Owned(value.to_owned())));
        Ok(())
    }

    fn visit_unit<E: Error>(mut self) -> Result<(), E> {
        self.put(Value::Absent);
        Ok(())
    }

    fn visit_map<A: MapAccess<'e>>(mut self, mut map: A) -> Result<(), A::Error> {
        self.put(Value::Absent);
        while let Some(Found { slot, below }) = map.next_key_seed(Key(self.wanted, self.top))? {
            map.next_value_seed(Place {
                wanted: &below,
                slot,
                top: false,
                values: &mut *self.values,
            })?;
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'e>>(mut self, mut elements: A) -> Result<(), A::Error> {
        self.put(Value::Absent);
        for number in 0_usize.. {
            let Found { slot, below } = Found::of(self.wanted, &number.to_string());
            let place = Place {
                wanted: &below,
                slot,
                top: false,
                values: &mut *self.values,
            };
            if elements.next_element_seed(place)?.is_none() {
                break;
            }
        }
        Ok(())
    }
}

#[allow(clippy::cast_precision_loss, reason = "not beyond what is exact")]
fn integer(value: u64, negative: bool) -> Value<'static> {
    if value > EXACT {
        let sign = if negative { "-" } else { "" };
        return Value::Text(Cow::Owned(format!("{sign}{value}")));
    }
    let value = value as f64;
    Value::Number(if negative { -value } else { value })
}

/// What is wanted of a key's value, and of what is in it.
struct Found<'w> {
    slot: Option<usize>,
    below: Vec<(&'w str, usize)>,
}

impl<'w> Found<'w> {
    /// A key may have dots in it: `{"a.b": 1}` has the same field as `{"a": {"b": 1}}`.
    fn of<N: AsRef<str>>(wanted: &'w [(N, usize)], key: &str) -> Self {
        let mut found = Self {
            slot: None,
            below: Vec::new(),
        };
        let from = wanted.partition_point(|(name, _)| name.as_ref() < key);
        for (name, slot) in &wanted[from..] {
            match name.as_ref().strip_prefix(key) {
                None => break,
                Some("") => found.slot = Some(*slot),
                Some(rest) => {
                    if let Some(below) = rest.strip_prefix('.') {
                        found.below.push((below, *slot));
                    }
                }
            }
        }
        found
    }
}

/// A key, and whether it is one of the whole document.
struct Key<'w, N>(&'w [(N, usize)], bool);

impl<'e, 'w, N: AsRef<str>> DeserializeSeed<'e> for Key<'w, N> {
    type Value = Found<'w>;

    fn deserialize<D: Deserializer<'e>>(self, reader: D) -> Result<Found<'w>, D::Error> {
        reader.deserialize_str(self)
    }
}

impl<'w, N: AsRef<str>> Visitor<'_> for Key<'w, N> {
    type Value = Found<'w>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E: Error>(self, key: &str) -> Result<Found<'w>, E> {
        if self.1 && key.starts_with('@') {
            return Ok(Found::of(self.0, &marked(key)));
        }
        Ok(Found::of(self.0, key))
    }
}

/// What the service generates begins with `@`; what comes from the message and does so too gets one more.
fn marked(key: &str) -> String {
    format!("@{key}")
}

/// Whether the service generates fields of this name for its own messages.
pub(super) fn is_generated(name: &str) -> bool {
    known::LAMBDA.contains(&name)
}

/// The names of those.
pub(super) fn generated() -> &'static [&'static str] {
    known::LAMBDA
}

/// All fields of a message by name, the first thousand of them: `see` gets the name and the value.
pub(super) fn fields(message: &str, see: &mut dyn FnMut(String, Value<'_>)) {
    if !is_object(message) {
        known::fields(message, &mut |name, value| see(name.to_owned(), value));
        return;
    }
    let Ok(document) = serde_json::from_str::<Json>(message) else {
        return;
    };
    let mut left = MAX_FIELDS;
    flatten(String::new(), &document, &mut left, see);
}

fn flatten(name: String, value: &Json, left: &mut usize, see: &mut dyn FnMut(String, Value<'_>)) {
    let below = |key: &str| {
        if name.is_empty() {
            if key.starts_with('@') {
                marked(key)
            } else {
                key.to_owned()
            }
        } else {
            format!("{name}.{key}")
        }
    };
    let value = match value {
        Json::Object(members) => {
            for (key, value) in members {
                flatten(below(key), value, left, see);
            }
            return;
        }
        Json::Array(elements) => {
            for (number, value) in elements.iter().enumerate() {
                flatten(below(&number.to_string()), value, left, see);
            }
            return;
        }
        Json::Null => return,
        Json::Bool(value) => Value::Bool(*value),
        Json::String(text) => Value::Text(Cow::Borrowed(text)),
        Json::Number(number) => match (number.as_u64(), number.as_i64(), number.as_f64()) {
            (Some(value), _, _) => integer(value, false),
            (None, Some(value), _) => integer(value.unsigned_abs(), true),
            (None, None, Some(value)) => Value::Number(value),
            (None, None, None) => return,
        },
    };
    if *left > 0 {
        *left -= 1;
        see(name, value);
    }
}
