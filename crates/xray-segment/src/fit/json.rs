//! How many bytes JSON takes, and how deep it is.

use std::io;

use serde::Serialize;
use serde_json::{Map, Value};

/// Bytes of a value's JSON.
pub(super) fn len(value: &impl Serialize) -> usize {
    struct Count(usize);
    impl io::Write for Count {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0 += bytes.len();
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let mut count = Count(0);
    serde_json::to_writer(&mut count, value).expect("counting does not fail, and keys are texts");
    count.0
}

/// Bytes that entries add to an object that has some.
pub(super) fn entries_len(entries: &Map<String, Value>) -> usize {
    entries
        .iter()
        .map(|(key, value)| entry_len(key, value))
        .sum()
}

/// Bytes of `,"key":value`.
pub(super) fn entry_len(key: &str, value: &Value) -> usize {
    len(&key) + len(value) + 2
}

/// Bytes of a character inside a JSON text.
pub(super) fn char_len(c: char) -> usize {
    match c {
        '"' | '\\' | '\n' | '\r' | '\t' | '\u{8}' | '\u{c}' => 2,
        c if c < ' ' => 6,
        c => c.len_utf8(),
    }
}

/// Whether lists and objects are nested more than `levels` deep.
pub(super) fn is_deeper(value: &Value, levels: usize) -> bool {
    let mut parts: Box<dyn Iterator<Item = &Value>> = match value {
        Value::Array(values) => Box::new(values.iter()),
        Value::Object(map) => Box::new(map.values()),
        _ => return false,
    };
    levels == 0 || parts.any(|part| is_deeper(part, levels - 1))
}
