//! The histogram over a query's records, as SVG. What is counted is `buckets`'.

use maud::{Markup, html};

use super::{
    address::InsightsView,
    buckets::Buckets,
    time_axis::{labels, percent, round_up, ticks},
};
use crate::pages::{
    attribute_table::grouped,
    durations,
    logs::range::{LAST_HOUR, Range},
    minimap::number,
    moments::stamp,
};

/// Pixels from the highest bar's top to the axis.
const HEIGHT: f64 = 84.0;

/// Bars over time with their axes; each bar leads to its own range of time.
pub(super) fn histogram(view: &InsightsView, buckets: &Buckets) -> Markup {
    let total: u64 = buckets.counts.iter().sum();
    let highest = buckets.counts.iter().copied().max().unwrap_or(0);
    let top = round_up(highest as f64).max(1.0);
    let from = buckets.start;
    let to = from + buckets.width * buckets.counts.len() as i64;
    let ticks = ticks(from, to, 6);
    let width = 100.0 / buckets.counts.len().max(1) as f64;
    let each = durations::format(u64::try_from(buckets.width).unwrap_or(0) * 1_000_000);
    html! {
        figure.chart data-testid="histogram" data-total=(total) data-width=(buckets.width) {
            figcaption { "Records by time " span.soft { "each bar " (each) } }
            div.plot-grid {
                (scale(top, HEIGHT))
                svg.plot width="100%" height=(HEIGHT + 2.0) role="img" aria-label={ (grouped(total)) " records over time; at most " (grouped(highest)) " in " (each) } {
                    (lines(&ticks, from, to, HEIGHT))
                    @for (at, count) in buckets.counts.iter().enumerate().filter(|(_, count)| **count > 0) {
                        @let start = from + buckets.width * at as i64;
                        @let height = (*count as f64 / top * HEIGHT).max(1.5);
                        a.bar-link href=(view.within(Range::between(start, start + buckets.width - 1, LAST_HOUR)).href()) tabindex="-1" data-testid="histogram-bar" data-count=(count) {
                            title { (stamp(start)) " UTC, " (each) ": " (grouped(*count)) @if *count == 1 { " record" } @else { " records" } }
                            rect.grip x={ (number(percent(start, from, to))) "%" } width={ (number(width)) "%" } y="0" height=(HEIGHT + 1.0) {}
                            rect.column x={ (number(percent(start, from, to) + width * 0.08)) "%" } width={ (number(width * 0.84)) "%" } y=(number(HEIGHT + 1.0 - height)) height=(number(height)) {}
                        }
                    }
                    line.ground x1="0" x2="100%" y1=(HEIGHT + 1.5) y2=(HEIGHT + 1.5) {}
                }
                span {}
                (labels(&ticks, from, to))
            }
        }
    }
}

/// The scale at the left: nothing, half, all.
pub(super) fn scale(top: f64, height: f64) -> Markup {
    html! {
        svg.scale width="100%" height=(height + 2.0) aria-hidden="true" {
            @for (share, y) in [(1.0, 10.0), (0.5, height / 2.0 + 5.0), (0.0, height)] {
                @let label = short(top * share);
                // Nobody counts half an event.
                @if !(2.0..=100.0).contains(&top) || !label.contains('.') { text x="100%" y=(number(y)) { (label) } }
            }
        }
    }
}

/// Lines behind a plot: half, all, and the ticks.
pub(super) fn lines(ticks: &[super::time_axis::Tick], from: i64, to: i64, height: f64) -> Markup {
    html! {
        @for y in [1.0, height / 2.0 + 1.0] { line.rule x1="0" x2="100%" y1=(number(y)) y2=(number(y)) {} }
        @for tick in ticks { @let at = number(percent(tick.at, from, to)); line.rule x1={ (at) "%" } x2={ (at) "%" } y1="0" y2=(height) {} }
    }
}

/// A number in few characters: `12`, `1.5k`, `2M`.
pub(super) fn short(value: f64) -> String {
    let size = value.abs();
    let (value, unit) = match size {
        1e9.. => (value / 1e9, "G"),
        1e6.. => (value / 1e6, "M"),
        1e3.. => (value / 1e3, "k"),
        _ => (value, ""),
    };
    let text = format!(
        "{value:.*}",
        if size < 0.1 {
            3
        } else if size < 10.0 || !unit.is_empty() {
            2
        } else {
            1
        }
    );
    let text = text.trim_end_matches('0').trim_end_matches('.');
    format!("{text}{unit}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::sample::pairs;

    #[test]
    fn each_bar_leads_to_its_own_time() {
        let buckets = Buckets {
            start: 1_700_049_600_000,
            width: 60_000,
            counts: vec![3, 0, 1],
        };
        let view = InsightsView::read(&pairs(&[("query", "limit 1"), ("range", "5m")]));
        let drawn = histogram(&view, &buckets).0;
        for part in [
            r#"data-total="4""#,
            r#"data-count="3""#,
            r#"data-count="1""#,
            "from=2023-11-15+12:02:00.000&amp;to=2023-11-15+12:02:59.999&amp;query=limit+1",
            "2023-11-15 12:02:00.000 UTC, 1 m: 1 record<",
            "12:00:00.000 UTC, 1 m: 3 records",
            ">3<",
            ">12:01:30<",
        ] {
            assert!(drawn.contains(part), "{part}: {drawn}");
        }
        assert_eq!(drawn.matches("histogram-bar").count(), 2);
        // One of a scale to three.
        assert!(
            drawn.contains(r#"height="28""#) && !drawn.contains(">1.5<"),
            "{drawn}"
        );
    }

    #[test]
    fn numbers_are_short() {
        for (value, text) in [
            (0.0, "0"),
            (0.025, "0.025"),
            (2.5, "2.5"),
            (12.34, "12.3"),
            (100.0, "100"),
            (1_500.0, "1.5k"),
            (2e6, "2M"),
            (-5_000.0, "-5k"),
            (5e9, "5G"),
        ] {
            assert_eq!(short(value), text);
        }
    }
}
