//! Question 3: who waits for a name that does not come, and the query that finds when.

use incident::answer::Attribute;
use incident_recording::{Kind, Span};
use span_snapshot::verdict;

use super::slow_feeds::known;
use super::traces::{self, Evidence};
use super::{Hour, counted, hour, is_inside, not_answered, seconds, shown, text_of};

const FILE: &str = "queries/gave-up.json";

/// Fails unless all requests that gave up have the attribute, and none that was answered at once.
pub(crate) fn check(answer: Attribute) {
    let hour = hour();
    check_attribute(hour, answer);
    traces::check(
        hour,
        FILE,
        &hour.truth().user.gave_up,
        &|trace| missing(trace),
        &|trace| other(trace),
    );
}

/// What became of a lookup in the profiles service.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
enum Lookup {
    /// Answered at the first attempt.
    AtOnce,
    /// Answered at a later one.
    Retried,
    /// Not answered at all.
    GaveUp,
}

/// The worst lookup that a request made, if it made any.
fn worst(trace: &[Span], request: &Span) -> Option<Lookup> {
    let attempts = trace
        .iter()
        .filter(|span| is_lookup(span) && is_inside(trace, span, request));
    let of = |attempt: &Span| {
        let again = text_of(attempt, "http.request.resend_count").is_some();
        match (attempt.error.is_some(), again) {
            (true, _) if is_last(trace, attempt) => Lookup::GaveUp,
            (_, true) | (true, false) => Lookup::Retried,
            (false, false) => Lookup::AtOnce,
        }
    };
    attempts.map(of).max()
}

/// An attempt to have a profile.
fn is_lookup(span: &Span) -> bool {
    span.kind == Kind::Client && text_of(span, "server.address").as_deref() == Some("profiles")
}

/// Whether no attempt at the same profile came after it.
fn is_last(trace: &[Span], attempt: &Span) -> bool {
    let later = |span: &Span| {
        is_lookup(span)
            && span.parent_id == attempt.parent_id
            && span.start > attempt.start
            && text_of(span, "url.full") == text_of(attempt, "url.full")
    };
    !trace.iter().any(later)
}

/// The requests that gave up a lookup.
fn waiting(hour: &Hour) -> Vec<&Span> {
    let traces = hour.truth().user.gave_up.iter().map(|id| hour.trace(*id));
    let gave_up = |trace: &[Span], span: &Span| {
        is_request(span) && worst(trace, span) == Some(Lookup::GaveUp)
    };
    traces
        .flat_map(|trace| trace.iter().filter(move |span| gave_up(trace, span)))
        .collect()
}

fn is_request(span: &Span) -> bool {
    span.kind == Kind::Server && span.resource.service == "backend"
}

fn check_attribute(hour: &Hour, Attribute { key, value }: Attribute) {
    if key.is_empty() || value.is_empty() {
        not_answered(
            "who_waits",
            "ask which calls of the back end ended with an error, grouped by its type; then open a trace, and see whose request it was",
        );
    }
    known(hour, Attribute { key, value });
    let has = |request: &Span| text_of(request, key).as_deref() == Some(value);
    let waiting = waiting(hour);
    if let Some(request) = waiting.iter().find(|request| !has(request)) {
        verdict(
            "waits-without-it",
            &format!(
                "`{key}` is not `{value}` in every request that gave up a lookup: {} took {}, and its request does not have it",
                shown(request),
                seconds(request)
            ),
            "it has to explain all of them; take the lookups that were given up, and look at the request above each",
        );
    }
    // Between the first and the last that waited; before and after, the same lookups were answered.
    let starts = || waiting.iter().map(|request| request.start);
    let hopeless = starts().min().unwrap_or_default()..=starts().max().unwrap_or_default();
    let others = hour
        .spans()
        .iter()
        .filter(|span| hopeless.contains(&span.start) && is_request(span) && has(span));
    let fine = others
        .filter_map(|request| Some((request, worst(hour.trace(request.trace_id), request)?)))
        .find(|(_, lookup)| *lookup != Lookup::GaveUp);
    if let Some((request, lookup)) = fine {
        let told = match lookup {
            Lookup::Retried => "its lookup was answered at a later attempt",
            _ => "its lookup was answered at once",
        };
        verdict(
            "answered-with-it",
            &format!(
                "`{key}` is `{value}` in requests whose lookups were answered, too: {} took {}, and {told}",
                shown(request),
                seconds(request)
            ),
            "what others have as well explains nothing: compare the requests that gave up with those that did not",
        );
    }
}

fn missing(trace: &[Span]) -> Evidence {
    let attempts = trace
        .iter()
        .filter(|span| is_lookup(span) && span.error.is_some())
        .count();
    Evidence {
        cause: "traces-missing",
        what: format!(
            "is missing: {} in it timed out, and no further one was made",
            counted(attempts, "attempt")
        ),
        help: "find what keeps it out: open the trace, and go through your conditions one by one",
    }
}

fn other(trace: &[Span]) -> Evidence {
    let worst = trace
        .iter()
        .filter(|span| is_request(span))
        .filter_map(|request| worst(trace, request))
        .max();
    match worst {
        Some(Lookup::Retried) => Evidence {
            cause: "retried-well-too",
            what: "has a lookup that timed out and was answered when it was tried again: nobody went without a name".to_owned(),
            help: "a time-out alone is no harm: how often was the call sent again when it was given up?",
        },
        Some(_) => Evidence {
            cause: "other-requests-too",
            what: "has lookups, and each was answered at once".to_owned(),
            help: "take the calls that ended with an error; how long a request took tells nothing about why",
        },
        None => Evidence {
            cause: "other-requests-too",
            what: "looks no profile up".to_owned(),
            help: "take the calls of the back end to the profiles service",
        },
    }
}
