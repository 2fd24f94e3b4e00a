//! A query made ready to be answered over a source of blocks.

use std::collections::BTreeSet;
use std::ops::Range;

use span_query::{Error, Op, Query, Relation, UnknownColumn, field};

use crate::bubble_up::BubbleUpBuilder;
use crate::condition::Condition;
use crate::examples::{self, Examples};
use crate::heatmap::HeatmapBuilder;
use crate::matches::Matches;
use crate::passed::Passed;
use crate::series::{SeriesBuilder, Steps, Totals};
use crate::tally::{NO_SLOT, Tally};
use crate::{Answer, BubbleUp, Heatmap, NO_TIME, Selection, Series, Source, Wanted, table};

/// Groups that a series has at most: the first ones of the table.
const MOST_LINES: usize = 50;

/// A query that can be answered.
#[derive(Debug)]
pub struct Plan {
    pub(crate) query: Query,
    pub(crate) conditions: Vec<Condition>,
    /// The time asked for, in nanoseconds since the Unix epoch.
    pub(crate) time: Option<Range<i64>>,
}

impl Plan {
    /// Makes a query ready; a lone `time_range` counts back from `now`, in seconds since the Unix epoch.
    ///
    /// # Errors
    ///
    /// [`Error::Pattern`] for a regular expression that is none, or too large.
    pub fn new(query: &Query, now: u64) -> Result<Plan, Error> {
        let conditions = query.filters.iter().enumerate();
        let conditions = conditions.map(|(index, filter)| Condition::new(index, filter));
        let nanoseconds = |time: u128| i64::try_from(time).unwrap_or(i64::MAX);
        Ok(Plan {
            query: query.clone(),
            conditions: conditions.collect::<Result<_, _>>()?,
            time: (query.time.unix_nano(now))
                .map(|time| nanoseconds(time.start)..nanoseconds(time.end)),
        })
    }

    /// Answers the query.
    ///
    /// # Errors
    ///
    /// The source's.
    pub fn answer<S: Source + ?Sized>(&self, source: &S) -> Result<Answer, S::Error> {
        let names = self.query.columns().into_iter().chain(examples::COLUMNS);
        let names: BTreeSet<String> = names.map(str::to_owned).collect();
        let parent_id = names.contains(field::PARENT_ID) || self.reads_parents();
        let ids = [self.reads_related(), false, parent_id];
        let wanted = Wanted::new(Some(names), self.time.clone()).with_ids(ids);

        let mut unseen = self.query.columns();
        let mut tally = Tally::new(&self.query.calculations);
        let mut examples = Examples::default();
        let mut extent = None;
        let mut rows_matched = 0;
        let mut matches = Matches::new(self, source, wanted)?;
        matches.each(&mut |passed, groups| {
            tally.add(passed, passed.groups, groups);
            examples.add(passed);
            widen(&mut extent, passed);
            rows_matched += passed.rows.len() as u64;
            unseen.retain(|name| passed.column(name).is_none());
        })?;
        let mut open_before = false;
        if self.has_concurrency() {
            matches.each_open_before(&mut |_, _| open_before = true)?;
        }
        let groups = matches.groups.len();
        let mut results = tally.results(groups);
        let calculations = &self.query.calculations;
        let start = self.start().filter(|_| open_before);
        let steps = extent
            .or(start.map(|start| (start, start)))
            .map(|extent| self.steps(extent));
        let totals = steps
            .as_ref()
            .and_then(|steps| Totals::new(calculations, steps));
        if let Some(mut totals) = totals {
            matches.each(&mut |passed, groups| totals.add(passed, groups))?;
            if open_before {
                matches.each_open_before(&mut |passed, groups| totals.add(passed, groups))?;
            }
            let totals = totals.results(groups);
            for (result, total) in results.iter_mut().zip(totals) {
                *result = total.unwrap_or_else(|| std::mem::take(result));
            }
        }
        let (table, order) = table::table(&self.query, &matches.groups, &results);
        let lines = &order[..order.len().min(MOST_LINES)];
        let (series, heatmaps) = self.drawn(&mut matches, lines, steps)?;
        Ok(Answer {
            table,
            series,
            heatmaps,
            examples: examples
                .chosen(source, self.time.clone(), |group| matches.groups.key(group))?,
            unknown_columns: self.unknown(source, &unseen)?,
            rows_scanned: matches.rows_scanned,
            rows_matched,
            extent_unix_nano: extent,
        })
    }

    /// What sets the rows inside a box apart from the query's others.
    ///
    /// # Errors
    ///
    /// The source's.
    pub fn bubble_up<S: Source + ?Sized>(
        &self,
        source: &S,
        selection: &Selection,
    ) -> Result<BubbleUp, S::Error> {
        let read = self.query.columns().into_iter().map(str::to_owned);
        let ids = Wanted::new(Some(read.collect()), None).ids;
        let mut wanted = Wanted::new(None, self.time.clone());
        wanted.ids = ids.map(|id| id || self.reads_related());
        let mut bubble_up = BubbleUpBuilder::new(selection);
        // One look is enough, at columns of which many are wide.
        let mut matches = Matches::new(self, source, wanted)?.keeping(0);
        matches.each(&mut |passed, _| bubble_up.add(passed))?;
        Ok(bubble_up.finish())
    }

    /// The steps that series have: over the time asked for, and where it is open, as far as rows go.
    fn steps(&self, extent: (i64, i64)) -> Steps {
        let asked = self.query.time;
        let is_open = |end: Option<u64>| end.is_none() && asked.range.is_none();
        let time = self.time.clone().unwrap_or_default();
        let start = if is_open(asked.start) {
            extent.0
        } else {
            time.start
        };
        if is_open(asked.end) {
            let after_last = extent.1.saturating_add(1);
            Steps::over(start..after_last, self.query.granularity).with_all_of_the_last()
        } else {
            Steps::over(start..time.end, self.query.granularity)
        }
    }

    /// The series with a line for each of these groups, and the heatmaps.
    fn drawn<S: Source + ?Sized>(
        &self,
        matches: &mut Matches<'_, S>,
        lines: &[u32],
        steps: Option<Steps>,
    ) -> Result<(Option<Series>, Vec<Heatmap>), S::Error> {
        let columns = self.query.calculations.iter().filter_map(|calculation| {
            let column = calculation.column.as_deref()?;
            (calculation.op == Op::Heatmap).then_some(column)
        });
        let Some(steps) = steps else {
            return Ok((None, columns.map(crate::heatmap::empty).collect()));
        };
        let mut line_of_group = vec![NO_SLOT; matches.groups.len()];
        for (line, group) in (0..).zip(lines) {
            line_of_group[*group as usize] = line;
        }
        let mut heatmaps: Vec<HeatmapBuilder> = columns
            .map(|column| HeatmapBuilder::new(column, &steps))
            .collect();
        let mut series = SeriesBuilder::new(&self.query.calculations, steps);
        let mut line_of_row = Vec::new();
        let mut draw = |passed: &Passed<'_>, _| {
            line_of_row.clear();
            line_of_row.extend(
                passed
                    .groups
                    .iter()
                    .map(|group| line_of_group[*group as usize]),
            );
            series.add(passed, &line_of_row, lines.len());
            heatmaps.iter_mut().for_each(|heatmap| heatmap.add(passed));
        };
        matches.each(&mut draw)?;
        if self.has_concurrency() {
            // What is not in a step counts in nothing but concurrency.
            matches.each_open_before(&mut draw)?;
        }
        let keys = (0..)
            .zip(lines)
            .map(|(line, group)| (line, matches.groups.key(*group)));
        let series = series.finish(keys.collect(), lines.len());
        let heatmaps = heatmaps.into_iter().map(HeatmapBuilder::finish);
        Ok((Some(series), heatmaps.collect()))
    }

    /// The columns that the query names, that are not among the rows that passed, and that no stored row has either.
    fn unknown<S: Source + ?Sized>(
        &self,
        source: &S,
        unseen: &BTreeSet<&str>,
    ) -> Result<Vec<UnknownColumn>, S::Error> {
        if unseen.is_empty() {
            return Ok(Vec::new());
        }
        let stored = source.names()?;
        let seen = self.query.columns();
        let seen = seen.difference(unseen).copied();
        Ok(self
            .query
            .unknown_columns(stored.iter().map(String::as_str).chain(seen)))
    }

    /// When the time asked for begins, in nanoseconds since the Unix epoch, unless that is open.
    pub(crate) fn start(&self) -> Option<i64> {
        let asked = self.query.time;
        let time = self.time.as_ref()?;
        (asked.start.is_some() || asked.range.is_some()).then_some(time.start)
    }

    fn has_concurrency(&self) -> bool {
        let mut calculations = self.query.calculations.iter();
        calculations.any(|calculation| calculation.op == Op::Concurrency)
    }

    fn reads_parents(&self) -> bool {
        self.relations_read()
            .any(|relation| relation == Relation::Parent)
    }

    fn reads_related(&self) -> bool {
        self.relations_read()
            .any(|relation| relation != Relation::Own)
    }

    fn relations_read(&self) -> impl Iterator<Item = Relation> {
        let filtered = self.query.filters.iter().map(|filter| &filter.column);
        let columns = self.query.breakdowns.iter().chain(filtered);
        columns.map(|column| column.relation)
    }
}

/// Widens the first and last time by those of the rows that passed.
fn widen(extent: &mut Option<(i64, i64)>, passed: &Passed<'_>) {
    for time in passed.times().filter(|time| *time != NO_TIME) {
        *extent = Some(match *extent {
            None => (time, time),
            Some((first, last)) => (first.min(time), last.max(time)),
        });
    }
}
