//! The product's programs as the tests run them: on free ports, with nothing kept, ended on drop.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Command;
use std::sync::OnceLock;

use anyhow::{Context as _, bail};
use reqwest::blocking::Client;
use serde_json::Value as Json;

use crate::program::{Program, build};

/// An observatory that keeps its spans in memory.
#[derive(Debug)]
pub struct Observatory {
    url: String,
    client: Client,
    _process: Program,
}

impl Observatory {
    /// Builds it, once for all tests, and starts it on free ports.
    ///
    /// # Errors
    ///
    /// When it cannot be built or does not say where it listens.
    pub fn start() -> anyhow::Result<Observatory> {
        static BUILT: OnceLock<Result<BTreeMap<String, PathBuf>, String>> = OnceLock::new();
        let built =
            BUILT.get_or_init(|| build(&["observatory"]).map_err(|error| format!("{error:#}")));
        let programs = built.as_ref().map_err(|error| anyhow::anyhow!("{error}"))?;
        let mut command = Command::new(
            programs
                .get("observatory")
                .context("the package has no such program")?,
        );
        command.args([
            "--http",
            "127.0.0.1:0",
            "--grpc",
            "127.0.0.1:0",
            "--in-memory",
            "--print-addresses",
        ]);
        let mut process = Program::start("observatory", command)?;
        let line = process.line_with("\"http\"")?;
        let addresses: Json =
            serde_json::from_str(&line).with_context(|| format!("the addresses in {line:?}"))?;
        let http = addresses["http"]
            .as_str()
            .with_context(|| format!("no http in {line:?}"))?;
        let client = Client::builder().no_proxy().build()?;
        Ok(Observatory {
            url: format!("http://{http}"),
            client,
            _process: process,
        })
    }

    /// The address of one of its pages, by path.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.url)
    }

    /// Sends spans as an OTLP/HTTP client does, in JSON; they are stored when this returns.
    ///
    /// # Errors
    ///
    /// When it does not take all of them.
    pub fn send(&self, spans: &Json) -> anyhow::Result<()> {
        let response = self
            .client
            .post(self.url("/v1/traces"))
            .json(spans)
            .send()
            .context("sending spans")?;
        let status = response.status();
        let answer: Json = response.json().context("the answer to spans")?;
        if !status.is_success()
            || answer
                .get("partialSuccess")
                .is_some_and(|partial| partial["rejectedSpans"] != 0)
        {
            bail!("the observatory answered {status}: {answer}");
        }
        Ok(())
    }
}
