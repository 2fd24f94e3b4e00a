//! The transport by UDP to the X-Ray daemon, or to whatever listens in its place. Where that is, `daemon_address` reads.

use std::{
    io,
    net::{Ipv4Addr, Ipv6Addr, SocketAddr, ToSocketAddrs, UdpSocket},
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use crate::{
    DaemonAddress, DaemonAddressError, Delivery, GivenUp, MAX_DOCUMENT_BYTES, Sending, Transport,
};

/// What comes before the document in each datagram.
/// Source: AWS X-Ray Developer Guide, "Sending trace data to AWS X-Ray".
const HEADER: &str = "{\"format\":\"json\",\"version\":1}\n";

/// Most bytes that UDP over IPv4 carries in one datagram.
const MAX_DATAGRAM_BYTES: usize = 65_507;

/// How long the answer "nobody listens" is waited for, as long as it is unknown whether somebody does.
const REFUSAL_WITHIN: Duration = Duration::from_millis(20);

/// Sends each document in a datagram to the X-Ray daemon.
///
/// UDP has no answers, so that "accepted" means handed to the network.
/// One refusal can be heard: where nobody listens on the port, the other machine's kernel says so, and the whole batch is given up.
/// That is best effort: it is heard on loopback and mostly on a local network, and never through a firewall.
#[derive(Debug)]
pub struct Daemon {
    socket: UdpSocket,
    address: SocketAddr,
    /// Whether the last batch went out without a refusal.
    trusted: AtomicBool,
}

/// The daemon cannot be sent to.
#[derive(Debug, thiserror::Error)]
pub enum DaemonError {
    /// The address is none.
    #[error(transparent)]
    Address(#[from] DaemonAddressError),
    /// The host's name is not known.
    #[error(
        "the X-Ray daemon's host in `{address}` could not be found: check AWS_XRAY_DAEMON_ADDRESS"
    )]
    Unknown {
        /// The address, unresolved.
        address: String,
        /// What the resolver said.
        source: io::Error,
    },
    /// No socket could be made.
    #[error("no UDP socket to send to the X-Ray daemon at {address}")]
    Socket {
        /// The address, resolved.
        address: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
}

impl Daemon {
    /// To the daemon that `AWS_XRAY_DAEMON_ADDRESS` names, read through `lookup` (`|name| std::env::var(name).ok()`); `127.0.0.1:2000` when it is not set.
    ///
    /// # Errors
    ///
    /// When the address is none, its host is unknown, or there is no socket to be had.
    pub fn from_lookup(lookup: impl Fn(&str) -> Option<String>) -> Result<Self, DaemonError> {
        Self::connect(&DaemonAddress::from_lookup(lookup)?)
    }

    /// To the daemon at `address`, whose name is resolved now. Of a name's addresses the first IPv4 one is taken, since the daemon listens there by default.
    ///
    /// # Errors
    ///
    /// When its host is unknown, or there is no socket to be had.
    pub fn connect(address: &DaemonAddress) -> Result<Self, DaemonError> {
        let unknown = |source| DaemonError::Unknown {
            address: address.udp.clone(),
            source,
        };
        let found: Vec<SocketAddr> = address.udp.to_socket_addrs().map_err(unknown)?.collect();
        let address = preferred(&found).ok_or_else(|| unknown(io::ErrorKind::NotFound.into()))?;
        let socket =
            connected(address).map_err(|source| DaemonError::Socket { address, source })?;
        Ok(Self {
            socket,
            address,
            trusted: AtomicBool::new(false),
        })
    }

    /// Where datagrams go.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    fn send_all(&self, documents: Vec<String>) -> Delivery {
        // A refusal of the batch before that was heard too late: this batch waits for its own.
        if let Ok(Some(_)) = self.socket.take_error() {
            self.trusted.store(false, Ordering::Relaxed);
        }
        let mut delivery = Delivery::default();
        let mut sent = Vec::with_capacity(documents.len());
        let mut documents = documents.into_iter();
        let mut refused = None;
        for document in documents.by_ref() {
            match self.send_one(&document) {
                Ok(()) => sent.push(document),
                Err(error) if nobody_listens(&error) => {
                    sent.push(document);
                    refused = Some(error);
                    break;
                }
                Err(error) => {
                    delivery
                        .given_up
                        .push(GivenUp::new(document, "NotSent", self.told(&error)))
                }
            }
        }
        let refused = refused.or_else(|| {
            (!sent.is_empty() && !self.trusted.load(Ordering::Relaxed))
                .then(|| self.wait_for_refusal())
                .flatten()
        });
        if let Some(error) = refused {
            self.trusted.store(false, Ordering::Relaxed);
            // The refusal does not say which datagram it is about.
            let message = self.told(&error);
            delivery.given_up.extend(
                sent.into_iter()
                    .chain(documents)
                    .map(|document| GivenUp::new(document, "Unreachable", &message)),
            );
        } else {
            self.trusted.store(!sent.is_empty(), Ordering::Relaxed);
            delivery.accepted = sent.len();
        }
        delivery
    }

    fn send_one(&self, document: &str) -> io::Result<()> {
        self.socket
            .send(&[HEADER, document].concat().into_bytes())?;
        match self.socket.take_error()? {
            Some(refusal) => Err(refusal),
            None => Ok(()),
        }
    }

    /// The daemon never answers, so that anything but silence is a refusal.
    fn wait_for_refusal(&self) -> Option<io::Error> {
        self.socket.recv(&mut [0]).err().filter(nobody_listens)
    }

    fn told(&self, error: &io::Error) -> String {
        let address = self.address;
        if nobody_listens(error) {
            format!(
                "nobody listens at UDP {address}: is the observatory or the X-Ray daemon running, and is its port published as UDP, not TCP?"
            )
        } else {
            format!("a datagram to UDP {address} could not be sent: {error}")
        }
    }
}

impl Transport for Daemon {
    fn send(&self, documents: Vec<String>) -> Sending<'_> {
        Box::pin(async move { self.send_all(documents) })
    }

    fn max_document_bytes(&self) -> usize {
        MAX_DOCUMENT_BYTES.min(MAX_DATAGRAM_BYTES - HEADER.len())
    }
}

/// A name such as `localhost` may have addresses of both kinds, and UDP does not tell which one is listened at.
fn preferred(found: &[SocketAddr]) -> Option<SocketAddr> {
    found
        .iter()
        .find(|address| address.is_ipv4())
        .or(found.first())
        .copied()
}

fn connected(address: SocketAddr) -> io::Result<UdpSocket> {
    let any: SocketAddr = if address.is_ipv4() {
        (Ipv4Addr::UNSPECIFIED, 0).into()
    } else {
        (Ipv6Addr::UNSPECIFIED, 0).into()
    };
    let socket = UdpSocket::bind(any)?;
    socket.connect(address)?;
    socket.set_read_timeout(Some(REFUSAL_WITHIN))?;
    Ok(socket)
}

fn nobody_listens(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::ConnectionRefused
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A port that is taken, and at which nobody listens: a connected socket hears its peer alone.
    fn deaf() -> UdpSocket {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        socket.connect(socket.local_addr().unwrap()).unwrap();
        socket
    }

    fn to(socket: &UdpSocket) -> Daemon {
        let address = socket.local_addr().unwrap().to_string();
        Daemon::connect(&DaemonAddress::parse(&address).unwrap()).unwrap()
    }

    #[test]
    fn a_daemon_that_comes_back_is_sent_to_again() {
        let listener = deaf();
        let daemon = to(&listener);
        let gave_up = |delivery: &Delivery| delivery.accepted == 0;
        let batch = || daemon.send_all(vec!["{}".to_owned()]);
        assert!(
            std::iter::repeat_with(batch)
                .take(1000)
                .any(|d| gave_up(&d))
        );

        listener
            .connect(daemon.socket.local_addr().unwrap())
            .unwrap();
        assert!(
            std::iter::repeat_with(batch)
                .take(1000)
                .any(|d| !gave_up(&d))
        );
        let mut datagram = [0; 64];
        let length = listener.recv(&mut datagram).unwrap();
        assert_eq!(
            &datagram[..length],
            b"{\"format\":\"json\",\"version\":1}\n{}"
        );
    }

    #[test]
    fn a_refusal_of_an_earlier_batch_is_not_held_against_the_next() {
        let listener = deaf();
        let daemon = to(&listener);
        let accepted = || {
            listener.connect(listener.local_addr().unwrap()).unwrap();
            let _ = daemon.socket.send(b"lost");
            listener
                .connect(daemon.socket.local_addr().unwrap())
                .unwrap();
            daemon.send_all(vec!["{}".to_owned()]).accepted == 1
        };
        assert!((0..1000).any(|_| accepted()));
    }

    #[test]
    fn a_daemon_that_goes_away_is_told_of_at_once() {
        let listener = deaf();
        let daemon = to(&listener);
        let refused = || {
            let _ = daemon.socket.take_error();
            daemon.trusted.store(true, Ordering::Relaxed);
            daemon.send_all(vec!["{}".to_owned()]).accepted == 0
        };
        assert!((0..1000).any(|_| refused()));
    }

    #[test]
    fn of_a_names_addresses_the_first_ipv4_one_is_taken() {
        let addresses = ["[::1]:1", "127.0.0.1:1", "127.0.0.2:1"]
            .map(|address| address.parse::<SocketAddr>().unwrap());
        assert_eq!(preferred(&addresses), Some(addresses[1]));
        assert_eq!(preferred(&addresses[..1]), Some(addresses[0]));
        assert_eq!(preferred(&[]), None);
    }

    #[test]
    fn a_refusal_gives_up_the_whole_batch() {
        let listener = deaf();
        let daemon = to(&listener);
        let documents = ["{\"id\":\"a\"}", "{\"id\":\"b\"}"]
            .map(str::to_owned)
            .to_vec();
        let refused = std::iter::repeat_with(|| daemon.send_all(documents.clone()))
            .take(1000)
            .find(|delivery| !delivery.given_up.is_empty())
            .unwrap();
        let message = format!(
            "nobody listens at UDP {}: is the observatory or the X-Ray daemon running, and is its port published as UDP, not TCP?",
            daemon.address()
        );
        assert_eq!(
            refused,
            Delivery {
                accepted: 0,
                given_up: documents
                    .into_iter()
                    .map(|document| GivenUp::new(document, "Unreachable", &message))
                    .collect(),
            }
        );
    }

    #[test]
    fn a_host_that_is_not_found_is_named() {
        let error = DaemonError::Unknown {
            address: "xray:2000".to_owned(),
            source: io::ErrorKind::NotFound.into(),
        };
        assert_eq!(
            error.to_string(),
            "the X-Ray daemon's host in `xray:2000` could not be found: check AWS_XRAY_DAEMON_ADDRESS"
        );
    }
}
