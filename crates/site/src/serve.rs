//! Shows the book in a browser while it is written: on the loopback, made anew when a file changes, the open page with it.

mod answer;
mod changes;

use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, RwLock};

use anyhow::Context as _;
use axum::Router;
use axum::extract::State;
use axum::http::Uri;
use axum::response::Response;
use axum::routing::get;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use crate::book;
use crate::paths::Workspace;

/// What is shown now.
struct Shown {
    /// The folder of the book that is shown.
    folder: PathBuf,
    /// How often it was made; an open page asks for it.
    times: u64,
}

/// Serves the book until ctrl-C or SIGTERM. `port` is taken if it is free, else any; `address` is what is said of it, with
/// `{port}` in the port's place.
///
/// # Errors
/// When there is no book to begin with, or no port.
pub(crate) fn run(workspace: &Workspace, port: u16, address: &str) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .context("the runtime can't be started")?;
    runtime.block_on(serve(workspace, port, address))
}

async fn serve(workspace: &Workspace, port: u16, address: &str) -> anyhow::Result<()> {
    let folder = folder(workspace, 0);
    book::build(workspace, &folder)?;
    let shown = Arc::new(RwLock::new(Shown { folder, times: 0 }));
    let listener = listen(port).await?;
    let port = listener.local_addr()?.port();
    println!(
        "The guide is at {}; ctrl-C ends it.",
        address.replace("{port}", &port.to_string())
    );
    let _watcher = changes::watch(&workspace.root, {
        let (workspace, shown) = (workspace.clone(), Arc::clone(&shown));
        move || renew(&workspace, &shown)
    })?;
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        served = axum::serve(listener, router(shown)) => served.context("serving"),
        _ = tokio::signal::ctrl_c() => Ok(()),
        _ = terminate.recv() => Ok(()),
    }
}

/// A port that is taken is no reason not to read.
async fn listen(port: u16) -> anyhow::Result<TcpListener> {
    let loopback = Ipv4Addr::LOCALHOST;
    match TcpListener::bind((loopback, port)).await {
        Ok(listener) => Ok(listener),
        Err(error) => {
            println!("Port {port}: {error}. Another one is taken.");
            let any = TcpListener::bind((loopback, 0)).await;
            any.context("no port of the loopback can be had")
        }
    }
}

fn router(shown: Arc<RwLock<Shown>>) -> Router {
    Router::new()
        .route("/times-made", get(times))
        .fallback(page)
        .with_state(shown)
}

async fn times(State(shown): State<Arc<RwLock<Shown>>>) -> String {
    shown
        .read()
        .map_or_else(|_| String::new(), |shown| shown.times.to_string())
}

async fn page(State(shown): State<Arc<RwLock<Shown>>>, uri: Uri) -> Response {
    let folder = shown
        .read()
        .map_or_else(|_| PathBuf::new(), |shown| shown.folder.clone());
    answer::file(&folder, uri.path()).await
}

/// Two folders in turn: the one that is shown stays whole while the other is made.
fn folder(workspace: &Workspace, times: u64) -> PathBuf {
    let turn = if times.is_multiple_of(2) {
        "even"
    } else {
        "odd"
    };
    workspace.root.join("target/guide").join(turn)
}

/// Makes the book anew and shows it; one that can't be made leaves the old one, and says why.
fn renew(workspace: &Workspace, shown: &RwLock<Shown>) {
    let Ok(times) = shown.read().map(|shown| shown.times + 1) else {
        return;
    };
    let folder = folder(workspace, times);
    match book::build(workspace, &folder) {
        Ok(_) => {
            println!("The guide has changed.");
            if let Ok(mut shown) = shown.write() {
                *shown = Shown { folder, times };
            }
        }
        Err(error) => eprintln!("error: {error:#}"),
    }
}

/// Whether a change of this file can change the book.
fn concerns(root: &Path, path: &Path) -> bool {
    let Ok(path) = path.strip_prefix(root) else {
        return false;
    };
    let is_hidden = |part: &std::ffi::OsStr| part.to_string_lossy().starts_with('.');
    !path.iter().any(is_hidden) && !path.to_string_lossy().ends_with('~')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_editors_leave_beside_a_file_changes_nothing() {
        let root = Path::new("/w");
        for (path, wanted) in [
            ("/w/docs/a.md", true),
            ("/w/labs/1-honeycomb/README.md", true),
            ("/w/docs/.a.md.swp", false),
            ("/w/.git/index", false),
            ("/w/docs/a.md~", false),
            ("/elsewhere/a.md", false),
        ] {
            assert_eq!(concerns(root, Path::new(path)), wanted, "{path}");
        }
    }
}
