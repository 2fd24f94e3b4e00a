//! Sampling targets: the parts of a rule's reservoir that clients get, and what they reported.

use serde_json::{Value, json};

use crate::{
    asking::{Observatory, START},
    rules::create,
};

const INVALID: &str = "InvalidRequestException";

/// A client's ID, made of a letter.
fn client(letter: char) -> String {
    letter.to_string().repeat(24)
}

fn document(rule: &str, letter: char) -> Value {
    json!({
        "RuleName": rule, "ClientID": client(letter), "Timestamp": START,
        "RequestCount": 100, "SampledCount": 10, "BorrowCount": 1,
    })
}

async fn targets(observatory: &Observatory, documents: Vec<Value>) -> Value {
    let body = json!({ "SamplingStatisticsDocuments": documents });
    observatory.call("/SamplingTargets", body).await.ok()
}

/// The quota of a client that reports on the rule of the labs.
async fn quota(observatory: &Observatory, letter: char) -> Value {
    let answer = targets(observatory, vec![document("Cruddur", letter)]).await;
    answer["SamplingTargetDocuments"][0]["ReservoirQuota"].clone()
}

#[tokio::test]
async fn a_client_alone_gets_the_whole_reservoir() {
    let observatory = Observatory::start();
    create(&observatory, json!({})).await;
    observatory.advance(3);
    let answer = targets(
        &observatory,
        vec![document("Cruddur", 'a'), document("Default", 'a')],
    )
    .await;
    let now = START + 3;
    assert_eq!(
        answer,
        json!({
            "SamplingTargetDocuments": [
                {
                    "RuleName": "Cruddur", "FixedRate": 0.1, "ReservoirQuota": 5,
                    "ReservoirQuotaTTL": (now + 20) as f64, "Interval": 10,
                },
                {
                    "RuleName": "Default", "FixedRate": 0.05, "ReservoirQuota": 1,
                    "ReservoirQuotaTTL": (now + 20) as f64, "Interval": 10,
                },
            ],
            "LastRuleModification": START as f64,
            "UnprocessedStatistics": [],
            "UnprocessedBoostStatistics": [],
        })
    );
}

#[tokio::test]
async fn clients_share_the_reservoir_and_never_take_more_than_it_has() {
    let observatory = Observatory::start();
    create(&observatory, json!({})).await;
    for letter in ['b', 'a', 'c'] {
        quota(&observatory, letter).await;
    }
    let shares = [
        quota(&observatory, 'a').await,
        quota(&observatory, 'b').await,
        quota(&observatory, 'c').await,
    ];
    assert_eq!(shares, [2, 2, 1]);
}

#[tokio::test]
async fn a_client_that_is_silent_loses_its_share() {
    let observatory = Observatory::start();
    create(&observatory, json!({})).await;
    quota(&observatory, 'a').await;
    assert_eq!(quota(&observatory, 'b').await, 2);
    observatory.advance(20);
    assert_eq!(
        quota(&observatory, 'b').await,
        2,
        "the other's quota still holds"
    );
    observatory.advance(1);
    assert_eq!(quota(&observatory, 'b').await, 5);
}

#[tokio::test]
async fn the_modification_is_that_of_the_last_change_of_any_rule() {
    let observatory = Observatory::start();
    let modified = async || targets(&observatory, vec![]).await["LastRuleModification"].clone();
    assert_eq!(modified().await, 0.0);
    let cases = [
        (
            "/CreateSamplingRule",
            json!({ "SamplingRule": crate::rules::cruddur(json!({})) }),
        ),
        (
            "/UpdateSamplingRule",
            json!({ "SamplingRuleUpdate": { "RuleName": "Default", "FixedRate": 1 } }),
        ),
        ("/DeleteSamplingRule", json!({ "RuleName": "Cruddur" })),
    ];
    for (number, (path, body)) in cases.into_iter().enumerate() {
        observatory.advance(1);
        observatory.call(path, body).await.ok();
        assert_eq!(
            modified().await,
            (START + 1 + number as u64) as f64,
            "{path}"
        );
    }
}

#[tokio::test]
async fn statistics_that_cannot_be_used_come_back_and_the_others_count() {
    let observatory = Observatory::start();
    let mut impossible = document("Default", 'b');
    impossible["SampledCount"] = 101.into();
    let documents = vec![document("gone", 'a'), impossible, document("Default", 'a')];
    let answer = targets(&observatory, documents).await;
    assert_eq!(
        answer["UnprocessedStatistics"],
        json!([
            { "RuleName": "gone", "ErrorCode": "404", "Message": "there is no sampling rule named 'gone'" },
            { "RuleName": "Default", "ErrorCode": "400", "Message": "more requests were sampled than there were" },
        ])
    );
    let targets = answer["SamplingTargetDocuments"].as_array().unwrap();
    assert_eq!(targets.len(), 1);
    assert_eq!(
        targets[0]["ReservoirQuota"], 1,
        "the refused client has no share"
    );
}

#[tokio::test]
async fn boosts_are_not_taken() {
    let observatory = Observatory::start();
    let body = json!({
        "SamplingStatisticsDocuments": [],
        "SamplingBoostStatisticsDocuments": [{
            "RuleName": "Default", "ServiceName": "backend", "Timestamp": START,
            "AnomalyCount": 1, "TotalCount": 2, "SampledAnomalyCount": 1,
        }],
    });
    let answer = observatory.call("/SamplingTargets", body).await.ok();
    assert_eq!(answer["UnprocessedBoostStatistics"][0]["ErrorCode"], "400");
}

#[tokio::test]
async fn more_clients_than_are_counted_are_told_so() {
    let observatory = Observatory::start();
    let documents = |from: usize| {
        (from..from + 25)
            .map(|number| {
                let mut document = document("Default", 'a');
                document["ClientID"] = format!("{number:024x}").into();
                document
            })
            .collect::<Vec<_>>()
    };
    for from in (0..1000).step_by(25) {
        targets(&observatory, documents(from)).await;
    }
    let answer = targets(&observatory, documents(990)).await;
    let refused = answer["UnprocessedStatistics"].as_array().unwrap();
    assert_eq!(
        refused.len(),
        15,
        "the ten that were there already are taken"
    );
    assert_eq!(refused[0]["ErrorCode"], "429");
}

#[tokio::test]
async fn refusals() {
    let observatory = Observatory::start();
    let wrong = |change: Value| {
        let mut document = document("Default", 'a');
        document
            .as_object_mut()
            .unwrap()
            .extend(change.as_object().unwrap().clone());
        json!({ "SamplingStatisticsDocuments": [document] })
    };
    let many = vec![document("Default", 'a'); 26];
    let cases = [
        ("no documents", json!({}), "'SamplingStatisticsDocuments'"),
        (
            "no list",
            json!({ "SamplingStatisticsDocuments": {} }),
            "'SamplingStatisticsDocuments' must be a list",
        ),
        (
            "too many",
            json!({ "SamplingStatisticsDocuments": many }),
            "less than or equal to 25",
        ),
        (
            "no object",
            json!({ "SamplingStatisticsDocuments": [1] }),
            "'SamplingStatisticsDocuments.1.member' must be an object",
        ),
        (
            "a client's ID too short",
            wrong(json!({ "ClientID": "abc" })),
            "member.ClientID' failed",
        ),
        (
            "no client",
            wrong(json!({ "ClientID": null })),
            "Value null at 'SamplingStatisticsDocuments.1.member.ClientID'",
        ),
        (
            "no time",
            wrong(json!({ "Timestamp": null })),
            "member.Timestamp'",
        ),
        (
            "a time as text",
            wrong(json!({ "Timestamp": "2026-01-01" })),
            "Timestamp' must be a number",
        ),
        (
            "a count under 0",
            wrong(json!({ "RequestCount": -1 })),
            "RequestCount' failed",
        ),
        (
            "an unknown field",
            wrong(json!({ "Count": 1 })),
            "unknown field 'SamplingStatisticsDocuments.1.member.Count'",
        ),
    ];
    for (case, body, piece) in cases {
        let answer = observatory.call("/SamplingTargets", body).await;
        answer.refused(case, INVALID, piece);
    }
}

#[tokio::test]
async fn summaries_add_up_what_the_clients_lately_told() {
    let observatory = Observatory::start();
    create(&observatory, json!({})).await;
    let summaries = async || {
        let answer = observatory
            .call("/SamplingStatisticSummaries", json!({}))
            .await
            .ok();
        assert_eq!(answer["NextToken"], Value::Null);
        answer["SamplingStatisticSummaries"].clone()
    };
    let summary = |rule: &str, at: u64, requests: u64, borrowed: u64, sampled: u64| {
        json!({
            "RuleName": rule, "Timestamp": at as f64, "RequestCount": requests,
            "BorrowCount": borrowed, "SampledCount": sampled,
        })
    };
    targets(
        &observatory,
        vec![document("Cruddur", 'a'), document("Cruddur", 'b')],
    )
    .await;
    observatory.advance(10);
    targets(&observatory, vec![document("Cruddur", 'a')]).await;
    assert_eq!(
        summaries().await,
        json!([
            summary("Cruddur", START + 10, 200, 2, 20),
            summary("Default", START + 10, 0, 0, 0),
        ]),
        "the last report of each client"
    );
    observatory.advance(11);
    assert_eq!(
        summaries().await[0],
        summary("Cruddur", START + 10, 100, 1, 10)
    );
    observatory
        .call("/DeleteSamplingRule", json!({ "RuleName": "Cruddur" }))
        .await
        .ok();
    create(&observatory, json!({})).await;
    assert_eq!(
        summaries().await[0],
        summary("Cruddur", START + 21, 0, 0, 0),
        "a new rule of that name begins anew"
    );
}
