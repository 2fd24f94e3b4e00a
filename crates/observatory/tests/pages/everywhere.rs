//! What all pages have: guards, files, addresses that none has, the clock, and what tells them that something arrived.

use std::time::Duration;

use http::{Request, StatusCode, header};

use crate::{
    asking::{Observatory, values},
    spans::{root, sample, trace_id},
};

#[tokio::test]
async fn an_address_that_no_page_has_is_told_in_a_page() {
    let observatory = Observatory::new();
    let request = |accept: &str| {
        let request = Request::get("/tarces/%3Cb%3E").header(header::ACCEPT, accept);
        observatory.ask(request, "")
    };
    let page = request("text/html,application/xhtml+xml").await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    assert!(page.headers.contains_key(header::CONTENT_SECURITY_POLICY));
    assert!(page.body.contains("There is no page here"));
    assert!(page.body.contains("/tarces/%3Cb%3E"), "{}", page.body);
    let line = request("*/*").await;
    assert_eq!(line.status, StatusCode::NOT_FOUND);
    assert!(line.body.starts_with("there is nothing at /tarces"));
}

#[tokio::test]
async fn pages_go_by_the_clock_that_they_are_given() {
    let observatory = Observatory::at(1_700_000_400);
    observatory
        .send(vec![("backend", root(1, "GET /", 5))])
        .await;
    let page = observatory.get("/").await.body;
    assert!(page.contains("6 min ago"), "{page}");
    // The script goes by it too, and this one stands.
    let told = r#" data-now-unix-ms="1700000400000" data-clock-stands>"#;
    assert!(page.contains(told), "{page}");
}

#[tokio::test]
async fn a_waiting_page_is_told_when_something_arrives() {
    let observatory = Observatory::new();
    let now = observatory.get("/events").await.body;
    let generation: u64 = now
        .trim_start_matches("{\"generation\":")
        .trim_end_matches('}')
        .parse()
        .expect("a number");
    let address = format!("/events?since={generation}");
    let waiting = observatory.get(&address);
    let told = async {
        let (told, ()) = tokio::join!(
            waiting,
            observatory.send(vec![("backend", root(1, "get", 1))])
        );
        told
    };
    let told = tokio::time::timeout(Duration::from_secs(5), told)
        .await
        .expect("told in time");
    assert_ne!(told.body, now);
    // Whoever asks with an old number is told at once.
    assert_eq!(observatory.get(&address).await.body, told.body);
}

#[tokio::test]
async fn a_waiting_page_does_not_hold_up_the_end() {
    let (stop, stopping) = tokio::sync::watch::channel(false);
    let mut observatory = Observatory::new();
    let now = observatory.get("/events").await.body;
    let generation: String = now.chars().filter(char::is_ascii_digit).collect();
    observatory.router = observatory
        .router
        .layer(axum::Extension(observatory::server::Stopping(stopping)));
    let address = format!("/events?since={generation}");
    let told = async { tokio::join!(observatory.get(&address), async { stop.send(true) }).0 };
    let told = tokio::time::timeout(Duration::from_secs(5), told)
        .await
        .expect("told in time");
    assert_eq!(told.status, StatusCode::SERVICE_UNAVAILABLE);
}

#[tokio::test]
async fn every_answer_is_guarded_and_every_file_is_there() {
    let observatory = sample().await;
    let page = observatory.page("/").await;
    let files: Vec<&str> = values(&page, "href")
        .into_iter()
        .chain(values(&page, "src"))
        .filter(|address| address.starts_with("/assets/"))
        .collect();
    assert_eq!(files.len(), 3, "{files:?}");
    let trace = format!("/trace/{}", trace_id(1));
    for address in files.iter().copied().chain([
        "/",
        "/traces",
        &trace,
        "/trace/x",
        "/events",
        "/assets/none",
    ]) {
        let answer = observatory.get(address).await;
        let policy = answer.headers[header::CONTENT_SECURITY_POLICY]
            .to_str()
            .expect("text");
        assert!(
            policy.starts_with("default-src 'none'") && !policy.contains("unsafe"),
            "{address}"
        );
        assert_eq!(
            answer.headers[header::X_CONTENT_TYPE_OPTIONS],
            "nosniff",
            "{address}"
        );
        assert_eq!(
            answer.headers[header::REFERRER_POLICY],
            "same-origin",
            "{address}"
        );
        let kept = answer.headers[header::CACHE_CONTROL]
            .to_str()
            .expect("text");
        assert_eq!(
            kept.contains("immutable"),
            files.contains(&address),
            "{address}"
        );
    }
}
