//! Puts the instrumentation round the application: the layer that makes a span for each request, and what replaces its parts.

use std::sync::Arc;

use axum::{Router, extract::Request, middleware::map_response, routing::get};
use cruddur::{Cruddur, Routes, Settings};
use opentelemetry::KeyValue;
use opentelemetry_instrumentation_tower::http::server::{Layer, LayerBuilder};
use opentelemetry_semantic_conventions::attribute::{SERVER_ADDRESS, SERVER_PORT};

use crate::{activities, errors, profiles::TracedProfiles};

/// The back end's routes, instrumented.
pub fn app(cruddur: Cruddur, settings: &Settings) -> Router {
    let cruddur = cruddur.with_profiles(Arc::new(TracedProfiles::new(&settings.profiles_url)));
    let routes = Routes {
        home: get(activities::home),
        user_activities: get(activities::users),
        activity: get(activities::show),
        ..Routes::default()
    }
    .into_router()
    .with_state(cruddur);
    let cors = cruddur::cors(&settings.frontend_url, &settings.backend_url);
    server_spans(routes.layer(map_response(errors::record_failure))).layer(cors)
}

/// The routes of the profiles service, instrumented.
pub fn profiles_app() -> Router {
    server_spans(cruddur::profiles_routes())
}

/// A SERVER span for each request, as in lab 1, with the host that was asked: X-Ray shows whole addresses.
pub fn server_spans(routes: Router) -> Router {
    let host = |request: &Request| -> Vec<KeyValue> {
        let uri = request.uri();
        let address = uri
            .host()
            .map(|host| KeyValue::new(SERVER_ADDRESS, host.to_owned()));
        let port = uri
            .port_u16()
            .map(|port| KeyValue::new(SERVER_PORT, i64::from(port)));
        address.into_iter().chain(port).collect()
    };
    // It fails only where a query parameter to be hidden has no name, and none is named here.
    match LayerBuilder::builder()
        .with_request_extractor_fn(host)
        .build()
    {
        Ok(layer) => routes.layer(layer),
        Err(_) => routes.layer(Layer::new()),
    }
}
