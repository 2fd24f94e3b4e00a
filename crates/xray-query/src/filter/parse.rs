//! Understands the tokens of an expression. `!` binds tightest, then AND (written or not), then OR.

mod complex;

use super::{
    MAX_FILTER_DEPTH,
    error::FilterError,
    expression::{Comparison, Expression, Match},
    keyword::{Flag, Number, Scope, Text, home},
    lexer::{Placed, Token, tokens},
};

/// Understands an expression about a trace.
pub(super) fn parse(text: &str) -> Result<Expression, FilterError> {
    let mut parser = Parser {
        tokens: tokens(text)?,
        at: 0,
        depth: 0,
    };
    if *parser.peek() == Token::End {
        return Err(parser.error("the expression is empty"));
    }
    let expression = parser.either(Scope::Trace)?;
    match parser.peek() {
        Token::End => Ok(expression),
        other => {
            let message = format!("expected AND, OR or a condition, found {}", other.told());
            Err(parser.error(message))
        }
    }
}

struct Parser {
    tokens: Vec<Placed>,
    at: usize,
    depth: usize,
}

type Parsed<T = Expression> = Result<T, FilterError>;

impl Parser {
    /// Conditions with OR between them.
    fn either(&mut self, scope: Scope) -> Parsed {
        self.depth += 1;
        if self.depth > MAX_FILTER_DEPTH {
            return Err(self.error(format!(
                "more than {MAX_FILTER_DEPTH} parentheses, braces and `!` inside each other"
            )));
        }
        let mut all = vec![self.both(scope)?];
        while self.take_word("or") {
            all.push(self.both(scope)?);
        }
        self.depth -= 1;
        Ok(one_or(all, Expression::Or))
    }

    /// Conditions with AND or nothing between them.
    fn both(&mut self, scope: Scope) -> Parsed {
        let mut all = vec![self.condition(scope)?];
        loop {
            if self.take_word("and") || self.begins_condition() {
                all.push(self.condition(scope)?);
            } else {
                return Ok(one_or(all, Expression::And));
            }
        }
    }

    /// Whether a condition begins here, so that AND is meant.
    fn begins_condition(&self) -> bool {
        match self.peek() {
            Token::Word(word) => !word.eq_ignore_ascii_case("or"),
            Token::Sign(sign) => matches!(*sign, "!" | "("),
            _ => false,
        }
    }

    fn condition(&mut self, scope: Scope) -> Parsed {
        if self.take_sign("!") {
            self.depth += 1;
            if self.depth > MAX_FILTER_DEPTH {
                return Err(self.error(format!(
                    "more than {MAX_FILTER_DEPTH} parentheses, braces and `!` inside each other"
                )));
            }
            let inner = self.condition(scope)?;
            self.depth -= 1;
            return Ok(Expression::Not(Box::new(inner)));
        }
        if self.take_sign("(") {
            let inner = self.either(scope)?;
            self.want_sign(")")?;
            return Ok(inner);
        }
        let position = self.position();
        let Token::Word(word) = self.peek() else {
            let message = format!("expected a condition, found {}", self.peek().told());
            return Err(self.error(message));
        };
        let word = word.clone();
        if is_operator(&word) {
            return Err(self.error(format!("expected a condition, found `{word}`")));
        }
        self.at += 1;
        self.keyword(&word, position, scope)
    }

    fn keyword(&mut self, word: &str, position: usize, scope: Scope) -> Parsed {
        let misplaced = |word: &str| {
            Err(FilterError {
                position,
                message: format!("`{word}` does not belong here, but in {}", home(word)),
            })
        };
        if let Some(flag) = Flag::of(word) {
            if !flag.belongs(scope) {
                return misplaced(flag.word());
            }
            return Ok(Expression::Flag(flag, self.flag_value()?));
        }
        if let Some(number) = Number::of(word) {
            if !number.belongs(scope) {
                return misplaced(number.word());
            }
            return Ok(match self.comparison() {
                None => {
                    self.refuse_match("a number")?;
                    Expression::NumberSet(number)
                }
                Some(comparison) => Expression::Number(number, comparison, self.number_value()?),
            });
        }
        if let Some(text) = Text::of(word) {
            if !text.belongs(scope) {
                return misplaced(text.word());
            }
            return Ok(match self.matching()? {
                None => Expression::TextSet(text),
                Some(matching) => Expression::Text(text, matching, self.text_value()?),
            });
        }
        self.complex(word, position, scope)
    }

    /// `= true` and the like; nothing means true.
    fn flag_value(&mut self) -> Parsed<bool> {
        let equal = if self.take_sign("=") {
            true
        } else if self.take_sign("!=") {
            false
        } else {
            if let Token::Sign("<" | "<=" | ">" | ">=") = self.peek() {
                return Err(
                    self.error("a keyword that is true or false has the operators = and !=")
                );
            }
            self.refuse_match("true or false")?;
            return Ok(true);
        };
        match self.bool_value() {
            Some(value) => Ok(value == equal),
            None => Err(self.wanted("`true` or `false`")),
        }
    }

    fn bool_value(&mut self) -> Option<bool> {
        if self.take_word("true") {
            Some(true)
        } else if self.take_word("false") {
            Some(false)
        } else {
            None
        }
    }

    fn number_value(&mut self) -> Parsed<f64> {
        match *self.peek() {
            Token::Number(number, _) => {
                self.at += 1;
                Ok(number)
            }
            _ => Err(self.wanted("a number")),
        }
    }

    /// A text in double quotes. A plain word is taken too: the service's own examples have `name = traces`.
    fn text_value(&mut self) -> Parsed<String> {
        match self.peek().clone() {
            Token::Text(text) => {
                self.at += 1;
                Ok(text)
            }
            Token::Word(word) if !is_operator(&word) => {
                self.at += 1;
                Ok(word)
            }
            _ => Err(self.wanted("a text in double quotes")),
        }
    }

    fn comparison(&mut self) -> Option<Comparison> {
        let comparison = match self.peek() {
            Token::Sign("=") => Comparison::Equal,
            Token::Sign("!=") => Comparison::NotEqual,
            Token::Sign("<") => Comparison::Less,
            Token::Sign("<=") => Comparison::LessOrEqual,
            Token::Sign(">") => Comparison::Greater,
            Token::Sign(">=") => Comparison::GreaterOrEqual,
            _ => return None,
        };
        self.at += 1;
        Some(comparison)
    }

    fn matching(&mut self) -> Parsed<Option<Match>> {
        let matching = match self.peek() {
            Token::Sign("=") => Match::Equal,
            Token::Sign("!=") => Match::NotEqual,
            Token::Sign("<" | "<=" | ">" | ">=") => {
                return Err(
                    self.error("a text has the operators =, !=, CONTAINS, BEGINSWITH and ENDSWITH")
                );
            }
            Token::Word(word) => match match_of(word) {
                Some(matching) => matching,
                None => return Ok(None),
            },
            _ => return Ok(None),
        };
        self.at += 1;
        Ok(Some(matching))
    }

    /// CONTAINS and the like after something that is no text.
    fn refuse_match(&self, what: &str) -> Parsed<()> {
        match self.peek() {
            Token::Word(word) if match_of(word).is_some() => Err(self.error(format!(
                "{} goes with texts; the keyword before it is {what}",
                word.to_ascii_uppercase()
            ))),
            _ => Ok(()),
        }
    }

    fn peek(&self) -> &Token {
        &self.tokens[self.at].token
    }

    fn position(&self) -> usize {
        self.tokens[self.at].position
    }

    fn take_word(&mut self, wanted: &str) -> bool {
        let found = matches!(self.peek(), Token::Word(word) if word.eq_ignore_ascii_case(wanted));
        self.at += usize::from(found);
        found
    }

    fn take_sign(&mut self, wanted: &str) -> bool {
        let found = matches!(self.peek(), Token::Sign(sign) if *sign == wanted);
        self.at += usize::from(found);
        found
    }

    fn want_sign(&mut self, wanted: &str) -> Parsed<()> {
        if self.take_sign(wanted) {
            return Ok(());
        }
        Err(self.error(format!("expected `{wanted}`, found {}", self.peek().told())))
    }

    /// What should have come after the token before.
    fn wanted(&self, what: &str) -> FilterError {
        let after = match self.at.checked_sub(1) {
            Some(before) => format!(" after {}", self.tokens[before].token.told()),
            None => String::new(),
        };
        self.error(format!(
            "expected {what}{after}, found {}",
            self.peek().told()
        ))
    }

    fn error(&self, message: impl Into<String>) -> FilterError {
        FilterError {
            position: self.position(),
            message: message.into(),
        }
    }
}

fn match_of(word: &str) -> Option<Match> {
    Some(match word.to_ascii_lowercase().as_str() {
        "contains" => Match::Contains,
        "beginswith" => Match::BeginsWith,
        "endswith" => Match::EndsWith,
        _ => return None,
    })
}

fn is_operator(word: &str) -> bool {
    match_of(word).is_some() || ["and", "or"].contains(&word.to_ascii_lowercase().as_str())
}

fn one_or(mut all: Vec<Expression>, more: fn(Vec<Expression>) -> Expression) -> Expression {
    if all.len() == 1 {
        all.remove(0)
    } else {
        more(all)
    }
}
