//! What the fakes have in common: a TCP server on a free port of the loopback, on threads of its own, and waiting for what it gets.
//! What is answered is for others.

mod connection;
mod gate;
pub(crate) mod http1;
mod watched;

use std::collections::HashMap;
use std::fmt;
use std::io::BufReader;
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use http::HeaderMap;

pub(crate) use self::connection::Connection;
pub use self::gate::Gate;
pub(crate) use self::http1::{RawRequest, Reply};
pub use self::watched::NotArrived;
pub(crate) use self::watched::{Watched, in_brief};

/// A running server. Dropping it closes its connections.
pub(crate) struct Server {
    address: SocketAddr,
    connections: Arc<Mutex<Connections>>,
}

#[derive(Default)]
struct Connections {
    /// By number, so that all can be closed.
    open: HashMap<u64, TcpStream>,
    ended: bool,
}

impl Server {
    /// Hands each connection to `serve`, on a thread of its own, and closes it afterwards.
    ///
    /// # Panics
    /// If no port of the loopback can be had.
    pub(crate) fn start(serve: impl Fn(Connection) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .expect("the loopback should have a free port");
        let address = listener
            .local_addr()
            .expect("a bound listener should have an address");
        let connections = Arc::default();
        let accepting = Arc::clone(&connections);
        thread::spawn(move || accept(&listener, &accepting, &Arc::new(serve)));
        Self {
            address,
            connections,
        }
    }

    /// Hands each HTTP request to `answer`, which writes the answer, or gives `None` if the connection is to be closed.
    ///
    /// # Panics
    /// If no port of the loopback can be had.
    pub(crate) fn http(
        answer: impl Fn(RawRequest, &mut Connection) -> Option<()> + Send + Sync + 'static,
    ) -> Self {
        Self::start(move |mut connection| {
            while let Ok(Some(request)) = http1::read(&mut connection) {
                let last = http1::closes(&request);
                match answer(request, &mut connection) {
                    Some(()) if !last => {}
                    _ => break,
                }
            }
        })
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let mut connections = lock(&self.connections);
        connections.ended = true;
        for (_, stream) in connections.open.drain() {
            let _ = stream.shutdown(Shutdown::Both);
        }
        drop(connections);
        // The listener waits for a connection; this one lets it see that it is over.
        let _ = TcpStream::connect(self.address);
    }
}

fn accept(
    listener: &TcpListener,
    connections: &Arc<Mutex<Connections>>,
    serve: &Arc<impl Fn(Connection) + Send + Sync + 'static>,
) {
    for (number, stream) in (0..).zip(listener.incoming()) {
        let Ok(stream) = stream else { continue };
        let Ok(clone) = stream.try_clone() else {
            continue;
        };
        let mut state = lock(connections);
        if state.ended {
            return;
        }
        state.open.insert(number, clone);
        drop(state);
        let (connections, serve) = (connections.clone(), serve.clone());
        thread::spawn(move || {
            serve(Connection(BufReader::new(stream)));
            if let Some(stream) = lock(&connections).open.remove(&number) {
                let _ = stream.shutdown(Shutdown::Both);
            }
        });
    }
}

fn lock(connections: &Mutex<Connections>) -> MutexGuard<'_, Connections> {
    connections.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Writes headers a line each; values of those that are not `safe` may be keys and are not shown.
pub(crate) fn redacted(
    headers: &HeaderMap,
    safe: &[&str],
    f: &mut fmt::Formatter<'_>,
) -> fmt::Result {
    for (name, value) in headers {
        let value = value
            .to_str()
            .ok()
            .filter(|_| safe.contains(&name.as_str()));
        write!(f, "\n  {name}: {}", value.unwrap_or("[secret]"))?;
    }
    Ok(())
}
