//! What the learner instruments: a greeting and a count. Where the spans go is the grader's to say.

use opentelemetry_sdk::trace::SdkTracer;

/// Greets.
pub fn hello(tracer: &SdkTracer) -> &'static str {
    // #region step 1
    // TODO(step 1): the span `hello` round the greeting.
    let _ = tracer;
    "Hello"
    // #endregion
}

/// How many words there are.
pub fn count(tracer: &SdkTracer, words: &[&str]) -> usize {
    // #region step 2
    // TODO(step 2): the span `count` round the counting, with the attribute `app.words`.
    let _ = tracer;
    words.len()
    // #endregion
}
