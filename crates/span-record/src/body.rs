//! Looks into a span's encoded body without decoding it, which is what makes a search over a million spans quick.
//! Bodies are our own encoding, checked when they came in; what cannot be read ends the search of that body.

use opentelemetry_proto::tonic::common::v1::AnyValue;
use prost::Message;

use crate::{
    text::{double_text, value_text},
    wire::{Field, Fields},
};

/// The span's ID (field 2 of `Span`).
pub fn span_id(body: &[u8]) -> Option<u64> {
    Fields(body).find_map(|field| match field {
        (2, Field::Bytes(bytes)) => bytes.try_into().ok().map(u64::from_be_bytes),
        _ => None,
    })
}

/// What a trace's summary wants of a span: its ID, whether it has no parent, and its start (fields 2, 4 and 7 of `Span`).
pub fn place(body: &[u8]) -> (u64, bool, u64) {
    let (mut id, mut is_root, mut start) = (0, true, 0);
    for field in Fields(body) {
        match field {
            (2, Field::Bytes(bytes)) => id = bytes.try_into().map_or(0, u64::from_be_bytes),
            (4, Field::Bytes(bytes)) => is_root = bytes.iter().all(|byte| *byte == 0),
            (7, Field::Fixed64(nanoseconds)) => start = nanoseconds,
            // Fields come in the order of their numbers.
            (8.., _) => break,
            _ => {}
        }
    }
    (id, is_root, start)
}

/// Whether the span has this attribute with a value that reads so (field 9 of `Span`).
pub fn has_attribute(body: &[u8], key: &str, value: &str) -> bool {
    Fields(body).any(|field| match field {
        (9, Field::Bytes(attribute)) => attribute_is(attribute, key, value),
        _ => false,
    })
}

/// `KeyValue`: field 1 is the key, field 2 the value.
fn attribute_is(attribute: &[u8], key: &str, value: &str) -> bool {
    let mut is_key = false;
    for field in Fields(attribute) {
        match field {
            (1, Field::Bytes(name)) => {
                if name != key.as_bytes() {
                    return false;
                }
                is_key = true;
            }
            (2, Field::Bytes(found)) => return is_key && value_is(found, value),
            _ => {}
        }
    }
    false
}

fn value_is(found: &[u8], value: &str) -> bool {
    match Fields(found).next() {
        Some((1, Field::Bytes(text))) => text == value.as_bytes(),
        Some((2, Field::Varint(flag))) => value == if flag == 0 { "false" } else { "true" },
        Some((3, Field::Varint(number))) => {
            let number = number.cast_signed();
            value.parse() == Ok(number) && value == number.to_string()
        }
        Some((4, Field::Fixed64(bits))) => double_text(f64::from_bits(bits)) == value,
        // Lists, maps and bytes are rare: decode and compare what is shown.
        Some(_) => AnyValue::decode(found).is_ok_and(|found| value_text(&found) == value),
        None => false,
    }
}
