//! Lines as a terminal shows them: columns counted, control characters taken out, colours kept over a wrap. No words live here.

use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

/// The columns that `text` takes; colour codes take none.
pub(super) fn width(text: &str) -> usize {
    pieces(text).map(Piece::width).sum()
}

/// One piece of a line: a colour code, or a character to be seen.
#[derive(Clone, Copy)]
enum Piece<'a> {
    Colour(&'a str),
    Seen(&'a str),
}

impl Piece<'_> {
    fn width(self) -> usize {
        match self {
            Self::Colour(_) => 0,
            Self::Seen(text) => text.width(),
        }
    }
}

/// What is to be seen of `text`, and its colour codes. Everything else that a terminal would obey is left out.
fn pieces(text: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        while let Some(first) = rest.chars().next() {
            let length = escape(rest).unwrap_or_else(|| first.len_utf8());
            let (piece, after) = rest.split_at(length);
            rest = after;
            if first == '\x1b' {
                if is_colour(piece) {
                    return Some(Piece::Colour(piece));
                }
            } else if !first.is_control() && first.width().is_some() {
                return Some(Piece::Seen(piece));
            }
        }
        None
    })
}

/// The length of the escape sequence that `text` begins with: CSI to its final byte, OSC to its end, others two characters.
fn escape(text: &str) -> Option<usize> {
    let after = text.strip_prefix('\x1b')?;
    let end = match after.chars().next() {
        Some('[') => after[1..]
            .find(|c: char| ('\x40'..='\x7e').contains(&c))
            .map(|at| at + 3),
        Some(']') => {
            let bell = after.find('\x07').map(|at| at + 2);
            bell.or_else(|| after.find("\x1b\\").map(|at| at + 3))
        }
        Some(other) => Some(1 + other.len_utf8()),
        None => Some(1),
    };
    Some(end.unwrap_or(text.len()))
}

fn is_colour(sequence: &str) -> bool {
    sequence
        .strip_prefix("\x1b[")
        .and_then(|rest| rest.strip_suffix('m'))
        .is_some_and(|codes| codes.chars().all(|c| c.is_ascii_digit() || c == ';'))
}

/// `text` without anything that a terminal would obey, tabs as spaces; colours stay if `colour`.
pub(super) fn clean(text: &str, colour: bool) -> String {
    let mut out = String::with_capacity(text.len());
    let mut column = 0;
    for part in text.split_inclusive('\t') {
        for piece in pieces(part) {
            match piece {
                Piece::Colour(code) if colour => out.push_str(code),
                Piece::Colour(_) => {}
                Piece::Seen(seen) => {
                    out.push_str(seen);
                    column += piece.width();
                }
            }
        }
        if part.ends_with('\t') {
            let spaces = 8 - column % 8;
            out.extend(std::iter::repeat_n(' ', spaces));
            column += spaces;
        }
    }
    out
}

/// The beginning of `text` that fits into `columns`; what is cut is marked by an ellipsis.
pub(super) fn cut(text: &str, columns: usize) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    let mut out = String::new();
    let (mut column, mut coloured) = (0, false);
    for piece in pieces(text) {
        match piece {
            Piece::Colour(code) => {
                out.push_str(code);
                coloured = true;
            }
            Piece::Seen(seen) => {
                if column + piece.width() + 1 > columns {
                    break;
                }
                out.push_str(seen);
                column += piece.width();
            }
        }
    }
    if columns > 0 {
        out.push('…');
    }
    if coloured {
        out.push_str(RESET);
    }
    out
}

const RESET: &str = "\x1b[0m";

/// A line that leaves no colour behind.
pub(super) fn ended(mut line: String) -> String {
    if line.contains('\x1b') && !line.ends_with(RESET) {
        line.push_str(RESET);
    }
    line
}

/// `text` on as many lines of `columns` as it takes, broken at spaces where there are any; lines after the first stand behind `hang` spaces.
pub(super) fn wrap(text: &str, columns: usize, hang: usize) -> Vec<String> {
    let columns = columns.max(1);
    let hang = if hang * 2 > columns { 0 } else { hang };
    let mut lines = Vec::new();
    let mut line = Line::default();
    let mut colours = String::new();
    for piece in pieces(text) {
        match piece {
            Piece::Colour(code) => {
                line.text.push_str(code);
                if code == RESET || code == "\x1b[m" {
                    colours.clear();
                } else {
                    colours.push_str(code);
                }
            }
            Piece::Seen(seen) => {
                let takes = piece.width();
                let full = line.width + takes > columns;
                if full && seen == " " {
                    // The space at which a line breaks is seen on neither.
                    line.ended = true;
                    continue;
                }
                if full || line.ended {
                    let rest = if line.ended {
                        String::new()
                    } else {
                        line.break_off(columns - hang)
                    };
                    if !colours.is_empty() {
                        line.text.push_str(RESET);
                    }
                    lines.push(std::mem::take(&mut line).text);
                    line.start(hang, &colours);
                    line.push(&rest);
                }
                if seen == " " && line.width > line.start {
                    line.space = Some(line.text.len());
                }
                line.text.push_str(seen);
                line.width += takes;
            }
        }
    }
    lines.push(line.text);
    lines
}

/// A line that grows.
#[derive(Default)]
struct Line {
    text: String,
    width: usize,
    /// The columns before what is to be seen.
    start: usize,
    /// Where in `text` the last space is at which it may be broken.
    space: Option<usize>,
    /// The next character to be seen begins a new line.
    ended: bool,
}

impl Line {
    fn start(&mut self, hang: usize, colours: &str) {
        self.text = " ".repeat(hang) + colours;
        self.width = hang;
        self.start = hang;
    }

    fn push(&mut self, text: &str) {
        self.text.push_str(text);
        self.width += width(text);
    }

    /// Takes the last word away, if it began on this line, and fits into `columns`.
    fn break_off(&mut self, columns: usize) -> String {
        let Some(space) = self.space else {
            return String::new();
        };
        let rest = self.text[space + 1..].to_owned();
        if width(&rest) >= columns {
            return String::new();
        }
        self.text.truncate(space);
        rest
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn wrapped(text: &str, columns: usize, hang: usize, wanted: &[&str]) {
        let lines = wrap(text, columns, hang);
        assert_eq!(lines, wanted);
        assert!(lines.iter().all(|line| width(line) <= columns.max(1)));
    }

    #[test]
    fn lines_break_at_spaces() {
        wrapped("one two three", 20, 0, &["one two three"]);
        wrapped("one two three", 7, 0, &["one two", "three"]);
        wrapped("one two three", 8, 0, &["one two", "three"]);
        wrapped("one two three", 9, 2, &["one two", "  three"]);
        wrapped("", 9, 2, &[""]);
    }

    #[test]
    fn words_longer_than_a_line_break_anywhere() {
        wrapped("abcdefgh", 3, 0, &["abc", "def", "gh"]);
        wrapped("abcdefgh", 5, 2, &["abcde", "  fgh"]);
        wrapped("abc", 1, 1, &["a", "b", "c"]);
    }

    #[test]
    fn indentation_is_no_place_to_break() {
        wrapped("  abcdefgh ij", 6, 2, &["  abcd", "  efgh", "  ij"]);
    }

    #[test]
    fn wide_characters_take_two_columns() {
        assert_eq!(width("表e\u{301}"), 3);
        wrapped("表表表", 5, 0, &["表表", "表"]);
        assert_eq!(cut("表表表", 5), "表表…");
        assert_eq!(cut("表表表", 4), "表…");
        assert_eq!(cut("表", 1), "…");
        assert_eq!(cut("表", 0), "");
    }

    #[test]
    fn colours_go_on_after_a_wrap() {
        wrapped(
            "\x1b[31mone two\x1b[0m three",
            4,
            0,
            &["\x1b[31mone\x1b[0m", "\x1b[31mtwo\x1b[0m", "thre", "e"],
        );
        assert_eq!(cut("\x1b[31mabcd\x1b[0m", 3), "\x1b[31mab…\x1b[0m");
    }

    #[test]
    fn nothing_but_colours_is_obeyed() {
        let text = "a\x1b[2Jb\x1b]0;title\x07c\x1b[31md\re\x1bcf\u{7}\tg";
        assert_eq!(clean(text, true), "abc\x1b[31mdef  g");
        assert_eq!(clean(text, false), "abcdef  g");
        assert_eq!(clean("\x1b[31", true), "");
    }
}
