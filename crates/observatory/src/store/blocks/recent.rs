//! Pieces of what has arrived last, made in memory before there is enough of it for a block.

use std::{collections::VecDeque, sync::Arc};

use super::piece::Piece;

/// Some arrivals, one after the other, as pieces.
#[derive(Clone, Debug)]
pub(super) struct Made {
    pub(super) arrivals: Arrivals,
    /// How many spans the arrivals list.
    pub(super) spans: usize,
    pub(super) pieces: Arc<Vec<Piece>>,
}

/// All arrivals that there were from one number to another.
///
/// New ones have greater numbers than all before, so a later moment has as many of them in the range only if it has
/// the very same.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Arrivals {
    pub(super) first: i64,
    pub(super) last: i64,
    pub(super) count: usize,
}

/// What has been made, in the order of its arrival.
#[derive(Debug, Default)]
pub(crate) struct Recent(VecDeque<Made>);

impl Recent {
    pub(super) fn push(&mut self, made: Made) {
        self.0.push_back(made);
    }

    /// The number of the last arrival that is in a piece.
    pub(super) fn last(&self) -> i64 {
        self.0.back().map_or(i64::MIN, |made| made.arrivals.last)
    }

    /// How many spans the arrivals have that are in pieces.
    pub(super) fn spans(&self) -> usize {
        self.0.iter().map(|made| made.spans).sum()
    }

    pub(super) fn all(&self) -> Vec<Made> {
        self.0.iter().cloned().collect()
    }

    /// Forgets what is of arrivals up to a number.
    pub(super) fn drop_to(&mut self, last: i64) {
        while self
            .0
            .front()
            .is_some_and(|made| made.arrivals.last <= last)
        {
            self.0.pop_front();
        }
    }

    /// Forgets all.
    pub(super) fn clear(&mut self) {
        self.0.clear();
    }
}
