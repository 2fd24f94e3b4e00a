//! Patterns in braces: conditions about the properties of a JSON object.

use super::{
    cursor::{Cursor, Parsed},
    selector::Selector,
    tree::Tree,
    value::{Comparison, Scalar},
};

/// What is said of what a selector selects.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Condition {
    pub(super) selector: Selector,
    pub(super) test: Test,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Test {
    /// `IS NULL`, of which an array with a `null` in it is enough.
    Null,
    /// `IS TRUE`, `IS FALSE`
    Boolean(bool),
    /// `NOT EXISTS`; `null` exists.
    Absent,
    /// Of numbers and texts. Nothing else is equal or unequal to anything.
    Comparison(Comparison),
}

pub(super) fn parse(cursor: &mut Cursor<'_>) -> Parsed<Tree<Condition>> {
    let tree = Tree::parse(cursor, true, &mut condition)?;
    if !cursor.take("}") {
        return Err(cursor.syntax("expected `&&`, `||` or `}`"));
    }
    cursor.end()?;
    Ok(tree)
}

fn condition(cursor: &mut Cursor<'_>) -> Parsed<Condition> {
    let selector = Selector::parse(cursor)?;
    let test = match Comparison::parse(cursor, true)? {
        Some(comparison) => Test::Comparison(comparison),
        None => keywords(cursor)?,
    };
    Ok(Condition { selector, test })
}

fn keywords(cursor: &mut Cursor<'_>) -> Parsed<Test> {
    cursor.skip();
    let start = cursor.at();
    match word(cursor) {
        "IS" => {
            let states = [
                ("NULL", Test::Null),
                ("TRUE", Test::Boolean(true)),
                ("FALSE", Test::Boolean(false)),
            ];
            one_of(cursor, states, "expected NULL, TRUE or FALSE")
        }
        "NOT" => one_of(cursor, [("EXISTS", Test::Absent)], "expected EXISTS"),
        _ => {
            cursor.back_to(start);
            Err(cursor.syntax("expected an operator, IS or NOT EXISTS"))
        }
    }
}

fn one_of<const N: usize>(
    cursor: &mut Cursor<'_>,
    words: [(&str, Test); N],
    wanted: &str,
) -> Parsed<Test> {
    cursor.skip();
    let start = cursor.at();
    let found = word(cursor);
    let test = words.into_iter().find(|(word, _)| *word == found);
    match test {
        Some((_, test)) => Ok(test),
        None => {
            cursor.back_to(start);
            Err(cursor.unexpected(wanted))
        }
    }
}

fn word<'t>(cursor: &mut Cursor<'t>) -> &'t str {
    cursor.while_(|next| next.is_ascii_alphanumeric())
}

/// Whether the message is a JSON object of which the conditions hold.
pub(super) fn matches(tree: &Tree<Condition>, message: &str) -> bool {
    message.trim_start().starts_with('{') && tree.holds(&|condition| condition.holds(message))
}

impl Condition {
    fn holds(&self, message: &str) -> bool {
        if !self.may_hold(message) {
            return false;
        }
        let Some(selected) = self.selector.select(message) else {
            return false;
        };
        match &self.test {
            Test::Absent => selected.is_empty(),
            test => selected.into_iter().any(|json| test.holds(json)),
        }
    }

    /// Whether the message, not read as JSON yet, may have what the condition wants of it.
    /// What JSON may write in several ways, it writes with a `\`.
    fn may_hold(&self, message: &str) -> bool {
        let has = |text: &str| message.contains(text) || message.contains('\\');
        let value = match &self.test {
            Test::Absent => return true,
            Test::Comparison(comparison) => comparison.must_contain(),
            Test::Null => Some("null"),
            Test::Boolean(true) => Some("true"),
            Test::Boolean(false) => Some("false"),
        };
        self.selector.keys().all(has) && value.is_none_or(has)
    }
}

impl Test {
    /// Of the text of a JSON value.
    fn holds(&self, json: &str) -> bool {
        match self {
            Self::Null => json == "null" || (json.starts_with('[') && has_null(json)),
            Self::Boolean(wanted) => json == if *wanted { "true" } else { "false" },
            Self::Absent => false,
            Self::Comparison(comparison) => match json.as_bytes().first() {
                Some(b'"') => {
                    let inner = &json[1..json.len() - 1];
                    if !inner.contains('\\') {
                        return comparison.holds(Scalar::Text(inner));
                    }
                    let decoded = serde_json::from_str::<String>(json);
                    decoded.is_ok_and(|text| comparison.holds(Scalar::Text(&text)))
                }
                Some(b'-' | b'0'..=b'9') => comparison.holds(Scalar::Number(json)),
                _ => false,
            },
        }
    }
}

fn has_null(array: &str) -> bool {
    let elements = serde_json::from_str::<Vec<&serde_json::value::RawValue>>(array);
    elements.is_ok_and(|all| all.iter().any(|one| one.get() == "null"))
}
