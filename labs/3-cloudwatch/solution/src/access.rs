//! The access log: one event after each request.

use axum::{extract::Request, middleware::Next, response::Response};

/// Lets the request be answered, and logs what was asked and what was answered.
pub async fn log_access(request: Request, next: Next) -> Response {
    // #region step 4
    use std::{net::SocketAddr, time::Instant};

    use axum::extract::{ConnectInfo, MatchedPath};

    let began = Instant::now();
    // The request is given away to be answered: what is needed of it afterwards is taken out before.
    let method = request.method().clone();
    let uri = request.uri().clone();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let client = request.extensions().get::<ConnectInfo<SocketAddr>>();
    let client = client.map(|ConnectInfo(address)| address.ip().to_string());

    let response = next.run(request).await;

    let status = response.status();
    // Three calls, because an event's level is fixed when it is compiled.
    macro_rules! answered {
        ($level:ident) => {
            tracing::$level!(
                client.address = client,
                http.request.method = method.as_str(),
                http.route = route.as_ref().map(MatchedPath::as_str),
                url.scheme = uri.scheme_str(),
                url.path = uri.path(),
                url.query = uri.query(),
                http.response.status_code = status.as_u16(),
                http.server.request.duration = began.elapsed().as_secs_f64(),
                "request answered"
            )
        };
    }
    // The level says whether somebody has to look, and who: ERROR is ours, WARN the caller's.
    if status.is_server_error() {
        answered!(error);
    } else if status.is_client_error() {
        answered!(warn);
    } else {
        answered!(info);
    }
    response
    // #endregion
}
