//! When a span began and ended.

use opentelemetry_proto::tonic::trace::v1::span::SpanKind::Internal;
use serde_json::{Value as Json, json};

use crate::spans::{Case, check};

#[test]
fn times() {
    check(
        "times are seconds, true to the microsecond",
        Internal,
        json!({"@nanos": [1_700_000_000_123_456_000_u64, 1_799_999_999_999_999_000_u64]}),
        json!({"/start_time": 1_700_000_000.123_456, "/end_time": 1_799_999_999.999_999, "/in_progress": null}),
    );
    check(
        "a span that has not ended is in progress",
        Internal,
        json!({"@nanos": [1_700_000_000_000_000_000_u64, 0]}),
        json!({"/start_time": 1_700_000_000.0, "/end_time": null, "/in_progress": true}),
    );
}

/// Dividing the nanoseconds as one double is off by a microsecond's last digit now and then.
#[test]
fn every_microsecond() {
    for micros in (1_700_000_000_000_000_u64..).step_by(7_654_321).take(2_000) {
        let case = Case::new(Internal, json!({"@nanos": [micros * 1_000, 0]}));
        let document = &case.documents("times")[0];
        let (seconds, rest) = (micros / 1_000_000, micros % 1_000_000);
        let written: Json = serde_json::from_str(&format!("{seconds}.{rest:06}")).unwrap();
        assert_eq!(document["start_time"], written, "{micros} µs");
    }
}
