//! Statistics of services or calls over time, in the shape of `GetTimeSeriesServiceStatistics`.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::{
    EdgeStatistics, Filter, FilterError, HistogramEntry, ServiceStatistics, Trace,
    filter::Selected, graph::Statistics, view::View,
};

/// [`TimeSeriesServiceStatistics`](https://docs.aws.amazon.com/xray/latest/api/API_TimeSeriesServiceStatistics.html).
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct TimeSeriesEntry {
    /// Start of the period, in seconds since the Unix epoch.
    pub timestamp: f64,
    /// Of calls, if calls are selected.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub edge_summary_statistics: Option<EdgeStatistics>,
    /// Of services, if services are selected.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service_summary_statistics: Option<ServiceStatistics>,
    /// How long the selected took.
    pub response_time_histogram: Vec<HistogramEntry>,
}

/// `EntitySelectorExpression`: whose statistics are wanted.
#[derive(Clone, Debug, PartialEq)]
pub struct Selector(Filter);

impl Selector {
    /// Understands an expression of `service`, `edge`, AND, OR, `!` and parentheses.
    ///
    /// # Errors
    ///
    /// Those of [`Filter::parse`], and other keywords outside of braces; services and edges beside each other.
    pub fn parse(text: &str) -> Result<Self, FilterError> {
        let filter = Filter::parse(text)?;
        filter.selected()?;
        Ok(Self(filter))
    }
}

/// Statistics for each period of `period` seconds from `from` to `to` (seconds since the Unix epoch) in which something was selected, earliest first.
///
/// Without a selector, of all calls, those from outside included. A visit or a call counts in the period in which it ended;
/// what is in progress does not count.
#[must_use]
pub fn time_series(
    traces: &[Trace],
    from: f64,
    to: f64,
    period: u32,
    selector: Option<&Selector>,
) -> Vec<TimeSeriesEntry> {
    let period = f64::from(period.max(1));
    let mut periods: BTreeMap<u64, Statistics> = BTreeMap::new();
    let of_services = selector
        .is_some_and(|Selector(filter)| matches!(filter.selected(), Ok(Selected::Services)));
    for trace in traces {
        let view = View::of(trace);
        for node in &view.nodes {
            let segment = if of_services {
                node.segment
            } else {
                node.call()
            };
            let wanted = selector.map_or(node.caller.is_some() || node.from_outside, |selector| {
                selector.0.selects(&view, node)
            });
            let Some(end) = segment.end_time.filter(|end| (from..to).contains(end)) else {
                continue;
            };
            if wanted {
                #[allow(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "not negative, and saturates"
                )]
                let index = ((end - from) / period).floor() as u64;
                periods.entry(index).or_default().add(segment);
            }
        }
    }
    periods
        .into_iter()
        .map(|(index, statistics)| TimeSeriesEntry {
            #[allow(clippy::cast_precision_loss, reason = "far below 2^53")]
            timestamp: from + index as f64 * period,
            edge_summary_statistics: (!of_services).then(|| statistics.counts()),
            service_summary_statistics: of_services.then(|| statistics.counts()),
            response_time_histogram: statistics.histogram(),
        })
        .collect()
}
