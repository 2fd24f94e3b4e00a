//! Whatever a request has in it, the answer is a 4xx with the API's codes: never a panic, never a 5xx.

use crate::asking::{get, local, post, router, send};
use axum::body::Body;
use axum::http::{Method, Request};
use http_body_util::{BodyExt as _, Full, Limited};
use proptest::prelude::*;
use serde_json::{Value, json};

const REPLY: &str = "/api/activities/68f126b0-1ceb-4a33-88be-d90fa7109eee/reply";
const UNKNOWN: &str = "/api/activities/00000000-0000-4000-8000-0000000000ff";

async fn check_post(path: &str, body: impl Into<Body>, status: u16, codes: &[&str]) {
    let answer = post(&router(local()), path, body).await;
    assert_eq!(
        (answer.status.as_u16(), answer.json),
        (status, json!(codes)),
        "POST {path}"
    );
    let failure = answer.failure.expect("a failure is among the extensions");
    assert_eq!(failure.code(), codes[0]);
    assert_eq!(failure.0.status().as_u16(), status);
}

async fn check_get(path: &str, status: u16, codes: &[&str]) {
    let answer = get(&router(local()), path).await;
    assert_eq!(
        (answer.status.as_u16(), answer.json),
        (status, json!(codes)),
        "GET {path}"
    );
    assert_eq!(
        answer
            .failure
            .expect("a failure is among the extensions")
            .code(),
        codes[0]
    );
}

#[tokio::test]
async fn fields_missing_blank_or_of_another_type() {
    let both = ["ttl_blank", "message_blank"];
    for body in [
        "{}",
        "[]",
        "null",
        "7",
        r#""text""#,
        r#"{"message": null, "ttl": 7}"#,
        r#"{"message": " \n", "ttl": ""}"#,
    ] {
        check_post("/api/activities", body, 422, &both).await;
        check_post(REPLY, body, 422, &["message_blank"]).await;
        check_post(
            "/api/messages",
            body,
            422,
            &["user_reciever_handle_blank", "message_blank"],
        )
        .await;
    }
    check_post(
        "/api/activities",
        r#"{"message": "Hi"}"#,
        422,
        &["ttl_blank"],
    )
    .await;
    check_post(
        "/api/activities",
        r#"{"message": "Hi", "ttl": "2-days"}"#,
        422,
        &["ttl_blank"],
    )
    .await;
    check_post(
        "/api/activities",
        r#"{"message": ["Hi"], "ttl": "1-day"}"#,
        422,
        &["message_blank"],
    )
    .await;
}

#[tokio::test]
async fn texts_over_their_limits_in_characters_not_bytes() {
    let over = ["message_exceed_max_chars"];
    let activity = |chars| json!({"ttl": "1-day", "message": "🐙".repeat(chars)}).to_string();
    check_post("/api/activities", activity(281), 422, &over).await;
    check_post(REPLY, activity(281), 422, &over).await;
    let message =
        |chars| json!({"user_receiver_handle": "worf", "message": "🐙".repeat(chars)}).to_string();
    check_post("/api/messages", message(1025), 422, &over).await;
    let handle = json!({"user_receiver_handle": "w".repeat(65), "message": "Hi"}).to_string();
    check_post(
        "/api/messages",
        handle,
        422,
        &["user_reciever_handle_exceed_max_chars"],
    )
    .await;

    let router = router(local());
    assert_eq!(
        post(&router, "/api/activities", activity(280)).await.status,
        200
    );
    assert_eq!(post(&router, REPLY, activity(280)).await.status, 200);
    assert_eq!(
        post(&router, "/api/messages", message(1024)).await.status,
        200
    );
}

#[tokio::test]
async fn bodies_that_are_no_json() {
    for body in [
        "",
        "{",
        "{\"message\": \"\\ud800\"}",
        "message=Hi",
        "\u{0}",
        "{} {}",
    ] {
        check_post("/api/activities", body.to_owned(), 400, &["malformed_json"]).await;
    }
    check_post(
        "/api/activities",
        vec![0x22, 0xff, 0x22],
        400,
        &["malformed_json"],
    )
    .await;
    check_post(
        "/api/activities",
        "[".repeat(60_000),
        400,
        &["malformed_json"],
    )
    .await;
    check_post(
        "/api/activities",
        " ".repeat(64 * 1024 + 1),
        413,
        &["body_too_large"],
    )
    .await;
    let broken =
        Limited::new(Full::from("{}"), 1).map_err(|_| std::io::Error::other("connection reset"));
    check_post(
        "/api/activities",
        Body::new(broken),
        400,
        &["body_unreadable"],
    )
    .await;
}

#[tokio::test]
async fn bodies_that_do_not_say_that_they_are_json() {
    for (content_type, status) in [
        (None, 415),
        (Some("text/plain"), 415),
        (Some("application/x-www-form-urlencoded"), 415),
        (Some("application/json; charset=utf-8"), 200),
        (Some("APPLICATION/JSON"), 200),
        (Some("application/vnd.cruddur+json"), 200),
    ] {
        let mut request = Request::post("/api/activities");
        if let Some(content_type) = content_type {
            request = request.header("content-type", content_type);
        }
        let body = Body::from(r#"{"message": "Hi", "ttl": "1-day"}"#);
        let answer = send(&router(local()), request.body(body).expect("a request")).await;
        assert_eq!(answer.status, status, "{content_type:?}");
        if status == 415 {
            assert_eq!(answer.json, json!(["unsupported_media_type"]));
        }
    }
}

#[tokio::test]
async fn paths_and_queries() {
    check_get("/api/activities/@", 422, &["blank_user_handle"]).await;
    check_get("/api/activities/@%20", 422, &["blank_user_handle"]).await;
    check_get("/api/messages/@%09", 422, &["blank_user_handle"]).await;
    check_get("/api/activities/@%FF", 400, &["malformed_path"]).await;
    for query in ["", "?term=", "?term=%20", "?other=x", "?term"] {
        check_get(
            &format!("/api/activities/search{query}"),
            422,
            &["search_term_blank"],
        )
        .await;
    }
    check_get(UNKNOWN, 404, &["activity_not_found"]).await;
    check_get("/api/activities/%2e%2e", 404, &["activity_not_found"]).await;
    check_get(
        "/api/activities/%40andrewbrown",
        404,
        &["activity_not_found"],
    )
    .await;
    check_post(
        &format!("{UNKNOWN}/reply"),
        r#"{"message": "Hi"}"#,
        404,
        &["activity_not_found"],
    )
    .await;
    check_post(&format!("{UNKNOWN}/reply"), "{}", 422, &["message_blank"]).await;
    check_post(
        "/api/activities/no-uuid/reply",
        r#"{"message": "Hi"}"#,
        404,
        &["activity_not_found"],
    )
    .await;
}

#[tokio::test]
async fn other_methods_and_other_paths() {
    let router = router(local());
    for (method, path, status) in [
        (Method::DELETE, "/api/activities/home", 405),
        (Method::GET, "/api/messages", 405),
        (Method::HEAD, "/api/activities/home", 200),
        (Method::GET, "/api/activities/home/", 404),
        (Method::GET, "/", 404),
    ] {
        let request = Request::builder()
            .method(&method)
            .uri(path)
            .body(Body::empty())
            .expect("a request");
        assert_eq!(
            send(&router, request).await.status,
            status,
            "{method} {path}"
        );
    }
}

/// JSON that is sometimes what the routes want and mostly not.
fn bodies() -> impl Strategy<Value = Vec<u8>> {
    let text = prop_oneof![
        any::<String>(),
        Just("1-day".to_owned()),
        "\\PC{0,300}",
        "[a-z🐙\u{0}]{1020,1030}"
    ];
    let value = prop_oneof![
        text.prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        Just(Value::Null)
    ];
    let field = prop_oneof![
        Just("message"),
        Just("ttl"),
        Just("user_receiver_handle"),
        Just("other")
    ];
    let object = prop::collection::hash_map(field, value, 0..4);
    prop_oneof![
        prop::collection::vec(any::<u8>(), 0..300),
        any::<String>().prop_map(String::into_bytes),
        object.prop_map(|fields| json!(fields).to_string().into_bytes()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn no_body_gives_a_5xx(body in bodies()) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        runtime.block_on(async {
            let router = router(local());
            for path in ["/api/activities", "/api/messages", REPLY] {
                let status = post(&router, path, body.clone()).await.status;
                assert!(status.as_u16() < 500, "POST {path}: {status}");
            }
            for path in ["/api/activities/home", "/api/message_groups", "/api/messages/@andrewbrown"] {
                assert_eq!(get(&router, path).await.status, 200);
            }
        });
    }

    #[test]
    fn no_path_gives_a_5xx(bytes in prop::collection::vec(any::<u8>(), 0..40)) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        runtime.block_on(async {
            let router = router(local());
            let encoded: String = bytes.iter().map(|byte| format!("%{byte:02x}")).collect();
            for path in ["/api/activities/", "/api/activities/@", "/api/messages/@", "/api/activities/search?term="] {
                let status = get(&router, &format!("{path}{encoded}")).await.status;
                assert!(status.as_u16() < 500, "GET {path}{encoded}: {status}");
            }
        });
    }
}
