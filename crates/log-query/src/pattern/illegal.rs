//! What belongs nowhere in a pattern in braces or brackets, quotes and regular expressions aside.

use super::characters::is_plain;

/// The first such thing: what was read of it, and where its last character, which is the wrong one, begins.
pub(super) fn first(text: &str) -> Option<(&str, usize)> {
    let mut rest = text;
    loop {
        let at = text.len() - rest.len();
        let mut characters = rest.chars();
        let next = characters.next()?;
        let following = characters.next();
        rest = match next {
            '"' | '\'' | '%' => after(&rest[1..], next),
            '!' | '&' | '|' => {
                let wanted = if next == '!' { '=' } else { next };
                if following != Some(wanted) {
                    let length = 1 + following.map_or(0, char::len_utf8);
                    return Some((&rest[..length], at + 1));
                }
                &rest[2..]
            }
            _ if is_plain(next) || next.is_whitespace() || "$()[]{}=<>,".contains(next) => {
                &rest[next.len_utf8()..]
            }
            _ => return Some((&rest[..next.len_utf8()], at)),
        };
    }
}

/// What comes after the next quote.
fn after(text: &str, quote: char) -> &str {
    let mut escaped = false;
    let end = text.find(|next| {
        let found = next == quote && !escaped;
        escaped = next == '\\' && !escaped;
        found
    });
    end.map_or("", |end| &text[end + 1..])
}
