//! Understands expressions. From what binds loosest: `or`, `and`, `not`, comparisons, `+ -`, `* / %`, sign, `^`.

use regex::Regex;

use super::{
    super::{
        MAX_DEPTH,
        evaluate::Subnet,
        function::{self, Aggregate, Function},
        lexer::{Span, Token},
        nearest::nearest,
        syntax::{Comparison, Expression, Kind, Matcher, Operator},
    },
    Parsed, Parser,
};

/// Words that are no fields unless they stand in back quotes.
const RESERVED: &[&str] = &["and", "or", "not", "in", "like", "as", "by"];

impl Parser<'_> {
    /// A whole expression, conditions included.
    pub(super) fn condition(&mut self) -> Parsed {
        self.deeper(Self::either)
    }

    fn deeper(&mut self, parse: impl FnOnce(&mut Self) -> Parsed) -> Parsed {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(self.lexer.malformed(
                self.at,
                format!("expressions are at most {MAX_DEPTH} inside each other"),
            ));
        }
        let parsed = parse(self);
        self.depth -= 1;
        parsed
    }

    fn either(&mut self) -> Parsed {
        let mut all = vec![self.both()?];
        while self.take_keyword("or")? {
            all.push(self.both()?);
        }
        Ok(one_or(all, Kind::Or))
    }

    fn both(&mut self) -> Parsed {
        let mut all = vec![self.negation()?];
        while self.take_keyword("and")? {
            all.push(self.negation()?);
        }
        Ok(one_or(all, Kind::And))
    }

    fn negation(&mut self) -> Parsed {
        let at = self.at;
        if self.take_keyword("not")? {
            let inner = self.deeper(Self::negation)?;
            return Ok(not(inner, at));
        }
        self.comparison()
    }

    fn comparison(&mut self) -> Parsed {
        let left = self.sum()?;
        let compared = match &self.token {
            Token::Sign("=") => Some(Comparison::Equal),
            Token::Sign("!=") => Some(Comparison::NotEqual),
            Token::Sign("<") => Some(Comparison::Less),
            Token::Sign("<=") => Some(Comparison::AtMost),
            Token::Sign(">") => Some(Comparison::Greater),
            Token::Sign(">=") => Some(Comparison::AtLeast),
            _ => None,
        };
        if let Some(comparison) = compared {
            self.advance()?;
            if self.is("=") {
                return Err(self.unexpected("equality is written with one `=`"));
            }
            let right = self.sum()?;
            let at = left.at.to(right.at);
            let kind = Kind::Compare(Box::new(left), comparison, Box::new(right));
            return Ok(Expression { kind, at });
        }
        if self.take("=~")? {
            if !self.is("/") {
                return Err(self.unexpected("expected a regular expression between slashes"));
            }
            return self.like(left);
        }
        let negated = self.take_keyword("not")?;
        let found = if self.take_keyword("like")? {
            self.like(left)?
        } else if self.take_keyword("in")? {
            self.one_of(left)?
        } else if negated {
            return Err(self.unexpected("expected `like` or `in` after `not`"));
        } else {
            left
        };
        let at = found.at;
        Ok(if negated { not(found, at) } else { found })
    }

    /// What comes after `like`.
    fn like(&mut self, value: Expression) -> Parsed {
        let regex = if self.is("/") {
            self.regex()?.0
        } else if let Token::Text(text) = &self.token {
            let found = Regex::new(&regex::escape(text)).map_err(|_| {
                self.lexer
                    .malformed(self.at, "the text is too long to look for")
            })?;
            self.advance()?;
            found
        } else {
            return Err(self
                .unexpected("expected a text in quotes or a regular expression between slashes"));
        };
        let at = value.at.to(self.last);
        let kind = Kind::Like(Box::new(value), Matcher(regex));
        Ok(Expression { kind, at })
    }

    /// What comes after `in`.
    fn one_of(&mut self, value: Expression) -> Parsed {
        self.expect("[", "expected `[` and the values")?;
        let mut all = Vec::new();
        if !self.is("]") {
            all.push(self.sum()?);
            while self.take(",")? {
                all.push(self.sum()?);
            }
        }
        self.expect("]", "expected `,` or `]`")?;
        let at = value.at.to(self.last);
        let kind = Kind::In(Box::new(value), all);
        Ok(Expression { kind, at })
    }

    fn sum(&mut self) -> Parsed {
        self.chain(Self::product, |token| match token {
            Token::Sign("+") => Some(Operator::Plus),
            Token::Sign("-") => Some(Operator::Minus),
            _ => None,
        })
    }

    fn product(&mut self) -> Parsed {
        self.chain(Self::signed, |token| match token {
            Token::Sign("*") => Some(Operator::Times),
            Token::Sign("/") => Some(Operator::Over),
            Token::Sign("%") => Some(Operator::Modulo),
            _ => None,
        })
    }

    fn chain(
        &mut self,
        mut operand: impl FnMut(&mut Self) -> Parsed,
        operator: impl Fn(&Token) -> Option<Operator>,
    ) -> Parsed {
        let first = operand(self)?;
        let mut rest = Vec::new();
        let mut at = first.at;
        while let Some(operator) = operator(&self.token) {
            self.advance()?;
            let next = operand(self)?;
            at = at.to(next.at);
            rest.push((operator, next));
        }
        if rest.is_empty() {
            return Ok(first);
        }
        let kind = Kind::Chain(Box::new(first), rest);
        Ok(Expression { kind, at })
    }

    fn signed(&mut self) -> Parsed {
        let at = self.at;
        if self.take("-")? {
            let inner = self.deeper(Self::signed)?;
            let at = at.to(inner.at);
            let kind = Kind::Negate(Box::new(inner));
            return Ok(Expression { kind, at });
        }
        let base = self.operand()?;
        if !self.take("^")? {
            return Ok(base);
        }
        let exponent = self.deeper(Self::signed)?;
        let at = base.at.to(exponent.at);
        let kind = Kind::Power(Box::new(base), Box::new(exponent));
        Ok(Expression { kind, at })
    }

    fn operand(&mut self) -> Parsed {
        let at = self.at;
        let kind = match &self.token {
            Token::Number(number) => Kind::Number(*number),
            Token::Text(text) => Kind::Text(text.clone()),
            Token::Period(_) => {
                return Err(
                    self.unexpected("periods stand only in `bin`, `datefloor` and `dateceil`")
                );
            }
            Token::Sign("(") => {
                self.advance()?;
                let mut inner = self.condition()?;
                self.expect(")", "expected `)`")?;
                // The parentheses belong to how it is written.
                inner.at = at.to(self.last);
                return Ok(inner);
            }
            Token::Word { text, quoted } => {
                let (text, quoted) = (text.clone(), *quoted);
                let reserved = RESERVED.iter().any(|word| word.eq_ignore_ascii_case(&text));
                if !quoted && reserved {
                    return Err(self.unexpected(
                        "expected a value; a field of this name stands in back quotes",
                    ));
                }
                self.advance()?;
                if !quoted && self.is("(") {
                    return self.call(&text, at);
                }
                let kind = match text.to_ascii_lowercase().as_str() {
                    "true" if !quoted => Kind::Bool(true),
                    "false" if !quoted => Kind::Bool(false),
                    _ => Kind::Field(text),
                };
                return Ok(Expression { kind, at });
            }
            _ => return Err(self.unexpected("expected a value")),
        };
        self.advance()?;
        Ok(Expression { kind, at })
    }

    /// A function's arguments, whose opening parenthesis comes next.
    fn call(&mut self, name: &str, at: Span) -> Parsed {
        let Some(called) = Called::of(name) else {
            return Err(self.no_function(name, at));
        };
        self.advance()?;
        let mut arguments = Vec::new();
        let star = called == Called::Aggregate(Aggregate::Count) && self.take("*")?;
        if !star && !self.is(")") {
            arguments.push(self.argument(called, 0)?);
            while self.take(",")? {
                arguments.push(self.argument(called, arguments.len())?);
            }
        }
        self.expect(")", "expected `,` or `)`")?;
        let at = at.to(self.last);
        let (least, most) = called.arguments();
        if !(least..=most).contains(&arguments.len()) {
            let wanted = match (least, most) {
                (0, 0) => "no arguments".to_owned(),
                (least, usize::MAX) => format!("{least} or more arguments"),
                (1, 1) => "1 argument".to_owned(),
                (least, most) if least == most => format!("{least} arguments"),
                (least, most) => format!("{least} to {most} arguments"),
            };
            let given = arguments.len();
            return Err(self.lexer.malformed(
                at,
                format!("`{}` takes {wanted}, and {given} are given", called.name()),
            ));
        }
        let kind = match called {
            Called::Function(function) => Kind::Call(function, arguments),
            Called::Aggregate(aggregate) => Kind::Aggregate(aggregate, arguments),
        };
        Ok(Expression { kind, at })
    }

    fn no_function(&self, name: &str, at: Span) -> super::Malformed {
        let unsupported = function::UNSUPPORTED
            .iter()
            .find(|(unsupported, _)| unsupported.eq_ignore_ascii_case(name));
        let message = if let Some((name, instead)) = unsupported {
            format!("the function `{name}` is not supported: {instead}")
        } else {
            let names = Function::ALL.iter().map(|function| function.name());
            let names = names.chain(Aggregate::ALL.iter().map(|aggregate| aggregate.name()));
            let meant = nearest(name, names)
                .map(|meant| format!("; did you mean `{meant}`?"))
                .unwrap_or_default();
            format!("there is no function `{name}`{meant}")
        };
        self.lexer.malformed(at, message)
    }

    /// The argument at this place, counted from 0.
    fn argument(&mut self, called: Called, place: usize) -> Parsed {
        let at = self.at;
        if let Some(wanted) = called.period(place) {
            let Token::Period(period) = self.token else {
                return Err(self.unexpected(wanted));
            };
            self.advance()?;
            let kind = Kind::Period(period);
            return Ok(Expression { kind, at });
        }
        let argument = self.condition()?;
        match (called, place, &argument.kind) {
            (Called::Aggregate(Aggregate::Pct), 1, Kind::Number(percent))
                if (0.0..=100.0).contains(percent) => {}
            (Called::Aggregate(Aggregate::Pct), 1, _) => {
                return Err(self
                    .lexer
                    .malformed(argument.at, "a percentile is a number from 0 to 100"));
            }
            (Called::Function(function), 1, kind) if Subnet::is_argument_of(function) => {
                let valid = match kind {
                    Kind::Text(text) => Subnet::of(text).is_some(),
                    _ => false,
                };
                if !valid {
                    return Err(self.lexer.malformed(
                        argument.at,
                        "expected a subnet in CIDR notation, such as \"192.0.2.0/24\"",
                    ));
                }
            }
            _ => {}
        }
        Ok(argument)
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Called {
    Function(Function),
    Aggregate(Aggregate),
}

impl Called {
    fn of(name: &str) -> Option<Self> {
        let function = Function::of(name).map(Self::Function);
        function.or_else(|| Aggregate::of(name).map(Self::Aggregate))
    }

    fn name(self) -> &'static str {
        match self {
            Self::Function(function) => function.name(),
            Self::Aggregate(aggregate) => aggregate.name(),
        }
    }

    fn arguments(self) -> (usize, usize) {
        match self {
            Self::Function(function) => function.arguments(),
            Self::Aggregate(aggregate) => aggregate.arguments(),
        }
    }

    /// What is said if the argument at this place has to be a period and is not.
    fn period(self, place: usize) -> Option<&'static str> {
        match (self, place) {
            (Self::Function(Function::Bin), 0)
            | (Self::Function(Function::Datefloor | Function::Dateceil), 1) => {
                Some("expected a period, such as 5m")
            }
            _ => None,
        }
    }
}

fn not(inner: Expression, from: Span) -> Expression {
    let at = from.to(inner.at);
    let kind = Kind::Not(Box::new(inner));
    Expression { kind, at }
}

/// The only one, or all of them together.
fn one_or(mut all: Vec<Expression>, together: impl FnOnce(Vec<Expression>) -> Kind) -> Expression {
    let last = all.pop().expect("at least one was read");
    let Some(first) = all.first() else {
        return last;
    };
    let at = first.at.to(last.at);
    all.push(last);
    let kind = together(all);
    Expression { kind, at }
}
