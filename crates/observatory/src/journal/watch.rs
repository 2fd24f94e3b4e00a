//! Stands before everything that is served, and notes which requests were refused, by what their answers carry.

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use http::{Method, StatusCode};
use tonic::{Code, Status};

use super::{
    refusals::{By, Refused},
    seen::Seen,
};
use crate::server::AppState;

/// For the ports of HTTP.
pub(crate) async fn note(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let seen = Seen::of(request.method(), request.uri(), request.headers());
    let response = next.run(request).await;
    let status = response.status();
    if let Some(refused) = response.extensions().get::<Refused>() {
        // Who looks around with a browser sends nothing.
        let is_looking = matches!(seen.method, Method::GET | Method::HEAD);
        if refused.by != By::Nothing || !is_looking {
            let answer = match status {
                StatusCode::OK => "200, in part".to_owned(),
                status => status.as_u16().to_string(),
            };
            state.refusals.request(refused, &seen, answer);
        }
    } else if status == StatusCode::METHOD_NOT_ALLOWED
        && seen.path.starts_with("/v1/")
        && !matches!(seen.method, Method::GET | Method::HEAD)
    {
        let refused = Refused::new(By::OtlpHttp, "MethodNotAllowed", "Method Not Allowed");
        let answer = status.as_u16().to_string();
        state.refusals.request(&refused, &seen, answer);
    }
    response
}

/// For the port of gRPC, whose answers say in their headers how it went.
pub(crate) async fn note_grpc(
    State(state): State<AppState>,
    request: Request,
    next: Next,
) -> Response {
    let seen = Seen::of(request.method(), request.uri(), request.headers());
    let response = next.run(request).await;
    let status = Status::from_header_map(response.headers()).filter(|it| it.code() != Code::Ok);
    let carried = response.extensions().get::<Refused>().cloned();
    let refused = match (&status, carried) {
        (_, Some(refused)) => refused,
        (Some(status), None) => Refused::new(By::OtlpGrpc, reason(status.code()), status.message()),
        (None, None) => return response,
    };
    let answer = status.map_or("OK, in part".to_owned(), |status| {
        format!("{:?}", status.code())
    });
    state.refusals.request(&refused, &seen, answer);
    response
}

fn reason(code: Code) -> &'static str {
    match code {
        Code::Unimplemented => "Unimplemented",
        Code::InvalidArgument => "NotOtlp",
        Code::ResourceExhausted | Code::OutOfRange => "TooLarge",
        Code::Unavailable => "StoreFailed",
        Code::Unauthenticated => "UnknownKey",
        _ => "Internal",
    }
}
