//! One local process that takes spans as Honeycomb does, segments as AWS X-Ray does and log events as CloudWatch Logs does, stores them, answers both services' questions and shows traces.

pub mod access;
mod administration;
mod aws;
mod clock;
pub mod honeycomb;
mod jaeger;
mod journal;
mod log_rows;
mod logs;
pub mod model;
mod openapi;
pub mod otlp;
pub mod pages;
mod questions;
pub mod server;
mod stopping;
pub mod store;
mod xray;
