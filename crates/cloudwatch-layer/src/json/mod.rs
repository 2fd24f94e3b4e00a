//! How an event becomes one line of JSON. Where the line goes is not known here.
//!
//! ```json
//! {"timestamp":"2026-11-26T07:06:50.123456Z","level":"INFO","target":"cruddur::home","message":"answered","trace_id":"581cf771a006649127e371903a2de979","span_id":"53995c3f42cd8ad8","xray_trace_id":"1-581cf771-a006649127e371903a2de979","route":"/api/activities/home","status":200,"seconds":0.012}
//! ```
//!
//! See [`Json`] for the rules.

mod escape;
mod fields;
mod ids;
mod line;
pub(crate) mod spans;
pub(crate) mod time;

pub use ids::xray_trace_id;
pub use line::{Added, Json};

pub(crate) use escape::write_string;

pub(crate) use line::Kept;
