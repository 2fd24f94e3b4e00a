//! The transports and the exporter against real sockets, each on a port of its own.

mod api;
mod daemon;
mod exporter;
mod service;

/// Runs what needs a tokio runtime on one of its own.
fn run<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
        .block_on(future)
}
