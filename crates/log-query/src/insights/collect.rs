//! The first rows of a query's order, out of however many events. Only about twice as many as wanted are ever held.

use std::{cmp::Ordering, collections::HashSet};

use super::{Failure, MAX_BYTES, group::key_part, natural, plan::Key, value::Value};

/// An event's row.
#[derive(Clone)]
pub(super) struct Row {
    pub(super) timestamp: i64,
    /// The event's; `None` in rows that `stats` made.
    pub(super) id: Option<u64>,
    pub(super) values: Vec<Value<'static>>,
}

/// The rows so far.
#[derive(Clone, Default)]
pub(super) struct Rows {
    rows: Vec<Row>,
    /// How many at the front are in order and the best of all.
    sorted: usize,
    bytes: usize,
}

/// What rows are wanted.
#[derive(Clone, Copy)]
pub(super) struct Wanted<'p> {
    pub(super) order: &'p [Key],
    pub(super) distinct: &'p [usize],
    pub(super) limit: usize,
    pub(super) kept: &'p [bool],
}

impl Wanted<'_> {
    /// Whether these are just the newest: then no older event can change anything once there are enough.
    pub(super) fn is_for_newest(&self) -> bool {
        let newest_first = match self.order {
            [] => true,
            [key] => key.timestamp && key.descending,
            // Events of the same millisecond may come in any order of the other keys.
            _ => false,
        };
        newest_first && self.distinct.is_empty()
    }
}

impl Rows {
    /// Takes in an event's row, if it is among the first.
    pub(super) fn add(
        &mut self,
        wanted: Wanted<'_>,
        timestamp: i64,
        id: u64,
        values: &[Value<'_>],
    ) -> Result<(), Failure> {
        if self.sorted == wanted.limit {
            let last = &self.rows[self.sorted - 1];
            let order = in_order(
                wanted.order,
                (values, timestamp, Some(id)),
                (&last.values, last.timestamp, last.id),
            );
            if order.is_ge() {
                return Ok(());
            }
        }
        let values: Vec<Value<'static>> = values
            .iter()
            .zip(wanted.kept)
            .map(|(value, kept)| {
                if *kept {
                    value.borrowed().owned()
                } else {
                    Value::Absent
                }
            })
            .collect();
        self.bytes += weight(&values);
        self.rows.push(Row {
            timestamp,
            id: Some(id),
            values,
        });
        if self.rows.len() >= 2 * wanted.limit || self.bytes > MAX_BYTES {
            self.prune(wanted);
            if self.bytes > MAX_BYTES {
                return Err(Failure::TooLarge(MAX_BYTES));
            }
        }
        Ok(())
    }

    /// How many there are; more than wanted perhaps.
    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    /// The rows wanted, in order.
    pub(super) fn finish(&self, wanted: Wanted<'_>) -> Vec<Row> {
        let mut rows = self.clone();
        rows.prune(wanted);
        rows.rows
    }

    fn prune(&mut self, wanted: Wanted<'_>) {
        sort(&mut self.rows, wanted.order);
        dedup(&mut self.rows, wanted.distinct);
        self.rows.truncate(wanted.limit);
        self.sorted = self.rows.len();
        self.bytes = self.rows.iter().map(|row| weight(&row.values)).sum();
    }
}

/// About what a row takes, in bytes.
fn weight(values: &[Value<'_>]) -> usize {
    let own = size_of::<Row>() + size_of_val(values);
    own + values.iter().map(Value::weight).sum::<usize>()
}

/// Puts rows in order; those that are equal stay as they are.
pub(super) fn sort(rows: &mut [Row], order: &[Key]) {
    rows.sort_by(|one, other| {
        in_order(
            order,
            (&one.values, one.timestamp, one.id),
            (&other.values, other.timestamp, other.id),
        )
    });
}

type Ordered<'r> = (&'r [Value<'r>], i64, Option<u64>);

/// By the keys; what is equal by them newest first, or oldest first if the last key is the ascending timestamp.
fn in_order(order: &[Key], one: Ordered<'_>, other: Ordered<'_>) -> Ordering {
    for key in order {
        let order = natural::directed(&one.0[key.slot], &other.0[key.slot], key.descending);
        if order.is_ne() {
            return order;
        }
    }
    let oldest_first = (one.1, one.2).cmp(&(other.1, other.2));
    if order
        .last()
        .is_some_and(|key| key.timestamp && !key.descending)
    {
        oldest_first
    } else {
        oldest_first.reverse()
    }
}

/// Only the first of those that have the same values in all these slots; those that lack one are all kept.
pub(super) fn dedup(rows: &mut Vec<Row>, distinct: &[usize]) {
    if distinct.is_empty() {
        return;
    }
    let mut seen = HashSet::new();
    rows.retain(|row| {
        let mut key = Vec::new();
        for slot in distinct {
            if row.values[*slot].is_absent() {
                return true;
            }
            key_part(&row.values[*slot], &mut key);
        }
        seen.insert(key)
    });
}
