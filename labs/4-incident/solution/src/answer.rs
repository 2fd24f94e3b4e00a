//! The types that answers have. What the answers are, is written in `lib.rs`.

/// A time of the recorded day, in UTC, to the minute.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Time {
    /// 0 to 23.
    pub hour: u8,
    /// 0 to 59.
    pub minute: u8,
}

/// The time with this hour and minute: `at(14, 5)`.
pub const fn at(hour: u8, minute: u8) -> Time {
    Time { hour, minute }
}

/// Some minutes in a row.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct TimeWindow {
    /// The first minute that is in it.
    pub from: Time,
    /// The first minute that is no longer in it.
    pub until: Time,
}

/// What sets some requests apart: an attribute, and the value that they share.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Attribute {
    /// Its name, as the query page shows it.
    pub key: &'static str,
    /// Its value, as text.
    pub value: &'static str,
}

/// One request, as each of the three views knows it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Request {
    /// The trace's ID: 32 hexadecimal digits, or as X-Ray writes it.
    pub trace: &'static str,
    /// The segment's ID: 16 hexadecimal digits.
    pub segment: &'static str,
    /// The `request_id` of the log events.
    pub request_id: &'static str,
}
