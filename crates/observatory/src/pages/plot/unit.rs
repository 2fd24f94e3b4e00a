//! Units of numbers, told from a column's or calculation's name, and numbers with them in few characters.

use std::fmt::Write as _;

use span_query::Value;

use crate::pages::{attribute_table::grouped, durations};

/// What a number counts.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Unit {
    /// Whole things: rows, different values.
    Count,
    /// A number whose name tells no more.
    Plain,
    /// A length of time; so many nanoseconds make one.
    Time(u64),
    /// Bytes.
    Bytes,
    /// Percent, as numbers up to a hundred.
    Percent,
}

/// How a name ends, and what that says.
const ENDINGS: [(&str, Unit); 14] = [
    ("_ns", Unit::Time(1)),
    ("_nano", Unit::Time(1)),
    ("_us", Unit::Time(1_000)),
    ("_ms", Unit::Time(1_000_000)),
    (".ms", Unit::Time(1_000_000)),
    ("_millis", Unit::Time(1_000_000)),
    ("_seconds", Unit::Time(1_000_000_000)),
    ("_sec", Unit::Time(1_000_000_000)),
    ("_bytes", Unit::Bytes),
    (".bytes", Unit::Bytes),
    ("body.size", Unit::Bytes),
    ("content_length", Unit::Bytes),
    ("_percent", Unit::Percent),
    (".percent", Unit::Percent),
];

impl Unit {
    /// The unit of a column's numbers.
    pub(crate) fn of_column(name: &str) -> Unit {
        let told = ENDINGS.iter().find(|(ending, _)| name.ends_with(ending));
        told.map_or(Unit::Plain, |(_, unit)| *unit)
    }

    /// The unit of a calculation, by its title: `COUNT`, `P95(duration_ms)`.
    pub(crate) fn of_calculation(title: &str) -> Unit {
        let column = title
            .split_once('(')
            .map(|(op, rest)| (op, rest.trim_end_matches(')')));
        match column {
            None if title == "COUNT" => Unit::Count,
            Some(("COUNT_DISTINCT", _)) => Unit::Count,
            Some((_, column)) => Unit::of_column(column),
            None => Unit::of_column(title),
        }
    }

    /// Scales of this unit for numbers up to `size`: how many make one, and what stands behind the number.
    pub(super) fn scale(self, size: f64) -> (f64, &'static str) {
        let steps: &[(f64, &str)] = match self {
            Unit::Count | Unit::Plain => {
                &[(1.0, ""), (1e3, "k"), (1e6, "M"), (1e9, "G"), (1e12, "T")]
            }
            Unit::Percent => &[(1.0, " %")],
            Unit::Bytes => &[
                (1.0, " B"),
                (1e3, " kB"),
                (1e6, " MB"),
                (1e9, " GB"),
                (1e12, " TB"),
            ],
            Unit::Time(_) => &[
                (1.0, " ns"),
                (1e3, " µs"),
                (1e6, " ms"),
                (1e9, " s"),
                (6e10, " min"),
                (3.6e12, " h"),
                (8.64e13, " d"),
            ],
        };
        let one = self.nanoseconds();
        let fits = |step: &f64| {
            // Minutes, hours and days begin at two of them: 90 s are easier than 1.5 min.
            let least = if matches!(self, Unit::Time(_)) && *step >= 6e10 {
                step * 2.0
            } else {
                *step
            };
            size * one >= least
        };
        let (step, suffix) = steps
            .iter()
            .rev()
            .find(|(step, _)| fits(step))
            .unwrap_or(&steps[0]);
        (step / one, suffix)
    }

    fn nanoseconds(self) -> f64 {
        match self {
            Unit::Time(nanoseconds) => nanoseconds as f64,
            _ => 1.0,
        }
    }

    /// A number in this unit as a person reads it.
    pub(crate) fn format(self, value: f64) -> String {
        match self {
            Unit::Time(nanoseconds) => {
                let total = value.abs() * nanoseconds as f64;
                // Shorter than a nanosecond, or longer than a few centuries: no duration anybody measured.
                if total != 0.0 && !(0.5..1.8e19).contains(&total) {
                    let (by, suffix) = self.scale(value.abs());
                    return format!("{}{suffix}", amount(value / by));
                }
                let sign = if value < 0.0 { "-" } else { "" };
                if total == 0.0 {
                    return "0".to_owned();
                }
                format!("{sign}{}", durations::format(total.round() as u64))
            }
            Unit::Bytes => {
                let (by, suffix) = self.scale(value.abs());
                format!("{}{suffix}", amount(value / by))
            }
            Unit::Percent => format!("{} %", amount(value)),
            Unit::Count | Unit::Plain => amount(value),
        }
    }

    /// The same in few characters: `12`, `1.5k`, `2M`.
    pub(crate) fn short(self, value: f64) -> String {
        match self {
            Unit::Count | Unit::Plain => {
                let (by, suffix) = self.scale(value.abs());
                format!("{}{suffix}", amount(value / by))
            }
            _ => self.format(value),
        }
    }

    /// The same of a value, if it is a number.
    pub(crate) fn format_value(self, value: &Value) -> Option<String> {
        match (self, value) {
            // An integer keeps all its digits.
            (Unit::Count | Unit::Plain, Value::Int(number)) => Some(whole(*number)),
            _ => as_number(value).map(|number| self.format(number)),
        }
    }
}

/// The number that a value is, if it is a finite one.
pub(crate) fn as_number(value: &Value) -> Option<f64> {
    match value {
        Value::Int(number) => Some(*number as f64),
        Value::Float(number) => Some(*number).filter(|number| number.is_finite()),
        _ => None,
    }
}

/// `-12,345`.
fn whole(number: i64) -> String {
    let sign = if number < 0 { "-" } else { "" };
    format!("{sign}{}", grouped(number.unsigned_abs()))
}

/// A number with the digits that matter: `12,345`, `12.35`, `0.001235`, `1.2e30`.
pub(super) fn amount(value: f64) -> String {
    let size = value.abs();
    if size != 0.0 && !(1e-4..1e15).contains(&size) {
        let text = format!("{value:.3e}");
        let (digits, power) = text.split_once('e').unwrap_or((&text, "0"));
        let digits = digits.trim_end_matches('0').trim_end_matches('.');
        return format!("{digits}e{power}");
    }
    if value.fract() == 0.0 {
        return whole(value as i64);
    }
    let decimals: usize = match size {
        100.0.. => 1,
        1.0.. => 2,
        _ => (3 - size.log10().floor() as i64 - 1).clamp(0, 9) as usize,
    };
    let text = format!("{size:.decimals$}");
    let (digits, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let mut out = if value < 0.0 { "-" } else { "" }.to_owned();
    out.push_str(&digits.parse().map_or_else(|_| digits.to_owned(), grouped));
    let fraction = fraction.trim_end_matches('0');
    if !fraction.is_empty() {
        // Writing to a String cannot fail.
        let _ = write!(out, ".{fraction}");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Unit = Unit::Time(1_000_000);

    #[test]
    fn names_tell_units() {
        for (title, unit) in [
            ("COUNT", Unit::Count),
            ("CONCURRENCY", Unit::Plain),
            ("COUNT_DISTINCT(duration_ms)", Unit::Count),
            ("P95(duration_ms)", MS),
            ("MAX(http.response.body.size)", Unit::Bytes),
            ("AVG(app.queue_seconds)", Unit::Time(1_000_000_000)),
            ("SUM(cpu_percent)", Unit::Percent),
            ("MAX(a(b)_ms)", MS),
            ("how slow", Unit::Plain),
            ("", Unit::Plain),
        ] {
            assert_eq!(Unit::of_calculation(title), unit, "{title}");
        }
    }

    #[test]
    fn numbers_have_the_digits_that_matter() {
        for (unit, value, text) in [
            (MS, 12.345, "12.3 ms"),
            (MS, 90_000.0, "1 m 30 s"),
            (MS, 0.0, "0"),
            (MS, -2.0, "-2 ms"),
            (MS, 1e-9, "0.001 ns"),
            (MS, 1e30, "1.157e22 d"),
            (Unit::Plain, 0.0, "0"),
            (Unit::Plain, -0.000_123_4, "-0.000123"),
            (Unit::Plain, 0.000_012_34, "1.234e-5"),
            (Unit::Plain, 12_345.678, "12,345.7"),
            (Unit::Plain, 2.0 / 3.0, "0.667"),
            (Unit::Plain, 1e300, "1e300"),
            (Unit::Plain, f64::MIN, "-1.798e308"),
            (Unit::Bytes, 7_000_000.0, "7 MB"),
            (Unit::Bytes, 0.0, "0 B"),
            (Unit::Percent, 12.5, "12.5 %"),
        ] {
            assert_eq!(unit.format(value), text, "{unit:?} {value}");
        }
        for (value, text) in [
            (0.0, "0"),
            (2.5, "2.5"),
            (1_500.0, "1.5k"),
            (-2e6, "-2M"),
            (5e15, "5,000T"),
        ] {
            assert_eq!(Unit::Count.short(value), text);
        }
        let exact = Value::Int(i64::MIN);
        assert_eq!(
            Unit::Plain.format_value(&exact).as_deref(),
            Some("-9,223,372,036,854,775,808")
        );
        assert_eq!(Unit::Plain.format_value(&Value::Null), None);
        assert_eq!(Unit::Plain.format_value(&"7".into()), None);
    }
}
