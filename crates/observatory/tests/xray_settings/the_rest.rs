//! Encryption, telemetry, and what the observatory has not.

use observatory::server::Telemetry;
use serde_json::{Value, json};

use crate::asking::{Observatory, START};

const INVALID: &str = "InvalidRequestException";

#[tokio::test]
async fn the_encryption_is_kept_and_given_back() {
    let observatory = Observatory::start();
    let get = async || observatory.call("/EncryptionConfig", json!({})).await.ok();
    let put = |body: Value| observatory.call("/PutEncryptionConfig", body);
    let none = json!({ "EncryptionConfig": { "Status": "ACTIVE", "Type": "NONE" } });
    assert_eq!(get().await, none);
    let kms =
        json!({ "EncryptionConfig": { "Status": "ACTIVE", "Type": "KMS", "KeyId": "alias/lab" } });
    assert_eq!(
        put(json!({ "Type": "KMS", "KeyId": "alias/lab" }))
            .await
            .ok(),
        kms
    );
    assert_eq!(get().await, kms);
    for (case, body, piece) in [
        ("no type", json!({}), "'Type'"),
        (
            "another type",
            json!({ "Type": "AES" }),
            "must be NONE or KMS",
        ),
        ("no key", json!({ "Type": "KMS" }), "needs a KeyId"),
        (
            "a key for nothing",
            json!({ "Type": "NONE", "KeyId": "a" }),
            "takes no KeyId",
        ),
        (
            "an empty key",
            json!({ "Type": "KMS", "KeyId": "" }),
            "'KeyId'",
        ),
    ] {
        put(body).await.refused(case, INVALID, piece);
    }
    assert_eq!(get().await, kms, "a refused call changes nothing");
    assert_eq!(put(json!({ "Type": "NONE" })).await.ok(), none);
}

#[tokio::test]
async fn telemetry_is_added_up() {
    let observatory = Observatory::start();
    let body = json!({
        "EC2InstanceId": "i-1", "Hostname": "lab", "ResourceARN": "arn:1",
        "TelemetryRecords": [
            {
                "Timestamp": START, "SegmentsReceivedCount": 10, "SegmentsSentCount": 7,
                "SegmentsSpilloverCount": 2, "SegmentsRejectedCount": 1,
                "BackendConnectionErrors": {
                    "TimeoutCount": 1, "ConnectionRefusedCount": 2, "HTTPCode4XXCount": 3,
                    "HTTPCode5XXCount": 4, "UnknownHostCount": 5, "OtherCount": 6,
                },
            },
            { "Timestamp": START + 60, "SegmentsReceivedCount": 5 },
        ],
    });
    assert_eq!(
        observatory.call("/TelemetryRecords", body).await.ok(),
        json!({})
    );
    let sum = Telemetry {
        records: 2,
        segments_received: 15,
        segments_sent: 7,
        segments_spilled: 2,
        segments_rejected: 1,
        connection_errors: 21,
    };
    assert_eq!(observatory.telemetry(), sum);
    for (case, record, piece) in [
        (
            "no time",
            json!({ "SegmentsSentCount": 1 }),
            "'TelemetryRecords.2.member.Timestamp'",
        ),
        (
            "a count as text",
            json!({ "Timestamp": 1, "SegmentsSentCount": "1" }),
            "SegmentsSentCount' must be an integer",
        ),
        (
            "an unknown count",
            json!({ "Timestamp": 1, "SegmentsLostCount": 1 }),
            "member.SegmentsLostCount'",
        ),
        (
            "an unknown error",
            json!({ "Timestamp": 1, "BackendConnectionErrors": { "a": 1 } }),
            "BackendConnectionErrors.a'",
        ),
    ] {
        let body = json!({ "TelemetryRecords": [{ "Timestamp": 1 }, record] });
        let answer = observatory.call("/TelemetryRecords", body).await;
        answer.refused(case, INVALID, piece);
    }
    assert_eq!(
        observatory.telemetry(),
        sum,
        "a refused call counts nothing"
    );
}

#[tokio::test]
async fn what_the_observatory_has_not_is_refused_by_name() {
    let observatory = Observatory::start();
    for (path, operation) in [
        ("/Insight", "GetInsight "),
        ("/InsightEvents", "GetInsightEvents"),
        ("/InsightImpactGraph", "GetInsightImpactGraph"),
        ("/InsightSummaries", "GetInsightSummaries"),
        ("/CancelTraceRetrieval", "CancelTraceRetrieval"),
        ("/GetIndexingRules", "GetIndexingRules"),
        ("/GetRetrievedTracesGraph", "GetRetrievedTracesGraph"),
        ("/GetTraceSegmentDestination", "GetTraceSegmentDestination"),
        ("/ListRetrievedTraces", "ListRetrievedTraces"),
        ("/StartTraceRetrieval", "StartTraceRetrieval"),
        ("/UpdateIndexingRule", "UpdateIndexingRule"),
        (
            "/UpdateTraceSegmentDestination",
            "UpdateTraceSegmentDestination",
        ),
    ] {
        let answer = observatory.call(path, json!({ "Anything": 1 })).await;
        answer.refused(path, INVALID, operation);
        answer.refused(path, INVALID, "the observatory has no");
    }
}
