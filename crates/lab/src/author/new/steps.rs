//! The graders of lab @NUMBER@: one test for each step. They look at nothing but what was exported.

use prelinked as _; // links what it holds dynamically: a save links only the lab

use opentelemetry::trace::TracerProvider as _;
use opentelemetry_sdk::trace::SdkTracer;
use span_snapshot::{InProcess, SpanTree, assert_span_snapshot, verdict};

/// What `run` exports.
fn exported(run: impl FnOnce(&SdkTracer)) -> SpanTree {
    let spans = InProcess::new();
    run(&spans.provider_for("grader").tracer("grader"));
    spans.tree().without_resource().without_scope()
}

/// One span round the greeting, and the greeting as before.
#[test]
fn step_1_hello() {
    let mut greeting = "";
    assert_span_snapshot!(exported(|tracer| greeting = @CRATE@::hello(tracer)));
    if greeting != "Hello" {
        verdict(
            "answer-changed",
            &format!("the greeting is {greeting:?}, and was \"Hello\""),
            "return what `in_span` returns: a span is put round the work, it does not replace its result",
        );
    }
}

/// One span round the counting, with the count as an integer.
#[test]
fn step_2_count() {
    assert_span_snapshot!(exported(|tracer| {
        @CRATE@::count(tracer, &["one", "two", "three"]);
    }));
}
