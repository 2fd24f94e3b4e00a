//! A place in a pattern's text, and what all three forms of patterns read there. What it means is theirs.

use super::{
    MAX_REGEXES, MAX_WILDCARDS,
    characters::is_plain,
    error::PatternError,
    illegal,
    regex::{Regex, Wrong},
};

pub(super) type Parsed<T> = Result<T, PatternError>;

/// A place in a pattern's text. [`take`](Self::take) and [`end`](Self::end) skip white space first; the others begin where they stand.
pub(super) struct Cursor<'t> {
    text: &'t str,
    at: usize,
    regexes: usize,
    wildcards: usize,
}

impl<'t> Cursor<'t> {
    pub(super) fn of(text: &'t str) -> Self {
        let mut cursor = Self {
            text: text.trim_end(),
            at: 0,
            regexes: 0,
            wildcards: 0,
        };
        cursor.skip();
        cursor
    }

    pub(super) fn skip(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
    }

    /// What was not read yet.
    pub(super) fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    /// The next character, if any.
    pub(super) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// All of the pattern.
    pub(super) fn text(&self) -> &'t str {
        self.text
    }

    pub(super) fn at(&self) -> usize {
        self.at
    }

    pub(super) fn back_to(&mut self, at: usize) {
        self.at = at;
    }

    /// Passes the next character, whatever it is.
    pub(super) fn pass(&mut self) {
        self.at += self.peek().map_or(0, char::len_utf8);
    }

    /// Passes this, if it comes next.
    pub(super) fn take(&mut self, wanted: &str) -> bool {
        self.skip();
        let found = self.rest().starts_with(wanted);
        if found {
            self.at += wanted.len();
        }
        found
    }

    /// Passes the characters that are like this.
    pub(super) fn while_(&mut self, like: impl Fn(char) -> bool) -> &'t str {
        let rest = self.rest();
        let length = rest.find(|next| !like(next)).unwrap_or(rest.len());
        self.at += length;
        &rest[..length]
    }

    /// A pattern that begins with a brace or bracket must end with its counterpart.
    pub(super) fn closed_by(&mut self, open: char, close: char) -> Parsed<()> {
        if self.text.ends_with(close) {
            self.pass();
            return Ok(());
        }
        let message =
            format!("If a filter pattern starts with '{open}' it must end with '{close}'");
        Err(PatternError::said(self.position(self.text.len()), message))
    }

    /// Nothing may come after the counterpart.
    pub(super) fn end(&mut self) -> Parsed<()> {
        self.skip();
        match self.peek() {
            None => Ok(()),
            Some(_) => Err(self.syntax("expected the end of the pattern")),
        }
    }

    /// A text in quotes, which comes next; `\` before a quote or `\` takes its meaning away.
    pub(super) fn quoted(&mut self, quote: char) -> Parsed<String> {
        let start = self.at;
        self.pass();
        let mut text = String::new();
        loop {
            let Some(next) = self.peek() else {
                return Err(self.characters(start));
            };
            if next == '\\' {
                self.pass();
                match self.peek() {
                    Some(escaped) if escaped == '\\' || escaped == quote => text.push(escaped),
                    Some('n') if quote == '"' => text.push('\n'),
                    Some('r') if quote == '"' => text.push('\r'),
                    Some('t') if quote == '"' => text.push('\t'),
                    _ => return Err(self.characters(start)),
                }
            } else if next == quote {
                self.pass();
                return Ok(text);
            } else {
                text.push(next);
            }
            self.pass();
        }
    }

    /// `%…%`, which comes next.
    pub(super) fn regex(&mut self) -> Parsed<Regex> {
        let start = self.at;
        self.regexes += 1;
        if self.regexes > MAX_REGEXES {
            let message = format!(
                "Your input has exceeded the maximum of {MAX_REGEXES} regular expressions per filter pattern."
            );
            return Err(PatternError::said(self.position(start), message));
        }
        let (read, regex) = Regex::read(self.rest());
        self.at += read;
        regex.map_err(|wrong| match wrong {
            Wrong::Character => self.characters(start),
            Wrong::Whole => PatternError::said(
                self.position(start),
                "Failed to compile regular expression.",
            ),
        })
    }

    /// One more wildcard among the selectors, the `of_selector`th of its own.
    pub(super) fn wildcard(&mut self, of_selector: usize) -> Parsed<()> {
        self.wildcards += 1;
        let message = if of_selector > 1 {
            "Your filter pattern has a JSON path selector that exceeds the maximum of 1 wildcard allowed per json \
             selector."
                .to_owned()
        } else if self.wildcards > MAX_WILDCARDS {
            format!(
                "Your input has exceeded the maximum of {MAX_WILDCARDS} JSON wildcard selectors allowed per filter \
                 pattern."
            )
        } else {
            return Ok(());
        };
        Err(PatternError::said(self.position(self.at), message))
    }

    /// What begins at `start` cannot go on with the next character.
    pub(super) fn characters(&self, start: usize) -> PatternError {
        let end = self.at + self.peek().map_or(0, char::len_utf8);
        PatternError::characters(self.position(self.at), &self.text[start..end])
    }

    pub(super) fn syntax(&self, detail: impl Into<String>) -> PatternError {
        PatternError::syntax(self.position(self.at), detail)
    }

    /// Only one kind of thing could come next, and did not.
    pub(super) fn unexpected(&mut self, detail: &str) -> PatternError {
        self.skip();
        let start = self.at;
        match self.peek() {
            Some('"') => _ = self.quoted('"'),
            _ if self.while_(is_plain).is_empty() => self.pass(),
            _ => (),
        }
        let term = &self.text[start..self.at];
        PatternError::unexpected(self.position(start), term, detail)
    }

    /// What belongs nowhere is what the service complains of first, wherever it stands.
    pub(super) fn illegal_or(&self, error: PatternError) -> PatternError {
        match illegal::first(self.text) {
            Some((read, at)) if error.is_syntax() => {
                PatternError::characters(self.position(at), read)
            }
            _ => error,
        }
    }

    fn position(&self, at: usize) -> usize {
        self.text[..at].chars().count() + 1
    }
}
