//! Addresses of our pages: query strings written and values percent-encoded. What a page reads from its address is in the page.

use std::fmt::Write;

/// An address being written: a path and its query.
#[derive(Clone, Debug)]
pub(crate) struct Address {
    text: String,
    has_query: bool,
}

impl Address {
    /// Starts with a path that needs no encoding.
    pub(crate) fn new(path: impl Into<String>) -> Self {
        Self {
            text: path.into(),
            has_query: false,
        }
    }

    /// Adds `key=value`.
    pub(crate) fn with(mut self, key: &str, value: &str) -> Self {
        self.text.push(if self.has_query { '&' } else { '?' });
        self.has_query = true;
        encode_into(&mut self.text, key);
        self.text.push('=');
        encode_into(&mut self.text, value);
        self
    }

    /// Adds `key=value` if there is a value.
    pub(crate) fn with_some(self, key: &str, value: Option<&str>) -> Self {
        match value {
            Some(value) => self.with(key, value),
            None => self,
        }
    }

    /// The whole address.
    pub(crate) fn finish(self) -> String {
        self.text
    }
}

/// Percent-encodes all but what means nothing in a query; a comma is kept, because our lists have many.
fn encode_into(text: &mut String, value: &str) {
    for byte in value.bytes() {
        match byte {
            b'A'..=b'Z'
            | b'a'..=b'z'
            | b'0'..=b'9'
            | b'-'
            | b'.'
            | b'_'
            | b'~'
            | b','
            | b'/'
            | b':' => {
                text.push(char::from(byte));
            }
            b' ' => text.push('+'),
            _ => {
                // Writing to a String cannot fail.
                let _ = write!(text, "%{byte:02X}");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodes_what_would_break_an_address() {
        let address = Address::new("/")
            .with("name", "GET /a?b=c&d#e")
            .with("attribute", "k=\"<é\0>\"")
            .with_some("none", None)
            .finish();
        assert_eq!(
            address,
            "/?name=GET+/a%3Fb%3Dc%26d%23e&attribute=k%3D%22%3C%C3%A9%00%3E%22"
        );
    }
}
