//! One condition as a line of text, `column operator value`: read with the place of what is wrong, written so that it reads back as the same.
//! What a condition means is `span-query`'s.
//!
//! A column or value stands as it is, `name = GET /api/home`; in quotes if it has a space (a column), a comma (in a list)
//! or would read as something else: `"my column" in "a, b", c`. A value outside quotes that looks like a number or a bool is one.

use std::fmt;

use serde_json::{Value as Json, json};
use span_query::{Value, nearest};

/// What follows an operator.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Takes {
    Nothing,
    /// A text, number or bool.
    Scalar,
    /// A text, whatever it looks like.
    Text,
    /// Scalars, separated by commas.
    List,
}

/// The operators, as Honeycomb writes them; the two of regular expressions are ours.
pub(crate) const OPERATORS: [(&str, Takes); 18] = [
    ("=", Takes::Scalar),
    ("!=", Takes::Scalar),
    (">", Takes::Scalar),
    (">=", Takes::Scalar),
    ("<", Takes::Scalar),
    ("<=", Takes::Scalar),
    ("exists", Takes::Nothing),
    ("does-not-exist", Takes::Nothing),
    ("in", Takes::List),
    ("not-in", Takes::List),
    ("contains", Takes::Text),
    ("does-not-contain", Takes::Text),
    ("starts-with", Takes::Text),
    ("does-not-start-with", Takes::Text),
    ("ends-with", Takes::Text),
    ("does-not-end-with", Takes::Text),
    ("matches", Takes::Text),
    ("does-not-match", Takes::Text),
];

/// What other languages write, and people.
const ALIASES: [(&str, &str); 10] = [
    ("==", "="),
    ("<>", "!="),
    ("=~", "matches"),
    ("!~", "does-not-match"),
    ("not-exists", "does-not-exist"),
    ("not-contains", "does-not-contain"),
    ("not-starts-with", "does-not-start-with"),
    ("not-ends-with", "does-not-end-with"),
    ("not-matches", "does-not-match"),
    ("is", "="),
];

/// The most words that an operator has: `does not start with`.
const MOST_WORDS: usize = 4;

/// A condition, read.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Clause {
    pub(crate) column: String,
    /// One of [`OPERATORS`].
    pub(crate) op: &'static str,
    /// As many as the operator takes; none of them null.
    pub(crate) values: Vec<Value>,
}

/// What is wrong with a text, and where.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct TextFault {
    /// One or two sentences.
    pub(crate) message: String,
    /// From one character to another, exclusive.
    pub(crate) place: (usize, usize),
}

impl TextFault {
    pub(super) fn at(start: usize, end: usize, message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            place: (start, end),
        }
    }
}

/// What an operator takes.
pub(crate) fn takes(op: &str) -> Option<(&'static str, Takes)> {
    OPERATORS.into_iter().find(|(word, _)| *word == op)
}

impl Clause {
    /// A condition of one value, or of none where the operator takes none.
    pub(crate) fn new(column: &str, op: &'static str, value: Value) -> Self {
        let value = match takes(op) {
            Some((_, Takes::Text)) => Value::String(value.to_string()),
            _ => value,
        };
        Self {
            column: column.to_owned(),
            op,
            values: Some(value)
                .filter(|value| *value != Value::Null)
                .into_iter()
                .collect(),
        }
    }

    /// Reads a line.
    pub(crate) fn parse(text: &str) -> Result<Self, TextFault> {
        let characters: Vec<char> = text.chars().collect();
        let mut reader = Reader {
            text: &characters,
            at: 0,
        };
        let column = reader.column()?;
        let (op, takes) = reader.operator(&column)?;
        let values = reader.values(op, takes)?;
        Ok(Self { column, op, values })
    }

    /// As Honeycomb's query specification has it.
    pub(crate) fn json(&self) -> Json {
        let Self { column, op, values } = self;
        match (takes(op), &values[..]) {
            (Some((_, Takes::List)), values) => {
                json!({"column": column, "op": op, "value": values})
            }
            (_, [value, ..]) => json!({"column": column, "op": op, "value": value}),
            (_, []) => json!({"column": column, "op": op}),
        }
    }
}

impl fmt::Display for Clause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&column_text(&self.column))?;
        write!(f, " {}", self.op)?;
        let takes = takes(self.op).map_or(Takes::Scalar, |(_, takes)| takes);
        for (index, value) in self.values.iter().enumerate() {
            f.write_str(if index == 0 { " " } else { ", " })?;
            f.write_str(&value_text(value, takes))?;
        }
        Ok(())
    }
}

/// A column's name as it stands at the beginning of a line.
pub(crate) fn column_text(column: &str) -> String {
    let is_bare = !column.is_empty()
        && !column
            .chars()
            .any(|c| c.is_whitespace() || c.is_control() || is_symbol(c) || c == '"');
    if is_bare {
        column.to_owned()
    } else {
        quoted(column)
    }
}

/// A value as it stands behind an operator.
fn value_text(value: &Value, takes: Takes) -> String {
    let text = match value {
        Value::String(text) => text,
        Value::Float(number) => return number_text(*number),
        other => return other.to_string(),
    };
    let reads_otherwise = match takes {
        Takes::Text => false,
        _ => !matches!(scalar(text), Value::String(_)),
    };
    let breaks_list = takes == Takes::List
        && (text.contains(',') || text.starts_with('(') || text.ends_with(')'));
    let is_bare = !text.is_empty()
        && text.trim() == text
        && !text.starts_with('"')
        && !text.contains(char::is_control);
    if is_bare && !reads_otherwise && !breaks_list {
        text.clone()
    } else {
        quoted(text)
    }
}

fn number_text(number: f64) -> String {
    let plain = number.to_string();
    if scalar(&plain) == Value::Float(number) {
        return plain;
    }
    // A sign in the exponent tells a number from an ID of hexadecimal digits.
    let text = format!("{number:e}");
    match text.split_once('e') {
        Some((digits, power)) if !power.starts_with('-') => format!("{digits}e+{power}"),
        _ => text,
    }
}

fn quoted(text: &str) -> String {
    let mut written = String::from('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => written.extend(['\\', c]),
            '\n' => written.push_str("\\n"),
            '\r' => written.push_str("\\r"),
            '\t' => written.push_str("\\t"),
            c if c.is_control() => written.extend(c.escape_unicode()),
            c => written.push(c),
        }
    }
    written.push('"');
    written
}

/// What a text outside quotes stands for.
///
/// IDs stay text: what begins with a zero, has more digits than 64 bits, or an exponent without a sign.
pub(crate) fn scalar(text: &str) -> Value {
    match text {
        "true" => return Value::Bool(true),
        "false" => return Value::Bool(false),
        _ => {}
    }
    let own = || Value::String(text.to_owned());
    let (mantissa, power) = match text.split_once(['e', 'E']) {
        Some((mantissa, power)) => (mantissa, Some(power)),
        None => (text, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let whole = whole.strip_prefix('-').unwrap_or(whole);
    let is_number = digits(whole)
        && (whole == "0" || !whole.starts_with('0'))
        && fraction.is_none_or(digits)
        && power.is_none_or(|power| power.strip_prefix(['+', '-']).is_some_and(digits));
    match (is_number, fraction, power) {
        (false, ..) => own(),
        (true, None, None) => text.parse().map_or_else(|_| own(), Value::Int),
        (true, ..) => match text.parse::<f64>() {
            Ok(number) if number.is_finite() => Value::Float(number),
            _ => own(),
        },
    }
}

/// What a symbolic operator is made of; a column outside quotes has none of them.
fn is_symbol(c: char) -> bool {
    matches!(c, '=' | '!' | '<' | '>')
}

struct Reader<'a> {
    text: &'a [char],
    at: usize,
}

impl Reader<'_> {
    fn skip_space(&mut self) {
        while self.text.get(self.at).is_some_and(|c| c.is_whitespace()) {
            self.at += 1;
        }
    }

    fn take_while(&mut self, wanted: impl Fn(char) -> bool) -> String {
        let start = self.at;
        while self.text.get(self.at).is_some_and(|c| wanted(*c)) {
            self.at += 1;
        }
        self.text[start..self.at].iter().collect()
    }

    fn column(&mut self) -> Result<String, TextFault> {
        self.skip_space();
        let start = self.at;
        let column = match self.text.get(start) {
            None => {
                let message = "A condition is missing: write column operator value, such as duration_ms > 100.";
                return Err(TextFault::at(start, start, message));
            }
            Some('"') => self.quoted()?,
            Some(_) => self.take_while(|c| !c.is_whitespace() && !is_symbol(c)),
        };
        if column.is_empty() {
            let message = "The column before the operator is missing.";
            return Err(TextFault::at(start, self.at.max(start + 1), message));
        }
        Ok(column)
    }

    fn operator(&mut self, column: &str) -> Result<(&'static str, Takes), TextFault> {
        self.skip_space();
        let start = self.at;
        let Some(first) = self.text.get(start) else {
            let message = format!(
                "An operator is missing after {}: = or exists, for example.",
                column_text(column)
            );
            return Err(TextFault::at(start, start, message));
        };
        if is_symbol(*first) {
            let found = self.take_while(|c| is_symbol(c) || c == '~');
            return known(&found).ok_or_else(|| no_operator(&found, start, self.at));
        }
        // The longest that is one: `starts with`, not `starts`.
        let mut ends = Vec::new();
        let mut joined = String::new();
        let mut found = None;
        for _ in 0..MOST_WORDS {
            let word = self.take_while(|c| !c.is_whitespace());
            if word.is_empty() {
                break;
            }
            if !joined.is_empty() {
                joined.push('-');
            }
            joined.push_str(&word);
            ends.push((self.at, word));
            if let Some(op) = known(&joined) {
                found = Some((self.at, op));
            }
            self.skip_space();
        }
        if let Some((end, op)) = found {
            self.at = end;
            return Ok(op);
        }
        let (end, word) = ends.swap_remove(0);
        let rest: String = self.text[end..].iter().collect();
        let mut later = rest.split_whitespace();
        if later.any(|word| known(word).is_some()) {
            let whole = format!("{column} {word}");
            let message = format!(
                "{word} is no operator. A column whose name has spaces is put in quotes: {}.",
                quoted(&whole)
            );
            return Err(TextFault::at(start, end, message));
        }
        Err(no_operator(&word, start, end))
    }

    fn values(&mut self, op: &str, takes: Takes) -> Result<Vec<Value>, TextFault> {
        self.skip_space();
        let mut end = self.text.len();
        while end > self.at && self.text[end - 1].is_whitespace() {
            end -= 1;
        }
        let start = self.at;
        match takes {
            Takes::Nothing if start < end => {
                let message = format!("{op} takes no value.");
                Err(TextFault::at(start, end, message))
            }
            Takes::Nothing => Ok(Vec::new()),
            _ if start == end => {
                let message = format!("A value is missing after {op}; the empty text is \"\".");
                Err(TextFault::at(start, start, message))
            }
            Takes::Scalar | Takes::Text => Ok(vec![self.value(end, takes)?]),
            Takes::List => self.list(end),
        }
    }

    /// The whole rest as one value.
    fn value(&mut self, end: usize, takes: Takes) -> Result<Value, TextFault> {
        if self.text[self.at] == '"' {
            let text = self.quoted()?;
            self.skip_space();
            if self.at < end {
                let message =
                    "Nothing may follow the closing quote; a quote within quotes is \\\".";
                return Err(TextFault::at(self.at, end, message));
            }
            return Ok(Value::String(text));
        }
        let text: String = self.text[self.at..end].iter().collect();
        Ok(match takes {
            Takes::Text => Value::String(text),
            _ => scalar(&text),
        })
    }

    fn list(&mut self, mut end: usize) -> Result<Vec<Value>, TextFault> {
        if self.text[self.at] == '(' && end - self.at > 1 && self.text[end - 1] == ')' {
            (self.at, end) = (self.at + 1, end - 1);
        }
        let mut values = Vec::new();
        loop {
            self.skip_space();
            let start = self.at.min(end);
            match self.text[start..end].first() {
                // One comma too many at the end does no harm.
                None if !values.is_empty() => return Ok(values),
                None | Some(',') => {
                    let message = "A value is missing here; the empty text is \"\".";
                    return Err(TextFault::at(start, (start + 1).min(end), message));
                }
                Some('"') => {
                    values.push(Value::String(self.quoted()?));
                    self.skip_space();
                    if self.at < end && self.text[self.at] != ',' {
                        let message = "A comma is missing before this.";
                        return Err(TextFault::at(self.at, end, message));
                    }
                }
                Some(_) => {
                    let length = self.text[start..end].iter().take_while(|c| **c != ',');
                    self.at = start + length.count();
                    let text: String = self.text[start..self.at].iter().collect();
                    values.push(scalar(text.trim()));
                }
            }
            if self.at >= end {
                return Ok(values);
            }
            self.at += 1;
        }
    }

    /// From an opening quote to behind the closing one.
    fn quoted(&mut self) -> Result<String, TextFault> {
        let start = self.at;
        self.at += 1;
        let mut text = String::new();
        while let Some(&c) = self.text.get(self.at) {
            self.at += 1;
            match c {
                '"' => return Ok(text),
                '\\' => self.escaped(&mut text),
                c => text.push(c),
            }
        }
        let message = "The closing quote is missing.";
        Err(TextFault::at(start, self.text.len(), message))
    }

    /// What stands behind a backslash; one that escapes nothing is itself, as regular expressions have many.
    fn escaped(&mut self, text: &mut String) {
        let Some(&c) = self.text.get(self.at) else {
            text.push('\\');
            return;
        };
        self.at += 1;
        match c {
            '"' | '\\' => text.push(c),
            'n' => text.push('\n'),
            'r' => text.push('\r'),
            't' => text.push('\t'),
            'u' => match self.code_point() {
                Some(c) => text.push(c),
                None => text.push_str("\\u"),
            },
            c => text.extend(['\\', c]),
        }
    }

    /// `{1f}`, whose `u` has been read; nothing is read if it is no character.
    fn code_point(&mut self) -> Option<char> {
        let rest = &self.text[self.at..];
        let end = rest.iter().take(8).position(|c| *c == '}')?;
        let digits: String = rest[..end].iter().collect();
        let c = char::from_u32(u32::from_str_radix(digits.strip_prefix('{')?, 16).ok()?)?;
        self.at += end + 1;
        Some(c)
    }
}

/// The operator that a word stands for, however its parts are joined.
fn known(word: &str) -> Option<(&'static str, Takes)> {
    let plain = |word: &str| word.to_lowercase().replace(['-', '_'], "");
    let wanted = plain(word);
    if wanted.is_empty() {
        return None;
    }
    let alias = ALIASES
        .into_iter()
        .find(|(alias, _)| plain(alias) == wanted);
    let wanted = alias.map_or(wanted, |(_, op)| plain(op));
    OPERATORS.into_iter().find(|(op, _)| plain(op) == wanted)
}

fn no_operator(found: &str, start: usize, end: usize) -> TextFault {
    let words = OPERATORS.map(|(op, _)| op);
    let message = match nearest(found, words) {
        Some(op) => format!("{found} is no operator, did you mean {op}?"),
        None => format!("{found} is no operator. There are {}.", words.join(" ")),
    };
    TextFault::at(start, end, message)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use span_query::Query;

    use super::*;

    #[track_caller]
    fn check(text: &str, column: &str, op: &str, value: Json, written: &str) {
        let clause = Clause::parse(text).unwrap_or_else(|fault| panic!("{text}: {fault:?}"));
        let mut wanted = json!({"column": column, "op": op});
        if value != Json::Null {
            wanted["value"] = value;
        }
        assert_eq!(clause.json(), wanted, "{text}");
        assert_eq!(clause.to_string(), written, "{text}");
    }

    #[test]
    fn a_line_is_column_operator_value() {
        for (text, column, op, value, written) in [
            ("a = b", "a", "=", json!("b"), "a = b"),
            (" a=b ", "a", "=", json!("b"), "a = b"),
            ("a>=5", "a", ">=", json!(5), "a >= 5"),
            ("a > -1.50", "a", ">", json!(-1.5), "a > -1.5"),
            ("a = 007", "a", "=", json!("007"), "a = 007"),
            ("a = \"5\"", "a", "=", json!("5"), "a = \"5\""),
            ("a = 1e5", "a", "=", json!("1e5"), "a = 1e5"),
            ("a = 1e+300", "a", "=", json!(1e300), "a = 1e+300"),
            ("a != true", "a", "!=", json!(true), "a != true"),
            ("a <> 1", "a", "!=", json!(1), "a != 1"),
            (
                "a = 4efaaf4d1e8720b39541901950019ee5",
                "a",
                "=",
                json!("4efaaf4d1e8720b39541901950019ee5"),
                "a = 4efaaf4d1e8720b39541901950019ee5",
            ),
            (
                "name = GET /api home",
                "name",
                "=",
                json!("GET /api home"),
                "name = GET /api home",
            ),
            (
                "\"my column\" = \" x \"",
                "my column",
                "=",
                json!(" x "),
                "\"my column\" = \" x \"",
            ),
            ("a exists", "a", "exists", Json::Null, "a exists"),
            (
                "a does not exist",
                "a",
                "does-not-exist",
                Json::Null,
                "a does-not-exist",
            ),
            (
                "a Does_Not_Contain 5",
                "a",
                "does-not-contain",
                json!("5"),
                "a does-not-contain 5",
            ),
            (
                "a starts with b c",
                "a",
                "starts-with",
                json!("b c"),
                "a starts-with b c",
            ),
            (
                "a =~ ^\\d+$",
                "a",
                "matches",
                json!("^\\d+$"),
                "a matches ^\\d+$",
            ),
            (
                "a matches \"\\d \\\"x\"",
                "a",
                "matches",
                json!("\\d \"x"),
                "a matches \\d \"x",
            ),
            (
                "a in 1, b c ,\"d, e\",",
                "a",
                "in",
                json!([1, "b c", "d, e"]),
                "a in 1, b c, \"d, e\"",
            ),
            (
                "a not in (1, 2)",
                "a",
                "not-in",
                json!([1, 2]),
                "a not-in 1, 2",
            ),
            ("a in (b", "a", "in", json!(["(b"]), "a in \"(b\""),
            ("in in in", "in", "in", json!(["in"]), "in in in"),
            (
                "exists exists",
                "exists",
                "exists",
                Json::Null,
                "exists exists",
            ),
            (
                "a = \"x\\ny\\u{0}\"",
                "a",
                "=",
                json!("x\ny\0"),
                "a = \"x\\ny\\u{0}\"",
            ),
            (
                "root.name = x",
                "root.name",
                "=",
                json!("x"),
                "root.name = x",
            ),
        ] {
            check(text, column, op, value, written);
        }
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        for (text, start, end, part) in [
            ("", 0, 0, "column operator value"),
            ("  ", 2, 2, "column operator value"),
            ("= 5", 0, 1, "column before the operator"),
            ("a", 1, 1, "operator is missing after a"),
            ("\"a b\"", 5, 5, "operator is missing after \"a b\""),
            ("a contians b", 2, 10, "did you mean contains?"),
            ("a => 5", 2, 4, "=> is no operator, did you mean"),
            ("a wrong", 2, 7, "There are = != >"),
            ("my column = 5", 3, 9, "put in quotes: \"my column\""),
            ("a =", 3, 3, "A value is missing after ="),
            ("a in", 4, 4, "A value is missing after in"),
            ("a in b,,c", 7, 8, "A value is missing here"),
            ("a in ()", 6, 6, "A value is missing here"),
            ("a in \"b\" c", 9, 10, "A comma is missing"),
            ("a exists b", 9, 10, "takes no value"),
            ("a = \"b", 4, 6, "closing quote"),
            ("a = \"b\" c", 8, 9, "follow the closing quote"),
            ("é \"=\" 5", 2, 5, "is no operator"),
        ] {
            let fault = Clause::parse(text).expect_err(text);
            assert_eq!(fault.place, (start, end), "{text}: {}", fault.message);
            assert!(fault.message.contains(part), "{text}: {}", fault.message);
        }
    }

    fn text() -> impl Strategy<Value = String> {
        let words = vec![
            "",
            " ",
            "in",
            "exists",
            "a, b",
            "\"",
            "\\",
            "\\n",
            "true",
            "5",
            "-0",
            "0.5",
            "1e+9",
            "(",
            ")",
            "=",
            "<",
            "~",
            "\n",
            "\0",
            "\u{202e}",
            "\u{a0}",
            "\u{2028}",
            "é",
            "👩‍🚀",
            "does not exist",
        ];
        let word = prop_oneof![
            prop::sample::select(words).prop_map(str::to_owned),
            any::<char>().prop_map(String::from),
            "[a-z.]{1,8}",
        ];
        prop::collection::vec(word, 0..4).prop_map(|words| words.concat())
    }

    fn value() -> impl Strategy<Value = Value> {
        prop_oneof![
            text().prop_map(Value::String),
            any::<i64>().prop_map(Value::Int),
            any::<bool>().prop_map(Value::Bool),
            any::<f64>()
                .prop_filter("JSON has finite numbers only", |f| f.is_finite())
                .prop_map(Value::Float),
            (-9_i32..9).prop_map(|n| Value::Float(f64::from(n) / 4.0)),
        ]
    }

    fn clause() -> impl Strategy<Value = Clause> {
        let column = text().prop_filter("a column has a name", |column| !column.is_empty());
        (
            column,
            prop::sample::select(OPERATORS.to_vec()),
            prop::collection::vec(value(), 1..4),
        )
            .prop_map(|(column, (op, takes), mut values)| {
                match takes {
                    Takes::Nothing => values.clear(),
                    Takes::Scalar => values.truncate(1),
                    Takes::Text => values = vec![Value::String(values[0].to_string())],
                    Takes::List => {}
                }
                Clause { column, op, values }
            })
    }

    proptest! {
        #[test]
        fn a_condition_survives_being_written_and_read(clause in clause()) {
            let text = clause.to_string();
            prop_assert!(!text.contains(['\n', '\0']), "{:?}", text);
            let read = Clause::parse(&text);
            prop_assert_eq!(read.as_ref(), Ok(&clause), "{}", text);
        }

        #[test]
        fn whatever_is_typed_is_read_or_has_a_place(text in text()) {
            let length = text.chars().count();
            match Clause::parse(&text) {
                Ok(clause) => prop_assert_eq!(Clause::parse(&clause.to_string()), Ok(clause)),
                Err(TextFault { place: (start, end), .. }) => prop_assert!(start <= end && end <= length.max(1), "{} {} {}", start, end, length),
            }
        }

        #[test]
        fn honeycombs_specification_takes_it(clause in clause()) {
            // The empty text is nothing to look for within another, and not every text is a regular expression.
            let is_empty = clause.values.contains(&Value::String(String::new()));
            prop_assume!(!is_empty && !clause.op.contains("match"));
            let query = json!({"filters": [clause.json()]});
            prop_assert!(Query::from_json(&query).is_ok(), "{}", query);
        }
    }
}
