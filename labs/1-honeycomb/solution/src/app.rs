//! Puts the instrumentation round the application: the layers of both services, and what replaces their parts.

use std::sync::Arc;

use axum::{
    Router,
    middleware::{map_request, map_response},
    routing::get,
};
use cruddur::{Cruddur, Routes, Settings};

use crate::{database, errors, home, profiles::TracedProfiles, users};

/// The back end's routes, instrumented.
pub fn app(cruddur: Cruddur, settings: &Settings) -> Router {
    let cruddur = cruddur
        .with_profiles(Arc::new(TracedProfiles::new(&settings.profiles_url)))
        .around_queries(Arc::new(database::around_query));
    let routes = Routes {
        home: get(home::home),
        ..Routes::default()
    }
    .into_router()
    .with_state(cruddur);

    // A layer wraps what is there already: the last one sees a request first and its answer last.
    let routes = routes
        .layer(map_response(errors::record_failure))
        .layer(map_request(users::record_user));
    // #region step 3
    // After the routes, so that it can see which of them matched; after the two above, so that its span is current in them.
    let routes = routes.layer(opentelemetry_instrumentation_tower::http::server::Layer::new());
    // #endregion

    let cors = cruddur::cors(&settings.frontend_url, &settings.backend_url);
    // #region step 8
    // `allow_headers` replaces the list, so the application's own headers are named again.
    let trace_context = ["traceparent", "tracestate"].map(axum::http::HeaderName::from_static);
    let cors = cors.allow_headers(
        cruddur::CORS_HEADERS
            .into_iter()
            .chain(trace_context)
            .collect::<Vec<_>>(),
    );
    // #endregion
    routes.layer(cors)
}

/// The routes of the profiles service, instrumented.
pub fn profiles_app() -> Router {
    let routes = cruddur::profiles_routes();
    // #region step 5
    // The layer reads `traceparent`: its span continues the caller's trace.
    let routes = routes.layer(opentelemetry_instrumentation_tower::http::server::Layer::new());
    // #endregion
    routes
}
