//! What an expression says, once it is understood.

use serde_json::Value;

use super::keyword::{Cause, Flag, Listed, Number, Text};

/// A condition on a trace, or on an item of the scope it stands in.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Expression {
    And(Vec<Self>),
    Or(Vec<Self>),
    Not(Box<Self>),
    Flag(Flag, bool),
    Number(Number, Comparison, f64),
    Text(Text, Match, String),
    /// The keyword has a value.
    NumberSet(Number),
    /// The keyword has a value.
    TextSet(Text),
    Annotation(String, AnnotationTest),
    /// A service of the trace, and what must hold there.
    Service(ServicePattern, Option<Box<Self>>),
    /// A call from one service to another, and what must hold of it.
    Edge(ServicePattern, ServicePattern, Option<Box<Self>>),
    /// Name or ARN of a group that the trace must be in, or not.
    Group {
        by: GroupBy,
        group: String,
        negated: bool,
    },
    /// An item of a root cause, and what must hold of it.
    RootCause(Cause, Listed, Option<Box<Self>>),
    /// Root causes that must be there, as JSON that may leave fields out.
    RootCauseJson {
        causes: Vec<Value>,
        negated: bool,
    },
}

impl Expression {
    pub(super) fn groups<'a>(&'a self, groups: &mut Vec<&'a str>) {
        match self {
            Self::And(all) | Self::Or(all) => {
                for one in all {
                    one.groups(groups);
                }
            }
            Self::Not(inner) => inner.groups(groups),
            Self::Group { group, .. } => groups.push(group),
            // Groups are not possible inside braces.
            _ => {}
        }
    }
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum GroupBy {
    Name,
    Arn,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Match {
    Equal,
    NotEqual,
    Contains,
    BeginsWith,
    EndsWith,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum AnnotationTest {
    /// There is one; if it is a boolean, it is true.
    Set,
    Bool(bool),
    Number(Comparison, f64),
    Text(Match, String),
}

/// Which services: those that have all that is given.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct ServicePattern {
    pub(crate) name: Option<String>,
    pub(crate) kind: Option<String>,
    pub(crate) account_id: Option<String>,
    /// Written as `id(…)`, so that it prints as it was.
    pub(crate) by_id: bool,
}
