//! The database's tables and settings, and the check that a file is one of ours.
//! What a store of an earlier format needs to be filled with is `upgrade`'s.

mod upgrade;

use std::path::Path;

use rusqlite::{Connection, OpenFlags, config::DbConfig};

use super::{error::StoreError, saved};

/// The format that this program reads and writes (`user_version`).
pub(crate) const FORMAT: i64 = 4;

/// Marks the file as an observatory's (`application_id`: "obsv").
const APPLICATION: i64 = 0x6f62_7376;

/// How many low bits of a span's key tell it from the others of its trace.
pub(crate) const SPAN_BITS: u32 = 32;

// A span's key is its trace's key and 32 bits made of its span ID. So a trace's spans lie side by side, new traces are
// appended, a span sent twice meets itself, and no second index is needed for any of it.
const TABLES: &str = "
    CREATE TABLE service (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
    CREATE TABLE operation (
        id INTEGER PRIMARY KEY, service INTEGER NOT NULL, name TEXT NOT NULL, kind INTEGER NOT NULL,
        spans INTEGER NOT NULL DEFAULT 0, UNIQUE (service, name, kind));
    CREATE TABLE origin (
        id INTEGER PRIMARY KEY, encoded BLOB NOT NULL UNIQUE, spans INTEGER NOT NULL DEFAULT 0);
    CREATE TABLE trace (
        key INTEGER PRIMARY KEY, id BLOB NOT NULL, start INTEGER NOT NULL, end INTEGER NOT NULL,
        spans INTEGER NOT NULL, errors INTEGER NOT NULL,
        lead_operation INTEGER NOT NULL, lead_is_root INTEGER NOT NULL, lead_start INTEGER NOT NULL,
        lead_span INTEGER NOT NULL, services BLOB NOT NULL, traits BLOB NOT NULL);
    CREATE UNIQUE INDEX trace_by_id ON trace (id);
    CREATE INDEX trace_by_start ON trace (start DESC, id);
    CREATE TABLE span (
        key INTEGER PRIMARY KEY, operation INTEGER NOT NULL, origin INTEGER NOT NULL,
        error INTEGER NOT NULL, duration INTEGER NOT NULL, body BLOB NOT NULL);
    CREATE TABLE total (traces INTEGER NOT NULL, spans INTEGER NOT NULL);
    INSERT INTO total VALUES (0, 0);
";

// What format 2 added: X-Ray's documents as they were sent, by trace and segment ID, and its settings
// (groups, sampling rules, tags, encryption) as JSON. A document in progress lists the keys of the spans that were
// made of it, so that its complete version can take their place.
const XRAY_TABLES: &str = "
    CREATE TABLE segment (
        trace INTEGER NOT NULL, id INTEGER NOT NULL, in_progress INTEGER NOT NULL, spans BLOB NOT NULL,
        document TEXT NOT NULL, PRIMARY KEY (trace, id)) WITHOUT ROWID;
    ALTER TABLE total ADD COLUMN segments INTEGER NOT NULL DEFAULT 0;
    CREATE TABLE xray_setting (
        kind TEXT NOT NULL, name TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (kind, name)) WITHOUT ROWID;
";

// What format 3 added: log groups, streams and events, the events of one call packed into few rows. None of the numbers is
// ever used again, so that an event's ID means one event. Forwards and backwards, chunks are found by an index alone;
// `span` is the longest time that a chunk of a group takes in, which bounds where those lie that reach into a window.
const LOG_TABLES: &str = "
    CREATE TABLE log_group (
        id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, created INTEGER NOT NULL, retention INTEGER,
        bytes INTEGER NOT NULL DEFAULT 0, events INTEGER NOT NULL DEFAULT 0, span INTEGER NOT NULL DEFAULT 0);
    CREATE TABLE log_tag (
        log_group INTEGER NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (log_group, key)) WITHOUT ROWID;
    CREATE TABLE log_stream (
        id INTEGER PRIMARY KEY AUTOINCREMENT, log_group INTEGER NOT NULL, name TEXT NOT NULL, created INTEGER NOT NULL,
        last INTEGER, ingested INTEGER, UNIQUE (log_group, name));
    CREATE TABLE log_chunk (
        id INTEGER PRIMARY KEY AUTOINCREMENT, log_group INTEGER NOT NULL, stream INTEGER NOT NULL,
        first INTEGER NOT NULL, last INTEGER NOT NULL, events INTEGER NOT NULL, ingested INTEGER NOT NULL,
        bytes INTEGER NOT NULL, body BLOB NOT NULL);
    CREATE INDEX log_chunk_of_group_by_first ON log_chunk (log_group, first, last, stream);
    CREATE INDEX log_chunk_of_group_by_last ON log_chunk (log_group, last, first, stream);
    CREATE INDEX log_chunk_of_stream_by_first ON log_chunk (stream, first, last);
    CREATE INDEX log_chunk_of_stream_by_last ON log_chunk (stream, last, first);
";

// What format 4 added: the rows of spans column by column, which questions over many of them read. A span is first in
// an `arrival` (the keys of one transaction's spans, eight bytes each, little-endian), then in a `block`; the spans of
// documents whose complete version may still come are in `open_span` instead. Each is in exactly one of the three.
// `traces` are the keys of the traces of a block's rows, so that rows can go with their traces. No number of an arrival
// is ever used again, so that who has made a block of some can tell that they are still the same.
const COLUMN_TABLES: &str = "
    CREATE TABLE arrival (seq INTEGER PRIMARY KEY AUTOINCREMENT, keys BLOB NOT NULL);
    CREATE TABLE open_span (key INTEGER PRIMARY KEY);
    CREATE TABLE block (
        id INTEGER PRIMARY KEY AUTOINCREMENT, segments INTEGER NOT NULL, rows INTEGER NOT NULL,
        first_time INTEGER, last_time INTEGER, first_trace INTEGER NOT NULL, last_trace INTEGER NOT NULL,
        traces BLOB NOT NULL);
    CREATE TABLE block_column (
        id INTEGER PRIMARY KEY, block INTEGER NOT NULL, part TEXT NOT NULL, rows INTEGER NOT NULL,
        kinds INTEGER NOT NULL, body BLOB NOT NULL);
    CREATE INDEX block_column_of_block ON block_column (block, part, rows, kinds);
";

/// Statements that a connection keeps prepared: more than there are.
const STATEMENTS: usize = 96;

/// Keeps statements prepared: without the promise that a plan does not depend on the values bound, SQLite prepares a
/// statement anew each time it is used again.
fn prepare_once(connection: &Connection) -> Result<(), rusqlite::Error> {
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    Ok(())
}

/// Opens the database file for writing, making its tables if it is empty.
///
/// `synchronous = NORMAL` in WAL mode: a commit is with the operating system when it returns, so it outlives this
/// process however that ends. The disk is waited for at checkpoints only, so a power cut can take the last commits
/// with it, never the database.
pub(crate) fn open_file(path: &Path) -> Result<Connection, StoreError> {
    let unreadable = |source| StoreError::Unreadable {
        path: path.to_owned(),
        source,
    };
    let connection = Connection::open(path).map_err(unreadable)?;
    check(&connection, path)?;
    connection
        .execute_batch(
            "PRAGMA page_size = 8192; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;
             PRAGMA cache_size = -24576; PRAGMA temp_store = MEMORY; PRAGMA busy_timeout = 10000;
             PRAGMA wal_autocheckpoint = 2048; PRAGMA journal_size_limit = 33554432;",
        )
        .and_then(|()| create(&connection))
        .and_then(|()| connection.execute_batch(saved::TABLES))
        .and_then(|()| prepare_once(&connection))
        .map_err(unreadable)?;
    Ok(connection)
}

/// Opens a database that lives in memory alone.
pub(crate) fn open_memory() -> Result<Connection, rusqlite::Error> {
    let connection = Connection::open_in_memory()?;
    connection.execute_batch("PRAGMA page_size = 8192; PRAGMA temp_store = MEMORY;")?;
    create(&connection)?;
    connection.execute_batch(saved::TABLES)?;
    prepare_once(&connection)?;
    Ok(connection)
}

/// Opens a further connection to a database file that [`open_file`] has made, for reading.
pub(crate) fn open_reader(path: &Path) -> Result<Connection, rusqlite::Error> {
    let connection = Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    connection.execute_batch(
        "PRAGMA query_only = ON; PRAGMA cache_size = -4096; PRAGMA busy_timeout = 10000;
         PRAGMA temp_store = MEMORY;",
    )?;
    prepare_once(&connection)?;
    Ok(connection)
}

fn check(connection: &Connection, path: &Path) -> Result<(), StoreError> {
    let unreadable = |source| StoreError::Unreadable {
        path: path.to_owned(),
        source,
    };
    let number = |sql| {
        connection
            .query_row(sql, (), |row| row.get::<_, i64>(0))
            .map_err(unreadable)
    };
    let application = number("PRAGMA application_id")?;
    let format = number("PRAGMA user_version")?;
    let tables = number("SELECT count(*) FROM sqlite_schema")?;
    if application != APPLICATION && (application != 0 || tables != 0) {
        return Err(StoreError::Foreign {
            path: path.to_owned(),
        });
    }
    if format > FORMAT {
        return Err(StoreError::Newer {
            path: path.to_owned(),
            found: format,
            known: FORMAT,
        });
    }
    Ok(())
}

fn create(connection: &Connection) -> Result<(), rusqlite::Error> {
    let tables: i64 =
        connection.query_row("SELECT count(*) FROM sqlite_schema", (), |row| row.get(0))?;
    if tables > 0 {
        return upgrade(connection);
    }
    connection.execute_batch(&format!(
        "BEGIN IMMEDIATE; {TABLES} {XRAY_TABLES} {LOG_TABLES} {COLUMN_TABLES} PRAGMA application_id = {APPLICATION}; PRAGMA user_version = {FORMAT}; COMMIT;"
    ))
}

/// Adds what later formats have to a store of an earlier one.
fn upgrade(connection: &Connection) -> Result<(), rusqlite::Error> {
    let format: i64 = connection.query_row("PRAGMA user_version", (), |row| row.get(0))?;
    for (before, tables) in [(2, XRAY_TABLES), (3, LOG_TABLES)] {
        if format < before {
            connection.execute_batch(&format!(
                "BEGIN IMMEDIATE; {tables} PRAGMA user_version = {before}; COMMIT;"
            ))?;
        }
    }
    if format < 4 {
        let transaction = connection.unchecked_transaction()?;
        transaction.execute_batch(COLUMN_TABLES)?;
        upgrade::list_spans(&transaction)?;
        upgrade::mark_origins(&transaction)?;
        transaction.execute_batch("PRAGMA user_version = 4")?;
        transaction.commit()?;
    }
    Ok(())
}
