//! A span's links to other spans.

use opentelemetry_proto::tonic::trace::v1::span;
use otlp_json::plain_value;

use super::ids;
use crate::{segment::Link, trace_id};

/// The links; one without a usable trace ID leads nowhere, so it is left out.
pub(super) fn of(links: &[span::Link]) -> Vec<Link> {
    links
        .iter()
        .filter_map(|link| {
            Some(Link {
                trace_id: trace_id::to_xray(ids::trace(&link.trace_id)?),
                id: ids::eight_bytes(&link.span_id)
                    .filter(|id| *id != 0)
                    .map(ids::hex),
                attributes: link
                    .attributes
                    .iter()
                    .filter_map(|attribute| {
                        let value = plain_value(attribute.value.as_ref()?);
                        Some((attribute.key.clone(), value))
                    })
                    .collect(),
            })
        })
        .collect()
}
