//! Sampling by X-Ray's rules: what a rule matches, what a rule set takes, what the sampler asks of the service.

mod deciding;
mod fake_service;
mod losses;
mod matching;
mod remote;
mod reporting;
mod sampler;
mod timeline;
