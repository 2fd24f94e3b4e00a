//! Calculates expressions over a record. An absent operand makes most results absent; no input is an error.

mod call;
mod subnet;

use super::{
    plan::Expr,
    syntax::{Comparison, Operator},
    value::Value,
};

pub(super) use subnet::Subnet;

/// What an expression is calculated over.
#[derive(Clone, Copy)]
pub(super) struct Record<'r> {
    pub(super) values: &'r [Value<'r>],
    /// When the query was started, in milliseconds since the Unix epoch.
    pub(super) now: i64,
}

impl Expr {
    /// What it is.
    pub(super) fn value<'r>(&'r self, record: Record<'r>) -> Value<'r> {
        match self {
            Self::Slot(slot) => record.values[*slot].borrowed(),
            Self::Constant(value) => value.borrowed(),
            Self::Negate(inner) => number(inner, record, |value| -value),
            Self::Chain(first, rest) => {
                let mut sum = first.value(record).number();
                for (operator, operand) in rest {
                    let operand = operand.value(record).number();
                    sum = sum
                        .zip(operand)
                        .map(|(sum, operand)| operator.apply(sum, operand));
                }
                sum.map_or(Value::Absent, Value::calculated)
            }
            Self::Power(base, exponent) => {
                let base = base.value(record).number();
                let exponent = exponent.value(record).number();
                base.zip(exponent)
                    .map_or(Value::Absent, |(base, exponent)| {
                        Value::calculated(base.powf(exponent))
                    })
            }
            Self::Floor(inner, period) => time(&inner.value(record))
                .and_then(|at| period.floor(at))
                .map_or(Value::Absent, Value::Time),
            Self::Ceil(inner, period) => time(&inner.value(record))
                .and_then(|at| period.ceil(at))
                .map_or(Value::Absent, Value::Time),
            Self::Call(function, arguments) => call::call(*function, arguments, record),
            Self::Not(_)
            | Self::Compare(..)
            | Self::Like(..)
            | Self::In(..)
            | Self::And(_)
            | Self::Or(_) => Value::Bool(self.holds(record)),
        }
    }

    /// Whether it is true. What is compared with an absent value is not equal to it, not like it and not in it;
    /// `!=`, `not like` and `not in` are the opposite of `=`, `like` and `in`, for absent values too.
    pub(super) fn holds<'r>(&'r self, record: Record<'r>) -> bool {
        match self {
            Self::Not(inner) => !inner.holds(record),
            Self::And(all) => all.iter().all(|one| one.holds(record)),
            Self::Or(all) => all.iter().any(|one| one.holds(record)),
            Self::Compare(left, comparison, right) => {
                let order = left.value(record).compare(&right.value(record));
                match comparison {
                    Comparison::Equal => order.is_some_and(std::cmp::Ordering::is_eq),
                    Comparison::NotEqual => !order.is_some_and(std::cmp::Ordering::is_eq),
                    Comparison::Less => order.is_some_and(std::cmp::Ordering::is_lt),
                    Comparison::AtMost => order.is_some_and(std::cmp::Ordering::is_le),
                    Comparison::Greater => order.is_some_and(std::cmp::Ordering::is_gt),
                    Comparison::AtLeast => order.is_some_and(std::cmp::Ordering::is_ge),
                }
            }
            Self::Like(inner, matcher) => inner
                .value(record)
                .text()
                .is_some_and(|text| matcher.0.is_match(&text)),
            Self::In(inner, all) => {
                let value = inner.value(record);
                all.iter().any(|one| {
                    value
                        .compare(&one.value(record))
                        .is_some_and(std::cmp::Ordering::is_eq)
                })
            }
            other => other.value(record).holds(),
        }
    }
}

impl Operator {
    fn apply(self, left: f64, right: f64) -> f64 {
        match self {
            Self::Plus => left + right,
            Self::Minus => left - right,
            Self::Times => left * right,
            Self::Over => left / right,
            Self::Modulo => left % right,
        }
    }
}

fn number<'r>(inner: &'r Expr, record: Record<'r>, apply: impl Fn(f64) -> f64) -> Value<'r> {
    let value = inner.value(record).number();
    value.map_or(Value::Absent, |value| Value::calculated(apply(value)))
}

/// As a timestamp; numbers are milliseconds.
fn time(value: &Value<'_>) -> Option<i64> {
    match value {
        Value::Time(at) => Some(*at),
        #[allow(clippy::cast_possible_truncation, reason = "saturates")]
        other => other.number().map(|milliseconds| milliseconds as i64),
    }
}
