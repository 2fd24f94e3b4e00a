//! Patterns in brackets: the words of a line by their names, with conditions.

use std::collections::BTreeMap;

use super::{
    characters::is_name,
    cursor::{Cursor, Parsed},
    error::PatternError,
    number::number,
    tree::Tree,
    value::{Comparison, Scalar},
};

/// The fields, in their order.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Delimited {
    pub(super) fields: Vec<Field>,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Field {
    /// `...`: as many words as the others leave. There is one at most.
    Any,
    One {
        /// Empty if it has none.
        name: String,
        condition: Option<Tree<Comparison>>,
    },
}

pub(super) fn parse(cursor: &mut Cursor<'_>) -> Parsed<Delimited> {
    let mut fields = Vec::new();
    if cursor.take("]") {
        cursor.end()?;
        return Ok(Delimited { fields });
    }
    loop {
        cursor.skip();
        let start = cursor.at();
        let field = field(cursor)?;
        if fields.iter().any(|other| field.is_like(other)) {
            cursor.back_to(start);
            let message = format!("Duplicate field '{}'", field.name());
            let position = cursor.syntax("").position;
            return Err(PatternError::said(position, message));
        }
        fields.push(field);
        if cursor.take("]") {
            cursor.end()?;
            return Ok(Delimited { fields });
        }
        if !cursor.take(",") {
            return Err(cursor.syntax("expected `,` or `]`"));
        }
    }
}

fn field(cursor: &mut Cursor<'_>) -> Parsed<Field> {
    let start = cursor.at();
    if cursor.take("...") {
        if cursor.while_(is_name).is_empty() {
            return Ok(Field::Any);
        }
        let error = cursor.syntax("");
        let written = &cursor.text()[start..cursor.at()];
        return Err(PatternError::characters(error.position - 1, written));
    }
    let name = cursor.while_(is_name);
    if !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_digit()) {
        cursor.back_to(start);
        return Err(cursor.syntax("a field's name needs a letter, `_` or `-`"));
    }
    cursor.skip();
    if matches!(cursor.peek(), Some(',' | ']') | None) {
        let name = name.to_owned();
        let condition = None;
        return Ok(Field::One { name, condition });
    }
    cursor.back_to(start);
    let condition = Tree::parse(cursor, false, &mut |cursor| comparison(cursor, name))?;
    Ok(Field::One {
        name: name.to_owned(),
        condition: Some(condition),
    })
}

fn comparison(cursor: &mut Cursor<'_>, name: &str) -> Parsed<Comparison> {
    cursor.skip();
    let start = cursor.at();
    if name.is_empty() || cursor.while_(is_name) != name {
        cursor.back_to(start);
        return Err(cursor.syntax(match name {
            "" => "expected a field's name".to_owned(),
            _ => format!("expected `{name}`: a field's conditions are about that field"),
        }));
    }
    let comparison = Comparison::parse(cursor, false)?;
    comparison.ok_or_else(|| cursor.syntax("expected `,`, `]` or an operator"))
}

impl Field {
    pub(super) fn name(&self) -> &str {
        match self {
            Self::Any => "...",
            Self::One { name, .. } => name,
        }
    }

    fn is_like(&self, other: &Self) -> bool {
        !self.name().is_empty() && self.name() == other.name()
    }
}

impl Delimited {
    pub(super) fn matches(&self, line: &str) -> bool {
        self.taken(line).is_some()
    }

    /// The fields of a line, `$name` or `$3`, if the line is taken.
    pub(super) fn fields_of(&self, line: &str) -> Option<BTreeMap<String, String>> {
        let words = self.taken(line)?.into_iter().enumerate();
        let fields = words.map(|(number, word)| {
            let name = match word.field {
                "" => format!("${}", number + 1),
                name => format!("${name}"),
            };
            (name, word.text.to_owned())
        });
        Some(fields.collect())
    }

    /// The words of a line, with the fields that they are, if the line is taken.
    fn taken<'l>(&'l self, line: &'l str) -> Option<Vec<Word<'l>>> {
        let mut words = words(line);
        let any = self.fields.iter().position(|field| *field == Field::Any);
        let named = self.fields.len() - usize::from(any.is_some());
        let left = words.len().checked_sub(named)?;
        if any.is_none() && left > 0 && named > 0 {
            // Without `...` the last field takes what is left of the line, as it is.
            words.truncate(named);
            let last = &mut words[named - 1];
            last.text = line[last.start..].trim_end();
        }
        for (place, field) in self.fields.iter().enumerate() {
            let Field::One { name, condition } = field else {
                continue;
            };
            let word = match any {
                // `...` itself is no word.
                Some(any) if place > any => &mut words[place - 1 + left],
                _ => &mut words[place],
            };
            word.field = name;
            let Some(tree) = condition else {
                continue;
            };
            let scalar = match self::number(word.text) {
                Some(_) => Scalar::Number(word.text),
                None => Scalar::Text(word.text),
            };
            if !tree.holds(&|comparison| comparison.holds(scalar)) {
                return None;
            }
        }
        Some(words)
    }
}

struct Word<'l> {
    /// Where it begins, its quote or bracket included.
    start: usize,
    /// Without quotes or brackets round it.
    text: &'l str,
    /// The name of the field that it is; empty if it has none.
    field: &'l str,
}

/// The words of a line. What is in quotes or brackets is one word, if the closing one ends a word.
fn words(line: &str) -> Vec<Word<'_>> {
    let mut words = Vec::new();
    let mut start = 0;
    while let Some(skipped) = line[start..].find(|next: char| !next.is_whitespace()) {
        start += skipped;
        let rest = &line[start..];
        let (text, length) = enclosed(rest).unwrap_or_else(|| {
            let length = rest.find(char::is_whitespace).unwrap_or(rest.len());
            (&rest[..length], length)
        });
        let field = "";
        words.push(Word { start, text, field });
        start += length;
    }
    words
}

/// A word in quotes or brackets at the beginning: what is in them, and how long it is with them.
fn enclosed(text: &str) -> Option<(&str, usize)> {
    let close = match text.as_bytes()[0] {
        b'"' => b'"',
        b'[' => b']',
        _ => return None,
    };
    let mut escaped = false;
    let end = text.bytes().skip(1).position(|byte| {
        let found = byte == close && !escaped;
        escaped = byte == b'\\' && !escaped;
        found
    })? + 1;
    let after = text[end + 1..].chars().next();
    let ends = after.is_none_or(char::is_whitespace);
    ends.then(|| (&text[1..end], end + 1))
}
