//! The different values of one column across all blocks, each with a number of its own.

use std::cmp::Ordering;
use std::hash::{BuildHasher, Hash, Hasher};

use hashbrown::{DefaultHashBuilder, HashTable};
use span_query::Value;

use crate::block_builder::id_of_text;
use crate::column::{Data, each_code, with_hex};
use crate::{Column, ValueRef};

/// The number of the absent value.
pub(crate) const NULL: u32 = 0;
/// Not yet looked up.
const UNKNOWN: u32 = u32::MAX;

/// Values by number: equal ones, as `span_query::Value` says, have the same, 1 and 1.0 too.
#[derive(Debug)]
pub(crate) struct Values {
    /// The first is null.
    entries: Vec<Entry>,
    text: String,
    found: HashTable<u32>,
    hasher: DefaultHashBuilder,
}

/// A value as it came first. Text that reads as an ID is one, so that IDs and text are never two of the same.
#[derive(Clone, Copy, Debug)]
enum Entry {
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text { start: usize, end: usize },
    TraceId([u8; 16]),
    SpanId([u8; 8]),
}

impl Default for Values {
    fn default() -> Values {
        Values {
            entries: vec![Entry::Null],
            text: String::new(),
            found: HashTable::new(),
            hasher: DefaultHashBuilder::default(),
        }
    }
}

impl Values {
    /// How many numbers there are, that of null included.
    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    /// The number of each row's value, into `numbers`, which is emptied first. Without a column all are absent.
    pub(crate) fn read(&mut self, column: Option<&Column>, rows: &[u32], numbers: &mut Vec<u32>) {
        numbers.clear();
        let Some(column) = column else {
            return numbers.resize(rows.len(), NULL);
        };
        match &column.data {
            Data::Coded { dictionary, codes } => {
                let mut of_code = vec![UNKNOWN; dictionary.len() + 1];
                each_code!(codes, codes => numbers.extend(rows.iter().map(|row| {
                    let code = codes[*row as usize] as usize;
                    if of_code[code] == UNKNOWN {
                        of_code[code] = self.number(dictionary.get(code as u32));
                    }
                    of_code[code]
                })));
            }
            Data::TraceIds(ids) => numbers.extend(
                rows.iter()
                    .map(|row| self.of_entry(Entry::TraceId(ids[*row as usize]))),
            ),
            Data::SpanIds(ids) => numbers.extend(
                rows.iter()
                    .map(|row| self.of_entry(Entry::SpanId(ids[*row as usize]))),
            ),
            Data::Integers { .. } | Data::Floats { .. } => numbers.extend(
                rows.iter()
                    .map(|row| column.with(*row as usize, |value| self.number(value))),
            ),
        }
    }

    /// The number of a value.
    pub(crate) fn number(&mut self, value: ValueRef<'_>) -> u32 {
        match value {
            ValueRef::Null => NULL,
            ValueRef::Bool(value) => self.of_entry(Entry::Bool(value)),
            ValueRef::Int(value) => self.of_entry(Entry::Int(value)),
            ValueRef::Float(value) => self.of_entry(Entry::Float(value)),
            ValueRef::Text(text) => {
                if let Some(id) = id_of_text(text) {
                    self.of_entry(Entry::TraceId(id))
                } else if let Some(id) = id_of_text(text) {
                    self.of_entry(Entry::SpanId(id))
                } else {
                    self.of_text(text)
                }
            }
        }
    }

    fn of_entry(&mut self, entry: Entry) -> u32 {
        match entry {
            Entry::TraceId(id) if id == [0; 16] => return NULL,
            Entry::SpanId(id) if id == [0; 8] => return NULL,
            _ => {}
        }
        let hash = hash_of(&self.hasher, entry, "");
        let same = |number: &u32| is_same(self.entries[*number as usize], entry);
        match self.found.find(hash, same) {
            Some(number) => *number,
            None => self.add(hash, entry),
        }
    }

    fn of_text(&mut self, text: &str) -> u32 {
        let hash = self.hasher.hash_one(text);
        let same = |number: &u32| match self.entries[*number as usize] {
            Entry::Text { start, end } => &self.text[start..end] == text,
            _ => false,
        };
        if let Some(number) = self.found.find(hash, same) {
            return *number;
        }
        let start = self.text.len();
        self.text.push_str(text);
        let end = self.text.len();
        self.add(hash, Entry::Text { start, end })
    }

    fn add(&mut self, hash: u64, entry: Entry) -> u32 {
        let number = self.entries.len() as u32;
        self.entries.push(entry);
        let (hasher, entries, text) = (&self.hasher, &self.entries, &self.text);
        self.found.insert_unique(hash, number, |number| {
            hash_of(hasher, entries[*number as usize], text)
        });
        number
    }

    /// Looks at the value of a number.
    pub(crate) fn with<R>(&self, number: u32, look: impl FnOnce(ValueRef<'_>) -> R) -> R {
        match self.entries[number as usize] {
            Entry::Null => look(ValueRef::Null),
            Entry::Bool(value) => look(ValueRef::Bool(value)),
            Entry::Int(value) => look(ValueRef::Int(value)),
            Entry::Float(value) => look(ValueRef::Float(value)),
            Entry::Text { start, end } => look(ValueRef::Text(&self.text[start..end])),
            Entry::TraceId(id) => with_hex(&id, look),
            Entry::SpanId(id) => with_hex(&id, look),
        }
    }

    /// The value of a number as an answer shows it.
    pub(crate) fn value(&self, number: u32) -> Value {
        self.with(number, |value| value.to_value()).in_one_form()
    }

    /// The order of two numbers' values.
    pub(crate) fn compare(&self, a: u32, b: u32) -> Ordering {
        if a == b {
            return Ordering::Equal;
        }
        self.with(a, |a| self.with(b, |b| a.compare(b)))
    }
}

fn is_same(a: Entry, b: Entry) -> bool {
    match (a, b) {
        (Entry::Bool(a), Entry::Bool(b)) => a == b,
        (Entry::Int(a), Entry::Int(b)) => a == b,
        (Entry::Float(a), Entry::Float(b)) => a == b,
        (Entry::Int(int), Entry::Float(float)) | (Entry::Float(float), Entry::Int(int)) => {
            whole(float) == Some(int)
        }
        (Entry::TraceId(a), Entry::TraceId(b)) => a == b,
        (Entry::SpanId(a), Entry::SpanId(b)) => a == b,
        _ => false,
    }
}

fn hash_of(hasher: &DefaultHashBuilder, entry: Entry, text: &str) -> u64 {
    let mut state = hasher.build_hasher();
    match entry {
        Entry::Null => {}
        Entry::Bool(value) => value.hash(&mut state),
        Entry::Int(int) => int.hash(&mut state),
        Entry::Float(float) => match whole(float) {
            Some(int) => int.hash(&mut state),
            None => float.to_bits().hash(&mut state),
        },
        Entry::TraceId(id) => u128::from_le_bytes(id).hash(&mut state),
        Entry::SpanId(id) => u64::from_le_bytes(id).hash(&mut state),
        Entry::Text { start, end } => return hasher.hash_one(&text[start..end]),
    }
    state.finish()
}

/// The integer that a float is, if it is one.
fn whole(float: f64) -> Option<i64> {
    const TWO_TO_63: f64 = 9_223_372_036_854_775_808.0;
    (float.fract() == 0.0 && (-TWO_TO_63..TWO_TO_63).contains(&float)).then_some(float as i64)
}
