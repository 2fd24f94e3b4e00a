//! JSON as a document's fields are read from it: keys and texts are borrowed from the document, so that only what is kept is copied.
//! What the fields are is for others.

use std::{borrow::Cow, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, SeqAccess, Visitor},
};
use serde_json::{Map, Number, Value};

/// Fields that an object has room for before it grows.
const ROOM: usize = 8;

/// A JSON value.
#[derive(Clone, Debug)]
pub(super) enum Json<'a> {
    Null,
    Bool(bool),
    Number(Number),
    Text(Cow<'a, str>),
    List(Vec<Json<'a>>),
    Object(Object<'a>),
}

/// An object's fields, by key; each key once.
pub(super) type Object<'a> = Vec<(Cow<'a, str>, Json<'a>)>;

impl Json<'_> {
    pub(super) fn as_str(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    pub(super) fn as_f64(&self) -> Option<f64> {
        match self {
            Self::Number(number) => number.as_f64(),
            _ => None,
        }
    }

    pub(super) fn into_value(self) -> Value {
        match self {
            Self::Null => Value::Null,
            Self::Bool(flag) => Value::Bool(flag),
            Self::Number(number) => Value::Number(number),
            Self::Text(text) => Value::String(text.into_owned()),
            Self::List(list) => Value::Array(list.into_iter().map(Json::into_value).collect()),
            Self::Object(object) => Value::Object(into_map(object)),
        }
    }
}

/// As JSON.
impl fmt::Display for Json<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.clone().into_value().fmt(f)
    }
}

pub(super) fn into_map(object: Object<'_>) -> Map<String, Value> {
    object
        .into_iter()
        .map(|(key, value)| (key.into_owned(), value.into_value()))
        .collect()
}

impl<'de> Deserialize<'de> for Json<'de> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(AnyJson)
    }
}

struct AnyJson;

impl<'de> Visitor<'de> for AnyJson {
    type Value = Json<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any valid JSON value")
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Self::Value, E> {
        Ok(Json::Bool(flag))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Self::Value, E> {
        Ok(Json::Number(number.into()))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Self::Value, E> {
        Ok(Json::Number(number.into()))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Self::Value, E> {
        Ok(Number::from_f64(number).map_or(Json::Null, Json::Number))
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Json::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Json::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut from: A) -> Result<Self::Value, A::Error> {
        let mut list = Vec::new();
        while let Some(value) = from.next_element()? {
            list.push(value);
        }
        Ok(Json::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut from: A) -> Result<Self::Value, A::Error> {
        let mut object = Vec::with_capacity(ROOM);
        while let Some((Key(key), value)) = from.next_entry()? {
            object.push((key, value));
        }
        object.sort_by(|(one, _), (other, _)| one.cmp(other));
        // Of fields with one key the last is the one that counts.
        object.dedup_by(|later, kept| {
            let is_same = later.0 == kept.0;
            if is_same {
                std::mem::swap(later, kept);
            }
            is_same
        });
        Ok(Json::Object(object))
    }
}

struct Key<'a>(Cow<'a, str>);

impl<'de> Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_str(AnyKey)
    }
}

struct AnyKey;

impl<'de> Visitor<'de> for AnyKey {
    type Value = Key<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_borrowed_str<E>(self, key: &'de str) -> Result<Self::Value, E> {
        Ok(Key(Cow::Borrowed(key)))
    }

    fn visit_str<E>(self, key: &str) -> Result<Self::Value, E> {
        Ok(Key(Cow::Owned(key.to_owned())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::field::Fields;

    #[test]
    fn reads_what_serde_json_reads() {
        #[track_caller]
        fn check(rule: &str, text: &str) {
            let expected = serde_json::from_str::<Value>(text).map_err(|error| error.to_string());
            let found = serde_json::from_str::<Json<'_>>(text).map_err(|error| error.to_string());
            assert_eq!(found.map(Json::into_value), expected, "{rule}");
        }
        check(
            "values of each type",
            r#"[null, true, 1, -1, 18446744073709551615, 1.5, 1780000000.045, "a", [], {}]"#,
        );
        check("escapes", r#"{"a\n\u00e9": "\ud83d\ude00 \"b\""}"#);
        check(
            "any order of keys",
            r#"{"b": 1, "a": 2, "c": {"z": 1, "y": 2}}"#,
        );
        check(
            "the last of fields with one key",
            r#"{"a": 1, "b": 2, "a": {"c": 3}, "a": null}"#,
        );
        check(
            "the last, also where a key is escaped",
            r#"{"a": 1, "\u0061": 2}"#,
        );
        check("what follows a value", "{} {}");
        check("half a value", r#"{"a": ["#);
        check("half of a surrogate pair", r#"{"a": "\ud83d"}"#);
        check("a number that is too large", r#"{"a": 1e999}"#);
        let deep = format!("{}{}", "[".repeat(200), "]".repeat(200));
        check("too deep", &deep);
    }

    #[test]
    fn each_of_few_and_of_many_fields_is_found_once() {
        for count in [1, 24, 25, 200] {
            let text: Vec<String> = (0..count).map(|key| format!("\"k{key}\": {key}")).collect();
            let text = format!("{{{}}}", text.join(","));
            let Ok(Json::Object(object)) = serde_json::from_str(&text) else {
                panic!("{text}");
            };
            let mut fields = Fields(object);
            assert_eq!(fields.number("absent"), None, "{count}");
            for key in 0..count {
                let name = format!("k{key}");
                assert_eq!(fields.number(&name), Some(key), "{count}");
                assert_eq!(fields.number(&name), None, "{count}");
            }
        }
    }
}
