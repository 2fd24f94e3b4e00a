//! Questions to begin with. The names of columns are those of the labs, and of OpenTelemetry's semantic conventions.

use super::address::QueryView;
use crate::model::Dataset;

/// A question and what it is called.
#[derive(Clone, Debug)]
pub(super) struct Sample {
    /// As the page has it.
    pub(super) title: &'static str,
    pub(super) view: QueryView,
}

/// What can be asked of these rows, in the order of the page.
pub(super) fn samples(of: Dataset) -> Vec<Sample> {
    let ask = || QueryView::of(of);
    let sample = |title, view| Sample { title, view };
    match of {
        Dataset::Spans => vec![
            sample(
                "All requests, by how long they took",
                ask()
                    .visualise("HEATMAP(duration_ms)")
                    .visualise("COUNT")
                    .filter("span.kind", "=", "server"),
            ),
            sample(
                "Slowest routes",
                ask()
                    .visualise("P95(duration_ms)")
                    .visualise("COUNT")
                    .filter("span.kind", "=", "server")
                    .by("service.name")
                    .by("name"),
            ),
            sample(
                "Errors by service",
                ask()
                    .visualise("COUNT")
                    .filter("error", "=", true)
                    .by("service.name")
                    .by("name"),
            ),
            sample(
                "Who is slow?",
                ask()
                    .visualise("P95(duration_ms)")
                    .visualise("COUNT")
                    .filter("span.kind", "=", "server")
                    .filter_bare("user.id", "exists")
                    .by("user.id"),
            ),
            sample(
                "Slowest database queries",
                ask()
                    .visualise("P95(duration_ms)")
                    .visualise("SUM(duration_ms)")
                    .visualise("COUNT")
                    .filter_bare("db.query.text", "exists")
                    .by("db.query.text"),
            ),
            sample(
                "Answers by status code",
                ask()
                    .visualise("COUNT")
                    .filter_bare("http.response.status_code", "exists")
                    .by("http.response.status_code"),
            ),
            sample(
                "What slow requests spend their time on",
                ask()
                    .visualise("SUM(duration_ms)")
                    .visualise("COUNT")
                    .filter("root.duration_ms", ">", 1)
                    .by("service.name")
                    .by("name"),
            ),
            sample(
                "Work at the same time, by service",
                ask().visualise("CONCURRENCY").by("service.name"),
            ),
        ],
        Dataset::Segments => vec![
            sample(
                "All segments, by how long they took",
                ask().visualise("HEATMAP(duration_ms)").visualise("COUNT"),
            ),
            sample(
                "Slowest segments",
                ask()
                    .visualise("P95(duration_ms)")
                    .visualise("COUNT")
                    .by("service.name")
                    .by("name"),
            ),
            sample(
                "Faults and errors by service",
                ask()
                    .visualise("COUNT")
                    .filter("error", "=", true)
                    .by("service.name"),
            ),
        ],
        Dataset::Logs => vec![
            sample("Events by log group", ask().visualise("COUNT").by("@log")),
            sample(
                "Warnings and errors",
                ask()
                    .visualise("COUNT")
                    .filter_in("level", &["WARN", "ERROR"])
                    .by("level")
                    .by("message"),
            ),
            sample(
                "Activities by handle",
                ask()
                    .visualise("AVG(app.results)")
                    .visualise("COUNT")
                    .filter("message", "=", "activities shown")
                    .by("app.user_handle"),
            ),
            sample(
                "Text that looks like an error",
                ask()
                    .visualise("COUNT")
                    .filter("@message", "matches", "(?i)error|panic|exception")
                    .by("@logStream"),
            ),
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_sample_is_a_query() {
        for of in Dataset::ALL {
            for Sample { title, view } in samples(of) {
                view.specified()
                    .unwrap_or_else(|faults| panic!("{title}: {faults:?}"));
            }
        }
    }
}
