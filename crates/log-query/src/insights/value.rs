//! Values while a query runs: what they are as numbers, as text, as conditions, and how they compare.

use std::{borrow::Cow, cmp::Ordering, fmt::Write as _};

use super::period;

/// What a field or an expression is in one event or row.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) enum Value<'a> {
    /// The event has no such field, or nothing can be calculated.
    #[default]
    Absent,
    Bool(bool),
    /// As it stands in the event.
    Number(f64),
    /// As the query calculated it: printed with four decimals at most.
    Calculated(f64),
    /// Milliseconds since the Unix epoch.
    Time(i64),
    Text(Cow<'a, str>),
}

impl<'a> Value<'a> {
    /// The same, borrowed.
    pub(super) fn borrowed(&self) -> Value<'_> {
        match self {
            Self::Text(text) => Value::Text(Cow::Borrowed(text)),
            Self::Absent => Value::Absent,
            Self::Bool(value) => Value::Bool(*value),
            Self::Number(value) => Value::Number(*value),
            Self::Calculated(value) => Value::Calculated(*value),
            Self::Time(value) => Value::Time(*value),
        }
    }

    /// The same, for keeping.
    pub(super) fn owned(self) -> Value<'static> {
        match self {
            Self::Text(text) => Value::Text(Cow::Owned(text.into_owned())),
            Self::Absent => Value::Absent,
            Self::Bool(value) => Value::Bool(value),
            Self::Number(value) => Value::Number(value),
            Self::Calculated(value) => Value::Calculated(value),
            Self::Time(value) => Value::Time(value),
        }
    }

    /// What was calculated; nothing if it is no finite number.
    pub(super) fn calculated(value: f64) -> Self {
        if value.is_finite() {
            Self::Calculated(value)
        } else {
            Self::Absent
        }
    }

    pub(super) fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }

    /// As a number, if it is one or looks like one.
    pub(super) fn number(&self) -> Option<f64> {
        match self {
            Self::Absent => None,
            Self::Bool(value) => Some(f64::from(u8::from(*value))),
            Self::Number(value) | Self::Calculated(value) => Some(*value),
            #[allow(clippy::cast_precision_loss, reason = "exact for 285,000 years")]
            Self::Time(value) => Some(*value as f64),
            Self::Text(text) => numeric(text),
        }
    }

    /// As text, if there is anything.
    pub(super) fn text(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::Absent => None,
            Self::Text(text) => Some(Cow::Borrowed(text)),
            other => {
                let mut printed = String::new();
                other.print(&mut printed);
                Some(Cow::Owned(printed))
            }
        }
    }

    /// The text itself for as long as what it was taken from; `None` if it has to be made.
    pub(super) fn taken(&self) -> Option<&'a str> {
        match self {
            Self::Text(Cow::Borrowed(text)) => Some(text),
            _ => None,
        }
    }

    /// As it appears in results; nothing if absent.
    pub(super) fn print(&self, into: &mut String) {
        // Writing into a String can't fail.
        let _ = match self {
            Self::Absent => Ok(()),
            Self::Bool(value) => into.write_str(if *value { "1" } else { "0" }),
            Self::Number(value) => write!(into, "{}", positive_zero(*value)),
            Self::Calculated(value) => write!(into, "{}", rounded(*value)),
            Self::Time(value) => {
                period::print(*value, into);
                Ok(())
            }
            Self::Text(text) => into.write_str(text),
        };
    }

    /// As a condition: true, or a number other than zero.
    pub(super) fn holds(&self) -> bool {
        match self {
            Self::Bool(value) => *value,
            Self::Text(text) if text.eq_ignore_ascii_case("true") => true,
            other => other.number().is_some_and(|number| number != 0.0),
        }
    }

    /// How it compares: as numbers if both are or look like numbers, texts by code point.
    /// `None` if one is absent, or if one is a number and the other a text that is none.
    pub(super) fn compare(&self, other: &Value<'_>) -> Option<Ordering> {
        match (self.beside(other), other.beside(self)) {
            (Some(one), Some(other)) => one.partial_cmp(&other),
            _ => match (self, other) {
                (Self::Text(one), Value::Text(other)) => Some(one.cmp(other)),
                _ => None,
            },
        }
    }

    /// As a number beside another value: beside a boolean, `true` and `false` are 1 and 0.
    fn beside(&self, other: &Value<'_>) -> Option<f64> {
        match (self, other) {
            (Self::Text(text), Value::Bool(_)) if text.eq_ignore_ascii_case("true") => Some(1.0),
            (Self::Text(text), Value::Bool(_)) if text.eq_ignore_ascii_case("false") => Some(0.0),
            // Two texts that are plainly no numbers need not be tried.
            (Self::Text(_), Value::Text(text)) if !may_be_numeric(text) => None,
            _ => self.number(),
        }
    }

    /// What was made for it, in bytes: nothing if it is a part of the event.
    pub(super) fn made(&self) -> usize {
        match self {
            Self::Text(Cow::Owned(text)) => text.len(),
            _ => 0,
        }
    }

    /// What it takes to keep it, in bytes, beside its own size.
    pub(super) fn weight(&self) -> usize {
        match self {
            Self::Text(text) => text.len(),
            _ => 0,
        }
    }
}

/// The number that a text looks like: decimal, with sign and exponent if need be.
fn numeric(text: &str) -> Option<f64> {
    if !may_be_numeric(text) {
        return None;
    }
    text.parse().ok().filter(|number: &f64| number.is_finite())
}

fn may_be_numeric(text: &str) -> bool {
    let digits = text.trim_start_matches(['-', '+', '.']);
    text.len() - digits.len() <= 2 && digits.starts_with(|c: char| c.is_ascii_digit())
}

/// To four decimals, as the service prints what it calculates.
fn rounded(value: f64) -> f64 {
    let rounded = (value * 10_000.0).round() / 10_000.0;
    if rounded.is_finite() {
        positive_zero(rounded)
    } else {
        value
    }
}

/// `-0` is nothing that a reader expects.
fn positive_zero(value: f64) -> f64 {
    if value == 0.0 { 0.0 } else { value }
}
