//! Events of `tracing` to CloudWatch Logs, in batches that the service takes, with nothing lost in silence.
//!
//! # What it looks like
//!
//! A program logs as it always does:
//!
//! ```
//! tracing::info!(method = "GET", status = 200, seconds = 0.012, "answered");
//! ```
//!
//! and this line is in the log stream, its values typed, so that Logs Insights can ask for `status >= 500`,
//! and with the IDs of the request's trace, which lead to the same request in the waterfall and in X-Ray:
//!
//! ```json
//! {"timestamp":"2026-11-26T07:46:50.123456Z","level":"INFO","target":"cruddur::home","message":"answered","trace_id":"581cf771a006649127e371903a2de979","span_id":"53995c3f42cd8ad8","xray_trace_id":"1-581cf771-a006649127e371903a2de979","method":"GET","status":200,"seconds":0.012}
//! ```
//!
//! What goes wrong is told in one line for each kind of trouble, and at the end there is a summary:
//!
//! ```text
//! telemetry: CloudWatch Logs, group cruddur: ThrottlingException: answered 400, Rate exceeded; trying again
//! telemetry: CloudWatch Logs, group cruddur: 12 of 4000 events were lost: 12 found no place in the queue
//! ```
//!
//! # How to have it
//!
//! ```no_run
//! use aws_sdk_cloudwatchlogs::Client;
//! use cloudwatch_layer::{CloudWatch, CloudWatchLayer, NameError};
//! use tracing_subscriber::{Layer as _, filter::LevelFilter, layer::SubscriberExt as _};
//!
//! async fn run(client: Client) -> Result<(), NameError> {
//!     let sink = CloudWatch::builder(client, "cruddur")
//!         .with_service("backend")
//!         .with_stream("{service}/{date}/{host}-{pid}")
//!         .with_retention_days(7)
//!         .build()?;
//!     let (layer, handle) = CloudWatchLayer::builder(sink).build();
//!     let subscriber = tracing_subscriber::registry().with(layer.with_filter(LevelFilter::INFO));
//!     tracing::subscriber::set_global_default(subscriber).expect("it is the first one");
//!
//!     // … the program …
//!
//!     let report = handle.shutdown().await;
//!     println!("{report}"); // 4000 events were delivered
//!     Ok(())
//! }
//! ```
//!
//! To see the lines without CloudWatch, put [`JsonLines`] into the registry instead, or beside.
//!
//! # The way of an event
//!
//! ```text
//! event ──▶ CloudWatchLayer ──▶ queue ──▶ Sink ──▶ CloudWatch  (PutLogEvents)
//!           one line of JSON    bounded   └──────▶ one of your own
//!           (Json)              (WhenFull)
//! ```
//!
//! | on the thread that logs | on the layer's threads |
//! |---|---|
//! | the line is written ([`Json`] has the rules) and queued; 1 to 2 µs, and no wait unless [`WhenFull::Wait`] says so | the queue is sent when a batch is full, by count or bytes, or when the interval is over |
//! | a full queue drops the newest event and counts it | [`batches`] makes what the service takes, of any events |
//! | [`Handle::flush`] and [`Handle::shutdown`] wait for the other side, and not longer than said | what passes by itself is tried again, by [`CloudWatch`] alone |
//!
//! Each event ends as exactly one number of the [`Report`]: sent, rejected for its age, dropped, or failed.
//!
//! # What never happens
//!
//! - The layer never logs into itself: what its threads, the AWS SDK and HTTP client on them included, log is not sent.
//! - Nothing waits for a service that hangs: the threads have a runtime of their own, and the shutdown has a deadline.
//! - Memory never grows beyond the queue's bounds, events that are under way included.
//! - Dropping the layer or a handle neither panics nor waits.

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
