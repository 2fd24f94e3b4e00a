//! Text as JSON strings, written piece by piece without a copy in between.

use std::fmt::{self, Write as _};

/// Escapes what is written into it; the quotes around are the caller's.
pub(crate) struct Escaped<'a>(pub(crate) &'a mut String);

impl fmt::Write for Escaped<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        escape(self.0, text);
        Ok(())
    }
}

/// Appends `text` as a JSON string with its quotes.
pub(crate) fn write_string(to: &mut String, text: &str) {
    to.push('"');
    escape(to, text);
    to.push('"');
}

/// Appends what `value` displays as a JSON string. A value that fails to display ends there.
pub(crate) fn write_display(to: &mut String, value: impl fmt::Display) {
    to.push('"');
    let _ = write!(Escaped(to), "{value}");
    to.push('"');
}

/// Source: RFC 8259, section 7.
fn escape(to: &mut String, text: &str) {
    let mut clean = 0;
    for (at, byte) in text.bytes().enumerate() {
        if byte >= b' ' && byte != b'"' && byte != b'\\' {
            continue;
        }
        to.push_str(&text[clean..at]);
        clean = at + 1;
        match byte {
            b'"' => to.push_str("\\\""),
            b'\\' => to.push_str("\\\\"),
            b'\n' => to.push_str("\\n"),
            b'\r' => to.push_str("\\r"),
            b'\t' => to.push_str("\\t"),
            _ => {
                let _ = write!(to, "\\u{byte:04x}");
            }
        }
    }
    to.push_str(&text[clean..]);
}

#[cfg(test)]
mod tests {
    use proptest::{prelude::*, test_runner::RngSeed};

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig {
            failure_persistence: None,
            rng_seed: RngSeed::Fixed(3),
            ..ProptestConfig::default()
        })]

        #[test]
        fn what_is_written_is_read_again(text in any::<String>(), control in "[\\x00-\\x7f]*") {
            for text in [text, control] {
                let mut json = String::new();
                write_string(&mut json, &text);
                prop_assert_eq!(serde_json::from_str::<String>(&json).unwrap(), text);
            }
        }
    }

    #[test]
    fn control_characters_have_their_short_forms() {
        let mut json = String::new();
        write_string(&mut json, "a\"\\\n\r\t\u{1}é\u{7f}");
        assert_eq!(json, "\"a\\\"\\\\\\n\\r\\t\\u0001é\u{7f}\"");
    }
}
