//! What X-Ray answers about traces: summaries, the filter-expression language, service graphs.
//! Everything here is a pure function of segment documents; storing and serving them is for others.

mod filter;
mod graph;
mod root_cause;
mod service;
mod summary;
mod time_series;
mod trace;
mod view;
mod whereabouts;

pub use filter::{Filter, FilterError, MAX_FILTER_CHARACTERS, MAX_FILTER_DEPTH};
pub use graph::{
    Alias, Edge, EdgeStatistics, ErrorStatistics, FaultStatistics, GraphBuilder, HistogramEntry,
    ServiceGraph, ServiceNode, ServiceStatistics,
};
pub use root_cause::{
    ErrorRootCause, FailedEntity, FaultRootCause, ResponseTimeRootCause, RootCause,
    RootCauseException, RootCauseService, SlowEntity,
};
pub use service::ServiceId;
pub use summary::{
    AnnotationValue, AvailabilityZone, HttpSummary, InstanceId, ResourceArn, TraceSummary,
    TraceUser, ValueWithServiceIds,
};
pub use time_series::{Selector, TimeSeriesEntry, time_series};
pub use trace::{Trace, api_documents, assemble_values};
