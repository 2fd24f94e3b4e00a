//! A fake X-Ray daemon on a free port of the loopback: it takes datagrams, keeps their documents, and tells what was wrong with the others.

use std::fmt;
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use serde_json::Value as Json;

use crate::segments;
use crate::server::{NotArrived, Server, Watched, in_brief};
use crate::span::Finish;
use crate::tree::SpanTree;

/// No datagram is larger.
const LARGEST: usize = 1 << 16;

/// A datagram that the fake sends to itself: what was sent before it has been taken once it arrives.
const MARK: &[u8] = b"\0span-snapshot: so far";

/// How long a mark may take; a daemon whose buffer has run over has lost it.
const MARK_WITHIN: Duration = Duration::from_secs(5);

/// A running fake daemon. Dropping it closes its port.
///
/// It listens by UDP as `AWS_XRAY_DAEMON_ADDRESS` wants it, on a thread of its own. Sampling rules are not served.
pub struct XrayDaemon {
    address: SocketAddr,
    shared: Arc<Shared>,
    /// Of the variant without UDP.
    _tcp: Option<Server>,
}

/// A datagram that is not kept as a document.
#[derive(Clone, PartialEq, Eq)]
pub struct Garbage {
    /// What came.
    pub datagram: Vec<u8>,
    /// What is wrong with it, and what would be right.
    pub problem: String,
}

#[derive(Default)]
struct Arrived {
    documents: Vec<String>,
    garbage: Vec<Garbage>,
    connections: usize,
    /// How many of our own marks have arrived.
    marks: usize,
}

struct Shared {
    arrived: Watched<Arrived>,
    ended: AtomicBool,
}

impl XrayDaemon {
    /// A daemon that takes segments by UDP.
    ///
    /// # Panics
    /// If no port of the loopback can be had.
    pub fn start() -> Self {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))
            .expect("the loopback should have a free port");
        let address = socket
            .local_addr()
            .expect("a bound socket should have an address");
        let shared = Shared::new();
        let receiving = shared.clone();
        thread::spawn(move || receiving.receive(&socket));
        Self {
            address,
            shared,
            _tcp: None,
        }
    }

    /// A daemon whose port was published as TCP: nothing listens by UDP there, so no segment can arrive.
    ///
    /// # Panics
    /// If no port of the loopback can be had.
    pub fn tcp_only() -> Self {
        let shared = Shared::new();
        let accepting = shared.clone();
        let server = Server::start(move |_| accepting.arrived.change().connections += 1);
        Self {
            address: server.address(),
            shared,
            _tcp: Some(server),
        }
    }

    /// As `AWS_XRAY_DAEMON_ADDRESS` has it: `127.0.0.1:49152`.
    pub fn address(&self) -> String {
        self.address.to_string()
    }

    /// The documents sent so far, in order of arrival, as they were sent: none of them is still on its way.
    pub fn documents(&self) -> Vec<String> {
        self.settle();
        self.shared.arrived.lock().documents.clone()
    }

    /// What came and was no datagram of the daemon's protocol, or held no segment document that can be placed.
    pub fn garbage(&self) -> Vec<Garbage> {
        self.settle();
        self.shared.arrived.lock().garbage.clone()
    }

    /// How many TCP connections were made to the daemon of [`XrayDaemon::tcp_only`].
    pub fn connections(&self) -> usize {
        self.shared.arrived.lock().connections
    }

    /// The tree of all documents sent so far.
    pub fn tree(&self) -> SpanTree {
        tree(&self.documents())
    }

    /// Waits until whatever was sent before this call has been taken: on the loopback, datagrams arrive in their order.
    fn settle(&self) {
        if self._tcp.is_some() {
            return;
        }
        let Ok(socket) = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)) else {
            return;
        };
        let marks = self.shared.arrived.lock().marks;
        if socket.send_to(MARK, self.address).is_ok() {
            let arrived = |arrived: &Arrived| arrived.marks;
            let _ = self
                .shared
                .arrived
                .wait("marks", marks + 1, MARK_WITHIN, arrived, |_| String::new());
        }
    }

    /// Waits until so many segments and subsegments are complete, however they are packed into documents; gives their tree.
    /// What is in progress does not count, nor what was sent again.
    ///
    /// # Errors
    /// If they are not there in time; [`XrayDaemon::tree`] has what is.
    pub fn wait_for_segments(
        &self,
        count: usize,
        deadline: Duration,
    ) -> Result<SpanTree, NotArrived> {
        self.shared.arrived.wait(
            "segments",
            count,
            deadline,
            |arrived| complete(&tree(&arrived.documents)),
            |arrived| {
                let documents = in_brief("documents", &arrived.documents);
                let garbage = in_brief("garbage", &arrived.garbage);
                format!("{documents}; {garbage}")
            },
        )?;
        Ok(self.tree())
    }
}

/// Documents that were checked when they came.
pub(super) fn tree(documents: &[String]) -> SpanTree {
    SpanTree::from_segments(documents).unwrap_or_default()
}

/// How many segments of a tree have ended.
pub(super) fn complete(tree: &SpanTree) -> usize {
    tree.spans()
        .filter(|span| span.finish() == Finish::Ended)
        .count()
}

impl Shared {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            arrived: Watched::new(Arrived::default()),
            ended: AtomicBool::new(false),
        })
    }

    fn receive(&self, socket: &UdpSocket) {
        let mut buffer = vec![0; LARGEST];
        loop {
            let received = socket.recv(&mut buffer);
            if self.ended.load(Ordering::SeqCst) {
                return;
            }
            let Ok(length) = received else { continue };
            let datagram = &buffer[..length];
            let mut arrived = self.arrived.change();
            if datagram == MARK {
                arrived.marks += 1;
                continue;
            }
            match document(datagram, arrived.documents.len() + 1) {
                Ok(document) => arrived.documents.push(document),
                Err(problem) => arrived.garbage.push(Garbage {
                    datagram: datagram.to_vec(),
                    problem,
                }),
            }
        }
    }
}

/// The document of a datagram: a line of JSON with format and version, then the segment.
fn document(datagram: &[u8], number: usize) -> Result<String, String> {
    const HEADER: &str =
        r#"a datagram begins with {"format": "json", "version": 1} and a line's end"#;
    let text = std::str::from_utf8(datagram).map_err(|_| format!("it is not UTF-8; {HEADER}"))?;
    let (header, document) = text
        .split_once('\n')
        .ok_or_else(|| format!("it has no second line; {HEADER}"))?;
    let header: Json = serde_json::from_str(header)
        .map_err(|error| format!("its header is no JSON ({error}); {HEADER}"))?;
    if header["format"] != "json" {
        return Err(format!(
            "its header's format is {}; {HEADER}",
            header["format"]
        ));
    }
    if header["version"] != 1 {
        return Err(format!(
            "its header's version is {}; {HEADER}",
            header["version"]
        ));
    }
    segments::read(document, number).map_err(|error| error.to_string())?;
    Ok(document.to_owned())
}

impl Drop for XrayDaemon {
    fn drop(&mut self) {
        self.shared.ended.store(true, Ordering::SeqCst);
        // The socket waits for a datagram; this one lets it see that it is over.
        if self._tcp.is_none()
            && let Ok(socket) = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))
        {
            let _ = socket.send_to(&[], self.address);
        }
    }
}

impl fmt::Debug for XrayDaemon {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let arrived = self.shared.arrived.lock();
        write!(
            f,
            "XrayDaemon({}, {} documents, {} garbage)",
            self.address,
            arrived.documents.len(),
            arrived.garbage.len()
        )
    }
}

impl fmt::Debug for Garbage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes: {}", self.datagram.len(), self.problem)
    }
}
