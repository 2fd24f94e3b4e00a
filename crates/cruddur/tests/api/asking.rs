//! Asking a router and reading what it answers; shared by the tests of the routes.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::MatchedPath;
use axum::http::{Request, StatusCode, header};
use axum::middleware::map_response;
use axum::response::Response;
use cruddur::profiles::LocalProfiles;
use cruddur::{Cruddur, Failure, routes};
use http_body_util::BodyExt as _;
use serde_json::Value;
use tower::ServiceExt as _;

/// What a router answered.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) json: Value,
    pub(crate) failure: Option<Failure>,
    pub(crate) template: Option<String>,
}

/// The application with nothing left to chance and no profiles service.
pub(crate) fn local() -> Cruddur {
    Cruddur::deterministic(Arc::new(LocalProfiles)).expect("SQLite makes a database in memory")
}

pub(crate) fn router(cruddur: Cruddur) -> Router {
    async fn keep_template(path: Option<MatchedPath>, mut response: Response) -> Response {
        if let Some(path) = path {
            response.extensions_mut().insert(path);
        }
        response
    }
    routes()
        .layer(map_response(keep_template))
        .with_state(cruddur)
}

pub(crate) async fn get(router: &Router, path: &str) -> Answer {
    send(
        router,
        Request::get(path).body(Body::empty()).expect("a request"),
    )
    .await
}

pub(crate) async fn post(router: &Router, path: &str, body: impl Into<Body>) -> Answer {
    let request = Request::post(path).header(header::CONTENT_TYPE, "application/json");
    send(router, request.body(body.into()).expect("a request")).await
}

pub(crate) async fn send(router: &Router, request: Request<Body>) -> Answer {
    let response = router
        .clone()
        .oneshot(request)
        .await
        .expect("a router never fails");
    let (parts, body) = response.into_parts();
    let body = body.collect().await.expect("a body").to_bytes();
    Answer {
        status: parts.status,
        json: serde_json::from_slice(&body).unwrap_or(Value::Null),
        failure: parts.extensions.get::<Failure>().cloned(),
        template: parts
            .extensions
            .get::<MatchedPath>()
            .map(|path| path.as_str().to_owned()),
    }
}
