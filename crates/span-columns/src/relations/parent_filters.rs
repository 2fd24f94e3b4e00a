//! Filters on columns of parents, without looking at every parent: the spans are found first of which a filter says otherwise
//! than of no span at all, then rows are looked up by their parent's ID among those alone.

use std::ops::Range;

use hashbrown::HashMap;
use span_query::{Relation, Value, field};

use super::{began, id, keep_spans};
use crate::block::Part;
use crate::condition::Condition;
use crate::sieve::rows_in;
use crate::{Block, Source, Wanted};

/// Of more spans than these, looking at every parent costs less.
const MOST: usize = 1 << 16;
/// Filters at most: each has a bit.
const MOST_FILTERS: usize = 64;
/// Words of bits by which most IDs are known not to be among those found.
const WORDS: usize = 1 << 10;

/// A query's filters on columns of parents, ready for one block after the other.
#[derive(Debug)]
pub(crate) struct ParentFilters {
    /// Of each filter its index among the query's, and whether a row without a parent passes.
    filters: Vec<(usize, bool)>,
    /// Traces and IDs of the spans found; when the first span of this ID began, and a bit for each filter that says
    /// otherwise of it.
    found: HashMap<(u128, u64), Option<(i64, u64)>>,
    /// A bit for the lowest bits of each ID found.
    ends: Vec<u64>,
}

impl ParentFilters {
    /// Looks for the spans; `None` if there are no such filters, or too many spans.
    pub(crate) fn find<S: Source + ?Sized>(
        conditions: &[Condition],
        source: &S,
        time: Option<Range<i64>>,
    ) -> Result<Option<Self>, S::Error> {
        Self::find_at_most(MOST, conditions, source, time)
    }

    fn find_at_most<S: Source + ?Sized>(
        most: usize,
        conditions: &[Condition],
        source: &S,
        time: Option<Range<i64>>,
    ) -> Result<Option<Self>, S::Error> {
        let filters: Vec<(usize, bool)> = (0..conditions.len())
            .filter(|index| conditions[*index].column.relation == Relation::Parent)
            .map(|index| (index, conditions[index].passes(&Value::Null)))
            .collect();
        if filters.is_empty() || filters.len() > MOST_FILTERS {
            return Ok(None);
        }
        let read = filters
            .iter()
            .map(|(index, _)| &conditions[*index].column.name[..]);
        let names = read
            .chain([field::ANNOTATION_TYPE])
            .map(str::to_owned)
            .collect();
        let wanted = Wanted::new(Some(names), time.clone()).with_ids([true, true, false]);
        let mut found = Self {
            filters,
            found: HashMap::new(),
            ends: vec![0; WORDS],
        };
        let (mut rows, mut verdicts) = (Vec::new(), Vec::new());
        source.blocks(&wanted, &mut |block| {
            if found.found.len() <= most {
                rows_in(block, time.as_ref(), &mut rows);
                keep_spans(block, &mut rows);
                found.read_verdicts(conditions, block, &rows, &mut verdicts);
                let unlike = rows.iter().zip(&verdicts).filter(|(_, bits)| **bits != 0);
                unlike.for_each(|(row, _)| found.add(block, *row));
            }
        })?;
        if found.found.len() > most {
            return Ok(None);
        }
        // Of several spans with one ID, the one that began first counts, of equals the first met, whatever is said of it.
        source.blocks(&wanted, &mut |block| {
            rows_in(block, time.as_ref(), &mut rows);
            keep_spans(block, &mut rows);
            rows.retain(|row| {
                let key = Self::key_of(block, *row);
                found.may_have(key.1) && found.found.contains_key(&key)
            });
            found.read_verdicts(conditions, block, &rows, &mut verdicts);
            for (row, bits) in rows.iter().zip(&verdicts) {
                let key = Self::key_of(block, *row);
                let began = began(block, *row);
                if let Some(first) = found.found.get_mut(&key)
                    && first.is_none_or(|first| began < first.0)
                {
                    *first = Some((began, *bits));
                }
            }
        })?;
        Ok(Some(found))
    }

    /// The place among these filters of the query's filter of this index.
    pub(crate) fn place(&self, index: usize) -> Option<usize> {
        self.filters.iter().position(|(filter, _)| *filter == index)
    }

    /// Whether the parents of each of `rows` pass the filter at this place, into `passes`, which is emptied first.
    pub(crate) fn read(&self, place: usize, block: &Block, rows: &[u32], passes: &mut Vec<bool>) {
        let otherwise = self.filters[place].1;
        passes.clear();
        passes.resize(rows.len(), otherwise);
        let parents = block.span_ids(&Part::ParentId);
        let (Some(traces), Some(parents)) = (block.trace_ids(), parents) else {
            return;
        };
        for (passes, row) in passes.iter_mut().zip(rows) {
            let parent = u64::from_be_bytes(parents[*row as usize]);
            if parent == 0 || !self.may_have(parent) {
                continue;
            }
            let trace = u128::from_le_bytes(traces[*row as usize]);
            let first = self.found.get(&(trace, parent)).copied().flatten();
            if first.is_some_and(|(_, bits)| bits >> place & 1 == 1) {
                *passes = !otherwise;
            }
        }
    }

    /// For each of `rows` a bit for each filter that says otherwise of it than of none.
    fn read_verdicts(
        &self,
        conditions: &[Condition],
        block: &Block,
        rows: &[u32],
        verdicts: &mut Vec<u64>,
    ) {
        verdicts.clear();
        verdicts.resize(rows.len(), 0);
        let mut passes = Vec::new();
        for (place, (index, otherwise)) in self.filters.iter().enumerate() {
            let condition = &conditions[*index];
            condition.read(block.column(&condition.column.name), rows, &mut passes);
            for (bits, passes) in verdicts.iter_mut().zip(&passes) {
                *bits |= u64::from(passes != otherwise) << place;
            }
        }
    }

    fn add(&mut self, block: &Block, row: u32) {
        let (trace, span) = Self::key_of(block, row);
        let (word, bit) = end(span);
        self.ends[word] |= bit;
        self.found.insert((trace, span), None);
    }

    /// A span's trace and ID.
    fn key_of(block: &Block, row: u32) -> (u128, u64) {
        let span = u64::from_be_bytes(id(block.span_ids(&Part::SpanId), row));
        let trace = block.trace_ids().map_or([0; 16], |ids| ids[row as usize]);
        (u128::from_le_bytes(trace), span)
    }

    fn may_have(&self, span: u64) -> bool {
        let (word, bit) = end(span);
        self.ends[word] & bit != 0
    }
}

/// The word and the bit of an ID.
fn end(span: u64) -> (usize, u64) {
    ((span >> 6) as usize % WORDS, 1 << (span % 64))
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use span_query::{Query, Row};

    use super::*;
    use crate::{BlockBuilder, Plan};

    #[test]
    fn too_many_spans_are_left_to_others() {
        let mut builder = BlockBuilder::new();
        for n in 1..=6_u64 {
            let row = Row::new()
                .with(field::TRACE_ID, format!("{:032x}", 1))
                .with(field::SPAN_ID, format!("{n:016x}"))
                .with("x", (n > 3).then_some(1_i64));
            builder.push_row(&row).expect("room");
        }
        let blocks = [builder.block()];
        for (op, most, is_found) in [
            ("exists", 2, false),
            ("exists", 3, true),
            ("does-not-exist", 3, true),
        ] {
            let asked = json!({"filters": [{"column": "parent.x", "op": op}]});
            let plan = Plan::new(&Query::from_json(&asked).expect("a query"), 0).expect("a plan");
            let Ok(found) = ParentFilters::find_at_most(most, &plan.conditions, &blocks[..], None);
            assert_eq!(found.is_some(), is_found, "{op}, {most}");
        }
    }
}
