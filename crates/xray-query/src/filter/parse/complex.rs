//! The keywords that take more than a value: services, edges, annotations, groups, root causes.

use serde_json::Value;

use super::{Parsed, Parser};
use crate::filter::{
    error::FilterError,
    expression::{AnnotationTest, Comparison, Expression, GroupBy, Match, ServicePattern},
    keyword::{Cause, Flag, Listed, Number, Scope, Text},
    lexer::Token,
};

impl Parser {
    /// What begins with `word`, which is none of the simple keywords.
    pub(super) fn complex(&mut self, word: &str, position: usize, scope: Scope) -> Parsed {
        let lower = word.to_ascii_lowercase();
        let error = |message: String| Err(FilterError { position, message });
        if lower == "annotation" || lower.starts_with("annotation.") {
            if matches!(scope, Scope::RootCause(..)) {
                return error(format!(
                    "`{word}` does not belong in the braces of `rootcause`"
                ));
            }
            return self.annotation(word, position);
        }
        let known = matches!(
            lower.as_str(),
            "service" | "edge" | "group.name" | "group.arn" | "json" | "id"
        ) || lower.starts_with("rootcause.");
        if !known {
            return error(unknown(word));
        }
        if scope != Scope::Trace {
            return error(format!("`{word}` cannot be inside braces"));
        }
        match lower.as_str() {
            "service" => {
                self.want_sign("(")?;
                let service = if *self.peek() == Token::Sign(")") {
                    ServicePattern::default()
                } else {
                    self.service()?
                };
                self.want_sign(")")?;
                let filter = self.braces(Scope::Service)?;
                Ok(Expression::Service(service, filter))
            }
            "edge" => {
                self.want_sign("(")?;
                let source = self.service()?;
                self.want_sign(",")?;
                let target = self.service()?;
                self.want_sign(")")?;
                let filter = self.braces(Scope::Edge)?;
                Ok(Expression::Edge(source, target, filter))
            }
            "group.name" => self.group(GroupBy::Name),
            "group.arn" => self.group(GroupBy::Arn),
            "id" => error("`id(…)` stands in the parentheses of `service` or `edge`".to_owned()),
            "json" => error("root causes as JSON are written `rootcause.json = #[{…}]`".to_owned()),
            "rootcause.json" => self.root_cause_json(),
            _ => self.root_cause(&lower, word, position),
        }
    }

    /// `annotation.key` or `annotation[key]`, and what is asked of it.
    fn annotation(&mut self, word: &str, position: usize) -> Parsed {
        let key = match word.split_once('.') {
            None => match self.peek().clone() {
                Token::Bracketed(key) => {
                    self.at += 1;
                    key
                }
                _ => return Err(self.wanted("`.key` or `[key]`")),
            },
            Some((_, key)) if key.is_empty() || key.contains('-') => {
                return Err(FilterError {
                    position,
                    message: "after `annotation.` comes a key of letters, digits and `_`; any other key is written `annotation[key]`".to_owned(),
                });
            }
            Some((_, key)) if key.contains('.') => {
                return Err(FilterError {
                    position,
                    message: format!(
                        "a key with dots is written in square brackets: `annotation[{key}]`"
                    ),
                });
            }
            Some((_, key)) => key.to_owned(),
        };
        let test = match self.peek() {
            Token::Sign("=" | "!=" | "<" | "<=" | ">" | ">=") => self.annotation_value()?,
            _ => match self.matching()? {
                Some(matching) => AnnotationTest::Text(matching, self.text_value()?),
                None => AnnotationTest::Set,
            },
        };
        Ok(Expression::Annotation(key, test))
    }

    /// The type of the value says which annotations can match.
    fn annotation_value(&mut self) -> Parsed<AnnotationTest> {
        let at = self.at;
        let Some(comparison) = self.comparison() else {
            return Err(self.wanted("an operator"));
        };
        let matching = match comparison {
            Comparison::Equal => Some(Match::Equal),
            Comparison::NotEqual => Some(Match::NotEqual),
            _ => None,
        };
        let test = match (self.peek().clone(), matching) {
            (Token::Number(number, _), _) => AnnotationTest::Number(comparison, number),
            (Token::Text(text), Some(matching)) => AnnotationTest::Text(matching, text),
            (Token::Text(_), None) => {
                self.at = at;
                return Err(self.error(
                    "a text has the operators =, !=, CONTAINS, BEGINSWITH and ENDSWITH; a number is written without quotes",
                ));
            }
            (Token::Word(_), Some(matching)) => match self.bool_value() {
                Some(value) => {
                    return Ok(AnnotationTest::Bool(value == (matching == Match::Equal)));
                }
                None => {
                    return Err(self.wanted("a text in double quotes, a number, `true` or `false`"));
                }
            },
            (_, None) => return Err(self.wanted("a number")),
            _ => return Err(self.wanted("a text in double quotes, a number, `true` or `false`")),
        };
        self.at += 1;
        Ok(test)
    }

    /// A name, or `id(name: "…", type: "…", account.id: "…")` with at least one of them.
    fn service(&mut self) -> Parsed<ServicePattern> {
        if let Token::Text(name) = self.peek().clone() {
            self.at += 1;
            return Ok(ServicePattern {
                name: Some(name),
                ..ServicePattern::default()
            });
        }
        if !self.take_word("id") {
            return Err(self.wanted("a service's name in double quotes or `id(…)`"));
        }
        self.want_sign("(")?;
        let mut pattern = ServicePattern {
            by_id: true,
            ..ServicePattern::default()
        };
        loop {
            let position = self.position();
            let Token::Word(word) = self.peek().clone() else {
                return Err(self.wanted("`name`, `type` or `account.id`"));
            };
            let part = match word.to_ascii_lowercase().as_str() {
                "name" => &mut pattern.name,
                "type" => &mut pattern.kind,
                "account.id" => &mut pattern.account_id,
                _ => return Err(self.wanted("`name`, `type` or `account.id`")),
            };
            if part.is_some() {
                return Err(FilterError {
                    position,
                    message: format!("`{word}` is there twice"),
                });
            }
            self.at += 1;
            self.want_sign(":")?;
            let Token::Text(value) = self.peek().clone() else {
                return Err(self.wanted("a text in double quotes"));
            };
            *part = Some(value);
            self.at += 1;
            if !self.take_sign(",") {
                break;
            }
        }
        self.want_sign(")")?;
        Ok(pattern)
    }

    /// `{ … }`, if it is there.
    fn braces(&mut self, scope: Scope) -> Parsed<Option<Box<Expression>>> {
        if !self.take_sign("{") {
            return Ok(None);
        }
        let filter = self.either(scope)?;
        self.want_sign("}")?;
        Ok(Some(Box::new(filter)))
    }

    fn group(&mut self, by: GroupBy) -> Parsed {
        let negated = self.equality()?;
        let Token::Text(group) = self.peek().clone() else {
            return Err(self.wanted("a text in double quotes"));
        };
        self.at += 1;
        Ok(Expression::Group { by, group, negated })
    }

    fn root_cause_json(&mut self) -> Parsed {
        let negated = self.equality()?;
        let causes = match self.peek().clone() {
            Token::Json(Value::Array(causes)) if causes.iter().all(Value::is_object) => causes,
            _ => return Err(self.wanted("`#[{…}]`, a list of root causes as JSON,")),
        };
        self.at += 1;
        Ok(Expression::RootCauseJson { causes, negated })
    }

    /// `=` gives false, `!=` gives true.
    fn equality(&mut self) -> Parsed<bool> {
        if self.take_sign("=") {
            Ok(false)
        } else if self.take_sign("!=") {
            Ok(true)
        } else {
            Err(self.wanted("= or !="))
        }
    }

    fn root_cause(&mut self, lower: &str, word: &str, position: usize) -> Parsed {
        let mut parts = lower.splitn(3, '.').skip(1);
        let cause = match parts.next() {
            Some("fault") => Some(Cause::Fault),
            Some("error") => Some(Cause::Error),
            Some("responsetime") => Some(Cause::ResponseTime),
            _ => None,
        };
        let listed = match parts.next() {
            Some("service") => Some(Listed::Service),
            Some("entity") => Some(Listed::Entity),
            Some("exception") if cause != Some(Cause::ResponseTime) => Some(Listed::Exception),
            _ => None,
        };
        let (Some(cause), Some(listed)) = (cause, listed) else {
            return Err(FilterError {
                position,
                message: format!(
                    "`{word}` is no keyword; there are rootcause.fault and rootcause.error with .service, .entity and .exception, rootcause.responsetime with .service and .entity, and rootcause.json"
                ),
            });
        };
        let filter = self.braces(Scope::RootCause(cause, listed))?;
        Ok(Expression::RootCause(cause, listed, filter))
    }
}

fn unknown(word: &str) -> String {
    let lower = word.to_ascii_lowercase();
    let simple = Flag::ALL.iter().map(|flag| flag.word());
    let all = simple
        .chain(Number::ALL.iter().map(|number| number.word()))
        .chain(Text::ALL.iter().map(|text| text.word()))
        .chain([
            "service",
            "edge",
            "annotation",
            "group.name",
            "group.arn",
            "rootcause",
        ]);
    let near = all
        .map(|keyword| (distance(keyword, &lower), keyword))
        .min()
        .filter(|(distance, _)| *distance <= (word.len() / 3).min(2));
    match near {
        Some((_, keyword)) => format!("`{word}` is no keyword; is `{keyword}` meant?"),
        None => format!("`{word}` is no keyword"),
    }
}

/// How many letters must be put in, left out or changed.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().take(40).collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (i, a) in one.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, b) in other.iter().enumerate() {
            let changed = diagonal + usize::from(a != *b);
            diagonal = row[j + 1];
            row[j + 1] = changed.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[other.len()]
}
