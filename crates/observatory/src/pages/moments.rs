//! Points in time as pages show them: exact in UTC, or relative to now. Lengths of time are in `durations`.

use maud::{Markup, html};
use time::OffsetDateTime;

/// `2026-11-21 02:44:05.123456789 UTC`; the store's zero (never sent) is told as such.
pub(crate) fn exact(unix_nano: u64) -> String {
    if unix_nano == 0 {
        return "no time was sent".to_owned();
    }
    match OffsetDateTime::from_unix_timestamp_nanos(i128::from(unix_nano)) {
        Ok(at) => format!("{}.{:09} UTC", to_the_second(at), at.nanosecond()),
        Err(_) => format!("{unix_nano} ns after 1970"),
    }
}

/// `2026-01-31 12:00:00.000`, in UTC.
pub(crate) fn stamp(unix_ms: i64) -> String {
    match OffsetDateTime::from_unix_timestamp_nanos(i128::from(unix_ms) * 1_000_000) {
        Ok(at) => format!("{}.{:03}", to_the_second(at), at.millisecond()),
        Err(_) => format!("{unix_ms} ms after 1970"),
    }
}

fn to_the_second(at: OffsetDateTime) -> String {
    format!(
        "{}-{:02}-{:02} {:02}:{:02}:{:02}",
        at.year(),
        u8::from(at.month()),
        at.day(),
        at.hour(),
        at.minute(),
        at.second()
    )
}

/// `just now`, `12 s ago`, `5 min ago`, `3 h ago`, `2 d ago`; a clock that is ahead gives `in 5 min`.
pub(crate) fn relative(now: u64, then: u64) -> String {
    if then == 0 {
        return "no time sent".to_owned();
    }
    let seconds = now.abs_diff(then) / 1_000_000_000;
    let amount = match seconds {
        0..2 => return "just now".to_owned(),
        2..60 => format!("{seconds} s"),
        60..3_600 => format!("{} min", seconds / 60),
        3_600..86_400 => format!("{} h", seconds / 3_600),
        _ => format!("{} d", seconds / 86_400),
    };
    if then > now {
        format!("in {amount}")
    } else {
        format!("{amount} ago")
    }
}

/// The point in time relative to now, which the script keeps up to date, with the exact one as its title.
pub(crate) fn element(now: u64, then: u64) -> Markup {
    html! { time data-unix-ms=(then / 1_000_000) title=(exact(then)) { (relative(now, then)) } }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exact_times() {
        for (nanos, text) in [
            (0, "no time was sent"),
            (1, "1970-01-01 00:00:00.000000001 UTC"),
            (
                1_700_000_000_123_456_789,
                "2023-11-14 22:13:20.123456789 UTC",
            ),
            (u64::MAX, "2554-07-21 23:34:33.709551615 UTC"),
        ] {
            assert_eq!(exact(nanos), text);
        }
    }

    #[test]
    fn stamps() {
        assert_eq!(stamp(1_700_000_000_123), "2023-11-14 22:13:20.123");
        assert_eq!(stamp(i64::MAX), "9223372036854775807 ms after 1970");
    }

    #[test]
    fn relative_times() {
        const S: u64 = 1_000_000_000;
        let now = 1_700_000_000 * S;
        for (then, text) in [
            (now, "just now"),
            (now - S, "just now"),
            (now - 12 * S, "12 s ago"),
            (now - 300 * S, "5 min ago"),
            (now - 7_200 * S, "2 h ago"),
            (now - 86_400 * 9 * S, "9 d ago"),
            (now + 61 * S, "in 1 min"),
            (0, "no time sent"),
        ] {
            assert_eq!(relative(now, then), text);
        }
    }
}
