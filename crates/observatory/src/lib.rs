//! One local process that takes spans as Honeycomb does and segments as AWS X-Ray does, stores them, answers both services' questions and shows traces.

pub mod access;
mod administration;
pub mod honeycomb;
mod jaeger;
pub mod model;
pub mod otlp;
pub mod pages;
mod questions;
mod rows;
pub mod server;
pub mod store;
mod wire;
mod xray;
