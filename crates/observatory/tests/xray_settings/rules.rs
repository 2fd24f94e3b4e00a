//! Sampling rules: made, listed, changed, deleted; the `Default` rule.

use serde_json::{Value, json};

use crate::asking::{Observatory, START};

const INVALID: &str = "InvalidRequestException";

/// The rule of the labs, with some fields changed; a null takes one out.
pub(crate) fn cruddur(change: Value) -> Value {
    let mut rule = json!({
        "RuleName": "Cruddur", "ResourceARN": "*", "Priority": 9000, "FixedRate": 0.1,
        "ReservoirSize": 5, "ServiceName": "backend", "ServiceType": "*", "Host": "*",
        "HTTPMethod": "*", "URLPath": "*", "Version": 1,
    });
    for (key, value) in change.as_object().unwrap() {
        rule[key] = value.clone();
    }
    rule
}

pub(crate) async fn create(observatory: &Observatory, change: Value) -> Value {
    let rule = json!({ "SamplingRule": cruddur(change) });
    observatory.call("/CreateSamplingRule", rule).await.ok()
}

async fn names(observatory: &Observatory) -> Vec<String> {
    let all = observatory.call("/GetSamplingRules", json!({})).await.ok();
    let records = all["SamplingRuleRecords"].as_array().unwrap();
    let name = |record: &Value| {
        record["SamplingRule"]["RuleName"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    records.iter().map(name).collect()
}

#[tokio::test]
async fn a_rule_is_given_back_as_it_was_made() {
    let observatory = Observatory::start();
    let made = create(&observatory, json!({ "Attributes": { "tenant": "a*" } })).await;
    let mut rule = cruddur(json!({ "Attributes": { "tenant": "a*" } }));
    rule["RuleARN"] = "arn:aws:xray:eu-west-1:000000000000:sampling-rule/Cruddur".into();
    let record = json!({
        "SamplingRule": rule, "CreatedAt": START as f64, "ModifiedAt": START as f64,
    });
    assert_eq!(made, json!({ "SamplingRuleRecord": record }));
    let all = observatory.call("/GetSamplingRules", json!({})).await.ok();
    assert_eq!(all["SamplingRuleRecords"][0], record);
}

#[tokio::test]
async fn the_default_rule_is_always_there() {
    let observatory = Observatory::start();
    let all = observatory
        .call("/GetSamplingRules", json!({ "NextToken": null }))
        .await
        .ok();
    let default = json!({
        "SamplingRule": {
            "RuleName": "Default", "RuleARN": "arn:aws:xray:eu-west-1:000000000000:sampling-rule/Default",
            "ResourceARN": "*", "Priority": 10000, "FixedRate": 0.05, "ReservoirSize": 1,
            "ServiceName": "*", "ServiceType": "*", "Host": "*", "HTTPMethod": "*", "URLPath": "*",
            "Version": 1, "Attributes": {},
        },
        "CreatedAt": 0.0, "ModifiedAt": 0.0,
    });
    assert_eq!(
        all,
        json!({ "SamplingRuleRecords": [default], "NextToken": null })
    );
}

#[tokio::test]
async fn rules_come_in_the_order_in_which_they_are_tried() {
    let observatory = Observatory::start();
    for (name, priority) in [("b", 9000), ("z", 1), ("a", 9000)] {
        create(
            &observatory,
            json!({ "RuleName": name, "Priority": priority }),
        )
        .await;
    }
    assert_eq!(names(&observatory).await, ["z", "a", "b", "Default"]);
}

#[tokio::test]
async fn an_update_changes_what_it_names() {
    let observatory = Observatory::start();
    let made = create(&observatory, json!({})).await;
    let arn = made["SamplingRuleRecord"]["SamplingRule"]["RuleARN"].clone();
    observatory.advance(5);
    let update =
        json!({ "SamplingRuleUpdate": { "RuleARN": arn, "FixedRate": 1, "URLPath": "/api/*" } });
    let changed = observatory.call("/UpdateSamplingRule", update).await.ok();
    let mut expected = made.clone();
    expected["SamplingRuleRecord"]["ModifiedAt"] = ((START + 5) as f64).into();
    expected["SamplingRuleRecord"]["SamplingRule"]["FixedRate"] = 1.0.into();
    expected["SamplingRuleRecord"]["SamplingRule"]["URLPath"] = "/api/*".into();
    assert_eq!(changed, expected);
    let all = observatory.call("/GetSamplingRules", json!({})).await.ok();
    assert_eq!(
        all["SamplingRuleRecords"][0],
        expected["SamplingRuleRecord"]
    );
}

#[tokio::test]
async fn of_the_default_rule_rate_and_reservoir_can_be_changed() {
    let observatory = Observatory::start();
    let update = |change: Value| {
        let mut update = json!({ "RuleName": "Default" });
        update
            .as_object_mut()
            .unwrap()
            .extend(change.as_object().unwrap().clone());
        observatory.call(
            "/UpdateSamplingRule",
            json!({ "SamplingRuleUpdate": update }),
        )
    };
    let changed = update(json!({ "FixedRate": 0.5, "ReservoirSize": 7, "Host": "*" }))
        .await
        .ok();
    let rule = &changed["SamplingRuleRecord"]["SamplingRule"];
    assert_eq!(
        (&rule["FixedRate"], &rule["ReservoirSize"]),
        (&json!(0.5), &json!(7))
    );
    assert_eq!(names(&observatory).await, ["Default"], "it is there once");
    for change in [
        json!({ "Priority": 1 }),
        json!({ "Host": "a" }),
        json!({ "Attributes": { "a": "b" } }),
    ] {
        update(change)
            .await
            .refused("another field", INVALID, "Only FixedRate and ReservoirSize");
    }
}

#[tokio::test]
async fn a_deleted_rule_is_given_back_and_gone() {
    let observatory = Observatory::start();
    let made = create(&observatory, json!({})).await;
    let delete = json!({ "RuleName": "Cruddur" });
    let deleted = observatory
        .call("/DeleteSamplingRule", delete.clone())
        .await
        .ok();
    assert_eq!(deleted, made);
    observatory
        .call("/DeleteSamplingRule", delete)
        .await
        .refused("twice", INVALID, "Sampling rule not found: Cruddur");
    assert_eq!(names(&observatory).await, ["Default"]);
    create(&observatory, json!({})).await;
}

#[tokio::test]
async fn refusals_of_a_rule() {
    let observatory = Observatory::start();
    create(&observatory, json!({})).await;
    let six: Value = (0..6)
        .map(|n| (format!("a{n}"), "b".into()))
        .collect::<serde_json::Map<_, _>>()
        .into();
    let mut cases = vec![
        (
            "a name taken".to_owned(),
            json!({}),
            "'Cruddur' already exists".to_owned(),
        ),
        (
            "the name Default".to_owned(),
            json!({ "RuleName": "Default" }),
            "already exists".to_owned(),
        ),
    ];
    let mut case = |case: &str, change: Value, piece: &str| {
        let mut rule = json!({ "RuleName": "new" });
        rule.as_object_mut()
            .unwrap()
            .extend(change.as_object().unwrap().clone());
        cases.push((case.to_owned(), rule, piece.to_owned()));
    };
    case(
        "a name too long",
        json!({ "RuleName": "x".repeat(33) }),
        "'SamplingRule.RuleName' failed to satisfy constraint: Member must have length less than or equal to 32",
    );
    case(
        "an empty name",
        json!({ "RuleName": "" }),
        "greater than or equal to 1",
    );
    case(
        "an ARN of one's own",
        json!({ "RuleARN": "arn:1" }),
        "RuleARN is given by the service",
    );
    case(
        "a rate over 1",
        json!({ "FixedRate": 1.01 }),
        "Value '1.01' at 'SamplingRule.FixedRate' failed to satisfy constraint: Member must have value less than or equal to 1",
    );
    case(
        "a rate under 0",
        json!({ "FixedRate": -0.1 }),
        "greater than or equal to 0",
    );
    case(
        "a rate that is no number",
        json!({ "FixedRate": "0.1" }),
        "'SamplingRule.FixedRate' must be a number",
    );
    case(
        "priority 0",
        json!({ "Priority": 0 }),
        "'SamplingRule.Priority' failed",
    );
    case(
        "priority 10000",
        json!({ "Priority": 10000 }),
        "less than or equal to 9999",
    );
    case(
        "half a priority",
        json!({ "Priority": 1.5 }),
        "'SamplingRule.Priority' must be an integer",
    );
    case(
        "a reservoir under 0",
        json!({ "ReservoirSize": -1 }),
        "'SamplingRule.ReservoirSize' failed",
    );
    case(
        "a reservoir beyond an integer",
        json!({ "ReservoirSize": 3_000_000_000_u64 }),
        "less than or equal to 2147483647",
    );
    case(
        "version 2",
        json!({ "Version": 2 }),
        "Version 2 is not supported",
    );
    case(
        "a service's name too long",
        json!({ "ServiceName": "x".repeat(65) }),
        "'SamplingRule.ServiceName' failed",
    );
    case(
        "a method too long",
        json!({ "HTTPMethod": "x".repeat(11) }),
        "'SamplingRule.HTTPMethod' failed",
    );
    case(
        "a path too long",
        json!({ "URLPath": "x".repeat(129) }),
        "'SamplingRule.URLPath' failed",
    );
    case(
        "an ARN too long",
        json!({ "ResourceARN": "x".repeat(501) }),
        "'SamplingRule.ResourceARN' failed",
    );
    case(
        "too many attributes",
        json!({ "Attributes": six }),
        "Attributes has 6 entries",
    );
    case(
        "an attribute's value too long",
        json!({ "Attributes": { "a": "x".repeat(33) } }),
        "'SamplingRule.Attributes.a' failed",
    );
    case(
        "an attribute's value that is no text",
        json!({ "Attributes": { "a": 1 } }),
        "'SamplingRule.Attributes.a' must be a string",
    );
    case(
        "a boost",
        json!({ "SamplingRateBoost": { "MaxRate": 1, "CooldownWindowMinutes": 1 } }),
        "no sampling boost",
    );
    case(
        "an unknown field",
        json!({ "Rate": 1 }),
        "unknown field 'SamplingRule.Rate'",
    );
    for required in [
        "RuleName",
        "ResourceARN",
        "Priority",
        "FixedRate",
        "ReservoirSize",
        "ServiceName",
        "ServiceType",
        "Host",
        "HTTPMethod",
        "URLPath",
        "Version",
    ] {
        case(
            required,
            json!({ required: null }),
            &format!("Value null at 'SamplingRule.{required}'"),
        );
    }
    for (case, change, piece) in cases {
        let rule = json!({ "SamplingRule": cruddur(change) });
        observatory
            .call("/CreateSamplingRule", rule)
            .await
            .refused(&case, INVALID, &piece);
    }
    assert_eq!(names(&observatory).await, ["Cruddur", "Default"]);
}

#[tokio::test]
async fn refusals_of_a_change() {
    let observatory = Observatory::start();
    let before = create(&observatory, json!({})).await;
    let arn = "arn:aws:xray:eu-west-1:000000000000:sampling-rule/Cruddur";
    let update = |update: Value| json!({ "SamplingRuleUpdate": update });
    let cases = [
        (
            "no update",
            "/UpdateSamplingRule",
            json!({}),
            "'SamplingRuleUpdate'",
        ),
        (
            "no rule named",
            "/UpdateSamplingRule",
            update(json!({ "FixedRate": 1 })),
            "by RuleName or by RuleARN",
        ),
        (
            "named twice",
            "/UpdateSamplingRule",
            update(json!({ "RuleName": "Cruddur", "RuleARN": arn })),
            "not both",
        ),
        (
            "not there",
            "/UpdateSamplingRule",
            update(json!({ "RuleName": "cruddur" })),
            "Sampling rule not found: cruddur",
        ),
        (
            "a rate over 1",
            "/UpdateSamplingRule",
            update(json!({ "RuleName": "Cruddur", "FixedRate": 2, "Host": "h" })),
            "'SamplingRuleUpdate.FixedRate'",
        ),
        (
            "a version",
            "/UpdateSamplingRule",
            update(json!({ "RuleName": "Cruddur", "Version": 1 })),
            "unknown field 'SamplingRuleUpdate.Version'",
        ),
        (
            "deleting Default",
            "/DeleteSamplingRule",
            json!({ "RuleName": "Default" }),
            "Default rule cannot be deleted",
        ),
        (
            "deleting nothing",
            "/DeleteSamplingRule",
            json!({}),
            "by RuleName or by RuleARN",
        ),
    ];
    for (case, path, body, piece) in cases {
        observatory
            .call(path, body)
            .await
            .refused(case, INVALID, piece);
    }
    let all = observatory.call("/GetSamplingRules", json!({})).await.ok();
    assert_eq!(all["SamplingRuleRecords"][0], before["SamplingRuleRecord"]);
}

#[tokio::test]
async fn an_account_has_25_rules_beside_default() {
    let observatory = Observatory::start();
    let update = json!({ "SamplingRuleUpdate": { "RuleName": "Default", "FixedRate": 1 } });
    observatory.call("/UpdateSamplingRule", update).await.ok();
    for number in 0..25 {
        create(
            &observatory,
            json!({ "RuleName": format!("rule {number:02}") }),
        )
        .await;
    }
    observatory
        .call(
            "/CreateSamplingRule",
            json!({ "SamplingRule": cruddur(json!({})) }),
        )
        .await
        .refused(
            "one more",
            "RuleLimitExceededException",
            "25 sampling rules already",
        );
    assert_eq!(
        names(&observatory).await.len(),
        26,
        "all in one page, which is what the SDKs read"
    );
}
