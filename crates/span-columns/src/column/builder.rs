//! Building a column row by row.

use std::hash::{BuildHasher, Hash, Hasher};

use hashbrown::{DefaultHashBuilder, HashTable};

use super::{Codes, Column, Data, Dictionary, Presence};
use crate::ValueRef;

/// So many different values a column of numbers alone may have, whatever their share, to have codes for them.
const FEW_NUMBERS: usize = 8;
/// With more it holds the numbers themselves, as it does if more than half of its values are different.
const MANY_NUMBERS: usize = 255;
/// A longer text is not kept, so that offsets into a column's text fit four bytes.
const MAX_TEXT: usize = 1 << 30;

/// A column in the making.
#[derive(Clone, Debug, Default)]
pub(crate) struct ColumnBuilder {
    /// The different values in the order in which they came; that with index `i` has the code `i + 1`.
    entries: Vec<Entry>,
    text: String,
    /// Indices of `entries`, found by value.
    found: HashTable<u32>,
    hasher: DefaultHashBuilder,
    /// A code for each row up to the last one that has a value.
    codes: Vec<u32>,
}

/// A value; its bits decide what is the same, so that 1 and 1.0, 0.0 and -0.0 are kept as they came.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Entry {
    Bool(bool),
    Int(i64),
    Float(u64),
    Text { start: usize, end: usize },
}

impl ColumnBuilder {
    /// Sets a row's value; the rows between the last one set and this one have none. A second value replaces the first.
    pub(crate) fn set(&mut self, row: usize, value: ValueRef<'_>) {
        let code = self.code(value.finite());
        if row < self.codes.len() {
            self.codes[row] = code;
        } else if code != 0 {
            self.codes.resize(row, 0);
            self.codes.push(code);
        }
    }

    /// Sets the values of rows from `at` on, which have none yet, to those that `rows` have in a column.
    pub(crate) fn append(&mut self, at: usize, column: &Column, rows: &[u32]) {
        let Data::Coded { dictionary, codes } = &column.data else {
            for (to, from) in (at..).zip(rows) {
                column.with(*from as usize, |value| self.set(to, value));
            }
            return;
        };
        // The builder's code of each of the column's, once it is known.
        let mut known = vec![None; dictionary.len() + 1];
        self.codes.resize(at, 0);
        self.codes.extend(rows.iter().map(|_| 0));
        for (to, from) in (at..).zip(rows) {
            let code = codes.get(*from as usize);
            self.codes[to] = match known[code as usize] {
                Some(known) => known,
                None => *known[code as usize].insert(self.code(dictionary.get(code))),
            };
        }
    }

    /// Bytes of all different texts.
    pub(crate) fn text_len(&self) -> usize {
        self.text.len()
    }

    /// The value of a row, null if it has none.
    pub(crate) fn get(&self, row: usize) -> ValueRef<'_> {
        match self.codes.get(row) {
            None | Some(0) => ValueRef::Null,
            Some(code) => self.value(&self.entries[*code as usize - 1]),
        }
    }

    fn value(&self, entry: &Entry) -> ValueRef<'_> {
        match *entry {
            Entry::Bool(value) => ValueRef::Bool(value),
            Entry::Int(value) => ValueRef::Int(value),
            Entry::Float(bits) => ValueRef::Float(f64::from_bits(bits)),
            Entry::Text { start, end } => ValueRef::Text(&self.text[start..end]),
        }
    }

    fn code(&mut self, value: ValueRef<'_>) -> u32 {
        let entry = match value {
            ValueRef::Null => return 0,
            ValueRef::Text(text) if text.len() > MAX_TEXT => return 0,
            ValueRef::Text(text) => return self.text_code(text),
            ValueRef::Bool(value) => Entry::Bool(value),
            ValueRef::Int(value) => Entry::Int(value),
            ValueRef::Float(value) => Entry::Float(value.to_bits()),
        };
        let hash = hash_of(&self.hasher, entry, &self.text);
        let same = |index: &u32| self.entries[*index as usize] == entry;
        match self.found.find(hash, same) {
            Some(index) => index + 1,
            None => self.add(hash, entry),
        }
    }

    fn text_code(&mut self, text: &str) -> u32 {
        let hash = self.hasher.hash_one(text);
        let same = |index: &u32| match self.entries[*index as usize] {
            Entry::Text { start, end } => &self.text[start..end] == text,
            _ => false,
        };
        if let Some(index) = self.found.find(hash, same) {
            return index + 1;
        }
        let start = self.text.len();
        self.text.push_str(text);
        let end = self.text.len();
        self.add(hash, Entry::Text { start, end })
    }

    fn add(&mut self, hash: u64, entry: Entry) -> u32 {
        let index = self.entries.len() as u32;
        self.entries.push(entry);
        let (hasher, entries, text) = (&self.hasher, &self.entries, &self.text);
        self.found.insert_unique(hash, index, |index| {
            hash_of(hasher, entries[*index as usize], text)
        });
        index + 1
    }

    /// The column of the first `rows` rows, none of which may be missing from the builder's reach.
    pub(crate) fn column(&self, rows: usize) -> Column {
        let codes = || {
            let padding = std::iter::repeat(0);
            self.codes.iter().copied().chain(padding).take(rows)
        };
        let different = self.entries.len();
        let present = || self.codes.iter().filter(|code| **code != 0).count();
        let few = different <= MANY_NUMBERS && different * 2 <= present();
        let data = if few || different <= FEW_NUMBERS {
            self.coded(codes())
        } else if let Some(numbers) = self.numbers(codes(), int) {
            let presence = self.presence(rows);
            Data::Integers { numbers, presence }
        } else if let Some(numbers) = self.numbers(codes(), float) {
            let presence = self.presence(rows);
            Data::Floats { numbers, presence }
        } else {
            self.coded(codes())
        };
        Column { rows, data }
    }

    fn presence(&self, rows: usize) -> Presence {
        Presence::of(rows, |row| {
            self.codes.get(row).is_some_and(|code| *code != 0)
        })
    }

    /// The numbers of all rows, if every value is one of this type.
    fn numbers<T: Copy + Default>(
        &self,
        codes: impl Iterator<Item = u32>,
        number: fn(&Entry) -> Option<T>,
    ) -> Option<Vec<T>> {
        let absent = std::iter::once(Some(T::default()));
        let of_code: Option<Vec<T>> = absent.chain(self.entries.iter().map(number)).collect();
        let of_code = of_code?;
        Some(codes.map(|code| of_code[code as usize]).collect())
    }

    fn coded(&self, codes: impl Iterator<Item = u32>) -> Data {
        let values: Vec<ValueRef<'_>> = self.entries.iter().map(|e| self.value(e)).collect();
        let (dictionary, new_codes) = Dictionary::of(&values);
        let codes = codes.map(|code| new_codes[code as usize]);
        Data::Coded {
            codes: Codes::new(codes, dictionary.len()),
            dictionary,
        }
    }
}

fn int(entry: &Entry) -> Option<i64> {
    match entry {
        Entry::Int(value) => Some(*value),
        _ => None,
    }
}

fn float(entry: &Entry) -> Option<f64> {
    match entry {
        Entry::Float(bits) => Some(f64::from_bits(*bits)),
        _ => None,
    }
}

fn hash_of(hasher: &DefaultHashBuilder, entry: Entry, text: &str) -> u64 {
    let mut state = hasher.build_hasher();
    match entry {
        Entry::Bool(value) => (0_u8, value).hash(&mut state),
        Entry::Int(value) => (1_u8, value).hash(&mut state),
        Entry::Float(bits) => (2_u8, bits).hash(&mut state),
        Entry::Text { start, end } => return hasher.hash_one(&text[start..end]),
    }
    state.finish()
}
