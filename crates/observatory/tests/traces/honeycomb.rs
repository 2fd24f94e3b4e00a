//! `GET /1/auth`.

use serde_json::json;

use crate::running::Running;

#[tokio::test]
async fn tells_who_a_key_is() {
    let unknown = json!({"error": "unknown API key - check your credentials"});
    let locked = Running::with_key(Some("right")).await;
    let open = Running::start().await;
    for (rule, observatory, key, status) in [
        ("the key", &locked, Some("right"), 200),
        ("another key", &locked, Some("wrong"), 401),
        ("no key", &locked, None, 401),
        ("any key where none is required", &open, Some("any"), 200),
        ("no key where none is required", &open, None, 401),
    ] {
        let mut request = observatory.client.get(observatory.url("/1/auth"));
        if let Some(key) = key {
            request = request.header("x-honeycomb-team", key);
        }
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), status, "{rule}");
        let text = response.text().await.unwrap();
        assert!(!text.contains("right"), "{rule}: the key is told");
        let body: serde_json::Value = serde_json::from_str(&text).unwrap();
        if status == 401 {
            assert_eq!(body, unknown, "{rule}");
        } else {
            for field in ["id", "type", "api_key_access"] {
                assert!(!body[field].is_null(), "{rule}: {field}");
            }
            for part in ["environment", "team"] {
                assert!(
                    body[part]["name"].is_string() && body[part]["slug"].is_string(),
                    "{rule}: {part}"
                );
            }
        }
    }
}
