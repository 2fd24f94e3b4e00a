//! The X-Ray daemon's port: documents by UDP, unanswered; by TCP the same number serves X-Ray's API to clients that do not sign.
//!
//! A thread reads datagrams as fast as they come, so that the kernel need not drop any while the store commits; a task
//! stores what has come meanwhile in one go.

mod dropped;
mod reader;

use std::{
    io,
    net::{SocketAddr, UdpSocket},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use axum::{Router, middleware};
use serde::Deserialize;
use tokio::{
    net::TcpListener,
    sync::{mpsc, watch},
};

use self::reader::Reader;
use super::ingest;
use crate::{
    access::Access,
    journal::{self, refusals::By},
    server::AppState,
};

/// Times that a port given by the system for TCP may be taken for UDP.
const ATTEMPTS: usize = 50;

/// Datagrams that may wait for the store.
const WAITING: usize = 64 * 1024;

/// Documents stored in one go.
const GROUP: usize = 1_000;

/// The daemon's port, bound for both protocols.
pub struct XrayDaemon {
    tcp: TcpListener,
    udp: UdpSocket,
}

impl XrayDaemon {
    /// Binds UDP and TCP on the same port; port 0 takes one that is free for both.
    pub async fn bind(address: SocketAddr) -> io::Result<Self> {
        let mut attempts = 0;
        loop {
            attempts += 1;
            let tcp = TcpListener::bind(address).await?;
            match UdpSocket::bind(tcp.local_addr()?) {
                Ok(udp) => return Ok(Self { tcp, udp }),
                Err(error)
                    if error.kind() == io::ErrorKind::AddrInUse
                        && address.port() == 0
                        && attempts < ATTEMPTS => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// The address of both.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.tcp.local_addr()
    }

    /// Serves both until `stop` says true or its sender is gone, then stores what has come.
    pub async fn serve(self, state: AppState, stop: watch::Receiver<bool>) -> io::Result<()> {
        let address = self.local_addr()?;
        let (sender, receiver) = mpsc::channel(WAITING);
        let waiting_bytes = Arc::new(AtomicUsize::new(0));
        let reader = Reader {
            socket: self.udp,
            queue: sender,
            waiting_bytes: Arc::clone(&waiting_bytes),
            refusals: Arc::clone(&state.refusals),
            stop: stop.clone(),
        };
        std::thread::Builder::new()
            .name("xray-daemon".to_owned())
            .spawn(move || {
                if let Err(error) = reader.run() {
                    eprintln!(
                        "observatory: the X-Ray daemon's port cannot be read: {error}; start the program again"
                    );
                }
            })?;
        let proxy = router(state.clone(), address).into_make_service();
        let until = async move {
            let mut stop = stop;
            let _ = stop.wait_for(|stop| *stop).await;
        };
        let (served, ()) = tokio::join!(
            async {
                axum::serve(self.tcp, proxy)
                    .with_graceful_shutdown(until)
                    .await
            },
            store(receiver, waiting_bytes, state),
        );
        served
    }
}

/// What the port answers over TCP: all of X-Ray's API, unsigned, as the daemon signs for whoever asks it.
fn router(state: AppState, address: SocketAddr) -> Router {
    let state = AppState {
        access: Arc::new(Access {
            listen: Some(address.ip()),
            allowed_hosts: state.access.allowed_hosts.clone(),
        }),
        ..state
    };
    super::routes()
        .layer(middleware::from_fn_with_state(
            state.clone(),
            crate::access::guard,
        ))
        .layer(middleware::from_fn_with_state(state.clone(), journal::note))
        .with_state(state)
}

/// Stores what is read, until the reader has ended and nothing waits.
async fn store(
    mut queue: mpsc::Receiver<Vec<u8>>,
    waiting_bytes: Arc<AtomicUsize>,
    state: AppState,
) {
    let mut datagrams = Vec::with_capacity(GROUP);
    while queue.recv_many(&mut datagrams, GROUP).await > 0 {
        let bytes: usize = datagrams.iter().map(Vec::len).sum();
        let mut documents = Vec::with_capacity(datagrams.len());
        for datagram in datagrams.drain(..) {
            match document(&datagram) {
                Ok(document) => documents.push(document.to_owned()),
                Err((reason, message)) => {
                    state.refusals.add(By::Udp, reason, &message, &datagram);
                }
            }
        }
        ingest::from_daemon(&state, documents).await;
        waiting_bytes.fetch_sub(bytes, Ordering::Relaxed);
    }
}

/// The first line of a datagram.
#[derive(Deserialize)]
struct Header {
    format: String,
    version: i64,
}

/// A datagram's document: what follows the header line `{"format":"json","version":1}`.
fn document(datagram: &[u8]) -> Result<&str, (&'static str, String)> {
    let end = datagram
        .iter()
        .position(|byte| *byte == b'\n')
        .unwrap_or(datagram.len());
    let (header, body) = datagram.split_at(end);
    let invalid = |message: String| ("InvalidHeader", message);
    let header: Header = serde_json::from_slice(header).map_err(|error| {
        invalid(format!(
            "the first line is not {{\"format\":\"json\",\"version\":1}}: {error}"
        ))
    })?;
    if !header.format.eq_ignore_ascii_case("json") || header.version != 1 {
        return Err(invalid(format!(
            "the first line says format {:?}, version {}; only \"json\", 1 is taken",
            header.format, header.version
        )));
    }
    let body = body.trim_ascii();
    if body.is_empty() {
        return Err((
            "MissingDocument",
            "no document follows the first line".to_owned(),
        ));
    }
    std::str::from_utf8(body).map_err(|error| {
        (
            "ParseError",
            format!("the document is not UTF-8 text: {error}"),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_a_datagram() {
        #[track_caller]
        fn check(rule: &str, datagram: &[u8], expected: Result<&str, &str>) {
            let found = document(datagram).map_err(|(reason, _)| reason);
            assert_eq!(found, expected, "{rule}");
        }
        check(
            "as the SDKs write it",
            b"{\"format\":\"json\",\"version\":1}\n{}",
            Ok("{}"),
        );
        check(
            "in any spacing and order",
            b" { \"version\" : 1 , \"format\":\"json\" }\r\n\n{ }\n",
            Ok("{ }"),
        );
        check(
            "the format in any case",
            b"{\"format\":\"JSON\",\"version\":1}\n{}",
            Ok("{}"),
        );
        check(
            "a document of several lines",
            b"{\"format\":\"json\",\"version\":1}\n{\n}",
            Ok("{\n}"),
        );
        let header = Err("InvalidHeader");
        check("nothing", b"", header);
        check("no header", b"{\"id\":\"1\"}", header);
        check(
            "another format",
            b"{\"format\":\"xml\",\"version\":1}\n{}",
            header,
        );
        check(
            "another version",
            b"{\"format\":\"json\",\"version\":2}\n{}",
            header,
        );
        check("no JSON", b"\xff\xfe\n{}", header);
        let missing = Err("MissingDocument");
        check(
            "header alone",
            b"{\"format\":\"json\",\"version\":1}",
            missing,
        );
        check(
            "header and line",
            b"{\"format\":\"json\",\"version\":1}\n \n",
            missing,
        );
        check(
            "no text",
            b"{\"format\":\"json\",\"version\":1}\n\xff",
            Err("ParseError"),
        );
    }
}
