//! OpenTelemetry's own events, some of which come while the current context must not be looked at.

use cloudwatch_layer::Json;
use opentelemetry::Context;

use crate::lines;

#[test]
fn opentelemetry_may_log_while_it_changes_the_context() {
    let lines = lines(Json::new(), || {
        // More than there may be, of which OpenTelemetry warns while its stack is locked.
        let guards: Vec<_> = (0..=u16::MAX).map(|_| Context::new().attach()).collect();
        drop(guards);
    });
    assert!(
        lines
            .iter()
            .any(|line| line.contains("Context.AttachFailed") && line.contains("WARN")),
        "{lines:?}"
    );
}

#[test]
fn lines_are_written_where_telemetry_is_suppressed() {
    let lines = lines(Json::new(), || {
        let _guard = Context::enter_telemetry_suppressed_scope();
        tracing::info!("m");
    });
    assert_eq!(lines.len(), 1);
}
