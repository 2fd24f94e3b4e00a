//! The profiles service, and the back end when the service answers, fails, or is not there.

use std::sync::Arc;

use axum::Router;
use axum::http::StatusCode;
use axum::routing::get as getting;
use cruddur::{Cruddur, Error, HttpProfiles, ProfilesError, profiles_routes};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::asking::{get, local, post, router};

/// Serves on a free port until the test ends.
async fn serve(service: Router) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move { axum::serve(listener, service).await });
    format!("http://{address}")
}

async fn nobody_there() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    format!("http://{}", listener.local_addr().expect("an address"))
}

fn asking(base_url: &str) -> Cruddur {
    local().with_profiles(Arc::new(HttpProfiles::new(base_url)))
}

#[tokio::test]
async fn the_service_knows_its_users() {
    for (path, status, expected) in [
        (
            "/profiles/@andrewbrown",
            200,
            json!({"handle": "andrewbrown", "display_name": "Andrew Brown"}),
        ),
        (
            "/profiles/@bayko",
            200,
            json!({"handle": "bayko", "display_name": "Andrew Bayko"}),
        ),
        ("/profiles/@nobody", 404, json!(["profile_not_found"])),
        ("/profiles/@%00", 404, json!(["profile_not_found"])),
        ("/profiles/@%20", 422, json!(["blank_user_handle"])),
        ("/profiles/@%FF", 400, json!(["malformed_path"])),
        ("/profiles/bayko", 404, Value::Null),
    ] {
        let answer = get(&profiles_routes(), path).await;
        assert_eq!(
            (answer.status.as_u16(), answer.json),
            (status, expected),
            "{path}"
        );
    }
}

#[tokio::test]
async fn names_come_over_http_and_unknown_handles_name_themselves() {
    let router = router(asking(&serve(profiles_routes()).await));
    for receiver in ["nobody", "a/b?c=#%", "..", "worf"] {
        let body = json!({"user_receiver_handle": receiver, "message": "Hi"}).to_string();
        let answer = post(&router, "/api/messages", body).await;
        assert_eq!(answer.json["display_name"], "Andrew Brown");
    }
    let groups = get(&router, "/api/message_groups").await.json;
    let names: Vec<&Value> = groups
        .as_array()
        .expect("a list")
        .iter()
        .map(|group| &group["display_name"])
        .collect();
    assert_eq!(names, ["Worf", "..", "a/b?c=#%", "nobody", "Andrew Bayko"]);
}

async fn check_502(base_url: &str, expected: fn(&ProfilesError) -> bool) {
    let router = router(asking(base_url));
    let crud = r#"{"message": "Hi", "ttl": "1-day"}"#;
    let message = r#"{"message": "Hi", "user_receiver_handle": "worf"}"#;
    for answer in [
        get(&router, "/api/message_groups").await,
        get(&router, "/api/messages/@worf").await,
        post(&router, "/api/activities", crud).await,
        post(&router, "/api/messages", message).await,
    ] {
        assert_eq!(
            (answer.status, answer.json),
            (StatusCode::BAD_GATEWAY, json!(["profiles_unavailable"]))
        );
        let failure = answer.failure.expect("a failure is among the extensions");
        assert!(
            matches!(&*failure.0, Error::Profiles(cause) if expected(cause)),
            "{}",
            failure.message()
        );
        assert!(
            failure
                .message()
                .starts_with("the display name cannot be had from the profiles service: ")
        );
    }
    // Nothing was stored, and what needs no names still works.
    let home = get(&router, "/api/activities/home").await;
    assert_eq!(home.json.as_array().map(Vec::len), Some(3));
}

#[tokio::test]
async fn without_the_service_what_needs_names_answers_502() {
    check_502(&nobody_there().await, |error| {
        matches!(error, ProfilesError::Unreachable(_))
    })
    .await;
}

#[tokio::test]
async fn a_service_that_fails_gives_502() {
    let failing = Router::new().fallback(getting(async || StatusCode::SERVICE_UNAVAILABLE));
    check_502(
        &serve(failing).await,
        |error| matches!(error, ProfilesError::Status(status) if *status == 503),
    )
    .await;
}

#[tokio::test]
async fn a_service_that_talks_nonsense_gives_502() {
    let nonsense = Router::new().fallback(getting(async || "<html>"));
    check_502(&serve(nonsense).await, |error| {
        matches!(error, ProfilesError::Unreadable(_))
    })
    .await;
}

#[tokio::test]
async fn an_address_that_is_none_gives_502() {
    check_502("mailto:profiles", |error| {
        matches!(error, ProfilesError::Address)
    })
    .await;
}

#[test]
fn the_request_keeps_the_path_of_the_address_and_ends_in_time() {
    for (base_url, handle, url) in [
        (
            "http://localhost:4568",
            "worf",
            "http://localhost:4568/profiles/@worf",
        ),
        (
            "http://localhost:4568/",
            "a b/c",
            "http://localhost:4568/profiles/@a%20b%2Fc",
        ),
        (
            "http://gateway/people/",
            "worf",
            "http://gateway/people/profiles/@worf",
        ),
    ] {
        let request = cruddur::profiles::request(base_url, handle).expect("a request");
        assert_eq!(request.url().as_str(), url);
        assert_eq!(request.timeout(), Some(&cruddur::profiles::TIMEOUT));
    }
}
