//! Events of `tracing` to CloudWatch Logs, in batches that the service takes.
