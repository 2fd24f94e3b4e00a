//! Queries to begin with. The field names are those of lab 3's access log and of `tracing` events.

/// A query and what it answers.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sample {
    /// As the page has it.
    pub(super) title: &'static str,
    pub(super) query: &'static str,
}

/// In the order of the page; the first one stands in the box before anything is asked.
pub(super) const SAMPLES: [Sample; 8] = [
    sample(
        "Newest events",
        "fields @timestamp, @message\n| sort @timestamp desc\n| limit 100",
    ),
    sample(
        "Slowest routes",
        "filter ispresent(duration_ms)\n| stats avg(duration_ms) as avg_ms, pct(duration_ms, 95) as p95_ms, count(*) as requests by route\n| sort p95_ms desc\n| limit 10",
    ),
    sample(
        "Errors per route per minute",
        "filter level = \"ERROR\"\n| stats count(*) as errors by bin(1m), route",
    ),
    sample(
        "Events per level over time",
        "stats count(*) as events by bin(1m), level",
    ),
    sample(
        "Requests by status",
        "filter ispresent(status)\n| stats count(*) as requests by status\n| sort requests desc",
    ),
    sample(
        "Busiest streams",
        "stats count(*) as events, latest(@timestamp) as last by @logStream\n| sort events desc\n| limit 20",
    ),
    sample(
        "Text that looks like an error",
        "fields @timestamp, @logStream, @message\n| filter @message like /(?i)error|panic|exception/\n| sort @timestamp desc\n| limit 50",
    ),
    sample(
        "Events of one trace",
        "fields @timestamp, level, @message\n| filter ispresent(trace_id)\n| dedup trace_id\n| display @timestamp, trace_id, level, @message",
    ),
];

const fn sample(title: &'static str, query: &'static str) -> Sample {
    Sample { title, query }
}
