//! Columns that questions have decoded, kept within a bound for the questions that follow.

use std::{collections::HashMap, sync::Arc};

use span_columns::{Column, Part};

/// Bytes of decoded columns that are kept.
const MOST_BYTES: usize = 40 * 1024 * 1024;

/// A column that so many questions in a row have not read gives way to another.
///
/// A question that reads more than there is room for must not push out what it is about to read again, or what a page's
/// other questions read: so what is in use stays, and what there is no room for is decoded anew each time.
const STALE_AFTER: u64 = 6;

/// Decoded columns by block and part.
#[derive(Debug, Default)]
pub(crate) struct Cache {
    columns: HashMap<(i64, Part), Kept>,
    bytes: usize,
    question: u64,
    /// The question for which stale columns were dropped last.
    dropped: u64,
}

#[derive(Debug)]
struct Kept {
    column: Arc<Column>,
    bytes: usize,
    /// The last question that read it.
    question: u64,
}

impl Cache {
    /// Begins a question.
    pub(super) fn begin(&mut self) {
        self.question += 1;
    }

    /// How many questions have begun.
    pub(super) fn questions(&self) -> u64 {
        self.question
    }

    pub(super) fn get(&mut self, block: i64, part: &Part) -> Option<Arc<Column>> {
        let question = self.question;
        let kept = self.columns.get_mut(&(block, part.clone()))?;
        kept.question = question;
        Some(Arc::clone(&kept.column))
    }

    /// Keeps a column, if there is room or if others have become stale.
    pub(super) fn keep(&mut self, block: i64, part: &Part, column: &Arc<Column>) {
        let bytes = column.memory();
        if self.bytes + bytes > MOST_BYTES {
            self.drop_stale();
        }
        if self.bytes + bytes > MOST_BYTES {
            return;
        }
        let kept = Kept {
            column: Arc::clone(column),
            bytes,
            question: self.question,
        };
        self.bytes += bytes;
        if let Some(old) = self.columns.insert((block, part.clone()), kept) {
            self.bytes -= old.bytes;
        }
    }

    fn drop_stale(&mut self) {
        let question = self.question;
        if self.dropped == question {
            return;
        }
        self.dropped = question;
        self.columns
            .retain(|_, kept| question - kept.question < STALE_AFTER);
        self.bytes = self.columns.values().map(|kept| kept.bytes).sum();
    }

    /// Forgets all.
    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }
}
