//! The chromedriver process: found, started on a port of its own choice, ended on drop.

use std::process::Command;

use anyhow::{Context as _, anyhow};

use crate::program::Program;

const MISSING: &str = "`chromedriver` cannot be started: run `scripts/browser`, \
                       or install Debian's packages `chromium` and `chromium-driver`";

/// A running chromedriver.
pub(crate) struct Driver {
    process: Program,
    pub(crate) url: String,
}

impl Driver {
    pub(crate) fn start() -> anyhow::Result<Driver> {
        let mut command = Command::new("chromedriver");
        command.arg("--port=0");
        let mut process = Program::start("chromedriver", command).context(MISSING)?;
        // "ChromeDriver was started successfully on port 41337."
        let line = process.line_with("successfully on port")?;
        let port: u16 = line
            .rsplit(' ')
            .next()
            .and_then(|port| port.trim_end_matches('.').parse().ok())
            .ok_or_else(|| anyhow!("chromedriver's port is not in its line {line:?}"))?;
        Ok(Driver {
            process,
            url: format!("http://127.0.0.1:{port}"),
        })
    }

    /// What it said on standard error, for a failure's message.
    pub(crate) fn complaints(&self) -> String {
        self.process.complaints()
    }
}
