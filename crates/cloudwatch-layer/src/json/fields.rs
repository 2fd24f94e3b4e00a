//! Fields with their values as JSON text, recorded from events and spans. How they are put together is in `line`.

use std::{
    error::Error,
    fmt::{self, Write as _},
    ops::Range,
};

use tracing::field::{Field, Visit};

use super::escape::{write_display, write_string};

/// Fields in the order in which they were first recorded; each name once.
#[derive(Debug, Default)]
pub(crate) struct Fields {
    fields: Vec<(&'static str, Range<usize>)>,
    /// All values, one behind the other.
    json: String,
}

impl Fields {
    pub(crate) fn clear(&mut self) {
        self.fields.clear();
        self.json.clear();
    }

    /// Bytes that it holds on to.
    pub(crate) fn capacity(&self) -> usize {
        self.json.capacity()
    }

    pub(crate) fn iter(&self) -> impl ExactSizeIterator<Item = (&'static str, &str)> + Clone {
        self.fields
            .iter()
            .map(|(name, range)| (*name, &self.json[range.clone()]))
    }

    /// Sets all that `other` has.
    pub(crate) fn append(&mut self, other: &Self, names: Names) {
        for (name, json) in other.iter() {
            self.set(names.of(name), |to| to.push_str(json));
        }
    }

    /// Sets `name` to what `write` appends. A later value replaces an earlier one.
    pub(crate) fn set(&mut self, name: &'static str, write: impl FnOnce(&mut String)) {
        let start = self.json.len();
        write(&mut self.json);
        let known = self.fields.iter().position(|(known, _)| *known == name);
        let Some(index) = known else {
            self.fields.push((name, start..self.json.len()));
            return;
        };
        let value = self.json.split_off(start);
        let old = self.fields[index].1.clone();
        self.json.replace_range(old.clone(), &value);
        self.fields[index].1 = old.start..old.start + value.len();
        // Those behind move by the difference.
        for (_, range) in &mut self.fields[index + 1..] {
            *range = range.start - old.len() + value.len()..range.end - old.len() + value.len();
        }
    }
}

/// Records the values of an event or a span as JSON.
#[derive(Debug)]
pub(crate) struct Recorder<'a> {
    fields: &'a mut Fields,
    names: Names,
    message: Option<&'a mut String>,
}

/// What fields are called.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Names {
    /// As they are.
    Own,
    /// Those that a line has itself get an underscore.
    Reserved {
        /// A line has IDs.
        ids: bool,
    },
}

impl Names {
    /// What the field `name` is called.
    pub(crate) fn of(self, name: &'static str) -> &'static str {
        let Self::Reserved { ids } = self else {
            return name;
        };
        match name {
            "timestamp" => "timestamp_",
            "level" => "level_",
            "target" => "target_",
            "message" => "message_",
            "trace_id" if ids => "trace_id_",
            "span_id" if ids => "span_id_",
            "xray_trace_id" if ids => "xray_trace_id_",
            _ => name,
        }
    }
}

impl<'a> Recorder<'a> {
    /// Of a span: all is kept as it is until it is known what line it goes into.
    pub(crate) fn span(fields: &'a mut Fields) -> Self {
        Self {
            fields,
            names: Names::Own,
            message: None,
        }
    }

    /// Of an event, whose message goes into `message`.
    pub(crate) fn event(fields: &'a mut Fields, names: Names, message: &'a mut String) -> Self {
        Self {
            fields,
            names,
            message: Some(message),
        }
    }

    fn set(&mut self, field: &Field, write: impl FnOnce(&mut String)) {
        let name = field.name();
        match &mut self.message {
            Some(message) if name == "message" => {
                message.clear();
                write(message);
            }
            _ => self.fields.set(self.names.of(name), write),
        }
    }
}

/// Numbers that a double or an `i64` can't hold exactly are text: a reader of JSON would round them.
impl Visit for Recorder<'_> {
    fn record_bool(&mut self, field: &Field, value: bool) {
        self.set(field, |json| {
            json.push_str(if value { "true" } else { "false" });
        });
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.set(field, |json| {
            let _ = write!(json, "{value}");
        });
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.set(field, |json| {
            let _ = write!(json, "{value}");
        });
    }

    fn record_i128(&mut self, field: &Field, value: i128) {
        match (i64::try_from(value), u64::try_from(value)) {
            (Ok(value), _) => self.record_i64(field, value),
            (_, Ok(value)) => self.record_u64(field, value),
            _ => self.set(field, |json| write_display(json, value)),
        }
    }

    fn record_u128(&mut self, field: &Field, value: u128) {
        match u64::try_from(value) {
            Ok(value) => self.record_u64(field, value),
            Err(_) => self.set(field, |json| write_display(json, value)),
        }
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.set(field, |json| write_f64(json, value));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.set(field, |json| write_string(json, value));
    }

    fn record_error(&mut self, field: &Field, value: &(dyn Error + 'static)) {
        self.set(field, |json| write_display(json, Causes(value)));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.set(field, |json| {
            write_display(json, format_args!("{value:?}"));
        });
    }
}

/// JSON has no word for what is no number, or infinite: those are text.
fn write_f64(json: &mut String, value: f64) {
    let _ = if value.is_finite() {
        // The shortest digits that are read as the same double, always with a point or an exponent.
        write!(json, "{value:?}")
    } else {
        json.push_str(if value.is_nan() {
            "\"NaN\""
        } else if value > 0.0 {
            "\"Infinity\""
        } else {
            "\"-Infinity\""
        });
        Ok(())
    };
}

/// An error with its causes, outermost first.
struct Causes<'a>(&'a dyn Error);

impl fmt::Display for Causes<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut told = self.0.to_string();
        let mut cause = self.0.source();
        while let Some(error) = cause {
            // Some errors tell of their cause themselves.
            let message = error.to_string();
            if !told.contains(&message) {
                told.push_str(": ");
                told.push_str(&message);
            }
            cause = error.source();
        }
        f.write_str(&told)
    }
}
