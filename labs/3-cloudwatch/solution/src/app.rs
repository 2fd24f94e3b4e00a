//! Puts the instrumentation round the application: lab 2's, and inside it what is logged.

use std::sync::Arc;

use axum::{
    Router,
    http::HeaderName,
    middleware::{from_fn, map_response},
    routing::{get, post},
};
use cruddur::{Cruddur, Routes, Settings};
use xray::{activities, errors, profiles::TracedProfiles, server_spans};

use crate::{access, handlers};

/// The back end's routes, instrumented.
pub fn app(cruddur: Cruddur, settings: &Settings) -> Router {
    let cruddur = cruddur.with_profiles(Arc::new(TracedProfiles::new(&settings.profiles_url)));
    let routes = Routes {
        home: get(handlers::home),
        user_activities: get(handlers::users),
        create_activity: post(handlers::create),
        activity: get(activities::show),
        ..Routes::default()
    }
    .into_router()
    .with_state(cruddur);
    // As in step 8 of lab 1: the front-end page begins the trace, and says so in the W3C's header.
    let trace_context = ["traceparent", "tracestate"].map(HeaderName::from_static);
    let headers: Vec<_> = cruddur::CORS_HEADERS
        .into_iter()
        .chain(trace_context)
        .collect();
    let cors = cruddur::cors(&settings.frontend_url, &settings.backend_url).allow_headers(headers);
    // Inside the layer that makes the request's span, so that this span is current when something is logged.
    let routes = routes
        .layer(from_fn(access::log_access))
        .layer(map_response(errors::record_failure));
    server_spans(routes).layer(cors)
}

/// The routes of the profiles service, instrumented.
pub fn profiles_app() -> Router {
    server_spans(cruddur::profiles_routes().layer(from_fn(access::log_access)))
}
