//! A query made ready to be answered over a source of blocks.

use std::collections::BTreeSet;
use std::ops::Range;

use span_query::{Error, Query, UnknownColumn, field};

use crate::condition::Condition;
use crate::examples::{self, Examples};
use crate::matches::Matches;
use crate::passed::Passed;
use crate::tally::Tally;
use crate::{Answer, NO_TIME, Source, Wanted, table};

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
        let wanted = Wanted::new(Some(names), self.time.clone()).with_ids([true, true, parent_id]);

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
        let results = tally.results(matches.groups.len());
        let (table, _order) = table::table(&self.query, &matches.groups, &results);
        Ok(Answer {
            table,
            series: None,
            heatmaps: Vec::new(),
            examples: examples.chosen(|group| matches.groups.key(group)),
            unknown_columns: self.unknown(source, &unseen)?,
            rows_scanned: matches.rows_scanned,
            rows_matched,
            extent_unix_nano: extent,
        })
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

    fn reads_parents(&self) -> bool {
        let filtered = self.query.filters.iter().map(|filter| &filter.column);
        let mut columns = self.query.breakdowns.iter().chain(filtered);
        columns.any(|column| column.relation == span_query::Relation::Parent)
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
