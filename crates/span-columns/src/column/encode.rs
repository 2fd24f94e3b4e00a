//! A column as bytes: a byte for how it is held, then its parts, numbers in little-endian order.
//!
//! | kind | parts |
//! |---|---|
//! | coded | bools (bit 0: false, bit 1: true); how many integers, floats, texts, bytes of text (u32 each); the integers, floats, ends of texts (u32), text; the codes |
//! | codes | width 0: one code (u32) for all rows; width 1, 2, 4: one for each row; the same with 16 added: how many (u32), their rows (u32, ascending), their codes, all other rows having none |
//! | integers | presence; width 1, 2, 4, 8; the least (i64); for each row with a number what it is above the least |
//! | floats | presence; for each row with a number its 8 bytes |
//! | presence | 0: every row has a number; 1: a bit for each row, in words of 64 |
//! | IDs | 16 or 8 bytes for each row |

use super::{Codes, Column, Data, Dictionary, Presence, each_code};

pub(super) const CODED: u8 = 0x11;
pub(super) const INTEGERS: u8 = 0x12;
pub(super) const FLOATS: u8 = 0x13;
pub(super) const TRACE_IDS: u8 = 0x14;
pub(super) const SPAN_IDS: u8 = 0x15;
/// Added to the width of codes that are given for some rows only.
pub(super) const SPARSE: u8 = 0x10;

impl Column {
    /// The column as bytes, for [`Column::decode`].
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        match &self.data {
            Data::Coded { dictionary, codes } => {
                bytes.push(CODED);
                put_dictionary(&mut bytes, dictionary);
                put_codes(&mut bytes, codes);
            }
            Data::Integers { numbers, presence } => {
                bytes.push(INTEGERS);
                put_presence(&mut bytes, presence);
                let present = present(numbers, presence);
                put_integers(&mut bytes, &present);
            }
            Data::Floats { numbers, presence } => {
                bytes.push(FLOATS);
                put_presence(&mut bytes, presence);
                bytes.extend(
                    present(numbers, presence)
                        .iter()
                        .flat_map(|number| number.to_le_bytes()),
                );
            }
            Data::TraceIds(ids) => {
                bytes.push(TRACE_IDS);
                bytes.extend_from_slice(ids.as_flattened());
            }
            Data::SpanIds(ids) => {
                bytes.push(SPAN_IDS);
                bytes.extend_from_slice(ids.as_flattened());
            }
        }
        bytes
    }
}

fn put_dictionary(bytes: &mut Vec<u8>, dictionary: &Dictionary) {
    let flags = dictionary.bools.iter().map(|value| 1 << u8::from(*value));
    bytes.push(flags.sum());
    for length in [
        dictionary.ints.len(),
        dictionary.floats.len(),
        dictionary.ends.len(),
        dictionary.text.len(),
    ] {
        put_u32(bytes, length as u32);
    }
    bytes.extend(dictionary.ints.iter().flat_map(|int| int.to_le_bytes()));
    bytes.extend(dictionary.floats.iter().flat_map(|f| f.to_le_bytes()));
    bytes.extend(dictionary.ends.iter().flat_map(|end| end.to_le_bytes()));
    bytes.extend_from_slice(dictionary.text.as_bytes());
}

fn put_codes(bytes: &mut Vec<u8>, codes: &Codes) {
    if each_code!(codes, codes => codes.iter().all(|code| *code == codes[0])) {
        bytes.push(0);
        let first = (codes.len() > 0).then(|| codes.get(0));
        return put_u32(bytes, first.unwrap_or(0));
    }
    let width = match codes {
        Codes::One(_) => 1,
        Codes::Two(_) => 2,
        Codes::Four(_) => 4,
    };
    let present = each_code!(codes, codes => codes.iter().filter(|code| **code != 0).count());
    if present * (4 + usize::from(width)) >= codes.len() * usize::from(width) {
        bytes.push(width);
        each_code!(codes, codes => bytes.extend(codes.iter().flat_map(|code| code.to_le_bytes())));
        return;
    }
    bytes.push(SPARSE + width);
    put_u32(bytes, present as u32);
    each_code!(codes, codes => {
        let present = || (0_u32..).zip(codes).filter(|(_, code)| **code != 0);
        bytes.extend(present().flat_map(|(row, _)| row.to_le_bytes()));
        bytes.extend(present().flat_map(|(_, code)| code.to_le_bytes()));
    });
}

fn put_presence(bytes: &mut Vec<u8>, presence: &Presence) {
    match presence {
        Presence::All => bytes.push(0),
        Presence::Some(words) => {
            bytes.push(1);
            bytes.extend(words.iter().flat_map(|word| word.to_le_bytes()));
        }
    }
}

/// What each is above the least of them, in as few bytes as the greatest needs.
fn put_integers(bytes: &mut Vec<u8>, numbers: &[i64]) {
    let least = numbers.iter().copied().min().unwrap_or(0);
    let above = || {
        numbers
            .iter()
            .map(|number| number.wrapping_sub(least) as u64)
    };
    let width: u8 = match above().max().unwrap_or(0) {
        0..=0xff => 1,
        0x100..=0xffff => 2,
        0x1_0000..=0xffff_ffff => 4,
        _ => 8,
    };
    bytes.push(width);
    bytes.extend_from_slice(&least.to_le_bytes());
    match width {
        1 => bytes.extend(above().map(|number| number as u8)),
        2 => bytes.extend(above().flat_map(|number| (number as u16).to_le_bytes())),
        4 => bytes.extend(above().flat_map(|number| (number as u32).to_le_bytes())),
        _ => bytes.extend(above().flat_map(u64::to_le_bytes)),
    }
}

fn present<T: Copy>(numbers: &[T], presence: &Presence) -> Vec<T> {
    let rows = (0..numbers.len()).filter(|row| presence.has(*row));
    rows.map(|row| numbers[row]).collect()
}

fn put_u32(bytes: &mut Vec<u8>, number: u32) {
    bytes.extend_from_slice(&number.to_le_bytes());
}
