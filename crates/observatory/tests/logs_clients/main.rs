//! What real clients of CloudWatch Logs sent, request by request, and what comes of it. Which bytes are answered how when
//! nobody recorded them is tested in `tests/logs`.
//!
//! Recorded on the wire: boto3 1.44.8, AWS CLI 1.46.3 and 2.38.5 (`aws logs tail --follow` too), watchtower 3.4.0,
//! `@aws-sdk/client-cloudwatch-logs` 3.1169.0 and aws-sdk-cloudwatchlogs 1.162.0 for Rust.
//! All of them speak JSON 1.1, and none compresses its bodies.
//! Signatures, ports and paths were replaced by others, and what an answer had given (tokens, queries' IDs) by its name;
//! the expected texts were written from what the recorded programs do.
//! Each program caught its errors as the classes that its SDK has for them.

mod boto3;
mod cli;
mod recorded;
mod sdks;
mod session;
mod watchtower;
