//! Prints an expression so that it reads back as the same.

use std::fmt::{self, Display, Formatter, Write as _};

use super::{
    Filter,
    expression::{AnnotationTest, Comparison, Expression, GroupBy, Match, ServicePattern},
    keyword::{Cause, Listed},
};

impl Display for Filter {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.expression.fmt(f)
    }
}

impl Display for Expression {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::And(all) => joined(f, all, " AND "),
            Self::Or(all) => joined(f, all, " OR "),
            Self::Not(inner) => {
                f.write_char('!')?;
                inside(f, inner)
            }
            Self::Flag(flag, true) => f.write_str(flag.word()),
            Self::Flag(flag, false) => write!(f, "{} = false", flag.word()),
            Self::Number(number, comparison, value) => {
                write!(f, "{} {comparison} {value}", number.word())
            }
            Self::Text(text, matching, value) => {
                write!(f, "{} {matching} {}", text.word(), Quoted(value))
            }
            Self::NumberSet(number) => f.write_str(number.word()),
            Self::TextSet(text) => f.write_str(text.word()),
            Self::Annotation(key, test) => {
                write!(f, "annotation[{key}]")?;
                match test {
                    AnnotationTest::Set => Ok(()),
                    AnnotationTest::Bool(value) => write!(f, " = {value}"),
                    AnnotationTest::Number(comparison, value) => write!(f, " {comparison} {value}"),
                    AnnotationTest::Text(matching, value) => {
                        write!(f, " {matching} {}", Quoted(value))
                    }
                }
            }
            Self::Service(service, filter) => {
                write!(f, "service({service})")?;
                braces(f, filter.as_deref())
            }
            Self::Edge(source, target, filter) => {
                write!(f, "edge({source}, {target})")?;
                braces(f, filter.as_deref())
            }
            Self::Group { by, group, negated } => {
                let by = match by {
                    GroupBy::Name => "name",
                    GroupBy::Arn => "arn",
                };
                write!(f, "group.{by} {} {}", equality(*negated), Quoted(group))
            }
            Self::RootCause(cause, listed, filter) => {
                let cause = match cause {
                    Cause::Fault => "fault",
                    Cause::Error => "error",
                    Cause::ResponseTime => "responsetime",
                };
                let listed = match listed {
                    Listed::Service => "service",
                    Listed::Entity => "entity",
                    Listed::Exception => "exception",
                };
                write!(f, "rootcause.{cause}.{listed}")?;
                braces(f, filter.as_deref())
            }
            Self::RootCauseJson { causes, negated } => {
                let causes = serde_json::to_string(causes).map_err(|_| fmt::Error)?;
                write!(f, "rootcause.json {} #{causes}", equality(*negated))
            }
        }
    }
}

fn equality(negated: bool) -> &'static str {
    if negated { "!=" } else { "=" }
}

fn joined(f: &mut Formatter<'_>, all: &[Expression], between: &str) -> fmt::Result {
    for (index, one) in all.iter().enumerate() {
        if index > 0 {
            f.write_str(between)?;
        }
        match one {
            // Read back as it was without parentheses too, which count against the bound on depth.
            Expression::And(_) if between == " OR " => one.fmt(f)?,
            _ => inside(f, one)?,
        }
    }
    Ok(())
}

/// In parentheses if it is made of several.
fn inside(f: &mut Formatter<'_>, expression: &Expression) -> fmt::Result {
    match expression {
        Expression::And(_) | Expression::Or(_) => write!(f, "({expression})"),
        _ => expression.fmt(f),
    }
}

fn braces(f: &mut Formatter<'_>, filter: Option<&Expression>) -> fmt::Result {
    match filter {
        Some(filter) => write!(f, " {{ {filter} }}"),
        None => Ok(()),
    }
}

impl Display for ServicePattern {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let parts = [
            ("name", &self.name),
            ("type", &self.kind),
            ("account.id", &self.account_id),
        ];
        if !self.by_id {
            return match &self.name {
                Some(name) => Quoted(name).fmt(f),
                None => Ok(()),
            };
        }
        f.write_str("id(")?;
        let given = parts
            .iter()
            .filter_map(|(key, value)| Some((key, value.as_ref()?)));
        for (index, (key, value)) in given.enumerate() {
            let comma = if index > 0 { ", " } else { "" };
            write!(f, "{comma}{key}: {}", Quoted(value))?;
        }
        f.write_char(')')
    }
}

impl Display for Comparison {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Equal => "=",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
        })
    }
}

impl Display for Match {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Equal => "=",
            Self::NotEqual => "!=",
            Self::Contains => "CONTAINS",
            Self::BeginsWith => "BEGINSWITH",
            Self::EndsWith => "ENDSWITH",
        })
    }
}

/// A text in double quotes.
struct Quoted<'a>(&'a str);

impl Display for Quoted<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_char('"')?;
        for c in self.0.chars() {
            if matches!(c, '"' | '\\') {
                f.write_char('\\')?;
            }
            f.write_char(c)?;
        }
        f.write_char('"')
    }
}
