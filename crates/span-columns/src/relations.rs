//! What a query asks of other spans of a row's trace: its root, its parent, any one.
//!
//! Spans proper alone count, not their events and links, and so far as they are within an hour of the time asked for.
//! Of several roots of one trace, the one that began first is its root, of those the one with the least span ID;
//! of several spans with the same ID, the one that began first. What has no time is last, and of equals the first met counts.

use std::sync::Arc;

use hashbrown::HashMap;
use span_query::{Combination, Relation, field};

use crate::block::{NO_TIME, Part};
use crate::condition::Condition;
use crate::values::{NULL, Values};
use crate::{Block, ValueRef};

/// How far outside the time asked for a related span may have begun, in nanoseconds.
pub(crate) const MARGIN: i64 = 3_600_000_000_000;
/// The place of what is not there.
const NOWHERE: u32 = u32::MAX;

/// Related spans, found in a first pass over all rows.
#[derive(Debug, Default)]
pub(crate) struct Relations {
    traces: HashMap<[u8; 16], u32>,
    roots: Related,
    /// Spans by their trace and ID, if parents are asked for.
    spans: HashMap<(u32, [u8; 8]), u32>,
    parents: Related,
    /// The conditions of each question about any span, and the answer for each trace.
    any: Vec<(Vec<usize>, Vec<bool>)>,
}

/// Columns of one span for each place: of a trace's root, or of a span.
#[derive(Debug, Default)]
struct Related {
    columns: Vec<RelatedColumn>,
    /// When the span at each place began, and its ID, to find the first.
    began: Vec<Option<(i64, [u8; 8])>>,
}

#[derive(Debug)]
struct RelatedColumn {
    name: String,
    values: Arc<Values>,
    /// The number of the value at each place.
    numbers: Vec<u32>,
}

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

    /// Whether the query asks for none.
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
        let annotation = block.column(field::ANNOTATION_TYPE);
        let is_span = |row: &u32| {
            trace_ids[*row as usize] != [0; 16]
                && annotation.is_none_or(|column| {
                    column.with(*row as usize, |value| value == ValueRef::Null)
                })
        };
        let rows: Vec<u32> = rows.iter().copied().filter(is_span).collect();
        let traces: Vec<u32> = rows
            .iter()
            .map(|row| {
                let next = self.traces.len() as u32;
                *self.traces.entry(trace_ids[*row as usize]).or_insert(next)
            })
            .collect();
        let span_ids = block.span_ids(&Part::SpanId);
        let parent_ids = block.span_ids(&Part::ParentId);
        let id = |ids: Option<&[[u8; 8]]>, row: u32| ids.map_or([0; 8], |ids| ids[row as usize]);
        let span = |row: u32| (began(block, row), id(span_ids, row));

        if !self.roots.columns.is_empty() {
            let roots = traces.iter().zip(&rows);
            let roots = roots.filter(|(_, row)| id(parent_ids, **row) == [0; 8]);
            let roots = roots.map(|(trace, row)| (*trace, *row, span(*row)));
            self.roots.add(block, roots);
        }
        if !self.parents.columns.is_empty() {
            let (spans, parents) = (&mut self.spans, &mut self.parents);
            let with_id = traces
                .iter()
                .zip(&rows)
                .map(|(trace, row)| (*trace, *row, span(*row)));
            let placed =
                with_id
                    .filter(|(_, _, span)| span.1 != [0; 8])
                    .map(|(trace, row, span)| {
                        let next = spans.len() as u32;
                        (*spans.entry((trace, span.1)).or_insert(next), row, span)
                    });
            parents.add(block, placed);
        }
        let (mut passes, mut all) = (Vec::new(), Vec::new());
        for (any, answers) in &mut self.any {
            answers.resize(self.traces.len(), false);
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
        for row in rows.iter().map(|row| *row as usize) {
            let Some(trace) = self.traces.get(&trace_ids[row]) else {
                continue;
            };
            relatives.traces[row] = *trace;
            let parent = parent_ids.and_then(|ids| self.spans.get(&(*trace, ids[row])));
            relatives.parents[row] = parent.copied().unwrap_or(NOWHERE);
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

impl Related {
    fn new<'a>(
        columns: impl Iterator<Item = &'a span_query::Column>,
        relation: Relation,
    ) -> Related {
        let mut related = Related::default();
        for column in columns.filter(|column| column.relation == relation) {
            if related
                .columns
                .iter()
                .all(|known| known.name != column.name)
            {
                related.columns.push(RelatedColumn {
                    name: column.name.clone(),
                    values: Arc::default(),
                    numbers: Vec::new(),
                });
            }
        }
        related
    }

    /// Takes in rows for their places, each unless the one that is there began earlier.
    fn add(&mut self, block: &Block, spans: impl Iterator<Item = (u32, u32, (i64, [u8; 8]))>) {
        let (mut places, mut rows) = (Vec::new(), Vec::new());
        for (place, row, began) in spans {
            let index = place as usize;
            if index >= self.began.len() {
                self.began.resize(index + 1, None);
            }
            if self.began[index].is_none_or(|before| began < before) {
                self.began[index] = Some(began);
                places.push(place);
                rows.push(row);
            }
        }
        let mut numbers = Vec::new();
        for column in &mut self.columns {
            column.numbers.resize(self.began.len(), NULL);
            // Nobody else has the values before all rows have been taken in.
            if let Some(values) = Arc::get_mut(&mut column.values) {
                values.read(block.column(&column.name), &rows, &mut numbers);
                for (place, number) in places.iter().zip(&numbers) {
                    column.numbers[*place as usize] = *number;
                }
            }
        }
    }
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
