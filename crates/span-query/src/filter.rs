//! Filters, and whether a row passes them: tests that havings share.

use std::cmp::Ordering;

use crate::{Column, Row, Value};

/// One condition on a row.
#[derive(Clone, Debug, PartialEq)]
pub struct Filter {
    /// The column that is looked at.
    pub column: Column,
    /// What its value must be like.
    pub test: Test,
    /// Whether the filter keeps the rows for which the test is false.
    pub negated: bool,
}

/// The positive tests; the negative operators are these with [`Filter::negated`].
#[derive(Clone, Debug, PartialEq)]
pub enum Test {
    /// A comparison with a value.
    Compare(Compare, Value),
    /// The value's text starts with this.
    StartsWith(String),
    /// The value's text ends with this.
    EndsWith(String),
    /// The value's text has this in it.
    Contains(String),
    /// The value's text has a match of this regular expression in it; as it was written, sound or not.
    Matches(String),
    /// There is a value.
    Exists,
    /// The value equals one of these.
    In(Vec<Value>),
}

/// How a value is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compare {
    /// `=`
    Equal,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
}

/// How several filters make one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Combination {
    /// All must hold.
    And,
    /// One must hold.
    Or,
}

/// Every filter operator's name, in the order in which they are shown.
pub const FILTER_OPS: [&str; 18] = [
    "=",
    "!=",
    ">",
    ">=",
    "<",
    "<=",
    "starts-with",
    "does-not-start-with",
    "ends-with",
    "does-not-end-with",
    "contains",
    "does-not-contain",
    "matches",
    "does-not-match",
    "exists",
    "does-not-exist",
    "in",
    "not-in",
];

/// Whether the row passes the filters; without any, every row does.
///
/// Only for filters that rows alone can answer.
pub(crate) fn passes(row: &Row, filters: &[Filter], combination: Combination) -> bool {
    let pass = |filter: &Filter| {
        let holds = filter.test.holds(row.get(&filter.column.name), |_| false);
        holds != filter.negated
    };
    match combination {
        Combination::And => filters.iter().all(pass),
        Combination::Or => filters.is_empty() || filters.iter().any(pass),
    }
}

impl Filter {
    /// The operator as the query writes it.
    pub fn op(&self) -> &'static str {
        match (&self.test, self.negated) {
            (Test::Compare(compare, _), negated) => compare.name(negated),
            (Test::StartsWith(_), false) => "starts-with",
            (Test::StartsWith(_), true) => "does-not-start-with",
            (Test::EndsWith(_), false) => "ends-with",
            (Test::EndsWith(_), true) => "does-not-end-with",
            (Test::Contains(_), false) => "contains",
            (Test::Contains(_), true) => "does-not-contain",
            (Test::Matches(_), false) => "matches",
            (Test::Matches(_), true) => "does-not-match",
            (Test::Exists, false) => "exists",
            (Test::Exists, true) => "does-not-exist",
            (Test::In(_), false) => "in",
            (Test::In(_), true) => "not-in",
        }
    }
}

impl Test {
    /// Whether the test is true of a row's value; never of an absent one.
    ///
    /// A regular expression is compiled by whoever asks: `matches` says whether it is found in a text.
    pub fn holds(&self, value: &Value, matches: impl Fn(&str) -> bool) -> bool {
        if let Value::Null = value {
            return false;
        }
        match self {
            Test::Compare(compare, wanted) => compare.holds(value, wanted),
            Test::StartsWith(part) => value.text().starts_with(part.as_str()),
            Test::EndsWith(part) => value.text().ends_with(part.as_str()),
            Test::Contains(part) => value.text().contains(part.as_str()),
            Test::Matches(_) => matches(&value.text()),
            Test::Exists => true,
            Test::In(wanted) => wanted
                .iter()
                .any(|wanted| Compare::Equal.holds(value, wanted)),
        }
    }
}

impl Compare {
    /// The operator as a query writes it; only `=` has a negation of its own.
    pub(crate) fn name(self, negated: bool) -> &'static str {
        match self {
            Compare::Equal if negated => "!=",
            Compare::Equal => "=",
            Compare::Greater => ">",
            Compare::GreaterOrEqual => ">=",
            Compare::Less => "<",
            Compare::LessOrEqual => "<=",
        }
    }

    /// Whether the row's value compares so with the wanted one; false for what cannot be compared.
    pub fn holds(self, value: &Value, wanted: &Value) -> bool {
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
