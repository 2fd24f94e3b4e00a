//! The observatory by itself, as the learner's home has it: what to start, and where it is. Starting and ending it is the caller's.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::Path;
use std::process::Command;

use super::addresses::Forwarding;
use super::destination::Destination;
use super::fleet;
use super::page_spans::PageSpans;
use super::services::{Plan, Service};
use crate::cli;
use crate::metadata::Protocol;

/// An observatory to start, or one that runs already.
pub(crate) struct Alone(Plan);

impl Alone {
    /// Looks whether one runs already; that takes a second at most.
    pub(crate) fn new(any_port: bool) -> anyhow::Result<Self> {
        let lookup = |name: &str| {
            std::env::var(name)
                .ok()
                .filter(|value| !value.trim().is_empty())
        };
        let options = cli::Up {
            any_port,
            ..cli::Up::default()
        };
        // Nothing is sent by it, so where things are sent to does not matter.
        let destination = Destination::read(Protocol::Otlp, |_| None, false)?;
        let forwarding = Forwarding::read(lookup)?;
        // Whoever joins it with `up` has a page that may send spans to it.
        let page_spans = PageSpans::Observatory;
        Plan::new(&options, destination, page_spans, forwarding, lookup).map(Self)
    }

    /// Whether one runs already.
    pub(crate) fn runs(&self) -> bool {
        self.0.joins(Service::Observatory)
    }

    /// Whether the one that ran already still does.
    pub(crate) fn still_runs(&self) -> bool {
        self.0.still_joins()
    }

    /// A port that it needs and somebody else has.
    pub(crate) fn occupied(&self) -> Option<u16> {
        let taken =
            |port: &u16| TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, *port))).is_err();
        self.0.observatory_ports().find(taken)
    }

    /// The command that starts it.
    pub(crate) fn command(&self, program: &Path) -> Command {
        self.0.start(Service::Observatory, program)
    }

    /// Takes note of where it listens, if this line of its output says so.
    pub(crate) fn learn(&mut self, line: &str) -> bool {
        let told = fleet::addresses(line);
        if let Some(told) = &told {
            self.0.learn(Service::Observatory, told);
        }
        told.is_some()
    }

    /// The page's address, for a browser.
    pub(crate) fn address(&self) -> String {
        self.0.observatory_url()
    }
}
