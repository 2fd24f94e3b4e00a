//! Where the X-Ray daemon listens, as `AWS_XRAY_DAEMON_ADDRESS` says it. Sending is in `daemon`.

use std::{fmt, net::Ipv6Addr};

const VARIABLE: &str = "AWS_XRAY_DAEMON_ADDRESS";
const DEFAULT: &str = "127.0.0.1:2000";

/// Where the daemon takes segments (UDP) and answers for the sampling rules (TCP). Names are not resolved yet.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct DaemonAddress {
    /// `host:port` for segments.
    pub udp: String,
    /// `host:port` for sampling rules and targets.
    pub tcp: String,
}

/// The text is no daemon address.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error(
    "{VARIABLE} {what}: write it like 127.0.0.1:2000, or like tcp:127.0.0.1:2000 udp:127.0.0.1:2001"
)]
pub struct DaemonAddressError {
    what: String,
}

impl Default for DaemonAddress {
    /// `127.0.0.1:2000` for both, the X-Ray SDKs' default.
    fn default() -> Self {
        Self {
            udp: DEFAULT.to_owned(),
            tcp: DEFAULT.to_owned(),
        }
    }
}

impl fmt::Display for DaemonAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.udp == self.tcp {
            f.write_str(&self.udp)
        } else {
            write!(f, "tcp:{} udp:{}", self.tcp, self.udp)
        }
    }
}

impl DaemonAddress {
    /// Reads `AWS_XRAY_DAEMON_ADDRESS` through `lookup` (`|name| std::env::var(name).ok()`); not set or empty is the default.
    ///
    /// # Errors
    ///
    /// As for [`parse`](Self::parse).
    pub fn from_lookup(
        lookup: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, DaemonAddressError> {
        match lookup(VARIABLE) {
            Some(value) if !value.trim().is_empty() => Self::parse(&value),
            _ => Ok(Self::default()),
        }
    }

    /// Reads either of the spellings that the X-Ray SDKs take: `host:port` for both, or `tcp:host:port udp:host:port` in either order.
    ///
    /// # Errors
    ///
    /// When it is neither; the message shows both spellings, and quotes the text unless that may be a key.
    pub fn parse(value: &str) -> Result<Self, DaemonAddressError> {
        read(value).map_err(|problem| DaemonAddressError {
            what: if may_be_shown(value) {
                format!("is `{value}`, and {problem}")
            } else {
                "has a value (not shown), which is no daemon's address".to_owned()
            },
        })
    }
}

fn read(value: &str) -> Result<DaemonAddress, String> {
    let parts: Vec<&str> = value.split_whitespace().collect();
    match parts[..] {
        [one] => {
            if let Some(kind) = ["tcp", "udp"]
                .into_iter()
                .find(|kind| strip(one, kind).is_some())
            {
                let other = if kind == "tcp" { "udp" } else { "tcp" };
                return Err(format!("`{other}:` is missing beside `{kind}:`"));
            }
            let address = host_and_port(one)?;
            Ok(DaemonAddress {
                udp: address.clone(),
                tcp: address,
            })
        }
        [first, second] => {
            let (tcp, udp) = match (strip(first, "tcp"), strip(second, "udp")) {
                (Some(tcp), Some(udp)) => (tcp, udp),
                _ => match (strip(first, "udp"), strip(second, "tcp")) {
                    (Some(udp), Some(tcp)) => (tcp, udp),
                    _ => return Err("of two parts one is `tcp:` and one is `udp:`".to_owned()),
                },
            };
            Ok(DaemonAddress {
                udp: host_and_port(udp)?,
                tcp: host_and_port(tcp)?,
            })
        }
        _ => Err("it has one or two parts".to_owned()),
    }
}

/// Whether it is sure to be no key: words of hosts are short, and nobody stands before an `@`.
fn may_be_shown(value: &str) -> bool {
    const LONGEST_WORD: usize = 15;
    let mut words = value.split(|c: char| !c.is_ascii_alphanumeric());
    !value.contains(['@', '?', '#', '_']) && words.all(|word| word.len() <= LONGEST_WORD)
}

/// What follows `kind:`.
fn strip<'a>(part: &'a str, kind: &str) -> Option<&'a str> {
    part.strip_prefix(kind)?.strip_prefix(':')
}

fn host_and_port(text: &str) -> Result<String, String> {
    if text.contains("//") {
        return Err("it is an address without `http://` or the like".to_owned());
    }
    let Some((host, port)) = text.rsplit_once(':') else {
        return Err(format!("`{text}` has no port"));
    };
    let is_host = match host
        .strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'))
    {
        Some(inside) => inside.parse::<Ipv6Addr>().is_ok(),
        None => !host.is_empty() && !host.contains([':', '[', ']', '/', '@']),
    };
    if !is_host {
        return Err(format!("`{host}` is no host"));
    }
    match port.parse::<u16>() {
        Ok(port) if port > 0 => Ok(format!("{host}:{port}")),
        _ => Err(format!("`{port}` is no port from 1 to 65535")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(value: &str, wanted: &str) {
        let told = match DaemonAddress::parse(value) {
            Ok(DaemonAddress { udp, tcp }) => format!("udp {udp}, tcp {tcp}"),
            Err(error) => error.to_string(),
        };
        let wanted = match wanted.strip_prefix("problem: ") {
            Some(problem) => format!(
                "AWS_XRAY_DAEMON_ADDRESS is `{value}`, and {problem}: write it like 127.0.0.1:2000, or like tcp:127.0.0.1:2000 udp:127.0.0.1:2001"
            ),
            None => wanted.to_owned(),
        };
        assert_eq!(told, wanted);
    }

    #[test]
    fn one_address_is_for_both() {
        check("127.0.0.1:2000", "udp 127.0.0.1:2000, tcp 127.0.0.1:2000");
        check(" xray:3000 ", "udp xray:3000, tcp xray:3000");
        check("[::1]:2000", "udp [::1]:2000, tcp [::1]:2000");
    }

    #[test]
    fn two_addresses_in_either_order() {
        check(
            "tcp:127.0.0.1:2000 udp:127.0.0.2:2001",
            "udp 127.0.0.2:2001, tcp 127.0.0.1:2000",
        );
        check(
            "udp:127.0.0.2:2001  tcp:[::1]:2000",
            "udp 127.0.0.2:2001, tcp [::1]:2000",
        );
    }

    #[test]
    fn what_is_no_address_is_quoted() {
        check("127.0.0.1", "problem: `127.0.0.1` has no port");
        check("host:", "problem: `` is no port from 1 to 65535");
        check("host:0", "problem: `0` is no port from 1 to 65535");
        check("host:70000", "problem: `70000` is no port from 1 to 65535");
        check(":2000", "problem: `` is no host");
        check("::1:2000", "problem: `::1` is no host");
        check("[::g]:2000", "problem: `[::g]` is no host");
        check(
            "http://127.0.0.1:2000",
            "problem: it is an address without `http://` or the like",
        );
        check("udp:host:1", "problem: `tcp:` is missing beside `udp:`");
        check("tcp:host:1", "problem: `udp:` is missing beside `tcp:`");
        check(
            "udp:host:1 udp:host:2",
            "problem: of two parts one is `tcp:` and one is `udp:`",
        );
        check(
            "host:1 host:2",
            "problem: of two parts one is `tcp:` and one is `udp:`",
        );
        check("tcp:h udp:h:1", "problem: `h` has no port");
        check("a:1 b:2 c:3", "problem: it has one or two parts");
    }

    #[test]
    fn what_may_be_a_key_is_not_shown() {
        for value in [
            "http://user:SECRET@localhost:2000",
            "http://localhost:2000/?key=SECRET",
            "hcaik_0a1b",
            &format!("AKIA{}", "Q2".repeat(8)),
            &"aB3/aB3aB3aB3aB3aB3a".repeat(2),
        ] {
            let error = DaemonAddress::parse(value).unwrap_err();
            let wanted = "AWS_XRAY_DAEMON_ADDRESS has a value (not shown), which is no daemon's address: \
                write it like 127.0.0.1:2000, or like tcp:127.0.0.1:2000 udp:127.0.0.1:2001";
            assert_eq!(error.to_string(), wanted);
            assert!(!format!("{error:?}").contains(value), "{error:?}");
        }
    }

    #[test]
    fn not_set_or_empty_is_the_default() {
        for set in [None, Some(String::new()), Some("  ".to_owned())] {
            let read = DaemonAddress::from_lookup(|name| {
                assert_eq!(name, "AWS_XRAY_DAEMON_ADDRESS");
                set.clone()
            });
            assert_eq!(read, Ok(DaemonAddress::default()));
        }
        assert_eq!(DaemonAddress::default().to_string(), "127.0.0.1:2000");
    }

    #[test]
    fn shown_it_can_be_read_again() {
        for value in ["h:1", "tcp:h:1 udp:h:2"] {
            assert_eq!(DaemonAddress::parse(value).unwrap().to_string(), value);
        }
    }
}
