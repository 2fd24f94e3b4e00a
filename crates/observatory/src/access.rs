//! Who may talk to the observatory over HTTP: the names it answers to, and which pages in a browser may change it.
//!
//! It listens on loopback, but a browser there runs pages of strangers. A page of theirs can reach loopback under a
//! name of theirs (so `Host` is checked) or send requests across origins (so `Origin` is checked).

use std::net::IpAddr;

use axum::{
    Extension,
    body::Body,
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};

use crate::{
    journal::{Refused, refusals::By},
    server::AppState,
};

/// The names that the observatory answers to, besides loopback's.
#[derive(Clone, Debug, Default)]
pub struct Access {
    /// The address listened on.
    pub listen: Option<IpAddr>,
    /// Hosts that forward to it: each name stands for itself and all below it (`gitpod.io`, `app.github.dev`).
    pub allowed_hosts: Vec<String>,
}

impl Access {
    /// Whether a `Host` header (with or without port) names this observatory.
    pub fn is_own_host(&self, host: &str) -> bool {
        let whole = without_port(host);
        // AWS's SDKs put this before the endpoint's name when they follow log events. Before a name that is allowed it is not
        // taken: `stream-gitpod.io` is not below `gitpod.io`, and may be a stranger's.
        let name = ["stream-", "streaming-"]
            .into_iter()
            .find_map(|prefix| whole.strip_prefix(prefix))
            .unwrap_or(whole);
        let address = name
            .trim_start_matches('[')
            .trim_end_matches(']')
            .parse::<IpAddr>();
        match address {
            // Addresses cannot be pointed elsewhere by who owns a name; listening on all, it has several.
            Ok(address) => {
                address.is_loopback()
                    || self
                        .listen
                        .is_some_and(|own| own == address || own.is_unspecified())
            }
            Err(_) => is_localhost(name) || self.is_allowed(whole),
        }
    }

    fn is_allowed(&self, name: &str) -> bool {
        self.allowed_hosts.iter().any(|allowed| {
            let allowed = allowed.trim_start_matches(['*', '.']);
            !allowed.is_empty() && (name.eq_ignore_ascii_case(allowed) || is_below(name, allowed))
        })
    }

    /// Whether a page of this origin may send spans: one on loopback, or on a host that is allowed.
    fn may_send(&self, origin: &str) -> bool {
        host_of(origin).is_some_and(|host| {
            let name = without_port(host);
            let address = name
                .trim_start_matches('[')
                .trim_end_matches(']')
                .parse::<IpAddr>();
            address.is_ok_and(|address| address.is_loopback())
                || is_localhost(name)
                || self.is_allowed(name)
        })
    }

    /// Whether a page of this origin is the observatory's own.
    fn is_same(&self, origin: &str, host: &str) -> bool {
        // A host that forwards may say `localhost` in `Host` while the browser knows its own name.
        host_of(origin).is_some_and(|of_page| {
            of_page.eq_ignore_ascii_case(host) || self.is_allowed(without_port(of_page))
        })
    }
}

fn is_localhost(name: &str) -> bool {
    name.eq_ignore_ascii_case("localhost") || is_below(name, "localhost")
}

/// Whether `name` ends in `.parent`.
fn is_below(name: &str, parent: &str) -> bool {
    name.len() > parent.len() + 1
        && name.is_char_boundary(name.len() - parent.len())
        && name[name.len() - parent.len()..].eq_ignore_ascii_case(parent)
        && name[..name.len() - parent.len()].ends_with('.')
}

fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    }
}

/// Host and port of an origin (`http://localhost:3000`); `null` has none.
fn host_of(origin: &str) -> Option<&str> {
    origin
        .strip_prefix("http://")
        .or_else(|| origin.strip_prefix("https://"))
}

fn host(headers: &HeaderMap, uri: &Uri) -> Option<String> {
    match headers.get(header::HOST) {
        Some(host) => host.to_str().ok().map(str::to_owned),
        None => uri
            .authority()
            .map(|authority| authority.as_str().to_owned()),
    }
}

fn origin(headers: &HeaderMap) -> Option<&str> {
    headers
        .get(header::ORIGIN)
        .map(|origin| origin.to_str().unwrap_or("null"))
}

/// Checks every request before it is routed.
pub(crate) async fn guard(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let access = &state.access;
    let Some(host) = host(request.headers(), request.uri()) else {
        return refuse(
            StatusCode::BAD_REQUEST,
            "Host",
            "the request has no Host header".to_owned(),
        );
    };
    if !access.is_own_host(&host) {
        let name = without_port(&host);
        return refuse(
            StatusCode::FORBIDDEN,
            "Host",
            format!(
                "this observatory does not answer to {name:?}; if that is how you reach it, start it with --allow-host {name}"
            ),
        );
    }
    let Some(origin) = origin(request.headers()).map(str::to_owned) else {
        return next.run(request).await;
    };
    if request.uri().path().starts_with("/v1/") {
        return from_page(access, &origin, request, next).await;
    }
    let reads = matches!(
        *request.method(),
        Method::GET | Method::HEAD | Method::OPTIONS
    );
    if !reads && !access.is_same(&origin, &host) {
        return refuse(
            StatusCode::FORBIDDEN,
            "Origin",
            format!("a page of {origin} may not change this observatory; use its own pages"),
        );
    }
    next.run(request).await
}

/// OTLP from a page in a browser: only from origins that may send, who are told so.
async fn from_page(access: &Access, origin: &str, request: Request, next: Next) -> Response {
    if !access.may_send(origin) {
        return refuse(
            StatusCode::FORBIDDEN,
            "Origin",
            format!(
                "a page of {origin} may not send spans here; pages on localhost may, others with --allow-host"
            ),
        );
    }
    let is_preflight = request.method() == Method::OPTIONS
        && request
            .headers()
            .contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
    let mut response = if is_preflight {
        let mut response = StatusCode::NO_CONTENT.into_response();
        let headers = response.headers_mut();
        headers.insert(
            header::ACCESS_CONTROL_ALLOW_METHODS,
            HeaderValue::from_static("POST"),
        );
        headers.insert(
            header::ACCESS_CONTROL_ALLOW_HEADERS,
            HeaderValue::from_static(
                "content-type,content-encoding,x-honeycomb-team,x-honeycomb-dataset,traceparent,tracestate",
            ),
        );
        headers.insert(
            header::ACCESS_CONTROL_MAX_AGE,
            HeaderValue::from_static("600"),
        );
        response
    } else {
        next.run(request).await
    };
    let headers = response.headers_mut();
    if let Ok(origin) = HeaderValue::from_str(origin) {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    }
    headers.append(header::VARY, HeaderValue::from_static("Origin"));
    response
}

fn refuse(status: StatusCode, reason: &'static str, message: String) -> Response {
    let refused = Refused::new(By::Nothing, reason, &message[..]);
    (status, Extension(refused), Body::from(message + "\n")).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_to_its_own_names_only() {
        let access = Access {
            listen: Some([192, 168, 7, 9].into()),
            allowed_hosts: vec![".gitpod.io".to_owned(), "observatory".to_owned()],
        };
        #[track_caller]
        fn check(access: &Access, host: &str, expected: bool) {
            assert_eq!(access.is_own_host(host), expected, "{host}");
        }
        for own in [
            "localhost",
            "LocalHost:4318",
            "127.0.0.1",
            "127.8.8.8:1",
            "[::1]:4318",
            "[::1]",
            "app.localhost:80",
            "192.168.7.9:4318",
            "4318-abc.ws.gitpod.io",
            "gitpod.io",
            "observatory:4318",
            "stream-localhost:4318",
            "stream-127.0.0.1:4318",
            "streaming-localhost",
            "stream-4318-abc.ws.gitpod.io",
        ] {
            check(&access, own, true);
        }
        for other in [
            "example.com",
            "localhost.example.com",
            "192.168.7.10",
            "127.0.0.1.example.com",
            "notgitpod.io",
            "observatory.example",
            "",
            ":4318",
            "stream-example.com",
            "stream-stream-localhost",
            "stream-",
            "stream-gitpod.io",
            "streaming-gitpod.io:4318",
            "stream-observatory",
            "stream-localhost.example.com",
            "[::2]",
        ] {
            check(&access, other, false);
        }
        let everywhere = Access {
            listen: Some([0, 0, 0, 0].into()),
            allowed_hosts: vec![String::new()],
        };
        check(&everywhere, "10.1.2.3:4318", true);
        check(&everywhere, "example.com", false);
    }
}
