//! Keeps spans in one SQLite database and answers questions about them.
//! Protocols, encodings and pages live elsewhere.

use std::path::PathBuf;

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use tokio::sync::watch;

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
    /// Size in bytes above which whole traces are deleted, the ones that arrived first going first.
    pub retain_bytes: u64,
}

/// Why the store could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The writer has stopped, because the process is ending.
    #[error("the store is closed; start the observatory again")]
    Closed,
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
    generation: watch::Receiver<u64>,
}

impl Store {
    /// Opens the store, making it if it is not there.
    pub fn open(_options: StoreOptions) -> Result<Self, StoreError> {
        Err(StoreError::Closed)
    }

    /// Stores the spans of one request; returns after they are committed.
    pub async fn ingest(
        &self,
        _request: ExportTraceServiceRequest,
    ) -> Result<Accepted, StoreError> {
        Err(StoreError::Closed)
    }

    /// A page of trace summaries, newest first.
    pub async fn traces(&self, _query: &TraceQuery) -> Result<TracePage, StoreError> {
        Err(StoreError::Closed)
    }

    /// All spans of a trace, earliest start first; empty if the trace is not known.
    pub async fn trace(&self, _id: TraceId) -> Result<Vec<StoredSpan>, StoreError> {
        Err(StoreError::Closed)
    }

    /// The names of all services, sorted.
    pub async fn services(&self) -> Result<Vec<String>, StoreError> {
        Err(StoreError::Closed)
    }

    /// The operations of a service, sorted; empty if the service is not known.
    pub async fn operations(&self, _service: &str) -> Result<Vec<Operation>, StoreError> {
        Err(StoreError::Closed)
    }

    /// How much is stored.
    pub async fn status(&self) -> Result<StoreStatus, StoreError> {
        Err(StoreError::Closed)
    }

    /// Deletes everything.
    pub async fn reset(&self) -> Result<(), StoreError> {
        Err(StoreError::Closed)
    }

    /// A number that changes after each commit: wait on it to show what arrives as it arrives.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.generation.clone()
    }
}
