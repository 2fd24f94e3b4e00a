//! One recorded hour of Cruddur in trouble: its spans, its log events, and what really happened.
//! The hour is made here, always the same; where it is kept, asked and graded is elsewhere.
//!
//! ```
//! let recording = incident_recording::Recording::generate();
//! let truth = recording.truth();
//! assert!(truth.release.slow_feeds.contains(&truth.all_three.trace));
//! ```

mod backend;
mod database;
mod generate;
mod line;
mod log;
mod otlp;
mod people;
mod profiles;
mod random;
mod recording;
mod scene;
mod search;
mod span;
mod story;
mod traffic;
mod truth;
mod visit;

pub use log::{GROUP, LogEvent};
pub use otlp::{SCOPE, request};
pub use recording::{END, Recording, START};
pub use search::FELL_BACK;
pub use span::{Event, Kind, Resource, Span, SpanId, TraceId, Value};
pub use truth::{AllThree, Dependency, Release, Truth, User, Window};
