//! One local process that takes spans as Honeycomb does, stores them, answers queries and shows traces.

pub mod model;
pub mod server;
pub mod store;
