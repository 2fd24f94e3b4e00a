//! The filter-pattern language: which log events FilterLogEvents, StartLiveTail and TestMetricFilter take.
//! Logs Insights queries are another language and live elsewhere.

mod characters;
mod cursor;
mod delimited;
mod error;
mod illegal;
mod json;
mod number;
mod print;
mod regex;
mod selector;
mod terms;
mod tree;
mod value;

use std::collections::BTreeMap;

use cursor::Cursor;
use delimited::Delimited;
pub use error::PatternError;
use json::Condition;
use terms::Terms;
use tree::Tree;

/// Most characters of a pattern.
pub const MAX_PATTERN_CHARACTERS: usize = 1024;

/// Most regular expressions of a pattern.
const MAX_REGEXES: usize = 2;

/// Most wildcards among the selectors of a pattern; a selector has one at most.
const MAX_WILDCARDS: usize = 3;

/// How deeply parentheses may be inside each other.
const MAX_DEPTH: usize = 50;

/// A [filter pattern](https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html) that was
/// understood.
///
/// | written | takes |
/// |---|---|
/// | nothing | every message |
/// | `ERROR "not found"` | messages with all of these in them, case and all |
/// | `?ERROR ?WARN` | messages with one of these; beside other terms `?` terms count for nothing |
/// | `ERROR -timeout` | messages without the second |
/// | `%4\d\d%` | messages in which the regular expression finds something |
/// | `{ $.status >= 500 && $.route = "/api/*" }` | JSON objects |
/// | `[ip, ..., status = 4*, bytes > 1000]` | lines of words |
///
/// Printing it gives a pattern that means the same.
#[derive(Clone, Debug, PartialEq)]
pub struct Pattern {
    kind: Kind,
}

#[derive(Clone, Debug, PartialEq)]
enum Kind {
    Everything,
    Terms(Terms),
    Json(Tree<Condition>),
    Delimited(Delimited),
}

impl Pattern {
    /// Understands a pattern.
    ///
    /// # Errors
    ///
    /// What is wrong, as the service words it for an `InvalidParameterException`, and where.
    pub fn parse(text: &str) -> Result<Self, PatternError> {
        if text.chars().count() > MAX_PATTERN_CHARACTERS {
            return Err(PatternError::too_long(text));
        }
        let mut cursor = Cursor::of(text);
        let kind = match cursor.peek() {
            None => Kind::Everything,
            Some(open @ '{') => {
                cursor.closed_by(open, '}')?;
                Kind::Json(json::parse(&mut cursor).map_err(|error| cursor.illegal_or(error))?)
            }
            Some(open @ '[') => {
                cursor.closed_by(open, ']')?;
                let parsed = delimited::parse(&mut cursor);
                Kind::Delimited(parsed.map_err(|error| cursor.illegal_or(error))?)
            }
            Some(_) => Kind::Terms(terms::parse(&mut cursor)?),
        };
        Ok(Self { kind })
    }

    /// Whether it takes this message.
    ///
    /// A pattern in braces takes JSON objects only, whatever it says about them.
    #[must_use]
    pub fn matches(&self, message: &str) -> bool {
        match &self.kind {
            Kind::Everything => true,
            Kind::Terms(terms) => terms.matches(message),
            Kind::Json(tree) => json::matches(tree, message),
            Kind::Delimited(delimited) => delimited.matches(message),
        }
    }

    /// What TestMetricFilter calls `extractedValues`; `None` if the message is not taken.
    ///
    /// Only patterns in brackets extract: `$name` for a named field, `$3` for the third where it has no name.
    /// The others give an empty map, as the service does.
    #[must_use]
    pub fn extract(&self, message: &str) -> Option<BTreeMap<String, String>> {
        match &self.kind {
            Kind::Delimited(delimited) => delimited.fields_of(message),
            _ => self.matches(message).then(BTreeMap::new),
        }
    }
}
