//! Times as text: RFC 3339 in UTC, to the microsecond, and the date alone.

use std::{
    fmt::Write as _,
    time::{SystemTime, UNIX_EPOCH},
};

/// Microseconds since 1970; negative before.
fn micros(at: SystemTime) -> i128 {
    match at.duration_since(UNIX_EPOCH) {
        Ok(since) => since.as_micros() as i128,
        Err(before) => -(before.duration().as_nanos().div_ceil(1000) as i128),
    }
}

/// Milliseconds since 1970, as `PutLogEvents` has them; negative before.
pub(crate) fn millis(at: SystemTime) -> i64 {
    i64::try_from(micros(at).div_euclid(1000)).unwrap_or(i64::MAX)
}

/// Appends `2026-11-26T07:46:50.123456Z`.
pub(crate) fn write_rfc3339(to: &mut String, at: SystemTime) {
    let micros = micros(at);
    let seconds = micros.div_euclid(1_000_000) as i64;
    let (year, month, day) = civil(seconds.div_euclid(86_400));
    let of_day = seconds.rem_euclid(86_400);
    let fraction = micros.rem_euclid(1_000_000) as u32;
    digits(to, year, 4);
    to.push('-');
    digits(to, month, 2);
    to.push('-');
    digits(to, day, 2);
    to.push('T');
    digits(to, of_day / 3600, 2);
    to.push(':');
    digits(to, of_day / 60 % 60, 2);
    to.push(':');
    digits(to, of_day % 60, 2);
    to.push('.');
    digits(to, i64::from(fraction), 6);
    to.push('Z');
}

/// `2026-11-26`.
pub(crate) fn date(at: SystemTime) -> String {
    let (year, month, day) = civil(micros(at).div_euclid(86_400_000_000) as i64);
    format!("{year:04}-{month:02}-{day:02}")
}

/// At least `width` digits.
fn digits(to: &mut String, number: i64, width: usize) {
    if !(0..10_i64.pow(width as u32)).contains(&number) {
        let _ = write!(to, "{number}");
        return;
    }
    let mut text = [b'0'; 6];
    let mut rest = number as u64;
    for digit in text[..width].iter_mut().rev() {
        *digit = b'0' + (rest % 10) as u8;
        rest /= 10;
    }
    to.extend(text[..width].iter().map(|&digit| char::from(digit)));
}

/// Year, month and day of the proleptic Gregorian calendar, of days since 1970-01-01.
///
/// Years are counted from March, so that the day that a leap year adds is the last one.
fn civil(days: i64) -> (i64, i64, i64) {
    // Days of 400 years, after which the calendar repeats; 719,468 days before 1970 is 0000-03-01.
    const ERA: i64 = 146_097;
    let days = days + 719_468;
    let era = days.div_euclid(ERA);
    let day = days.rem_euclid(ERA);
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let (year, month) = if month < 10 {
        (year, month + 3)
    } else {
        (year + 1, month - 9)
    };
    (year + era * 400, month, day)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use time::{OffsetDateTime, format_description::well_known::Rfc3339};

    use super::*;

    #[track_caller]
    fn check(seconds: i64, nanos: u32, wanted: &str) {
        let at = if seconds >= 0 {
            UNIX_EPOCH + Duration::new(seconds as u64, nanos)
        } else {
            UNIX_EPOCH - Duration::from_secs(seconds.unsigned_abs())
                + Duration::from_nanos(nanos.into())
        };
        let mut text = String::new();
        write_rfc3339(&mut text, at);
        assert_eq!(text, wanted);
        assert!(wanted.starts_with(&date(at)));
    }

    #[test]
    fn times() {
        check(0, 0, "1970-01-01T00:00:00.000000Z");
        check(1_795_679_210, 123_456_789, "2026-11-26T07:46:50.123456Z");
        check(951_782_399, 999_999_999, "2000-02-28T23:59:59.999999Z");
        check(951_782_400, 0, "2000-02-29T00:00:00.000000Z");
        check(951_868_800, 0, "2000-03-01T00:00:00.000000Z");
        check(4_107_542_400, 0, "2100-03-01T00:00:00.000000Z");
        check(-1, 0, "1969-12-31T23:59:59.000000Z");
        check(253_402_300_800, 0, "10000-01-01T00:00:00.000000Z");
    }

    #[test]
    fn every_day_of_centuries_is_the_calendars() {
        for day in -200_000..200_000_i64 {
            let wanted = OffsetDateTime::from_unix_timestamp(day * 86_400).unwrap();
            let (year, month, day) = civil(day);
            assert_eq!(
                (year, month, day),
                (
                    i64::from(wanted.year()),
                    i64::from(u8::from(wanted.month())),
                    i64::from(wanted.day())
                )
            );
        }
        let mut text = String::new();
        write_rfc3339(
            &mut text,
            UNIX_EPOCH + Duration::from_micros(1_234_567_890_123_456),
        );
        let parsed = OffsetDateTime::parse(&text, &Rfc3339).unwrap();
        assert_eq!(parsed.unix_timestamp_nanos(), 1_234_567_890_123_456_000);
    }

    #[test]
    fn milliseconds_round_down() {
        assert_eq!(millis(UNIX_EPOCH + Duration::from_micros(1999)), 1);
        assert_eq!(millis(UNIX_EPOCH - Duration::from_micros(1)), -1);
    }
}
