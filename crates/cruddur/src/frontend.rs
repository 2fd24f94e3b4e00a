//! The front-end page: HTML, a stylesheet and a few small scripts, embedded; from elsewhere comes a companion alone, if there is one.

use axum::Router;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use axum::response::IntoResponse;
use axum::routing::get;

const PAGE: &str = include_str!("../assets/index.html");
const STYLE: &str = include_str!("../assets/style.css");
/// The first is the one that the page names; it imports the others.
const SCRIPTS: [(&str, &str); 3] = [
    ("/cruddur.js", include_str!("../assets/cruddur.js")),
    ("/actions.js", include_str!("../assets/actions.js")),
    ("/views.js", include_str!("../assets/views.js")),
];

/// What the page is told, with addresses as the browser reaches them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FrontendConfig {
    /// The back end, such as `http://localhost:4567`.
    pub backend_url: String,
    /// Who takes part in the user's actions, if anybody.
    pub companion: Option<Companion>,
}

/// A script from elsewhere, which runs before the page's own and takes part in each action of the user.
///
/// It is a module; what it is to call is `accompany` of `/actions.js`.
/// The addresses are in the dataset of its own `<script>` element.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Companion {
    /// Its text.
    pub script: String,
    /// Where it sends to, such as `http://localhost:4318`; `data-endpoint`.
    pub endpoint: String,
    /// The pages that it may lead to, such as `http://localhost:4318`; `data-pages`.
    pub pages: Option<String>,
}

/// The page at `/`, and what it needs.
///
/// Its Content-Security-Policy lets it run its own scripts and its companion's alone, and call the back end and the companion's
/// endpoint alone.
pub fn frontend_routes(config: FrontendConfig) -> Router {
    let FrontendConfig {
        backend_url,
        companion,
    } = config;
    let element = companion.as_ref().map(element).unwrap_or_default();
    let page = PAGE
        .replace(
            "{{backend_url}}",
            &escaped(backend_url.trim_end_matches('/')),
        )
        .replace("{{companion}}", &element);
    let endpoint = companion.as_ref().map(|it| &it.endpoint[..]);
    let policy = policy(&backend_url, endpoint);
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
    let router = SCRIPTS.into_iter().fold(router, |router, (path, script)| {
        router.route(path, get(async move || asset("text/javascript", script)))
    });
    match companion {
        None => router,
        Some(Companion { script, .. }) => router.route(
            "/companion.js",
            get(async move || asset("text/javascript", script)),
        ),
    }
}

/// The companion's `<script>`, which stands before the page's: modules run in the document's order.
fn element(companion: &Companion) -> String {
    let address = |url: &str| escaped(url.trim_end_matches('/'));
    let pages = companion.pages.as_deref().map(|pages| {
        let pages = address(pages);
        format!(" data-pages=\"{pages}\"")
    });
    format!(
        "  <script type=\"module\" src=\"/companion.js\" data-endpoint=\"{}\"{}></script>\n",
        address(&companion.endpoint),
        pages.unwrap_or_default()
    )
}

fn policy(backend_url: &str, endpoint: Option<&str>) -> String {
    let origins = [Some(backend_url), endpoint].into_iter().flatten();
    let origins: Vec<String> = origins
        .filter_map(crate::cors::origin)
        .filter_map(|origin| origin.to_str().map(str::to_owned).ok())
        .collect();
    let called = if origins.is_empty() {
        "'none'".to_owned()
    } else {
        origins.join(" ")
    };
    format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src {called}; \
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
