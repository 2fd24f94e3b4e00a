//! The time between two spans: start to start, the gap from the end of the one to the start of the other, end to end.

use maud::{Markup, html};

use super::{
    durations, foreign_text, span_facts,
    trace_page::Trace,
    waterfall::{Row, What},
};

/// Two rows and the time between them.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Measure {
    /// Nanoseconds from the first one's start to the second's; negative if the second begins first.
    pub(crate) start_to_start: i128,
    /// From the first one's end to the second's start; negative if they overlap.
    pub(crate) gap: i128,
    /// From the first one's end to the second's.
    pub(crate) end_to_end: i128,
}

impl Measure {
    /// From one row to another.
    pub(crate) fn new(from: &Row, to: &Row) -> Self {
        let between = |from: u64, to: u64| i128::from(to) - i128::from(from);
        Self {
            start_to_start: between(from.from, to.from),
            gap: between(from.to, to.from),
            end_to_end: between(from.to, to.to),
        }
    }
}

/// `+12 ms`, `−3 ms`, `0 ns`.
pub(crate) fn signed(nanoseconds: i128) -> String {
    let size = u64::try_from(nanoseconds.unsigned_abs()).unwrap_or(u64::MAX);
    let sign = match nanoseconds {
        0 => "",
        1.. => "+",
        _ => "\u{2212}",
    };
    format!("{sign}{}", durations::format(size))
}

/// The line above the rows that tells what is measured; nothing without a span to measure from.
pub(crate) fn line(trace: &Trace<'_>) -> Markup {
    let Some(from) = &trace.view.from else {
        return html! {};
    };
    let Some(first) = trace.place_of(from) else {
        return html! {
            p.measure data-testid="measure" {
                "The span to measure from, " code { (from) } ", is not in this trace. "
                (stop(trace))
            }
        };
    };
    let second = trace
        .view
        .span
        .as_ref()
        .and_then(|key| trace.place_of(key))
        .filter(|&second| second != first);
    html! {
        div.measure data-testid="measure" role="status" {
            @if let Some(second) = second {
                @let measure = Measure::new(&trace.waterfall.rows[first], &trace.waterfall.rows[second]);
                p { "From " (name(trace, first)) " to " (name(trace, second)) }
                dl {
                    div { dt { "start to start" } dd data-testid="start-to-start" { (signed(measure.start_to_start)) } }
                    div title="From the end of the first to the start of the second" {
                        dt { @if measure.gap < 0 { "overlap" } @else { "gap" } }
                        dd data-testid="gap" { (durations::format(u64::try_from(measure.gap.unsigned_abs()).unwrap_or(u64::MAX))) }
                    }
                    div { dt { "end to end" } dd data-testid="end-to-end" { (signed(measure.end_to_end)) } }
                }
            } @else {
                p { "Measuring from " (name(trace, first)) ": open another span to see the time between them." }
            }
            (stop(trace))
        }
    }
}

fn stop(trace: &Trace<'_>) -> Markup {
    html! { a.plain.small data-swap="waterfall details" href=(trace.view.measuring_from(None).href(trace.id)) { "Stop measuring" } }
}

fn name(trace: &Trace<'_>, place: usize) -> Markup {
    match &trace.waterfall.rows[place].what {
        What::Span(span) => {
            let span = &trace.spans[*span];
            html! { b { (foreign_text::isolated(span_facts::service(span), 40)) " " (foreign_text::isolated(&span.span.name, 80)) } }
        }
        What::Missing(id) => html! { b { "parent " code { (id) } } },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(from: u64, to: u64) -> Row {
        Row {
            what: What::Span(0),
            depth: 0,
            parent: None,
            end: 1,
            from,
            to,
            oddities: Vec::new(),
        }
    }

    #[test]
    fn time_between_two_spans() {
        for (rule, first, second, expected) in [
            ("one after the other", (10, 20), (25, 40), (15, 5, 20)),
            ("side by side", (10, 20), (20, 40), (10, 0, 20)),
            ("an overlap", (10, 20), (15, 40), (5, -5, 20)),
            ("inside", (10, 90), (20, 40), (10, -70, -50)),
            ("backwards", (25, 40), (10, 20), (-15, -30, -20)),
            (
                "of any length",
                (0, u64::MAX),
                (u64::MAX, u64::MAX),
                (i128::from(u64::MAX), 0, 0),
            ),
        ] {
            let measure = Measure::new(&row(first.0, first.1), &row(second.0, second.1));
            assert_eq!(
                (measure.start_to_start, measure.gap, measure.end_to_end),
                expected,
                "{rule}"
            );
        }
    }

    #[test]
    fn differences_have_a_sign() {
        for (nanoseconds, text) in [
            (0, "0 ns"),
            (12_000_000, "+12 ms"),
            (-3_000, "\u{2212}3 µs"),
        ] {
            assert_eq!(signed(nanoseconds), text);
        }
    }
}
