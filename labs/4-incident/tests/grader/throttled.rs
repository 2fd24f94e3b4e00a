//! Question 4: the filter expression that finds the traces in which a dependency said "not now".

use incident_recording::{Kind, Span, Value};
use span_snapshot::verdict;
use xray_query::Filter;

use super::traces::{Evidence, compare};
use super::{hour, not_answered, text_of};

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
        &|trace| other(trace, expression),
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

fn other(trace: &[Span], expression: &str) -> Evidence {
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
    let answered = match asked_for(trace, expression) {
        Some(part) => format!("; {part}"),
        None => String::new(),
    };
    Evidence {
        cause: "other-traces-too",
        what: format!("has no call that was answered with 429{answered}"),
        help: if asks_about_time(expression) {
            "how long a request took tells nothing about why: ask for the flag that X-Ray puts on a 429"
        } else if expression.contains('{') {
            "what stands in the braces lets other answers in, too: ask there for the flag that X-Ray puts on a 429"
        } else {
            "that is asked whatever the service's answer was: `service(\"NAME\") { … }` asks how one service answered, with the flag that X-Ray puts on a 429"
        },
    }
}

/// How a service that the expression names answered in this trace; of several answers the worst.
fn asked_for(trace: &[Span], expression: &str) -> Option<String> {
    let name = |span: &Span| match span.kind {
        Kind::Client => text_of(span, "server.address"),
        _ => Some(span.resource.service.to_owned()),
    };
    let visits = trace.iter().filter_map(|span| {
        let name = name(span).filter(|name| expression.contains(&format!("\"{name}\"")))?;
        let how = match (status(span), span.error) {
            (Some(status), _) => format!("{name} answered with {status}"),
            (None, Some(error)) => format!("{name}: {error}"),
            (None, None) => return None,
        };
        Some((span.error.is_some(), status(span), span, how))
    });
    let (_, _, span, how) = visits.max_by_key(|(failed, status, ..)| (*failed, *status))?;
    let part = match span.kind {
        Kind::Client => "subsegment",
        _ => "segment",
    };
    Some(format!("{how} ({part} {})", span.span_id))
}

/// Whether a keyword of the expression, in small letters or capitals, is about a time.
fn asks_about_time(expression: &str) -> bool {
    let outside_quotes = expression.split('"').step_by(2);
    outside_quotes.map(str::to_lowercase).any(|text| {
        ["responsetime", "duration"]
            .iter()
            .any(|keyword| text.contains(keyword))
    })
}
