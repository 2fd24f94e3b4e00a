//! Which rows of a block are in a time and pass the filters.

use std::ops::Range;

use span_query::{Combination, Relation};

use crate::Block;
use crate::condition::Condition;
use crate::plan::Plan;
use crate::relations::{ParentFilters, Relations, Relatives, verdicts};

/// A query's filters, ready for one block after the other.
pub(crate) struct Sieve<'p> {
    plan: &'p Plan,
    time: Option<Range<i64>>,
    steps: Vec<Step<'p>>,
    passes: Vec<bool>,
    some: Vec<bool>,
}

/// One filter, or all filters that ask for one span of the trace.
enum Step<'p> {
    Own(&'p Condition),
    /// A filter on a related span, and for each of its values whether it passes.
    Related(&'p Condition, Vec<bool>),
    /// A filter on the parent, by its place among the parent filters.
    Parent(&'p ParentFilters, usize),
    /// A question about any span.
    Any(usize),
}

impl<'p> Sieve<'p> {
    /// Lets rows within a time pass.
    pub(crate) fn new(
        plan: &'p Plan,
        relations: &'p Relations,
        time: Option<Range<i64>>,
    ) -> Sieve<'p> {
        let mut steps: Vec<Step<'p>> = Vec::new();
        for (index, condition) in plan.conditions.iter().enumerate() {
            let parents = relations.parent_filters.as_ref();
            if let Some((parents, place)) = parents.and_then(|one| Some((one, one.place(index)?))) {
                steps.push(Step::Parent(parents, place));
                continue;
            }
            match condition.column.relation {
                // The cheapest go first; the order makes no difference to what passes.
                Relation::Own => steps.insert(0, Step::Own(condition)),
                Relation::Root | Relation::Parent => {
                    let values = relations.values(&condition.column).unwrap_or_default();
                    steps.push(Step::Related(condition, verdicts(condition, &values)));
                }
                Relation::Any => {}
            }
        }
        steps.extend((0..relations.any().count()).map(Step::Any));
        Sieve {
            plan,
            time,
            steps,
            passes: Vec::new(),
            some: Vec::new(),
        }
    }

    /// The rows that pass, into `rows`, which is emptied first; gives how many rows were in the time.
    /// The relatives of all rows that pass have been found then, if the query asks for any.
    pub(crate) fn read(
        &mut self,
        block: &Block,
        relations: &Relations,
        relatives: &mut Relatives,
        rows: &mut Vec<u32>,
    ) -> usize {
        rows_in(block, self.time.as_ref(), rows);
        let in_time = rows.len();
        let any_of = self.plan.query.combination == Combination::Or && !self.steps.is_empty();
        let mut found = false;
        self.some.clear();
        self.some.resize(rows.len(), false);
        for index in 0..self.steps.len() {
            let is_of_relatives = matches!(self.steps[index], Step::Related(..) | Step::Any(_));
            if is_of_relatives && !std::mem::replace(&mut found, true) {
                relations.find(block, rows, relatives);
            }
            self.step(index, block, relations, relatives, rows);
            if any_of {
                let both = self.some.iter_mut().zip(&self.passes);
                both.for_each(|(some, passes)| *some |= passes);
            } else {
                keep(rows, &self.passes);
            }
        }
        if any_of {
            keep(rows, &self.some);
        }
        if !found && !relations.is_empty() {
            relations.find(block, rows, relatives);
        }
        in_time
    }

    fn step(
        &mut self,
        index: usize,
        block: &Block,
        relations: &Relations,
        relatives: &Relatives,
        rows: &[u32],
    ) {
        match &self.steps[index] {
            Step::Own(condition) => {
                condition.read(block.column(&condition.column.name), rows, &mut self.passes);
            }
            Step::Related(condition, verdicts) => {
                let numbers = relations.read(&condition.column, rows, relatives);
                self.passes.clear();
                self.passes
                    .extend(numbers.into_iter().map(|number| verdicts[number as usize]));
            }
            Step::Parent(parents, place) => parents.read(*place, block, rows, &mut self.passes),
            Step::Any(question) => {
                let any = |row: &u32| relations.any_passes(*question, *row, relatives);
                self.passes.clear();
                self.passes.extend(rows.iter().map(any));
            }
        }
    }
}

/// The rows of a block within a time, into `rows`, which is emptied first; `None` takes those without a time too.
pub(crate) fn rows_in(block: &Block, time: Option<&Range<i64>>, rows: &mut Vec<u32>) {
    rows.clear();
    let all = 0..block.rows() as u32;
    match (time, block.times()) {
        (None, _) => rows.extend(all),
        (Some(_), None) => {}
        (Some(time), Some(times)) => {
            rows.extend(all.filter(|row| time.contains(&times[*row as usize])));
        }
    }
}

/// Keeps the rows that pass.
fn keep(rows: &mut Vec<u32>, passes: &[bool]) {
    let mut kept = 0;
    for (place, passes) in passes.iter().enumerate() {
        rows[kept] = rows[place];
        kept += usize::from(*passes);
    }
    rows.truncate(kept);
}
