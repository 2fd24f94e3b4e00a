//! The query page: a question over spans, segments or log events, and what it gives.
//!
//! `address` is what is asked, as typed, and links to it; its parts are read by `terms`, `where_text`, `when` and `selected`,
//! and put together by `specification`.

mod address;
mod faults;
mod selected;
mod specification;
mod terms;
mod when;
mod where_text;
