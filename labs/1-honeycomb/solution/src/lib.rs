//! Lab 1: Cruddur, instrumented with OpenTelemetry.
//!
//! | step | where |
//! |---|---|
//! | 1 the resource, 2 the pipeline | [`telemetry`] |
//! | 3 server spans | [`app()`] |
//! | 4 a span by hand | [`home`] |
//! | 5 client spans and propagation | [`profiles`], [`telemetry`], [`profiles_app`] |
//! | 6 database spans | [`database`] |
//! | 7 errors | [`errors`] |
//! | 8 from the browser | [`app()`] |
//! | 9 the user | [`users`], `queries/latency-by-user.json` |
//!
//! The application itself is the crate `cruddur`, which knows nothing of telemetry.

mod app;
pub mod database;
pub mod errors;
pub mod home;
pub mod profiles;
pub mod telemetry;
pub mod users;

pub use app::{app, profiles_app};
