//! Tells when a file has changed from which the book is made. Making it anew is `serve`'s.

use std::path::Path;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use anyhow::Context as _;
use notify::{EventKind, RecommendedWatcher, RecursiveMode, Watcher as _};

/// An editor writes a file in several steps; the last of them counts.
const QUIET: Duration = Duration::from_millis(100);

/// What the book is made from, from the workspace's root, and whether folders below are looked at.
const SOURCES: [(&str, RecursiveMode); 3] = [
    ("", RecursiveMode::NonRecursive),
    ("docs", RecursiveMode::Recursive),
    ("labs", RecursiveMode::Recursive),
];

/// Calls `changed`, on a thread of its own, after each change; what is returned ends that when it is dropped.
///
/// # Errors
/// When the system can't watch.
pub(super) fn watch(
    root: &Path,
    mut changed: impl FnMut() + Send + 'static,
) -> anyhow::Result<RecommendedWatcher> {
    let (sender, events) = channel();
    let base = root.to_owned();
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        let Ok(event) = event else { return };
        let is_read = matches!(event.kind, EventKind::Access(_));
        if !is_read && event.paths.iter().any(|path| super::concerns(&base, path)) {
            let _ended = sender.send(());
        }
    })
    .context("files can't be watched")?;
    for (source, mode) in SOURCES {
        let path = root.join(source);
        watcher
            .watch(&path, mode)
            .with_context(|| format!("watching {}", path.display()))?;
    }
    thread::spawn(move || {
        while events.recv().is_ok() {
            while !matches!(
                events.recv_timeout(QUIET),
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected)
            ) {}
            changed();
        }
    });
    Ok(watcher)
}
