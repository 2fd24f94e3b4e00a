//! Which events a walk visits: the groups and streams, the time, and the index in which their chunks are found.

use std::{collections::HashSet, sync::Arc};

use super::model::{Direction, EventKey};

/// Events of one group.
#[derive(Clone, Debug)]
pub(crate) struct Scope {
    /// The group's number.
    pub(crate) group: i64,
    /// The group's name.
    pub(crate) name: Arc<str>,
    /// The longest time between the first and the last event of one of its chunks, in milliseconds.
    pub(crate) span: i64,
    pub(crate) streams: Streams,
    /// Earliest time, included.
    pub(crate) from: i64,
    /// Latest time, included.
    pub(crate) to: i64,
}

/// Which streams of a group.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Streams {
    All,
    These(HashSet<i64>),
}

impl Streams {
    pub(super) fn is_none(&self) -> bool {
        matches!(self, Self::These(streams) if streams.is_empty())
    }

    fn only(&self) -> Option<i64> {
        match self {
            Self::These(streams) if streams.len() == 1 => streams.iter().next().copied(),
            _ => None,
        }
    }
}

impl Scope {
    /// Without what lies before the place where the walk begins.
    pub(super) fn narrowed(mut self, direction: Direction, at: Option<EventKey>) -> Self {
        match (direction, at) {
            (Direction::Forward, Some(at)) => self.from = self.from.max(at.time),
            (Direction::Backward, Some(at)) => self.to = self.to.min(at.time),
            (_, None) => {}
        }
        self
    }

    /// What its index begins with.
    pub(super) fn key(&self) -> i64 {
        self.streams.only().unwrap_or(self.group)
    }

    /// The chunks that may have events of it, nearest first; all that is asked for is in the index.
    pub(super) fn sql(&self, direction: Direction) -> &'static str {
        match (direction, self.streams.only()) {
            (Direction::Forward, None) => {
                "SELECT id, stream, first, last FROM log_chunk INDEXED BY log_chunk_of_group_by_first
                 WHERE log_group = ?1 AND first >= ?2 AND first <= ?3 AND last >= ?4 ORDER BY first"
            }
            (Direction::Backward, None) => {
                "SELECT id, stream, first, last FROM log_chunk INDEXED BY log_chunk_of_group_by_last
                 WHERE log_group = ?1 AND last >= ?2 AND last <= ?3 AND first <= ?4 ORDER BY last DESC"
            }
            (Direction::Forward, Some(_)) => {
                "SELECT id, stream, first, last FROM log_chunk INDEXED BY log_chunk_of_stream_by_first
                 WHERE stream = ?1 AND first >= ?2 AND first <= ?3 AND last >= ?4 ORDER BY first"
            }
            (Direction::Backward, Some(_)) => {
                "SELECT id, stream, first, last FROM log_chunk INDEXED BY log_chunk_of_stream_by_last
                 WHERE stream = ?1 AND last >= ?2 AND last <= ?3 AND first <= ?4 ORDER BY last DESC"
            }
        }
    }
}
