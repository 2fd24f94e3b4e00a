//! Periods such as `5m`, and timestamps cut down to them. How timestamps are printed is here too.

use std::fmt::Write as _;

use time::{Date, Month, OffsetDateTime, UtcOffset};

/// A length of time: milliseconds, or months, which differ in length.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Period {
    Milliseconds(i64),
    Months(i64),
}

/// Each unit's names, and how long it is; whoever has more than one letter may have an `s` behind it.
const UNITS: &[(&[&str], Period)] = &[
    (&["ms", "msec", "millisecond"], Period::Milliseconds(1)),
    (&["s", "sec", "second"], Period::Milliseconds(1_000)),
    (&["m", "min", "minute"], Period::Milliseconds(60_000)),
    (&["h", "hr", "hour"], Period::Milliseconds(3_600_000)),
    (&["d", "day"], Period::Milliseconds(86_400_000)),
    (&["w", "week"], Period::Milliseconds(604_800_000)),
    (&["mo", "mon", "month"], Period::Months(1)),
    (&["q", "qtr", "quarter"], Period::Months(3)),
    (&["y", "yr", "year"], Period::Months(12)),
];

impl Period {
    /// So many of a unit; `None` if there is no such unit, or none or too many of it.
    pub(super) fn of(number: &str, unit: &str) -> Option<Self> {
        let number: i64 = number.parse().ok().filter(|number| *number > 0)?;
        let is =
            |name: &&str| unit == *name || (name.len() > 1 && unit.strip_suffix('s') == Some(name));
        let (_, one) = UNITS.iter().find(|(names, _)| names.iter().any(is))?;
        // Beyond a thousand years no two events are apart.
        Some(match one {
            Self::Milliseconds(one) => Self::Milliseconds(
                one.checked_mul(number)
                    .filter(|period| *period <= 31_557_600_000_000)?,
            ),
            Self::Months(one) => {
                Self::Months(one.checked_mul(number).filter(|period| *period <= 12_000)?)
            }
        })
    }

    /// The latest multiple of it that is not after the timestamp.
    /// Weeks and all that is shorter are counted from the Unix epoch, months, quarters and years from January 1970.
    pub(super) fn floor(self, timestamp: i64) -> Option<i64> {
        match self {
            Self::Milliseconds(period) => timestamp.checked_sub(timestamp.rem_euclid(period)),
            Self::Months(period) => {
                let date = date_time(timestamp)?.date();
                let month = months(date);
                start_of(month - month.rem_euclid(period))
            }
        }
    }

    /// The earliest multiple of it that is not before the timestamp.
    pub(super) fn ceil(self, timestamp: i64) -> Option<i64> {
        let floor = self.floor(timestamp)?;
        if floor == timestamp {
            return Some(floor);
        }
        match self {
            Self::Milliseconds(period) => floor.checked_add(period),
            Self::Months(period) => start_of(months(date_time(floor)?.date()) + period),
        }
    }
}

/// Whole months since January 1970.
fn months(date: Date) -> i64 {
    (i64::from(date.year()) - 1970) * 12 + i64::from(u8::from(date.month())) - 1
}

/// The first millisecond of a month that is counted so.
fn start_of(month: i64) -> Option<i64> {
    let year = i32::try_from(1970 + month.div_euclid(12)).ok()?;
    let month = u8::try_from(month.rem_euclid(12) + 1).ok()?;
    let date = Date::from_calendar_date(year, Month::try_from(month).ok()?, 1).ok()?;
    Some(
        date.midnight()
            .assume_offset(UtcOffset::UTC)
            .unix_timestamp()
            * 1_000,
    )
}

fn date_time(timestamp: i64) -> Option<OffsetDateTime> {
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(timestamp) * 1_000_000).ok()
}

/// `2026-01-01 12:00:00.000`, in UTC; milliseconds since the epoch if no calendar goes so far.
pub(super) fn print(timestamp: i64, into: &mut String) {
    // Writing into a String can't fail.
    let _ = match date_time(timestamp) {
        Some(at) => write!(
            into,
            "{:04}-{:02}-{:02} {:02}:{:02}:{:02}.{:03}",
            at.year(),
            u8::from(at.month()),
            at.day(),
            at.hour(),
            at.minute(),
            at.second(),
            at.millisecond()
        ),
        None => write!(into, "{timestamp}"),
    };
}
