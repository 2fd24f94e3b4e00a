//! Documents made of spans: translated and fitted by `xray-segment`, each remembered as its span's.

use opentelemetry_proto::{
    tonic::trace::v1::ResourceSpans,
    transform::{
        common::tonic::ResourceAttributesWithSchema,
        trace::tonic::group_spans_by_resource_and_scope,
    },
};
use opentelemetry_sdk::trace::SpanData;
use xray_segment::{fit, translate};

use crate::{GivenUp, loss::Origins};

/// The documents of a batch.
#[derive(Debug)]
pub(crate) struct Documents {
    pub(crate) documents: Vec<String>,
    pub(crate) origins: Origins,
}

impl Documents {
    /// Of `batch`, none larger than `limit` bytes.
    pub(crate) fn of(
        batch: Vec<SpanData>,
        resource: &ResourceAttributesWithSchema,
        options: &translate::Options,
        limit: usize,
    ) -> Self {
        let mut made = Self {
            documents: Vec::with_capacity(batch.len()),
            origins: Origins::new(batch.len()),
        };
        let mut number = 0;
        for ResourceSpans {
            resource,
            scope_spans,
            ..
        } in group_spans_by_resource_and_scope(batch, resource)
        {
            let resource = resource.unwrap_or_default();
            for span in scope_spans.iter().flat_map(|scope| &scope.spans) {
                match translate::segments(&resource, span, options) {
                    Ok(segments) => {
                        for segment in segments {
                            made.add(segment, number, limit);
                        }
                    }
                    Err(error) => made.origins.never(
                        number,
                        GivenUp {
                            document: String::new(),
                            id: None,
                            code: "InvalidId".to_owned(),
                            message: format!("{error} (span `{}`)", span.name),
                        },
                    ),
                }
                number += 1;
            }
        }
        made
    }

    fn add(&mut self, segment: xray_segment::Segment, span: usize, limit: usize) {
        let fitted = fit(segment, limit);
        for document in fitted.documents {
            self.origins.add(&document, span);
            self.documents.push(document);
        }
        for cut in fitted.cut {
            // What was cut from a document is marked in it.
            if cut.what.is_empty() {
                self.origins.never(
                    span,
                    GivenUp {
                        document: String::new(),
                        code: "TooLarge".to_owned(),
                        message: format!("its document does not fit into {limit} bytes"),
                        id: Some(cut.id),
                    },
                );
            }
        }
    }
}
