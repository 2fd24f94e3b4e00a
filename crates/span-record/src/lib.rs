//! Spans between the wire and the database: decoded within bounds, made ready to be stored, and given back as they came or as
//! Honeycomb's rows.
//!
//! All of this is done for each span, so the crate is optimised in every profile; what is done for each request or page is not
//! here. For the same reason it has no generic function: one would be compiled in the crate that calls it.

mod batch;
pub mod body;
pub mod decode;
mod limits;
pub mod rows;
mod stored;
pub mod text;
pub mod traits;
mod wire;

pub use batch::{
    Batch, BatchDocument, BatchOperation, BatchSpan, Document, OF_DOCUMENTS, Refused,
    UNKNOWN_SERVICE, service_name,
};
pub use limits::{MAX_ENTRIES, MAX_VALUE_BYTES};
pub use stored::{StoredSpan, TraceId, kind_word, span};
