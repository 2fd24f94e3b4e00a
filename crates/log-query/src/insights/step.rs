//! Does one step of a plan on a record. How an expression is calculated is `evaluate`'s.

use super::{
    evaluate::Record,
    plan::{Expr, Step},
    value::Value,
};

impl Step {
    /// What it has just made of a record, in bytes.
    pub(super) fn made(&self, values: &[Value<'_>]) -> usize {
        match self {
            Self::Discover | Self::Filter(_) => 0,
            Self::Compute(_, into) => values[*into].made(),
            Self::Extract { into, .. } => into.iter().map(|slot| values[*slot].made()).sum(),
        }
    }
}

/// Does one step on a record; tells whether it stays.
pub(super) fn step<'e>(step: &Step, values: &mut [Value<'e>], now: i64) -> bool {
    match step {
        // Only events have a message, and they have it looked through before.
        Step::Discover => {}
        Step::Filter(condition) => return condition.holds(Record { values, now }),
        Step::Compute(Expr::Slot(from), into) => values[*into] = values[*from].clone(),
        Step::Compute(expr, into) => values[*into] = expr.value(Record { values, now }).owned(),
        Step::Extract {
            from,
            pattern,
            into,
        } => {
            let found: Option<Vec<Value<'e>>> = match values[*from].taken() {
                Some(text) => pattern.of(text).map(|found| {
                    let value = |text: Option<&'e str>| {
                        text.map_or(Value::Absent, |text| Value::Text(text.into()))
                    };
                    found.into_iter().map(value).collect()
                }),
                None => values[*from].text().and_then(|text| {
                    let value = |text: Option<&str>| {
                        text.map_or(Value::Absent, |text| Value::Text(text.to_owned().into()))
                    };
                    Some(pattern.of(&text)?.into_iter().map(value).collect())
                }),
            };
            for (slot, value) in into.iter().zip(found.into_iter().flatten()) {
                values[*slot] = value;
            }
        }
    }
    true
}
