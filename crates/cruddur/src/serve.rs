//! Listening, serving and ending in good time; nothing of what is served.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::http::Uri;
use axum::http::header::HOST;
use axum::http::uri::{Authority, Scheme};
use axum::middleware::map_request;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

/// How long requests in flight may take after the shutdown has begun.
const GRACE: Duration = Duration::from_secs(2);

/// Why an address cannot be listened on.
#[derive(Debug, thiserror::Error)]
pub enum ListenError {
    /// Another program listens there.
    #[error("port {} is in use: end the program that has it, or set PORT to another one (0 takes any)", .0.port())]
    InUse(SocketAddr),
    /// The system does not let us.
    #[error(
        "cannot listen on {address}: {source}; set HOST and PORT to an address of this machine and a free port"
    )]
    Refused {
        /// The address.
        address: SocketAddr,
        /// What the system says.
        source: io::Error,
    },
}

/// A listener on `address`; [`TcpListener::local_addr`] tells the port if it was 0.
///
/// # Errors
/// Each says what to do in one sentence.
pub async fn listen(address: SocketAddr) -> Result<TcpListener, ListenError> {
    TcpListener::bind(address)
        .await
        .map_err(|source| match source.kind() {
            io::ErrorKind::AddrInUse => ListenError::InUse(address),
            _ => ListenError::Refused { address, source },
        })
}

/// Serves `app` until `shutdown` resolves, then lets the requests in flight end, for at most 2 seconds.
///
/// Layers of `app` see the target URI in full (RFC 9110, section 7.1): `http://localhost:4567/api/…`, also where
/// the request line had the path alone. The peer's address is in the extensions as
/// [`ConnectInfo<SocketAddr>`](axum::extract::ConnectInfo).
///
/// # Errors
/// When the listener fails.
pub async fn serve(
    listener: TcpListener,
    app: Router,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let app = app
        .layer(map_request(with_target_uri))
        .into_make_service_with_connect_info::<SocketAddr>();
    let (begun, has_begun) = oneshot::channel();
    let server = axum::serve(listener, app).with_graceful_shutdown(async move {
        shutdown.await;
        begun.send(()).ok();
    });
    let too_late = async {
        match has_begun.await {
            Ok(()) => tokio::time::sleep(GRACE).await,
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        result = server => result,
        () = too_late => Ok(()),
    }
}

async fn with_target_uri(mut request: Request) -> Request {
    if let Some(uri) = target_uri(&request) {
        *request.uri_mut() = uri;
    }
    request
}

/// The target URI of a request in origin form; nothing where the request has another form or no usable `Host`.
fn target_uri(request: &Request) -> Option<Uri> {
    if request.uri().scheme().is_some() || !request.uri().path().starts_with('/') {
        return None;
    }
    let host = request.headers().get(HOST)?;
    let authority = Authority::try_from(host.as_bytes())
        .ok()
        .filter(|authority| !authority.as_str().contains('@'))?;
    let mut parts = request.uri().clone().into_parts();
    parts.scheme = Some(Scheme::HTTP);
    parts.authority = Some(authority);
    Uri::from_parts(parts).ok()
}

/// Resolves when the process is asked to end: by ctrl-C (SIGINT), or by SIGTERM, which `docker stop` sends.
///
/// Signals are caught from the call on, not only once the future is polled. The handlers are explicit because a process
/// with the ID 1, as in a container, gets no default ones. To be called within a Tokio runtime.
pub fn shutdown_signal() -> impl Future<Output = ()> + Send + 'static {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{Signal, SignalKind, signal};

        /// A signal that cannot be caught keeps its default, which ends the process too.
        async fn caught(signal: io::Result<Signal>) {
            match signal {
                Ok(mut signal) => drop(signal.recv().await),
                Err(_) => std::future::pending().await,
            }
        }

        let (interrupt, terminate) = (
            signal(SignalKind::interrupt()),
            signal(SignalKind::terminate()),
        );
        async move {
            tokio::select! {
                () = caught(interrupt) => {}
                () = caught(terminate) => {}
            }
        }
    }
    #[cfg(not(unix))]
    async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
