//! Opens a store: takes its folder, starts the writer's thread, and keeps the connections that read.

use std::{
    fs::{File, TryLockError},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    thread,
};

use rusqlite::Connection;
use tokio::sync::{Semaphore, mpsc, watch};

use super::{
    Location, Store, StoreOptions,
    blocks::{self, Next, Reach, Sealer, Sizes},
    error::StoreError,
    names::Names,
    schema,
    writer::Writer,
};

/// Batches that may wait for the writer before senders wait too.
const QUEUE: usize = 64;

/// Size of the spans that may wait for the writer before senders wait too.
pub(crate) const WAITING_KIBIBYTES: u32 = 64 * 1024;

/// Questions answered at once; further ones wait, so that threads are left for those who send.
const QUESTIONS: usize = 6;

/// Idle reading connections kept open; each has a small cache of its own.
const IDLE_READERS: usize = 4;

pub(crate) fn open(options: StoreOptions) -> Result<Store, StoreError> {
    open_with(options, Sizes::default())
}

/// With blocks of another size.
pub(crate) fn open_with(options: StoreOptions, sizes: Sizes) -> Result<Store, StoreError> {
    let (connection, source) = match options.location {
        Location::Memory => {
            let connection = Arc::new(Mutex::new(schema::open_memory()?));
            (Arc::clone(&connection), Source::Shared(connection))
        }
        Location::Folder(folder) => {
            let lock = take(&folder)?;
            let path = folder.join("observatory.db");
            let connection = Arc::new(Mutex::new(schema::open_file(&path)?));
            let source = Source::Pool {
                path,
                idle: Mutex::new(Vec::new()),
                _lock: lock,
            };
            (connection, source)
        }
    };
    let (commands, received) = mpsc::channel(QUEUE);
    let (generation, watched) = watch::channel(0);
    let readers = Arc::new(Readers {
        questions: Semaphore::new(QUESTIONS),
        source,
    });
    let columns = Arc::new(blocks::Shared::new(sizes));
    // One commit that has not been looked at tells as much as many.
    let (commits, committed) = std::sync::mpsc::sync_channel(1);
    let writer = Writer {
        connection,
        _readers: Arc::clone(&readers),
        commands: received,
        generation,
        retain_bytes: options.retain_bytes,
        names: Names::default(),
        columns: Arc::clone(&columns),
        commits,
        expiry_checked: 0,
    };
    thread::Builder::new()
        .name("store-writer".to_owned())
        .spawn(move || writer.run())
        .map_err(|_| StoreError::Closed)?;
    let sealer = Sealer {
        shared: Arc::clone(&columns),
        readers: Arc::clone(&readers),
        commands: commands.downgrade(),
        commits: committed,
    };
    thread::Builder::new()
        .name("store-columns".to_owned())
        .spawn(move || sealer.run())
        .map_err(|_| StoreError::Closed)?;
    Ok(Store {
        commands,
        columns,
        heavy: Arc::default(),
        waiting: Arc::new(Semaphore::new(WAITING_KIBIBYTES as usize)),
        generation: watched,
        readers,
    })
}

/// Makes the folder and locks it for as long as the file that is given back is open.
fn take(folder: &Path) -> Result<File, StoreError> {
    let unwritable = |source| StoreError::Folder {
        path: folder.to_owned(),
        source,
    };
    std::fs::create_dir_all(folder).map_err(unwritable)?;
    let lock = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(folder.join("lock"))
        .map_err(unwritable)?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => Err(StoreError::InUse {
            path: folder.to_owned(),
        }),
        Err(TryLockError::Error(source)) => Err(unwritable(source)),
    }
}

/// The connections that read.
pub(crate) struct Readers {
    questions: Semaphore,
    source: Source,
}

/// Where a connection that reads comes from.
enum Source {
    /// A file has as many as there are questions at once.
    Pool {
        path: PathBuf,
        idle: Mutex<Vec<Connection>>,
        /// Held so that no other process opens the folder.
        _lock: File,
    },
    /// A database in memory has one, the writer's.
    Shared(Arc<Mutex<Connection>>),
}

impl Readers {
    /// Runs a question on a thread that may block, within one read transaction.
    pub(crate) async fn ask<T: Send + 'static>(
        self: &Arc<Self>,
        question: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let _turn = self
            .questions
            .acquire()
            .await
            .map_err(|_| StoreError::Closed)?;
        let readers = Arc::clone(self);
        tokio::task::spawn_blocking(move || readers.answer(question))
            .await
            .map_err(|_| StoreError::Closed)?
    }

    /// Runs a question on this thread, as [`Readers::ask`] does on another.
    pub(crate) fn answer<T>(
        &self,
        question: impl FnOnce(&Connection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        match &self.source {
            Source::Shared(connection) => {
                question(&connection.lock().unwrap_or_else(PoisonError::into_inner))
            }
            Source::Pool { path, idle, .. } => {
                let kept = idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
                let connection = match kept {
                    Some(connection) => connection,
                    None => schema::open_reader(path)?,
                };
                let answer = {
                    // One transaction, so that an answer of several statements shows one moment.
                    let _moment = connection.unchecked_transaction()?;
                    question(&connection)
                };
                let mut idle = idle.lock().unwrap_or_else(PoisonError::into_inner);
                if idle.len() < IDLE_READERS {
                    idle.push(connection);
                }
                answer
            }
        }
    }

    /// Whether who reads has the writer's connection, and the writer waits.
    pub(crate) fn is_shared(&self) -> bool {
        matches!(self.source, Source::Shared(_))
    }

    /// Reads a moment's rows on this thread; what is asked of them does not keep the writer waiting.
    pub(crate) fn rows<T, E: From<StoreError>>(
        &self,
        shared: &blocks::Shared,
        question: impl FnOnce(&blocks::Snapshot, Reach<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        // What the background thread has not come to is made now, once for all questions.
        let make = || {
            self.answer(|connection| shared.make_next(connection, self.is_shared(), &mut || true))
        };
        while shared.has_room() && make()? == Next::Made {}
        match &self.source {
            Source::Shared(connection) => {
                let snapshot = self.answer(|connection| {
                    blocks::Snapshot::take(connection, shared)?.detached(connection)
                })?;
                question(&snapshot, Reach::Shared(connection))
            }
            Source::Pool { .. } => self.answer(|connection| {
                let snapshot = blocks::Snapshot::take(connection, shared)?;
                Ok(question(&snapshot, Reach::Held(connection)))
            })?,
        }
    }

    /// Reads something on this thread, all at once or part by part.
    pub(crate) fn reach<T, E: From<StoreError>>(
        &self,
        question: impl FnOnce(Reach<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        match &self.source {
            Source::Shared(connection) => question(Reach::Shared(connection)),
            Source::Pool { .. } => {
                self.answer(|connection| Ok(question(Reach::Held(connection))))?
            }
        }
    }

    /// Size of the write-ahead log; nothing for a database in memory.
    pub(crate) fn journal_bytes(&self) -> u64 {
        match &self.source {
            Source::Shared(_) => 0,
            Source::Pool { path, .. } => {
                std::fs::metadata(path.with_extension("db-wal")).map_or(0, |file| file.len())
            }
        }
    }
}
