//! What can go wrong with the store, each worded so that whoever started the program knows what to do.

use std::path::PathBuf;

/// Why the store could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The data folder cannot be made or written.
    #[error(
        "cannot write the data folder {}: {source}; name another with --data or start with --in-memory",
        path.display()
    )]
    Folder {
        /// The folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// Another process has the data folder open.
    #[error(
        "another observatory is using the data folder {}; stop it or name another with --data",
        path.display()
    )]
    InUse {
        /// The folder.
        path: PathBuf,
    },
    /// A later version of the program made the store.
    #[error(
        "the store {} was made by a newer observatory (its format is {found}, this one knows {known}); \
         update this one, or move the file away to start empty",
        path.display()
    )]
    Newer {
        /// The database file.
        path: PathBuf,
        /// The format found in it.
        found: i64,
        /// The newest format that this program knows.
        known: i64,
    },
    /// The file is a database of another program.
    #[error(
        "{} is not an observatory's store; move it away or name another folder with --data",
        path.display()
    )]
    Foreign {
        /// The database file.
        path: PathBuf,
    },
    /// The file cannot be opened or is damaged.
    #[error(
        "cannot open the store {}: {source}; move the file away to start empty or name another folder with --data",
        path.display()
    )]
    Unreadable {
        /// The database file.
        path: PathBuf,
        /// What SQLite said.
        source: rusqlite::Error,
    },
    /// The writer has stopped, because the process is ending.
    #[error("the store is closed; start the observatory again")]
    Closed,
    /// The database refused a statement: a full disk, most often.
    #[error("the store's database failed: {0}; see that its disk has room, then send again")]
    Database(#[from] rusqlite::Error),
    /// Nothing could be stored; all of the request is to be sent again.
    #[error("nothing was stored: {0}; see that the store's disk has room, then send again")]
    NotStored(String),
    /// A page was asked for with a cursor that no page gave.
    #[error("`{0}` is not a place in the list of traces; start again from its first page")]
    Cursor(String),
    /// A stored span or resource cannot be read back.
    #[error(
        "a stored record cannot be decoded: {0}; empty the store with POST /api/reset if this persists"
    )]
    Damaged(#[from] prost::DecodeError),
    /// Stored log events cannot be read back.
    #[error(
        "the stored log events {0} cannot be decoded; empty the store with POST /api/reset if this persists"
    )]
    DamagedLog(i64),
    /// Stored columns cannot be read back.
    #[error(
        "the stored columns of block {0} cannot be decoded; empty the store with POST /api/reset if this persists"
    )]
    DamagedBlock(i64),
    /// A question about stored rows has no answer.
    #[error("{0}")]
    Unanswered(String),
}
