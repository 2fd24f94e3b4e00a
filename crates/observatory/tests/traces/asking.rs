//! What tests ask of a store, in the numbers that `spans` makes IDs of.

use observatory::{
    model::{TraceId, TraceQuery},
    store::Store,
};
use opentelemetry_proto::tonic::trace::v1::Span;

use crate::spans;

pub(crate) fn id(number: u64) -> TraceId {
    TraceId::parse(&spans::trace_hex(number)).unwrap()
}

pub(crate) async fn ingest(store: &Store, service: &str, spans: Vec<Span>) {
    store.ingest(spans::request(service, spans)).await.unwrap();
}

/// The numbers of the traces found, newest first.
pub(crate) async fn found(store: &Store, query: TraceQuery) -> Vec<u64> {
    let query = TraceQuery {
        limit: if query.limit == 0 { 100 } else { query.limit },
        ..query
    };
    let page = store.traces(&query).await.unwrap();
    page.traces
        .iter()
        .map(|trace| u64::from_be_bytes(trace.trace_id.0[8..].try_into().unwrap()))
        .collect()
}
