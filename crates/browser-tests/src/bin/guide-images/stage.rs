//! The product with a learner's program in it, on free ports: observatory, profiles, back end and front-end page.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::path::Path;

use anyhow::Context as _;
use browser_tests::{Observatory, Program, command};
use reqwest::Method;
use reqwest::blocking::Client;
use serde_json::Value as Json;

/// Who answers for the profiles service.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Profiles {
    /// The learner's program.
    Learner,
    /// Somebody who has too much to do: 429, always.
    Throttling,
}

/// What runs; whoever receives outlives whoever sends.
pub(crate) struct Stage {
    /// Address of the front-end page.
    pub(crate) frontend: String,
    backend: String,
    client: Client,
    _page: Program,
    senders: Vec<Program>,
    /// Where the spans arrive.
    pub(crate) observatory: Observatory,
}

impl Stage {
    /// Starts everything; `learner` is the program with the instrumentation, `page` the one with the front-end page.
    pub(crate) fn start(learner: &Path, page: &Path, profiles: Profiles) -> anyhow::Result<Stage> {
        let observatory = Observatory::start()?;
        // The back end has to know the page's origin before the page, which has to know the back end, has a port.
        let port = TcpListener::bind("127.0.0.1:0")
            .and_then(|listener| listener.local_addr())
            .context("finding a free port")?
            .port();
        let frontend = format!("http://127.0.0.1:{port}");
        let service = |name: &str, profiles: &str| {
            let mut command = command(learner);
            command.arg(name).envs([
                ("PORT", "0"),
                ("OTEL_SERVICE_NAME", name),
                ("OTEL_EXPORTER_OTLP_ENDPOINT", &observatory.url("")),
                ("AWS_XRAY_DAEMON_ADDRESS", observatory.xray_daemon()),
                ("AWS_ENDPOINT_URL", &observatory.url("")),
                ("FRONTEND_URL", &frontend),
                ("PROFILES_URL", profiles),
            ]);
            listening(name, command)
        };
        let (profiles, profiles_url) = match profiles {
            Profiles::Learner => {
                let (profiles, url) = service("profiles", "")?;
                (Some(profiles), url)
            }
            Profiles::Throttling => (None, throttling()?),
        };
        let (backend, backend_url) = service("backend", &profiles_url)?;
        let mut command = command(page);
        let companion = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../frontend-telemetry/dist/companion.js"
        );
        command.args(["frontend", "--companion", companion]).envs([
            ("PORT", &port.to_string()),
            ("BACKEND_URL", &backend_url),
            ("OBSERVATORY_URL", &observatory.url("")),
        ]);
        Ok(Stage {
            frontend,
            backend: backend_url,
            client: Client::builder().no_proxy().build()?,
            _page: listening("frontend", command)?.0,
            senders: [Some(backend), profiles].into_iter().flatten().collect(),
            observatory,
        })
    }

    /// Asks the back end; gives the status of its answer.
    pub(crate) fn ask(
        &self,
        method: Method,
        path: &str,
        body: Option<&Json>,
    ) -> anyhow::Result<u16> {
        let mut request = self
            .client
            .request(method, format!("{}{path}", self.backend));
        if let Some(body) = body {
            request = request.json(body);
        }
        let response = request
            .send()
            .with_context(|| format!("asking for {path}"))?;
        Ok(response.status().as_u16())
    }

    /// Takes the profiles service down.
    pub(crate) fn end_profiles(&mut self) {
        self.senders.truncate(1);
    }

    /// Ends whatever sends spans: all of them are in the observatory when this returns, and segments on their way to it.
    pub(crate) fn end_services(&mut self) {
        self.senders.clear();
    }
}

/// A service that answers every request with 429, until the program ends; gives its address.
fn throttling() -> anyhow::Result<String> {
    const ANSWER: &[u8] =
        b"HTTP/1.1 429 Too Many Requests\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    let listener = TcpListener::bind("127.0.0.1:0").context("finding a free port")?;
    let url = format!("http://{}", listener.local_addr()?);
    std::thread::spawn(move || {
        for mut connection in listener.incoming().map_while(Result::ok) {
            let request = BufReader::new(&connection).lines().map_while(Result::ok);
            request.take_while(|line| !line.is_empty()).for_each(drop);
            // Whoever has gone needs no answer.
            let _ = connection.write_all(ANSWER);
        }
    });
    Ok(url)
}

/// Starts a service; gives where it says that it listens.
fn listening(name: &str, command: std::process::Command) -> anyhow::Result<(Program, String)> {
    let mut program = Program::start(name, command)?;
    let line = program.line_with("listening on ")?;
    let address = line.rsplit(' ').next().unwrap_or_default().to_owned();
    Ok((program, address))
}
