//! An afternoon of the sample application as the observatory sees it: spans, segments, log events and what was refused.
//! All of it is made up by a generator that always gives the same, at times before a moment that stands still,
//! so that pages and pictures of it are always the same.

mod logs;
mod random;
mod refused;
mod segments;
mod spans;
mod views;

use anyhow::Context as _;
use serde_json::{Value as Json, json};

use crate::Observatory;

pub use views::{View, views};

/// The moment at which everything is looked at, in seconds since the Unix epoch: 2026-09-21 14:13:20 UTC.
pub const NOW: u64 = 1_790_000_000;

/// Milliseconds since the Unix epoch, so long before [`NOW`].
fn before_now(milliseconds: u64) -> u64 {
    NOW * 1_000 - milliseconds
}

/// What there is to be looked at by address.
#[derive(Debug)]
pub struct Sample {
    /// A slow and failed request among the newest, in hexadecimal.
    pub trace: String,
    /// A request by the same route that went well.
    pub other: String,
    /// A trace of X-Ray's with a fault in it, as X-Ray writes it.
    pub xray_trace: String,
}

impl Sample {
    /// Sends all of it to an observatory, whose clock should stand at [`NOW`].
    ///
    /// # Errors
    ///
    /// When it does not take all that it should.
    pub fn send(observatory: &Observatory) -> anyhow::Result<Sample> {
        let afternoon = spans::afternoon();
        for spans in afternoon.spans.chunks(2_000) {
            observatory.send(&spans::message(spans))?;
        }
        let (documents, xray_trace) = segments::documents();
        for documents in documents.chunks(25) {
            observatory.put_segments(documents)?;
        }
        logs::send(observatory, &afternoon.bad)?;
        refused::send(observatory)?;
        Ok(Sample {
            trace: afternoon.slow.context("no slow request was made")?,
            other: afternoon.quick.context("no quick request was made")?,
            xray_trace,
        })
    }
}

/// An attribute's value as OTLP writes it in JSON.
fn otlp(value: &Json) -> Json {
    match value {
        Json::Bool(value) => json!({"boolValue": value}),
        Json::Number(number) if number.is_f64() => json!({"doubleValue": number}),
        Json::Number(number) => json!({"intValue": number.to_string()}),
        value => json!({"stringValue": value}),
    }
}

/// Attributes as OTLP writes them, of an object.
fn attributes(of: &Json) -> Vec<Json> {
    let pairs = of.as_object().into_iter().flatten();
    pairs
        .map(|(key, value)| json!({"key": key, "value": otlp(value)}))
        .collect()
}
