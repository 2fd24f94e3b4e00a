//! Events of `tracing` to CloudWatch Logs, in batches that the service takes.

mod background;
mod batch;
mod clock;
mod cloudwatch;
mod event;
mod handle;
mod json;
mod json_lines;
mod layer;
mod notice;
mod oversize;
mod queue;
mod quiet;
mod report;
mod sender;
mod sink;

pub use batch::{MAX_BATCH_BYTES, MAX_BATCH_EVENTS, MAX_BATCH_MILLIS, MAX_MESSAGE_BYTES, batches};
pub use clock::{Clock, ManualClock, Sleep, SystemClock};
pub use cloudwatch::{CloudWatch, CloudWatchBuilder, NameError};
pub use event::{LogEvent, OVERHEAD};
pub use handle::Handle;
pub use json::{Added, Json, xray_trace_id};
pub use json_lines::JsonLines;
pub use layer::{CloudWatchLayer, LayerBuilder};
pub use oversize::Oversize;
pub use queue::WhenFull;
pub use report::Report;
pub use sink::{Delivery, Rejected, Sending, Sink, Tell};
