//! The AWS CLI, versions 1 and 2, given the same commands; `aws logs tail --follow`, which version 2 alone has.

use crate::{recorded::requests, session::told};

const VERSION_1: &str = include_str!("../recorded/logs/cli-1.http");
const VERSION_2: &str = include_str!("../recorded/logs/cli-2.http");
const TAIL: &str = include_str!("../recorded/logs/cli-2-tail.http");

#[tokio::test]
async fn the_same_commands() {
    let expected = r#"
CreateLogGroup
CreateLogGroup 400 ResourceAlreadyExistsException: The specified log group already exists
CreateLogStream
PutRetentionPolicy
PutLogEvents
DescribeLogGroups cruddur for 30 days
DescribeLogStreams backend
GetLogEvents "{\"level\":\"ERROR\",\"status\":503}", "ERROR Grüße"
FilterLogEvents backend: "{\"level\":\"ERROR\",\"status\":503}"
FilterLogEvents backend: "{\"level\":\"ERROR\",\"status\":503}"
FilterLogEvents 400 ResourceNotFoundException: The specified log group does not exist.
StartQuery
GetQueryResults [errors 2], 2.0 of 3.0 records
StartQuery 400 MalformedQueryException: unexpected symbol found the end of the query at line 1 and position 16: expected a value (15 to 15)
TestMetricFilter 1 "[ERROR] 400 BAD REQUEST" {}
"#;
    assert_eq!(told(VERSION_1).await, expected[1..]);
    assert_eq!(told(VERSION_2).await, expected[1..]);
}

#[tokio::test]
async fn tail_follows() {
    // Each time it asks from the last event on, that event included, and shows what it has not shown yet.
    let expected = r#"
CreateLogGroup
CreateLogStream
CreateLogStream
PutLogEvents
FilterLogEvents backend: "first", backend: "second"
PutLogEvents
PutLogEvents
FilterLogEvents backend: "second", backend: "third of backend", profiles: "third of profiles"
FilterLogEvents profiles: "third of profiles"
FilterLogEvents profiles: "third of profiles"
"#;
    assert_eq!(told(TAIL).await, expected[1..]);
}

#[test]
fn tail_interleaves() {
    let asked = requests(TAIL);
    let asked = asked
        .iter()
        .filter(|request| request.operation() == "FilterLogEvents");
    for request in asked {
        assert!(
            request.body.contains(r#""interleaved": true"#),
            "{}",
            request.body
        );
    }
}
