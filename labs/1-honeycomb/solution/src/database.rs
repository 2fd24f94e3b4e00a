//! A span round every query that the store runs.

use cruddur::Query;

/// Runs one query. The store calls it for each of its queries, on the thread of the request.
pub fn around_query(query: &Query, run: &mut dyn FnMut()) {
    // #region step 6
    use opentelemetry::{
        KeyValue, global,
        trace::{SpanKind, Tracer},
    };
    use opentelemetry_semantic_conventions::attribute::{
        DB_COLLECTION_NAME, DB_OPERATION_NAME, DB_QUERY_TEXT, DB_SYSTEM_NAME,
    };

    let tracer = global::tracer("honeycomb");
    let span = tracer
        .span_builder(format!("{} {}", query.operation, query.collection))
        .with_kind(SpanKind::Client)
        .with_attributes([
            KeyValue::new(DB_SYSTEM_NAME, "sqlite"),
            KeyValue::new(DB_OPERATION_NAME, query.operation),
            KeyValue::new(DB_COLLECTION_NAME, query.collection),
            // The text has placeholders: what a user typed stays out of the trace.
            KeyValue::new(DB_QUERY_TEXT, query.text),
        ]);
    tracer.in_span_with_builder(span, |_| run());
    // #endregion
}
