//! Starts the observatory: reads the command line, opens the store, listens, says where, serves until told to stop.

mod arguments;

use std::{
    io::Write,
    net::SocketAddr,
    process::ExitCode,
    sync::Arc,
    time::{Duration, UNIX_EPOCH},
};

use anyhow::Context;
use clap::Parser;
use observatory::{
    access::Access,
    server::{self, About, AppState, Clock, Keys, XrayDaemon},
    store::{Location, Store, StoreOptions},
};
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
    sync::watch,
};

use crate::arguments::Arguments;

/// How long requests under way may take once the program is told to stop.
const GRACE: Duration = Duration::from_secs(3);

fn main() -> ExitCode {
    match run(Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("observatory: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: Arguments) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        // Six questions to the store and as many bodies being decoded; more at once would only take more memory.
        .max_blocking_threads(12)
        .enable_all()
        .build()
        .context("cannot start the runtime")?;
    let result = runtime.block_on(observe(arguments));
    runtime.shutdown_timeout(GRACE);
    result
}

async fn observe(arguments: Arguments) -> anyhow::Result<()> {
    let location = if arguments.in_memory {
        Location::Memory
    } else {
        Location::Folder(arguments.data)
    };
    let store = Store::open(StoreOptions {
        location: location.clone(),
        retain_bytes: arguments.retain,
    })?;
    let http = listen(arguments.http, "--http").await?;
    let grpc = listen(arguments.grpc, "--grpc").await?;
    let daemon = XrayDaemon::bind(arguments.xray_daemon)
        .await
        .map_err(|error| not_listening(&error, arguments.xray_daemon, "--xray-daemon"))?;
    let spans_only = match arguments.spans_only {
        Some(address) => Some(listen(address, "--spans-only").await?),
        None => None,
    };
    let http_address = http
        .local_addr()
        .context("cannot read the address listened on")?;
    let grpc_address = grpc
        .local_addr()
        .context("cannot read the address listened on")?;
    let daemon_address = daemon
        .local_addr()
        .context("cannot read the address listened on")?;
    let spans_only_address = spans_only
        .as_ref()
        .map(TcpListener::local_addr)
        .transpose()
        .context("cannot read the address listened on")?;
    // Both before the address is said: who reads it may send a signal at once.
    let mut interrupt = signal(SignalKind::interrupt()).context("cannot wait for SIGINT")?;
    let mut terminate = signal(SignalKind::terminate()).context("cannot wait for SIGTERM")?;
    let clock = arguments.now.map_or_else(Clock::default, |seconds| {
        Clock::standing(UNIX_EPOCH + Duration::from_secs(seconds.into()))
    });
    let state = AppState::with_clock(
        store,
        Keys::new(arguments.key.map(|key| key.0)),
        Access {
            listen: Some(http_address.ip()),
            allowed_hosts: arguments.allow_host,
        },
        clock,
    );
    let state = AppState {
        about: Arc::new(About {
            http: Some(http_address),
            grpc: Some(grpc_address),
            xray_daemon: Some(daemon_address),
            spans_only: spans_only_address,
            location: Some(location),
            retain_bytes: Some(arguments.retain),
            ..About::clone(&state.about)
        }),
        ..state
    };
    if arguments.print_addresses {
        let spans_only = spans_only_address
            .map(|address| format!(",\"spans_only\":\"{address}\""))
            .unwrap_or_default();
        let addresses = format!(
            "{{\"http\":\"{http_address}\",\"grpc\":\"{grpc_address}\",\"xray_daemon\":\"{daemon_address}\"{spans_only}}}\n"
        );
        // Whoever asked may have closed the pipe; that is no reason to end.
        let mut stdout = std::io::stdout();
        let _ = stdout
            .write_all(addresses.as_bytes())
            .and_then(|()| stdout.flush());
    } else {
        let spans_only = spans_only_address
            .map(|address| format!(", spans only on http://{address}"))
            .unwrap_or_default();
        eprintln!(
            "observatory: pages, OTLP/HTTP, X-Ray's and CloudWatch Logs' APIs on http://{http_address}, OTLP/gRPC on {grpc_address}, X-Ray's daemon on {daemon_address}{spans_only}"
        );
    }
    let (stop, stopped) = watch::channel(false);
    let daemon = daemon.serve(state.clone(), stopped.clone());
    let (spans_state, spans_stopped) = (state.clone(), stopped.clone());
    let spans = async move {
        match spans_only {
            Some(listener) => server::serve_spans(listener, spans_state, spans_stopped).await,
            None => Ok(()),
        }
    };
    let mut serving = tokio::spawn(async move {
        tokio::try_join!(server::serve(http, grpc, state, stopped), daemon, spans)
            .map(|((), (), ())| ())
    });
    tokio::select! {
        result = &mut serving => return Ok(result??),
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
    stop.send_replace(true);
    // A page that waits for news holds its connection open; what is stored is stored.
    if let Ok(result) = tokio::time::timeout(GRACE, serving).await {
        result??;
    }
    Ok(())
}

async fn listen(address: SocketAddr, flag: &str) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address)
        .await
        .map_err(|error| not_listening(&error, address, flag))
}

fn not_listening(error: &std::io::Error, address: SocketAddr, flag: &str) -> anyhow::Error {
    match error.kind() {
        std::io::ErrorKind::AddrInUse => anyhow::anyhow!(
            "{address} is in use, perhaps by another observatory; stop it or choose another port with {flag} (0 takes any)"
        ),
        _ => anyhow::anyhow!(
            "cannot listen on {address}: {error}; choose another address with {flag}"
        ),
    }
}
