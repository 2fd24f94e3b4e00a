//! Goes through the traces that the map is about, one after the other: what they add up to, and the newest that match.
//! What is asked and how it is shown is for others.

use rusqlite::Connection;
use xray_query::{Filter, GraphBuilder, ServiceGraph, Trace, TraceSummary};

use super::{address::LookedAt, page::LISTED};
use crate::{
    store::StoreError,
    xray::{groups::Groups, stored},
};

/// Which traces are looked at, and which of them are listed.
pub(super) struct Wanted {
    pub(super) range: LookedAt,
    /// A group's name or ARN, or nothing for all traces; a group that is not there has none.
    pub(super) group: String,
    /// Those of the group that are listed: all without a filter.
    pub(super) filter: Option<Filter>,
    /// None is listed, since what was typed is no filter.
    pub(super) lists_none: bool,
    pub(super) groups: Groups,
}

/// What the traces add up to.
#[derive(Default)]
pub(super) struct Found {
    /// Of the traces of the group.
    pub(super) graph: ServiceGraph,
    /// With a filter, of those that match it.
    pub(super) passed: Option<ServiceGraph>,
    /// Traces that were looked at, of whichever group.
    pub(super) looked_at: usize,
    /// Those of the group.
    pub(super) traces: usize,
    /// Those that match the filter.
    pub(super) matching: usize,
    /// The newest of them, newest first.
    pub(super) listed: Vec<TraceSummary>,
    /// When there are older traces in the range, where those begin that were looked at, in nanoseconds since the Unix epoch.
    pub(super) cut_at: Option<i64>,
}

impl Wanted {
    /// Looks at the newest `most` traces.
    pub(super) fn find(&self, connection: &Connection, most: usize) -> Result<Found, StoreError> {
        let mut found = Found::default();
        let (mut graph, mut passed) = (GraphBuilder::default(), GraphBuilder::default());
        let group = self.groups.get(&self.group);
        let range = (self.range.from, self.range.to);
        found.cut_at = stored::each_between(connection, range, most, |trace| {
            found.looked_at += 1;
            let is_in_group = self.group.is_empty() || self.is_taken(group.as_ref(), trace);
            if !is_in_group {
                return;
            }
            found.traces += 1;
            graph.add(trace);
            let is_listed = match &self.filter {
                None => !self.lists_none,
                filter => self.is_taken(filter.as_ref(), trace),
            };
            if !is_listed {
                return;
            }
            found.matching += 1;
            if self.filter.is_some() {
                passed.add(trace);
            }
            if found.listed.len() < LISTED {
                found.listed.push(trace.summary());
            }
        })?;
        found.graph = graph.finish();
        found.passed = self.filter.is_some().then(|| passed.finish());
        Ok(found)
    }

    fn is_taken(&self, filter: Option<&Filter>, trace: &Trace) -> bool {
        filter.is_some_and(|filter| filter.matches(trace, &|group| self.groups.get(group)))
    }
}
