//! Durations as people write and read them: `1.5s` in a form, `1.5 s` on a page. Points in time are in `moments`.

/// Units as written in a form, with their nanoseconds.
const UNITS: [(&str, u128); 9] = [
    ("ns", 1),
    ("us", 1_000),
    ("\u{b5}s", 1_000),  // micro sign
    ("\u{3bc}s", 1_000), // Greek mu
    ("ms", 1_000_000),
    ("s", 1_000_000_000),
    ("m", 60_000_000_000),
    ("min", 60_000_000_000),
    ("h", 3_600_000_000_000),
];

/// Why a text is no duration; shown next to the field.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub(crate) enum DurationError {
    #[error("“{0}” of what? Add a unit: {0}ms, {0}s or {0}us.")]
    NoUnit(String),
    #[error("“{0}” is no unit of time. Use ns, us, ms, s, m or h.")]
    UnknownUnit(String),
    #[error("This is no duration. Write a number and a unit, such as 10ms or 1.5s.")]
    NoNumber,
    #[error("A span cannot last less than nothing.")]
    Negative,
    #[error("That is longer than 584 years.")]
    TooLong,
}

/// Reads `10ms`, `1.5 s`, `200us`: a number, its unit, spaces between them if you like. Gives nanoseconds.
pub(crate) fn parse(text: &str) -> Result<u64, DurationError> {
    let text = text.trim();
    if text.starts_with(['-', '\u{2212}']) {
        return Err(DurationError::Negative);
    }
    let split = text
        .find(|c: char| !c.is_ascii_digit() && c != '.' && c != ',')
        .unwrap_or(text.len());
    let (number, unit) = (&text[..split], text[split..].trim());
    let (whole, fraction) = match number.split_once(['.', ',']) {
        Some((whole, fraction)) => (whole, fraction.trim_end_matches('0')),
        None => (number, ""),
    };
    let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() && fraction.is_empty() && !number.contains('0')
        || !digits(whole)
        || !digits(fraction)
    {
        return Err(DurationError::NoNumber);
    }
    if unit.is_empty() {
        return Err(DurationError::NoUnit(number.to_owned()));
    }
    let lower = unit.to_lowercase();
    let Some(&(_, nanos)) = UNITS.iter().find(|(name, _)| *name == lower) else {
        return Err(DurationError::UnknownUnit(unit.chars().take(20).collect()));
    };
    let whole = whole.trim_start_matches('0');
    if whole.len() > 20 {
        return Err(DurationError::TooLong);
    }
    // Of the fraction, 20 digits are more than a nanosecond can tell apart.
    let fraction = &fraction[..fraction.len().min(20)];
    let number_of = |s: &str| s.parse::<u128>().unwrap_or(0);
    let total = number_of(whole) * nanos
        + number_of(fraction) * nanos / 10u128.pow(fraction.len().try_into().unwrap_or(0));
    u64::try_from(total).map_err(|_| DurationError::TooLong)
}

/// Three significant digits in the unit that suits: `850 ns`, `12.3 ms`, `1.5 s`, `1 m 12 s`, `2 h 5 m`.
pub(crate) fn format(nanos: u64) -> String {
    for (unit, size, next) in [
        ("µs", 1_000u64, 1_000u64),
        ("ms", 1_000_000, 1_000),
        ("s", 1_000_000_000, 60),
    ] {
        if nanos < 1_000 {
            return format!("{nanos} ns");
        }
        // In thousandths of the unit, rounded to three significant digits.
        let milli = u128::from(nanos) * 1_000 / u128::from(size);
        let step = match milli {
            0..10_000 => 10,
            10_000..100_000 => 100,
            _ => 1_000,
        };
        let rounded = (u128::from(nanos) * 1_000 / u128::from(size) + step / 2) / step * step;
        if rounded < u128::from(next) * 1_000 {
            let fraction = format!("{:03}", rounded % 1_000);
            let fraction = fraction.trim_end_matches('0');
            let dot = if fraction.is_empty() { "" } else { "." };
            return format!("{}{dot}{fraction} {unit}", rounded / 1_000);
        }
    }
    let seconds = nanos / 1_000_000_000 + u64::from(nanos % 1_000_000_000 >= 500_000_000);
    for (big, small, size) in [("m", "s", 60u64), ("h", "m", 3_600), ("d", "h", 86_400)] {
        let per_small = size / if size == 86_400 { 24 } else { 60 };
        let (whole, rest) = (seconds / size, seconds % size / per_small);
        let last = size == 86_400;
        if last || seconds < size * if size == 3_600 { 24 } else { 60 } {
            return if rest == 0 {
                format!("{whole} {big}")
            } else {
                format!("{whole} {big} {rest} {small}")
            };
        }
    }
    unreachable!("days take all that is left")
}

/// Seconds as nanoseconds; what is none (negative, not a number) is 0.
pub(crate) fn nanoseconds(seconds: f64) -> u64 {
    (seconds * 1e9).round() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_people_type() {
        for (text, nanos) in [
            ("10ms", 10_000_000),
            ("1.5s", 1_500_000_000),
            (" 1,5 s ", 1_500_000_000),
            ("200us", 200_000),
            ("200µs", 200_000),
            ("200μs", 200_000),
            ("7NS", 7),
            ("2m", 120_000_000_000),
            ("1h", 3_600_000_000_000),
            (".5ms", 500_000),
            ("0ms", 0),
            ("0.0s", 0),
            ("1.0000000009s", 1_000_000_000),
            ("18446744073709551615ns", u64::MAX),
        ] {
            assert_eq!(parse(text), Ok(nanos), "{text}");
        }
    }

    #[test]
    fn says_what_is_wrong() {
        use DurationError::*;
        for (text, error) in [
            ("10", NoUnit("10".into())),
            ("fast", NoNumber),
            ("", NoNumber),
            (".s", NoNumber),
            ("1.2.3s", NoNumber),
            ("10 parsecs", UnknownUnit("parsecs".into())),
            ("-1ms", Negative),
            ("−1ms", Negative),
            ("18446744073709551616ns", TooLong),
            ("999999999999999999999999999999h", TooLong),
            ("1e3ms", UnknownUnit("e3ms".into())),
        ] {
            assert_eq!(parse(text), Err(error), "{text}");
        }
    }

    #[test]
    fn shows_three_digits() {
        for (nanos, text) in [
            (0, "0 ns"),
            (999, "999 ns"),
            (1_000, "1 µs"),
            (12_345, "12.3 µs"),
            (999_499, "999 µs"),
            (999_600, "1 ms"),
            (1_234_567, "1.23 ms"),
            (850_000_000, "850 ms"),
            (1_500_000_000, "1.5 s"),
            (59_940_000_000, "59.9 s"),
            (59_960_000_000, "1 m"),
            (72_000_000_000, "1 m 12 s"),
            (7_500_000_000_000, "2 h 5 m"),
            (86_400_000_000_000, "1 d"),
            (u64::MAX, "213503 d 23 h"),
        ] {
            assert_eq!(format(nanos), text, "{nanos}");
        }
    }

    #[test]
    fn odd_seconds_are_nothing_or_all() {
        for (seconds, nanos) in [
            (0.0123, 12_300_000),
            (-1.0, 0),
            (f64::NAN, 0),
            (1e300, u64::MAX),
        ] {
            assert_eq!(nanoseconds(seconds), nanos, "{seconds}");
        }
    }

    #[test]
    fn what_is_shown_can_be_typed() {
        for nanos in [1, 12, 345_000, 1_230_000, 2_500_000_000] {
            assert_eq!(parse(&format(nanos)), Ok(nanos));
        }
    }
}
