//! What a query may be asked: over which groups and time, and what is refused with the place that is wrong.

use serde_json::{Value, json};

use super::{INVALID, NOT_FOUND, SECONDS, query, ran, rows, ten};
use crate::asking::{NOW, Observatory};

#[tokio::test]
async fn reads_from_one_second_to_another_both_included() {
    let observatory = Observatory::start();
    observatory.make("g", &["s"]).await;
    for (time, message) in [
        (-1, "before"),
        (0, "first"),
        (1_999, "last"),
        (2_000, "after"),
    ] {
        observatory.put("g", "s", &[(NOW + time, message)]).await;
    }
    for (case, start, end, expected) in [
        (
            "both ends",
            SECONDS,
            SECONDS + 1,
            &["@message=first", "@message=last"][..],
        ),
        ("one second", SECONDS, SECONDS, &["@message=first"]),
        (
            "all time",
            0,
            i64::MAX,
            &[
                "@message=before",
                "@message=first",
                "@message=last",
                "@message=after",
            ],
        ),
    ] {
        let mut body = query("fields @message | sort @timestamp");
        (body["startTime"], body["endTime"]) = (start.into(), end.into());
        assert_eq!(rows(&ran(&observatory, body).await), expected, "{case}");
    }
}

#[tokio::test]
async fn reads_several_groups_newest_first() {
    let observatory = Observatory::start();
    let names: Vec<String> = (0..51).map(|number| format!("g{number:02}")).collect();
    for (number, name) in names.iter().enumerate() {
        observatory.make(name, &["s"]).await;
        observatory
            .put(name, "s", &[(NOW + number as i64, &format!("of {name}"))])
            .await;
    }
    let arn = |name: &str| format!("arn:aws:logs:eu-central-1:000000000000:log-group:{name}");
    let fifty: Vec<&String> = names[..50].iter().collect();
    for (member, value, expected) in [
        ("logGroupName", json!("g07"), vec!["g07"]),
        (
            "logGroupNames",
            json!(["g03", "g05", "g03"]),
            vec!["g05", "g03"],
        ),
        (
            "logGroupIdentifiers",
            json!([arn("g01"), "g02"]),
            vec!["g02", "g01"],
        ),
        (
            "logGroupNames",
            json!(fifty),
            names[..50].iter().rev().map(String::as_str).collect(),
        ),
    ] {
        let mut body = query("fields @message");
        body.as_object_mut().unwrap().remove("logGroupName");
        body[member] = value;
        let answer = ran(&observatory, body).await;
        let expected: Vec<String> = expected
            .iter()
            .map(|name| format!("@message=of {name}"))
            .collect();
        assert_eq!(rows(&answer), expected, "{member}");
        assert_eq!(
            answer["statistics"]["logGroupsScanned"],
            expected.len() as f64,
            "{member}"
        );
    }
    for (case, more, name, piece) in [
        ("no group", json!({}), INVALID, "Exactly one of"),
        (
            "two ways",
            json!({ "logGroupName": "g01", "logGroupNames": ["g02"] }),
            INVALID,
            "Exactly one of",
        ),
        (
            "none",
            json!({ "logGroupNames": [] }),
            INVALID,
            "from 1 to 50 log groups, not 0",
        ),
        (
            "51",
            json!({ "logGroupNames": names }),
            INVALID,
            "from 1 to 50 log groups, not 51",
        ),
        (
            "an unknown one",
            json!({ "logGroupNames": ["g01", "h"] }),
            NOT_FOUND,
            "The specified log group does not exist.",
        ),
        (
            "an unknown one's ARN",
            json!({ "logGroupIdentifiers": [arn("h")] }),
            NOT_FOUND,
            "The specified log group does not exist.",
        ),
        (
            "a bad name",
            json!({ "logGroupNames": ["a b"] }),
            INVALID,
            "at 'logGroupNames.1.member'",
        ),
    ] {
        let mut body = query("fields @message");
        body.as_object_mut().unwrap().remove("logGroupName");
        for (name, value) in more.as_object().unwrap() {
            body[name] = value.clone();
        }
        observatory
            .call("StartQuery", body)
            .await
            .refused_with(case, name, piece);
    }
}

#[tokio::test]
async fn is_refused_with_the_place_that_is_wrong() {
    let observatory = ten().await;
    let text = "fields n\n| filtre n > 3";
    let answer = observatory.call("StartQuery", query(text)).await;
    answer.refused_with("a typing mistake", "MalformedQueryException", "");
    let error = &answer.body["queryCompileError"];
    assert_eq!(error["message"], answer.body["message"]);
    let (start, end) = (
        &error["location"]["startCharOffset"],
        &error["location"]["endCharOffset"],
    );
    let (start, end) = (
        start.as_u64().unwrap() as usize,
        end.as_u64().unwrap() as usize,
    );
    let place: String = text.chars().skip(start).take(end - start).collect();
    assert_eq!(place, "filtre");

    let null = |member: &str| {
        format!(
            "1 validation error detected: Value null at '{member}' failed to satisfy constraint: Member must not be null"
        )
    };
    for (case, member, value, message) in [
        ("no start", "startTime", Value::Null, null("startTime")),
        ("no end", "endTime", Value::Null, null("endTime")),
        ("no query", "queryString", Value::Null, null("queryString")),
        ("an end before its start", "endTime", json!(SECONDS - 3_601), "The start of the query's time range must not be after its end".to_owned()),
        ("a limit of 0", "limit", json!(0), "1 validation error detected: Value '0' at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 1".to_owned()),
        ("a limit of 10,001", "limit", json!(10_001), "1 validation error detected: Value '10001' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 10000".to_owned()),
        ("SQL", "queryLanguage", json!("SQL"), "The observatory has the query language CWLI only; ask CloudWatch Logs itself".to_owned()),
    ] {
        let mut body = query("fields n");
        body[member] = value;
        observatory.call("StartQuery", body).await.refused(case, INVALID, &message);
    }
    let longest = format!("fields n #{}", "x".repeat(10_000 - 10));
    ran(&observatory, query(&longest)).await;
    let answer = observatory
        .call("StartQuery", query(&format!("{longest}x")))
        .await;
    answer.refused_with("too long by one", INVALID, "at 'queryString' failed to satisfy constraint: Member must have length less than or equal to 10000");
}
