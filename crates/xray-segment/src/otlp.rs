//! Turns a segment with its subsegments into OpenTelemetry spans; the other way round is for others.
//!
//! It follows the OpenTelemetry Collector's `awsxrayreceiver`, with the names of today's stable semantic conventions. It differs where
//! that receiver loses what a document says:
//!
//! | in the document | in the spans |
//! |---|---|
//! | segment | `SERVER`; `CLIENT` if it has a namespace, as span-based exporters write a client span without a parent |
//! | subsegment | `CLIENT` if its namespace is `aws` or `remote`, else `INTERNAL` |
//! | `name` | the span's name; `aws.service` or `peer.service` of a subsegment with a namespace; `service.name` of a segment |
//! | `fault`, `error`, `throttle` | status `ERROR`, and `aws.xray.fault` and so on; a cause alone is an event, not a status |
//! | `in_progress` | `aws.xray.inprogress`; the span ends when it starts |
//! | `cause` | `exception` events, with stack traces in the language's own form; the ID of another's exception is the status' message |
//! | `annotations` | attributes of the same names, listed in `aws.xray.annotations`; `annotation.KEY` where the key is taken |
//! | `metadata` | `aws.xray.metadata.NAMESPACE`, JSON |

mod attributes;
mod cause;
mod resource;
mod span;
mod stack;

use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans};

use crate::{Segment, trace_id};
use resource::{Place, is_outermost_first, language};
use stack::Stacks;

/// The spans of one document: one for the segment and one for each subsegment, the parents before their children.
///
/// A subsegment that was sent by itself does not say whose it is: `service_hint`, its segment's name if that is known, stands for `service.name`;
/// without it that is `unknown_service`, as OpenTelemetry's SDKs have it.
/// A segment is asked itself, unless it has a namespace, for then its name is that of what it called.
///
/// Times are rounded to the microsecond: a 64-bit float of epoch seconds holds no more.
/// IDs of another form than [`read`](crate::read()) takes are left empty.
#[must_use]
pub fn to_otlp(segment: &Segment, service_hint: Option<&str>) -> Vec<ResourceSpans> {
    let document = span::Document {
        trace: segment.trace_id.as_deref().and_then(trace_id::parse),
        stacks: Stacks {
            language: language(segment),
            outermost_first: is_outermost_first(segment),
        },
    };
    let place = if is_independent(segment) {
        Place::Subsegment
    } else {
        Place::Segment
    };
    let mut spans = Vec::new();
    document.add(segment, place, segment.parent_id.as_deref(), &mut spans);
    vec![ResourceSpans {
        resource: Some(resource::of(segment, place, service_hint)),
        scope_spans: vec![ScopeSpans {
            spans,
            ..ScopeSpans::default()
        }],
        ..ResourceSpans::default()
    }]
}

fn is_independent(segment: &Segment) -> bool {
    segment
        .kind
        .as_deref()
        .is_some_and(|kind| kind.eq_ignore_ascii_case("subsegment"))
}
