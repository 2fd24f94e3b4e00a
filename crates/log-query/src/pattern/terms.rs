//! Patterns of terms: words, phrases and regular expressions that a message has in it or has not.

use super::{
    cursor::{Cursor, Parsed},
    regex::Regex,
};

/// At least one term.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Terms {
    pub(super) terms: Vec<Term>,
    /// Only `?` terms: one of them is enough. Beside others, `?` terms count for nothing.
    any: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Term {
    pub(super) kind: Kind,
    pub(super) what: What,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Kind {
    Required,
    /// `?term`
    Optional,
    /// `-term`
    Excluded,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum What {
    Text(String),
    Regex(Regex),
}

impl Terms {
    pub(super) fn matches(&self, message: &str) -> bool {
        let mut terms = self.terms.iter();
        if self.any {
            return terms.any(|term| term.what.is_in(message));
        }
        terms.all(|term| match term.kind {
            Kind::Required => term.what.is_in(message),
            Kind::Excluded => !term.what.is_in(message),
            Kind::Optional => true,
        })
    }
}

impl What {
    fn is_in(&self, message: &str) -> bool {
        match self {
            Self::Text(text) => message.contains(text.as_str()),
            Self::Regex(regex) => regex.finds(message),
        }
    }
}

pub(super) fn parse(cursor: &mut Cursor<'_>) -> Parsed<Terms> {
    let mut terms = Vec::new();
    while cursor.peek().is_some() {
        terms.push(term(cursor)?);
        cursor.skip();
    }
    let any = terms.iter().all(|term| term.kind == Kind::Optional);
    Ok(Terms { terms, any })
}

/// Terms need no space between them: the service reads `a-b` as `a -b`.
fn term(cursor: &mut Cursor<'_>) -> Parsed<Term> {
    let kind = match cursor.peek() {
        Some('?') => Kind::Optional,
        Some('-') => Kind::Excluded,
        _ => Kind::Required,
    };
    if kind != Kind::Required {
        cursor.pass();
    }
    let what = match cursor.peek() {
        Some('"') => What::Text(cursor.quoted('"')?),
        Some('%') => What::Regex(cursor.regex()?),
        Some(next) if is_word(next) => What::Text(cursor.while_(is_word).to_owned()),
        Some('?' | '-') | None => return Err(cursor.syntax("expected a term")),
        Some(next) if next.is_whitespace() => return Err(cursor.syntax("expected a term")),
        Some(_) => return Err(cursor.characters(cursor.at())),
    };
    Ok(Term { kind, what })
}

/// What a term without quotes is made of.
pub(super) fn is_word(character: char) -> bool {
    character.is_ascii_alphanumeric() || character == '_'
}
