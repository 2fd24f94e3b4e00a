//! A range of time as an address and a form have it: the last so much, or from one point in time to another, in UTC.
//! What the last so much may be is each page's [`Choice`].
//! Points in time as pages show them are in `moments`.

use maud::{Markup, html};
use time::{Date, Month};

use crate::pages::{address::Address, foreign_text, moments::stamp};

/// Characters of a point in time that are read.
pub(crate) const MOST_TEXT: usize = 40;
/// Milliseconds of a minute.
pub(crate) const MINUTE: i64 = 60_000;

/// The last so much.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Preset {
    /// As the address has it.
    pub(crate) key: &'static str,
    /// As the page has it.
    pub(crate) label: &'static str,
    /// Minutes; `None` for all that is stored.
    pub(crate) minutes: Option<i64>,
}

/// What a page's reader can choose without writing points in time.
#[derive(Debug, Eq, PartialEq)]
pub(crate) struct Choice {
    /// The address's parameter.
    pub(crate) parameter: &'static str,
    /// Shortest first.
    pub(crate) presets: &'static [Preset],
    /// What is shown when the address says nothing.
    pub(crate) usual: Preset,
}

/// What can be chosen of log events, shortest first.
const PRESETS: [Preset; 7] = [
    preset("5m", "5 min", Some(5)),
    preset("30m", "30 min", Some(30)),
    preset("1h", "1 h", Some(60)),
    preset("6h", "6 h", Some(360)),
    preset("1d", "1 d", Some(1_440)),
    preset("7d", "7 d", Some(10_080)),
    preset("all", "all", None),
];
/// What a query is asked over when its address says nothing.
pub(crate) const LAST_HOUR: Preset = PRESETS[2];
/// What a reader of a stream sees when the address says nothing.
pub(crate) const ALL: Preset = PRESETS[6];

/// Of a query over log events.
pub(crate) static OF_A_QUERY: Choice = Choice {
    parameter: "range",
    presets: &PRESETS,
    usual: LAST_HOUR,
};
/// Of the log events of a group or a stream.
pub(crate) static OF_EVENTS: Choice = Choice {
    parameter: "range",
    presets: &PRESETS,
    usual: ALL,
};

pub(crate) const fn preset(key: &'static str, label: &'static str, minutes: Option<i64>) -> Preset {
    Preset {
        key,
        label,
        minutes,
    }
}

/// What an address says; a point in time, as typed, goes before the preset.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Range {
    choice: &'static Choice,
    preset: Preset,
    from: String,
    to: String,
}

/// Milliseconds since the Unix epoch, both inclusive.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Between {
    pub(crate) from: i64,
    /// `i64::MAX` where the range has no end, because a sender's clock may be ahead.
    pub(crate) to: i64,
}

/// What is wrong with a range.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct RangeFault {
    /// `from` or `to`.
    pub(crate) field: &'static str,
    /// One or two sentences.
    pub(crate) message: String,
}

impl Range {
    /// Reads the address of a page with this choice; a preset that does not exist is left out.
    pub(crate) fn read(pairs: &[(String, String)], choice: &'static Choice) -> Self {
        let mut range = Self {
            choice,
            preset: choice.usual,
            from: String::new(),
            to: String::new(),
        };
        for (key, value) in pairs {
            let text = || value.trim().chars().take(MOST_TEXT).collect();
            match &key[..] {
                key if key == choice.parameter => {
                    let known = choice.presets.iter().find(|preset| preset.key == value);
                    range.preset = *known.unwrap_or(&choice.usual);
                }
                "from" => range.from = text(),
                "to" => range.to = text(),
                _ => {}
            }
        }
        range
    }

    /// Between two points in time, in milliseconds since the Unix epoch.
    pub(crate) fn between(from: i64, to: i64, choice: &'static Choice) -> Self {
        Self {
            choice,
            preset: choice.usual,
            from: stamp(from),
            to: stamp(to),
        }
    }

    /// The address with this range.
    pub(crate) fn with(&self, address: Address) -> Address {
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let is_told = self.preset != self.choice.usual && self.is_preset();
        address
            .with_some(self.choice.parameter, is_told.then_some(self.preset.key))
            .with_some("from", some(&self.from).as_deref())
            .with_some("to", some(&self.to).as_deref())
    }

    /// Whether it is the last so much.
    pub(crate) fn is_preset(&self) -> bool {
        self.from.is_empty() && self.to.is_empty()
    }

    /// The range that is this preset.
    pub(crate) fn chosen(&self, preset: Preset) -> Self {
        Self {
            choice: self.choice,
            preset,
            from: String::new(),
            to: String::new(),
        }
    }

    /// The points in time, or what is wrong with them.
    pub(crate) fn resolve(&self, now: i64) -> Result<Between, RangeFault> {
        if self.is_preset() {
            let from = self
                .preset
                .minutes
                .map_or(0, |minutes| now.saturating_sub(minutes * MINUTE));
            return Ok(Between { from, to: i64::MAX });
        }
        let read = |field: &'static str, text: &str| {
            if text.is_empty() {
                return Ok(None);
            }
            point(text).map(Some).ok_or_else(|| RangeFault {
                field,
                message: "This is no point in time. Write it in UTC as 2026-01-31 12:00:00, or as milliseconds since 1970."
                    .to_owned(),
            })
        };
        let from = read("from", &self.from)?.map_or(0, |(start, _)| start);
        let to = read("to", &self.to)?.map_or(i64::MAX, |(start, length)| start + length - 1);
        if from > to {
            return Err(RangeFault {
                field: "to",
                message: "This is before the start.".to_owned(),
            });
        }
        Ok(Between { from, to })
    }

    /// In words: `the last 30 min`.
    pub(crate) fn in_words(&self) -> String {
        match (&self.from[..], &self.to[..], self.preset.minutes) {
            ("", "", None) => "all that is stored".to_owned(),
            ("", "", Some(_)) => format!("the last {}", self.preset.label),
            _ => "the chosen range".to_owned(),
        }
    }
}

/// Links to the presets; each address is made by `href`.
pub(crate) fn presets(range: &Range, href: impl Fn(Range) -> String) -> Markup {
    html! {
        nav.windows aria-label="Range of time" data-testid="ranges" {
            @for &preset in range.choice.presets {
                @let is_chosen = range.is_preset() && range.preset == preset;
                a.plain.small href=(href(range.chosen(preset))) aria-current=[is_chosen.then_some("true")] { (preset.label) }
            }
        }
    }
}

/// The two fields of a form, and the preset where it has none.
pub(crate) fn fields(range: &Range, fault: Option<&RangeFault>) -> Markup {
    html! {
        @if range.preset != range.choice.usual { input type="hidden" name=(range.choice.parameter) value=(range.preset.key); }
        @for (name, label, value) in [("from", "From (UTC)", &range.from), ("to", "to", &range.to)] {
            @let wrong = fault.filter(|fault| fault.field == name);
            div.field.moment {
                label for={ "f-" (name) } { (label) }
                input #{ "f-" (name) } name=(name) value=(foreign_text::in_field(value)) placeholder="2026-01-31 12:00:00" autocomplete="off" spellcheck="false" maxlength=(MOST_TEXT)
                    aria-invalid=[wrong.map(|_| "true")] aria-describedby=[wrong.map(|_| "e-range")];
                @if let Some(wrong) = wrong { p #e-range.field-error role="alert" data-testid="range-error" { (wrong.message) } }
            }
        }
    }
}

/// A point in time in milliseconds, and how many of them its text leaves open: a day has no hour, a minute no second.
pub(crate) fn point(text: &str) -> Option<(i64, i64)> {
    let text = text.trim_end_matches("UTC").trim_end_matches('Z').trim();
    if text.len() >= 9 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        let number: i64 = text.parse().ok()?;
        // Ten digits are seconds until the year 2286.
        let (number, length) = if text.len() <= 10 {
            (number.checked_mul(1_000)?, 1_000)
        } else {
            (number, 1)
        };
        return (number <= LAST).then_some((number, length));
    }
    let (date, clock) = text
        .split_once(['T', 't', ' '])
        .map_or((text, ""), |(date, clock)| (date, clock.trim()));
    let mut parts = date.split('-').map(|part| digits(part, 1, 4));
    let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
    if parts.next().is_some() {
        return None;
    }
    let month = Month::try_from(u8::try_from(month).ok()?).ok()?;
    let date =
        Date::from_calendar_date(i32::try_from(year).ok()?, month, u8::try_from(day).ok()?).ok()?;
    let midnight = date.midnight().assume_utc().unix_timestamp() * 1_000;
    if midnight < 0 {
        return None;
    }
    if clock.is_empty() {
        return Some((midnight, 24 * 60 * MINUTE));
    }
    let (clock, fraction) = clock
        .split_once(['.', ','])
        .map_or((clock, None), |(clock, fraction)| (clock, Some(fraction)));
    let mut parts = clock.split(':').map(|part| digits(part, 1, 2));
    let (hour, minute, second) = (parts.next()??, parts.next()??, parts.next());
    if parts.next().is_some() || hour > 23 || minute > 59 {
        return None;
    }
    let at = midnight + (hour * 60 + minute) * MINUTE;
    let Some(second) = second else {
        return fraction.is_none().then_some((at, MINUTE));
    };
    let second = second.filter(|second| *second <= 59)?;
    let at = at + second * 1_000;
    let Some(fraction) = fraction else {
        return Some((at, 1_000));
    };
    let scale = 10_i64.pow(3_u32.checked_sub(u32::try_from(fraction.len()).ok()?)?);
    Some((at + digits(fraction, 1, 3)? * scale, scale))
}

/// The last millisecond that a date can be written for.
const LAST: i64 = 253_402_300_799_999;

fn digits(text: &str, least: usize, most: usize) -> Option<i64> {
    let is_number =
        (least..=most).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    text.parse().ok().filter(|_| is_number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::sample::pairs;

    const NOW: i64 = 1_700_000_000_000;

    fn read(query: &[(&str, &str)]) -> Range {
        Range::read(&pairs(query), &OF_A_QUERY)
    }

    #[track_caller]
    fn check(query: &[(&str, &str)], from: i64, to: i64, address: &str) {
        let range = read(query);
        assert_eq!(range.resolve(NOW), Ok(Between { from, to }), "{query:?}");
        assert_eq!(range.with(Address::new("")).finish(), address, "{query:?}");
    }

    #[test]
    fn presets_look_back_and_have_no_end() {
        check(&[], NOW - 60 * MINUTE, i64::MAX, "");
        check(&[("range", "5m")], NOW - 5 * MINUTE, i64::MAX, "?range=5m");
        check(&[("range", "all")], 0, i64::MAX, "?range=all");
        check(&[("range", "9m")], NOW - 60 * MINUTE, i64::MAX, "");
    }

    #[test]
    fn points_in_time_are_as_long_as_they_are_written() {
        // 2023-11-14 22:13:20 UTC is 1,700,000,000.
        for (text, start, length) in [
            ("2023-11-14 22:13:20.000", NOW, 1),
            ("2023-11-14 22:13:20.5", NOW + 500, 100),
            ("2023-11-14T22:13:20Z", NOW, 1_000),
            ("2023-11-14 22:13 UTC", NOW - 20_000, MINUTE),
            ("2023-11-14", 1_699_920_000_000, 1_440 * MINUTE),
            ("1970-1-1 0:0:0", 0, 1_000),
            ("1700000000", NOW, 1_000),
            ("1700000000000", NOW, 1),
        ] {
            check(
                &[("from", text), ("to", text), ("range", "5m")],
                start,
                start + length - 1,
                &read(&[("from", text), ("to", text)])
                    .with(Address::new(""))
                    .finish(),
            );
        }
        check(
            &[("from", "1700000000000")],
            NOW,
            i64::MAX,
            "?from=1700000000000",
        );
        check(&[("to", "1700000000000")], 0, NOW, "?to=1700000000000");
    }

    #[test]
    fn what_is_no_point_in_time_is_told_where_it_is() {
        for text in [
            "yesterday",
            "2023-02-30",
            "2023-13-01",
            "2023-11-14 24:00",
            "2023-11-14 22:60",
            "2023-11-14 22:13:60",
            "2023-11-14 22:13.5",
            "2023-11-14 22:13:20.1234",
            "2023-11-14 22:13:20.",
            "2023-11-14 22",
            "2023-11-14 1:2:3:4",
            "2023-11-14-1",
            "1969-12-31",
            "+700000000",
            "99999999999999999999",
            "253402300800000",
            "é",
        ] {
            for field in ["from", "to"] {
                let fault = read(&[(field, text)]).resolve(NOW).expect_err(text);
                assert_eq!(fault.field, field, "{text}");
                assert!(fault.message.contains("no point in time"), "{text}");
            }
        }
        let fault = read(&[("from", "2023-11-14 22:14"), ("to", "2023-11-14 22:13")])
            .resolve(NOW)
            .expect_err("backwards");
        assert_eq!(
            (fault.field, &fault.message[..]),
            ("to", "This is before the start.")
        );
    }

    #[test]
    fn a_stamp_can_be_read() {
        let range = Range::between(NOW - 1, NOW, &OF_EVENTS);
        assert_eq!(
            range.with(Address::new("/logs")).finish(),
            "/logs?from=2023-11-14+22:13:19.999&to=2023-11-14+22:13:20.000"
        );
        let between = Between {
            from: NOW - 1,
            to: NOW,
        };
        assert_eq!(range.resolve(0), Ok(between));
    }
}
