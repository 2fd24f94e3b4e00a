//! Answers made up for the tests of the drawings.

use span_columns::{
    BubbleUp, Difference, Example, Heatmap, Scale, Selection, Series, SeriesGroup, Share,
};
use span_query::Value;

use crate::pages::sample::START;

/// What no page may let through as markup.
pub(super) const HOSTILE: &str = "<script>alert('x')</script>\u{202e}\"&\0";

/// Calculations over so many steps of a minute; without groups there is one without a key.
pub(super) fn series(calculations: &[&str], groups: usize, steps: usize) -> Series {
    let group = |key: Vec<Value>, by: i64| SeriesGroup {
        key,
        values: calculations
            .iter()
            .map(|_| {
                (0..steps)
                    .map(|step| Value::Int(by * (step as i64 + 1)))
                    .collect()
            })
            .collect(),
    };
    Series {
        start: (START / 1_000_000_000) as i64,
        step: 60,
        steps,
        calculations: calculations
            .iter()
            .map(|title| (*title).to_owned())
            .collect(),
        groups: if groups == 0 {
            vec![group(Vec::new(), 1)]
        } else {
            (0..groups)
                .map(|at| group(vec![format!("group-{at}").into()], at as i64 + 1))
                .collect()
        },
    }
}

/// Slow rows late: so many steps of a minute, four bands from 1 ms to 10 s.
pub(super) fn heatmap(steps: usize) -> Heatmap {
    let band = |band: u64| {
        (0..steps as u64)
            .map(|step| (step * 7 + band * 3) % 5 * (band + 1))
            .collect()
    };
    Heatmap {
        column: "duration_ms".to_owned(),
        start_unix_nano: START as i64,
        step_nano: 60_000_000_000,
        steps,
        scale: Scale::Logarithmic,
        edges: vec![1.0, 10.0, 100.0, 1_000.0, 10_000.0],
        counts: (0..4).map(band).collect(),
        without_number: 3,
    }
}

/// From the second minute to the fourth, from 100 ms to 1 s.
pub(super) fn selection() -> Selection {
    Selection {
        column: "duration_ms".to_owned(),
        from_unix_nano: START as i64 + 60_000_000_000,
        to_unix_nano: START as i64 + 240_000_000_000,
        min: 100.0,
        max: 1_000.0,
    }
}

fn share(value: impl Into<Value>, to: impl Into<Value>, inside: u64, outside: u64) -> Share {
    Share {
        value: value.into(),
        to: to.into(),
        inside,
        outside,
    }
}

/// Forty rows against 1,000: a guilty user, a hostile key, sizes in ranges, and one that tells nothing.
pub(super) fn bubble_up() -> BubbleUp {
    let single = |column: &str, distance: f64, shares: Vec<Share>, absent: (u64, u64)| Difference {
        column: column.to_owned(),
        distance,
        is_ranges: false,
        shares,
        others: (0, 0),
        absent,
    };
    let users = (0..9).map(|at| {
        share(
            format!("user-{at}"),
            Value::Null,
            u64::from(at == 3) * 39,
            100,
        )
    });
    BubbleUp {
        inside: 40,
        outside: 1_000,
        differences: vec![
            single("user.id", 0.875, users.collect(), (1, 100)),
            single(
                HOSTILE,
                0.5,
                vec![
                    share(HOSTILE, Value::Null, 20, 0),
                    share("", Value::Null, 20, 1_000),
                ],
                (0, 0),
            ),
            Difference {
                column: "http.response.body.size".to_owned(),
                distance: 0.3,
                is_ranges: true,
                shares: (0..10)
                    .map(|at| share(at * 1_000, (at + 1) * 1_000, u64::from(at > 5) * 10, 100))
                    .collect(),
                others: (0, 0),
                absent: (0, 0),
            },
            single(
                "span.kind",
                0.01,
                vec![share("server", Value::Null, 40, 990)],
                (0, 10),
            ),
        ],
        left_out: 7,
    }
}

/// A slow row and a log event.
pub(super) fn examples() -> Vec<Example> {
    let slow = Example {
        trace_id: "07".repeat(16),
        span_id: "00000000000000ab".to_owned(),
        unix_nano: START as i64,
        name: HOSTILE.to_owned(),
        service: "backend".to_owned(),
        duration_ms: 1_234.5.into(),
        error: true,
        key: vec!["user-3".into(), Value::Null],
    };
    let event = Example {
        trace_id: String::new(),
        span_id: String::new(),
        name: String::new(),
        duration_ms: Value::Null,
        error: false,
        ..slow.clone()
    };
    vec![slow, event]
}
