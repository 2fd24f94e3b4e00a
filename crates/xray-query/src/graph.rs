//! The service graph: who calls whom, how often, how well, in the shape of `GetServiceGraph`.

mod build;
mod statistics;

use serde::Serialize;

pub use build::GraphBuilder;
pub(crate) use statistics::Statistics;

use crate::Trace;

/// The services that some traces went through, and the calls between them.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ServiceGraph {
    /// Nodes, each with the edges that lead away from it.
    pub services: Vec<ServiceNode>,
}

impl ServiceGraph {
    /// The graph of these traces, for `GetServiceGraph` and `GetTraceGraph`; which traces and what time is for the caller.
    ///
    /// - A node for each name and type: services that sent segments, what was called and sent none (`remote`, `Database::SQL`, `AWS::…`),
    ///   and for each service that was called from outside a node of the same name and of type `client`.
    /// - Nodes are numbered from 0 in the order in which they first appear in the traces, which are sorted by start, ties by ID;
    ///   a client comes right before the service that it called.
    /// - Times of nodes and edges are whole seconds, response times are to the microsecond, histograms to the millisecond.
    ///   What is in progress counts in no statistics.
    #[must_use]
    pub fn of(traces: &[Trace]) -> Self {
        build::graph(traces)
    }
}

/// [`Service`](https://docs.aws.amazon.com/xray/latest/api/API_Service.html): a node. Times in seconds.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ServiceNode {
    /// Number of the node in this graph, from 0.
    pub reference_id: i32,
    /// The service's name.
    pub name: String,
    /// All names it goes by.
    pub names: Vec<String>,
    /// The AWS account it runs in, if its segments say so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account_id: Option<String>,
    /// A trace began here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub root: Option<bool>,
    /// `client` for the one who asks; else what the service runs on, `remote`, `Database::SQL`, ….
    #[serde(rename = "Type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// `active`, or `unknown` for what was only seen by its callers.
    pub state: String,
    /// First seen, in whole seconds since the Unix epoch.
    pub start_time: f64,
    /// Last seen, in whole seconds since the Unix epoch.
    pub end_time: f64,
    /// Calls made.
    pub edges: Vec<Edge>,
    /// Of its own segments.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub summary_statistics: Option<ServiceStatistics>,
    /// How long its segments took, with what went on after the answer.
    pub duration_histogram: Vec<HistogramEntry>,
    /// How long its segments took, without what went on after the answer.
    pub response_time_histogram: Vec<HistogramEntry>,
}

/// Calls from one node to another.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Edge {
    /// The called node's number.
    pub reference_id: i32,
    /// First call, in seconds since the Unix epoch.
    pub start_time: f64,
    /// Last call, in seconds since the Unix epoch.
    pub end_time: f64,
    /// As the caller saw them.
    pub summary_statistics: EdgeStatistics,
    /// How long the calls took.
    pub response_time_histogram: Vec<HistogramEntry>,
    /// Other names of the called.
    pub aliases: Vec<Alias>,
}

/// Another name of a called service.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Alias {
    /// The name.
    pub name: String,
    /// All names it goes by.
    pub names: Vec<String>,
    /// The type.
    #[serde(rename = "Type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
}

/// How some segments of a service went.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ServiceStatistics {
    /// Neither error nor fault.
    pub ok_count: u64,
    /// The caller's mistakes.
    pub error_statistics: ErrorStatistics,
    /// The service's own failures.
    pub fault_statistics: FaultStatistics,
    /// All of them.
    pub total_count: u64,
    /// Seconds, added up.
    pub total_response_time: f64,
}

/// How some calls went; the same numbers as a service's.
pub type EdgeStatistics = ServiceStatistics;

/// The caller's mistakes.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ErrorStatistics {
    /// 429.
    pub throttle_count: u64,
    /// Other 4xx.
    pub other_count: u64,
    /// All.
    pub total_count: u64,
}

/// The service's own failures.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct FaultStatistics {
    /// Always 0, as at the service.
    pub other_count: u64,
    /// 5xx and exceptions.
    pub total_count: u64,
}

/// So many segments took about so long.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct HistogramEntry {
    /// Seconds.
    pub value: f64,
    /// How many.
    pub count: u64,
}
