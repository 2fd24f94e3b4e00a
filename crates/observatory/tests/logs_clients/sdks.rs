//! The SDKs for JavaScript and Rust, and what all clients have in common.

use crate::{recorded::requests, session::told};

const JAVASCRIPT: &str = include_str!("../recorded/logs/javascript.http");
const RUST: &str = include_str!("../recorded/logs/rust.http");

#[tokio::test]
async fn javascript() {
    // A page that is full says that there may be more; the one after it is empty.
    let expected = r#"
CreateLogGroup
CreateLogGroup 400 ResourceAlreadyExistsException: The specified log group already exists
CreateLogStream
PutRetentionPolicy
PutLogEvents
PutLogEvents 400 ResourceNotFoundException: The specified log stream does not exist.
FilterLogEvents front: "{\"level\":\"ERROR\",\"n\":0,\"to\":\"ü🦀\"}", and more
FilterLogEvents front: "{\"level\":\"ERROR\",\"n\":2,\"to\":\"ü🦀\"}", and more
FilterLogEvents
GetLogEvents "{\"level\":\"ERROR\",\"n\":0,\"to\":\"ü🦀\"}", "{\"level\":\"INFO\",\"n\":1,\"to\":\"ü🦀\"}"
DescribeLogStreams front
FilterLogEvents 400 InvalidParameterException: If a filter pattern starts with '{' it must end with '}'
StartQuery
GetQueryResults [level ERROR, events 2, sum(n) 2], [level INFO, events 2, sum(n) 4], 4.0 of 4.0 records
StartQuery 400 MalformedQueryException: unexpected symbol found the end of the query at line 1 and position 14: expected `,` or `)` (13 to 13)
"#;
    assert_eq!(told(JAVASCRIPT).await, expected[1..]);
}

#[tokio::test]
async fn rust() {
    // The first event of the first call is 15 days old, in a group that keeps 7 days.
    let expected = r#"
CreateLogGroup
CreateLogGroup 400 ResourceAlreadyExistsException: The specified log group already exists
CreateLogStream
PutRetentionPolicy
PutLogEvents {"expiredLogEventEndIndex":1,"tooOldLogEventEndIndex":1}
PutLogEvents {"tooNewLogEventStartIndex":2}
FilterLogEvents s: "{\"level\":\"ERROR\",\"n\":1}", and more
FilterLogEvents s: "{\"level\":\"ERROR\",\"n\":1}", and more
FilterLogEvents
GetLogEvents "{\"level\":\"ERROR\",\"n\":1}", "{\"level\":\"ERROR\",\"n\":1}", "ü🦀", "ü🦀"
PutLogEvents 400 ResourceNotFoundException: The specified log stream does not exist.
StartQuery
GetQueryResults [@message ü🦀], [@message ü🦀], 4.0 of 4.0 records
StartQuery 400 MalformedQueryException: unexpected symbol found the end of the query at line 1 and position 13: expected a value (12 to 12)
"#;
    assert_eq!(told(RUST).await, expected[1..]);
}

#[test]
fn all_speak_json_and_compress_nothing() {
    for session in [
        include_str!("../recorded/logs/boto3-events.http"),
        include_str!("../recorded/logs/cli-1.http"),
        include_str!("../recorded/logs/cli-2.http"),
        JAVASCRIPT,
        RUST,
    ] {
        for request in requests(session) {
            assert_eq!(request.header("content-type"), "application/x-amz-json-1.1");
            let names = request
                .headers
                .iter()
                .map(|(name, _)| name.to_ascii_lowercase());
            assert!(!names.clone().any(|name| name == "content-encoding"));
            assert!(names.clone().any(|name| name == "authorization"));
        }
    }
}
