//! OpenTelemetry spans to AWS X-Ray: translated, sent by the daemon or by `PutTraceSegments`, sampled by the service's rules.

pub mod sampling;
