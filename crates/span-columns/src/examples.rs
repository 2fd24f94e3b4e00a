//! Example rows: a handful of those that passed, spread over their durations, each of a trace of its own where it can be.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use span_query::{Value, field};

use crate::block::{NO_TIME, Part};
use crate::passed::{Passed, each_number};
use crate::{Block, Column, Example, ValueRef};

/// So many examples there are at most.
const MOST: usize = 10;
/// The columns that an example shows, beside time and IDs; the last two stand for name and service of log events.
pub(crate) const COLUMNS: [&str; 6] = [
    field::NAME,
    field::SERVICE_NAME,
    field::DURATION_MS,
    field::ERROR,
    "@message",
    "@log",
];
/// Floats that differ in these lowest bits only are in one range.
const RANGE_BITS: u32 = 50;
/// A longer name is cut, in characters.
const MAX_NAME: usize = 500;

/// The best candidates so far: the slowest within each range of durations, each of another trace.
#[derive(Debug, Default)]
pub(crate) struct Examples {
    /// By range of durations, ascending; a range ends 19 % above where it begins. Those without a duration come first.
    ranges: BTreeMap<u64, Vec<Candidate>>,
    /// For each range the duration, as bits, below which nothing comes into it any more; 0 while there is room.
    least: Vec<u64>,
}

#[derive(Debug)]
struct Candidate {
    rank: Rank,
    trace_id: [u8; 16],
    group: u32,
    /// The row in the block that is being read, until it is written down.
    row: u32,
    written: Option<Example>,
}

/// What decides between two rows of a range, the first first: the slower, the earlier (the later, of rows that have no
/// duration), by IDs, so that no two orders of the same blocks give other examples.
type Rank = (Reverse<u64>, i64, [u8; 16], [u8; 8]);

impl Examples {
    /// Takes in the rows of a block.
    pub(crate) fn add(&mut self, passed: &Passed<'_>) {
        let mut durations = vec![f64::NAN; passed.rows.len()];
        if let Some(column) = passed.column(field::DURATION_MS) {
            each_number(column, passed.rows, |place, number| {
                durations[place] = match number {
                    crate::passed::Number::Int(int) => int as f64,
                    crate::passed::Number::Float(float) => float,
                };
            });
        }
        let trace_ids = passed.block.trace_ids();
        let span_ids = passed.block.span_ids(&Part::SpanId);
        for (place, (row, time)) in passed.rows.iter().zip(passed.times()).enumerate() {
            let duration = durations[place];
            let bits = match duration {
                // Of negative ones no more than that they are the shortest matters.
                0.0.. => duration.to_bits() + 2,
                _ => u64::from(!duration.is_nan()),
            };
            let first = if duration.is_nan() {
                time.saturating_neg()
            } else {
                time
            };
            let index = (bits >> RANGE_BITS) as usize;
            if self.least.get(index).is_some_and(|least| bits < *least) {
                continue;
            }
            let range = self.ranges.entry(index as u64).or_default();
            let slowest =
                |worst: &Candidate| (Reverse(bits), first) <= (worst.rank.0, worst.rank.1);
            if range.len() == MOST && !range.last().is_some_and(slowest) {
                continue;
            }
            let trace_id = trace_ids.map_or([0; 16], |ids| ids[*row as usize]);
            let span_id = span_ids.map_or([0; 8], |ids| ids[*row as usize]);
            put(
                range,
                Candidate {
                    rank: (Reverse(bits), first, trace_id, span_id),
                    trace_id,
                    group: passed.groups[place],
                    row: *row,
                    written: None,
                },
            );
            if let Some(worst) = range.get(MOST - 1) {
                self.least.resize(self.least.len().max(index + 1), 0);
                self.least[index] = worst.rank.0.0;
            }
        }
        for candidate in self.ranges.values_mut().flatten() {
            if candidate.written.is_none() {
                candidate.written = Some(written(passed.block, candidate.row));
            }
        }
    }

    /// The examples, the slowest first, each with its group's key.
    pub(crate) fn chosen(self, key: impl Fn(u32) -> Vec<Value>) -> Vec<Example> {
        let mut ranges: Vec<std::vec::IntoIter<Candidate>> = self
            .ranges
            .into_values()
            .rev()
            .map(Vec::into_iter)
            .collect();
        // Rows without a duration stand at the end, where few others are.
        let mut chosen: Vec<Candidate> = Vec::new();
        let mut takes: Vec<usize> = (0..ranges.len()).collect();
        if takes.len() > MOST {
            let spread = |index: usize| index * (takes.len() - 1) / (MOST - 1);
            takes = (0..MOST).map(spread).collect();
        }
        while chosen.len() < MOST && !takes.is_empty() {
            takes.retain(|range| {
                let is_new = |candidate: &Candidate| {
                    candidate.trace_id == [0; 16]
                        || chosen.iter().all(|one| one.trace_id != candidate.trace_id)
                };
                let next = ranges[*range].find(is_new);
                let found = next.is_some();
                chosen.extend(next.filter(|_| chosen.len() < MOST));
                found
            });
        }
        chosen.sort_unstable_by_key(|candidate| candidate.rank);
        let with_key = |candidate: Candidate| {
            let example = candidate.written?;
            Some(Example {
                key: key(candidate.group),
                ..example
            })
        };
        chosen.into_iter().filter_map(with_key).collect()
    }
}

/// Puts a candidate where it belongs; of one trace only the first stays, and of all the first few.
fn put(range: &mut Vec<Candidate>, candidate: Candidate) {
    let is_same =
        |one: &Candidate| one.trace_id == candidate.trace_id && candidate.trace_id != [0; 16];
    if let Some(same) = range.iter().position(is_same) {
        if range[same].rank <= candidate.rank {
            return;
        }
        range.remove(same);
    }
    let place = range.partition_point(|one| one.rank <= candidate.rank);
    range.insert(place, candidate);
    range.truncate(MOST);
}

fn written(block: &Block, row: u32) -> Example {
    let row = row as usize;
    let column = |name: &str| block.column(name);
    let text = |names: [&str; 2]| {
        let found = names.into_iter().find_map(|name| {
            column(name)?.with(row, |value| match value {
                ValueRef::Null => None,
                ValueRef::Text(text) => Some(text.chars().take(MAX_NAME).collect()),
                other => Some(other.to_value().text().into_owned()),
            })
        });
        found.unwrap_or_default()
    };
    let id = |part: Part| block.part(&part).map(|column| column.value(row));
    let id = |part| id(part).map_or_else(String::new, id_text);
    let [name, service, duration, error, message, log] = COLUMNS;
    let value = |name: &str| column(name).map_or(Value::Null, |column| Column::value(column, row));
    let time = block.times().map_or(NO_TIME, |times| times[row]);
    Example {
        trace_id: id(Part::TraceId),
        span_id: id(Part::SpanId),
        unix_nano: if time == NO_TIME { 0 } else { time },
        name: text([name, message]),
        service: text([service, log]),
        duration_ms: match value(duration) {
            number if number.is_number() => number,
            _ => Value::Null,
        },
        error: !matches!(value(error), Value::Null | Value::Bool(false)),
        key: Vec::new(),
    }
}

fn id_text(id: Value) -> String {
    match id {
        Value::String(text) => text,
        _ => String::new(),
    }
}
