//! Question 6: the one request that met all three causes, as each of the three views knows it.

use incident::answer::Request;
use incident_recording::{Kind, Recording, Span, TraceId};
use span_snapshot::verdict;

use super::traces::parse;
use super::{Hour, clock, hour, not_answered, text_of};

/// Fails unless the trace met all three, the segment answered its home feed, and the log event is that of its lookup.
pub(crate) fn check(answer: Request) {
    if [answer.trace, answer.segment, answer.request_id]
        .iter()
        .all(|part| part.is_empty())
    {
        not_answered(
            "all_three",
            "the guide's last step says how to come from one view to the next",
        );
    }
    let hour = hour();
    let trace = check_trace(hour, answer.trace);
    check_segment(hour, trace, answer.segment);
    check_request(hour, trace, answer.request_id);
}

fn check_trace<'h>(hour: &'h Hour, text: &str) -> &'h [Span] {
    let Some(id) = parse(text) else {
        verdict(
            "no-trace-id",
            &format!("`{text}` is no trace ID"),
            "32 hexadecimal digits, or `1-`, 8 of them, `-`, and the other 24",
        )
    };
    let trace = hour.trace(id);
    if trace.is_empty() {
        verdict(
            "no-such-trace",
            &format!("trace {id} is not in the recording"),
            "copy the ID from the page of the trace",
        );
    }
    let truth = hour.truth();
    if id == truth.all_three.trace {
        return trace;
    }
    let met = causes(hour, id);
    let told = match met.as_slice() {
        [] => "none of the three".to_owned(),
        [one] => format!("one of the three: {one}"),
        several => format!("{} of the three: {}", several.len(), several.join(", and ")),
    };
    verdict(
        "not-all-three",
        &format!("trace {id} at {} met {told}", clock(trace[0].start)),
        "X-Ray's filter expressions can ask for several things of one trace: put what you know of two causes together with AND, and look at the few traces that are left",
    )
}

fn causes(hour: &Hour, id: TraceId) -> Vec<&'static str> {
    let truth = hour.truth();
    let met = [
        (
            &truth.release.slow_feeds,
            "a home feed asked the database once for each activity",
        ),
        (&truth.user.gave_up, "a lookup gave up"),
        (&truth.dependency.throttled, "a search was throttled"),
    ];
    met.iter()
        .filter(|(traces, _)| traces.contains(&id))
        .map(|(_, what)| *what)
        .collect()
}

fn check_segment(hour: &Hour, trace: &[Span], id: &str) {
    let wanted = hour.truth().all_three.segment;
    let id = id.trim().to_lowercase();
    if id == wanted.to_string() {
        return;
    }
    let Some(span) = trace.iter().find(|span| span.span_id.to_string() == id) else {
        verdict(
            "no-such-segment",
            &format!("the trace has no segment `{id}`"),
            "16 hexadecimal digits: the page of its segments has the ID of the one that you click",
        )
    };
    if span.kind != Kind::Server {
        verdict(
            "subsegment",
            &format!(
                "{id} is a subsegment: {} in {}",
                span.name, span.resource.service
            ),
            "the segment is the whole request, as the service that answered it saw it",
        );
    }
    verdict(
        "other-segment",
        &format!(
            "{id} is the segment of {}, which {} answered",
            span.name, span.resource.service
        ),
        "the trace has several requests: take the one for the home feed",
    )
}

fn check_request(hour: &Hour, trace: &[Span], request_id: &str) {
    let wanted = &hour.truth().all_three.request_id;
    let request_id = request_id.trim().to_lowercase();
    if request_id == *wanted {
        return;
    }
    let Some(event) = event(hour.stores.recording(), &request_id) else {
        verdict(
            "no-such-request",
            &format!("no log event has the request_id `{request_id}`"),
            "open the log events of the trace, and copy the field `request_id` of one of them",
        )
    };
    let id = trace[0].trace_id.to_string();
    let same_trace = event.contains(&format!("\"trace_id\":\"{id}\""));
    let whose = trace.iter().filter(|span| span.kind == Kind::Server);
    let whose = whose.filter(|span| event.contains(&format!("\"span_id\":\"{}\"", span.span_id)));
    let whose: Vec<String> = whose
        .filter_map(|span| text_of(span, "http.route"))
        .collect();
    if same_trace {
        verdict(
            "other-request",
            &format!(
                "the request {request_id} of this trace is that for {}",
                whose.join(", ")
            ),
            "each request of the trace has an ID of its own: take that of the line whose `span_id` is your segment",
        );
    }
    verdict(
        "other-trace",
        &format!("the request {request_id} is of another trace: {event}"),
        "filter the log events by `trace_id`",
    )
}

/// The first log event with this ID.
fn event<'r>(recording: &'r Recording, request_id: &str) -> Option<&'r str> {
    let wanted = format!("\"request_id\":\"{request_id}\"");
    let mut events = recording.logs().iter().map(|event| event.message.as_str());
    events.find(|event| event.contains(&wanted))
}
