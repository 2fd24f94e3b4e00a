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
        "Activities by handle",
        "filter message = \"activities shown\"\n| stats count(*) as answers, avg(app.results) as mean by app.user_handle\n| sort answers desc",
    ),
    sample(
        "Warnings and errors over time",
        "filter level in [\"WARN\", \"ERROR\"]\n| stats count(*) as events by bin(1m), level",
    ),
    sample(
        "Events per level over time",
        "stats count(*) as events by bin(1m), level",
    ),
    sample(
        "Requests by status",
        "filter ispresent(http.response.status_code)\n| stats count(*) as requests by http.response.status_code\n| sort requests desc",
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
        "Traces with a warning or an error",
        "filter ispresent(trace_id) and level in [\"WARN\", \"ERROR\"]\n| fields @timestamp, level, trace_id, message, error\n| dedup trace_id",
    ),
];

const fn sample(title: &'static str, query: &'static str) -> Sample {
    Sample { title, query }
}

#[cfg(test)]
mod tests {
    use log_query::insights::Query;

    use super::*;

    #[test]
    fn each_sample_is_a_query() {
        for Sample { title, query } in SAMPLES {
            Query::parse(query).unwrap_or_else(|error| panic!("{title}: {error}"));
        }
    }
}
