//! What the observatory says of itself: since when it runs, where it listens, where it keeps things and how much.

use std::{net::SocketAddr, time::SystemTime};

use crate::store::Location;

/// The version of the program.
pub(crate) const VERSION: &str = env!("CARGO_PKG_VERSION");

/// How this observatory was started; what is not known is not told.
#[derive(Clone, Debug, Default)]
pub struct About {
    /// When it started.
    pub started: Option<SystemTime>,
    /// Where pages, OTLP/HTTP and AWS's APIs are.
    pub http: Option<SocketAddr>,
    /// Where OTLP/gRPC is.
    pub grpc: Option<SocketAddr>,
    /// Where X-Ray's daemon is, over UDP and TCP.
    pub xray_daemon: Option<SocketAddr>,
    /// Where spans are taken and nothing else is answered, if anywhere.
    pub spans_only: Option<SocketAddr>,
    /// Where things are kept.
    pub location: Option<Location>,
    /// Size in bytes above which the oldest arrivals are deleted.
    pub retain_bytes: Option<u64>,
}
