//! Size, sameness, and that every trace is a tree.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use incident_recording::{END, Recording, START, Span, TraceId};

use crate::RECORDING;

/// Spans by trace, in the order of the recording.
fn traces() -> Vec<&'static [Span]> {
    RECORDING
        .spans()
        .chunk_by(|a, b| a.trace_id == b.trace_id)
        .collect()
}

#[test]
fn there_are_exactly_so_many() {
    assert_eq!(RECORDING.spans().len(), 200_000);
    let mut by_service: BTreeMap<&str, usize> = BTreeMap::new();
    for span in RECORDING.spans() {
        *by_service.entry(span.resource.service).or_default() += 1;
    }
    let counts = format!(
        "{by_service:?}, {} traces, {} log events",
        traces().len(),
        RECORDING.logs().len()
    );
    assert_eq!(
        counts,
        r#"{"backend": 132891, "frontend": 29991, "profiles": 37118}, 42620 traces, 60726 log events"#
    );
}

#[test]
fn it_is_the_same_each_time_and_everywhere() {
    let again = Recording::generate();
    assert!(again.spans() == RECORDING.spans());
    assert!(again.logs() == RECORDING.logs());
    assert_eq!(again.truth(), RECORDING.truth());
    // Of all lines, whose texts have IDs, times and durations of spans in them: whoever gets another sum has another recording.
    let mut sum = 0xcbf2_9ce4_8422_2325_u64;
    for byte in RECORDING
        .logs()
        .iter()
        .flat_map(|event| event.message.bytes())
    {
        sum = (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    assert_eq!(format!("{sum:016x}"), "254249b0b9eb2dc0");
}

#[test]
fn every_trace_is_one_tree_with_children_inside_their_parents() {
    let mut seen = HashSet::new();
    for spans in traces() {
        assert!(
            seen.insert(spans[0].trace_id),
            "{} is in two places",
            spans[0].trace_id
        );
        let mut by_id = HashMap::new();
        for span in spans {
            assert!(span.start < span.end, "{} takes no time", span.span_id);
            match span.parent_id {
                None => assert!(by_id.is_empty(), "{} has two roots", span.trace_id),
                Some(parent) => {
                    let (start, end) = by_id[&parent];
                    assert!(
                        start <= span.start && span.end <= end,
                        "{} is not within its parent",
                        span.span_id
                    );
                }
            }
            assert!(
                by_id.insert(span.span_id, (span.start, span.end)).is_none(),
                "{} is twice",
                span.span_id
            );
        }
    }
}

#[test]
fn all_of_it_is_in_the_hour_and_in_the_order_of_time() {
    let hour = START * 1_000_000_000..END * 1_000_000_000;
    assert!(
        RECORDING
            .spans()
            .iter()
            .all(|span| hour.contains(&span.start) && hour.contains(&span.end))
    );
    let starts: Vec<u64> = traces().iter().map(|spans| spans[0].start).collect();
    assert!(starts.is_sorted());
    assert!(RECORDING.logs().is_sorted_by_key(|event| event.timestamp));
    let hour = START as i64 * 1_000..END as i64 * 1_000;
    assert!(
        RECORDING
            .logs()
            .iter()
            .all(|event| hour.contains(&event.timestamp))
    );
}

#[test]
fn a_trace_id_begins_with_its_second_as_xray_wants_it() {
    for spans in traces() {
        let TraceId([a, b, c, d, ..]) = spans[0].trace_id;
        assert_eq!(
            u64::from(u32::from_be_bytes([a, b, c, d])),
            spans[0].start / 1_000_000_000
        );
    }
    let id = traces()[0][0].trace_id;
    assert_eq!(id.xray().replace('-', "")[1..], id.to_string());
}

#[test]
fn requests_hold_every_span_once_and_divide_no_trace() {
    let mut traces: HashMap<Vec<u8>, usize> = HashMap::new();
    let mut spans = 0;
    for (index, request) in RECORDING.requests(500).enumerate() {
        let scopes = request
            .resource_spans
            .iter()
            .flat_map(|resource| &resource.scope_spans);
        for span in scopes.flat_map(|scope| &scope.spans) {
            spans += 1;
            assert_eq!(*traces.entry(span.trace_id.clone()).or_insert(index), index);
        }
    }
    assert_eq!(spans, RECORDING.spans().len());
    let mut hashes = [0; 2];
    for hash in &mut hashes {
        let mut hasher = DefaultHasher::new();
        for request in RECORDING.requests(1_000).take(3) {
            format!("{request:?}").hash(&mut hasher);
        }
        *hash = hasher.finish();
    }
    assert_eq!(
        hashes[0], hashes[1],
        "the order of resources depends on chance"
    );
}
