//! One column of a block: a value, or none, for each row. How it is built and written as bytes is next door.

mod builder;
mod codes;
mod decode;
mod dictionary;
mod encode;
mod presence;

use span_query::Value;

use crate::ValueRef;

pub(crate) use builder::ColumnBuilder;
pub(crate) use codes::{Codes, each_code};
pub use decode::DecodeError;
pub(crate) use dictionary::Dictionary;
pub(crate) use presence::Presence;

/// One column of a block. A row without a value has none in it; numbers and text may stand side by side.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    pub(crate) rows: usize,
    pub(crate) data: Data,
}

/// How a column holds its values.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Data {
    /// Each different value once, and its code for each row; 0 is the code of no value.
    Coded {
        dictionary: Dictionary,
        codes: Codes,
    },
    /// Integers alone, most of them different; 0 where there is none.
    Integers {
        numbers: Vec<i64>,
        presence: Presence,
    },
    /// Finite floats alone, most of them different; 0 where there is none.
    Floats {
        numbers: Vec<f64>,
        presence: Presence,
    },
    /// Trace IDs, as text 32 hexadecimal digits; zeros are no value.
    TraceIds(Vec<[u8; 16]>),
    /// Span IDs, as text 16 hexadecimal digits; zeros are no value.
    SpanIds(Vec<[u8; 8]>),
}

impl Column {
    /// How many rows it has.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The row's value; null if it has none or there is no such row.
    pub fn value(&self, row: usize) -> Value {
        self.with(row, |value| value.to_value())
    }

    /// Looks at the row's value without copying its text.
    pub fn with<R>(&self, row: usize, look: impl FnOnce(ValueRef<'_>) -> R) -> R {
        if row >= self.rows {
            return look(ValueRef::Null);
        }
        match &self.data {
            Data::Coded { dictionary, codes } => look(dictionary.get(codes.get(row))),
            Data::Integers { numbers, presence } if presence.has(row) => {
                look(ValueRef::Int(numbers[row]))
            }
            Data::Floats { numbers, presence } if presence.has(row) => {
                look(ValueRef::Float(numbers[row]))
            }
            Data::Integers { .. } | Data::Floats { .. } => look(ValueRef::Null),
            Data::TraceIds(ids) => with_hex(&ids[row], look),
            Data::SpanIds(ids) => with_hex(&ids[row], look),
        }
    }

    /// The numbers of `rows` as floats, NaN where a row has no number, into `numbers`, which is emptied first.
    ///
    /// Integers beyond 2^53 are rounded: this is for drawing, not for sums.
    pub fn read_numbers(&self, rows: &[u32], numbers: &mut Vec<f64>) {
        numbers.clear();
        match &self.data {
            Data::Coded { dictionary, codes } => {
                let of_code = dictionary.numbers();
                each_code!(codes, codes => {
                    numbers.extend(rows.iter().map(|&row| of_code[codes[row as usize] as usize]));
                });
            }
            Data::Integers {
                numbers: all,
                presence,
            } => numbers.extend(rows.iter().map(|&row| {
                if presence.has(row as usize) {
                    all[row as usize] as f64
                } else {
                    f64::NAN
                }
            })),
            Data::Floats {
                numbers: all,
                presence,
            } => numbers.extend(rows.iter().map(|&row| {
                if presence.has(row as usize) {
                    all[row as usize]
                } else {
                    f64::NAN
                }
            })),
            Data::TraceIds(_) | Data::SpanIds(_) => {
                numbers.extend(rows.iter().map(|_| f64::NAN));
            }
        }
    }

    /// How many rows have a value.
    pub fn present(&self) -> usize {
        match &self.data {
            Data::Coded { codes, .. } => {
                each_code!(codes, codes => codes.iter().filter(|code| **code != 0).count())
            }
            Data::Integers { presence, .. } | Data::Floats { presence, .. } => {
                presence.count(self.rows)
            }
            Data::TraceIds(ids) => ids.iter().filter(|id| **id != [0; 16]).count(),
            Data::SpanIds(ids) => ids.iter().filter(|id| **id != [0; 8]).count(),
        }
    }

    /// Whether some of its values are numbers, and whether some are text.
    pub fn kinds(&self) -> (bool, bool) {
        match &self.data {
            Data::Coded { dictionary, .. } => (dictionary.has_numbers(), dictionary.has_text()),
            Data::Integers { .. } | Data::Floats { .. } => (true, false),
            Data::TraceIds(_) | Data::SpanIds(_) => (false, true),
        }
    }

    /// The different values of a column that holds each once, with how many rows have it; `None` for a column of
    /// numbers or IDs that are mostly different.
    pub fn counts(&self) -> Option<Vec<(ValueRef<'_>, u64)>> {
        let Data::Coded { dictionary, codes } = &self.data else {
            return None;
        };
        let mut counts = vec![0; dictionary.len() + 1];
        each_code!(codes, codes => for &code in codes { counts[code as usize] += 1; });
        let counted = (1_u32..).zip(counts.into_iter().skip(1));
        Some(
            counted
                .map(|(code, count)| (dictionary.get(code), count))
                .collect(),
        )
    }

    /// About how much memory it takes, in bytes.
    pub fn memory(&self) -> usize {
        size_of::<Column>()
            + match &self.data {
                Data::Coded { dictionary, codes } => dictionary.memory() + codes.memory(),
                Data::Integers { presence, .. } | Data::Floats { presence, .. } => {
                    self.rows * 8 + presence.memory()
                }
                Data::TraceIds(ids) => ids.len() * 16,
                Data::SpanIds(ids) => ids.len() * 8,
            }
    }
}

/// An ID as text, without allocating; zeros are no value.
pub(crate) fn with_hex<const N: usize, R>(id: &[u8; N], look: impl FnOnce(ValueRef<'_>) -> R) -> R {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    if *id == [0; N] {
        return look(ValueRef::Null);
    }
    let mut text = [0; 32];
    for (byte, pair) in id.iter().zip(text.chunks_exact_mut(2)) {
        pair[0] = DIGITS[usize::from(byte >> 4)];
        pair[1] = DIGITS[usize::from(byte & 15)];
    }
    look(ValueRef::Text(
        std::str::from_utf8(&text[..2 * N]).unwrap_or_default(),
    ))
}
