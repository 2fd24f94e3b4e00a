//! What the HTTP handlers share, the router that puts them together, and serving it.
//! The handlers themselves live with their protocols.

use std::{net::SocketAddr, sync::Arc};

use axum::{
    Extension, Router,
    extract::{Request, State},
    middleware::{self, Next},
    response::{IntoResponse, Response},
};
use http::{Method, StatusCode, header};
use tokio::{net::TcpListener, sync::watch};

use crate::{
    access::Access,
    administration, honeycomb, jaeger,
    journal::{self, Refused},
    logs, openapi, otlp, questions,
    store::Store,
    xray,
};

pub use crate::{
    clock::Clock,
    honeycomb::Keys,
    journal::{
        about::About,
        arrivals::{Arrivals, FromSender, Kind, Sender, ToldArrivals},
        refusals::{By, Refusal, Refusals, Told},
        rolling::Count,
    },
    logs::{Live as LogsLive, QueryLimits},
    stopping::Stopping,
    xray::{
        daemon::XrayDaemon,
        orphans::Orphans,
        settings::{Live, Telemetry},
    },
};

/// What every handler may use; cheap to clone.
#[derive(Clone)]
pub struct AppState {
    /// What pages and answers go by; `xray` and `logs` have it too.
    pub clock: Clock,
    /// Where spans and log events are kept.
    pub store: Store,
    /// What senders must show.
    pub keys: Keys,
    /// Who may talk to it.
    pub access: Arc<Access>,
    /// How it was started.
    pub about: Arc<About>,
    /// What arrived.
    pub arrivals: Arc<Arrivals>,
    /// What was sent and could not be taken.
    pub refusals: Arc<Refusals>,
    /// Traces with subsegments that wait for their segment.
    pub orphans: Arc<Orphans>,
    /// What X-Ray remembers only while the program runs, and its clock.
    pub xray: Arc<Live>,
    /// What CloudWatch Logs remembers only while the program runs, and its clock.
    pub logs: Arc<LogsLive>,
}

impl AppState {
    /// Around an open store; nothing has been refused yet.
    pub fn new(store: Store, keys: Keys, access: Access) -> Self {
        Self::with_clock(store, keys, access, Clock::default())
    }

    /// The same with another clock than the system's.
    pub fn with_clock(store: Store, keys: Keys, access: Access, clock: Clock) -> Self {
        let time = |clock: &Clock| {
            let clock = clock.clone();
            move || clock.time()
        };
        Self {
            store,
            keys,
            access: Arc::new(access),
            about: Arc::new(About {
                started: Some(clock.time()),
                ..About::default()
            }),
            arrivals: Arc::new(Arrivals::with_clock(clock.clone())),
            refusals: Arc::new(Refusals::with_clock(clock.clone())),
            orphans: Arc::default(),
            xray: Arc::new(Live::with_clock(time(&clock))),
            logs: Arc::new(LogsLive::with_clock(time(&clock))),
            clock,
        }
    }
}

/// Everything that the HTTP port serves.
pub fn router(state: AppState) -> Router {
    Router::new()
        .merge(otlp::http::router())
        .merge(honeycomb::router())
        .merge(jaeger::router())
        .merge(administration::router())
        .merge(questions::router())
        .merge(openapi::router())
        .merge(xray::router())
        .merge(logs::router())
        .merge(crate::pages::router())
        .fallback(nothing)
        .layer(middleware::from_fn_with_state(state.clone(), readable))
        .layer(middleware::from_fn_with_state(
            state.clone(),
            crate::access::guard,
        ))
        .layer(middleware::from_fn_with_state(state.clone(), journal::note))
        .with_state(state)
}

/// A path that is no text when it is decoded leads nowhere.
async fn readable(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let path = request.uri().path().as_bytes();
    let mut decoded = Vec::with_capacity(path.len());
    let mut at = 0;
    while let Some(&byte) = path.get(at) {
        let digits = path
            .get(at + 1..at + 3)
            .and_then(|it| str::from_utf8(it).ok());
        let code = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match code.filter(|_| byte == b'%') {
            Some(code) => {
                decoded.push(code);
                at += 3;
            }
            None => {
                decoded.push(byte);
                at += 1;
            }
        }
    }
    if str::from_utf8(&decoded).is_ok() {
        next.run(request).await
    } else {
        nothing(State(state), request).await
    }
}

/// A page for who reads pages, a line for who sends.
async fn nothing(State(state): State<AppState>, request: Request) -> Response {
    let accepts = request.headers().get(header::ACCEPT);
    let reads_pages = accepts.and_then(|accepts| accepts.to_str().ok());
    if request.method() == Method::GET && reads_pages.is_some_and(|it| it.contains("text/html")) {
        return crate::pages::nothing(&state, request.uri().path()).await;
    }
    let path = request.uri().path();
    not_found(format!(
        "there is nothing at {path}; spans go to POST /v1/traces, the pages are at /"
    ))
}

fn not_found(told: String) -> Response {
    let refused = Refused::new(By::Nothing, "NoSuchAddress", &told[..]);
    let headers = [(header::X_CONTENT_TYPE_OPTIONS, "nosniff")];
    (
        StatusCode::NOT_FOUND,
        Extension(refused),
        headers,
        told + "\n",
    )
        .into_response()
}

/// Everything that the port for spans alone serves: OTLP's routes, and of those one.
pub fn spans_router(state: AppState) -> Router {
    otlp::http::router()
        .layer(middleware::from_fn_with_state(
            state.clone(),
            crate::access::guard,
        ))
        .layer(middleware::from_fn(only_spans))
        .layer(middleware::from_fn_with_state(state.clone(), journal::note))
        .with_state(state)
}

/// Lets spans through, and the question of a browser whether a page may send them.
async fn only_spans(request: Request, next: Next) -> Response {
    let is_sending = matches!(*request.method(), Method::POST | Method::OPTIONS);
    if is_sending && request.uri().path() == otlp::http::TRACES {
        return next.run(request).await;
    }
    not_found(
        "spans alone are taken here, with POST /v1/traces; all else is on the observatory's other port".to_owned(),
    )
}

/// Everything that the gRPC port serves.
pub fn grpc_router(state: AppState) -> Router {
    otlp::grpc::router()
        .layer(middleware::from_fn_with_state(
            state.clone(),
            journal::note_grpc,
        ))
        .with_state(state)
}

/// Serves both ports until `stop` says true or its sender is gone, then lets requests under way finish.
pub async fn serve(
    http: TcpListener,
    grpc: TcpListener,
    state: AppState,
    stop: watch::Receiver<bool>,
) -> std::io::Result<()> {
    let pages = router(state.clone())
        .layer(axum::Extension(Stopping(stop.clone())))
        .into_make_service_with_connect_info::<SocketAddr>();
    let calls = grpc_router(state).into_make_service();
    let (http, grpc) = tokio::join!(
        async {
            axum::serve(http, pages)
                .with_graceful_shutdown(told(stop.clone()))
                .await
        },
        async {
            axum::serve(grpc, calls)
                .with_graceful_shutdown(told(stop.clone()))
                .await
        },
    );
    http.and(grpc)
}

/// Serves the port for spans alone, as [`serve`] does the others.
pub async fn serve_spans(
    listener: TcpListener,
    state: AppState,
    stop: watch::Receiver<bool>,
) -> std::io::Result<()> {
    let access = Access {
        listen: Some(listener.local_addr()?.ip()),
        ..Access::clone(&state.access)
    };
    let spans = spans_router(AppState {
        access: Arc::new(access),
        ..state
    });
    axum::serve(listener, spans.into_make_service())
        .with_graceful_shutdown(told(stop))
        .await
}

/// Until `stop` says true or its sender is gone.
async fn told(mut stop: watch::Receiver<bool>) {
    let _ = stop.wait_for(|stop| *stop).await;
}
