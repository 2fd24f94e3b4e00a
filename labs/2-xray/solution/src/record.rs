//! What a segment or subsegment says about its work, beside how long it took.

/// Whose activities were asked for, on the current span: an annotation, because it is what one searches for.
pub fn user(handle: &str) {
    // #region step 4
    use opentelemetry::{Context, KeyValue, trace::TraceContextExt};

    // An attribute becomes an annotation where the exporter indexes it: see `telemetry::exporter`.
    Context::current()
        .span()
        .set_attribute(KeyValue::new("app.user_handle", handle.to_owned()));
    // #endregion
}

/// When the work was done and how much came of it, on the current span: metadata under `namespace`.
pub fn results(namespace: &str, now: &str, size: usize) {
    // #region step 4
    use opentelemetry::{Context, KeyValue, trace::TraceContextExt};

    // The Collector's convention: a JSON object in `aws.xray.metadata.NAMESPACE` becomes metadata under that namespace.
    let metadata = serde_json::json!({ "now": now, "results-size": size });
    Context::current().span().set_attribute(KeyValue::new(
        format!("aws.xray.metadata.{namespace}"),
        metadata.to_string(),
    ));
    // #endregion
}
