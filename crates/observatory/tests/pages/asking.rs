//! An observatory whose store is in memory and whose clock stands still, and how these tests ask it and read its pages.
//! What is in it is each page's own.

use std::time::{Duration, UNIX_EPOCH};

use axum::{Router, body::Body};
use http::{HeaderMap, Request, StatusCode, header};
use http_body_util::BodyExt;
use observatory::{
    access::Access,
    server::{self, AppState, Clock, Keys},
    store::{Location, Store, StoreOptions},
};
use tower::ServiceExt;

/// When pages are looked at, if a test says no other time: seconds since the Unix epoch.
pub(crate) const NOW: u64 = 1_700_000_400;

pub(crate) struct Observatory {
    pub(crate) state: AppState,
    pub(crate) router: Router,
}

/// An answer, its body as text.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Observatory {
    /// One with nothing in it.
    pub(crate) fn new() -> Self {
        Self::at(NOW)
    }

    /// The same, whose clock stands at this second since the Unix epoch.
    pub(crate) fn at(seconds: u64) -> Self {
        Self::with_keys(Keys::default(), seconds)
    }

    /// The same, to which senders must show a key.
    pub(crate) fn with_keys(keys: Keys, seconds: u64) -> Self {
        let store = Store::open(StoreOptions {
            location: Location::Memory,
            retain_bytes: u64::MAX,
        });
        let clock = Clock::standing(UNIX_EPOCH + Duration::from_secs(seconds));
        let store = store.expect("a store opens");
        let state = AppState::with_clock(store, keys, Access::default(), clock);
        let router = server::router(state.clone());
        Self { state, router }
    }

    pub(crate) async fn answer(&self, request: Request<Body>) -> Answer {
        answer(&self.router, request).await
    }

    /// Asks as a browser on this machine does.
    pub(crate) async fn ask(
        &self,
        request: http::request::Builder,
        body: impl Into<Body>,
    ) -> Answer {
        let request = request.header(header::HOST, "localhost:4318");
        self.answer(request.body(body.into()).expect("a request"))
            .await
    }

    pub(crate) async fn get(&self, address: &str) -> Answer {
        self.ask(Request::get(address), Body::empty()).await
    }

    /// The page at an address, which must be there.
    pub(crate) async fn page(&self, address: &str) -> String {
        let answer = self.get(address).await;
        assert_eq!(answer.status, StatusCode::OK, "{address}: {}", answer.body);
        answer.body
    }
}

/// What a router answers; bytes that are no UTF-8 are shown as such.
pub(crate) async fn answer(router: &Router, request: Request<Body>) -> Answer {
    let response = router.clone().oneshot(request).await.expect("an answer");
    let (parts, body) = response.into_parts();
    let bytes = body.collect().await.expect("a body").to_bytes();
    Answer {
        status: parts.status,
        headers: parts.headers,
        body: String::from_utf8_lossy(&bytes).into_owned(),
    }
}

/// A signature of the right form for a service, such as `xray`; nobody has a secret that it could be checked with.
pub(crate) fn signed(service: &str) -> String {
    let signature = "0123456789abcdef".repeat(4);
    format!(
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260101/us-east-1/{service}/aws4_request, SignedHeaders=host, Signature={signature}"
    )
}

/// The values of an attribute of elements, in the order of the page.
pub(crate) fn values<'a>(page: &'a str, attribute: &str) -> Vec<&'a str> {
    page.split(&format!(" {attribute}=\""))
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .collect()
}

#[track_caller]
pub(crate) fn check_told(page: &str, told: &[&str]) {
    for told in told {
        assert!(page.contains(told), "{told}: {page}");
    }
}

/// A text as it stands in an address.
pub(crate) fn encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => char::from(byte).to_string(),
            byte => format!("%{byte:02X}"),
        })
        .collect()
}
