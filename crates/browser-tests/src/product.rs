//! The product's programs as the tests run them: on free ports, with nothing kept, ended on drop.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Command;
use std::sync::OnceLock;

use anyhow::{Context as _, anyhow, bail};
use reqwest::blocking::Client;
use serde_json::{Value as Json, json};

use crate::program::{Program, build, command};

/// Programs by name, or why they could not be built.
type Built = OnceLock<Result<BTreeMap<String, PathBuf>, String>>;

/// An observatory that keeps its spans in memory.
#[derive(Debug)]
pub struct Observatory {
    url: String,
    xray_daemon: String,
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
        Observatory::start_with(&[])
    }

    /// The same, with a clock that stands at this moment, in seconds since the Unix epoch.
    ///
    /// # Errors
    ///
    /// When it cannot be built or does not say where it listens.
    pub fn start_at(seconds: u64) -> anyhow::Result<Observatory> {
        Observatory::start_with(&["--now", &seconds.to_string()])
    }

    fn start_with(options: &[&str]) -> anyhow::Result<Observatory> {
        static BUILT: Built = OnceLock::new();
        let built =
            BUILT.get_or_init(|| build(&["observatory"]).map_err(|error| format!("{error:#}")));
        let programs = built.as_ref().map_err(|error| anyhow!("{error}"))?;
        let mut command = built_command(programs, "observatory")?;
        command.args([
            "--http",
            "127.0.0.1:0",
            "--grpc",
            "127.0.0.1:0",
            "--xray-daemon",
            "127.0.0.1:0",
            "--in-memory",
            "--print-addresses",
        ]);
        command.args(options);
        let mut process = Program::start("observatory", command)?;
        let line = process.line_with("\"http\"")?;
        let addresses: Json =
            serde_json::from_str(&line).with_context(|| format!("the addresses in {line:?}"))?;
        let address = |name: &str| {
            let address = addresses[name].as_str();
            address.with_context(|| format!("no {name} in {line:?}"))
        };
        let client = Client::builder().no_proxy().build()?;
        Ok(Observatory {
            url: format!("http://{}", address("http")?),
            xray_daemon: address("xray_daemon")?.to_owned(),
            client,
            _process: process,
        })
    }

    /// The address of one of its pages, by path.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.url)
    }

    /// Where it takes segments, as `AWS_XRAY_DAEMON_ADDRESS` has it.
    pub fn xray_daemon(&self) -> &str {
        &self.xray_daemon
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

impl Observatory {
    /// Posts this, signed for X-Ray, and gives the status of the answer.
    ///
    /// # Errors
    ///
    /// When there is no answer.
    pub fn post(&self, path: &str, content_type: &str, body: String) -> anyhow::Result<u16> {
        let response = self
            .client
            .post(self.url(path))
            .header("Authorization", signed("xray"))
            .header("Content-Type", content_type)
            .body(body)
            .send()
            .with_context(|| format!("posting to {path}"))?;
        Ok(response.status().as_u16())
    }
}

/// A signature of the right form; nobody has a secret that it could be checked with.
fn signed(service: &str) -> String {
    format!(
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260101/us-east-1/{service}/aws4_request, \
         SignedHeaders=host, Signature={}",
        "a".repeat(64)
    )
}

impl Observatory {
    /// Sends segments by PutTraceSegments; they are stored when this returns.
    ///
    /// # Errors
    ///
    /// When it does not take all of them.
    pub fn put_segments(&self, segments: &[Json]) -> anyhow::Result<()> {
        let documents: Vec<String> = segments.iter().map(Json::to_string).collect();
        let response = self
            .client
            .post(self.url("/TraceSegments"))
            .header("Authorization", signed("xray"))
            .json(&json!({"TraceSegmentDocuments": documents}))
            .send()
            .context("sending segments")?;
        let status = response.status();
        let answer: Json = response.json().context("the answer to segments")?;
        let refused = answer["UnprocessedTraceSegments"].as_array();
        if !status.is_success() || refused.is_none_or(|refused| !refused.is_empty()) {
            bail!("the observatory answered {status}: {answer}");
        }
        Ok(())
    }

    /// Puts log events into a stream, which is made with its group if it is not there; they are stored when this returns.
    /// Times are in milliseconds since the Unix epoch, and in order.
    ///
    /// # Errors
    ///
    /// When it does not take all of them.
    pub fn put_logs(
        &self,
        group: &str,
        stream: &str,
        events: &[(i64, String)],
    ) -> anyhow::Result<()> {
        let place = json!({"logGroupName": group, "logStreamName": stream});
        for (operation, body) in [
            ("CreateLogGroup", json!({"logGroupName": group})),
            ("CreateLogStream", place.clone()),
        ] {
            let (is_done, answer) = self.ask_logs(operation, &body)?;
            if !is_done && !answer.contains("ResourceAlreadyExistsException") {
                bail!("{operation}: {answer}");
            }
        }
        let events: Vec<Json> = events
            .iter()
            .map(|(timestamp, message)| json!({"timestamp": timestamp, "message": message}))
            .collect();
        let mut body = place;
        body["logEvents"] = Json::from(events);
        let (is_done, answer) = self.ask_logs("PutLogEvents", &body)?;
        if !is_done || answer.contains("rejectedLogEventsInfo") {
            bail!("PutLogEvents: {answer}");
        }
        Ok(())
    }

    /// Calls CloudWatch Logs: whether that was a success, and the answer.
    fn ask_logs(&self, operation: &str, body: &Json) -> anyhow::Result<(bool, String)> {
        let response = self
            .client
            .post(self.url("/"))
            .header("Authorization", signed("logs"))
            .header("Content-Type", "application/x-amz-json-1.1")
            .header("X-Amz-Target", format!("Logs_20140328.{operation}"))
            .body(body.to_string())
            .send()
            .with_context(|| format!("asking for {operation}"))?;
        let is_done = response.status().is_success();
        Ok((is_done, response.text().context("the answer")?))
    }
}

/// All of the product as `cargo lab up` starts it: observatory, both services and the front-end page.
#[derive(Debug)]
pub struct Product {
    /// Address of the front-end page.
    pub frontend: String,
    /// Address of the observatory's pages.
    pub observatory: String,
    _process: Program,
}

impl Product {
    /// Builds and starts it with the reference solution of a lab, on free ports, without traffic of its own.
    ///
    /// `lab` is the lab's package: `honeycomb`.
    ///
    /// # Errors
    ///
    /// When it cannot be built or does not say where it is reached.
    pub fn start(lab: &str) -> anyhow::Result<Product> {
        Product::up(&format!("{lab}-solution"), &[lab, "--solution"], &[])
    }

    /// The same with the lab as learners find it.
    ///
    /// # Errors
    ///
    /// When it cannot be built or does not say where it is reached.
    pub fn start_unsolved(lab: &str) -> anyhow::Result<Product> {
        Product::up(lab, &[lab], &[])
    }

    /// The reference solution's, with the page's spans sent to this address.
    ///
    /// # Errors
    ///
    /// When it cannot be built or does not say where it is reached.
    pub fn start_with_endpoint(lab: &str, endpoint: &str) -> anyhow::Result<Product> {
        let solution = format!("{lab}-solution");
        let endpoint = ("FRONTEND_OTLP_ENDPOINT", endpoint);
        Product::up(&solution, &[lab, "--solution"], &[endpoint])
    }

    fn up(package: &str, args: &[&str], environment: &[(&str, &str)]) -> anyhow::Result<Product> {
        // What `up` builds again is then there already, so that only its start has to be waited for.
        let programs = build(&["lab", "observatory", "cruddur", package])?;
        let mut command = built_command(&programs, "lab")?;
        command.arg("up").args(args);
        command.args(["--any-port", "--no-traffic"]);
        command.envs(environment.iter().copied());
        command.current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
        let mut process = Program::start("cargo lab up", command)?;
        let mut address = |name: &str| -> anyhow::Result<String> {
            let line = process.line_with(&format!("  {name} "))?;
            Ok(line
                .split_whitespace()
                .last()
                .unwrap_or_default()
                .to_owned())
        };
        Ok(Product {
            frontend: address("front end")?,
            observatory: address("observatory")?,
            _process: process,
        })
    }
}

/// The command for a program that was built.
fn built_command(programs: &BTreeMap<String, PathBuf>, name: &str) -> anyhow::Result<Command> {
    let path = programs
        .get(name)
        .with_context(|| format!("the package `{name}` has no program of its name"))?;
    Ok(command(path))
}
