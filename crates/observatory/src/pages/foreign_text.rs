//! Text that came from outside, made fit to show: controls made visible, directions isolated, length bounded.
//! Escaping of markup is maud's and happens everywhere; what a text means is decided elsewhere.

use maud::{Markup, html};

/// On one line: line breaks and tabs are shown as symbols, too.
pub(crate) fn on_one_line(text: &str, most: usize) -> String {
    let mut shown: String = text.chars().take(most).map(|c| symbol(c, false)).collect();
    if text.chars().nth(most).is_some() {
        shown.push('…');
    }
    shown
}

/// Over several lines: line breaks and tabs stay what they are.
pub(crate) fn on_many_lines(text: &str, most: usize) -> String {
    text.chars().take(most).map(|c| symbol(c, true)).collect()
}

/// One line as an element whose right-to-left text cannot turn what stands around it.
pub(crate) fn isolated(text: &str, most: usize) -> Markup {
    html! { bdi { (on_one_line(text, most)) } }
}

/// One line for an attribute such as `title`, where no element can isolate: between Unicode's isolates.
pub(crate) fn in_attribute(text: &str, most: usize) -> String {
    format!("\u{2068}{}\u{2069}", on_one_line(text, most))
}

/// A line of code with the characters from `start` to `end` (exclusive) marked; at its end, a mark without text. Far from the mark it is cut.
pub(crate) fn marked(text: &str, start: usize, end: usize, testid: &str) -> Markup {
    const AROUND: usize = 60;
    let characters: Vec<char> = text.chars().collect();
    let start = start.min(characters.len());
    let end = end.clamp(start, characters.len());
    let shown = |part: &[char]| on_one_line(&part.iter().collect::<String>(), 2_000);
    let (from, to) = (
        start.saturating_sub(AROUND),
        characters.len().min(end + AROUND),
    );
    html! {
        code dir="ltr" {
            @if from > 0 { "…" }
            (shown(&characters[from..start]))
            mark data-testid=(testid) { @if start == end { "⌴" } @else { (shown(&characters[start..end])) } }
            (shown(&characters[end..to]))
            @if to < characters.len() { "…" }
        }
    }
}

/// For a field of a form, which gives it back when sent: as it is, but for NUL, which HTML cannot hold.
pub(crate) fn in_field(text: &str) -> String {
    text.replace('\0', "\u{fffd}")
}

/// A control character's symbol; any other character is itself.
fn symbol(c: char, lines: bool) -> char {
    match c {
        '\n' | '\t' if lines => c,
        '\0'..='\u{1f}' => char::from_u32(0x2400 + u32::from(c)).unwrap_or('\u{fffd}'),
        '\u{7f}' => '\u{2421}',
        '\u{80}'..='\u{9f}' | '\u{2028}' | '\u{2029}' => '\u{fffd}',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_what_cannot_be_seen() {
        for (text, shown) in [
            ("plain", "plain"),
            ("a\0b", "a␀b"),
            ("a\r\nb\tc", "a␍␊b␉c"),
            ("\u{7f}\u{85}", "␡\u{fffd}"),
            ("👩‍🚀 日本", "👩‍🚀 日本"),
            ("0123456789abc", "0123456789ab…"),
        ] {
            assert_eq!(on_one_line(text, 12), shown);
        }
        assert_eq!(on_many_lines("a\nb\0", 9), "a\nb␀");
    }

    #[test]
    fn a_place_is_marked_wherever_it_is() {
        let long = "x".repeat(100);
        for (text, start, end, shown) in [
            (
                "a <b> c",
                2,
                5,
                "a <mark data-testid=\"t\">&lt;b&gt;</mark> c",
            ),
            ("é\n", 1, 2, "é<mark data-testid=\"t\">␊</mark>"),
            ("abc", 3, 4, "abc<mark data-testid=\"t\">⌴</mark>"),
            ("abc", 9, 4, "abc<mark data-testid=\"t\">⌴</mark>"),
            ("abc", 2, 1, "ab<mark data-testid=\"t\">⌴</mark>c"),
            ("", 0, 0, "<mark data-testid=\"t\">⌴</mark>"),
            (
                &long,
                80,
                81,
                &format!(
                    "…{}<mark data-testid=\"t\">x</mark>{}",
                    &long[..60],
                    &long[..19]
                ),
            ),
            (
                &long,
                0,
                0,
                &format!("<mark data-testid=\"t\">⌴</mark>{}…", &long[..60]),
            ),
        ] {
            let code = format!("<code dir=\"ltr\">{shown}</code>");
            assert_eq!(marked(text, start, end, "t").0, code);
        }
    }

    #[test]
    fn isolates_directions_and_escapes() {
        assert_eq!(isolated("\u{202e}<b>", 9).0, "<bdi>\u{202e}&lt;b&gt;</bdi>");
        assert_eq!(in_attribute("x", 9), "\u{2068}x\u{2069}");
    }
}
