//! A list of attributes that rules read from and take from; what the attributes mean is for the rules.

use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue, any_value::Value};

/// Attributes, and which of them went into fields.
#[derive(Clone)]
pub(super) struct Attributes<'a> {
    list: Vec<Attribute<'a>>,
}

/// One of them.
#[derive(Clone, Copy)]
pub(super) struct Attribute<'a> {
    pub(super) key: &'a str,
    pub(super) value: &'a AnyValue,
    taken: bool,
}

impl<'a> Attributes<'a> {
    /// All that have a value; of several with one key, the first.
    pub(super) fn of(list: &'a [KeyValue]) -> Self {
        let mut found: Vec<Attribute<'a>> = Vec::with_capacity(list.len());
        for KeyValue { key, value, .. } in list {
            let Some(value) = value.as_ref().filter(|value| value.value.is_some()) else {
                continue;
            };
            if found.iter().all(|earlier| earlier.key != key) {
                found.push(Attribute {
                    key,
                    value,
                    taken: false,
                });
            }
        }
        Self { list: found }
    }

    /// The same without these keys.
    pub(super) fn without(mut self, keys: &[&str]) -> Self {
        self.list.retain(|attribute| !keys.contains(&attribute.key));
        self
    }

    /// What it is, taken or not.
    pub(super) fn value(&self, key: &str) -> Option<&'a AnyValue> {
        self.list
            .iter()
            .find(|attribute| attribute.key == key)
            .map(|attribute| attribute.value)
    }

    /// The text of the first of these keys that has one; not the empty text.
    pub(super) fn text(&self, keys: &[&str]) -> Option<&'a str> {
        keys.iter().find_map(|key| self.value(key).and_then(text))
    }

    /// The whole number of the first of these keys that has one.
    pub(super) fn int(&self, keys: &[&str]) -> Option<i64> {
        keys.iter().find_map(|key| self.value(key).and_then(int))
    }

    /// [`Self::text`], which goes into a field.
    pub(super) fn take_text(&mut self, keys: &[&str]) -> Option<&'a str> {
        self.take(keys, text)
    }

    /// [`Self::int`], which goes into a field.
    pub(super) fn take_int(&mut self, keys: &[&str]) -> Option<i64> {
        self.take(keys, int)
    }

    /// What `read` makes of the first of these keys that it can read, which goes into a field.
    ///
    /// Other keys with the same value say the same, so they are taken too.
    pub(super) fn take<T>(
        &mut self,
        keys: &[&str],
        read: impl Fn(&'a AnyValue) -> Option<T>,
    ) -> Option<T> {
        let (value, found) = keys.iter().find_map(|key| {
            let value = self.value(key)?;
            Some((value, read(value)?))
        })?;
        for attribute in &mut self.list {
            attribute.taken |= keys.contains(&attribute.key) && attribute.value == value;
        }
        Some(found)
    }

    /// Those that went into no field.
    pub(super) fn rest(&self) -> impl Iterator<Item = Attribute<'a>> {
        self.list
            .iter()
            .copied()
            .filter(|attribute| !attribute.taken)
    }

    /// Those that went into fields.
    pub(super) fn taken(&self) -> impl Iterator<Item = Attribute<'a>> {
        self.list
            .iter()
            .copied()
            .filter(|attribute| attribute.taken)
    }
}

/// A text that is not empty.
pub(super) fn text(value: &AnyValue) -> Option<&str> {
    match &value.value {
        Some(Value::StringValue(text)) if !text.is_empty() => Some(text),
        _ => None,
    }
}

/// A whole number.
fn int(value: &AnyValue) -> Option<i64> {
    match value.value {
        Some(Value::IntValue(number)) => Some(number),
        _ => None,
    }
}

/// The texts of a list.
pub(super) fn texts(value: &AnyValue) -> Option<Vec<&str>> {
    match &value.value {
        Some(Value::ArrayValue(array)) => Some(array.values.iter().filter_map(text).collect()),
        _ => None,
    }
}
