//! `= 4*`, `> 1000`, `!= "x"`, `= %regex%`: how a value is compared, in JSON and in lines of words.

use super::{
    characters::is_plain,
    cursor::{Cursor, Parsed},
    number::number,
    regex::Regex,
};

/// Words that mean something in a pattern in braces and need quotes as values.
const KEYWORDS: [&str; 7] = ["IS", "NOT", "EXISTS", "NULL", "TRUE", "FALSE", "null"];

/// An operator and what stands to its right.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Comparison {
    pub(super) operator: Operator,
    pub(super) value: Value,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Operator {
    Equal,
    NotEqual,
    Less,
    AtMost,
    Greater,
    AtLeast,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    /// Without quotes. To a number a number is compared by its value, to a text by how it is written.
    Plain {
        text: String,
        number: Option<f64>,
    },
    /// In quotes. Compared by how it is written, to numbers too.
    Quoted(String),
    Regex(Regex),
}

/// What is compared.
#[derive(Clone, Copy, Debug)]
pub(super) enum Scalar<'m> {
    Text(&'m str),
    /// As it is written, which matters to wildcards and regular expressions.
    Number(&'m str),
}

impl Operator {
    const ALL: [(&'static str, Self); 6] = [
        ("!=", Self::NotEqual),
        ("<=", Self::AtMost),
        (">=", Self::AtLeast),
        ("=", Self::Equal),
        ("<", Self::Less),
        (">", Self::Greater),
    ];

    pub(super) fn written(self) -> &'static str {
        let found = Self::ALL.iter().find(|(_, operator)| *operator == self);
        found.map_or("", |(written, _)| written)
    }

    /// Whether it asks for order, which numbers alone have.
    fn orders(self) -> bool {
        !matches!(self, Self::Equal | Self::NotEqual)
    }
}

impl Comparison {
    /// The comparison that comes next; nothing if no operator does.
    pub(super) fn parse(cursor: &mut Cursor<'_>, keywords: bool) -> Parsed<Option<Self>> {
        let found = Operator::ALL
            .iter()
            .find(|(written, _)| cursor.take(written));
        let Some((_, operator)) = found else {
            return Ok(None);
        };
        let operator = *operator;
        cursor.skip();
        let before = cursor.at();
        let value = Value::parse(cursor, keywords)?;
        if operator.orders() && value.number().is_none() {
            cursor.back_to(before);
            return Err(cursor.unexpected("only a number can be greater or less"));
        }
        Ok(Some(Self { operator, value }))
    }

    pub(super) fn holds(&self, scalar: Scalar<'_>) -> bool {
        if let (Some(wanted), Scalar::Number(text)) = (self.value.number(), scalar) {
            return number(text).is_some_and(|found| match self.operator {
                Operator::Equal => found == wanted,
                Operator::NotEqual => found != wanted,
                Operator::Less => found < wanted,
                Operator::AtMost => found <= wanted,
                Operator::Greater => found > wanted,
                Operator::AtLeast => found >= wanted,
            });
        }
        let (Scalar::Text(text) | Scalar::Number(text)) = scalar;
        match self.operator {
            Operator::Equal => self.value.is_like(text),
            Operator::NotEqual => !self.value.is_like(text),
            _ => false,
        }
    }

    /// A text without which nothing is equal, if there is one.
    pub(super) fn must_contain(&self) -> Option<&str> {
        let text = match (&self.value, self.operator) {
            (Value::Quoted(text) | Value::Plain { text, number: None }, Operator::Equal) => text,
            _ => return None,
        };
        text.split('*').max_by_key(|part| part.len())
    }
}

impl Value {
    fn parse(cursor: &mut Cursor<'_>, keywords: bool) -> Parsed<Self> {
        match cursor.peek() {
            Some('"') => return cursor.quoted('"').map(Self::Quoted),
            Some('%') => return cursor.regex().map(Self::Regex),
            _ => {}
        }
        let start = cursor.at();
        let text = cursor.while_(is_plain);
        let number = number(text);
        if text.is_empty() {
            return Err(cursor.syntax("expected a value"));
        }
        if keywords && KEYWORDS.contains(&text) {
            cursor.back_to(start);
            return Err(cursor.syntax(format!("`{text}` as a value needs quotes")));
        }
        if let (None, Some(sign)) = (number, text.find(['+', '-'])) {
            cursor.back_to(start + sign);
            return Err(cursor.characters(start));
        }
        Ok(Self::Plain {
            text: text.to_owned(),
            number,
        })
    }

    fn number(&self) -> Option<f64> {
        match self {
            Self::Plain { number, .. } => *number,
            _ => None,
        }
    }

    fn is_like(&self, text: &str) -> bool {
        match self {
            Self::Plain { text: wanted, .. } | Self::Quoted(wanted) => is_like(wanted, text),
            Self::Regex(regex) => regex.finds(text),
        }
    }
}

/// Whether the text is like the wanted one, in which `*` stands for anything, nothing included.
fn is_like(wanted: &str, text: &str) -> bool {
    let mut parts = wanted.split('*');
    let Some(rest) = parts
        .next()
        .and_then(|beginning| text.strip_prefix(beginning))
    else {
        return false;
    };
    let Some(end) = parts.next_back() else {
        return rest.is_empty();
    };
    let Some(mut rest) = rest.strip_suffix(end) else {
        return false;
    };
    for part in parts {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    true
}
