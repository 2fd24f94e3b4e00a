//! What an author's check found: a line for each fact, printed as soon as it is known.

use std::io::stdout;
use std::process::ExitCode;

use crate::metadata::Lab;
use crate::paragraph::indent;
use crate::say;
use crate::style::Style;

/// Counts while it prints.
pub(super) struct Table {
    style: Style,
    rows: usize,
    misses: usize,
}

impl Table {
    pub(super) fn new() -> Self {
        Self {
            style: Style::of(&stdout()),
            rows: 0,
            misses: 0,
        }
    }

    pub(super) fn title(&self, lab: &Lab) {
        let title = format!("Lab {}: {} ({})", lab.number, lab.title, lab.package);
        say(&format!("{}\n", self.style.bold(&title)));
    }

    /// One fact: it holds when `got` is what was `wanted`.
    pub(super) fn row(&mut self, part: &str, what: &str, wanted: &str, got: &str) {
        self.rows += 1;
        let line = if wanted == got {
            let ok = self.style.green("ok");
            format!("  {ok}    {part:9} {what:40} {got}\n")
        } else {
            self.misses += 1;
            let miss = self.style.red("MISS");
            let (first, more) = got.split_once('\n').unwrap_or((got, ""));
            let more = indent(more, "        ");
            format!("  {miss}  {part:9} {what:40} {first} (wanted: {wanted})\n{more}")
        };
        say(&line);
    }

    /// One fact: there is nothing of this kind.
    pub(super) fn nothing(&mut self, part: &str, what: &str, found: &[String]) {
        let got = match found {
            [] => "nothing".to_owned(),
            [one] => format!("1 thing\n{one}"),
            more => format!("{} things\n{}", more.len(), more.join("\n")),
        };
        self.row(part, what, "nothing", &got);
    }

    /// The sum, and the exit code.
    pub(super) fn finish(self) -> ExitCode {
        let held = self.rows - self.misses;
        say(&format!("{held} of {} hold.\n", self.rows));
        if self.misses == 0 {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        }
    }
}
