//! Taking JSON apart with the place kept, so that every error can say where it is. Knows no query.

use std::borrow::Cow;
use std::ops::RangeInclusive;

use serde_json::{Map, Value as Json};

use crate::Error;
use crate::nearest::nearest;

/// As many as Honeycomb takes in any list of a query.
const MOST_ITEMS: usize = 100;

/// A JSON object whose keys are all known.
pub(crate) struct Object<'a> {
    path: &'a str,
    fields: &'a Map<String, Json>,
}

impl<'a> Object<'a> {
    /// Rejects a key that is neither in `keys` nor, with what to do instead, in `elsewhere`.
    pub(crate) fn open(
        path: &'a str,
        json: &'a Json,
        keys: &'static [&'static str],
        elsewhere: &'static [(&'static str, &'static str)],
    ) -> Result<Object<'a>, Error> {
        let Json::Object(fields) = json else {
            let path = if path.is_empty() { "the query" } else { path };
            return Err(wrong(path, kind(Some(json)), "an object"));
        };
        let object = Object { path, fields };
        let Some(key) = fields.keys().find(|key| !keys.contains(&key.as_str())) else {
            return Ok(object);
        };
        let path = object.at(key);
        if let Some((_, instead)) = elsewhere.iter().find(|(name, _)| name == key) {
            return Err(Error::NotSupported {
                path,
                what: format!("`{key}`"),
                instead,
            });
        }
        let nearest = nearest(key, keys.iter().copied());
        Err(Error::UnknownKey {
            path,
            nearest,
            possible: listed(keys),
        })
    }

    pub(crate) fn at(&self, key: &str) -> String {
        if self.path.is_empty() {
            key.to_owned()
        } else {
            format!("{}.{key}", self.path)
        }
    }

    /// The value of a key; null counts as absent.
    pub(crate) fn get(&self, key: &str) -> Option<&'a Json> {
        self.fields.get(key).filter(|value| !value.is_null())
    }

    pub(crate) fn missing(&self, key: &str, wanted: impl Into<Cow<'static, str>>) -> Error {
        wrong(&self.at(key), "nothing", wanted)
    }

    /// A string that is not empty.
    pub(crate) fn text(&self, key: &str) -> Result<Option<&'a str>, Error> {
        match self.get(key) {
            None => Ok(None),
            Some(Json::String(text)) if !text.is_empty() => Ok(Some(text)),
            found => Err(wrong(
                &self.at(key),
                kind(found),
                "a string that is not empty",
            )),
        }
    }

    /// What the word under the key stands for, with the word itself: one of the `words`, never another.
    pub(crate) fn word<T: Copy>(
        &self,
        key: &str,
        words: &[(&'static str, T)],
        elsewhere: &'static [(&'static str, &'static str)],
    ) -> Result<Option<(&'static str, T)>, Error> {
        let Some(found) = self.text(key)? else {
            return Ok(None);
        };
        if let Some(word) = words.iter().find(|(word, _)| *word == found) {
            return Ok(Some(*word));
        }
        let path = self.at(key);
        if let Some((_, instead)) = elsewhere.iter().find(|(name, _)| *name == found) {
            return Err(Error::NotSupported {
                path,
                what: format!("`{found}`"),
                instead,
            });
        }
        let words: Vec<&'static str> = words.iter().map(|(word, _)| *word).collect();
        let nearest = nearest(found, words.iter().copied());
        Err(Error::UnknownWord {
            path,
            found: found.to_owned(),
            nearest,
            possible: listed(&words),
        })
    }

    pub(crate) fn integer(
        &self,
        key: &str,
        range: RangeInclusive<u64>,
    ) -> Result<Option<u64>, Error> {
        let Some(found) = self.get(key) else {
            return Ok(None);
        };
        match found.as_u64() {
            Some(integer) if range.contains(&integer) => Ok(Some(integer)),
            _ => {
                let wanted = match *range.end() {
                    u64::MAX => format!("an integer of at least {}", range.start()),
                    end => format!("an integer from {} to {end}", range.start()),
                };
                let found = if found.is_number() {
                    found.to_string().into()
                } else {
                    kind(Some(found))
                };
                Err(wrong(&self.at(key), found, wanted))
            }
        }
    }

    /// Every item of a list, read with its own path; none when the key is absent.
    pub(crate) fn list<T>(
        &self,
        key: &str,
        read: impl Fn(&str, &Json) -> Result<T, Error>,
    ) -> Result<Vec<T>, Error> {
        let Some(found) = self.get(key) else {
            return Ok(Vec::new());
        };
        let path = self.at(key);
        items(&path, found)?
            .iter()
            .enumerate()
            .map(|(index, item)| read(&format!("{path}[{index}]"), item))
            .collect()
    }
}

pub(crate) fn items<'a>(path: &str, json: &'a Json) -> Result<&'a [Json], Error> {
    match json {
        Json::Array(items) if items.len() <= MOST_ITEMS => Ok(items),
        Json::Array(items) => Err(wrong(
            path,
            format!("{} items", items.len()),
            format!("at most {MOST_ITEMS} items"),
        )),
        other => Err(wrong(path, kind(Some(other)), "a list")),
    }
}

/// A string that is not empty.
pub(crate) fn text<'a>(path: &str, json: &'a Json) -> Result<&'a str, Error> {
    match json {
        Json::String(text) if !text.is_empty() => Ok(text),
        other => Err(wrong(path, kind(Some(other)), "a string that is not empty")),
    }
}

pub(crate) fn wrong(
    path: &str,
    found: impl Into<Cow<'static, str>>,
    wanted: impl Into<Cow<'static, str>>,
) -> Error {
    Error::Wrong {
        path: path.to_owned(),
        found: found.into().into_owned(),
        wanted: wanted.into().into_owned(),
    }
}

/// What a JSON value is, in words.
pub(crate) fn kind(json: Option<&Json>) -> Cow<'static, str> {
    match json {
        None => "nothing".into(),
        Some(Json::Null) => "null".into(),
        Some(Json::Bool(value)) => format!("the bool {value}").into(),
        Some(Json::Number(value)) => format!("the number {value}").into(),
        Some(Json::String(value)) if value.is_empty() => "an empty string".into(),
        Some(Json::String(_)) => "a string".into(),
        Some(Json::Array(_)) => "a list".into(),
        Some(Json::Object(_)) => "an object".into(),
    }
}

fn listed(words: &[&str]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    quoted.join(", ")
}
