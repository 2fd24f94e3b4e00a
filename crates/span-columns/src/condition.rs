//! A filter made ready: its regular expression compiled, and then asked once for each different value of a block.

use memchr::memmem::Finder;
use regex::RegexBuilder;
use span_query::{Compare, Error, Filter, Test, Value};

use crate::block_builder::id_of_text;
use crate::column::{Data, Presence, each_code};
use crate::{Column, ValueRef};

/// So many bytes a compiled regular expression may take.
const MAX_REGEX: usize = 1 << 20;
/// So many bytes a regular expression may be written in.
const MAX_PATTERN: usize = 4096;

/// One filter of a query.
#[derive(Debug)]
pub(crate) struct Condition {
    pub(crate) column: span_query::Column,
    test: Test,
    negated: bool,
    /// Of `matches`.
    regex: Option<regex::Regex>,
    /// Of `contains`: what is looked for, made ready.
    part: Option<Finder<'static>>,
    /// The number that rows' numbers are compared with, if the test is such a comparison.
    number: Option<(Compare, Value)>,
}

impl Condition {
    /// The query's filter of this index.
    ///
    /// # Errors
    ///
    /// For a regular expression that is none, or too large.
    pub(crate) fn new(index: usize, filter: &Filter) -> Result<Condition, Error> {
        let regex = match &filter.test {
            Test::Matches(pattern) => Some(compiled(index, pattern)?),
            _ => None,
        };
        let part = match &filter.test {
            Test::Contains(part) => Some(Finder::new(part).into_owned()),
            _ => None,
        };
        let number = match &filter.test {
            Test::Compare(compare, Value::String(text)) => {
                Value::number_in(text).map(|number| (*compare, number))
            }
            Test::Compare(compare, number) if number.is_number() => {
                Some((*compare, number.clone()))
            }
            _ => None,
        };
        Ok(Condition {
            column: filter.column.clone(),
            test: filter.test.clone(),
            negated: filter.negated,
            regex,
            part,
            number,
        })
    }

    /// Whether each of `rows` passes, into `passes`, which is emptied first. Without a column all are absent.
    pub(crate) fn read(&self, column: Option<&Column>, rows: &[u32], passes: &mut Vec<bool>) {
        passes.clear();
        let Some(column) = column else {
            return passes.resize(rows.len(), self.passes(&Value::Null));
        };
        match &column.data {
            Data::Coded { dictionary, codes } => {
                let of_code = self.of_values(dictionary.values());
                each_code!(codes, codes => passes.extend(
                    rows.iter().map(|row| of_code[codes[*row as usize] as usize])
                ));
            }
            Data::Integers { numbers, presence } => {
                let numbers = Numbers(numbers, presence, self.passes(&Value::Null), rows);
                match &self.number {
                    Some((compare, Value::Int(wanted))) => {
                        numbers.compare(*compare, self.negated, *wanted, passes);
                    }
                    _ => numbers.read(|int| self.passes(&Value::Int(int)), passes),
                }
            }
            Data::Floats { numbers, presence } => {
                let numbers = Numbers(numbers, presence, self.passes(&Value::Null), rows);
                match &self.number {
                    Some((compare, Value::Float(wanted))) => {
                        numbers.compare(*compare, self.negated, *wanted, passes);
                    }
                    // Only so far is every integer a float.
                    Some((compare, Value::Int(wanted))) if wanted.unsigned_abs() <= 1 << 53 => {
                        numbers.compare(*compare, self.negated, *wanted as f64, passes);
                    }
                    _ => numbers.read(|float| self.passes(&Value::Float(float)), passes),
                }
            }
            Data::TraceIds(ids) => self.read_ids(column, ids, rows, passes),
            Data::SpanIds(ids) => self.read_ids(column, ids, rows, passes),
        }
    }

    /// For each value whether it passes.
    fn of_values<'a>(&self, values: impl Iterator<Item = ValueRef<'a>>) -> Vec<bool> {
        // One string for all texts, so that a column of as many texts as rows allocates none.
        let mut text = Value::String(String::new());
        values
            .map(|value| self.passes_ref(value, &mut text))
            .collect()
    }

    fn passes_ref(&self, value: ValueRef<'_>, text: &mut Value) -> bool {
        if let (ValueRef::Text(text), Some(part)) = (value, &self.part) {
            return part.find(text.as_bytes()).is_some() != self.negated;
        }
        match (value, &mut *text) {
            (ValueRef::Text(from), Value::String(into)) => {
                into.clear();
                into.push_str(from);
                self.passes(text)
            }
            _ => self.passes(&value.to_value()),
        }
    }

    /// Whether a value passes.
    pub(crate) fn passes(&self, value: &Value) -> bool {
        let matches = |text: &str| {
            self.regex
                .as_ref()
                .is_some_and(|regex| regex.is_match(text))
        };
        self.test.holds(value, matches) != self.negated
    }

    /// IDs are compared as such where one is asked for, and else looked at as text, row by row.
    fn read_ids<const N: usize>(
        &self,
        column: &Column,
        ids: &[[u8; N]],
        rows: &[u32],
        passes: &mut Vec<bool>,
    ) {
        if let Test::Compare(Compare::Equal, Value::String(text)) = &self.test
            && let Some(wanted) = id_of_text::<N>(text)
        {
            let is_it = |row: &u32| (ids[*row as usize] == wanted) != self.negated;
            return passes.extend(rows.iter().map(is_it));
        }
        let mut text = Value::String(String::new());
        passes.extend(
            rows.iter()
                .map(|row| column.with(*row as usize, |value| self.passes_ref(value, &mut text))),
        );
    }
}

/// A column's numbers, which rows have one, the verdict on those that have none, and the rows asked for.
struct Numbers<'a, T>(&'a [T], &'a Presence, bool, &'a [u32]);

impl<T: PartialOrd + Copy> Numbers<'_, T> {
    /// One loop for each comparison, so that nothing is decided row by row.
    fn compare(&self, compare: Compare, negated: bool, wanted: T, passes: &mut Vec<bool>) {
        match compare {
            Compare::Equal => self.read(|number| (number == wanted) != negated, passes),
            Compare::Greater => self.read(|number| (number > wanted) != negated, passes),
            Compare::GreaterOrEqual => self.read(|number| (number >= wanted) != negated, passes),
            Compare::Less => self.read(|number| (number < wanted) != negated, passes),
            Compare::LessOrEqual => self.read(|number| (number <= wanted) != negated, passes),
        }
    }

    fn read(&self, test: impl Fn(T) -> bool, passes: &mut Vec<bool>) {
        let Numbers(numbers, presence, absent, rows) = self;
        match presence {
            Presence::All => passes.extend(rows.iter().map(|row| test(numbers[*row as usize]))),
            Presence::Some(_) => {
                passes.extend(rows.iter().map(|row| match presence.has(*row as usize) {
                    true => test(numbers[*row as usize]),
                    false => *absent,
                }))
            }
        }
    }
}

fn compiled(index: usize, pattern: &str) -> Result<regex::Regex, Error> {
    let refused = |reason: String| Error::Pattern {
        path: format!("filters[{index}].value"),
        pattern: pattern.chars().take(200).collect(),
        reason,
    };
    if pattern.len() > MAX_PATTERN {
        return Err(refused(format!(
            "{} bytes are more than the {MAX_PATTERN} that are possible here",
            pattern.len()
        )));
    }
    RegexBuilder::new(pattern)
        .size_limit(MAX_REGEX)
        .dfa_size_limit(MAX_REGEX)
        .build()
        .map_err(|error| refused(reason(&error)))
}

/// What is wrong with a pattern, in one line: the place that `regex` draws above it would be torn apart in a sentence.
fn reason(error: &regex::Error) -> String {
    let told = error.to_string();
    let last = told
        .lines()
        .rev()
        .find_map(|line| line.strip_prefix("error: "));
    last.unwrap_or(&told).to_owned()
}
