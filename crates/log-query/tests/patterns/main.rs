//! The filter-pattern language, rule by rule, at the crate's public boundary.
//!
//! The rules are from the service's documentation, of which every example is a case:
//! [filter pattern syntax](https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html) with its
//! pages [regular expressions](https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/regex-expressions.html),
//! [unstructured](https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/matching-terms-unstructured-log-events.html),
//! [JSON](https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/matching-terms-json-log-events.html) and
//! [space-delimited](https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/matching-terms-space-delimited-log-events.html)
//! events, and the examples of
//! [TestMetricFilter](https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_TestMetricFilter.html).
//! Where it is silent or wrong (a `" "` that takes everything), the cases say what the service did: its answers recorded
//! by github.com/radkawar/stackd in `testdata/aws/logs/filters.json`, and its messages in public issues
//! (jorgebastida/awslogs 210 and 381, cloudashdev/cloudash 84, awsdocs/amazon-cloudwatch-logs-user-guide 21).

mod cases;
mod delimited;
mod errors;
mod extracting;
mod json;
mod properties;
mod regexes;
mod scalars;
mod terms;
