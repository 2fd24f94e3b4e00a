//! Log groups: made, deleted, listed, and what they keep.

use serde_json::{Value, json};

use crate::asking::{NOW, Observatory, names};

const NAME_PATTERN: &str = r"Member must satisfy regular expression pattern: [\.\-_/#A-Za-z0-9]+";

async fn described(observatory: &Observatory, body: Value) -> Vec<String> {
    let answer = observatory.ask("DescribeLogGroups", body).await;
    names(&answer, "logGroups", "logGroupName")
}

#[tokio::test]
async fn is_made_once_shown_and_deleted() {
    let observatory = Observatory::start();
    let made = observatory
        .call(
            "CreateLogGroup",
            json!({ "logGroupName": "/cruddur/a.b-c_d#1", "logGroupClass": "STANDARD" }),
        )
        .await;
    assert_eq!((made.status, made.body), (200, "".into()));
    let shown = observatory.ask("DescribeLogGroups", json!({})).await;
    let arn = "arn:aws:logs:eu-central-1:000000000000:log-group:/cruddur/a.b-c_d#1";
    assert_eq!(
        shown,
        json!({ "logGroups": [{
            "logGroupName": "/cruddur/a.b-c_d#1", "creationTime": NOW, "metricFilterCount": 0, "storedBytes": 0,
            "arn": format!("{arn}:*"), "logGroupArn": arn, "logGroupClass": "STANDARD",
        }] })
    );
    let body = json!({ "logGroupName": "/cruddur/a.b-c_d#1" });
    observatory
        .call("CreateLogGroup", body.clone())
        .await
        .refused(
            "made twice",
            "ResourceAlreadyExistsException",
            "The specified log group already exists",
        );
    observatory.ask("DeleteLogGroup", body.clone()).await;
    assert_eq!(described(&observatory, json!({})).await, [""; 0]);
    observatory.call("DeleteLogGroup", body).await.refused(
        "deleted twice",
        "ResourceNotFoundException",
        "The specified log group does not exist.",
    );
}

#[tokio::test]
async fn has_a_name_that_the_service_takes() {
    let observatory = Observatory::start();
    let longest = "x".repeat(512);
    observatory.make(&longest, &[]).await;
    observatory.make("a", &[]).await;
    observatory.make("aws", &[]).await;
    observatory.make("AWS/x", &[]).await;
    let invalid = "InvalidParameterException";
    let too_long = "x".repeat(513);
    for (case, name, message) in [
        (
            "no name",
            Value::Null,
            "1 validation error detected: Value null at 'logGroupName' failed to satisfy constraint: Member must not be null".to_owned(),
        ),
        (
            "empty",
            "".into(),
            "1 validation error detected: Value '' at 'logGroupName' failed to satisfy constraint: Member must have length greater than or equal to 1".to_owned(),
        ),
        (
            "too long by one",
            too_long.clone().into(),
            format!("1 validation error detected: Value '{too_long}' at 'logGroupName' failed to satisfy constraint: Member must have length less than or equal to 512"),
        ),
        (
            "a space",
            "a b".into(),
            format!("1 validation error detected: Value 'a b' at 'logGroupName' failed to satisfy constraint: {NAME_PATTERN}"),
        ),
        (
            "a letter of another alphabet",
            "é".into(),
            format!("1 validation error detected: Value 'é' at 'logGroupName' failed to satisfy constraint: {NAME_PATTERN}"),
        ),
        ("AWS's own", "aws/x".into(), "Log group names starting with aws/ are reserved for AWS".to_owned()),
    ] {
        let answer = observatory.call("CreateLogGroup", json!({ "logGroupName": name })).await;
        answer.refused(case, invalid, &message);
    }
    let both = json!({ "logGroupName": "a b", "tags": {} });
    observatory.call("CreateLogGroup", both).await.refused_with(
        "two at once",
        invalid,
        "2 validation errors detected: Value 'a b' at 'logGroupName' failed to satisfy constraint: ",
    );
}

#[tokio::test]
async fn is_refused_what_the_observatory_has_not() {
    let observatory = Observatory::start();
    for (member, value) in [
        ("logGroupClass", json!("INFREQUENT_ACCESS")),
        ("logGroupClass", json!("DELIVERY")),
        (
            "kmsKeyId",
            json!("arn:aws:kms:eu-central-1:000000000000:key/example"),
        ),
        ("deletionProtectionEnabled", json!(true)),
        ("somethingNew", json!(1)),
    ] {
        let answer = observatory
            .call(
                "CreateLogGroup",
                json!({ "logGroupName": "a", member: value }),
            )
            .await;
        answer.refused_with(
            member,
            "InvalidParameterException",
            if member == "logGroupClass" {
                "STANDARD"
            } else {
                member
            },
        );
    }
    observatory
        .call("CreateLogGroup", json!({ "logGroupName": "a", "logGroupClass": "standard" }))
        .await
        .refused(
            "a class that is none",
            "InvalidParameterException",
            "1 validation error detected: Value 'standard' at 'logGroupClass' failed to satisfy constraint: Member must satisfy enum value set: [STANDARD, INFREQUENT_ACCESS, DELIVERY, ESSENTIALS]",
        );
    observatory
        .call("CreateLogGroup", json!({ "logGroupName": 7 }))
        .await
        .refused(
            "a number for a name",
            "SerializationException",
            "'logGroupName' must be a string",
        );
    assert_eq!(described(&observatory, json!({})).await, [""; 0]);
}

#[tokio::test]
async fn is_found_by_prefix_part_and_identifier() {
    let observatory = Observatory::start();
    for name in ["/aws/lambda/a", "/aws/lambda/b", "Data", "MyData", "data"] {
        observatory.make(name, &[]).await;
    }
    let arn = "arn:aws:logs:eu-central-1:000000000000:log-group:Data";
    for (case, body, expected) in [
        (
            "all, by name",
            json!({}),
            &["/aws/lambda/a", "/aws/lambda/b", "Data", "MyData", "data"][..],
        ),
        (
            "a prefix",
            json!({ "logGroupNamePrefix": "/aws/" }),
            &["/aws/lambda/a", "/aws/lambda/b"],
        ),
        (
            "a prefix that is a whole name",
            json!({ "logGroupNamePrefix": "Data" }),
            &["Data"],
        ),
        (
            "a prefix of none",
            json!({ "logGroupNamePrefix": "lambda" }),
            &[],
        ),
        (
            "a part",
            json!({ "logGroupNamePattern": "Data" }),
            &["Data", "MyData"],
        ),
        (
            "a part of none",
            json!({ "logGroupNamePattern": "DATA" }),
            &[],
        ),
        (
            "an empty part",
            json!({ "logGroupNamePattern": "", "limit": 1 }),
            &["/aws/lambda/a"],
        ),
        (
            "names",
            json!({ "logGroupIdentifiers": ["data", "Data", "absent", "data"] }),
            &["Data", "data"],
        ),
        ("an ARN", json!({ "logGroupIdentifiers": [arn] }), &["Data"]),
        ("another class", json!({ "logGroupClass": "DELIVERY" }), &[]),
    ] {
        assert_eq!(described(&observatory, body).await, expected, "{case}");
    }
    for (case, body, message) in [
        (
            "prefix and part",
            json!({ "logGroupNamePrefix": "a", "logGroupNamePattern": "b" }),
            "LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.",
        ),
        (
            "identifiers and prefix",
            json!({ "logGroupNamePrefix": "a", "logGroupIdentifiers": ["b"] }),
            "logGroupIdentifiers cannot be combined with other parameters",
        ),
        (
            "limit of 0",
            json!({ "limit": 0 }),
            "1 validation error detected: Value '0' at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 1",
        ),
        (
            "limit of 51",
            json!({ "limit": 51 }),
            "1 validation error detected: Value '51' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 50",
        ),
        (
            "linked accounts",
            json!({ "includeLinkedAccounts": true }),
            "The observatory has no linked accounts; leave includeLinkedAccounts and accountIdentifiers out",
        ),
        (
            "a token of nobody's",
            json!({ "nextToken": "x" }),
            "The specified nextToken is invalid.",
        ),
    ] {
        let answer = observatory.call("DescribeLogGroups", body).await;
        answer.refused(case, "InvalidParameterException", message);
    }
}

#[tokio::test]
async fn comes_in_pages() {
    let observatory = Observatory::start();
    let all: Vec<String> = (0..51).map(|number| format!("g{number:02}")).collect();
    for name in &all {
        observatory.make(name, &[]).await;
    }
    for (operation, limits) in [
        ("DescribeLogGroups", [50, 7, 17]),
        ("ListLogGroups", [51, 1000, 7]),
    ] {
        for limit in limits {
            let mut seen = Vec::new();
            let mut token = Value::Null;
            loop {
                let body = json!({ "limit": limit, "nextToken": token });
                let answer = observatory.ask(operation, body).await;
                let page = names(&answer, "logGroups", "logGroupName");
                assert!(
                    page.len() <= limit && !page.is_empty(),
                    "{operation} {limit}"
                );
                seen.extend(page);
                token = answer["nextToken"].clone();
                if token.is_null() {
                    break;
                }
                if seen.len() < all.len() {
                    // One that comes before the place reached changes nothing.
                    observatory
                        .call("CreateLogGroup", json!({ "logGroupName": "a" }))
                        .await;
                }
            }
            observatory
                .call("DeleteLogGroup", json!({ "logGroupName": "a" }))
                .await;
            assert_eq!(seen, all, "{operation} {limit}");
        }
    }
    let first = observatory.ask("DescribeLogGroups", json!({})).await;
    assert_eq!(first["logGroups"].as_array().unwrap().len(), 50);
}

#[tokio::test]
async fn is_listed_by_alternatives() {
    let observatory = Observatory::start();
    for name in ["/aws/lambda/one", "discovery", "my/aws/lambda"] {
        observatory.make(name, &[]).await;
    }
    for (pattern, expected) in [
        (
            "^/aws/lambda|discovery",
            &["/aws/lambda/one", "discovery"][..],
        ),
        ("lambda", &["/aws/lambda/one", "my/aws/lambda"]),
        ("^lambda", &[]),
    ] {
        let body = json!({ "logGroupNamePattern": pattern });
        let answer = observatory.ask("ListLogGroups", body).await;
        assert_eq!(
            names(&answer, "logGroups", "logGroupName"),
            expected,
            "{pattern}"
        );
    }
    let five = ["aaa"; 5].join("|");
    observatory
        .ask(
            "ListLogGroups",
            json!({ "logGroupNamePattern": five, "limit": 1 }),
        )
        .await;
    for pattern in [
        "ab|lambda",
        &["aaa"; 6].join("|"),
        &"x".repeat(25),
        "a*b",
        "lam^bda",
    ] {
        let answer = observatory
            .call("ListLogGroups", json!({ "logGroupNamePattern": pattern }))
            .await;
        answer.refused_with(
            pattern,
            "InvalidParameterException",
            "Member must satisfy regular expression pattern",
        );
    }
    let unknown = json!({ "dataSources": [{ "name": "x" }] });
    let answer = observatory.call("ListLogGroups", unknown).await;
    answer.refused_with(
        "data sources",
        "InvalidParameterException",
        "'dataSources' is not a parameter",
    );
}

#[tokio::test]
async fn keeps_events_for_days_that_the_service_knows() {
    let observatory = Observatory::start();
    observatory.make("g", &[]).await;
    let days = [
        1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557,
        2922, 3288, 3653,
    ];
    for days in days {
        let body = json!({ "logGroupName": "g", "retentionInDays": days });
        observatory.ask("PutRetentionPolicy", body).await;
        let shown = observatory.ask("DescribeLogGroups", json!({})).await;
        assert_eq!(shown["logGroups"][0]["retentionInDays"], days);
    }
    let set = days.map(|days| days.to_string()).join(", ");
    for days in [8, 0, -1, 2, 13, 15, 3652, 3654] {
        let body = json!({ "logGroupName": "g", "retentionInDays": days });
        observatory.call("PutRetentionPolicy", body).await.refused(
            "days",
            "InvalidParameterException",
            &format!("1 validation error detected: Value '{days}' at 'retentionInDays' failed to satisfy constraint: Member must satisfy enum value set: [{set}]"),
        );
    }
    observatory.call("PutRetentionPolicy", json!({ "logGroupName": "g" })).await.refused(
        "no days",
        "InvalidParameterException",
        "1 validation error detected: Value null at 'retentionInDays' failed to satisfy constraint: Member must not be null",
    );
    for (operation, body) in [
        (
            "PutRetentionPolicy",
            json!({ "logGroupName": "absent", "retentionInDays": 1 }),
        ),
        ("DeleteRetentionPolicy", json!({ "logGroupName": "absent" })),
    ] {
        observatory.call(operation, body).await.refused(
            operation,
            "ResourceNotFoundException",
            "The specified log group does not exist.",
        );
    }
    for _ in 0..2 {
        observatory
            .ask("DeleteRetentionPolicy", json!({ "logGroupName": "g" }))
            .await;
        let shown = observatory.ask("DescribeLogGroups", json!({})).await;
        assert_eq!(shown["logGroups"][0]["retentionInDays"], Value::Null);
    }
}
