//! Groups: made, found, changed, deleted.

use serde_json::{Value, json};

use crate::asking::Observatory;

const INVALID: &str = "InvalidRequestException";

/// The group of the labs.
async fn create(observatory: &Observatory) -> Value {
    let group = json!({
        "GroupName": "cruddur-failures",
        "FilterExpression": "service(\"backend\") { fault OR error }",
    });
    let answer = observatory.call("/CreateGroup", group).await;
    answer.ok()["Group"].clone()
}

fn default_group() -> Value {
    json!({
        "GroupName": "Default",
        "GroupARN": "arn:aws:xray:eu-west-1:000000000000:group/Default",
        "InsightsConfiguration": { "InsightsEnabled": false, "NotificationsEnabled": false },
    })
}

#[tokio::test]
async fn a_group_is_given_back_as_it_was_made() {
    let observatory = Observatory::start();
    let group = create(&observatory).await;
    let arn = group["GroupARN"].as_str().unwrap();
    let id = arn
        .strip_prefix("arn:aws:xray:eu-west-1:000000000000:group/cruddur-failures/")
        .unwrap_or_else(|| panic!("{arn}"));
    assert_eq!(id.len(), 52);
    assert_eq!(
        group,
        json!({
            "GroupName": "cruddur-failures", "GroupARN": arn,
            "FilterExpression": "service(\"backend\") { fault OR error }",
            "InsightsConfiguration": { "InsightsEnabled": false, "NotificationsEnabled": false },
        })
    );
    for which in [
        json!({ "GroupName": "cruddur-failures" }),
        json!({ "GroupARN": arn }),
        json!({ "GroupName": "cruddur-failures", "GroupARN": arn }),
    ] {
        let found = observatory.call("/GetGroup", which).await.ok();
        assert_eq!(found, json!({ "Group": group }));
    }
    let all = observatory.call("/Groups", json!({})).await.ok();
    assert_eq!(
        all,
        json!({ "Groups": [default_group(), group], "NextToken": null })
    );
}

#[tokio::test]
async fn the_default_group_is_always_there() {
    let observatory = Observatory::start();
    let found = observatory
        .call("/GetGroup", json!({ "GroupName": "Default" }))
        .await
        .ok();
    assert_eq!(found["Group"], default_group());
    let elsewhere = observatory
        .call_from("us-east-1", "/GetGroup", r#"{"GroupName":"Default"}"#)
        .await
        .ok();
    let arn = "arn:aws:xray:us-east-1:000000000000:group/Default";
    assert_eq!(elsewhere["Group"]["GroupARN"], arn);
    let by_arn = observatory
        .call("/GetGroup", json!({ "GroupARN": arn }))
        .await
        .ok();
    assert_eq!(by_arn["Group"]["GroupName"], "Default");
}

#[tokio::test]
async fn an_update_changes_what_it_names() {
    let observatory = Observatory::start();
    create(&observatory).await;
    let update = |change: Value| observatory.call("/UpdateGroup", change);
    let insights = json!({ "InsightsEnabled": true });
    let group =
        update(json!({ "GroupName": "cruddur-failures", "InsightsConfiguration": insights }))
            .await
            .ok();
    assert_eq!(
        group["Group"]["InsightsConfiguration"],
        json!({ "InsightsEnabled": true, "NotificationsEnabled": false })
    );
    let group =
        update(json!({ "GroupARN": group["Group"]["GroupARN"], "FilterExpression": "throttle" }))
            .await
            .ok();
    assert_eq!(group["Group"]["FilterExpression"], "throttle");
    assert_eq!(
        group["Group"]["InsightsConfiguration"]["InsightsEnabled"],
        true
    );
    let found = observatory
        .call("/GetGroup", json!({ "GroupName": "cruddur-failures" }))
        .await
        .ok();
    assert_eq!(found, group);
    let default = update(json!({ "GroupName": "Default", "InsightsConfiguration": insights }))
        .await
        .ok();
    assert_eq!(
        default["Group"]["InsightsConfiguration"]["InsightsEnabled"],
        true
    );
    let all = observatory.call("/Groups", json!({})).await.ok();
    assert_eq!(
        all["Groups"].as_array().unwrap().len(),
        2,
        "Default is there once"
    );
}

#[tokio::test]
async fn a_deleted_group_is_gone_and_its_name_free() {
    let observatory = Observatory::start();
    let first = create(&observatory).await;
    let delete = json!({ "GroupName": "cruddur-failures" });
    assert_eq!(
        observatory.call("/DeleteGroup", delete.clone()).await.ok(),
        json!({})
    );
    observatory.call("/DeleteGroup", delete).await.refused(
        "twice",
        INVALID,
        "Group not found: cruddur-failures",
    );
    observatory.advance(1);
    let second = create(&observatory).await;
    assert_ne!(first["GroupARN"], second["GroupARN"]);
}

#[tokio::test]
async fn refusals() {
    let observatory = Observatory::start();
    create(&observatory).await;
    let long = "x".repeat(33);
    let cases = [
        ("no name", "/CreateGroup", json!({}), "'GroupName'"),
        (
            "an empty name",
            "/CreateGroup",
            json!({ "GroupName": "" }),
            "greater than or equal to 1",
        ),
        (
            "a long name",
            "/CreateGroup",
            json!({ "GroupName": long }),
            "less than or equal to 32",
        ),
        (
            "a name taken",
            "/CreateGroup",
            json!({ "GroupName": "cruddur-failures" }),
            "already exists",
        ),
        (
            "the name Default",
            "/CreateGroup",
            json!({ "GroupName": "Default" }),
            "already exists",
        ),
        (
            "a filter that doesn't parse, by its place",
            "/CreateGroup",
            json!({ "GroupName": "a", "FilterExpression": "fault AND" }),
            "Invalid filter expression at position",
        ),
        (
            "a filter with a group that is not there",
            "/CreateGroup",
            json!({ "GroupName": "a", "FilterExpression": "group.name = \"nobody\"" }),
            "there is no group \"nobody\"",
        ),
        (
            "notifications without insights",
            "/CreateGroup",
            json!({ "GroupName": "a", "InsightsConfiguration": { "NotificationsEnabled": true } }),
            "NotificationsEnabled needs InsightsEnabled",
        ),
        (
            "an unknown field within",
            "/CreateGroup",
            json!({ "GroupName": "a", "InsightsConfiguration": { "Enabled": true } }),
            "unknown field 'InsightsConfiguration.Enabled'",
        ),
        (
            "neither name nor ARN",
            "/GetGroup",
            json!({}),
            "Either GroupName or GroupARN",
        ),
        (
            "a name that is not there",
            "/GetGroup",
            json!({ "GroupName": "a" }),
            "Group not found: a",
        ),
        (
            "a name and another's ARN",
            "/GetGroup",
            json!({ "GroupName": "cruddur-failures", "GroupARN": "arn:aws:xray:eu-west-1:000000000000:group/Default" }),
            "Group not found",
        ),
        (
            "an update whose filter doesn't parse",
            "/UpdateGroup",
            json!({ "GroupName": "cruddur-failures", "FilterExpression": "(" }),
            "Invalid filter expression at position",
        ),
        (
            "a filter for Default",
            "/UpdateGroup",
            json!({ "GroupName": "Default", "FilterExpression": "fault" }),
            "Default group cannot be changed",
        ),
        (
            "deleting Default",
            "/DeleteGroup",
            json!({ "GroupName": "Default" }),
            "cannot be deleted",
        ),
        (
            "no page",
            "/Groups",
            json!({ "NextToken": "elsewhere" }),
            "NextToken",
        ),
    ];
    for (case, path, body, piece) in cases {
        observatory
            .call(path, body)
            .await
            .refused(case, INVALID, piece);
    }
    let all = observatory.call("/Groups", json!({})).await.ok();
    assert_eq!(
        all["Groups"].as_array().unwrap().len(),
        2,
        "nothing was made"
    );
    assert_eq!(
        all["Groups"][1]["FilterExpression"],
        "service(\"backend\") { fault OR error }"
    );
}

#[tokio::test]
async fn an_account_has_25_groups_and_they_come_in_pages() {
    let observatory = Observatory::start();
    let group = |number: usize| json!({ "GroupName": format!("group-{number:02}") });
    for number in 0..25 {
        observatory.call("/CreateGroup", group(number)).await.ok();
    }
    observatory.call("/CreateGroup", group(25)).await.refused(
        "one more",
        INVALID,
        "25 groups already",
    );
    let first = observatory.call("/Groups", json!({})).await.ok();
    let token = &first["NextToken"];
    let second = observatory
        .call("/Groups", json!({ "NextToken": token }))
        .await
        .ok();
    let names = |page: &Value| -> Vec<String> {
        let groups = page["Groups"].as_array().unwrap();
        let name = |group: &Value| group["GroupName"].as_str().unwrap().to_owned();
        groups.iter().map(name).collect()
    };
    assert_eq!((names(&first).len(), names(&second).len()), (25, 1));
    assert_eq!(names(&second), ["group-24"]);
    assert_eq!(second["NextToken"], Value::Null);
}
