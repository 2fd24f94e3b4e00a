//! Calls that are not signed, not named, or not answered here.

use serde_json::json;

use crate::asking::{Observatory, authorization};

const TARGET: (&str, &str) = ("x-amz-target", "Logs_20140328.DescribeLogGroups");

#[tokio::test]
async fn a_call_is_signed_for_logs() {
    let observatory = Observatory::start();
    let signed = authorization("logs");
    observatory
        .raw(&[TARGET, ("authorization", &signed)], "")
        .await
        .ok();
    for (case, headers, name, message) in [
        (
            "no signature",
            vec![TARGET],
            "MissingAuthenticationTokenException",
            "Missing Authentication Token",
        ),
        (
            "another scheme",
            vec![TARGET, ("authorization", "Bearer x")],
            "IncompleteSignatureException",
            "Unsupported AWS 'algorithm': 'Bearer'.",
        ),
        (
            "another service",
            vec![TARGET, ("authorization", &authorization("xray"))],
            "InvalidSignatureException",
            "Credential should be scoped to correct service: 'logs'.",
        ),
        (
            "no target",
            vec![("authorization", &signed)],
            "UnknownOperationException",
            "the header X-Amz-Target is missing: it names the call, as Logs_20140328.PutLogEvents",
        ),
        (
            "another service's target",
            vec![
                ("x-amz-target", "DynamoDB_20120810.PutItem"),
                ("authorization", &signed),
            ],
            "UnknownOperationException",
            "'DynamoDB_20120810.PutItem' is no call of CloudWatch Logs: those are named as Logs_20140328.PutLogEvents",
        ),
    ] {
        observatory
            .raw(&headers, "")
            .await
            .refused(case, name, message);
    }
}

#[tokio::test]
async fn what_the_observatory_has_not_is_refused_by_name() {
    let observatory = Observatory::start();
    for operation in [
        "PutMetricFilter",
        "DescribeMetricFilters",
        "PutSubscriptionFilter",
        "CreateExportTask",
        "PutQueryDefinition",
        "AssociateKmsKey",
        "PutLogGroupDeletionProtection",
        "createLogGroup",
        "NoSuchCall",
    ] {
        observatory.call(operation, json!({})).await.refused(
            operation,
            "UnknownOperationException",
            &format!("{operation} is not available: the observatory has the calls about log groups, streams, events and Logs Insights queries; ask CloudWatch Logs itself"),
        );
    }
}

#[tokio::test]
async fn a_body_is_a_json_object() {
    let observatory = Observatory::start();
    for body in ["[]", "x", "{\"logGroupName\":", "7"] {
        observatory.send("CreateLogGroup", body).await.refused_with(
            body,
            "SerializationException",
            "body",
        );
        observatory.send("PutLogEvents", body).await.refused_with(
            body,
            "SerializationException",
            "body",
        );
    }
    // One without parameters may be empty.
    for body in ["", " ", "{}"] {
        observatory.send("DescribeLogGroups", body).await.ok();
    }
    let answer = observatory
        .send("DescribeLogGroups", vec![b' '; 20 * 1024 * 1024 + 1])
        .await;
    assert_eq!(
        (answer.status, answer.error.as_deref()),
        (413, Some("RequestEntityTooLargeException"))
    );
}

#[tokio::test]
async fn a_page_of_strangers_may_not_call() {
    let observatory = Observatory::start();
    let signed = authorization("logs");
    let request = http::Request::post("/")
        .header("host", "localhost:4318")
        .header("origin", "http://example.com")
        .header("authorization", signed)
        .header(TARGET.0, TARGET.1)
        .body(axum::body::Body::empty())
        .unwrap();
    let router = observatory::server::router(observatory.state.clone());
    let answer = tower::ServiceExt::oneshot(router, request).await.unwrap();
    assert_eq!(answer.status(), 403);
}
