//! What X-Ray's real clients sent, byte for byte, and what comes of it. Which bytes are answered how when nobody recorded
//! them is tested in `tests/xray` and `tests/xray_settings`.
//!
//! Recorded on the wire: AWS CLI 1.46.3, boto3 1.44.5, `@aws-sdk/client-xray` 3.1168.0, aws-xray-sdk 2.15.0 for Python (two
//! Flask applications, one that calls the other) and aws-xray-sdk-core 3.12.0 for Node.js.
//! Signatures, ports and paths were replaced by others; the expected texts were written from what the recorded programs do.

mod api;
mod node;
mod python;
mod recorded;
mod running;
mod sampling;
