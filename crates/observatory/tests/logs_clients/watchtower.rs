//! watchtower, Python's handler of `logging`: it looks for its group, makes it, keeps it for two weeks, and makes its stream
//! once the service says that it is missing.

use crate::session::told;

const SESSION: &str = include_str!("../recorded/logs/watchtower.http");

#[tokio::test]
async fn it_makes_what_is_missing() {
    // The second handler finds both there.
    let expected = r#"
DescribeLogGroups
CreateLogGroup
PutRetentionPolicy
PutLogEvents 400 ResourceNotFoundException: The specified log stream does not exist.
CreateLogStream
PutLogEvents
DescribeLogGroups cruddur for 14 days
PutRetentionPolicy
PutLogEvents
FilterLogEvents app.py/cruddur: "GET /api/activities/home 200", app.py/cruddur: "{\"message\": \"profiles does not answer\", \"status\": 503, \"route\": \"/api/messages\"}", app.py/cruddur: "Grüße an 🦀", app.py/cruddur: "not counted\nTraceback (most recent call last):\n  File \"<stdin>\", line 9, in <module>\nZeroDivisionError: division by zero", app.py/cruddur: "the group and the stream are there"
"#;
    assert_eq!(told(SESSION).await, expected[1..]);
}
