//! Example rows: a handful of those that passed, spread over their durations, each of a trace of its own where it can be.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use span_query::{Value, field};

use crate::block::{NO_TIME, Part};
use crate::passed::{Number, Passed, each_number};
use crate::{Block, Column, Example, Source, ValueRef, Wanted};

/// So many examples there are at most.
const MOST: usize = 10;
/// So many candidates each range has: more than one may be of a trace that has been chosen already.
const MOST_OF_A_RANGE: usize = 16;
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

/// The best candidates so far: the slowest within each range of durations.
///
/// Their IDs are looked up when all rows have been seen: reading those of every row would cost more than all else.
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
    place: Place,
    group: u32,
    /// Trace and span, once they are known.
    ids: Option<([u8; 16], [u8; 8])>,
    /// Once it is known that it may be chosen.
    written: Option<Example>,
}

/// What decides between two rows of a range, the first first: the slower, the earlier (the later, of rows that have no
/// duration).
type Rank = (Reverse<u64>, i64);

/// By what a row is found again: its index in a block of so many rows, its time and its duration as bits.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
struct Place {
    row: u32,
    rows: usize,
    time: i64,
    bits: u64,
}

impl Examples {
    /// Takes in the rows of a block.
    pub(crate) fn add(&mut self, passed: &Passed<'_>) {
        let mut durations = vec![f64::NAN; passed.rows.len()];
        read_durations(passed.block, passed.rows, &mut durations);
        for (place, (row, time)) in passed.rows.iter().zip(passed.times()).enumerate() {
            let duration = durations[place];
            let bits = bits(duration);
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
            let rank = (Reverse(bits), first);
            let at = range.partition_point(|one| one.rank <= rank);
            if at == MOST_OF_A_RANGE {
                continue;
            }
            let place_of_row = Place {
                row: *row,
                rows: passed.block.rows(),
                time,
                bits,
            };
            range.insert(
                at,
                Candidate {
                    rank,
                    place: place_of_row,
                    group: passed.groups[place],
                    ids: None,
                    written: None,
                },
            );
            range.truncate(MOST_OF_A_RANGE);
            if let Some(worst) = range.get(MOST_OF_A_RANGE - 1) {
                self.least.resize(self.least.len().max(index + 1), 0);
                self.least[index] = worst.rank.0.0;
            }
        }
        for candidate in self.ranges.values_mut().flatten() {
            if candidate.written.is_none() {
                candidate.written = Some(written(passed.block, candidate.place.row));
            }
        }
    }

    /// The examples, the slowest first, each with its group's key, and each of a trace of its own where there are as many.
    pub(crate) fn chosen<S: Source + ?Sized>(
        self,
        source: &S,
        time: Option<Range<i64>>,
        key: impl Fn(u32) -> Vec<Value>,
    ) -> Result<Vec<Example>, S::Error> {
        let mut ranges = spread(self.ranges.into_values().rev().collect());
        // The slowest of each range are nearly always enough.
        identify(
            source,
            &time,
            ranges.iter_mut().filter_map(|range| range.first_mut()),
        )?;
        let firsts = ranges.iter().filter_map(|range| range.first()?.trace());
        let traces: BTreeSet<[u8; 16]> = firsts.collect();
        if traces.len() < MOST {
            identify(source, &time, ranges.iter_mut().flatten())?;
        }
        let with_key = |candidate: Candidate| {
            let (trace_id, span_id) = candidate.ids.unwrap_or_default();
            let example = candidate.written?;
            Some(Example {
                trace_id: id_text(&trace_id),
                span_id: id_text(&span_id),
                key: key(candidate.group),
                ..example
            })
        };
        Ok(one_after_the_other(ranges)
            .into_iter()
            .filter_map(with_key)
            .collect())
    }
}

impl Candidate {
    /// Its trace, if it is known and not none.
    fn trace(&self) -> Option<[u8; 16]> {
        Some(self.ids?.0).filter(|trace| *trace != [0; 16])
    }
}

/// As many ranges as there are examples at most, the slowest and the quickest among them.
fn spread(ranges: Vec<Vec<Candidate>>) -> Vec<Vec<Candidate>> {
    let count = ranges.len();
    let is_taken =
        |at: usize| count <= MOST || (0..MOST).any(|index| index * (count - 1) / (MOST - 1) == at);
    let taken = ranges
        .into_iter()
        .enumerate()
        .filter(|(at, _)| is_taken(*at));
    taken.map(|(_, range)| range).collect()
}

/// From each range the next of a trace that none has yet, until there are enough; the slowest first.
fn one_after_the_other(ranges: Vec<Vec<Candidate>>) -> Vec<Candidate> {
    let mut ranges: Vec<std::vec::IntoIter<Candidate>> =
        ranges.into_iter().map(Vec::into_iter).collect();
    let mut chosen: Vec<Candidate> = Vec::new();
    while chosen.len() < MOST && !ranges.is_empty() {
        ranges.retain_mut(|range| {
            let is_new = |candidate: &Candidate| {
                let trace = candidate.trace();
                trace.is_none() || chosen.iter().all(|one| one.trace() != trace)
            };
            let next = range.find(is_new);
            let found = next.is_some();
            chosen.extend(next.filter(|_| chosen.len() < MOST));
            found
        });
    }
    chosen.sort_by_key(|candidate| (candidate.rank, candidate.ids));
    chosen
}

/// Reads the IDs of candidates that have none yet, in the blocks that can have them.
fn identify<'a, S: Source + ?Sized>(
    source: &S,
    time: &Option<Range<i64>>,
    candidates: impl Iterator<Item = &'a mut Candidate>,
) -> Result<(), S::Error> {
    let mut unknown: Vec<&mut Candidate> = candidates.filter(|one| one.ids.is_none()).collect();
    if unknown.is_empty() || !source.has_ids() {
        return Ok(());
    }
    let columns = [field::DURATION_MS.to_owned()].into();
    let mut wanted = Wanted::new(Some(columns), time.clone()).with_ids([true, true, false]);
    // What has no time is in no block that is known by its times.
    if unknown.iter().all(|one| one.place.time != NO_TIME) {
        wanted = wanted.at(unknown.iter().map(|one| one.place.time).collect());
    }
    source.blocks(&wanted, &mut |block| {
        for candidate in &mut unknown {
            let Place { row, rows, .. } = candidate.place;
            if candidate.ids.is_none() && rows == block.rows() && at(block, row) == candidate.place
            {
                let trace = block.trace_ids().map_or([0; 16], |ids| ids[row as usize]);
                let span = block.span_ids(&Part::SpanId);
                candidate.ids = Some((trace, span.map_or([0; 8], |ids| ids[row as usize])));
            }
        }
    })
}

/// What a row of a block would be found again by.
fn at(block: &Block, row: u32) -> Place {
    let mut duration = [f64::NAN];
    read_durations(block, &[row], &mut duration);
    Place {
        row,
        rows: block.rows(),
        time: block.times().map_or(NO_TIME, |times| times[row as usize]),
        bits: bits(duration[0]),
    }
}

fn read_durations(block: &Block, rows: &[u32], durations: &mut [f64]) {
    if let Some(column) = block.column(field::DURATION_MS) {
        each_number(column, rows, |place, number| {
            durations[place] = match number {
                Number::Int(int) => int as f64,
                Number::Float(float) => float,
            };
        });
    }
}

/// A duration as bits that are in the order of durations. Of negative ones no more than that they are the shortest matters.
fn bits(duration: f64) -> u64 {
    match duration {
        0.0.. => duration.to_bits() + 2,
        _ => u64::from(!duration.is_nan()),
    }
}

/// What is shown of a row, but for its IDs and its group.
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
    let [name, service, duration, error, message, log] = COLUMNS;
    let value = |name: &str| column(name).map_or(Value::Null, |column| Column::value(column, row));
    let time = block.times().map_or(NO_TIME, |times| times[row]);
    Example {
        trace_id: String::new(),
        span_id: String::new(),
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

/// An ID in hexadecimal; no text for none.
fn id_text(id: &[u8]) -> String {
    if id.iter().all(|byte| *byte == 0) {
        return String::new();
    }
    id.iter().map(|byte| format!("{byte:02x}")).collect()
}
