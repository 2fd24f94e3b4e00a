//! watchtower, Python's handler of `logging`: it looks for its group, makes it, asks STS for the account that the ARN needs
//! with which it tags the group, keeps events for two weeks, and makes its stream once the service says that it is missing.

use crate::{
    recorded::requests,
    session::{Observatory, read, told},
};

const SESSION: &str = include_str!("../recorded/logs/watchtower.http");

#[tokio::test]
async fn it_makes_what_is_missing() {
    // The second handler finds both there.
    let expected = r#"
DescribeLogGroups
CreateLogGroup
GetCallerIdentity account 000000000000
TagResource
PutRetentionPolicy
PutLogEvents 400 ResourceNotFoundException: The specified log stream does not exist.
CreateLogStream
PutLogEvents
DescribeLogGroups cruddur for 14 days
GetCallerIdentity account 000000000000
TagResource
PutRetentionPolicy
PutLogEvents
FilterLogEvents app.py/cruddur: "GET /api/activities/home 200", app.py/cruddur: "{\"message\": \"profiles does not answer\", \"status\": 503, \"route\": \"/api/messages\"}", app.py/cruddur: "Grüße an 🦀", app.py/cruddur: "not counted\nTraceback (most recent call last):\n  File \"<stdin>\", line 9, in <module>\nZeroDivisionError: division by zero", app.py/cruddur: "the group and the stream are there"
"#;
    assert_eq!(told(SESSION).await, expected[1..]);
}

#[tokio::test]
async fn sts_is_asked_for_nothing_else() {
    let session = requests(SESSION);
    let identity = session
        .iter()
        .find(|request| request.operation() == "GetCallerIdentity");
    let identity = identity.unwrap();
    let signature = ("Authorization", identity.header("authorization"));
    let for_logs = signature.1.replace("/sts/", "/logs/");
    for (rule, authorization, body, status, piece) in [
        (
            "as it was",
            Some(signature.1),
            identity.body,
            200,
            "<Arn>arn:aws:iam::000000000000:root</Arn>",
        ),
        (
            "in another order",
            Some(signature.1),
            "Version=2011-06-15&Action=GetCallerIdentity",
            200,
            "<UserId>000000000000</UserId>",
        ),
        (
            "no signature",
            None,
            identity.body,
            403,
            "<Code>MissingAuthenticationTokenException</Code>",
        ),
        (
            "signed for another service",
            Some(for_logs.as_str()),
            identity.body,
            403,
            "correct service: 'sts'.</Message>",
        ),
        (
            "half a signature",
            Some("AWS4-HMAC-SHA256 <"),
            identity.body,
            403,
            "'&lt;' not a valid key=value pair",
        ),
        (
            "another call",
            Some(signature.1),
            "Action=GetSessionToken&Version=2011-06-15",
            400,
            "<Code>InvalidAction</Code>",
        ),
        (
            "no call",
            Some(signature.1),
            "",
            400,
            "<Code>InvalidAction</Code>",
        ),
    ] {
        let mut headers = identity.headers.clone();
        headers.retain(|(name, _)| !name.eq_ignore_ascii_case("authorization"));
        headers.extend(authorization.map(|value| ("Authorization", value)));
        let request = crate::recorded::Recorded { headers, body };
        let response = Observatory::start().send(&request, body.to_owned()).await;
        assert_eq!(response.headers()["content-type"], "text/xml", "{rule}");
        let (told, xml) = read(response).await;
        assert_eq!(told, status, "{rule}: {xml}");
        assert!(
            xml.as_str().is_some_and(|xml| xml.contains(piece)),
            "{rule}: {xml}"
        );
    }
    let mut headers = identity.headers.clone();
    headers.push(("Content-Encoding", "unknown"));
    let body = identity.body;
    let request = crate::recorded::Recorded { headers, body };
    let (told, xml) = read(Observatory::start().send(&request, body.to_owned()).await).await;
    assert_eq!(told, 400);
    assert!(
        xml.to_string().contains("<Code>MalformedInput</Code>"),
        "{xml}"
    );
}
