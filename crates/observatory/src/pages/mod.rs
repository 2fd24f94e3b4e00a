//! The pages for people: home, recent traces, one trace as spans and as segments, the trace map, logs and queries over them, the state of it all.
//! Rendered here as HTML and SVG; no storage and no protocol.

mod address;
mod as_many;
mod assets;
mod attribute_table;
mod axis;
mod colours;
mod compare;
mod critical_path;
mod durations;
mod filter;
mod find;
mod foreign_text;
mod handlers;
mod home;
mod insights;
mod layout;
mod left_out;
mod live;
mod logs;
mod map;
mod marks;
mod measure;
mod minimap;
mod moments;
mod not_here;
mod oddities;
mod plot;
#[allow(
    dead_code,
    reason = "other pages' links and the page itself are built on it"
)]
mod query;
mod raw_json;
#[cfg(test)]
mod rendering_tests;
mod route_panel;
#[cfg(test)]
mod sample;
mod segments;
mod self_time;
mod span_details;
mod span_facts;
mod status;
#[cfg(test)]
mod style_tests;
mod trace_address;
mod trace_header;
mod trace_ids;
mod trace_page;
mod trace_toolbar;
mod traces_page;
mod unusual;
mod visible;
mod waterfall;
mod waterfall_view;

use axum::{
    Router,
    extract::Request,
    http::{HeaderValue, header},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::get,
};

use crate::server::AppState;

/// Scripts and styles are files of ours; nothing else is loaded, framed or sent anywhere.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
                      connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// The pages at `/`, `/traces`, `/trace/{trace_id}`, `/map`, `/xray/trace/{trace_id}`, `/logs`, `/insights` and `/status`, what they load, and the parts that their script asks for.
///
/// | route | answer |
/// |---|---|
/// | `GET /` | home; with parameters of the list of traces, on to it |
/// | `GET /traces` | recent traces, filtered by `service`, `name`, `min`, `max`, `error`, `attribute`; from `after` on |
/// | `GET /trace/{trace_id}` | one trace; 404 with a page that waits for it |
/// | `GET /trace/{trace_id}/compare/{other}` | two traces, their spans aligned |
/// | `GET /trace/{trace_id}/span/{span_id}/otlp.json` | one span as it was sent |
/// | `GET /map` | the trace map of a `window`, filtered by `group` and `filter` |
/// | `GET /xray/trace/{trace_id}` | one trace's segments; `segment` is open on `tab` |
/// | `GET /xray/trace/{trace_id}/segment/{segment_id}/document.json` | the document that holds a segment |
/// | `GET /logs` | log groups whose names contain `find` |
/// | `GET /logs/group` | the streams of `group` whose names begin with `find`, in an `order` |
/// | `GET /logs/events` | events of all groups, of `group`, or of its `stream`, that match `pattern`, of a `range` or `from` and `to`; paged by `older`, `newer`, `around` |
/// | `GET /logs/event/{id}` | one event |
/// | `GET /logs/tail` | the same events as they arrive |
/// | `GET /insights` | what `query` gives over each `group` (without one, all) in a `range` or `from` and `to` |
/// | `GET /query` | what is asked of spans, segments or log events (`of`): `v`, `where`, `by`, `having`, `order`, `limit` over a `range` or `from` and `to`; `box` is set apart |
/// | `POST /query/saved…` | saves a query under a name, renames and deletes it |
/// | `GET /status` | what arrived, what was refused and why, what is kept |
/// | `GET /parts/…` | parts of these pages for the script |
/// | `GET /events?since=N` | answered when the store's generation is no longer `N` |
/// | `GET /assets/{name}` | stylesheet, script, icon |
pub fn router() -> Router<AppState> {
    Router::new()
        .route("/traces", get(handlers::traces))
        .route("/trace/{trace_id}", get(handlers::trace))
        .route(
            "/trace/{trace_id}/span/{span_id}/otlp.json",
            get(handlers::raw),
        )
        .route("/parts/traces", get(handlers::traces_part))
        .route("/parts/trace/{trace_id}", get(handlers::trace_part))
        .route("/events", get(live::events))
        .route("/assets/{name}", get(assets::serve))
        .merge(home::router())
        .merge(compare::router())
        .merge(map::router())
        .merge(segments::router())
        .merge(status::router())
        .merge(logs::router())
        .merge(insights::router())
        .merge(query::router())
        .layer(middleware::from_fn(guard))
}

/// The page for an address that no page has.
pub(crate) async fn nothing(state: &AppState, path: &str) -> Response {
    guarded(not_here::nothing(state, path).await.into_response())
}

async fn guard(request: Request, next: Next) -> Response {
    guarded(next.run(request).await)
}

/// Headers that keep what was sent to us from acting in a reader's browser.
fn guarded(mut response: Response) -> Response {
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "same-origin"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    response
}
