//! Writes HTML of two kinds of text: markup, which is in this program's source, and everything else, which is escaped.
//! No third kind can be written, so nothing that a report says becomes markup.

use std::fmt::{self, Display, Write as _};

/// A page as it grows.
#[derive(Default)]
pub(super) struct Html(String);

impl Html {
    /// Adds markup. It can only be a literal.
    pub(super) fn raw(&mut self, markup: &'static str) -> &mut Self {
        self.0.push_str(markup);
        self
    }

    /// Adds text, escaped for content and for attributes in double quotes.
    pub(super) fn text(&mut self, text: impl Display) -> &mut Self {
        // Writing into a `String` cannot fail.
        let _ = write!(Escaped(&mut self.0), "{text}");
        self
    }

    /// The page.
    pub(super) fn finish(self) -> String {
        self.0
    }
}

struct Escaped<'a>(&'a mut String);

impl fmt::Write for Escaped<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for c in text.chars() {
            match c {
                '&' => self.0.push_str("&amp;"),
                '<' => self.0.push_str("&lt;"),
                '>' => self.0.push_str("&gt;"),
                '"' => self.0.push_str("&quot;"),
                '\'' => self.0.push_str("&#39;"),
                // Not allowed in HTML; also what turns the direction of text, by which a name could look like another.
                c if c.is_control() && c != '\n' && c != '\t' => self.0.push('\u{fffd}'),
                '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => self.0.push('\u{fffd}'),
                c => self.0.push(c),
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Html;

    #[test]
    fn text_is_never_markup() {
        let mut html = Html::default();
        html.raw("<b title=\"")
            .text("\"><script>'&")
            .raw("\">")
            .text("\u{202e}\0\n")
            .raw("</b>");
        assert_eq!(
            html.finish(),
            "<b title=\"&quot;&gt;&lt;script&gt;&#39;&amp;\">\u{fffd}\u{fffd}\n</b>"
        );
    }
}
