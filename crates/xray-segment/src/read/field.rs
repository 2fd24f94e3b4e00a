//! Fields of a JSON object, taken as what they should be, whatever type they came in.

use serde_json::{Map, Value};

use super::json::{Json, Object, into_map};

/// Fields that are looked through one by one.
const FEW: usize = 24;

/// An object whose fields are taken out one by one.
pub(super) struct Fields<'a>(pub(super) Object<'a>);

impl<'a> Fields<'a> {
    /// A field, be it `null`.
    pub(super) fn get(&self, name: &str) -> Option<&Json<'a>> {
        self.place(name).map(|place| &self.0[place].1)
    }

    /// A field that is there and not `null`.
    pub(super) fn take(&mut self, name: &str) -> Option<Json<'a>> {
        let (_, value) = self.0.remove(self.place(name)?);
        match value {
            Json::Null => None,
            value => Some(value),
        }
    }

    fn place(&self, name: &str) -> Option<usize> {
        // Of few keys, most are told apart by their lengths.
        if self.0.len() <= FEW {
            return self.0.iter().position(|(key, _)| key == name);
        }
        self.0.binary_search_by(|(key, _)| (**key).cmp(name)).ok()
    }

    /// What has not been taken.
    pub(super) fn into_map(self) -> Map<String, Value> {
        into_map(self.0)
    }

    /// A text; a number or a flag is written as one.
    pub(super) fn text(&mut self, name: &str) -> Option<String> {
        self.take(name).and_then(text)
    }

    /// A text that is not empty.
    pub(super) fn some_text(&mut self, name: &str) -> Option<String> {
        self.text(name).filter(|text| !text.is_empty())
    }

    /// A whole number; a text that is one is taken, a fraction cut.
    pub(super) fn number(&mut self, name: &str) -> Option<i64> {
        match self.take(name)? {
            Json::Text(text) => text.trim().parse().ok(),
            Json::Number(number) => number
                .as_i64()
                // Saturates at what 64 bits hold.
                .or_else(|| number.as_f64().map(|number| number as i64)),
            _ => None,
        }
    }

    /// `true` or `false`, be it a text.
    pub(super) fn some_flag(&mut self, name: &str) -> Option<bool> {
        match self.take(name)? {
            Json::Bool(flag) => Some(flag),
            Json::Text(text) => text.to_ascii_lowercase().parse().ok(),
            _ => None,
        }
    }

    /// A flag that is down unless it says otherwise.
    pub(super) fn flag(&mut self, name: &str) -> bool {
        self.some_flag(name).unwrap_or_default()
    }

    /// An object's fields.
    pub(super) fn object(&mut self, name: &str) -> Option<Fields<'a>> {
        match self.take(name)? {
            Json::Object(object) => Some(Fields(object)),
            _ => None,
        }
    }

    /// A list's elements; none if it is no list.
    pub(super) fn list(&mut self, name: &str) -> Vec<Json<'a>> {
        match self.take(name) {
            Some(Json::List(values)) => values,
            _ => Vec::new(),
        }
    }

    /// A list's elements that are objects.
    pub(super) fn objects(&mut self, name: &str) -> impl Iterator<Item = Fields<'a>> + use<'a> {
        self.list(name).into_iter().filter_map(|value| match value {
            Json::Object(object) => Some(Fields(object)),
            _ => None,
        })
    }

    /// A list's elements that are texts.
    pub(super) fn texts(&mut self, name: &str) -> Vec<String> {
        self.list(name).into_iter().filter_map(text).collect()
    }
}

fn text(value: Json<'_>) -> Option<String> {
    match value {
        Json::Text(text) => Some(text.into_owned()),
        Json::Number(number) => Some(number.to_string()),
        Json::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}
