//! Text that survives one line: quoting of strings and names, and reading them back; not the layout of a tree.

use std::fmt::Write as _;

/// Writes `text` between double quotes, with everything escaped that could break a line or fool a reader.
pub(crate) fn quote(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if is_invisible(c) => {
                let _ = write!(out, "\\u{{{:x}}}", c as u32);
            }
            c => out.push(c),
        }
    }
    out.push('"');
}

/// Writes a name bare where that is unambiguous, quoted otherwise.
///
/// Two spaces end a bare name on a span's line, so a name that holds two in a row is quoted.
pub(crate) fn name(out: &mut String, text: &str) {
    if is_bare_name(text) {
        out.push_str(text);
    } else {
        quote(out, text);
    }
}

/// Writes an attribute's key or a label bare where it is a plain word, quoted otherwise.
pub(crate) fn word(out: &mut String, text: &str) {
    if !text.is_empty() && text.chars().all(is_word_char) {
        out.push_str(text);
    } else {
        quote(out, text);
    }
}

/// Reads a quoted string at the start of `text`; gives the string and what follows it.
pub(crate) fn read_quoted(text: &str) -> Option<(String, &str)> {
    let mut out = String::new();
    let mut chars = text.strip_prefix('"')?.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return Some((out, &text[at + 2..])),
            '\\' => match chars.next()?.1 {
                'n' => out.push('\n'),
                'r' => out.push('\r'),
                't' => out.push('\t'),
                'u' => {
                    if chars.next()?.1 != '{' {
                        return None;
                    }
                    let mut code = 0u32;
                    loop {
                        match chars.next()?.1 {
                            '}' => break,
                            digit => {
                                code = code.checked_mul(16)?.checked_add(digit.to_digit(16)?)?
                            }
                        }
                    }
                    out.push(char::from_u32(code)?);
                }
                c @ ('"' | '\\') => out.push(c),
                _ => return None,
            },
            c => out.push(c),
        }
    }
    None
}

/// Reads what [`word`] wrote at the start of `text`; gives it and what follows.
pub(crate) fn read_word(text: &str) -> Option<(String, &str)> {
    if text.starts_with('"') {
        return read_quoted(text);
    }
    let end = text.find(|c| !is_word_char(c)).unwrap_or(text.len());
    (end > 0).then(|| (text[..end].to_owned(), &text[end..]))
}

/// Reads what [`name`] wrote at the start of `text`; gives it and what follows.
pub(crate) fn read_name(text: &str) -> Option<(String, &str)> {
    if text.starts_with('"') {
        return read_quoted(text);
    }
    let end = text.find("  ").unwrap_or(text.len());
    (end > 0).then(|| (text[..end].to_owned(), &text[end..]))
}

fn is_bare_name(text: &str) -> bool {
    !text.is_empty()
        && !text.contains("  ")
        && text.trim() == text
        && !text
            .chars()
            .any(|c| c == '"' || c == '\\' || (c.is_whitespace() && c != ' ') || is_invisible(c))
}

fn is_word_char(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '.' | '-' | '/' | '@' | '+' | '#' | '{' | '}' | '*')
}

/// Control characters, and those that reorder, join or hide their neighbours on a terminal.
fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}
