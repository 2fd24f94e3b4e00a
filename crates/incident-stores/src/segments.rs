//! Traces as X-Ray sees them: segments made of the spans by the Collector's rules, as the observatory makes them.

use std::collections::BTreeSet;
use std::thread;

use incident_recording::{Span, TraceId, request};
use xray_query::{Filter, Trace};
use xray_segment::translate;

use crate::Stores;

/// The IDs of the traces that the filter wants.
pub(crate) fn matching(stores: &Stores, filter: &Filter) -> BTreeSet<TraceId> {
    let mut traces: Vec<&[Span]> = stores.asked().collect();
    // Most of the time goes into making segments, which nothing shares: two cores halve it.
    let second = traces.split_off(traces.len() / 2);
    thread::scope(|scope| {
        let second = scope.spawn(|| among(&second, filter));
        let mut found = among(&traces, filter);
        if let Ok(more) = second.join() {
            found.extend(more);
        }
        found
    })
}

fn among(traces: &[&[Span]], filter: &Filter) -> BTreeSet<TraceId> {
    let wanted = traces
        .iter()
        .filter(|spans| filter.matches(&trace(spans), &|_| None));
    wanted
        .filter_map(|spans| spans.first().map(|span| span.trace_id))
        .collect()
}

/// The trace with these spans.
fn trace(spans: &[Span]) -> Trace {
    let id = spans.first().map(|span| span.trace_id.xray());
    let options = translate::Options::default();
    let mut segments = Vec::with_capacity(spans.len());
    for sent in request(spans).resource_spans {
        let resource = sent.resource.unwrap_or_default();
        for span in sent.scope_spans.iter().flat_map(|scope| &scope.spans) {
            // The IDs of a recording can be X-Ray's.
            segments.extend(translate::segments(&resource, span, &options).unwrap_or_default());
        }
    }
    Trace::assemble(id.unwrap_or_default(), segments)
}
