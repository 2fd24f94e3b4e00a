//! Whether a row passes: the filters' tests, which havings share.

use std::borrow::Cow;
use std::cmp::Ordering;

use crate::query::{Combination, Compare, Filter, Test};
use crate::{Row, Value};

/// Whether the row passes the filters; without any, every row does.
pub(crate) fn passes(row: &Row, filters: &[Filter], combination: Combination) -> bool {
    let pass = |filter: &Filter| filter.passes(row.get(&filter.column));
    match combination {
        Combination::And => filters.iter().all(pass),
        Combination::Or => filters.is_empty() || filters.iter().any(pass),
    }
}

impl Filter {
    fn passes(&self, value: &Value) -> bool {
        self.test.holds(value) != self.negated
    }
}

impl Test {
    fn holds(&self, value: &Value) -> bool {
        if let Value::Null = value {
            return false;
        }
        match self {
            Test::Compare(compare, wanted) => compare.holds(value, wanted),
            Test::StartsWith(part) => text(value).starts_with(part.as_str()),
            Test::EndsWith(part) => text(value).ends_with(part.as_str()),
            Test::Contains(part) => text(value).contains(part.as_str()),
            Test::Exists => true,
            Test::In(wanted) => wanted
                .iter()
                .any(|wanted| Compare::Equal.holds(value, wanted)),
        }
    }
}

impl Compare {
    pub(crate) fn holds(self, value: &Value, wanted: &Value) -> bool {
        let Some(order) = compared(value, wanted) else {
            return false;
        };
        match self {
            Compare::Equal => order.is_eq(),
            // Neither bool is the greater one, whatever the order that groups are shown in.
            _ if matches!(value, Value::Bool(_)) => false,
            Compare::Greater => order.is_gt(),
            Compare::GreaterOrEqual => order.is_ge(),
            Compare::Less => order.is_lt(),
            Compare::LessOrEqual => order.is_le(),
        }
    }
}

/// The row's value against the filter's, if they can be compared at all.
fn compared(value: &Value, wanted: &Value) -> Option<Ordering> {
    match (value, wanted) {
        (Value::String(a), Value::String(b)) => Some(a.cmp(b)),
        (Value::Bool(a), Value::Bool(b)) => Some(a.cmp(b)),
        (Value::Bool(a), Value::String(b)) => b.parse().ok().map(|b| a.cmp(&b)),
        (a, b) if a.is_number() && b.is_number() => Some(a.cmp(b)),
        (a, Value::String(b)) if a.is_number() => Some(a.cmp(&Value::number_in(b)?)),
        (Value::String(a), b) if b.is_number() => Some(Value::number_in(a)?.cmp(b)),
        _ => None,
    }
}

fn text(value: &Value) -> Cow<'_, str> {
    match value {
        Value::String(text) => text.into(),
        other => other.to_string().into(),
    }
}
