//! Opens the guide in the learner's editor and pages in their browser, by what the surroundings offer. It never writes on the screen.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::metadata::{Lab, Step};

/// What the environment tells of where we run.
#[derive(Default)]
pub(super) struct Surroundings {
    gitpod: bool,
    /// The terminal is one of VS Code's.
    vscode: bool,
    macos: bool,
    /// There is a screen for windows.
    display: bool,
    /// What VS Code's remote terminals have to open a browser at the learner's.
    browser: Option<String>,
}

impl Surroundings {
    /// Decides from the environment, where `lookup` gives only what is set and not empty.
    pub(super) fn read(lookup: impl Fn(&str) -> Option<String>) -> Self {
        Self {
            gitpod: lookup("GITPOD_WORKSPACE_URL").is_some(),
            vscode: lookup("TERM_PROGRAM").is_some_and(|program| program == "vscode"),
            macos: cfg!(target_os = "macos"),
            display: lookup("DISPLAY")
                .or_else(|| lookup("WAYLAND_DISPLAY"))
                .is_some(),
            browser: lookup("BROWSER"),
        }
    }

    /// The command that opens a file at a line, if there is one that needs no terminal.
    pub(super) fn editor(&self, file: &Path, line: usize) -> Option<Vec<String>> {
        let file = file.display().to_string();
        let words = if self.gitpod {
            vec!["gp".to_owned(), "open".to_owned(), file]
        } else if self.vscode {
            let place = format!("{file}:{line}");
            ["code", "-r", "--goto", &place].map(str::to_owned).to_vec()
        } else {
            vec![self.desktop()?.to_owned(), file]
        };
        Some(words)
    }

    /// The command that opens a page, if there is one that needs no terminal.
    pub(super) fn page(&self, address: &str) -> Option<Vec<String>> {
        let words = if self.gitpod {
            vec!["gp", "preview", "--external", address]
        } else if let Some(browser) = self.browser.as_deref().filter(|_| self.vscode) {
            vec![browser, address]
        } else {
            vec![self.desktop()?, address]
        };
        Some(words.into_iter().map(str::to_owned).collect())
    }

    fn desktop(&self) -> Option<&'static str> {
        if self.macos {
            Some("open")
        } else {
            // Without a display, `xdg-open` would start a browser in this terminal.
            self.display.then_some("xdg-open")
        }
    }
}

/// The line of the guide on which the step begins: the heading whose anchor is the step's.
pub(super) fn guide_line(root: &Path, lab: &Lab, step: &Step) -> usize {
    let guide = root.join(&lab.folder).join(&lab.guide);
    let text = std::fs::read_to_string(guide).unwrap_or_default();
    let heading = |line: &str| {
        let title = line.strip_prefix('#')?.trim_start_matches('#').trim();
        Some(anchor(title) == step.anchor)
    };
    let mut lines = (1..).zip(text.lines());
    lines
        .find(|(_, line)| heading(line).unwrap_or(false))
        .map_or(1, |(number, _)| number)
}

/// A heading's anchor, as GitHub makes it.
fn anchor(title: &str) -> String {
    let kept = title.to_lowercase().replace(' ', "-");
    kept.chars()
        .filter(|c| c.is_alphanumeric() || matches!(c, '-' | '_'))
        .collect()
}

/// Runs `words` apart from the terminal, and says by `failed` when that does not work.
pub(super) fn launch(words: &[String], failed: impl FnOnce() + Send + 'static) {
    let spawned = words.split_first().and_then(|(program, args)| {
        use std::os::unix::process::CommandExt as _;
        let mut command = Command::new(program);
        command
            .args(args)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0);
        command.spawn().ok()
    });
    match spawned {
        None => failed(),
        Some(mut child) => {
            std::thread::spawn(move || {
                if !child.wait().is_ok_and(|status| status.success()) {
                    failed();
                }
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(variables: &[(&str, &str)], macos: bool, editor: &str, page: &str) {
        let lookup = |name: &str| {
            let found = variables.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        let here = Surroundings {
            macos,
            ..Surroundings::read(lookup)
        };
        let words = |words: Option<Vec<String>>| words.unwrap_or_default().join(" ");
        assert_eq!(words(here.editor(Path::new("/w/README.md"), 7)), editor);
        assert_eq!(words(here.page("http://localhost:4318")), page);
    }

    #[test]
    fn whatever_the_surroundings_offer() {
        let gitpod = ("GITPOD_WORKSPACE_URL", "https://me.gitpod.example");
        let vscode = ("TERM_PROGRAM", "vscode");
        check(
            &[gitpod, vscode],
            false,
            "gp open /w/README.md",
            "gp preview --external http://localhost:4318",
        );
        check(
            &[vscode, ("BROWSER", "/vscode/browser.sh")],
            false,
            "code -r --goto /w/README.md:7",
            "/vscode/browser.sh http://localhost:4318",
        );
        check(&[vscode], false, "code -r --goto /w/README.md:7", "");
        check(&[], true, "open /w/README.md", "open http://localhost:4318");
        check(
            &[("WAYLAND_DISPLAY", "wayland-0")],
            false,
            "xdg-open /w/README.md",
            "xdg-open http://localhost:4318",
        );
        // `BROWSER=w3m` would draw over the screen.
        check(&[("BROWSER", "w3m")], false, "", "");
    }
}
