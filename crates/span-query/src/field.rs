//! The column names that Honeycomb gives to a span's own fields; attributes keep their own names.

/// The trace's ID, 32 hexadecimal digits.
pub const TRACE_ID: &str = "trace.trace_id";
/// The span's ID, 16 hexadecimal digits.
pub const SPAN_ID: &str = "trace.span_id";
/// The parent span's ID; absent on a root.
pub const PARENT_ID: &str = "trace.parent_id";
/// The span's name.
pub const NAME: &str = "name";
/// The service that made the span; Honeycomb's dataset.
pub const SERVICE_NAME: &str = "service.name";
/// How long the span took, in milliseconds, as a float.
pub const DURATION_MS: &str = "duration_ms";
/// `internal`, `server`, `client`, `producer`, `consumer` or `unspecified`.
pub const SPAN_KIND: &str = "span.kind";
/// OpenTelemetry's status: 0 unset, 1 ok, 2 error.
pub const STATUS_CODE: &str = "status_code";
/// The status's message; absent when empty.
pub const STATUS_MESSAGE: &str = "status_message";
/// `true` on a span whose status is error; absent on all others.
pub const ERROR: &str = "error";
/// How many events the span has.
pub const NUM_EVENTS: &str = "span.num_events";
/// How many links the span has.
pub const NUM_LINKS: &str = "span.num_links";
/// `trace` for spans, their events and their links.
pub const SIGNAL_TYPE: &str = "meta.signal_type";
/// `span_event` or `link` on a row that is not itself a span; absent on spans.
pub const ANNOTATION_TYPE: &str = "meta.annotation_type";
/// The instrumentation scope's name.
pub const LIBRARY_NAME: &str = "library.name";
/// The instrumentation scope's version.
pub const LIBRARY_VERSION: &str = "library.version";

/// All of the above, for suggestions.
pub const ALL: [&str; 16] = [
    TRACE_ID,
    SPAN_ID,
    PARENT_ID,
    NAME,
    SERVICE_NAME,
    DURATION_MS,
    SPAN_KIND,
    STATUS_CODE,
    STATUS_MESSAGE,
    ERROR,
    NUM_EVENTS,
    NUM_LINKS,
    SIGNAL_TYPE,
    ANNOTATION_TYPE,
    LIBRARY_NAME,
    LIBRARY_VERSION,
];
