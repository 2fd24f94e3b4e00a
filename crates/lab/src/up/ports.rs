//! Ports of this machine: their addresses, a free one, and whether an observatory answers at one. Which are used is `services`'.

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::time::Duration;

use anyhow::Context as _;

/// Where the observatory takes the page's spans and nothing else, in a cloud workspace: the one of its ports that is public there.
pub(crate) const SPANS_ONLY: u16 = 4316;

/// `127.0.0.1:4318`
pub(super) fn loopback(port: u16) -> String {
    SocketAddr::from((Ipv4Addr::LOCALHOST, port)).to_string()
}

/// `http://127.0.0.1:4318`
pub(super) fn local(port: u16) -> String {
    format!("http://{}", loopback(port))
}

/// A port that was free a moment ago; the kernel does not hand it out again soon.
pub(super) fn free_port() -> anyhow::Result<u16> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .and_then(|listener| listener.local_addr())
        .map(|address| address.port())
        .context("no free port on 127.0.0.1 could be had")
}

/// Whether anybody listens on this port.
pub(super) fn listens(port: u16) -> bool {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    TcpStream::connect_timeout(&address, Duration::from_millis(500)).is_ok()
}

/// Whether an observatory on this port says that it is well.
pub(super) fn observatory_answers(port: u16) -> bool {
    let ask = || -> std::io::Result<String> {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let mut stream = TcpStream::connect_timeout(&address, Duration::from_millis(500))?;
        stream.set_read_timeout(Some(Duration::from_secs(1)))?;
        write!(
            stream,
            "GET /healthz HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n"
        )?;
        let mut answer = Vec::new();
        stream.take(4096).read_to_end(&mut answer)?;
        Ok(String::from_utf8_lossy(&answer).into_owned())
    };
    ask().is_ok_and(|answer| answer.starts_with("HTTP/1.1 200"))
}
