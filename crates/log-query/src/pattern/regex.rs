//! The regular expressions that patterns may have, between `%` and `%`: a subset that is translated for the `regex` crate.
//!
//! Letters, digits, `_ : # = @ / ; , -` and spaces stand for themselves; the operators are `^ $ ? [ ] { } | * + .`, and
//! `\` before one of these characters takes its meaning away.
//! `\d \D \w \W \s \S \t \n \r \f \v` and `\x` with two hexadecimal digits are the escapes.
//! There are no groups, and no characters beyond ASCII.

/// A regular expression as it was written, and compiled.
#[derive(Clone, Debug)]
pub(super) struct Regex {
    pub(super) written: String,
    compiled: regex::Regex,
}

/// What is wrong with a regular expression.
pub(super) enum Wrong {
    /// The character up to which it was read cannot stand there.
    Character,
    /// All of it makes no sense together.
    Whole,
}

impl PartialEq for Regex {
    fn eq(&self, other: &Self) -> bool {
        self.written == other.written
    }
}

impl Regex {
    /// Reads one from its first `%`; tells how many bytes were read, too.
    pub(super) fn read(text: &str) -> (usize, Result<Self, Wrong>) {
        let mut translation = Translation {
            rest: &text[1..],
            made: String::new(),
            in_class: false,
        };
        let legal = translation.run();
        let read = text.len() - translation.rest.len();
        let regex = legal.ok_or(Wrong::Character).and_then(|()| {
            // Which has a limit of its own: repetitions of repetitions grow fast.
            let compiled = regex::Regex::new(&translation.made);
            Ok(Self {
                written: text[1..read].to_owned(),
                compiled: compiled.map_err(|_| Wrong::Whole)?,
            })
        });
        // The `%` at the end.
        (read + usize::from(legal.is_some()), regex)
    }

    pub(super) fn finds(&self, text: &str) -> bool {
        self.compiled.is_match(text)
    }
}

struct Translation<'t> {
    rest: &'t str,
    made: String,
    in_class: bool,
}

impl Translation<'_> {
    /// Translates up to the `%`, which is not passed; `None` where a character cannot stand.
    fn run(&mut self) -> Option<()> {
        if self.rest.starts_with('%') {
            return None;
        }
        loop {
            let next = self.rest.chars().next()?;
            match next {
                '%' => return Some(()),
                '\\' => {
                    self.rest = &self.rest[1..];
                    self.escape()?;
                    continue;
                }
                '[' if self.in_class => self.made.push_str("\\["),
                '[' => {
                    self.in_class = true;
                    self.made.push('[');
                    if self.rest[1..].starts_with('^') {
                        self.made.push('^');
                        self.rest = &self.rest[1..];
                    }
                }
                ']' => {
                    self.made.push(']');
                    self.in_class = false;
                }
                // `--`, and `&&` and `~~` if they could be written, are operators of the `regex` crate.
                '-' if self.in_class && self.made.ends_with('-') => self.made.push_str("\\-"),
                '{' if !self.in_class && self.rest[1..].starts_with(',') => {
                    self.made.push_str("{0")
                }
                '^' | '$' | '?' | '{' | '}' | '|' | '*' | '+' | '.' | ' ' => self.made.push(next),
                _ if is_symbol(next) => self.made.push(next),
                _ => return None,
            }
            self.rest = &self.rest[1..];
        }
    }

    /// What follows a `\`.
    fn escape(&mut self) -> Option<()> {
        let next = self.rest.chars().next()?;
        match next {
            // The service's are ASCII, those of the `regex` crate Unicode.
            'd' => self.set("0-9", false),
            'D' => self.set("0-9", true),
            'w' => self.set("a-zA-Z_0-9", false),
            'W' => self.set("a-zA-Z_0-9", true),
            's' => self.set(r" \t\n\r\f\v", false),
            'S' => self.set(r" \t\n\r\f\v", true),
            't' | 'n' | 'r' | 'f' | 'v' => {
                self.made.push('\\');
                self.made.push(next);
            }
            'x' => return self.hexadecimal(),
            _ if next.is_ascii_alphanumeric() || next == '_' => return None,
            _ if is_symbol(next) || "^$?[]{}|\\*+.".contains(next) => {
                self.made
                    .push_str(&regex::escape(next.encode_utf8(&mut [0; 4])));
            }
            _ => return None,
        }
        self.rest = &self.rest[1..];
        Some(())
    }

    fn set(&mut self, characters: &str, inverse: bool) {
        let inverse = if inverse { "^" } else { "" };
        self.made += &format!("[{inverse}{characters}]");
    }

    /// `xhh`: a character of ASCII.
    fn hexadecimal(&mut self) -> Option<()> {
        self.rest = &self.rest[1..];
        let mut code = 0;
        for _ in 0..2 {
            code = code * 16 + self.rest.chars().next()?.to_digit(16)?;
            self.rest = &self.rest[1..];
        }
        let character = char::from_u32(code).filter(char::is_ascii)?;
        self.made += &format!("\\x{{{:x}}}", u32::from(character));
        Some(())
    }
}

/// What stands for itself.
fn is_symbol(character: char) -> bool {
    character.is_ascii_alphanumeric() || "_:#=@/;,-".contains(character)
}
