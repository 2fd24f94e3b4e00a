//! Tells what became of exported spans: where they go, the first refusal at once, and at shutdown how many were lost and why.
//!
//! An exporter fails in silence: the batch processor logs to a place that nobody looks at, and the program works on.
//! [`ExportWatch`] stands round the exporter and the batch processor, counts what goes in and what was accepted, and says so in one line.
//! It does not send anything itself, and it holds nothing back.
//!
//! ```text
//! telemetry: spans go to http://localhost:4318 (OTEL_EXPORTER_OTLP_ENDPOINT is not set, so the observatory's address is used)
//! telemetry: http://localhost:4318 answered 401, the key was refused: check the header x-honeycomb-team in OTEL_EXPORTER_OTLP_HEADERS
//! telemetry: 12 of 40 spans were lost: http://localhost:4318 answered 401, the key was refused
//! ```

mod destination;
mod refusal;
mod tls;
mod watch;

pub use destination::{Destination, DestinationError};
pub use refusal::Refusal;
pub use tls::{HAS_TLS, install_tls};
pub use watch::{EXIT_WITHIN, ExportWatch, Outcome, WatchedExporter, WatchedProcessor};
