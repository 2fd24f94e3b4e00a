//! Question 4: the filter expression that finds the traces in which a dependency said "not now".

use incident_recording::{Kind, Span, Value};
use span_snapshot::verdict;
use xray_query::Filter;

use super::traces::{Evidence, compare};
use super::{hour, not_answered};

/// Fails unless the filter expression finds exactly the traces with a call that the dependency throttled.
pub(crate) fn check(expression: &str) {
    if expression.trim().is_empty() {
        not_answered(
            "throttled",
            "the page Segments takes a filter expression: try yours there",
        );
    }
    let filter = Filter::parse(expression).unwrap_or_else(|error| {
        verdict(
            "filter-refused",
            &format!("X-Ray refuses the filter expression: {error}"),
            "lab 2, step 7, shows how they are written: `service(\"NAME\") { … }`, with keywords between the braces",
        )
    });
    let hour = hour();
    let found = hour.stores.xray(&filter);
    compare(
        hour,
        "the filter expression",
        &found,
        &hour.truth().dependency.throttled,
        &|trace| missing(trace),
        &|trace| other(trace),
    );
}

fn status(span: &Span) -> Option<i64> {
    match span.attribute("http.response.status_code") {
        Some(Value::Int(status)) => Some(*status),
        _ => None,
    }
}

fn missing(trace: &[Span]) -> Evidence {
    let call = trace
        .iter()
        .find(|span| span.kind == Kind::Client && status(span) == Some(429));
    let what = match call {
        Some(call) => format!(
            "is missing: its subsegment {} was answered with 429",
            call.span_id
        ),
        None => "is missing".to_owned(),
    };
    Evidence {
        cause: "traces-missing",
        what,
        help: "open it on the page Segments, and click that subsegment: which of the flags that you ask for does it have, and which not?",
    }
}

fn other(trace: &[Span]) -> Evidence {
    let answered = |kind: Kind, wanted: &dyn Fn(i64) -> bool| {
        trace
            .iter()
            .find(|span| span.kind == kind && status(span).is_some_and(wanted))
    };
    if let Some(request) = answered(Kind::Server, &|status| status == 429) {
        return Evidence {
            cause: "own-refusals-too",
            what: format!(
                "was throttled by {} itself, which answered {} with 429",
                request.resource.service, request.name
            ),
            help: "who said no? `throttle` alone asks for any service of the trace; `service(\"NAME\") { … }` asks for one",
        };
    }
    if let Some(call) = answered(Kind::Client, &|status| (400..500).contains(&status)) {
        return Evidence {
            cause: "other-errors-too",
            what: format!(
                "has the subsegment {}, which was answered with {}",
                call.span_id,
                status(call).unwrap_or_default()
            ),
            help: "429 is an error like all of 4xx, and has a flag of its own beside that",
        };
    }
    Evidence {
        cause: "other-traces-too",
        what: "has no call that was answered with 429".to_owned(),
        help: "how long a request took tells nothing about why: ask for the flag that X-Ray puts on a 429",
    }
}
