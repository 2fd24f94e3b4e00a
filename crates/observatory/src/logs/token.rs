//! Tokens that lead to the next page: opaque to callers, read back here.

use super::error::LogsError;
use crate::store::logs::{Direction, EventKey};

/// The token of a place among events, in a direction: `f/…/s` and `b/…/s` with 56 digits, as the service's are.
pub(super) fn of_event(direction: Direction, key: EventKey) -> String {
    let letter = match direction {
        Direction::Forward => 'f',
        Direction::Backward => 'b',
    };
    format!("{letter}/{}/s", digits(key))
}

/// Reads [`of_event`].
pub(super) fn event(token: &str) -> Result<(Direction, EventKey), LogsError> {
    let read = || {
        let (direction, rest) = match token.split_at_checked(2)? {
            ("f/", rest) => (Direction::Forward, rest),
            ("b/", rest) => (Direction::Backward, rest),
            _ => return None,
        };
        Some((direction, key(rest.strip_suffix("/s")?)?))
    };
    read().ok_or_else(invalid)
}

/// An event's time and ID in 56 digits, as `eventId` has it.
pub(super) fn digits(key: EventKey) -> String {
    format!("{:020}{:036}", key.time.max(0), key.id)
}

fn key(digits: &str) -> Option<EventKey> {
    if digits.len() != 56 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let (time, id) = digits.split_at(20);
    Some(EventKey {
        time: time.parse().ok()?,
        id: id.parse().ok()?,
    })
}

/// The token after a name.
pub(super) fn after_name(name: &str) -> String {
    format!("after/{name}")
}

/// Reads [`after_name`].
pub(super) fn name(token: &str) -> Result<String, LogsError> {
    token
        .strip_prefix("after/")
        .map(str::to_owned)
        .ok_or_else(invalid)
}

/// The token after a stream in the order of the latest event.
pub(super) fn after_event(time: i64, name: &str) -> String {
    format!("after/{time}/{name}")
}

/// Reads [`after_event`].
pub(super) fn event_and_name(token: &str) -> Result<(i64, String), LogsError> {
    token
        .strip_prefix("after/")
        .and_then(|rest| rest.split_once('/'))
        .and_then(|(time, name)| Some((time.parse().ok()?, name.to_owned())))
        .ok_or_else(invalid)
}

/// What the service says of a token that it never gave.
pub(super) fn invalid() -> LogsError {
    LogsError::invalid("The specified nextToken is invalid.")
}

/// What `@ptr` says of an event.
pub(super) fn pointer(event: u64) -> String {
    format!("{event:032x}")
}

/// Reads [`pointer()`].
pub(super) fn event_of_pointer(pointer: &str) -> Option<u64> {
    let is_one = pointer.len() == 32
        && pointer
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    is_one
        .then(|| u64::from_str_radix(pointer, 16).ok())
        .flatten()
}
