//! Writes blocks in the place of arrivals, and deletes them with their traces.

use rusqlite::{Transaction, params};
use span_columns::Part;

use super::{piece::Piece, recent::Arrivals};

/// A piece as it is stored.
#[derive(Debug)]
pub(super) struct Encoded {
    is_of_documents: bool,
    rows: usize,
    extent: Option<(i64, i64)>,
    traces: (i64, i64),
    trace_keys: Vec<u8>,
    columns: Vec<Column>,
}

#[derive(Debug)]
struct Column {
    part: String,
    rows: usize,
    kinds: u8,
    body: Vec<u8>,
}

/// Some values of a column are numbers; some are text.
pub(super) const HAS_NUMBERS: u8 = 1;
pub(super) const HAS_TEXT: u8 = 2;

impl Encoded {
    pub(super) fn of(piece: &Piece) -> Self {
        let column = |(part, body): (&Part, Vec<u8>)| {
            let column = piece.block.part(part)?;
            Some(Column {
                part: part.key(),
                rows: column.present(),
                kinds: kinds(column),
                body,
            })
        };
        Self {
            is_of_documents: piece.is_of_documents,
            rows: piece.block.rows(),
            extent: piece.block.extent(),
            traces: (piece.first_trace(), piece.last_trace()),
            trace_keys: encode_traces(&piece.traces),
            columns: piece.block.encode().filter_map(column).collect(),
        }
    }
}

pub(super) fn kinds(column: &span_columns::Column) -> u8 {
    let (numbers, text) = column.kinds();
    u8::from(numbers) * HAS_NUMBERS + u8::from(text) * HAS_TEXT
}

/// Puts blocks in the place of arrivals; `false`, and nothing is changed, if those are not what they were.
pub(super) fn replace(
    transaction: &Transaction<'_>,
    arrivals: Arrivals,
    blocks: &[Encoded],
) -> Result<bool, rusqlite::Error> {
    let gone = transaction
        .prepare_cached("DELETE FROM arrival WHERE seq >= ? AND seq <= ?")?
        .execute([arrivals.first, arrivals.last])?;
    if gone != arrivals.count {
        return Ok(false);
    }
    let mut block = transaction.prepare_cached(
        "INSERT INTO block (segments, rows, first_time, last_time, first_trace, last_trace, traces)
         VALUES (?, ?, ?, ?, ?, ?, ?)",
    )?;
    let mut insert = transaction.prepare_cached(
        "INSERT INTO block_column (block, part, rows, kinds, body) VALUES (?, ?, ?, ?, ?)",
    )?;
    // What of it was deleted meanwhile.
    let kept_from: Option<i64> = transaction
        .prepare_cached("SELECT min(key) FROM trace")?
        .query_row((), |row| row.get(0))?;
    for encoded in blocks {
        if kept_from.is_none_or(|from| encoded.traces.1 < from) {
            continue;
        }
        let id = block.insert(params![
            encoded.is_of_documents,
            encoded.rows as i64,
            encoded.extent.map(|extent| extent.0),
            encoded.extent.map(|extent| extent.1),
            encoded.traces.0,
            encoded.traces.1,
            encoded.trace_keys,
        ])?;
        for column in &encoded.columns {
            insert.execute(params![
                id,
                column.part,
                column.rows as i64,
                column.kinds,
                column.body
            ])?;
        }
    }
    Ok(true)
}

/// Deletes the blocks of which every row is of a trace with a key below `end`: those traces have just been deleted.
pub(crate) fn delete_before(
    transaction: &Transaction<'_>,
    end: i64,
) -> Result<(), rusqlite::Error> {
    let gone = transaction
        .prepare_cached("SELECT id FROM block WHERE last_trace < ?")?
        .query_map([end], |row| row.get(0))?
        .collect::<Result<Vec<i64>, _>>()?;
    for block in gone {
        transaction
            .prepare_cached("DELETE FROM block_column WHERE block = ?")?
            .execute([block])?;
        transaction
            .prepare_cached("DELETE FROM block WHERE id = ?")?
            .execute([block])?;
    }
    transaction
        .prepare_cached("DELETE FROM open_span WHERE key < ?")?
        .execute([end << crate::store::schema::SPAN_BITS])?;
    // Keys of traces begin anew when none is left, and must not be met in what arrived before.
    transaction
        .prepare_cached("DELETE FROM arrival WHERE NOT EXISTS (SELECT 1 FROM trace)")?
        .execute(())?;
    Ok(())
}

/// The keys of traces, each as its difference from the one before: zigzag, seven bits a byte, the last byte below 128.
fn encode_traces(traces: &[i64]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(traces.len());
    let mut before = 0_i64;
    for trace in traces {
        let difference = trace.wrapping_sub(before);
        before = *trace;
        let mut left = (difference << 1 ^ difference >> 63).cast_unsigned();
        while left >= 0x80 {
            bytes.push(left as u8 | 0x80);
            left >>= 7;
        }
        bytes.push(left as u8);
    }
    bytes
}

/// What [`encode_traces`] wrote; ends where it is damaged.
pub(super) fn decode_traces(bytes: &[u8], rows: usize) -> Vec<i64> {
    let mut traces = Vec::with_capacity(rows);
    let mut trace = 0_i64;
    let (mut number, mut shift) = (0_u64, 0);
    for byte in bytes {
        number |= u64::from(byte & 0x7f) << shift.min(63);
        shift += 7;
        if *byte < 0x80 {
            let difference = (number >> 1).cast_signed() ^ -(number & 1).cast_signed();
            trace = trace.wrapping_add(difference);
            traces.push(trace);
            (number, shift) = (0, 0);
        }
    }
    traces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_traces_are_what_they_were() {
        for traces in [
            vec![],
            vec![1, 1, 1, 2, 300, 5, 1 << 40, 7],
            vec![i64::MAX, 0, i64::MAX, 1],
        ] {
            assert_eq!(decode_traces(&encode_traces(&traces), traces.len()), traces);
        }
        assert_eq!(encode_traces(&[70; 100]).len(), 101);
    }
}
