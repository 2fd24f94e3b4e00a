//! An observatory whose clock the test sets, and calls to it.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, UNIX_EPOCH},
};

use axum::{Router, body::Body};
use http::Request;
use http_body_util::BodyExt;
use observatory::{
    access::Access,
    server::{self, AppState, Keys, Live, Telemetry},
    store::{Location, Store, StoreOptions},
};
use serde_json::Value;
use tower::ServiceExt;

/// When the observatory's clock begins.
pub(crate) const START: u64 = 1_700_000_000;

/// An observatory.
pub(crate) struct Observatory {
    router: Router,
    state: AppState,
    clock: Arc<AtomicU64>,
}

/// What it answered: status, the error's name, the body.
#[derive(Debug, PartialEq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) error: Option<String>,
    pub(crate) body: Value,
}

impl Answer {
    #[track_caller]
    pub(crate) fn ok(self) -> Value {
        assert_eq!(self.status, 200, "{self:?}");
        self.body
    }

    /// That it was refused: the error's name, and a piece of its message.
    #[track_caller]
    pub(crate) fn refused(&self, case: &str, name: &str, piece: &str) {
        let message = self.body["Message"].as_str().unwrap_or_default();
        assert_eq!(self.error.as_deref(), Some(name), "{case}: {self:?}");
        assert!(
            message.contains(piece),
            "{case}: no {piece:?} in {message:?}"
        );
        let status = match name {
            "ResourceNotFoundException" => 404,
            _ => 400,
        };
        assert_eq!(self.status, status, "{case}");
    }
}

impl Observatory {
    /// One whose store is in memory.
    pub(crate) fn start() -> Self {
        let options = StoreOptions {
            location: Location::Memory,
            retain_bytes: u64::MAX,
        };
        let store = Store::open(options).unwrap();
        let clock = Arc::new(AtomicU64::new(START * 1000));
        let now = clock.clone();
        let live = Live::with_clock(move || {
            UNIX_EPOCH + Duration::from_millis(now.load(Ordering::SeqCst))
        });
        let state = AppState {
            xray: Arc::new(live),
            ..AppState::new(store, Keys::new(None), Access::default())
        };
        Self {
            router: server::router(state.clone()),
            state,
            clock,
        }
    }

    /// Moves the clock on.
    pub(crate) fn advance(&self, seconds: u64) {
        self.clock.fetch_add(seconds * 1000, Ordering::SeqCst);
    }

    pub(crate) fn telemetry(&self) -> Telemetry {
        self.state.xray.telemetry()
    }

    pub(crate) async fn call(&self, path: &str, body: Value) -> Answer {
        self.call_from("eu-west-1", path, body.to_string()).await
    }

    /// A call signed for that region.
    pub(crate) async fn call_from(
        &self,
        region: &str,
        path: &str,
        body: impl Into<Body>,
    ) -> Answer {
        let signature = "0".repeat(64);
        let authorization = format!(
            "AWS4-HMAC-SHA256 Credential=AKID/20260101/{region}/xray/aws4_request, SignedHeaders=host, Signature={signature}"
        );
        let request = Request::post(path)
            .header("host", "localhost")
            .header("authorization", authorization)
            .body(body.into())
            .unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let status = response.status().as_u16();
        let error = response.headers().get("x-amzn-errortype");
        let error = error.map(|name| name.to_str().unwrap().to_owned());
        let body = response.into_body().collect().await.unwrap().to_bytes();
        Answer {
            status,
            error,
            body: serde_json::from_slice(&body)
                .unwrap_or_else(|_| String::from_utf8_lossy(&body).into()),
        }
    }
}
