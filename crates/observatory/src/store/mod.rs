//! Keeps spans, the X-Ray documents that some were made of, and log events in one SQLite database and answers questions about them.
//! Protocols, encodings and pages live elsewhere.

mod ask;
mod blocks;
mod error;
mod events;
mod extent;
mod heavy;
mod list;
pub mod logs;
mod lookup;
mod names;
mod open;
mod read;
mod retention;
mod route;
mod saved;
mod schema;
mod segments;
mod summary;
mod transaction;
mod writer;

use std::{path::PathBuf, sync::Arc};

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use rusqlite::{Connection, Transaction, TransactionBehavior};
use tokio::sync::{Semaphore, SemaphorePermit, mpsc, oneshot, watch};

pub use ask::{AskError, Question};
pub use error::StoreError;
pub use extent::Extent;
pub(crate) use lookup::Lookup;
#[cfg(test)]
pub(crate) use route::RouteSpan;
pub(crate) use route::{MOST_LOOKED_AT, Route, RouteTrace};
pub(crate) use saved::{AskedQuery, MOST_ASKED, SavedQuery};
pub(crate) use segments::{
    Place, TraceRow, orphans, other_spans, service_of, texts, trace_row, window,
};
pub(crate) use span_record::{Batch, Document};
pub use span_record::{MAX_ENTRIES, MAX_VALUE_BYTES};

use self::{
    heavy::Heavy,
    open::Readers,
    writer::{Change, Command, Pending},
};
use crate::model::{Operation, StoreStatus, StoredSpan, TraceId, TracePage, TraceQuery};

/// Where the database lives.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Location {
    /// In this process's memory: gone when it ends.
    Memory,
    /// In this folder, made if it is not there; one process at a time.
    Folder(PathBuf),
}

/// How to open a store.
#[derive(Clone, Debug)]
pub struct StoreOptions {
    /// Where the database lives.
    pub location: Location,
    /// Size in bytes above which whole traces and log events are deleted, the ones that arrived first going first.
    pub retain_bytes: u64,
}

/// What became of the spans of one request.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Accepted {
    /// Stored by this request.
    pub stored: u64,
    /// Already there: a span is stored once, however often it is sent.
    pub duplicates: u64,
    /// Not stored, because their IDs are not usable.
    pub rejected: u64,
    /// Why spans were rejected, for the sender; empty if none was.
    pub rejection: String,
}

/// The spans of all senders; cheap to clone, every clone is the same store.
#[derive(Clone)]
pub struct Store {
    commands: mpsc::Sender<Command>,
    /// A permit for each KiB of spans that may wait for the writer.
    waiting: Arc<Semaphore>,
    generation: watch::Receiver<u64>,
    readers: Arc<Readers>,
    columns: Arc<blocks::Shared>,
    /// Answers questions over many rows.
    heavy: Arc<Heavy>,
}

impl Store {
    /// Opens the store, making it if it is not there.
    pub fn open(options: StoreOptions) -> Result<Self, StoreError> {
        open::open(options)
    }

    /// Stores the spans of one request; returns after they are committed.
    ///
    /// A commit outlives this process however that ends; a power cut can take the last few with it.
    pub async fn ingest(&self, request: ExportTraceServiceRequest) -> Result<Accepted, StoreError> {
        self.ingest_batch(Batch::new(request)).await
    }

    /// As [`Store::ingest`], for spans made ready elsewhere.
    pub(crate) async fn ingest_batch(&self, batch: Batch) -> Result<Accepted, StoreError> {
        let (reply, answer) = oneshot::channel();
        if batch.spans.is_empty() {
            return Ok(Accepted {
                rejected: batch.refused.total(),
                rejection: batch.refused.message(),
                ..Accepted::default()
            });
        }
        let _room = self.room(batch.bytes()).await?;
        self.commands
            .send(Command::Store(Pending::Spans(Box::new(batch), reply)))
            .await
            .map_err(|_| StoreError::Closed)?;
        answer.await.map_err(|_| StoreError::Closed)?
    }

    /// Stores the events of one call; returns after they are committed.
    pub(crate) async fn put_log_events(
        &self,
        batch: logs::LogBatch,
    ) -> Result<(), logs::LogFailure> {
        let (reply, answer) = oneshot::channel();
        let _room = self.room(batch.bytes()).await?;
        self.commands
            .send(Command::Store(Pending::Logs(Box::new(batch), reply)))
            .await
            .map_err(|_| StoreError::Closed)?;
        let is_there = answer.await.map_err(|_| StoreError::Closed)??;
        // The stream may have been deleted since it was looked up.
        if is_there {
            Ok(())
        } else {
            Err(logs::LogFailure::NoStream)
        }
    }

    /// Waits until so many bytes may be in memory besides those that wait already.
    async fn room(&self, bytes: usize) -> Result<SemaphorePermit<'_>, StoreError> {
        let kibibytes = u32::try_from(bytes / 1024 + 1).unwrap_or(u32::MAX);
        self.waiting
            .acquire_many(kibibytes.min(open::WAITING_KIBIBYTES))
            .await
            .map_err(|_| StoreError::Closed)
    }

    /// A page of trace summaries, newest first.
    pub async fn traces(&self, query: &TraceQuery) -> Result<TracePage, StoreError> {
        let query = query.clone();
        self.readers
            .ask(move |connection| list::traces(connection, &query))
            .await
    }

    /// All spans of a trace, earliest start first, ties by span ID; empty if the trace is not known.
    pub async fn trace(&self, id: TraceId) -> Result<Vec<StoredSpan>, StoreError> {
        self.readers
            .ask(move |connection| read::trace(connection, id))
            .await
    }

    /// Asks something of the database, beside whatever else is being asked or written.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        question: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.readers.ask(question).await
    }

    /// Changes something other than spans in one transaction, rolled back when `change` gives an error; returns after the commit.
    ///
    /// The outer result is the store's; the inner one is the change's own.
    pub(crate) async fn change<T: Send + 'static, E: Send + 'static>(
        &self,
        change: impl FnOnce(&Transaction<'_>) -> Result<Result<T, E>, rusqlite::Error> + Send + 'static,
    ) -> Result<Result<T, E>, StoreError> {
        let (reply, answer) = oneshot::channel();
        let change = Change(Box::new(move |connection| {
            let run = || {
                let transaction =
                    connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
                let result = change(&transaction)?;
                if result.is_ok() {
                    transaction.commit()?;
                }
                Ok(result)
            };
            let _ = reply.send(run());
        }));
        self.commands
            .send(Command::Change(change))
            .await
            .map_err(|_| StoreError::Closed)?;
        answer.await.map_err(|_| StoreError::Closed)?
    }

    /// The names of the services that have spans, sorted.
    pub async fn services(&self) -> Result<Vec<String>, StoreError> {
        self.readers.ask(read::services).await
    }

    /// The operations of a service, sorted; empty if the service is not known.
    pub async fn operations(&self, service: &str) -> Result<Vec<Operation>, StoreError> {
        let service = service.to_owned();
        self.readers
            .ask(move |connection| read::operations(connection, &service))
            .await
    }

    /// How much is stored.
    pub async fn status(&self) -> Result<StoreStatus, StoreError> {
        let mut status = self.readers.ask(read::status).await?;
        status.bytes += self.readers.journal_bytes();
        Ok(status)
    }

    /// Deletes everything.
    pub async fn reset(&self) -> Result<(), StoreError> {
        let (reply, answer) = oneshot::channel();
        self.commands
            .send(Command::Reset(reply))
            .await
            .map_err(|_| StoreError::Closed)?;
        answer.await.map_err(|_| StoreError::Closed)?
    }

    /// A number that changes after each commit: wait on it to show what arrives as it arrives.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.generation.clone()
    }
}
