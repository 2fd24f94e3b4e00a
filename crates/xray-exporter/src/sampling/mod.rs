//! Sampling by the rules of the service: which rule a request matches, what its reservoir and rate still allow, and asking for both.
//! Translating and sending spans live elsewhere.
//!
//! X-Ray keeps the sampling rules in one place, for all services of an account.
//! A service reads them every five minutes.
//! Of the requests that match a rule it takes a few each second (the *reservoir*), and a share of the rest (the *fixed rate*).
//! Every ten seconds it reports how many requests each rule saw, and is told its part of the rule's reservoir (its *quota*).
//!
//! ```no_run
//! # fn client() -> aws_sdk_xray::Client { unimplemented!() }
//! use opentelemetry_sdk::trace::{Sampler, SdkTracerProvider};
//! use xray_exporter::sampling::RemoteSampler;
//!
//! let sampler = RemoteSampler::builder(client())
//!     .with_service_name("backend")
//!     .with_notice(|notice| eprintln!("{notice}"))
//!     .build();
//! // The sampler decides for the first span of a trace; `ParentBased` lets the others follow it.
//! let provider = SdkTracerProvider::builder()
//!     .with_sampler(Sampler::ParentBased(Box::new(sampler)))
//!     .build();
//! ```
//!
//! What decides is [`RuleSet`], which has neither clock nor generator nor network: all three are passed in.
//! Tests drive a [`RemoteSampler`] with a [`ManualClock`], a seed and [`RemoteSampler::refresh`].

mod builder;
mod clock;
mod pattern;
mod poll;
mod remote;
mod request;
mod reservoir;
mod rule;
mod rule_set;
mod service;
mod state;

pub use builder::RemoteSamplerBuilder;
pub use clock::{Clock, ManualClock, SystemClock};
pub use poll::Notice;
pub use remote::RemoteSampler;
pub use request::{Request, Service};
pub use rule::SamplingRule;
pub use rule_set::{Decision, RuleSet, Statistics, TakenFrom, Target};
pub use service::SamplingError;
