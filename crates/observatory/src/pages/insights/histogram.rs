//! The histogram over a query's records, as SVG. What is counted is `buckets`'.

use maud::{Markup, html};

use super::{address::InsightsView, buckets::Buckets};
use crate::pages::{
    attribute_table::grouped,
    durations,
    logs::range::{OF_A_QUERY, Range},
    minimap::number,
    moments::stamp,
    plot::{Unit, ValueAxis, labels, percent, rules, ticks},
};

/// Pixels from the highest bar's top to the axis.
const HEIGHT: f64 = 84.0;

/// Bars over time with their axes; each bar leads to its own range of time.
pub(super) fn histogram(view: &InsightsView, buckets: &Buckets) -> Markup {
    let total: u64 = buckets.counts.iter().sum();
    let highest = buckets.counts.iter().copied().max().unwrap_or(0);
    let axis = ValueAxis::over(0.0, highest as f64, Unit::Count, 3);
    let from = buckets.start;
    let to = from + buckets.width * buckets.counts.len() as i64;
    let ticks = ticks(from, to, 6);
    let width = 100.0 / buckets.counts.len().max(1) as f64;
    let each = durations::format(u64::try_from(buckets.width).unwrap_or(0) * 1_000_000);
    html! {
        figure.chart data-testid="histogram" data-total=(total) data-width=(buckets.width) {
            figcaption { "Records by time " span.soft { "each bar " (each) } }
            div.plot-grid {
                (axis.labels(HEIGHT))
                svg.plot width="100%" height=(HEIGHT + 2.0) role="group" aria-label={ (grouped(total)) " records over time; at most " (grouped(highest)) " in " (each) } {
                    (axis.rules(HEIGHT)) (rules(&ticks, from, to, HEIGHT))
                    @for (at, count) in buckets.counts.iter().enumerate().filter(|(_, count)| **count > 0) {
                        @let start = from + buckets.width * at as i64;
                        @let height = (HEIGHT + 1.0 - axis.y(*count as f64, HEIGHT)).max(1.5);
                        a.bar-link href=(view.within(Range::between(start, start + buckets.width - 1, &OF_A_QUERY)).href()) tabindex="-1" data-testid="histogram-bar" data-count=(count) {
                            title { (stamp(start)) " UTC, " (each) ": " (grouped(*count)) @if *count == 1 { " record" } @else { " records" } }
                            rect.grip x={ (number(percent(start, from, to))) "%" } width={ (number(width)) "%" } y="0" height=(HEIGHT + 1.0) {}
                            rect.column x={ (number(percent(start, from, to) + width * 0.08)) "%" } width={ (number(width * 0.84)) "%" } y=(number(HEIGHT + 1.0 - height)) height=(number(height)) {}
                        }
                    }
                }
                span {}
                (labels(&ticks, from, to))
            }
        }
    }
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
}
