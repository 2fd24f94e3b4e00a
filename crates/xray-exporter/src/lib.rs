//! OpenTelemetry spans to AWS X-Ray: translated, sent by the daemon or by `PutTraceSegments`, sampled by the service's rules.
//!
//! ```text
//! span ──▶ XrayExporter ──▶ segment document ──▶ Transport ──▶ Daemon  (UDP)
//!          (xray-segment translates)                       ├─▶ Api     (PutTraceSegments)
//!                                                          └─▶ one of your own
//! ```
//!
//! ```no_run
//! use opentelemetry_sdk::trace::SdkTracerProvider;
//! use xray_exporter::{Daemon, XrayExporter};
//!
//! # fn main() -> Result<(), xray_exporter::DaemonError> {
//! let daemon = Daemon::from_lookup(|name| std::env::var(name).ok())?;
//! let exporter = XrayExporter::new(daemon).with_indexed_attributes(["app.user"]);
//! let provider = SdkTracerProvider::builder()
//!     .with_batch_exporter(exporter)
//!     .build();
//! # drop(provider);
//! # Ok(())
//! # }
//! ```

mod answer;
mod api;
mod background;
mod daemon;
mod daemon_address;
mod documents;
mod exporter;
mod loss;
pub mod sampling;
mod transport;

pub use api::Api;
pub use daemon::{Daemon, DaemonError};
pub use daemon_address::{DaemonAddress, DaemonAddressError};
pub use exporter::XrayExporter;
pub use transport::{Delivery, GivenUp, MAX_DOCUMENT_BYTES, Sending, Transport};
