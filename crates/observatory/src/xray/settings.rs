//! Groups, sampling rules, tags, policies and encryption: what the service is told besides segments.
//! Each has a module of its own; segments and traces are elsewhere.

mod absent;
mod call;
mod encryption;
mod fields;
mod groups;
mod kept;
mod live;
mod policies;
mod rule;
mod rules;
mod summaries;
mod tags;
mod targets;
mod telemetry;

use axum::{Router, routing::post};

use crate::{aws::ACCOUNT, server::AppState};

pub(crate) use groups::{find as find_group, list as list_groups};
pub use live::Live;
pub use telemetry::Telemetry;

pub(crate) fn router() -> Router<AppState> {
    Router::new()
        .route("/CreateGroup", post(groups::create))
        .route("/GetGroup", post(groups::get))
        .route("/Groups", post(groups::get_all))
        .route("/UpdateGroup", post(groups::update))
        .route("/DeleteGroup", post(groups::delete))
        .route("/CreateSamplingRule", post(rules::create))
        .route("/GetSamplingRules", post(rules::get_all))
        .route("/UpdateSamplingRule", post(rules::update))
        .route("/DeleteSamplingRule", post(rules::delete))
        .route("/SamplingTargets", post(targets::get))
        .route("/SamplingStatisticSummaries", post(summaries::get))
        .route("/TelemetryRecords", post(telemetry::put))
        .route("/EncryptionConfig", post(encryption::get))
        .route("/PutEncryptionConfig", post(encryption::put))
        .route("/TagResource", post(tags::add))
        .route("/UntagResource", post(tags::remove))
        .route("/ListTagsForResource", post(tags::list))
        .route("/PutResourcePolicy", post(policies::put))
        .route("/DeleteResourcePolicy", post(policies::delete))
        .route("/ListResourcePolicies", post(policies::list))
        .merge(absent::router())
}
