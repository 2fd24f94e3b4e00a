//! Lab 2: Cruddur, traced with AWS X-Ray.
//!
//! | step | where |
//! |---|---|
//! | 1 IDs and header | [`telemetry`] |
//! | 2 segments | [`telemetry`] |
//! | 3 subsegments | [`activities`] |
//! | 4 annotations and metadata | [`record`], [`telemetry`] |
//! | 5 error, throttle, fault | [`errors`], [`profiles`] |
//! | 6 sampling | [`sampling`] |
//! | 7 groups and queries | [`queries`] |
//! | 8 without the daemon | [`direct`] |
//!
//! The application itself is the crate `cruddur`, which knows nothing of telemetry.

pub mod activities;
mod app;
pub mod direct;
pub mod errors;
pub mod pipeline;
pub mod profiles;
pub mod queries;
pub mod record;
pub mod sampling;
pub mod telemetry;

pub use app::{app, profiles_app, server_spans};
