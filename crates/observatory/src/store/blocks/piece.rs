//! A piece: some rows as a block, with the trace of each; rows on their way into one.

use span_columns::{Block, BlockBuilder, Full, Head, Part, ValueRef};

use crate::model::TraceId;

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
    pub(super) fn push<'a>(
        &mut self,
        trace: i64,
        head: Head,
        columns: impl IntoIterator<Item = (&'a str, ValueRef<'a>)>,
    ) -> Result<(), Full> {
        self.builder.push(head, columns)?;
        self.traces.push(trace);
        Ok(())
    }

    /// Adds the rows of a piece; gives the number of those for which there was room.
    pub(super) fn append(&mut self, piece: &Piece, from: usize) -> usize {
        let mut row = from;
        while row < piece.block.rows() && !self.is_full() {
            let head = head(&piece.block, row);
            if push_row(&mut self.builder, &piece.block, row, head).is_err() {
                break;
            }
            self.traces.push(piece.traces[row]);
            row += 1;
        }
        row - from
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
    let mut builder = BlockBuilder::new();
    for (row, trace) in traces.iter().enumerate() {
        if *trace >= kept_from {
            // There were no more rows in the whole block.
            let _ = push_row(&mut builder, block, row, head(block, row));
        }
    }
    builder.block()
}

fn push_row(builder: &mut BlockBuilder, block: &Block, row: usize, head: Head) -> Result<(), Full> {
    // Values are lent for the length of a call each, so they are held by the row.
    let held: Vec<(&str, span_query::Value)> = block
        .parts()
        .filter_map(|(part, column)| match part {
            Part::Column(name) => Some((name.as_str(), column.value(row))),
            _ => None,
        })
        .filter(|(_, value)| *value != span_query::Value::Null)
        .collect();
    let columns = held
        .iter()
        .map(|(name, value)| (*name, ValueRef::from(value)));
    builder.push(head, columns)
}

fn head(block: &Block, row: usize) -> Head {
    let number = |part| {
        block.part(&part)?.with(row, |value| match value {
            ValueRef::Int(number) => Some(number),
            _ => None,
        })
    };
    Head {
        unix_nano: number(Part::Time).filter(|time| *time != i64::MIN),
        weight: number(Part::Weight).map_or(1, |weight| u32::try_from(weight).unwrap_or(1)),
        trace_id: id(block, Part::TraceId, row),
        span_id: id(block, Part::SpanId, row),
        parent_id: id(block, Part::ParentId, row),
    }
}

/// An ID of a row; zeros if it has none.
fn id<const N: usize>(block: &Block, part: Part, row: usize) -> [u8; N] {
    let mut id = [0; N];
    if let Some(column) = block.part(&part) {
        column.with(row, |value| {
            if let ValueRef::Text(text) = value {
                // Padded to the length of a trace's.
                let bytes = TraceId::parse(&format!("{text:0<32}")).map_or([0; 16], |id| id.0);
                id.copy_from_slice(&bytes[..N]);
            }
        });
    }
    id
}
