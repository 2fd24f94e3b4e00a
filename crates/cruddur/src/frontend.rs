//! The front-end page: HTML, a stylesheet and a few small scripts, embedded; nothing from elsewhere.

use axum::Router;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use axum::response::IntoResponse;
use axum::routing::get;

const PAGE: &str = include_str!("../assets/index.html");
const STYLE: &str = include_str!("../assets/style.css");
/// The first is the one that the page names; it imports the others.
const SCRIPTS: [(&str, &str); 4] = [
    ("/cruddur.js", include_str!("../assets/cruddur.js")),
    ("/api.js", include_str!("../assets/api.js")),
    ("/trace.js", include_str!("../assets/trace.js")),
    ("/views.js", include_str!("../assets/views.js")),
];

/// The addresses that the page calls and links to, as the browser reaches them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FrontendConfig {
    /// The back end, such as `http://localhost:4567`.
    pub backend_url: String,
    /// The observatory's pages, such as `http://localhost:4318`.
    pub observatory_url: String,
}

/// The page at `/`, and what it needs.
///
/// Its Content-Security-Policy lets it run its own scripts alone and call the back end alone.
pub fn frontend_routes(config: FrontendConfig) -> Router {
    let page = PAGE
        .replace(
            "{{backend_url}}",
            &escaped(config.backend_url.trim_end_matches('/')),
        )
        .replace(
            "{{observatory_url}}",
            &escaped(config.observatory_url.trim_end_matches('/')),
        );
    let policy = policy(&config.backend_url);
    let router = Router::new()
        .route(
            "/",
            get(async move || {
                (
                    [(CONTENT_SECURITY_POLICY, policy)],
                    asset("text/html", page),
                )
            }),
        )
        .route("/style.css", get(async || asset("text/css", STYLE)));
    SCRIPTS.into_iter().fold(router, |router, (path, script)| {
        router.route(path, get(async move || asset("text/javascript", script)))
    })
}

fn policy(backend_url: &str) -> String {
    let backend = crate::cors::origin(backend_url);
    let backend = backend
        .as_ref()
        .and_then(|origin| origin.to_str().ok())
        .unwrap_or("'none'");
    format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src {backend}; \
         base-uri 'none'; form-action 'none'"
    )
}

fn asset(media_type: &'static str, body: impl IntoResponse) -> impl IntoResponse {
    let headers = [
        (CONTENT_TYPE, format!("{media_type}; charset=utf-8")),
        (CACHE_CONTROL, "no-cache".to_owned()),
        (X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
        (REFERRER_POLICY, "no-referrer".to_owned()),
    ];
    (headers, body)
}

/// For use inside a quoted attribute.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('"', "&quot;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
