//! What the learner instruments: a greeting and a count. Where the spans go is the grader's to say.

use opentelemetry_sdk::trace::SdkTracer;

/// Greets.
pub fn hello(tracer: &SdkTracer) -> &'static str {
    // #region step 1
    use opentelemetry::trace::Tracer as _;

    // A closure, so that the span ends on every way out.
    tracer.in_span("hello", |_| "Hello")
    // #endregion
}

/// How many words there are.
pub fn count(tracer: &SdkTracer, words: &[&str]) -> usize {
    // #region step 2
    use opentelemetry::KeyValue;
    use opentelemetry::trace::{TraceContextExt as _, Tracer as _};

    tracer.in_span("count", |context| {
        let count = words.len();
        // An integer, so that a query can sum it.
        let attribute = KeyValue::new("app.words", count as i64);
        context.span().set_attribute(attribute);
        count
    })
    // #endregion
}
