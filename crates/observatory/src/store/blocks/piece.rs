//! A piece: some rows as a block, with the trace of each; rows on their way into one.

use std::ops::Range;

use span_columns::{Block, BlockBuilder, Full, Head};
use span_record::rows::Fields;

/// Rows that a block has at most; a span's last rows may be a few more.
pub(crate) const PIECE_ROWS: usize = 16 * 1024;

/// Bytes of encoded spans after which a block takes no more, so that long texts do not fill the memory.
const PIECE_BYTES: usize = 48 * 1024 * 1024;

/// Rows that do not change any more.
#[derive(Clone, Debug)]
pub(super) struct Piece {
    /// Its spans were made of X-Ray's documents.
    pub(super) is_of_documents: bool,
    pub(super) block: Block,
    /// The key of each row's trace.
    pub(super) traces: Vec<i64>,
}

impl Piece {
    pub(super) fn first_trace(&self) -> i64 {
        self.traces.iter().copied().min().unwrap_or(0)
    }

    pub(super) fn last_trace(&self) -> i64 {
        self.traces.iter().copied().max().unwrap_or(0)
    }
}

/// Rows of one kind on their way into a piece.
#[derive(Default)]
pub(super) struct PieceBuilder {
    builder: BlockBuilder,
    traces: Vec<i64>,
    bytes: usize,
}

impl PieceBuilder {
    pub(super) fn is_full(&self) -> bool {
        self.builder.rows() >= PIECE_ROWS || self.bytes >= PIECE_BYTES || self.builder.is_full()
    }

    /// Counts the bytes of a span whose rows follow.
    pub(super) fn count(&mut self, bytes: usize) {
        self.bytes += bytes;
    }

    /// Adds a row of a trace.
    pub(super) fn push(
        &mut self,
        trace: i64,
        head: Head,
        fields: &Fields<'_, '_>,
    ) -> Result<(), Full> {
        fields.push(head, &mut self.builder)?;
        self.traces.push(trace);
        Ok(())
    }

    /// Adds the rows of a piece from one on; gives the number of those for which there was room.
    pub(super) fn append(&mut self, piece: &Piece, from: usize) -> usize {
        let room = PIECE_ROWS.saturating_sub(self.builder.rows());
        let until = piece.block.rows().min(from + room);
        let added = self.builder.append(&piece.block, &numbers(from..until));
        let added = added.unwrap_or(0);
        self.traces.extend(&piece.traces[from..from + added]);
        added
    }

    /// What there is, unless there is nothing; the builder is empty then.
    pub(super) fn take(&mut self, is_of_documents: bool) -> Option<Piece> {
        let built = std::mem::take(self);
        (built.builder.rows() > 0).then(|| Piece {
            is_of_documents,
            block: built.builder.block(),
            traces: built.traces,
        })
    }
}

/// Those rows of a block whose trace is none of the deleted ones, which are all below `kept_from`.
pub(super) fn kept(block: &Block, traces: &[i64], kept_from: i64) -> Block {
    let rows = numbers(0..traces.len());
    let is_kept = |row: &u32| traces[*row as usize] >= kept_from;
    let rows: Vec<u32> = rows.into_iter().filter(is_kept).collect();
    let mut builder = BlockBuilder::new();
    // There were no more rows in the whole block.
    let _ = builder.append(block, &rows);
    builder.block()
}

/// Rows as a block numbers them.
fn numbers(rows: Range<usize>) -> Vec<u32> {
    rows.filter_map(|row| u32::try_from(row).ok()).collect()
}
