//! The terminal taken over, and given back whatever happens. What is drawn is `view`'s.

use std::fmt::Write as _;
use std::io::{Write as _, stdin, stdout};
use std::sync::{Mutex, MutexGuard, Once, PoisonError};

use anyhow::Context as _;
use rustix::termios::{OptionalActions, Termios, tcgetattr, tcgetwinsize, tcsetattr};

use super::view::{Picture, Size};

/// Alternate screen, no cursor, pastes marked as such, and no wrapping: a row too wide must not push the others.
const ENTER: &str = "\x1b[?1049h\x1b[?25l\x1b[?2004h\x1b[?7l\x1b[2J";
const LEAVE: &str = "\x1b[?2026l\x1b[?7h\x1b[?2004l\x1b[?25h\x1b[?1049l";

/// The terminal's settings from before, while it is ours: it is given back once, by whoever comes first.
static BEFORE: Mutex<Option<Termios>> = Mutex::new(None);

/// The terminal while it is ours; dropping gives it back.
pub(super) struct Screen {
    shown: Vec<String>,
    size: Size,
}

impl Screen {
    /// Takes the terminal. A panic anywhere gives it back before its message is written.
    pub(super) fn enter() -> anyhow::Result<Self> {
        static HOOK: Once = Once::new();
        HOOK.call_once(|| {
            let told = std::panic::take_hook();
            std::panic::set_hook(Box::new(move |panic| {
                leave();
                told(panic);
            }));
        });
        let cannot = "the terminal cannot be switched to single keys: try `cargo lab check`";
        let before = tcgetattr(stdin()).context(cannot)?;
        let mut raw = before.clone();
        raw.make_raw();
        *taken() = Some(before);
        let screen = Self {
            shown: Vec::new(),
            size: size(),
        };
        tcsetattr(stdin(), OptionalActions::Now, &raw).context(cannot)?;
        write(ENTER);
        Ok(screen)
    }

    /// Draws what has changed since the last picture.
    pub(super) fn draw(&mut self, picture: Picture, size: Size) {
        // What begins and ends so is shown at once, by terminals that know it.
        let mut out = String::from("\x1b[?2026h");
        if size != self.size {
            self.size = size;
            self.shown.clear();
            out.push_str("\x1b[2J");
        }
        for (index, row) in picture.rows.iter().enumerate() {
            if self.shown.get(index) != Some(row) {
                // Writing to a string cannot fail.
                let _ = write!(out, "\x1b[{};1H\x1b[2K{row}", index + 1);
            }
        }
        self.shown = picture.rows;
        out.push_str("\x1b[?2026l");
        let taken = taken();
        if taken.is_some() {
            write(&out);
        }
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        leave();
    }
}

/// The terminal's size now; where it tells none, the usual one.
pub(super) fn size() -> Size {
    match tcgetwinsize(stdout()) {
        Ok(size) if size.ws_col > 0 && size.ws_row > 0 => Size {
            columns: size.ws_col.into(),
            rows: size.ws_row.into(),
        },
        _ => Size {
            columns: 80,
            rows: 24,
        },
    }
}

fn leave() {
    if let Some(before) = taken().take() {
        write(LEAVE);
        // Keys that nobody read would be typed into the shell.
        let _ = tcsetattr(stdin(), OptionalActions::Flush, &before);
    }
}

fn taken() -> MutexGuard<'static, Option<Termios>> {
    BEFORE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A terminal that is gone is no error: its hangup ends us.
fn write(text: &str) {
    let mut out = stdout().lock();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}
