//! A column from bytes that may be anything: an error then, never a panic, and never more memory than rows and bytes ask for.

use super::encode::{CODED, FLOATS, INTEGERS, SPAN_IDS, SPARSE, TRACE_IDS};
use super::{Codes, Column, Data, Dictionary, Presence};
use crate::MAX_ROWS;

/// Why bytes are no column.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum DecodeError {
    /// More rows than a block may have.
    #[error("{0} rows are more than the {MAX_ROWS} that a block may have")]
    TooManyRows(usize),
    /// Fewer bytes than the rows need.
    #[error("the column's bytes end too early")]
    Truncated,
    /// Bytes after the last row.
    #[error("{0} bytes follow the column's last row")]
    Trailing(usize),
    /// Bytes that no column has there.
    #[error("the column's {0} cannot be right")]
    Invalid(&'static str),
    /// Parts of one block that have different numbers of rows.
    #[error("{0} rows in a column of a block of {1}")]
    Rows(usize, usize),
}

impl Column {
    /// The column of `rows` rows that [`Column::encode`] wrote.
    ///
    /// # Errors
    ///
    /// For bytes that are no such column.
    pub fn decode(bytes: &[u8], rows: usize) -> Result<Column, DecodeError> {
        if rows > MAX_ROWS {
            return Err(DecodeError::TooManyRows(rows));
        }
        let mut reader = Reader(bytes);
        let data = match reader.byte()? {
            CODED => {
                let dictionary = dictionary(&mut reader)?;
                let codes = codes(&mut reader, rows, dictionary.len())?;
                Data::Coded { dictionary, codes }
            }
            INTEGERS => {
                let presence = presence(&mut reader, rows)?;
                let packed = integers(&mut reader, presence.count(rows))?;
                let numbers = spread(packed, &presence, rows);
                Data::Integers { numbers, presence }
            }
            FLOATS => {
                let presence = presence(&mut reader, rows)?;
                let packed = floats(&mut reader, presence.count(rows))?;
                let numbers = spread(packed, &presence, rows);
                Data::Floats { numbers, presence }
            }
            TRACE_IDS => Data::TraceIds(reader.chunks::<16>(rows)?.to_vec()),
            SPAN_IDS => Data::SpanIds(reader.chunks::<8>(rows)?.to_vec()),
            _ => return Err(DecodeError::Invalid("kind")),
        };
        match reader.0.len() {
            0 => Ok(Column { rows, data }),
            left => Err(DecodeError::Trailing(left)),
        }
    }
}

fn dictionary(reader: &mut Reader<'_>) -> Result<Dictionary, DecodeError> {
    let bools = match reader.byte()? {
        0 => vec![],
        1 => vec![false],
        2 => vec![true],
        3 => vec![false, true],
        _ => return Err(DecodeError::Invalid("bools")),
    };
    let mut length = || reader.u32().map(|length| length as usize);
    let (ints, float_count, ends, text) = (length()?, length()?, length()?, length()?);
    let ints = numbers(reader.chunks(ints)?, i64::from_le_bytes);
    let floats = floats(reader, float_count)?;
    let ends = numbers(reader.chunks(ends)?, u32::from_le_bytes);
    let text = std::str::from_utf8(reader.take(text)?).map_err(|_| DecodeError::Invalid("text"))?;
    let end = ends.last().map_or(0, |end| *end as usize);
    let fits = |end: &u32| text.is_char_boundary(*end as usize);
    if !ends.is_sorted() || end != text.len() || !ends.iter().all(fits) {
        return Err(DecodeError::Invalid("ends of texts"));
    }
    Ok(Dictionary {
        bools,
        ints,
        floats,
        ends,
        text: text.to_owned(),
    })
}

fn codes(reader: &mut Reader<'_>, rows: usize, values: usize) -> Result<Codes, DecodeError> {
    let layout = reader.byte()?;
    let codes = match layout {
        0 => {
            let code = reader.u32()?;
            if code as usize > values {
                return Err(DecodeError::Invalid("code"));
            }
            return Ok(Codes::new(std::iter::repeat_n(code, rows), values));
        }
        1 | 2 | 4 => packed_codes(reader, layout, rows)?,
        _ => {
            let count = reader.u32()? as usize;
            let places = numbers(reader.chunks(count)?, u32::from_le_bytes);
            let ascending = places.is_sorted_by(|a, b| a < b);
            let within = places.last().is_none_or(|last| (*last as usize) < rows);
            if !ascending || !within {
                return Err(DecodeError::Invalid("rows with a value"));
            }
            match packed_codes(reader, layout.wrapping_sub(SPARSE), count)? {
                Codes::One(some) => Codes::One(scattered(&places, some, rows)),
                Codes::Two(some) => Codes::Two(scattered(&places, some, rows)),
                Codes::Four(some) => Codes::Four(scattered(&places, some, rows)),
            }
        }
    };
    if codes.greatest() as usize > values {
        return Err(DecodeError::Invalid("codes"));
    }
    Ok(codes)
}

fn packed_codes(reader: &mut Reader<'_>, width: u8, count: usize) -> Result<Codes, DecodeError> {
    Ok(match width {
        1 => Codes::One(reader.take(count)?.to_vec()),
        2 => Codes::Two(numbers(reader.chunks(count)?, u16::from_le_bytes)),
        4 => Codes::Four(numbers(reader.chunks(count)?, u32::from_le_bytes)),
        _ => return Err(DecodeError::Invalid("width of codes")),
    })
}

fn scattered<T: Copy + Default>(places: &[u32], some: Vec<T>, rows: usize) -> Vec<T> {
    let mut all = vec![T::default(); rows];
    for (place, value) in places.iter().zip(some) {
        all[*place as usize] = value;
    }
    all
}

fn presence(reader: &mut Reader<'_>, rows: usize) -> Result<Presence, DecodeError> {
    match reader.byte()? {
        0 => Ok(Presence::All),
        1 => {
            let words = numbers(reader.chunks(rows.div_ceil(64))?, u64::from_le_bytes);
            let beyond = match (rows % 64, words.last()) {
                (1.., Some(last)) => last >> (rows % 64),
                _ => 0,
            };
            if beyond == 0 {
                Ok(Presence::Some(words))
            } else {
                Err(DecodeError::Invalid("rows with a number"))
            }
        }
        _ => Err(DecodeError::Invalid("presence")),
    }
}

fn integers(reader: &mut Reader<'_>, count: usize) -> Result<Vec<i64>, DecodeError> {
    let width = reader.byte()?;
    let least = i64::from_le_bytes(reader.chunks::<8>(1)?[0]);
    let number = |above: u64| least.wrapping_add(above as i64);
    Ok(match width {
        1 => numbers(reader.chunks(count)?, |[byte]| number(byte.into())),
        2 => numbers(reader.chunks(count)?, |bytes| {
            number(u16::from_le_bytes(bytes).into())
        }),
        4 => numbers(reader.chunks(count)?, |bytes| {
            number(u32::from_le_bytes(bytes).into())
        }),
        8 => numbers(reader.chunks(count)?, |bytes| {
            number(u64::from_le_bytes(bytes))
        }),
        _ => return Err(DecodeError::Invalid("width of integers")),
    })
}

fn floats(reader: &mut Reader<'_>, count: usize) -> Result<Vec<f64>, DecodeError> {
    let floats = numbers(reader.chunks(count)?, f64::from_le_bytes);
    if floats.iter().all(|float| float.is_finite()) {
        Ok(floats)
    } else {
        Err(DecodeError::Invalid("floats"))
    }
}

fn numbers<const N: usize, T>(chunks: &[[u8; N]], number: impl Fn([u8; N]) -> T) -> Vec<T> {
    chunks.iter().map(|chunk| number(*chunk)).collect()
}

/// A place for every row from the numbers of those that have one.
fn spread<T: Copy + Default>(packed: Vec<T>, presence: &Presence, rows: usize) -> Vec<T> {
    let Presence::Some(words) = presence else {
        return packed;
    };
    let mut all = vec![T::default(); rows];
    let mut packed = packed.into_iter();
    for (index, word) in words.iter().enumerate() {
        let mut left = *word;
        while left != 0 {
            all[index * 64 + left.trailing_zeros() as usize] = packed.next().unwrap_or_default();
            left &= left - 1;
        }
    }
    all
}

/// What is left of the bytes.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8], DecodeError> {
        let (taken, left) = self
            .0
            .split_at_checked(count)
            .ok_or(DecodeError::Truncated)?;
        self.0 = left;
        Ok(taken)
    }

    fn chunks<const N: usize>(&mut self, count: usize) -> Result<&'a [[u8; N]], DecodeError> {
        let bytes = count.checked_mul(N).ok_or(DecodeError::Truncated)?;
        Ok(self.take(bytes)?.as_chunks().0)
    }

    fn byte(&mut self) -> Result<u8, DecodeError> {
        Ok(self.take(1)?[0])
    }

    fn u32(&mut self) -> Result<u32, DecodeError> {
        Ok(u32::from_le_bytes(self.chunks::<4>(1)?[0]))
    }
}
