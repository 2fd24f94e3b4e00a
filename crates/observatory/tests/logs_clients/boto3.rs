//! boto3: groups and streams with their pages, events both ways, Insights; the exceptions that it knows by name.

use http_body_util::BodyExt;

use crate::{
    recorded::requests,
    session::{DEADLINE, Observatory, told},
};

const GROUPS: &str = include_str!("../recorded/logs/boto3-groups.http");
const EVENTS: &str = include_str!("../recorded/logs/boto3-events.http");
const LIVE_TAIL: &str = include_str!("../recorded/logs/boto3-live-tail.http");
const INSIGHTS: &str = include_str!("../recorded/logs/boto3-insights.http");

#[tokio::test]
async fn groups_and_streams() {
    let expected = r#"
CreateLogGroup
CreateLogGroup 400 ResourceAlreadyExistsException: The specified log group already exists
CreateLogGroup 400 InvalidParameterException: 1 validation error detected: Value 'cruddur backend' at 'logGroupName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\.\-_/#A-Za-z0-9]+
CreateLogStream
CreateLogStream 400 ResourceAlreadyExistsException: The specified log stream already exists
CreateLogStream 400 ResourceNotFoundException: The specified log group does not exist.
PutRetentionPolicy
PutRetentionPolicy 400 InvalidParameterException: 1 validation error detected: Value '8' at 'retentionInDays' failed to satisfy constraint: Member must satisfy enum value set: [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653]
DescribeLogGroups /cruddur/backend for 7 days
TagResource
UntagResource
ListTagsForResource {"week":"2"}
TagResource 400 TooManyTagsException: 51 tags are too many: a log group may have 50; remove some first
DeleteRetentionPolicy
CreateLogGroup
CreateLogGroup
CreateLogGroup
DescribeLogGroups /cruddur/b, /cruddur/backend, /cruddur/c, and more
DescribeLogGroups /cruddur/d
CreateLogStream
CreateLogStream
DescribeLogStreams 2026/11/26/c, 2026/11/26/b, and more
DescribeLogStreams 2026/11/26/a
DeleteLogStream
DeleteLogStream 400 ResourceNotFoundException: The specified log stream does not exist.
DeleteLogGroup
DescribeLogStreams 400 ResourceNotFoundException: The specified log group does not exist.
"#;
    assert_eq!(told(GROUPS).await, expected[1..]);
}

#[tokio::test]
async fn events() {
    // A sequence token is taken and means nothing; GetLogEvents' last page has the token that it was asked with.
    let expected = r#"
CreateLogGroup
CreateLogStream
CreateLogStream
PutLogEvents
PutLogEvents
PutLogEvents {"tooOldLogEventEndIndex":2}
PutLogEvents {"tooNewLogEventStartIndex":1}
PutLogEvents 400 InvalidParameterException: Log events in a single PutLogEvents request must be in chronological order.
PutLogEvents 400 InvalidParameterException: The batch of log events in a single PutLogEvents request cannot span more than 24 hours.
PutLogEvents 400 ResourceNotFoundException: The specified log stream does not exist.
PutLogEvents 400 ResourceNotFoundException: The specified log group does not exist.
GetLogEvents "{\"level\":\"INFO\",\"status\":200,\"route\":\"/api/activities/home\"}", "{\"level\":\"ERROR\",\"status\":503,\"route\":\"/api/messages\"}", "ERROR: Grüße 🦀"
GetLogEvents "now"
GetLogEvents
GetLogEvents "ERROR: Grüße 🦀", "now"
GetLogEvents "{\"level\":\"INFO\",\"status\":200,\"route\":\"/api/activities/home\"}", "{\"level\":\"ERROR\",\"status\":503,\"route\":\"/api/messages\"}"
GetLogEvents 400 InvalidParameterException: The specified nextToken is invalid.
GetLogEvents 400 InvalidParameterException: 1 validation error detected: Value '10001' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 10000
FilterLogEvents a: "{\"level\":\"ERROR\",\"status\":503,\"route\":\"/api/messages\"}", b: "ERROR two", and more
FilterLogEvents a: "ERROR: Grüße 🦀"
FilterLogEvents a: "{\"level\":\"ERROR\",\"status\":503,\"route\":\"/api/messages\"}"
FilterLogEvents b: "ERROR two"
FilterLogEvents 400 InvalidParameterException: Invalid character(s) in term '*'
FilterLogEvents 400 InvalidParameterException: Invalid filter pattern
TestMetricFilter 1 "127.0.0.1 GET \"/a b\" 404" {"$2":"GET","$3":"/a b","$ip":"127.0.0.1","$status":"404"}
TestMetricFilter 400 InvalidParameterException: Invalid metric filter pattern
DescribeLogStreams a, b
"#;
    assert_eq!(told(EVENTS).await, expected[1..]);
}

#[tokio::test]
async fn insights() {
    let expected = r#"
CreateLogGroup
CreateLogStream
PutLogEvents
CreateLogGroup
CreateLogStream
PutLogEvents
StartQuery
GetQueryResults [route /api/home, status 500], 1.0 of 6.0 records
GetLogRecord "{\"route\":\"/api/home\",\"status\":500,\"ms\":30}"
StartQuery
GetQueryResults [route /api/home, requests 6, avg(ms) 30, pct(ms, 50) 30], [route /api/search, requests 6, avg(ms) 20, pct(ms, 50) 20], 12.0 of 12.0 records
StartQuery
GetQueryResults [took 50], 1.0 of 6.0 records
StartQuery 400 MalformedQueryException: unexpected symbol found sortt at line 1 and position 19: did you mean `sort`? (18 to 23)
StartQuery 400 ResourceNotFoundException: The specified log group does not exist.
StartQuery 400 InvalidParameterException: The start of the query's time range must not be after its end
GetQueryResults 400 ResourceNotFoundException: The specified query does not exist.
StopQuery 400 ResourceNotFoundException: The specified query does not exist.
DescribeQueries Complete "stats count(*) as requests, avg(ms), pct(ms, 50) by route | sort route", and more
DescribeQueries Complete "fields @timestamp, route, status | filter status >= 500 | sort @timestamp desc | limit 3"
GetLogGroupFields @ingestionTime 100%, @log 100%, @logStream 100%, @message 100%, @timestamp 100%, ms 100%, route 100%, status 100%
"#;
    assert_eq!(told(INSIGHTS).await, expected[1..]);
}

/// Live Tail is asked without the prefix that SDKs put before the endpoint's host: `stream-127.0.0.1` is no address.
#[tokio::test]
async fn live_tail() {
    let observatory = Observatory::start();
    let mut body = None;
    for request in requests(LIVE_TAIL) {
        let response = observatory.send(&request, request.body.to_owned()).await;
        assert_eq!(response.status(), 200, "{}", request.operation());
        if request.operation() == "StartLiveTail" {
            body = Some(response.into_body());
        }
    }
    let mut body = body.expect("a session");
    let mut told = String::new();
    while !told.contains("ERROR two") {
        let frame = tokio::time::timeout(DEADLINE, body.frame()).await;
        let frame = frame.expect("an update in time").expect("one more");
        told += &String::from_utf8_lossy(&frame.unwrap().into_data().unwrap());
    }
    assert!(told.contains("sessionStart"), "{told}");
    assert!(!told.contains("INFO one"), "{told}");
}
