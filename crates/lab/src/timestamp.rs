//! Points in time as reports write them: RFC 3339, UTC, whole seconds, as in `2026-03-01T09:30:00Z`.
//! Text of this form sorts by time. The clock is asked here and nowhere else.

use std::time::{SystemTime, UNIX_EPOCH};

const DAY: u64 = 86_400;

/// Now, or the time in `SOURCE_DATE_EPOCH` (seconds since 1970), by which a report can be made twice alike.
pub(crate) fn now() -> String {
    let fixed = std::env::var("SOURCE_DATE_EPOCH")
        .ok()
        .and_then(|seconds| seconds.trim().parse().ok());
    let seconds = fixed.unwrap_or_else(|| {
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        since.map_or(0, |since| since.as_secs())
    });
    at(seconds)
}

/// The time so many seconds after the beginning of 1970.
pub(crate) fn at(seconds: u64) -> String {
    // Counted from March, so that a leap day is a year's last; 146,097 days are 400 years.
    let days = seconds / DAY + 719_468;
    let (era, day) = (days / 146_097, days % 146_097);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let (year, month) = match month {
        0..=9 => (era * 400 + year, month + 3),
        _ => (era * 400 + year + 1, month - 9),
    };
    let time = seconds % DAY;
    let (hour, minute, second) = (time / 3_600, time / 60 % 60, time % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

/// The seconds that [`at`] makes `text` of; none when it is no such text.
pub(crate) fn parse(text: &str) -> Option<u64> {
    let number = |from: usize, to: usize| -> Option<u64> {
        let digits = text.get(from..to)?;
        let are = digits.bytes().all(|byte| byte.is_ascii_digit());
        are.then(|| digits.parse().ok())?
    };
    let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
    let time = number(11, 13)? * 3_600 + number(14, 16)? * 60 + number(17, 19)?;
    let (year, month) = match month {
        1 | 2 => (year.checked_sub(1)?, month + 9),
        3.. => (year, month - 3),
        0 => return None,
    };
    let days = 365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day;
    let seconds = days.checked_sub(719_469)? * DAY + time;
    // A day that no month has, or another mark between the numbers.
    (at(seconds) == text).then_some(seconds)
}

#[cfg(test)]
mod tests {
    use super::{at, parse};

    #[test]
    fn what_is_no_time_is_told() {
        for text in [
            "",
            "soon",
            "2026-02-29T00:00:00Z",
            "2026-13-01T00:00:00Z",
            "2026-00-01T00:00:00Z",
            "2026-03-01T24:00:00Z",
            "2026-03-01 00:00:00Z",
            "2026-03-01T00:00:00+01:00",
            "2026-03-01T00:00:00.5Z",
            "1969-12-31T23:59:59Z",
            "+026-03-01T00:00:00Z",
            "2026-03-01T00:00:0ü",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn the_calendar_is_gregorian() {
        for (seconds, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_399, "2000-02-28T23:59:59Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (951_868_800, "2000-03-01T00:00:00Z"),
            (1_709_251_199, "2024-02-29T23:59:59Z"),
            (1_767_225_599, "2025-12-31T23:59:59Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"),
        ] {
            assert_eq!(at(seconds), text);
            assert_eq!(parse(text), Some(seconds), "{text}");
        }
    }
}
