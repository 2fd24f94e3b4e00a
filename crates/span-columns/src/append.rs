//! Rows of a finished block on their way into another one: column by column, so that a name is looked up once and a text once
//! for all rows that have it.

use crate::block::{NO_TIME, Part};
use crate::block_builder::Full;
use crate::{Block, BlockBuilder, ValueRef};

/// Rows taken between two looks at whether there is room.
const ROWS_AT_ONCE: usize = 1_024;

impl BlockBuilder {
    /// Adds these rows of a block, in this order, until there is no room: how many were added.
    ///
    /// The last thousand may have some more bytes of text than a block otherwise has.
    ///
    /// # Errors
    ///
    /// [`Full`] if there is no room for any of them.
    ///
    /// # Panics
    ///
    /// When the block has no such row.
    pub fn append(&mut self, block: &Block, rows: &[u32]) -> Result<usize, Full> {
        let mut added = 0;
        while added < rows.len() && !self.is_full() {
            let room = ROWS_AT_ONCE.min(self.room());
            let some = &rows[added..rows.len().min(added + room)];
            self.append_some(block, some);
            added += some.len();
        }
        if added == 0 && !rows.is_empty() {
            return Err(Full);
        }
        Ok(added)
    }

    fn append_some(&mut self, block: &Block, rows: &[u32]) {
        let at = self.rows();
        match block.times() {
            Some(times) => self
                .times
                .extend(rows.iter().map(|row| times[*row as usize])),
            None => self.times.extend(rows.iter().map(|_| NO_TIME)),
        }
        extend(&mut self.trace_ids, block.trace_ids(), rows);
        extend(&mut self.span_ids, block.span_ids(&Part::SpanId), rows);
        extend(&mut self.parent_ids, block.span_ids(&Part::ParentId), rows);
        match block.part(&Part::Weight) {
            Some(weights) => self.weights.append(at, weights, rows),
            None => {
                for row in at..at + rows.len() {
                    self.weights.set(row, ValueRef::Int(1));
                }
            }
        }
        for (part, column) in block.parts() {
            if let Part::Column(name) = part {
                let builder = self.columns.entry(name.clone()).or_default();
                let before = builder.text_len();
                builder.append(at, column, rows);
                self.text += builder.text_len() - before;
            }
        }
    }
}

fn extend<const N: usize>(ids: &mut Vec<[u8; N]>, of_block: Option<&[[u8; N]]>, rows: &[u32]) {
    match of_block {
        Some(of_block) => ids.extend(rows.iter().map(|row| of_block[*row as usize])),
        None => ids.extend(rows.iter().map(|_| [0; N])),
    }
}
