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
    // TODO(step 3): the OpenTelemetry layer round the routes.
    // #endregion

    let cors = cruddur::cors(&settings.frontend_url, &settings.backend_url);
    // #region step 8
    // TODO(step 8): let `traceparent` and `tracestate` through, beside `cruddur::CORS_HEADERS`.
    // #endregion
    routes.layer(cors)
}

/// The routes of the profiles service, instrumented.
pub fn profiles_app() -> Router {
    let routes = cruddur::profiles_routes();
    // #region step 5
    // TODO(step 5): the layer of step 3 here too.
    // #endregion
    routes
}
