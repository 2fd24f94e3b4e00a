//! Finds out what is at a port of this machine: takes it on the loopback for a moment, and where that fails asks who is there.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::time::Duration;

use super::{Found, Port, Transport, owners};

/// A program on this machine answers within milliseconds.
const ANSWER_WITHIN: Duration = Duration::from_millis(if cfg!(test) {
    // A test waits for what comes, however busy the machine is.
    60_000
} else {
    500
});

/// What is at port `number`, where `port` says what ours would answer.
pub(super) fn probe(port: &Port, number: u16) -> Found {
    let bound = |ip: IpAddr| {
        let address = SocketAddr::from((ip, number));
        match port.transport {
            Transport::Tcp => TcpListener::bind(address).map(drop),
            Transport::Udp => UdpSocket::bind(address).map(drop),
        }
        .map_err(|error| error.kind())
    };
    let owner = || owners::owner(number, port.transport);
    match bound(Ipv4Addr::LOCALHOST.into()) {
        Ok(()) => {}
        Err(ErrorKind::AddrInUse) => {
            return Found::Taken {
                answers: port
                    .page
                    .is_some_and(|(path, part)| answers(number, path, part)),
                owner: owner(),
            };
        }
        Err(error) => return Found::Refused(error),
    }
    // Where there is no IPv6 the error is another.
    if port.transport == Transport::Tcp
        && bound(Ipv6Addr::LOCALHOST.into()) == Err(ErrorKind::AddrInUse)
    {
        return Found::TakenByIpv6(owner());
    }
    Found::Free
}

/// Whether a page on this port answers 200, with `part` in it.
fn answers(number: u16, path: &str, part: &str) -> bool {
    let ask = || -> std::io::Result<String> {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, number));
        let mut stream = TcpStream::connect_timeout(&address, ANSWER_WITHIN)?;
        stream.set_read_timeout(Some(ANSWER_WITHIN))?;
        stream.set_write_timeout(Some(ANSWER_WITHIN))?;
        // At once: who answers the first piece and hangs up resets the connection over the rest.
        let request =
            format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes())?;
        let mut answer = Vec::new();
        stream.take(16_384).read_to_end(&mut answer)?;
        Ok(String::from_utf8_lossy(&answer).into_owned())
    };
    ask().is_ok_and(|answer| {
        let body = answer.split_once("\r\n\r\n").map_or("", |(_, body)| body);
        answer.starts_with("HTTP/1.1 200") && body.contains(part)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::ports::PORTS;

    /// Serves one answer, and gives the port it listens on.
    fn answering(answer: &'static str) -> u16 {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        let number = listener.local_addr().expect("an address").port();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let mut stream = stream;
                let mut request = Vec::new();
                let mut byte = [0];
                while !request.ends_with(b"\r\n\r\n") && matches!(stream.read(&mut byte), Ok(1)) {
                    request.push(byte[0]);
                }
                let _ = stream.write_all(answer.as_bytes());
            }
        });
        number
    }

    #[test]
    fn a_port_of_this_very_process() {
        let observatory = &PORTS[3];
        let own = std::process::id();
        for (answer, wanted) in [
            (
                "HTTP/1.1 200 OK\r\n\r\n<title>Traces · Observatory</title>",
                true,
            ),
            ("HTTP/1.1 200 OK\r\n\r\nok\n", false),
            ("HTTP/1.1 200 OK\r\n\r\nwelcome\n", false),
            (
                "HTTP/1.1 404 Not Found\r\n\r\n<title>Traces · Observatory</title>",
                false,
            ),
        ] {
            match probe(observatory, answering(answer)) {
                Found::Taken { owner, answers } => {
                    assert_eq!(answers, wanted, "{answer}");
                    if cfg!(target_os = "linux") {
                        assert_eq!(owner.map(|owner| owner.pid), Some(own));
                    }
                }
                found => panic!("{found:?}"),
            }
        }
    }

    #[test]
    fn a_port_of_udp() {
        let segments = &PORTS[6];
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        let number = socket.local_addr().expect("an address").port();
        match probe(segments, number) {
            Found::Taken { owner, answers } => {
                assert!(!answers);
                if cfg!(target_os = "linux") {
                    assert_eq!(owner.map(|owner| owner.pid), Some(std::process::id()));
                }
            }
            found => panic!("{found:?}"),
        }
    }
}
