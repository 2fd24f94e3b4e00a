//! What a terminal sends for keys, and what each key asks for. What is done then is the model's to say.

/// What a key asks for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Key {
    Next,
    Previous,
    Hint,
    Guide,
    Page,
    Rerun,
    Reset,
    Help,
    /// Leaves; where something lies over the screen, only that.
    Quit,
    /// Leaves at once.
    Interrupt,
    /// Only where a question was asked.
    Yes,
    Scroll(Scroll),
    /// Closes what lies over the screen, and nothing else.
    Other,
}

/// How far.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Scroll {
    Line(isize),
    Page(isize),
    Top,
    Bottom,
}

/// The keys, as the footer and the help name them, the most needed first.
pub(crate) const NAMES: [(&str, &str, &str); 9] = [
    ("n", "next", "go on to the next open step"),
    (
        "h",
        "hint",
        "a hint, and a stronger one when you press it again",
    ),
    ("g", "guide", "open the guide at this step"),
    (
        "o",
        "page",
        "open the observatory, the page with your traces and logs",
    ),
    ("a", "all", "grade every step of every lab again"),
    (
        "r",
        "reset",
        "put this step back as it was; your edit is kept beside it",
    ),
    (
        "q",
        "quit",
        "leave; the observatory that was started here ends too",
    ),
    ("?", "help", "these keys"),
    ("p", "back", "back to the step before this one"),
];

/// Takes in what the terminal sends, in pieces of any size.
#[derive(Default)]
pub(super) struct Keyboard {
    /// The beginning of a sequence whose end is still to come.
    begun: Vec<u8>,
    /// Between the marks of a paste, which is no typing: a `ry` in it must not reset a step.
    pasting: bool,
}

impl Keyboard {
    /// The keys in `bytes`, with what was begun before.
    pub(super) fn take(&mut self, bytes: &[u8]) -> Vec<Key> {
        let mut all = std::mem::take(&mut self.begun);
        all.extend(bytes);
        let mut rest = &all[..];
        let mut keys = Vec::new();
        while let Some(&first) = rest.first() {
            let Some(length) = length(rest) else {
                self.begun = rest.to_vec();
                break;
            };
            let (sequence, after) = rest.split_at(length);
            rest = after;
            match sequence {
                b"\x1b[200~" => self.pasting = true,
                b"\x1b[201~" => self.pasting = false,
                _ if self.pasting => {}
                [b'\x1b', ..] => keys.push(special(sequence)),
                _ => keys.push(typed(first)),
            }
        }
        keys
    }

    /// Whether the end of a sequence is awaited; the key Escape looks like the beginning of one.
    pub(super) fn waits(&self) -> bool {
        !self.begun.is_empty()
    }

    /// Nothing came for a while: what was begun is all there is.
    pub(super) fn give_up(&mut self) -> Key {
        self.begun.clear();
        Key::Other
    }
}

/// The bytes of the key at the beginning of `bytes`, which is not empty; nothing when its end is missing.
fn length(bytes: &[u8]) -> Option<usize> {
    match bytes {
        [b'\x1b', b'[', parameters @ ..] => {
            let last = parameters
                .iter()
                .position(|byte| (0x40..=0x7e).contains(byte));
            last.map(|last| last + 3)
        }
        [b'\x1b', b'O', _, ..] => Some(3),
        [b'\x1b'] | [b'\x1b', b'O'] => None,
        [b'\x1b', ..] => Some(2),
        // Characters beyond ASCII ask for nothing, byte by byte.
        _ => Some(1),
    }
}

fn special(sequence: &[u8]) -> Key {
    let Some((last, parameters)) = sequence.split_last() else {
        return Key::Other;
    };
    let number = parameters.strip_prefix(b"\x1b[").unwrap_or_default();
    let number = number
        .split(|byte| *byte == b';')
        .next()
        .unwrap_or_default();
    Key::Scroll(match (last, number) {
        (b'A', _) => Scroll::Line(-1),
        (b'B', _) => Scroll::Line(1),
        (b'H', _) | (b'~', b"1" | b"7") => Scroll::Top,
        (b'F', _) | (b'~', b"4" | b"8") => Scroll::Bottom,
        (b'~', b"5") => Scroll::Page(-1),
        (b'~', b"6") => Scroll::Page(1),
        _ => return Key::Other,
    })
}

fn typed(byte: u8) -> Key {
    const fn control(letter: u8) -> u8 {
        letter & 0x1f
    }
    const C: u8 = control(b'c');
    const D: u8 = control(b'd');
    const F: u8 = control(b'f');
    const U: u8 = control(b'u');
    const B: u8 = control(b'b');
    // Caps lock is no reason to do nothing.
    match byte.to_ascii_lowercase() {
        b'n' => Key::Next,
        b'p' => Key::Previous,
        b'h' => Key::Hint,
        b'g' => Key::Guide,
        b'o' => Key::Page,
        b'a' => Key::Rerun,
        b'r' => Key::Reset,
        b'y' => Key::Yes,
        b'q' => Key::Quit,
        b'?' => Key::Help,
        b'j' => Key::Scroll(Scroll::Line(1)),
        b'k' => Key::Scroll(Scroll::Line(-1)),
        b' ' | D | F => Key::Scroll(Scroll::Page(1)),
        U | B => Key::Scroll(Scroll::Page(-1)),
        C => Key::Interrupt,
        _ => Key::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(bytes: &[u8], wanted: &[Key]) {
        let mut keyboard = Keyboard::default();
        assert_eq!(keyboard.take(bytes), wanted);
        assert!(!keyboard.waits());
        // Whatever the pieces in which it comes.
        let mut keyboard = Keyboard::default();
        let keys: Vec<Key> = bytes
            .chunks(1)
            .flat_map(|byte| keyboard.take(byte))
            .collect();
        assert_eq!(keys, wanted);
    }

    #[test]
    fn keys_mean_what_the_footer_says() {
        for (name, _, _) in NAMES {
            let keys = Keyboard::default().take(name.as_bytes());
            assert!(!matches!(keys[..], [] | [Key::Other]), "{name}");
        }
        check(b"nN\x03", &[Key::Next, Key::Next, Key::Interrupt]);
        check(b"z\r\x1bn", &[Key::Other; 3]);
        check("ä".as_bytes(), &[Key::Other; 2]);
    }

    #[test]
    fn keys_without_a_letter_come_as_sequences() {
        let scrolls = |all: &[Scroll]| all.iter().copied().map(Key::Scroll).collect::<Vec<_>>();
        let (up, down) = (Scroll::Line(-1), Scroll::Line(1));
        check(
            b"\x1b[A\x1bOA\x1b[1;5A\x1b[B\x1bOB",
            &scrolls(&[up, up, up, down, down]),
        );
        check(
            b"\x1b[5~\x1b[6~",
            &scrolls(&[Scroll::Page(-1), Scroll::Page(1)]),
        );
        check(b"\x1b[H\x1bOH\x1b[1~\x1b[7~", &scrolls(&[Scroll::Top; 4]));
        check(
            b"\x1b[F\x1bOF\x1b[4~\x1b[8~",
            &scrolls(&[Scroll::Bottom; 4]),
        );
        check(b"\x1b[15~\x1b[I", &[Key::Other; 2]);
    }

    #[test]
    fn a_paste_is_no_typing() {
        check(b"\x1b[200~ry\x1b[Aq\x1b[201~h", &[Key::Hint]);
    }

    #[test]
    fn escape_alone_is_a_key_too() {
        let mut keyboard = Keyboard::default();
        assert_eq!(keyboard.take(b"\x1b"), []);
        assert!(keyboard.waits());
        assert_eq!(keyboard.give_up(), Key::Other);
        assert_eq!(keyboard.take(b"[A"), [Key::Other, Key::Rerun]);
    }
}
