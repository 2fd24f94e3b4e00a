//! Lab 3: Cruddur, with its logs in CloudWatch Logs.
//!
//! | step | where |
//! |---|---|
//! | 1 structured logs | [`handlers`] |
//! | 2 group, stream, retention | [`group`] |
//! | 3 batches | [`batches`] |
//! | 4 after each request | [`access`] |
//! | 5 correlation | [`correlation`] |
//! | 6 under pressure | [`sink`], [`logging`] |
//! | 7 ask questions | [`questions`] |
//!
//! It begins with the finished lab 2, the crate `xray`: spans are made and sent as there.
//! Added is the W3C's header beside X-Ray's, in [`propagation`].

pub mod access;
mod app;
pub mod batches;
pub mod correlation;
pub mod group;
pub mod handlers;
pub mod logging;
pub mod propagation;
pub mod questions;
pub mod sink;
pub mod waiting;

pub use app::{app, profiles_app};
