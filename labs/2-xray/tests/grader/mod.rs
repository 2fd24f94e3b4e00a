//! What the graders of lab 2 share: the learner's back end, and what they look for in its segments.

pub(crate) mod header;
pub(crate) mod ids;
pub(crate) mod questions;
pub(crate) mod segments;
pub(crate) mod simulation;
pub(crate) mod unreliable;

use std::collections::BTreeSet;

use aws_sdk_xray::{Client, config::retry::RetryConfig};
use aws_settings::{AwsSettings, Service};
use axum::Router;
use span_snapshot::{Kind, Span, SpanTree, Value, verdict};

use crate::application::{deterministic, settings};

/// An activity that the application begins with.
pub(crate) const ACTIVITY: &str = "/api/activities/7d0b3f1e-52a4-4b43-9c39-0f6c6f5a2d11";

/// Where the handle is wanted.
const HANDLE: &str = "annotations.app.user_handle";

/// An activity that there never was.
pub(crate) const NO_ACTIVITY: &str = "/api/activities/00000000-0000-4000-8000-00000000dead";

/// The learner's back end, with nothing left to chance, and the profiles service at `profiles_url`.
pub(crate) fn backend(profiles_url: &str) -> Router {
    xray::app(deterministic(), &settings(profiles_url))
}

/// Whether it is the segment of a request, and not one begun inside it (which is step 3).
pub(crate) fn is_request(span: Span<'_>) -> bool {
    span.kind() == Kind::Segment && span.parent().is_none()
}

/// Whether it is the segment of a request or the subsegment of a call, and no part of the work in between.
pub(crate) fn is_call(span: Span<'_>) -> bool {
    is_request(span) || span.attribute("namespace").and_then(Value::as_str) == Some("remote")
}

/// The tree with annotations and metadata alone, and of these not what the resource says of every segment.
pub(crate) fn what_was_recorded(tree: &SpanTree) -> SpanTree {
    let keys: BTreeSet<&str> = tree
        .spans()
        .flat_map(|span| span.attributes().keys())
        .map(String::as_str)
        .filter(|key| key.starts_with("annotations.") || key.starts_with("metadata."))
        .filter(|key| !key.contains(".otel.resource."))
        .collect();
    tree.without_events().only_attributes(keys)
}

/// Whether anything in the tree is annotated with the handle.
pub(crate) fn is_annotated(tree: &SpanTree) -> bool {
    tree.spans().any(|span| span.attribute(HANDLE).is_some())
}

/// Fails unless a request for a user's activities is annotated; and, once there are subsegments, in the right ones.
pub(crate) fn check_places(tree: &SpanTree) {
    if !is_annotated(tree) {
        verdict(
            "annotation-lost",
            "`record::user` annotates, but a request for @bayko leaves no annotation",
            "keep the call `record::user(&handle)` in `users`, inside the subsegment `activities_users`",
        );
    }
    for (name, key) in [
        ("activities_users", HANDLE),
        ("mock-data", "metadata.activities_users.results-size"),
    ] {
        if tree
            .find(name)
            .is_some_and(|span| span.attribute(key).is_none())
        {
            verdict(
                "wrong-place",
                &format!("`{key}` is not on the subsegment `{name}`, of which it speaks"),
                "`record::user` belongs inside `activities_users`, before `mock-data`; `record::results` inside `mock-data`",
            );
        }
    }
}

/// The SDK's client of the service at `endpoint`. It sends each call once: how often is the learner's business.
pub(crate) fn client(endpoint: &str) -> Client {
    let lookup = |name: &str| match name {
        "AWS_ENDPOINT_URL" => Some(endpoint.to_owned()),
        "AWS_REGION" => Some("us-east-1".to_owned()),
        _ => None,
    };
    let settings =
        AwsSettings::from_lookup(Service::XRay, lookup, false).expect("settings without a mistake");
    let config = aws_sdk_xray::config::Builder::from(&settings.sdk_config())
        .retry_config(RetryConfig::disabled())
        .build();
    Client::from_conf(config)
}
