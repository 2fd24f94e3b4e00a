//! Messages that are larger than an event may be: cut, or split into several.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};
use serde_json::value::RawValue;

use crate::json::write_string;

/// What becomes of an event that is larger than the service takes.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Oversize {
    /// It is cut, with a mark that tells its size: `…[truncated from 2000000 bytes]`.
    ///
    /// Of a line of JSON the longest values are cut, so that it stays JSON whose other fields can be asked for.
    #[default]
    Truncate,
    /// It becomes several events with the same time, in order. No byte is lost; a line of JSON is none any more.
    Split,
}

/// Makes `message` fit into `limit` bytes, in one piece or several; never cuts a character.
pub(crate) fn fit(message: String, oversize: Oversize, limit: usize) -> Vec<String> {
    if message.len() <= limit {
        return vec![message];
    }
    match oversize {
        Oversize::Truncate => {
            let cut = truncate_json(&message, limit).unwrap_or_else(|| truncate(&message, limit));
            vec![cut]
        }
        Oversize::Split => split(&message, limit),
    }
}

fn mark(bytes: usize) -> String {
    format!("…[truncated from {bytes} bytes]")
}

/// The longest prefix of at most `bytes` bytes that cuts no character.
fn prefix(text: &str, bytes: usize) -> &str {
    &text[..text.floor_char_boundary(bytes)]
}

fn truncate(message: &str, limit: usize) -> String {
    let mark = mark(message.len());
    let mut cut = prefix(message, limit.saturating_sub(mark.len())).to_owned();
    cut.push_str(&mark);
    cut
}

fn split(message: &str, limit: usize) -> Vec<String> {
    let mut parts = Vec::new();
    let mut rest = message;
    while !rest.is_empty() {
        let part = match prefix(rest, limit) {
            // A limit below a character's bytes: the character goes by itself.
            "" => prefix(rest, rest.chars().next().map_or(0, char::len_utf8)),
            part => part,
        };
        parts.push(part.to_owned());
        rest = &rest[part.len()..];
    }
    parts
}

/// Cuts values of an object, the longest first, until it fits; `None` when it is no object, or its names alone are too long.
fn truncate_json(message: &str, limit: usize) -> Option<String> {
    let Members(members) = serde_json::from_str(message).ok()?;
    let mut values: Vec<String> = members
        .iter()
        .map(|(_, value)| value.get().to_owned())
        .collect();
    let names: usize = members.iter().map(|(name, _)| json_len(name) + 2).sum();
    let mut length = names + 1 + values.iter().map(String::len).sum::<usize>();
    let mut longest: Vec<usize> = (0..values.len()).collect();
    longest.sort_by_key(|&index| std::cmp::Reverse(values[index].len()));
    for index in longest {
        if length <= limit {
            break;
        }
        let old = values[index].len();
        let cut = truncate_value(&values[index], old.saturating_sub(length - limit));
        if cut.len() < old {
            length = length - old + cut.len();
            values[index] = cut;
        }
    }
    let mut line = String::with_capacity(length + 1);
    for ((name, _), value) in members.iter().zip(&values) {
        line.push(if line.is_empty() { '{' } else { ',' });
        write_string(&mut line, name);
        line.push(':');
        line.push_str(value);
    }
    line.push('}');
    (line.len() <= limit).then_some(line)
}

/// A JSON value as a JSON string of at most `budget` bytes, or of the mark alone.
fn truncate_value(json: &str, budget: usize) -> String {
    let text = serde_json::from_str::<String>(json).unwrap_or_else(|_| json.to_owned());
    let mark = mark(text.len());
    let mut left = budget.saturating_sub(mark.len() + 2);
    let mut end = 0;
    for character in text.chars() {
        let bytes = json_char_len(character);
        if bytes > left {
            break;
        }
        left -= bytes;
        end += character.len_utf8();
    }
    let mut cut = String::new();
    write_string(&mut cut, &format!("{}{mark}", &text[..end]));
    cut
}

/// Bytes of `text` as a JSON string.
fn json_len(text: &str) -> usize {
    text.chars().map(json_char_len).sum::<usize>() + 2
}

fn json_char_len(character: char) -> usize {
    match character {
        '"' | '\\' | '\n' | '\r' | '\t' => 2,
        '\0'..'\u{20}' => 6,
        _ => character.len_utf8(),
    }
}

/// The members of an object in their order, their values as they are written.
struct Members<'a>(Vec<(String, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Read;

        impl<'de> Visitor<'de> for Read {
            type Value = Vec<(String, &'de RawValue)>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(members)
            }
        }

        deserializer.deserialize_map(Read).map(Self)
    }
}
