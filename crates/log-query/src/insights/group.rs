//! Records put into groups by the values that they have in common, and what `stats` makes of each group.

use std::{cmp::Ordering, collections::HashMap};

use super::{
    Failure, MAX_BYTES, MAX_GROUPS, aggregate::State, natural, plan::Stats, step::step,
    value::Value,
};

/// The groups so far.
#[derive(Clone, Default)]
pub(super) struct Groups {
    /// By the printed key values: a number and the text that looks like it are in the same group.
    numbers: HashMap<Box<[u8]>, usize>,
    groups: Vec<Group>,
    bytes: usize,
    /// Kept for the next record's key.
    key: Vec<u8>,
}

#[derive(Clone)]
struct Group {
    keys: Vec<Value<'static>>,
    states: Vec<State>,
}

impl Groups {
    /// Puts a record into its group.
    pub(super) fn add(&mut self, stats: &Stats, values: &[Value<'_>]) -> Result<(), Failure> {
        let number = self.number(stats, values)?;
        let mut grown = 0;
        for (state, calculation) in self.groups[number].states.iter_mut().zip(&stats.aggregates) {
            grown += state.add(calculation, values);
        }
        self.bytes += grown;
        if self.bytes > MAX_BYTES {
            return Err(Failure::TooLarge(MAX_BYTES));
        }
        Ok(())
    }

    fn number(&mut self, stats: &Stats, values: &[Value<'_>]) -> Result<usize, Failure> {
        if stats.keys.is_empty() && !self.groups.is_empty() {
            return Ok(0);
        }
        self.key.clear();
        for slot in &stats.keys {
            let value = &values[*slot];
            key_part(value, &mut self.key);
        }
        if let Some(number) = self.numbers.get(self.key.as_slice()) {
            return Ok(*number);
        }
        let number = self.groups.len();
        if number == MAX_GROUPS {
            return Err(Failure::TooManyGroups);
        }
        let keys: Vec<Value<'static>> = stats
            .keys
            .iter()
            .map(|slot| values[*slot].borrowed().owned())
            .collect();
        let states = stats
            .aggregates
            .iter()
            .map(|calculation| State::of(calculation.aggregate))
            .collect::<Vec<_>>();
        self.bytes += 2 * self.key.len()
            + size_of_val(keys.as_slice())
            + size_of_val(states.as_slice())
            + 128;
        self.numbers.insert(self.key.as_slice().into(), number);
        self.groups.push(Group { keys, states });
        Ok(number)
    }

    /// A row for each group: by the keys in the order of `by`, timestamps newest first, all else as `sort` does.
    pub(super) fn rows(
        &self,
        stats: &Stats,
        now: i64,
    ) -> Result<Vec<Vec<Value<'static>>>, Failure> {
        let mut groups: Vec<&Group> = self.groups.iter().collect();
        groups.sort_by(|one, other| {
            let keys = one.keys.iter().zip(&other.keys);
            keys.map(|(one, other)| natural::directed(one, other, matches!(one, Value::Time(_))))
                .find(|order| order.is_ne())
                .unwrap_or(Ordering::Equal)
        });
        let mut made = 0;
        let mut row = |group: &Group| {
            let mut values = group.keys.clone();
            values.resize(stats.width, Value::Absent);
            for (state, calculation) in group.states.iter().zip(&stats.aggregates) {
                values[calculation.into] = state.result(calculation);
            }
            for then in &stats.then {
                step(then, &mut values, now);
                made += then.made(&values);
                if made > MAX_BYTES {
                    return Err(Failure::TooLarge(MAX_BYTES));
                }
            }
            Ok(values)
        };
        groups.into_iter().map(&mut row).collect()
    }
}

/// Adds a value to what tells groups apart: a number and the text that prints like it are the same,
/// what is absent is not the same as an empty text, and no value runs into the next.
pub(super) fn key_part(value: &Value<'_>, key: &mut Vec<u8>) {
    match value {
        Value::Absent => key.push(0),
        // Printing it would take as long as all the rest.
        Value::Time(at) => {
            key.push(1);
            key.extend(at.to_le_bytes());
        }
        other => {
            let text = other.text().unwrap_or_default();
            key.push(2);
            key.extend(text.len().to_le_bytes());
            key.extend(text.as_bytes());
        }
    }
}
