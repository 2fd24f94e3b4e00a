//! A query as it is written, once its words are understood. What its names stand for is not known here.

use regex::Regex;

use super::{
    function::{Aggregate, Function},
    lexer::Span,
    period::Period,
};

/// A command and where its name is.
pub(super) struct Placed {
    pub(super) command: Command,
    pub(super) at: Span,
}

pub(super) enum Command {
    Fields(Vec<Item>),
    Display(Vec<Item>),
    Filter(Expression),
    Parse {
        field: Expression,
        pattern: Extraction,
    },
    Stats {
        items: Vec<Item>,
        by: Vec<Item>,
    },
    /// Each key, and whether it is descending.
    Sort(Vec<(Expression, bool)>),
    Limit(usize),
    Dedup(Vec<Item>),
}

/// An expression and what its column is called.
pub(super) struct Item {
    pub(super) expression: Expression,
    pub(super) name: String,
    /// Whether the name was given with `as`.
    pub(super) named: bool,
}

/// How `parse` takes fields out of a text.
#[derive(Clone, Debug)]
pub(super) enum Extraction {
    /// What is between the wildcards, one part more than there are names.
    Glob {
        parts: Vec<String>,
        names: Vec<String>,
    },
    /// Each named group's number and name.
    Regex {
        regex: Regex,
        names: Vec<(usize, String)>,
    },
}

/// An expression and where it is; two are equal if they say the same, wherever.
#[derive(Clone, Debug)]
pub(super) struct Expression {
    pub(super) kind: Kind,
    pub(super) at: Span,
}

impl PartialEq for Expression {
    fn eq(&self, other: &Self) -> bool {
        self.kind == other.kind
    }
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Kind {
    Field(String),
    Number(f64),
    Text(String),
    Bool(bool),
    /// Only as an argument of a function that takes one.
    Period(Period),
    Negate(Box<Expression>),
    Not(Box<Expression>),
    /// `+` and `-`, or `*`, `/` and `%`, from left to right: a list, so that a long sum is not a deep tree.
    Chain(Box<Expression>, Vec<(Operator, Expression)>),
    Power(Box<Expression>, Box<Expression>),
    Compare(Box<Expression>, Comparison, Box<Expression>),
    Like(Box<Expression>, Matcher),
    In(Box<Expression>, Vec<Expression>),
    And(Vec<Expression>),
    Or(Vec<Expression>),
    Call(Function, Vec<Expression>),
    /// Without arguments for `count(*)`.
    Aggregate(Aggregate, Vec<Expression>),
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Operator {
    Plus,
    Minus,
    Times,
    Over,
    Modulo,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Comparison {
    Equal,
    NotEqual,
    Less,
    AtMost,
    Greater,
    AtLeast,
}

/// What `like` looks for: a text, or a regular expression.
#[derive(Clone, Debug)]
pub(super) struct Matcher(pub(super) Regex);

impl PartialEq for Matcher {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_str() == other.0.as_str()
    }
}
