//! What completion asks for.

use http::StatusCode;
use serde_json::{Value as Json, json};

use super::asking::{NOW, sample};
use crate::asking::Observatory;

#[tokio::test]
async fn fields_and_values_are_those_that_are_stored() {
    let observatory = sample().await;
    let answer: Json =
        serde_json::from_str(&observatory.page("/api/fields?of=spans").await).expect("JSON");
    let fields = answer["fields"].as_array().expect("a list");
    let field = |name: &str| fields.iter().find(|field| field["name"] == name);
    assert_eq!(
        field("user.id"),
        Some(&json!({"name": "user.id", "is_number": false, "is_text": true, "rows": 3}))
    );
    assert!(field("duration_ms").is_some_and(|field| field["is_number"] == true));

    let values = observatory.page("/api/values?field=user.id&limit=9").await;
    let values: Json = serde_json::from_str(&values).expect("JSON");
    assert_eq!(
        values,
        json!({"values": [{"value": "bayko", "rows": 2}, {"value": "andrew", "rows": 1}]})
    );
    let values = observatory
        .page("/api/values?field=user.id&prefix=an")
        .await;
    assert_eq!(values, r#"{"values":[{"rows":1,"value":"andrew"}]}"#);
    for of in ["segments", "logs"] {
        assert_eq!(
            observatory.page(&format!("/api/fields?of={of}")).await,
            r#"{"fields":[]}"#
        );
    }
}

#[tokio::test]
async fn what_cannot_be_completed_is_refused_with_a_reason() {
    let observatory = Observatory::at(NOW);
    for (address, part) in [
        ("/api/fields?of=metrics", "spans, segments, logs"),
        ("/api/fields?fo=spans", "`fo` is no parameter"),
        ("/api/values?of=spans", "field"),
        ("/api/values?field=a&limit=x", "a number from 1"),
    ] {
        let answer = observatory.get(address).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{address}");
        assert!(answer.body.contains(part), "{address}: {}", answer.body);
    }
}
