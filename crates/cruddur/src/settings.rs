//! What the environment variables say, checked.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;

/// The addresses that the program's parts listen on and know each other by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// `HOST`: the IP address to listen on, 127.0.0.1 if unset; 0.0.0.0 in a container.
    pub host: IpAddr,
    /// `PORT`: the TCP port to listen on; 0 takes a free one.
    pub port: u16,
    /// `BACKEND_URL`: the back end as browsers reach it, http://localhost:4567 if unset.
    pub backend_url: String,
    /// `FRONTEND_URL`: the front-end page as browsers reach it, http://localhost:3000 if unset.
    pub frontend_url: String,
    /// `PROFILES_URL`: the profiles service, http://localhost:4568 if unset.
    pub profiles_url: String,
    /// `OBSERVATORY_URL`: the observatory's pages as browsers reach them, http://localhost:4318 if unset.
    pub observatory_url: String,
    /// `CRUDDUR_DB`: the database file; in memory if unset.
    pub database: Option<PathBuf>,
}

/// An environment variable that cannot be used.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{name} {value}, which is no {wanted}: correct it, or unset it to have {default}")]
pub struct SettingsError {
    /// The variable.
    pub name: &'static str,
    /// Its value in words, which hide it where it may be a key.
    value: String,
    wanted: &'static str,
    default: String,
}

impl Settings {
    /// The settings of the process's environment.
    ///
    /// # Errors
    /// When a variable cannot be used.
    pub fn from_env(default_port: u16) -> Result<Self, SettingsError> {
        Self::from_lookup(default_port, |name| std::env::var(name).ok())
    }

    /// The settings of any environment; a variable that is empty counts as unset.
    ///
    /// # Errors
    /// When a variable cannot be used.
    pub fn from_lookup(
        default_port: u16,
        lookup: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, SettingsError> {
        let value = |name| {
            lookup(name)
                .map(|value| value.trim().to_owned())
                .filter(|value| !value.is_empty())
        };
        let url = |name: &'static str, default: &str| match value(name) {
            None => Ok(default.to_owned()),
            Some(value) if crate::cors::origin(&value).is_some() => {
                Ok(value.trim_end_matches('/').to_owned())
            }
            Some(value) => Err(unusable(name, value, "http address", default)),
        };
        Ok(Self {
            host: parse(
                "HOST",
                value("HOST"),
                "IP address",
                IpAddr::V4(Ipv4Addr::LOCALHOST),
            )?,
            port: parse("PORT", value("PORT"), "port from 0 to 65535", default_port)?,
            backend_url: url("BACKEND_URL", "http://localhost:4567")?,
            frontend_url: url("FRONTEND_URL", "http://localhost:3000")?,
            profiles_url: url("PROFILES_URL", "http://localhost:4568")?,
            observatory_url: url("OBSERVATORY_URL", "http://localhost:4318")?,
            database: value("CRUDDUR_DB").map(PathBuf::from),
        })
    }

    /// Where to listen.
    pub fn address(&self) -> SocketAddr {
        SocketAddr::new(self.host, self.port)
    }
}

fn parse<T: std::str::FromStr + ToString>(
    name: &'static str,
    value: Option<String>,
    wanted: &'static str,
    default: T,
) -> Result<T, SettingsError> {
    let Some(value) = value else {
        return Ok(default);
    };
    value
        .parse()
        .map_err(|_| unusable(name, value, wanted, &default.to_string()))
}

fn unusable(
    name: &'static str,
    value: String,
    wanted: &'static str,
    default: &str,
) -> SettingsError {
    SettingsError {
        name,
        value: if may_be_shown(&value) {
            format!("is `{value}`")
        } else {
            "has a value (not shown)".to_owned()
        },
        wanted,
        default: default.to_owned(),
    }
}

/// Whether it is sure to be no key: addresses and ports have short words, and nobody stands before an `@`.
fn may_be_shown(value: &str) -> bool {
    const LONGEST_WORD: usize = 15;
    let mut words = value.split(|c: char| !c.is_ascii_alphanumeric());
    !value.contains(['@', '?', '#', '_']) && words.all(|word| word.len() <= LONGEST_WORD)
}
