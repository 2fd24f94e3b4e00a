//! Links to other traces.

use opentelemetry_proto::tonic::trace::v1::span::SpanKind::{Client, Consumer};
use serde_json::json;

use crate::spans::check;

#[test]
fn links() {
    check(
        "a link has IDs and attributes",
        Consumer,
        json!({"@links": [{"trace": vec![0x5f; 16], "span": vec![7; 8], "attributes": {"a": 1, "b": ["c"]}}]}),
        json!({"/links": [{
            "trace_id": "1-5f5f5f5f-5f5f5f5f5f5f5f5f5f5f5f5f",
            "id": "0707070707070707",
            "attributes": {"a": 1, "b": ["c"]},
        }]}),
    );
    check(
        "a subsegment has links too",
        Client,
        json!({"@parent": 1, "@links": [{"trace": vec![1; 16], "span": vec![7; 8]}]}),
        json!({"/links": [{"trace_id": "1-01010101-010101010101010101010101", "id": "0707070707070707"}]}),
    );
    check(
        "a link without usable trace ID is left out, the others stay",
        Consumer,
        json!({"@links": [
            {"trace": vec![0; 16], "span": vec![7; 8]},
            {"trace": vec![1; 15], "span": vec![7; 8]},
            {"trace": vec![1; 16], "span": vec![8; 8]},
        ]}),
        json!({"/links": [{"trace_id": "1-01010101-010101010101010101010101", "id": "0808080808080808"}]}),
    );
    check(
        "a link to a whole trace has no span ID",
        Consumer,
        json!({"@links": [{"trace": vec![1; 16], "span": vec![0; 8]}]}),
        json!({"/links": [{"trace_id": "1-01010101-010101010101010101010101"}]}),
    );
    check(
        "no links are left out",
        Consumer,
        json!({}),
        json!({"/links": null}),
    );
}
