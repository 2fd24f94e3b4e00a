//! What a dashboard of averages shows of the hour: nothing.

use std::collections::BTreeMap;

use incident_recording::{END, START, Span};

use crate::{RECORDING, answered, int};

const NANOSECONDS: u64 = 1_000_000_000;

/// Minutes of the hour in which nothing goes wrong, and those in which something does.
fn minutes() -> (Vec<u64>, Vec<u64>) {
    let truth = RECORDING.truth();
    let windows = [
        truth.release.window,
        truth.user.window,
        truth.dependency.window,
    ];
    (START..END).step_by(60).partition(|minute| {
        windows
            .iter()
            .all(|window| !window.contains(minute * NANOSECONDS))
    })
}

fn mean(of: &[f64]) -> f64 {
    of.iter().sum::<f64>() / of.len() as f64
}

fn median(of: &[f64]) -> f64 {
    let mut sorted = of.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[sorted.len() / 2]
}

/// A figure of each minute's requests.
fn by_minute(service: &str, figure: impl Fn(&[&Span]) -> f64) -> BTreeMap<u64, f64> {
    let mut spans: BTreeMap<u64, Vec<&Span>> = BTreeMap::new();
    for span in answered(service) {
        spans
            .entry(span.start / NANOSECONDS / 60 * 60)
            .or_default()
            .push(span);
    }
    spans
        .into_iter()
        .map(|(minute, spans)| (minute, figure(&spans)))
        .collect()
}

/// Fails when bad minutes differ from quiet ones: all together by more than `together`, any one by more than `alone` (shares of the quiet mean).
#[track_caller]
fn check(service: &str, figure: impl Fn(&[&Span]) -> f64, together: f64, alone: f64) {
    let by_minute = by_minute(service, figure);
    let (quiet, bad) = minutes();
    let of = |minutes: &[u64]| {
        minutes
            .iter()
            .map(|minute| by_minute[minute])
            .collect::<Vec<f64>>()
    };
    let (quiet, bad) = (of(&quiet), of(&bad));
    let usual = mean(&quiet);
    let change = mean(&bad) / usual - 1.0;
    assert!(
        change.abs() < together,
        "{service}: {:.1} % more than in quiet minutes",
        change * 100.0
    );
    let most = bad.iter().copied().fold(0.0, f64::max);
    let least = bad.iter().copied().fold(f64::MAX, f64::min);
    let (above, below) = (most / usual - 1.0, 1.0 - least / usual);
    assert!(
        above < alone && below < alone,
        "{service}: a minute is {:.1} % above, one {:.1} % below",
        above * 100.0,
        below * 100.0
    );
}

fn milliseconds(spans: &[&Span]) -> Vec<f64> {
    spans.iter().map(|span| span.duration_ms()).collect()
}

#[test]
fn there_are_minutes_enough_of_both_kinds() {
    let (quiet, bad) = minutes();
    assert!(
        quiet.len() >= 12 && bad.len() >= 35,
        "{} quiet, {} bad",
        quiet.len(),
        bad.len()
    );
}

#[test]
fn the_average_duration_hides_it() {
    check("backend", |spans| mean(&milliseconds(spans)), 0.04, 0.11);
    check("profiles", |spans| mean(&milliseconds(spans)), 0.03, 0.12);
}

#[test]
fn the_median_duration_hides_it() {
    check("backend", |spans| median(&milliseconds(spans)), 0.03, 0.12);
    check("profiles", |spans| median(&milliseconds(spans)), 0.03, 0.12);
}

#[test]
fn the_error_rate_hides_it() {
    let rate = |minutes: &[u64]| {
        let mut counts = (0.0, 0.0);
        for span in answered("backend") {
            if minutes.contains(&(span.start / NANOSECONDS / 60 * 60)) {
                counts.0 += f64::from(int(span, "http.response.status_code") >= 500);
                counts.1 += 1.0;
            }
        }
        counts.0 / counts.1
    };
    let (quiet, bad) = minutes();
    let (quiet, bad) = (rate(&quiet), rate(&bad));
    assert!(
        quiet > 0.001 && bad > 0.001,
        "nothing fails at any time: {quiet} and {bad}"
    );
    assert!(
        (bad - quiet).abs() < 0.001,
        "{quiet} in quiet minutes, {bad} in bad ones"
    );
}
