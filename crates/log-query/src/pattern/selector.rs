//! `$.user.id`, `$.list[0]`, `$.list[*].name`, `$.['a.b']`: which values of a JSON object are meant.

use std::{collections::BTreeMap, fmt};

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::{
    characters::is_name,
    cursor::{Cursor, Parsed},
};

/// The steps from the object to the values. There is at least one, and the first is no index.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Selector {
    pub(super) steps: Vec<Step>,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Step {
    /// A property of an object.
    Key(String),
    /// An element of an array, counted from 0.
    Index(usize),
    /// All elements of an array, or all properties of an object.
    Every,
}

impl Selector {
    pub(super) fn parse(cursor: &mut Cursor<'_>) -> Parsed<Self> {
        cursor.skip();
        let start = cursor.at();
        if cursor.peek() != Some('$') {
            return Err(cursor.syntax("expected a selector such as `$.name`"));
        }
        cursor.pass();
        if cursor.peek() != Some('.') {
            return Err(cursor.characters(start));
        }
        let mut steps: Vec<Step> = Vec::new();
        let mut wildcards = 0;
        loop {
            let start = if steps.is_empty() { start } else { cursor.at() };
            let step = match cursor.peek() {
                Some('.') => {
                    cursor.pass();
                    Self::after_dot(cursor, start)?
                }
                Some('[') => {
                    cursor.pass();
                    Self::in_brackets(cursor, start, true)?
                }
                _ => return Ok(Self { steps }),
            };
            if step == Step::Every {
                wildcards += 1;
                cursor.wildcard(wildcards)?;
            }
            steps.push(step);
        }
    }

    fn after_dot(cursor: &mut Cursor<'_>, start: usize) -> Parsed<Step> {
        match cursor.peek() {
            Some('*') => {
                cursor.pass();
                Ok(Step::Every)
            }
            Some('[') => {
                cursor.pass();
                Self::in_brackets(cursor, start, false)
            }
            Some(next) if is_name(next) => Ok(Step::Key(cursor.while_(is_name).to_owned())),
            _ => Err(cursor.characters(start)),
        }
    }

    fn in_brackets(cursor: &mut Cursor<'_>, start: usize, elements: bool) -> Parsed<Step> {
        let step = match cursor.peek() {
            Some('\'') => Step::Key(cursor.quoted('\'')?),
            Some('*') if elements => {
                cursor.pass();
                Step::Every
            }
            Some('0'..='9') if elements => {
                let digits = cursor.while_(|next| next.is_ascii_digit());
                // An index that has no room is beyond any array.
                Step::Index(digits.parse().unwrap_or(usize::MAX))
            }
            _ => return Err(cursor.characters(start)),
        };
        if cursor.peek() != Some(']') {
            return Err(cursor.characters(start));
        }
        cursor.pass();
        Ok(step)
    }

    /// The properties that must be there.
    pub(super) fn keys(&self) -> impl Iterator<Item = &str> {
        self.steps.iter().filter_map(|step| match step {
            Step::Key(key) => Some(key.as_str()),
            _ => None,
        })
    }

    /// The texts of the values that a message has there; `None` if it is no JSON object.
    pub(super) fn select<'m>(&self, message: &'m str) -> Option<Vec<&'m str>> {
        let (first, rest) = self.steps.split_first()?;
        let mut selected = children(message, first)?;
        for step in rest {
            let next = selected.iter().filter_map(|json| children(json, step));
            selected = next.flatten().collect();
        }
        Some(selected)
    }
}

/// What a step leads to from this JSON value; `None` if that is no JSON, or neither object nor array.
fn children<'m>(json: &'m str, step: &Step) -> Option<Vec<&'m str>> {
    let mut deserializer = serde_json::Deserializer::from_str(json);
    let found = deserializer.deserialize_any(Children(step)).ok()?;
    deserializer.end().ok()?;
    Some(found)
}

struct Children<'s>(&'s Step);

impl<'m> Visitor<'m> for Children<'_> {
    type Value = Vec<&'m str>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object or an array")
    }

    /// Of properties with the same name the last one counts.
    fn visit_map<A: MapAccess<'m>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        match self.0 {
            Step::Key(key) => {
                let mut found = None;
                while let Some(same) = map.next_key_seed(IsKey(key))? {
                    if same {
                        found = Some(map.next_value::<&RawValue>()?.get());
                    } else {
                        map.next_value::<IgnoredAny>()?;
                    }
                }
                Ok(found.into_iter().collect())
            }
            Step::Every => {
                let mut found = BTreeMap::new();
                while let Some((key, value)) = map.next_entry::<String, &RawValue>()? {
                    found.insert(key, value.get());
                }
                Ok(found.into_values().collect())
            }
            Step::Index(_) => {
                while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                Ok(Vec::new())
            }
        }
    }

    fn visit_seq<A: SeqAccess<'m>>(self, mut elements: A) -> Result<Self::Value, A::Error> {
        let mut all = Vec::new();
        while let Some(element) = elements.next_element::<&RawValue>()? {
            all.push(element.get());
        }
        Ok(match self.0 {
            Step::Every => all,
            Step::Index(index) => all.get(*index).copied().into_iter().collect(),
            Step::Key(_) => Vec::new(),
        })
    }
}

/// Whether a property's name is this one.
struct IsKey<'s>(&'s str);

impl<'m> DeserializeSeed<'m> for IsKey<'_> {
    type Value = bool;

    fn deserialize<D: Deserializer<'m>>(self, deserializer: D) -> Result<bool, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for IsKey<'_> {
    type Value = bool;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a property's name")
    }

    fn visit_str<E>(self, name: &str) -> Result<bool, E> {
        Ok(name == self.0)
    }
}
