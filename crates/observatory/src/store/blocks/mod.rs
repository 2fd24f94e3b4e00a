//! The rows of spans, column by column: made in the background of what has arrived, read by questions over many spans.
//! What a question means is `span-columns`' affair.
//!
//! A span's rows are in exactly one place, which one read transaction shows (`schema::COLUMN_TABLES`):
//!
//! | where | what a question does |
//! |---|---|
//! | in a block | reads the columns it needs, or finds them decoded in the `cache` |
//! | in an arrival | takes them from a `recent` piece that the background thread has made in memory, else makes them itself |
//! | open: a complete document may take its place | makes them itself |

mod cache;
mod make;
mod next;
mod pace;
mod piece;
mod recent;
mod seal;
mod snapshot;
#[cfg(test)]
mod tests;
mod write;

use std::sync::{Mutex, MutexGuard, PoisonError};

pub(crate) use cache::Cache;
pub(crate) use next::Next;
pub(crate) use piece::PIECE_ROWS;
pub(crate) use recent::Recent;
pub(crate) use seal::Sealer;
pub(crate) use snapshot::{Reach, Rows, Snapshot};
pub(crate) use write::delete_before;

/// When the background thread does something, in spans.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sizes {
    /// Fewer than these a question makes rows of itself; of more a piece is made, for all questions that follow.
    piece: usize,
    /// As many are put into a block, about.
    block: usize,
    /// So many may wait while spans come quickly.
    waiting: u64,
}

impl Default for Sizes {
    fn default() -> Self {
        Self {
            piece: 512,
            block: PIECE_ROWS,
            waiting: 256 * 1024,
        }
    }
}

/// What questions and the background thread share.
#[derive(Debug, Default)]
pub(crate) struct Shared {
    sizes: Sizes,
    /// Held by who makes pieces of what has arrived.
    making: Mutex<()>,
    arrived: pace::Arrived,
    cache: Mutex<Cache>,
    recent: Mutex<Recent>,
}

impl Shared {
    pub(crate) fn new(sizes: Sizes) -> Self {
        Self {
            sizes,
            ..Self::default()
        }
    }

    /// Forgets what was made of spans that are gone.
    pub(crate) fn forget(&self) {
        self.cache().clear();
        self.arrived.forget();
    }

    /// Counts spans that a commit has listed as arrived.
    pub(crate) fn arrived(&self, spans: usize) {
        self.arrived.add(spans as u64);
    }

    fn load(&self) -> pace::Load {
        self.arrived.load(self.cache().questions())
    }

    /// Forgets the pieces that are in no block, to be made anew of what is left of their arrivals.
    ///
    /// Not while somebody makes the next ones: those would stay, and all before them be passed over for good.
    fn forget_recent(&self) {
        let _turn = self.making.lock().unwrap_or_else(PoisonError::into_inner);
        self.recent().clear();
    }

    fn cache(&self) -> MutexGuard<'_, Cache> {
        self.cache.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn recent(&self) -> MutexGuard<'_, Recent> {
        self.recent.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
