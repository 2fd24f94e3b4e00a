//! What a segment or subsegment says about its work, beside how long it took.

/// Whose activities were asked for, on the current span: an annotation, because it is what one searches for.
pub fn user(handle: &str) {
    // #region step 4
    // TODO(step 4): `app.user_handle` on the current span.
    let _ = handle;
    // #endregion
}

/// When the work was done and how much came of it, on the current span: metadata under `namespace`.
pub fn results(namespace: &str, now: &str, size: usize) {
    // #region step 4
    // TODO(step 4): metadata under `namespace`, by the attribute `aws.xray.metadata.NAMESPACE`.
    let _ = (namespace, now, size);
    // #endregion
}
