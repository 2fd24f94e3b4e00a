//! The filter-expression language: which traces someone wants to see.

mod error;
mod evaluate;
mod expression;
mod keyword;
mod lexer;
mod parse;
mod print;
mod select;

pub use error::FilterError;
use expression::Expression;
pub(crate) use select::Selected;

use crate::{Trace, view::View};

/// Most characters of an expression.
pub const MAX_FILTER_CHARACTERS: usize = 2000;

/// How deeply parentheses, `!` and braces may be inside each other.
pub const MAX_FILTER_DEPTH: usize = 50;

/// Groups whose expressions name groups whose expressions name groups: so many are followed.
const MAX_GROUP_DEPTH: usize = 10;

/// A [filter expression](https://docs.aws.amazon.com/xray/latest/devguide/xray-console-filters.html) that was understood.
///
/// Printing it gives an expression that means the same.
#[derive(Clone, Debug, PartialEq)]
pub struct Filter {
    expression: Expression,
}

impl Filter {
    /// Understands an expression.
    ///
    /// # Errors
    ///
    /// What is wrong and where: what cannot be read, keywords that do not exist or do not belong there,
    /// operators and values that do not go with the keyword, and what is too long or too deep.
    pub fn parse(text: &str) -> Result<Self, FilterError> {
        Ok(Self {
            expression: parse::parse(text)?,
        })
    }

    /// The names and ARNs of the groups that the expression names itself.
    /// Whoever asks should refuse the expression if one of them does not exist.
    #[must_use]
    pub fn groups(&self) -> Vec<&str> {
        let mut groups = Vec::new();
        self.expression.groups(&mut groups);
        groups
    }

    /// Whether it wants this trace.
    ///
    /// `groups` gives a group's filter by the group's name or ARN (which begins with `arn:`).
    /// A trace is in no group that does not exist.
    #[must_use]
    pub fn matches(&self, trace: &Trace, groups: &dyn Fn(&str) -> Option<Self>) -> bool {
        evaluate::matches(&self.expression, &View::of(trace), groups, 0)
    }
}
