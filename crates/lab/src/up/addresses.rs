//! How a browser reaches a local port: directly, or through the forwarding of a cloud workspace.

use anyhow::Context as _;

/// Who forwards ports, if anybody.
pub(super) enum Forwarding {
    None,
    /// GitHub Codespaces: `https://NAME-PORT.DOMAIN`.
    Codespaces {
        name: String,
        domain: String,
    },
    /// Gitpod: `https://PORT-HOST`.
    Gitpod {
        host: String,
    },
}

impl Forwarding {
    /// Decides from the environment, where `lookup` gives only what is set and not empty.
    pub(super) fn read(lookup: impl Fn(&str) -> Option<String>) -> anyhow::Result<Self> {
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

    /// The address of `port` for a browser.
    pub(super) fn public(&self, port: u16) -> String {
        match self {
            Self::None => format!("http://localhost:{port}"),
            Self::Codespaces { name, domain } => format!("https://{name}-{port}.{domain}"),
            Self::Gitpod { host } => format!("https://{port}-{host}"),
        }
    }

    /// The host that a forwarded request names, which a service on the loopback has to be told of.
    pub(super) fn host(&self, port: u16) -> Option<String> {
        match self {
            Self::None => None,
            _ => self
                .public(port)
                .strip_prefix("https://")
                .map(str::to_owned),
        }
    }
}

/// The port at the end of `HOST:PORT`, which is how services tell where they listen.
pub(super) fn port(address: &str) -> Option<u16> {
    address.rsplit_once(':')?.1.parse().ok()
}
