//! One row: a span (or one of its events or links) as flat fields. How a span becomes one is its owner's affair.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::Value;

static ABSENT: Value = Value::Null;

/// A span as Honeycomb sees it: flat fields by name, when it was, and how many such spans it stands for.
///
/// Fill it in the order resource, scope, span: the later value of a name replaces the earlier.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    fields: BTreeMap<Cow<'static, str>, Value>,
    /// Nanoseconds since the epoch at which the span began.
    unix_nano: Option<u64>,
    /// How many spans this one stands for; at least 1.
    sample_rate: u32,
}

impl Default for Row {
    fn default() -> Row {
        Row {
            fields: BTreeMap::new(),
            unix_nano: None,
            sample_rate: 1,
        }
    }
}

impl Row {
    /// A row without fields or time, standing for itself alone.
    pub fn new() -> Row {
        Row::default()
    }

    /// Sets a field; null removes it.
    pub fn set(&mut self, name: impl Into<Cow<'static, str>>, value: impl Into<Value>) -> &mut Row {
        match value.into().finite() {
            Value::Null => self.fields.remove(&name.into()),
            value => self.fields.insert(name.into(), value),
        };
        self
    }

    /// [`set`](Row::set), for chaining.
    #[must_use]
    pub fn with(mut self, name: impl Into<Cow<'static, str>>, value: impl Into<Value>) -> Row {
        self.set(name, value);
        self
    }

    /// When the span began, in nanoseconds since the epoch; what the query's time range looks at.
    #[must_use]
    pub fn at_unix_nano(mut self, nanoseconds: u64) -> Row {
        self.unix_nano = Some(nanoseconds);
        self
    }

    /// How many spans this one stands for, as a sampler notes it in the attribute `sampleRate`; 0 is taken as 1.
    #[must_use]
    pub fn with_sample_rate(mut self, rate: u32) -> Row {
        self.sample_rate = rate.max(1);
        self
    }

    /// A field's value; null when absent.
    pub fn get(&self, name: &str) -> &Value {
        self.fields.get(name).unwrap_or(&ABSENT)
    }

    /// The fields that are there, by name.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.fields
            .iter()
            .map(|(name, value)| (name.as_ref(), value))
    }

    /// When the span began, in nanoseconds since the epoch.
    pub fn unix_nano(&self) -> Option<u64> {
        self.unix_nano
    }

    /// How many spans this one stands for.
    pub fn sample_rate(&self) -> u32 {
        self.sample_rate
    }
}
