//! Understands a query's commands. What stands between them and `|`, the expressions, is `expression`'s.

mod expression;

use regex::{Regex, RegexBuilder};

use super::{
    MAX_CHARACTERS, MAX_LIMIT, Malformed,
    lexer::{Lexer, Span, Token},
    nearest::nearest,
    syntax::{Command, Expression, Extraction, Item, Kind, Placed},
};

/// The commands that there are.
const COMMANDS: &[&str] = &[
    "fields", "display", "filter", "parse", "stats", "sort", "limit", "dedup",
];

/// Commands that the service has, or had, and this crate has not; and what to do instead.
const UNSUPPORTED: &[(&str, &str)] = &[
    ("pattern", ""),
    ("diff", ""),
    ("anomaly", ""),
    ("unnest", ""),
    ("unmask", ""),
    ("lookup", ""),
    ("join", ""),
    ("append", ""),
    ("subquery", ""),
    ("filterIndex", "; `filter` gives the same events"),
    ("source", "; log groups are named beside the query"),
    ("head", "; `limit` gives the first rows"),
    ("tail", "; `sort` and `limit` give the last rows"),
];

/// Most regular expressions in a query, and how large each may be when compiled, in bytes.
const MAX_REGEXES: usize = 32;
const MAX_REGEX_BYTES: usize = 1 << 20;
/// How large all of them may be: a hundred queries may wait, each with its own.
const MAX_REGEXES_BYTES: usize = 4 << 20;

/// Understands a query.
pub(super) fn parse(text: &str) -> Result<Vec<Placed>, Malformed> {
    if text.chars().nth(MAX_CHARACTERS).is_some() {
        return Err(Malformed {
            message: format!("a query has at most {MAX_CHARACTERS} characters"),
            start: MAX_CHARACTERS,
            end: text.chars().count(),
        });
    }
    let mut lexer = Lexer::new(text);
    let (token, at) = lexer.next()?;
    let mut parser = Parser {
        lexer,
        token,
        at,
        last: at,
        depth: 0,
        regexes: 0,
        regex_room: MAX_REGEXES_BYTES,
    };
    let mut commands = vec![parser.command()?];
    while parser.take("|")? {
        commands.push(parser.command()?);
    }
    if parser.token != Token::End {
        return Err(parser.unexpected("expected `|` and a command, or the end"));
    }
    Ok(commands)
}

struct Parser<'a> {
    lexer: Lexer<'a>,
    /// What comes next, and where it is.
    token: Token,
    at: Span,
    /// Where what was read last is.
    last: Span,
    /// How many expressions the next is inside of.
    depth: usize,
    regexes: usize,
    /// Bytes that regular expressions may still take.
    regex_room: usize,
}

type Parsed<T = Expression> = Result<T, Malformed>;

impl<'a> Parser<'a> {
    fn advance(&mut self) -> Parsed<Token> {
        self.last = self.at;
        let (token, at) = self.lexer.next()?;
        self.at = at;
        Ok(std::mem::replace(&mut self.token, token))
    }

    fn unexpected(&self, wanted: &str) -> Malformed {
        self.lexer.unexpected(self.at, wanted)
    }

    fn is(&self, sign: &str) -> bool {
        matches!(self.token, Token::Sign(next) if next == sign)
    }

    fn take(&mut self, sign: &str) -> Parsed<bool> {
        let is = self.is(sign);
        if is {
            self.advance()?;
        }
        Ok(is)
    }

    fn expect(&mut self, sign: &str, wanted: &str) -> Parsed<()> {
        if self.take(sign)? {
            Ok(())
        } else {
            Err(self.unexpected(wanted))
        }
    }

    fn is_keyword(&self, keyword: &str) -> bool {
        matches!(&self.token, Token::Word { text, quoted: false } if text.eq_ignore_ascii_case(keyword))
    }

    fn take_keyword(&mut self, keyword: &str) -> Parsed<bool> {
        let is = self.is_keyword(keyword);
        if is {
            self.advance()?;
        }
        Ok(is)
    }

    fn command(&mut self) -> Parsed<Placed> {
        let at = self.at;
        let name = match &self.token {
            Token::Word {
                text,
                quoted: false,
            } => text.clone(),
            _ => return Err(self.unexpected(&format!("expected a command: {}", list(COMMANDS)))),
        };
        let found = COMMANDS
            .iter()
            .find(|command| command.eq_ignore_ascii_case(&name));
        let Some(command) = found else {
            return Err(self.no_command(&name));
        };
        self.advance()?;
        let command = match *command {
            "fields" => Command::Fields(self.items()?),
            "display" => Command::Display(self.items()?),
            "filter" => Command::Filter(self.condition()?),
            "parse" => self.extraction()?,
            "stats" => {
                let items = self.items()?;
                let by = if self.take_keyword("by")? {
                    self.items()?
                } else {
                    Vec::new()
                };
                Command::Stats { items, by }
            }
            "sort" => Command::Sort(self.keys()?),
            "limit" => Command::Limit(self.limit()?),
            _ => Command::Dedup(self.items()?),
        };
        if !self.is("|") && self.token != Token::End {
            return Err(self.unexpected("expected `|` and a command, or the end"));
        }
        Ok(Placed { command, at })
    }

    fn no_command(&self, name: &str) -> Malformed {
        let unsupported = UNSUPPORTED
            .iter()
            .find(|(unsupported, _)| unsupported.eq_ignore_ascii_case(name));
        if let Some((name, instead)) = unsupported {
            return self.lexer.malformed(
                self.at,
                format!("the command `{name}` is not supported{instead}"),
            );
        }
        let meant = match nearest(name, COMMANDS.iter().copied()) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => format!("the commands are {}", list(COMMANDS)),
        };
        self.unexpected(&meant)
    }

    /// Expressions with commas between them, each with or without a name.
    fn items(&mut self) -> Parsed<Vec<Item>> {
        let mut items = Vec::new();
        loop {
            let expression = self.condition()?;
            let named = self.take_keyword("as")?;
            let name = if named {
                self.name()?
            } else {
                match &expression.kind {
                    Kind::Field(name) => name.clone(),
                    _ => self.lexer.written(expression.at),
                }
            };
            items.push(Item {
                expression,
                name,
                named,
            });
            if !self.take(",")? {
                return Ok(items);
            }
        }
    }

    /// What comes after `as`.
    fn name(&mut self) -> Parsed<String> {
        match &self.token {
            Token::Word { text, .. } => {
                let name = text.clone();
                self.advance()?;
                Ok(name)
            }
            _ => Err(self.unexpected("expected a name after `as`")),
        }
    }

    fn keys(&mut self) -> Parsed<Vec<(Expression, bool)>> {
        let mut keys = Vec::new();
        loop {
            let key = self.condition()?;
            let descending = self.take_keyword("desc")?;
            if !descending {
                self.take_keyword("asc")?;
            }
            keys.push((key, descending));
            if !self.take(",")? {
                return Ok(keys);
            }
        }
    }

    fn limit(&mut self) -> Parsed<usize> {
        let wanted = format!("expected a whole number from 1 to {MAX_LIMIT}");
        let number = match self.token {
            Token::Number(number) if number.fract() == 0.0 => number,
            _ => return Err(self.unexpected(&wanted)),
        };
        #[allow(clippy::cast_precision_loss, reason = "small")]
        if !(1.0..=MAX_LIMIT as f64).contains(&number) {
            return Err(self.lexer.malformed(
                self.at,
                format!("a limit is a whole number from 1 to {MAX_LIMIT}"),
            ));
        }
        self.advance()?;
        #[allow(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "in range, as just seen"
        )]
        Ok(number as usize)
    }

    /// `parse [field] "glob" as names` or `parse [field] /regex/`.
    fn extraction(&mut self) -> Parsed<Command> {
        let field = match &self.token {
            Token::Word { text, .. } => {
                let field = Kind::Field(text.clone());
                let at = self.at;
                self.advance()?;
                Expression { kind: field, at }
            }
            _ => Expression {
                kind: Kind::Field("@message".to_owned()),
                at: self.at,
            },
        };
        let is_pattern = self.is("/") || matches!(self.token, Token::Text(_));
        for mode in ["logfmt", "csv"] {
            // A field may be called so.
            let alone = matches!(&field.kind, Kind::Field(name) if name == mode) && !is_pattern;
            if alone || self.is_keyword(mode) {
                let at = if alone { field.at } else { self.at };
                let message = format!("`parse` with `{mode}` is not supported");
                return Err(self.lexer.malformed(at, message));
            }
        }
        let pattern = if self.is("/") {
            self.groups()?
        } else {
            self.glob()?
        };
        Ok(Command::Parse { field, pattern })
    }

    fn groups(&mut self) -> Parsed<Extraction> {
        let (regex, at) = self.regex()?;
        let names: Vec<(usize, String)> = regex
            .capture_names()
            .enumerate()
            .filter_map(|(number, name)| Some((number, name?.to_owned())))
            .collect();
        if names.is_empty() {
            return Err(self.lexer.malformed(
                at,
                "the regular expression of `parse` has no named group, such as (?<name>.*)",
            ));
        }
        Ok(Extraction::Regex { regex, names })
    }

    fn glob(&mut self) -> Parsed<Extraction> {
        let at = self.at;
        let Token::Text(glob) = &self.token else {
            return Err(self.unexpected(
                "expected a pattern: a text with `*`, or a regular expression between slashes",
            ));
        };
        let parts: Vec<String> = glob.split('*').map(str::to_owned).collect();
        let wildcards = parts.len() - 1;
        if wildcards == 0 {
            return Err(self
                .lexer
                .malformed(at, "the pattern of `parse` has no wildcard `*`"));
        }
        self.advance()?;
        if !self.take_keyword("as")? {
            return Err(self.unexpected("expected `as` and a name for each wildcard"));
        }
        let first = self.at;
        let mut names = vec![self.name()?];
        while self.take(",")? {
            names.push(self.name()?);
        }
        if names.len() != wildcards {
            return Err(self.lexer.malformed(
                first.to(self.last),
                format!(
                    "the pattern has {wildcards} wildcards, and {} names are given",
                    names.len()
                ),
            ));
        }
        Ok(Extraction::Glob { parts, names })
    }

    /// A regular expression, whose first slash comes next.
    fn regex(&mut self) -> Parsed<(Regex, Span)> {
        let (source, at) = self.lexer.regex(self.at)?;
        self.regexes += 1;
        if self.regexes > MAX_REGEXES {
            return Err(self.lexer.malformed(
                at,
                format!("a query has at most {MAX_REGEXES} regular expressions"),
            ));
        }
        let regex = compiled(source, &mut self.regex_room).map_err(|error| {
            self.lexer
                .malformed(at, format!("the regular expression is not valid: {error}"))
        })?;
        self.at = at;
        self.advance()?;
        Ok((regex, at))
    }
}

/// Compiled within bounds, or why not, in one line. What it takes is taken off the room that is left.
fn compiled(source: &str, room: &mut usize) -> Result<Regex, String> {
    // The library does not tell a size, but keeps within one.
    for size in [MAX_REGEX_BYTES >> 4, MAX_REGEX_BYTES >> 2, MAX_REGEX_BYTES] {
        if size > *room {
            return Err(format!(
                "with those before, it takes more than {MAX_REGEXES_BYTES} bytes when compiled"
            ));
        }
        let regex = RegexBuilder::new(source)
            .size_limit(size)
            .dfa_size_limit(MAX_REGEX_BYTES)
            .nest_limit(100)
            .build();
        match regex {
            Ok(regex) => {
                *room -= size;
                return Ok(regex);
            }
            Err(regex::Error::CompiledTooBig(_)) => {}
            // The library draws a picture over several lines; the last says what it is.
            Err(other) => {
                let told = other.to_string();
                let last = told.lines().last().unwrap_or_default();
                return Err(last.trim_start_matches("error: ").to_owned());
            }
        }
    }
    Err(format!(
        "it takes more than {MAX_REGEX_BYTES} bytes when compiled"
    ))
}

fn list(words: &[&str]) -> String {
    words
        .iter()
        .map(|word| format!("`{word}`"))
        .collect::<Vec<_>>()
        .join(", ")
}
