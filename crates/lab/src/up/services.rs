//! What `up` starts: order, programs, arguments and environment of each service. Starting and ending them is `fleet`'s.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::addresses::{self, Forwarding};
use super::destination::{Destination, KEY, Observatory, without_secrets};
use super::fleet::Addresses;
use super::page_spans::PageSpans;
use super::ports::{SPANS_ONLY, free_port, local, loopback, observatory_answers};
use super::visibility;
use crate::cli;

/// Names of hosts that the observatory answers to, besides the loopback's.
const ALLOW_HOST: &str = "OBSERVATORY_ALLOW_HOST";

/// In the order of their start; they are ended in the opposite one, so that whoever receives outlives whoever sends.
pub(super) const SERVICES: [Service; 5] = [
    Service::Observatory,
    Service::Profiles,
    Service::Backend,
    Service::Frontend,
    Service::Traffic,
];

/// What runs beside each other.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Service {
    Observatory,
    Profiles,
    Backend,
    Frontend,
    Traffic,
}

impl Service {
    /// As it is called before its lines, and in its own "listening on".
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Observatory => "observatory",
            Self::Profiles => "profiles",
            Self::Backend => "backend",
            Self::Frontend => "frontend",
            Self::Traffic => "traffic",
        }
    }

    /// The package, and so the program, that it is part of; `lab` is the one with the instrumentation.
    pub(super) fn package(self, lab: &str) -> &str {
        match self {
            Self::Observatory => "observatory",
            Self::Profiles | Self::Backend => lab,
            Self::Frontend | Self::Traffic => "cruddur",
        }
    }

    /// Whether it listens, and says where once it does.
    pub(super) fn tells_address(self) -> bool {
        self != Self::Traffic
    }
}

/// What is known before and while the services start.
pub(super) struct Plan {
    destination: Destination,
    forwarding: Forwarding,
    any_port: bool,
    live: bool,
    traffic: bool,
    joined: bool,
    /// The folder of the recording that the observatory shows, if it shows one, and its end in seconds since the Unix epoch.
    pub(super) recorded: Option<(PathBuf, u32)>,
    /// The user's own idea of where browsers find the front end, the back end and the observatory.
    overrides: [Option<String>; 3],
    /// The user's own idea of which hosts the observatory is reached under.
    allow_host: Option<String>,
    page_spans: PageSpans,
    /// The observatory's port for the page's spans alone, where its own is private; the page calls across origins, and nobody
    /// but the user is to come to the pages.
    spans_only: Option<u16>,
    observatory: u16,
    otlp_grpc: u16,
    xray_daemon: u16,
    profiles: u16,
    backend: u16,
    frontend: u16,
}

impl Plan {
    /// Decides the ports, and whether an observatory runs already.
    pub(super) fn new(
        options: &cli::Up,
        destination: Destination,
        page_spans: PageSpans,
        forwarding: Forwarding,
        lookup: impl Fn(&str) -> Option<String>,
    ) -> anyhow::Result<Self> {
        let joined = !options.any_port && !options.live && observatory_answers(4318);
        Self::decide(options, destination, page_spans, forwarding, lookup, joined)
    }

    fn decide(
        options: &cli::Up,
        destination: Destination,
        page_spans: PageSpans,
        forwarding: Forwarding,
        lookup: impl Fn(&str) -> Option<String>,
        joined: bool,
    ) -> anyhow::Result<Self> {
        let usual = |port| if options.any_port { 0 } else { port };
        let own = |name| lookup(name).filter(|_| !options.any_port);
        let overrides = [
            own("FRONTEND_URL"),
            own("BACKEND_URL"),
            own("OBSERVATORY_URL"),
        ];
        let is_private = forwarding.keeps_private() && overrides[2].is_none();
        let spans_only =
            (is_private && page_spans == PageSpans::Observatory).then(|| usual(SPANS_ONLY));
        Ok(Self {
            destination,
            forwarding,
            any_port: options.any_port,
            live: options.live,
            traffic: !options.no_traffic,
            joined,
            recorded: None,
            overrides,
            allow_host: lookup(ALLOW_HOST),
            page_spans,
            spans_only,
            observatory: usual(4318),
            otlp_grpc: usual(4317),
            xray_daemon: usual(2000),
            profiles: usual(4568),
            backend: usual(4567),
            // The back end has to know the page's origin before the page, which has to know the back end, has a port.
            frontend: if options.any_port { free_port()? } else { 3000 },
        })
    }

    /// Whether the service is part of this run.
    pub(super) fn wants(&self, service: Service) -> bool {
        match service {
            Service::Observatory => !self.live,
            Service::Traffic => self.traffic,
            Service::Profiles | Service::Backend | Service::Frontend => true,
        }
    }

    /// Whether the service runs already.
    pub(super) fn joins(&self, service: Service) -> bool {
        service == Service::Observatory && self.joined
    }

    /// Takes note that a running observatory is used, and gives what there is to say of it; `listens` says whether it does at a port.
    pub(super) fn join(&mut self, listens: impl Fn(u16) -> bool) -> String {
        let mut told =
            "A running observatory answers: it is used, and ends with whoever started it.\n"
                .to_owned();
        if let Some(port) = self.spans_only.filter(|port| !listens(*port)) {
            (self.spans_only, self.page_spans) = (None, PageSpans::None);
            // Writing to a string cannot fail.
            let _ = writeln!(
                told,
                "It takes no spans on port {port}, so the page makes none: end it, and `cargo lab up` starts one that does."
            );
        }
        told
    }

    /// Whether the observatory that ran already still does.
    pub(super) fn still_joins(&self) -> bool {
        self.joined && observatory_answers(self.observatory)
    }

    /// Takes note of where a service said it listens.
    pub(super) fn learn(&mut self, service: Service, told: &Addresses) {
        let Some(port) = addresses::port(&told.http) else {
            return;
        };
        if let Some(daemon) = told.xray_daemon.as_deref().and_then(addresses::port) {
            self.xray_daemon = daemon;
        }
        if let Some(spans_only) = told.spans_only.as_deref().and_then(addresses::port) {
            self.spans_only = Some(spans_only);
        }
        match service {
            Service::Observatory => self.observatory = port,
            Service::Profiles => self.profiles = port,
            Service::Backend => self.backend = port,
            Service::Frontend => self.frontend = port,
            Service::Traffic => {}
        }
    }

    /// The command that starts `service` from its `program`.
    pub(super) fn start(&self, service: Service, program: &Path) -> Command {
        let mut command = Command::new(program);
        // What a service needs of the key is in the headers that the destination adds.
        command.env_remove(KEY);
        match service {
            Service::Observatory => {
                command.arg("--http").arg(loopback(self.observatory));
                command.arg("--grpc").arg(loopback(self.otlp_grpc));
                command.arg("--xray-daemon").arg(loopback(self.xray_daemon));
                if let Some(port) = self.spans_only {
                    command.arg("--spans-only").arg(loopback(port));
                }
                if let Some((folder, now)) = &self.recorded {
                    command
                        .arg("--data")
                        .arg(folder)
                        .args(["--now", &now.to_string()]);
                } else if self.any_port {
                    command.arg("--in-memory");
                } else {
                    command.args(["--data", ".observatory"]);
                }
                command.arg("--print-addresses");
                let hosts = self.allowed_hosts();
                if !hosts.is_empty() {
                    command.env(ALLOW_HOST, hosts);
                }
            }
            Service::Profiles => {
                command
                    .arg("profiles")
                    .env("PORT", self.profiles.to_string());
                self.export(&mut command, "profiles");
            }
            Service::Backend => {
                command.arg("backend").env("PORT", self.backend.to_string());
                command.env("PROFILES_URL", local(self.profiles));
                self.export(&mut command, "backend");
            }
            Service::Frontend => {
                command
                    .arg("frontend")
                    .args(self.page_spans.arguments())
                    .env("PORT", self.frontend.to_string());
                if let Some(port) = self.spans_only {
                    command.arg("--endpoint").arg(self.forwarding.public(port));
                    command.arg("--pages").arg(self.observatory_url());
                }
            }
            Service::Traffic => {
                command.arg("traffic");
            }
        }
        // Traffic is no browser: it would have to sign in to come through a forwarded address.
        let backend_url = if service == Service::Traffic {
            local(self.backend)
        } else {
            self.backend_url()
        };
        for (name, url, port) in [
            ("FRONTEND_URL", self.frontend_url(), self.frontend),
            ("BACKEND_URL", backend_url, self.backend),
            ("OBSERVATORY_URL", self.observatory_url(), self.observatory),
        ] {
            // With any port, an address is known once its service listens.
            if port != 0 {
                command.env(name, url);
            }
        }
        command
    }

    fn export(&self, command: &mut Command, name: &str) {
        command.env("OTEL_SERVICE_NAME", name);
        command.envs(self.destination.variables(&Observatory {
            http: local(self.observatory),
            xray_daemon: loopback(self.xray_daemon),
        }));
    }

    fn frontend_url(&self) -> String {
        self.overrides[0]
            .clone()
            .unwrap_or_else(|| self.forwarding.public(self.frontend))
    }

    fn backend_url(&self) -> String {
        self.overrides[1]
            .clone()
            .unwrap_or_else(|| self.forwarding.public(self.backend))
    }

    /// The ports that the observatory is told to listen on; 0 is any.
    pub(super) fn observatory_ports(&self) -> impl Iterator<Item = u16> {
        [self.observatory, self.otlp_grpc, self.xray_daemon]
            .into_iter()
            .chain(self.spans_only)
    }

    /// Where a browser finds the observatory.
    pub(super) fn observatory_url(&self) -> String {
        self.overrides[2]
            .clone()
            .unwrap_or_else(|| self.forwarding.public(self.observatory))
    }

    /// The hosts, with commas between, under which browsers reach the observatory and the page, which sends spans to it.
    fn allowed_hosts(&self) -> String {
        let (observatory, page) = (self.observatory_url(), self.frontend_url());
        let spans_only = self.spans_only.map(|port| self.forwarding.public(port));
        let mut hosts: Vec<_> = self.allow_host.iter().map(String::as_str).collect();
        if !self.any_port {
            hosts.extend(addresses::foreign_host(&observatory));
            hosts.extend(spans_only.as_deref().and_then(addresses::foreign_host));
        }
        hosts.extend(addresses::foreign_host(&page));
        hosts.join(",")
    }

    /// Lets the page call the back end, and send spans to the observatory, where a cloud workspace would not.
    pub(super) fn open_ports(&self) {
        let ports = self.called_ports();
        if !ports.is_empty() {
            visibility::open(&self.forwarding, &ports);
        }
    }

    /// What the page calls behind the workspace's forwarding.
    fn called_ports(&self) -> Vec<u16> {
        let backend = self.overrides[1].is_none().then_some(self.backend);
        backend.into_iter().chain(self.spans_only).collect()
    }

    /// What the learner can open now; `whose` is the folder of the instrumentation that runs.
    pub(super) fn announcement(&self, whose: &str) -> String {
        let mut out = format!("\nCruddur runs with the instrumentation of {whose}:\n\n");
        let mut line = |name: &str, address: &str| {
            // Writing to a string cannot fail.
            let _ = writeln!(out, "  {name:12} {}", without_secrets(address));
        };
        line("front end", &self.frontend_url());
        line("back end", &self.backend_url());
        if !self.live {
            line("observatory", &self.observatory_url());
        }
        let ending = "ctrl-C ends all of it.";
        out + &match &self.destination.elsewhere {
            None => format!("\nYour traces are in the observatory; {ending}\n\n"),
            Some(shown) => format!("\nTraces go to {shown}; {ending}\n\n"),
        }
    }
}

#[cfg(test)]
mod tests;
