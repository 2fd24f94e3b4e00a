//! WebDriver's HTTP: one command out, its value or its error back. Knows no command.

use std::fmt;
use std::time::Duration;

use anyhow::Context as _;
use reqwest::Method;
use reqwest::blocking::Client;
use serde_json::{Value as Json, json};

use crate::PATIENCE;

/// Where commands go: the driver's address, or a session of it.
#[derive(Clone, Debug)]
pub(crate) struct Wire {
    client: Client,
    base: String,
    /// How long a condition is waited for.
    pub(crate) patience: Duration,
}

/// The driver's answer when a command failed, such as `no such element`.
#[derive(Debug)]
pub(crate) struct Refusal {
    /// W3C's error code.
    pub(crate) code: String,
    message: String,
}

impl Wire {
    pub(crate) fn new(base: String) -> anyhow::Result<Wire> {
        // Commands that wait have their own deadline inside the browser, which must come first.
        let client = Client::builder().timeout(PATIENCE * 2).no_proxy().build()?;
        Ok(Wire {
            client,
            base,
            patience: PATIENCE,
        })
    }

    /// The same driver, one session.
    pub(crate) fn session(&self, id: &str) -> Wire {
        Wire {
            base: format!("{}/session/{id}", self.base),
            ..self.clone()
        }
    }

    pub(crate) fn get(&self, command: &str) -> anyhow::Result<Json> {
        self.send(Method::GET, command, None)
    }

    pub(crate) fn post(&self, command: &str, body: Json) -> anyhow::Result<Json> {
        self.send(Method::POST, command, Some(body))
    }

    pub(crate) fn delete(&self) -> anyhow::Result<Json> {
        self.send(Method::DELETE, "", None)
    }

    /// A CDP command, for what WebDriver has no command for.
    pub(crate) fn cdp(&self, command: &str, params: Json) -> anyhow::Result<Json> {
        self.post(
            "goog/cdp/execute",
            json!({"cmd": command, "params": params}),
        )
    }

    fn send(&self, method: Method, command: &str, body: Option<Json>) -> anyhow::Result<Json> {
        let url = if command.is_empty() {
            self.base.clone()
        } else {
            format!("{}/{command}", self.base)
        };
        let mut request = self.client.request(method, &url);
        if let Some(body) = &body {
            request = request.json(body);
        }
        let response = request
            .send()
            .with_context(|| format!("WebDriver command `{command}` got no answer"))?;
        let refused = !response.status().is_success();
        let mut answer: Json = response
            .json()
            .with_context(|| format!("WebDriver's answer to `{command}`"))?;
        let value = answer["value"].take();
        if !refused {
            return Ok(value);
        }
        let text = |key: &str| value[key].as_str().unwrap_or_default().to_owned();
        // The driver's own build and stack follow on further lines.
        let message = text("message")
            .lines()
            .next()
            .unwrap_or_default()
            .to_owned();
        Err(Refusal {
            code: text("error"),
            message,
        }
        .into())
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the browser says: {}: {}", self.code, self.message)
    }
}

impl std::error::Error for Refusal {}

/// The W3C error code, if that is what the error is.
pub(crate) fn refusal(error: &anyhow::Error) -> Option<&str> {
    error
        .downcast_ref::<Refusal>()
        .map(|refusal| refusal.code.as_str())
}
