//! What X-Ray answers about traces: summaries, the filter-expression language, service graphs.
//! Everything here is a pure function of segment documents; storing and serving them is for others.

mod graph;
mod summary;
mod trace;

pub use graph::{
    Alias, Edge, EdgeStatistics, ErrorStatistics, FaultStatistics, HistogramEntry, ServiceGraph,
    ServiceNode, ServiceStatistics,
};
pub use summary::{
    AnnotationValue, HttpSummary, ServiceId, TraceSummary, TraceUser, ValueWithServiceIds,
};
pub use trace::Trace;
