//! A span with all of its fields: the example of `docs/concepts/anatomy-of-a-span.md`, which includes it and its tree.

use opentelemetry::{
    KeyValue,
    trace::{
        Link, SpanContext, SpanKind, Status, TraceContextExt as _, Tracer as _, TracerProvider as _,
    },
};
use opentelemetry_sdk::trace::SdkTracer;
use span_snapshot::{InProcess, assert_span_snapshot};

// ANCHOR: span
/// Reads the report of the night, which a job in another trace has made.
fn read_report(tracer: &SdkTracer, made_by: SpanContext) -> Result<String, std::io::Error> {
    let span = tracer
        .span_builder("read report")
        .with_kind(SpanKind::Internal)
        .with_attributes([KeyValue::new("app.report.pages", 12)])
        .with_links(vec![Link::with_context(made_by)]);
    tracer.in_span_with_builder(span, |context| {
        let read = std::fs::read_to_string("no/such/report");
        if let Err(error) = &read {
            let span = context.span();
            span.add_event(
                "exception",
                vec![
                    KeyValue::new("exception.type", error.kind().to_string()),
                    KeyValue::new("exception.message", "the report is not there"),
                ],
            );
            span.set_status(Status::error("the report is not there"));
        }
        read
    })
}
// ANCHOR_END: span

#[test]
fn a_span_with_all_of_its_fields() {
    let spans = InProcess::new();
    let tracer = spans.provider_for("backend").tracer("book");
    let mut made_by = SpanContext::empty_context();
    tracer.in_span("nightly job", |context| {
        made_by = context.span().span_context().clone();
    });
    let read = tracer.in_span("GET /report", |_| read_report(&tracer, made_by));
    assert!(read.is_err());
    assert_span_snapshot!("anatomy", spans.tree());
}
