//! What a query asks of other spans of a row's trace: its root, its parent, any one.
//!
//! Spans proper alone count, not their events and links, and so far as they are within an hour of the time asked for.
//! Of several roots of one trace, the one that began first is its root, of those the one with the least span ID;
//! of several spans with the same ID, the one that began first. What has no time is last, and of equals the first met counts.

mod parent_filters;
mod related;
mod spans;

use std::sync::Arc;

use hashbrown::HashMap;
use span_query::{Combination, Relation, field};

use crate::block::{NO_TIME, Part};
use crate::condition::Condition;
use crate::values::{NULL, Values};
use crate::{Block, ValueRef};
pub(crate) use parent_filters::ParentFilters;
use related::{Related, RelatedColumn};
use spans::Spans;

/// How far outside the time asked for a related span may have begun, in nanoseconds.
pub(crate) const MARGIN: i64 = 3_600_000_000_000;
/// The place of what is not there.
const NOWHERE: u32 = u32::MAX;

/// Related spans, found in a first pass over all rows.
#[derive(Debug, Default)]
pub(crate) struct Relations {
    traces: Traces,
    roots: Related,
    /// When each trace's root began, and its ID.
    roots_began: Vec<Option<(i64, [u8; 8])>>,
    parents: Related,
    spans: Spans,
    spans_met: usize,
    /// The conditions of each question about any span, and the answer for each trace.
    any: Vec<(Vec<usize>, Vec<bool>)>,
    /// What is asked of parents, where few of them matter.
    pub(crate) parent_filters: Option<ParentFilters>,
}

/// Traces by number.
#[derive(Debug, Default)]
struct Traces(HashMap<u128, u32>);

/// For rows of one block, by their index, where their relatives are.
#[derive(Debug, Default)]
pub(crate) struct Relatives {
    traces: Vec<u32>,
    parents: Vec<u32>,
}

impl Relations {
    /// For columns of related spans that a query reads, and conditions on any span.
    pub(crate) fn new<'a>(
        columns: impl Iterator<Item = &'a span_query::Column> + Clone,
        conditions: &[Condition],
        combination: Combination,
    ) -> Relations {
        let any: Vec<usize> = (0..conditions.len())
            .filter(|index| conditions[*index].column.relation == Relation::Any)
            .collect();
        // One span must pass them all, or each has one of its own.
        let any = match combination {
            Combination::And if any.is_empty() => Vec::new(),
            Combination::And => vec![any],
            Combination::Or => any.into_iter().map(|index| vec![index]).collect(),
        };
        Relations {
            roots: Related::new(columns.clone(), Relation::Root),
            parents: Related::new(columns, Relation::Parent),
            any: any.into_iter().map(|any| (any, Vec::new())).collect(),
            ..Relations::default()
        }
    }

    /// Whether the query asks for none, but for what [`ParentFilters`] answer.
    pub(crate) fn is_empty(&self) -> bool {
        self.roots.columns.is_empty() && self.parents.columns.is_empty() && self.any.is_empty()
    }

    /// The columns that are read of the spans.
    pub(crate) fn names<'a>(
        &'a self,
        conditions: &'a [Condition],
    ) -> impl Iterator<Item = &'a str> {
        let columns = self.roots.columns.iter().chain(&self.parents.columns);
        let any = self.any.iter().flat_map(|(any, _)| any);
        columns
            .map(|column| column.name.as_str())
            .chain(any.map(|index| conditions[*index].column.name.as_str()))
            .chain([field::ANNOTATION_TYPE])
    }

    /// Takes in a block's spans.
    pub(crate) fn add(&mut self, block: &Block, rows: &[u32], conditions: &[Condition]) {
        let Some(trace_ids) = block.trace_ids() else {
            return;
        };
        let mut rows = rows.to_vec();
        keep_spans(block, &mut rows);
        let traces = self.traces.read(trace_ids, &rows);
        if !self.roots.columns.is_empty() {
            self.add_roots(block, &rows, &traces);
        }
        if !self.parents.columns.is_empty() {
            self.add_parents(block, &rows, &traces);
        }
        let (mut passes, mut all) = (Vec::new(), Vec::new());
        for (any, answers) in &mut self.any {
            answers.resize(self.traces.0.len(), false);
            all.clear();
            all.resize(rows.len(), true);
            for index in any {
                let condition = &conditions[*index];
                condition.read(block.column(&condition.column.name), &rows, &mut passes);
                all.iter_mut()
                    .zip(&passes)
                    .for_each(|(all, one)| *all &= one);
            }
            for (trace, _) in traces.iter().zip(&all).filter(|(_, passes)| **passes) {
                answers[*trace as usize] = true;
            }
        }
    }

    fn add_roots(&mut self, block: &Block, rows: &[u32], traces: &[u32]) {
        let span_ids = block.span_ids(&Part::SpanId);
        let parent_ids = block.span_ids(&Part::ParentId);
        self.roots_began.resize(self.traces.0.len(), None);
        let (mut roots, mut places) = (Vec::new(), Vec::new());
        for (row, trace) in rows.iter().zip(traces) {
            if id(parent_ids, *row) != [0; 8] {
                continue;
            }
            let began = (began(block, *row), id(span_ids, *row));
            let before = &mut self.roots_began[*trace as usize];
            if before.is_none_or(|before| began < before) {
                *before = Some(began);
                roots.push(*row);
                places.push(*trace);
            }
        }
        self.roots.put(block, &roots, &places, self.traces.0.len());
    }

    fn add_parents(&mut self, block: &Block, rows: &[u32], traces: &[u32]) {
        let span_ids = block.span_ids(&Part::SpanId);
        let (mut spans, first) = (Vec::new(), self.spans_met);
        for (row, trace) in rows.iter().zip(traces) {
            let id = id(span_ids, *row);
            if id != [0; 8] {
                self.spans.add(*trace, id, began(block, *row));
                spans.push(*row);
            }
        }
        self.spans_met += spans.len();
        let places: Vec<u32> = (first as u32..self.spans_met as u32).collect();
        self.parents.put(block, &spans, &places, self.spans_met);
    }

    /// To be called once all blocks are taken in.
    pub(crate) fn finish(&mut self) {
        self.spans.sort(self.traces.0.len());
    }

    /// Where the relatives of these rows of a block are, into `relatives`.
    pub(crate) fn find(&self, block: &Block, rows: &[u32], relatives: &mut Relatives) {
        relatives.traces.clear();
        relatives.traces.resize(block.rows(), NOWHERE);
        relatives.parents.clear();
        relatives.parents.resize(block.rows(), NOWHERE);
        let Some(trace_ids) = block.trace_ids() else {
            return;
        };
        let parent_ids = match self.parents.columns.is_empty() {
            true => None,
            false => block.span_ids(&Part::ParentId),
        };
        let mut last = ([0; 16], NOWHERE);
        for row in rows.iter().map(|row| *row as usize) {
            if trace_ids[row] != last.0 {
                let trace = self.traces.0.get(&u128::from_le_bytes(trace_ids[row]));
                last = (trace_ids[row], trace.copied().unwrap_or(NOWHERE));
            }
            relatives.traces[row] = last.1;
            if let Some(ids) = parent_ids {
                relatives.parents[row] = self.spans.place(last.1, ids[row]).unwrap_or(NOWHERE);
            }
        }
    }

    /// The values of a related span's column.
    pub(crate) fn values(&self, column: &span_query::Column) -> Option<Arc<Values>> {
        let related = self.column(column)?;
        Some(Arc::clone(&related.values))
    }

    /// The number of that column's value for each of these rows, whose relatives have been found.
    pub(crate) fn read(
        &self,
        column: &span_query::Column,
        rows: &[u32],
        relatives: &Relatives,
    ) -> Vec<u32> {
        let places = match column.relation {
            Relation::Root => &relatives.traces,
            _ => &relatives.parents,
        };
        let numbers = self
            .column(column)
            .map_or(&[][..], |column| &column.numbers);
        let number = |row: &u32| numbers.get(places[*row as usize] as usize).copied();
        rows.iter().map(|row| number(row).unwrap_or(NULL)).collect()
    }

    /// How many questions there are about any span, and which conditions each is made of.
    pub(crate) fn any(&self) -> impl Iterator<Item = &[usize]> {
        self.any.iter().map(|(conditions, _)| &conditions[..])
    }

    /// Whether some span of the row's trace answers the question.
    pub(crate) fn any_passes(&self, question: usize, row: u32, relatives: &Relatives) -> bool {
        let trace = relatives.traces[row as usize] as usize;
        self.any[question].1.get(trace).copied().unwrap_or(false)
    }

    fn column(&self, column: &span_query::Column) -> Option<&RelatedColumn> {
        let related = match column.relation {
            Relation::Root => &self.roots,
            Relation::Parent => &self.parents,
            Relation::Own | Relation::Any => return None,
        };
        related.columns.iter().find(|one| one.name == column.name)
    }
}

impl Traces {
    /// The number of each row's trace.
    fn read(&mut self, trace_ids: &[[u8; 16]], rows: &[u32]) -> Vec<u32> {
        // The spans of a trace often follow one another.
        let mut last = ([0; 16], NOWHERE);
        let trace = |row: &u32| {
            let id = trace_ids[*row as usize];
            if id != last.0 {
                let next = self.0.len() as u32;
                let trace = self.0.entry(u128::from_le_bytes(id)).or_insert(next);
                last = (id, *trace);
            }
            last.1
        };
        rows.iter().map(trace).collect()
    }
}

/// Keeps the rows that are spans proper, of a trace.
fn keep_spans(block: &Block, rows: &mut Vec<u32>) {
    let Some(trace_ids) = block.trace_ids() else {
        return rows.clear();
    };
    let annotation = block.column(field::ANNOTATION_TYPE);
    rows.retain(|row| {
        trace_ids[*row as usize] != [0; 16]
            && annotation
                .is_none_or(|column| column.with(*row as usize, |value| value == ValueRef::Null))
    });
}

/// A row's ID, zeros if it has none.
fn id(ids: Option<&[[u8; 8]]>, row: u32) -> [u8; 8] {
    ids.map_or([0; 8], |ids| ids[row as usize])
}

/// When a row's span began; what has no time began last.
fn began(block: &Block, row: u32) -> i64 {
    match block.times().map(|times| times[row as usize]) {
        None | Some(NO_TIME) => i64::MAX,
        Some(time) => time,
    }
}

/// Each of a related column's values: whether it passes.
pub(crate) fn verdicts(condition: &Condition, values: &Values) -> Vec<bool> {
    (0..values.len() as u32)
        .map(|number| values.with(number, |value| condition.passes(&value.to_value())))
        .collect()
}
