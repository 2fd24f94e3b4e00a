//! Trace IDs in the two forms in which people and events have them: X-Ray's and the W3C's.

use crate::model::TraceId;

/// A trace ID in X-Ray's form (`1-`, 8 and 24 hex digits) or in the W3C's (32 hex digits).
pub(crate) fn parse(text: &str) -> Option<TraceId> {
    TraceId::parse(text).or_else(|| xray_segment::trace_id::parse(text).map(TraceId))
}

/// The ID as X-Ray writes it.
pub(crate) fn in_xrays_form(id: TraceId) -> String {
    xray_segment::trace_id::to_xray(id.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trace_ids_are_read_in_both_forms() {
        let id = TraceId::parse("4efaaf4d1e8720b39541901950019ee5");
        for text in [
            "4efaaf4d1e8720b39541901950019ee5",
            "1-4efaaf4d-1e8720b39541901950019ee5",
            "1-4EFAAF4D-1E8720B39541901950019EE5",
        ] {
            assert_eq!(parse(text), id, "{text}");
        }
        for text in [
            "",
            "1-4efaaf4d-",
            "2-4efaaf4d-1e8720b39541901950019ee5",
            "1-é",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
