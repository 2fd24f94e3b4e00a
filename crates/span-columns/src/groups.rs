//! The groups of a query: one for each combination of the breakdowns' values, numbered as they come.

use std::cmp::Ordering;
use std::sync::Arc;

use hashbrown::HashMap;
use span_query::Value;

use crate::Column;
use crate::values::{NULL, Values};

/// Groups by number. Without breakdowns there is one, even over no row.
#[derive(Debug, Default)]
pub(crate) struct Groups {
    levels: Vec<Level>,
}

/// One breakdown, joined with those before it.
#[derive(Debug)]
struct Level {
    values: LevelValues,
    /// The group of this and the earlier breakdowns, by the earlier ones' group and this one's value.
    found: HashMap<u64, u32>,
    /// The reverse.
    parts: Vec<(u32, u32)>,
}

/// The values of a breakdown by number.
#[derive(Debug)]
enum LevelValues {
    /// Of the rows' own column.
    Own(Values),
    /// Of a related span's column, which were numbered before.
    Related(Arc<Values>),
}

/// Where a breakdown's values are for the rows of a block.
pub(crate) enum Breakdown<'a> {
    /// In the rows' own column, if the block has it.
    Own(Option<&'a Column>),
    /// Numbered already, one for each row.
    Related(Vec<u32>),
}

impl Groups {
    /// For breakdowns whose values are yet to be numbered, or are those of a related span.
    pub(crate) fn new(breakdowns: impl Iterator<Item = Option<Arc<Values>>>) -> Groups {
        let level = |related: Option<Arc<Values>>| Level {
            values: match related {
                None => LevelValues::Own(Values::default()),
                Some(values) => LevelValues::Related(values),
            },
            found: HashMap::new(),
            parts: Vec::new(),
        };
        Groups {
            levels: breakdowns.map(level).collect(),
        }
    }

    /// How many groups there are.
    pub(crate) fn len(&self) -> usize {
        self.levels.last().map_or(1, |level| level.parts.len())
    }

    /// The group of each row, into `groups`, which is emptied first; one breakdown after the other.
    pub(crate) fn read<'a>(
        &mut self,
        breakdowns: impl Iterator<Item = Breakdown<'a>>,
        rows: &[u32],
        groups: &mut Vec<u32>,
    ) {
        groups.clear();
        groups.resize(rows.len(), 0);
        let mut numbers = Vec::new();
        for (level, breakdown) in self.levels.iter_mut().zip(breakdowns) {
            match (breakdown, &mut level.values) {
                (Breakdown::Own(column), LevelValues::Own(values)) => {
                    values.read(column, rows, &mut numbers);
                }
                (Breakdown::Related(related), _) => numbers = related,
                (Breakdown::Own(_), LevelValues::Related(_)) => {
                    numbers.clear();
                    numbers.resize(rows.len(), NULL);
                }
            }
            level.join(groups, &numbers);
        }
    }

    /// The group's value of each breakdown.
    pub(crate) fn key(&self, group: u32) -> Vec<Value> {
        let numbers = self.numbers(group).into_iter().zip(&self.levels);
        numbers
            .map(|(number, level)| level.values().value(number))
            .collect()
    }

    /// All groups' keys, to be compared.
    pub(crate) fn keys(&self) -> Keys<'_> {
        Keys {
            groups: self,
            numbers: (0..self.len() as u32)
                .flat_map(|group| self.numbers(group))
                .collect(),
        }
    }

    /// The number of the value of each breakdown.
    fn numbers(&self, mut group: u32) -> Vec<u32> {
        let mut numbers = vec![0; self.levels.len()];
        for (level, number) in self.levels.iter().zip(&mut numbers).rev() {
            (group, *number) = level.parts[group as usize];
        }
        numbers
    }
}

/// All groups' values of the breakdowns.
pub(crate) struct Keys<'a> {
    groups: &'a Groups,
    /// Group by group the number of the value of each breakdown.
    numbers: Vec<u32>,
}

impl Keys<'_> {
    fn of(&self, group: u32) -> &[u32] {
        let levels = self.groups.levels.len();
        &self.numbers[group as usize * levels..][..levels]
    }

    /// The order of two groups by their keys.
    pub(crate) fn compare(&self, a: u32, b: u32) -> Ordering {
        let (a, b) = (self.of(a), self.of(b));
        let order = |level: usize| {
            self.groups.levels[level]
                .values()
                .compare(a[level], b[level])
        };
        (0..a.len())
            .map(order)
            .find(|order| order.is_ne())
            .unwrap_or(Ordering::Equal)
    }

    /// The order of two groups by one breakdown, null last in both directions.
    pub(crate) fn compare_by(&self, a: u32, b: u32, level: usize, descending: bool) -> Ordering {
        let (a, b) = (self.of(a)[level], self.of(b)[level]);
        let order = self.groups.levels[level].values().compare(a, b);
        if descending && a != NULL && b != NULL {
            order.reverse()
        } else {
            order
        }
    }
}

impl Level {
    fn values(&self) -> &Values {
        match &self.values {
            LevelValues::Own(values) => values,
            LevelValues::Related(values) => values,
        }
    }

    fn join(&mut self, groups: &mut [u32], numbers: &[u32]) {
        // Neighbouring rows are often of one group.
        let mut last = None;
        for (group, number) in groups.iter_mut().zip(numbers) {
            let parts = (*group, *number);
            let joined = match last {
                Some((before, joined)) if before == parts => joined,
                _ => *self
                    .found
                    .entry(u64::from(parts.0) << 32 | u64::from(parts.1))
                    .or_insert_with(|| {
                        self.parts.push(parts);
                        self.parts.len() as u32 - 1
                    }),
            };
            last = Some((parts, joined));
            *group = joined;
        }
    }
}
