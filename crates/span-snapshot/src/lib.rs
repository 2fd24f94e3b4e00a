//! Span trees for insta: fake exporters, stable snapshots of exported spans, and failures that name the likely cause.

mod assert;
mod build;
mod collector;
mod error;
mod explain;
mod in_process;
mod isolated;
mod order;
mod otlp;
mod otlp_json;
mod parse;
mod quote;
mod record;
mod render;
mod side_by_side;
mod span;
mod tree;
mod value;
mod verdict;
mod view;

pub use collector::{Answer, ApiKey, Collector, Gate, NotArrived, Request};
pub use error::{OtlpError, ParseError, RedactError};
pub use explain::explain;
pub use in_process::InProcess;
pub use isolated::{in_isolation, isolated, isolated_within};
pub use span::{Event, Finish, Kind, Span, Status};
pub use tree::SpanTree;
pub use value::{Attributes, Value};
pub use verdict::{Cause, verdict};

#[doc(hidden)]
pub mod __private {
    //! What the macros expand to; no part of the API.
    pub use crate::assert::compare;
    pub use crate::isolated::name_of;
    pub use insta;
}
