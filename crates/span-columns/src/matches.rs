//! The rows that pass a query, block by block: found once, and shown again to whoever needs a second look.

use span_query::{Op, Relation, field};

use crate::groups::{Breakdown, Groups};
use crate::passed::{Passed, read_weights};
use crate::plan::Plan;
use crate::relations::{MARGIN, ParentFilters, Relations, Relatives};
use crate::series;
use crate::sieve::{Sieve, rows_in};
use crate::{Block, Part, Source, Wanted};

/// As much of the blocks is kept for a second look, in bytes; beyond that the source is asked again.
const MAX_KEPT: usize = 64 << 20;

/// The rows of a source that pass a plan's query.
pub(crate) struct Matches<'a, S: ?Sized> {
    plan: &'a Plan,
    source: &'a S,
    wanted: Wanted,
    relations: Relations,
    pub(crate) groups: Groups,
    pub(crate) rows_scanned: u64,
    kept: Kept,
    /// Those of [`Matches::each_open_before`], once they were looked for.
    open_before: Option<Vec<KeptBlock>>,
    max_kept: usize,
}

/// What is there for a second look.
enum Kept {
    /// Nothing was looked at yet.
    NotYet,
    /// All that passed.
    All(Vec<KeptBlock>),
    /// Too much.
    TooMuch,
}

struct KeptBlock {
    block: Block,
    rows: Vec<u32>,
    groups: Vec<u32>,
    weights: Option<Vec<u32>>,
}

impl<'a, S: Source + ?Sized> Matches<'a, S> {
    /// Looks for related spans, if the query asks for some. `wanted` is what the caller needs of the rows that pass,
    /// beside what the filters and breakdowns read.
    pub(crate) fn new(plan: &'a Plan, source: &'a S, wanted: Wanted) -> Result<Self, S::Error> {
        let relations = plan.relations(source)?;
        let breakdowns = plan.query.breakdowns.iter();
        Ok(Matches {
            plan,
            source,
            wanted,
            groups: Groups::new(breakdowns.map(|column| relations.values(column))),
            relations,
            rows_scanned: 0,
            kept: Kept::NotYet,
            open_before: None,
            max_kept: MAX_KEPT,
        })
    }

    /// The same, keeping no more than so many bytes for a second look; nothing for who looks once.
    pub(crate) fn keeping(mut self, bytes: usize) -> Self {
        self.max_kept = bytes;
        self
    }

    /// Shows the rows that pass, block by block, with how many groups there are so far; the first look finds them.
    /// A second look shows the same, of the same groups, but only the columns that calculations read.
    pub(crate) fn each(
        &mut self,
        visit: &mut dyn FnMut(&Passed<'_>, usize),
    ) -> Result<(), S::Error> {
        if let Kept::All(blocks) = &self.kept {
            for kept in blocks {
                visit(&kept.passed(), self.groups.len());
            }
            return Ok(());
        }
        let mut keeping =
            (matches!(self.kept, Kept::NotYet) && self.max_kept > 0).then(|| (Vec::new(), 0));
        self.rows_scanned = 0;
        let mut sieve = Sieve::new(self.plan, &self.relations, self.plan.time.clone());
        let mut relatives = Relatives::default();
        let (mut rows, mut groups, mut weights) = (Vec::new(), Vec::new(), Vec::new());
        self.source.blocks(&self.wanted, &mut |block| {
            let in_time = sieve.read(block, &self.relations, &mut relatives, &mut rows);
            self.rows_scanned += in_time as u64;
            if rows.is_empty() {
                return;
            }
            let breakdowns = breakdowns(self.plan, &self.relations, block, &rows, &relatives);
            self.groups.read(breakdowns, &rows, &mut groups);
            let weighted = read_weights(block, &rows, &mut weights);
            let passed = Passed {
                block,
                rows: &rows,
                groups: &groups,
                weights: weighted.then_some(&weights),
            };
            visit(&passed, self.groups.len());
            if let Some((kept, bytes)) = &mut keeping {
                let block = block.with_parts(|part| self.plan.reads_again(part));
                *bytes += block.memory() + rows.len() * 8;
                kept.push(KeptBlock {
                    block,
                    rows: rows.clone(),
                    groups: groups.clone(),
                    weights: weighted.then(|| weights.clone()),
                });
                if *bytes > self.max_kept {
                    keeping = None;
                }
            }
        })?;
        self.kept = match keeping {
            Some((blocks, _)) => Kept::All(blocks),
            None => Kept::TooMuch,
        };
        Ok(())
    }

    /// Shows the spans that pass but for their time: they began in the hour before the time asked for, and are still open in it.
    /// They may be of groups of which no span began in that time.
    pub(crate) fn each_open_before(
        &mut self,
        visit: &mut dyn FnMut(&Passed<'_>, usize),
    ) -> Result<(), S::Error> {
        if self.open_before.is_none() {
            self.open_before = Some(self.find_open_before()?);
        }
        for kept in self.open_before.iter().flatten() {
            visit(&kept.passed(), self.groups.len());
        }
        Ok(())
    }

    fn find_open_before(&mut self) -> Result<Vec<KeptBlock>, S::Error> {
        let Some(start) = self.plan.start() else {
            return Ok(Vec::new());
        };
        let before = start.saturating_sub(MARGIN)..start;
        let wanted = Wanted {
            time: Some(before.clone()),
            ..self.wanted.clone()
        };
        let mut sieve = Sieve::new(self.plan, &self.relations, Some(before));
        let mut relatives = Relatives::default();
        let (mut rows, mut groups, mut weights) = (Vec::new(), Vec::new(), Vec::new());
        let mut found = Vec::new();
        self.source.blocks(&wanted, &mut |block| {
            sieve.read(block, &self.relations, &mut relatives, &mut rows);
            series::keep_open_at(start, block, &mut rows);
            if rows.is_empty() {
                return;
            }
            let breakdowns = breakdowns(self.plan, &self.relations, block, &rows, &relatives);
            self.groups.read(breakdowns, &rows, &mut groups);
            let weighted = read_weights(block, &rows, &mut weights);
            found.push(KeptBlock {
                block: block.with_parts(|part| self.plan.reads_again(part)),
                rows: rows.clone(),
                groups: groups.clone(),
                weights: weighted.then(|| weights.clone()),
            });
        })?;
        Ok(found)
    }
}

impl KeptBlock {
    fn passed(&self) -> Passed<'_> {
        Passed {
            block: &self.block,
            rows: &self.rows,
            groups: &self.groups,
            weights: self.weights.as_deref(),
        }
    }
}

/// Where the values of a plan's breakdowns are for these rows, whose relatives have been found.
fn breakdowns<'a>(
    plan: &'a Plan,
    relations: &'a Relations,
    block: &'a Block,
    rows: &'a [u32],
    relatives: &'a Relatives,
) -> impl Iterator<Item = Breakdown<'a>> {
    plan.query
        .breakdowns
        .iter()
        .map(move |column| match relations.values(column) {
            Some(_) => Breakdown::Related(relations.read(column, rows, relatives)),
            None => Breakdown::Own(block.column(&column.name)),
        })
}

impl Plan {
    /// The related spans that the query asks for.
    fn relations<S: Source + ?Sized>(&self, source: &S) -> Result<Relations, S::Error> {
        let time = self
            .time
            .as_ref()
            .map(|time| time.start.saturating_sub(MARGIN)..time.end.saturating_add(MARGIN));
        let is_parent = |column: &&span_query::Column| column.relation == Relation::Parent;
        // Who groups by parents needs each of them.
        let parent_filters = match self
            .query
            .breakdowns
            .iter()
            .any(|column| is_parent(&column))
        {
            true => None,
            false => ParentFilters::find(&self.conditions, source, time.clone())?,
        };
        let filtered = self.query.filters.iter().map(|filter| &filter.column);
        let filtered = filtered.filter(|column| parent_filters.is_none() || !is_parent(column));
        let columns = self.query.breakdowns.iter().chain(filtered);
        let mut relations = Relations::new(columns, &self.conditions, self.query.combination);
        relations.parent_filters = parent_filters;
        if relations.is_empty() {
            return Ok(relations);
        }
        let names = relations
            .names(&self.conditions)
            .map(str::to_owned)
            .collect();
        let wanted = Wanted::new(Some(names), time.clone()).with_ids([true; 3]);
        let mut rows = Vec::new();
        source.blocks(&wanted, &mut |block| {
            rows_in(block, time.as_ref(), &mut rows);
            relations.add(block, &rows, &self.conditions);
        })?;
        relations.finish();
        Ok(relations)
    }

    /// Whether a second look at a block needs this part of it.
    fn reads_again(&self, part: &Part) -> bool {
        match part {
            Part::Time | Part::Weight => true,
            _ => self.query.calculations.iter().any(|calculation| {
                let column = match calculation.op {
                    Op::Concurrency => Some(field::DURATION_MS),
                    _ => calculation.column.as_deref(),
                };
                column.is_some_and(|name| match part {
                    Part::Column(column) => column == name,
                    ids => Part::of_ids(name).as_ref() == Some(ids),
                })
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use span_query::Row;

    use super::*;
    use crate::BlockBuilder;

    /// What each look shows: the groups, weights and values of `x`.
    fn looks(max_kept: usize) -> Vec<Vec<(u32, u32, f64)>> {
        let rows = (0..60_i64).map(|number| {
            Row::new()
                .with("x", number)
                .with("by", number % 7)
                .with_sample_rate(1 + number as u32 % 3)
        });
        let mut blocks = vec![BlockBuilder::new(); 4];
        for (number, row) in rows.enumerate() {
            blocks[number % 4].push_row(&row).expect("room");
        }
        let blocks: Vec<Block> = blocks.iter().map(BlockBuilder::block).collect();
        let query = r#"{
            "breakdowns": ["by"],
            "filters": [{"column": "x", "op": ">", "value": 20}],
            "calculations": [{"op": "MAX", "column": "x"}]
        }"#;
        let plan = Plan::new(&query.parse().expect("a query"), 0).expect("a plan");
        let wanted = Wanted::new(None, None);
        let Ok(matches) = Matches::new(&plan, &blocks[..], wanted);
        let mut matches = matches.keeping(max_kept);
        let look = |_| {
            let mut shown = Vec::new();
            let mut numbers = Vec::new();
            let Ok(()) = matches.each(&mut |passed, _| {
                let x = passed.column("x").expect("x");
                x.read_numbers(passed.rows, &mut numbers);
                for (place, number) in numbers.iter().enumerate() {
                    shown.push((passed.groups[place], passed.weight(place), *number));
                }
            });
            assert_eq!((matches.groups.len(), matches.rows_scanned), (7, 60));
            shown
        };
        (0..3).map(look).collect()
    }

    #[test]
    fn every_look_shows_the_same_whether_it_was_kept_or_not() {
        let kept = looks(MAX_KEPT);
        assert_eq!(kept[0].len(), 39);
        for max_kept in [MAX_KEPT, 1, 0] {
            for look in looks(max_kept) {
                assert_eq!(look, kept[0], "{max_kept} bytes kept");
            }
        }
    }
}
