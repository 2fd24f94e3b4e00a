//! How a browser reaches a local port: directly, or through the forwarding of a cloud workspace, and who may come through it.
//!
//! Sources: GitHub's documentation, "Default environment variables for your codespace" and "Forwarding ports in your codespace";
//! Gitpod Classic's command `gp`. Ona's ports are forwarded to the localhost of the learner's own machine, like VS Code's.

use std::fmt::Display;

use anyhow::Context as _;

/// Who forwards ports, if anybody.
#[derive(Debug)]
pub(crate) enum Forwarding {
    None,
    /// GitHub Codespaces: `https://NAME-PORT.DOMAIN`.
    Codespaces {
        name: String,
        domain: String,
    },
    /// Gitpod Classic: `https://PORT-HOST`.
    Gitpod {
        host: String,
    },
}

impl Forwarding {
    /// Decides from the environment, where `lookup` gives only what is set and not empty.
    pub(crate) fn read(lookup: impl Fn(&str) -> Option<String>) -> anyhow::Result<Self> {
        if let Some(name) = lookup("CODESPACE_NAME") {
            let domain = lookup("GITHUB_CODESPACES_PORT_FORWARDING_DOMAIN")
                .unwrap_or_else(|| "app.github.dev".to_owned());
            return Ok(Self::Codespaces { name, domain });
        }
        if let Some(url) = lookup("GITPOD_WORKSPACE_URL") {
            let host = url
                .strip_prefix("https://")
                .map(|host| host.trim_end_matches('/').to_owned())
                .context("GITPOD_WORKSPACE_URL has a value (not shown), which is no https address: correct or unset it")?;
            return Ok(Self::Gitpod { host });
        }
        Ok(Self::None)
    }

    /// Whether a port is private until it is opened.
    pub(crate) fn keeps_private(&self) -> bool {
        !matches!(self, Self::None)
    }

    /// The address of `port` for a browser; a port that is not known yet may be a word that stands for it.
    pub(crate) fn public(&self, port: impl Display) -> String {
        match self {
            Self::None => format!("http://localhost:{port}"),
            Self::Codespaces { name, domain } => format!("https://{name}-{port}.{domain}"),
            Self::Gitpod { host } => format!("https://{port}-{host}"),
        }
    }

    /// The command that lets everybody come to `port`. Without that only who has signed in may, and a page of another port's
    /// has not: its calls are sent on to the sign-in page, where the browser stops them.
    pub(super) fn open(&self, port: u16) -> Option<Vec<String>> {
        let words = match self {
            Self::None => return None,
            Self::Codespaces { name, .. } => vec![
                "gh".to_owned(),
                "codespace".to_owned(),
                "ports".to_owned(),
                "visibility".to_owned(),
                format!("{port}:public"),
                "--codespace".to_owned(),
                name.clone(),
            ],
            Self::Gitpod { .. } => vec![
                "gp".to_owned(),
                "ports".to_owned(),
                "visibility".to_owned(),
                format!("{port}:public"),
            ],
        };
        Some(words)
    }
}

/// The host of an address, unless it is this machine's own: whoever listens on the loopback has to be told of it.
pub(super) fn foreign_host(url: &str) -> Option<&str> {
    let (_, rest) = url.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority
        .rsplit_once('@')
        .map_or(authority, |(_, host)| host);
    let host = match host.rsplit_once(':') {
        Some((name, _)) if !host.ends_with(']') => name,
        _ => host,
    };
    let own = host == "localhost" || host.starts_with("127.") || host == "[::1]";
    (!own && !host.is_empty()).then_some(host)
}

/// The port at the end of `HOST:PORT`, which is how services tell where they listen.
pub(super) fn port(address: &str) -> Option<u16> {
    address.rsplit_once(':')?.1.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The address of port 4567, and the command that opens it, where `variables` is `NAME=VALUE …`.
    #[track_caller]
    fn check(variables: &str, address: &str, command: &str) {
        let lookup = |name: &str| {
            let mut set = variables
                .split_whitespace()
                .filter_map(|variable| variable.split_once('='));
            set.find(|(set, _)| *set == name)
                .map(|(_, value)| value.to_owned())
        };
        let forwarding = Forwarding::read(lookup).expect("usable variables");
        assert_eq!(forwarding.public(4567), address, "{variables}");
        let opens = forwarding.open(4567).unwrap_or_default();
        assert_eq!(opens.join(" "), command, "{variables}");
    }

    #[test]
    fn each_workspace_has_addresses_of_its_own() {
        check("", "http://localhost:4567", "");
        let codespace = "gh codespace ports visibility 4567:public --codespace octocat-lab-x1";
        check(
            "CODESPACES=true CODESPACE_NAME=octocat-lab-x1",
            "https://octocat-lab-x1-4567.app.github.dev",
            codespace,
        );
        check(
            "CODESPACE_NAME=octocat-lab-x1 GITHUB_CODESPACES_PORT_FORWARDING_DOMAIN=preview.example",
            "https://octocat-lab-x1-4567.preview.example",
            codespace,
        );
        check(
            "GITPOD_WORKSPACE_URL=https://me-lab-x1.ws-eu1.gitpod.example",
            "https://4567-me-lab-x1.ws-eu1.gitpod.example",
            "gp ports visibility 4567:public",
        );
        // Ona is Gitpod's successor, and has no such address.
        check("GITPOD_ENVIRONMENT_ID=0199", "http://localhost:4567", "");
    }

    #[test]
    fn hosts_that_are_not_this_machine() {
        for (url, wanted) in [
            ("http://localhost:4318", None),
            ("http://127.0.0.1:4318/", None),
            ("http://[::1]:4318", None),
            ("nonsense", None),
            (
                "https://x-4318.app.github.dev",
                Some("x-4318.app.github.dev"),
            ),
            ("https://me:x@lab.example:8443/a?b#c", Some("lab.example")),
        ] {
            assert_eq!(foreign_host(url), wanted, "{url}");
        }
    }
}
