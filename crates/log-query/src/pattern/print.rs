//! Patterns as text again: what is printed is understood as the same pattern.

use std::fmt::{Display, Formatter, Result, Write};

use super::{
    Kind, Pattern,
    delimited::{Delimited, Field},
    json::{Condition, Test},
    selector::{Selector, Step},
    terms::{self, Term, Terms, What, is_word},
    tree::Tree,
    value::{Comparison, Value},
};

impl Display for Pattern {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> Result {
        match &self.kind {
            Kind::Everything => Ok(()),
            Kind::Terms(Terms { terms, .. }) => separated(formatter, " ", terms),
            Kind::Json(tree) => write!(formatter, "{{ {tree} }}"),
            Kind::Delimited(Delimited { fields }) => {
                formatter.write_char('[')?;
                separated(formatter, ", ", fields)?;
                formatter.write_char(']')
            }
        }
    }
}

impl Display for Term {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> Result {
        formatter.write_str(match self.kind {
            terms::Kind::Required => "",
            terms::Kind::Optional => "?",
            terms::Kind::Excluded => "-",
        })?;
        match &self.what {
            What::Text(text) if !text.is_empty() && text.chars().all(is_word) => {
                formatter.write_str(text)
            }
            What::Text(text) => quoted(formatter, '"', text),
            What::Regex(regex) => write!(formatter, "%{}%", regex.written),
        }
    }
}

impl<T: Display> Display for Tree<T> {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> Result {
        match self {
            Self::Leaf(condition) => condition.fmt(formatter),
            Self::Or(all) => separated(formatter, " || ", all),
            Self::And(all) => {
                for (number, one) in all.iter().enumerate() {
                    formatter.write_str(if number > 0 { " && " } else { "" })?;
                    match one {
                        Self::Or(_) => write!(formatter, "({one})")?,
                        _ => one.fmt(formatter)?,
                    }
                }
                Ok(())
            }
        }
    }
}

impl Display for Condition {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> Result {
        self.selector.fmt(formatter)?;
        match &self.test {
            Test::Null => formatter.write_str(" IS NULL"),
            Test::Boolean(true) => formatter.write_str(" IS TRUE"),
            Test::Boolean(false) => formatter.write_str(" IS FALSE"),
            Test::Absent => formatter.write_str(" NOT EXISTS"),
            Test::Comparison(comparison) => write!(formatter, " {comparison}"),
        }
    }
}

impl Display for Selector {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> Result {
        formatter.write_char('$')?;
        for (number, step) in self.steps.iter().enumerate() {
            match step {
                Step::Key(key)
                    if !key.is_empty() && key.chars().all(super::characters::is_name) =>
                {
                    write!(formatter, ".{key}")?;
                }
                Step::Key(key) => {
                    formatter.write_str(".[")?;
                    quoted(formatter, '\'', key)?;
                    formatter.write_char(']')?;
                }
                Step::Index(index) => write!(formatter, "[{index}]")?,
                Step::Every if number == 0 => formatter.write_str(".*")?,
                Step::Every => formatter.write_str("[*]")?,
            }
        }
        Ok(())
    }
}

impl Display for Comparison {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> Result {
        write!(formatter, "{} ", self.operator.written())?;
        match &self.value {
            Value::Plain { text, .. } => formatter.write_str(text),
            Value::Quoted(text) => quoted(formatter, '"', text),
            Value::Regex(regex) => write!(formatter, "%{}%", regex.written),
        }
    }
}

impl Display for Field {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> Result {
        let Self::One {
            name,
            condition: Some(tree),
        } = self
        else {
            return formatter.write_str(self.name());
        };
        // A field's conditions all begin with its name.
        let alternatives = match tree {
            Tree::Or(all) => all.as_slice(),
            one => std::slice::from_ref(one),
        };
        for (number, one) in alternatives.iter().enumerate() {
            formatter.write_str(if number > 0 { " || " } else { "" })?;
            let all = match one {
                Tree::And(all) => all.as_slice(),
                one => std::slice::from_ref(one),
            };
            for (number, one) in all.iter().enumerate() {
                formatter.write_str(if number > 0 { " && " } else { "" })?;
                write!(formatter, "{name} {one}")?;
            }
        }
        Ok(())
    }
}

fn separated(formatter: &mut Formatter<'_>, separator: &str, all: &[impl Display]) -> Result {
    for (number, one) in all.iter().enumerate() {
        formatter.write_str(if number > 0 { separator } else { "" })?;
        one.fmt(formatter)?;
    }
    Ok(())
}

fn quoted(formatter: &mut Formatter<'_>, quote: char, text: &str) -> Result {
    formatter.write_char(quote)?;
    for character in text.chars() {
        if character == quote || character == '\\' {
            formatter.write_char('\\')?;
        }
        formatter.write_char(character)?;
    }
    formatter.write_char(quote)
}
