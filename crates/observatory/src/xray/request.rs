//! The body of a call: read within bounds, unpacked, parsed. What is in it is checked by each call.

use axum::extract::{FromRequest, Request};
use serde::{Deserialize, Deserializer, de::DeserializeOwned};

use super::error::XrayError;
use crate::aws::body::{self, BodyError};

/// A call's parameters.
pub(crate) struct Input<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Input<T> {
    type Rejection = XrayError;

    async fn from_request(request: Request, _: &S) -> Result<Self, XrayError> {
        let body = body::read(request).await.map_err(|error| match error {
            BodyError::TooLarge(message) => XrayError::TooLarge(message),
            BodyError::Unreadable(message) => XrayError::Serialization(message),
        })?;
        // A call without parameters may come without a body.
        let body = if body.iter().all(u8::is_ascii_whitespace) {
            &b"{}"[..]
        } else {
            &body
        };
        serde_json::from_slice(body)
            .map(Self)
            .map_err(|error| XrayError::Serialization(format!("the body cannot be read: {error}")))
    }
}

/// A moment: seconds since the Unix epoch, whole or not.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub(crate) struct Timestamp(pub(crate) f64);

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        f64::deserialize(from).map(Self)
    }
}

impl Timestamp {
    /// The moment in nanoseconds, as near as a double tells it: to the microsecond.
    pub(crate) fn nanoseconds(self) -> i64 {
        // A double that is too large becomes the largest integer.
        ((self.0 * 1e6).round() as i64).saturating_mul(1_000)
    }
}

/// What a call must have.
pub(crate) fn required<T>(value: Option<T>, name: &str) -> Result<T, XrayError> {
    value.ok_or_else(|| {
        let mut member = name.to_owned();
        member[..1].make_ascii_lowercase();
        XrayError::InvalidRequest(format!(
            "1 validation error detected: Value null at '{member}' failed to satisfy constraint: Member must not be null"
        ))
    })
}

/// A time range of at most so many hours, in nanoseconds, both ends included.
pub(crate) fn range(
    start: Option<Timestamp>,
    end: Option<Timestamp>,
    hours: u32,
) -> Result<(i64, i64), XrayError> {
    let (start, end) = (required(start, "StartTime")?, required(end, "EndTime")?);
    if start > end {
        return Err(XrayError::InvalidRequest(
            "StartTime must be before EndTime".to_owned(),
        ));
    }
    if end.0 - start.0 > f64::from(hours) * 3_600.0 {
        return Err(XrayError::InvalidRequest(format!(
            "Time range cannot be longer than {hours} hours"
        )));
    }
    // Up to the end of the microsecond that a double can tell.
    Ok((start.nanoseconds(), end.nanoseconds().saturating_add(999)))
}

/// Nanoseconds as the seconds of an answer.
pub(crate) fn seconds(nanoseconds: i64) -> f64 {
    nanoseconds as f64 / 1e9
}
