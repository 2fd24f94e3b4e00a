//! Makes a plan of a query: finds out what each name stands for where it is used.

mod expression;
mod stats;

use super::{
    MAX_LIMIT, Malformed,
    lexer::{Lexer, Span},
    plan::{After, Expr, Gather, Key, Own, Plan, Step},
    syntax::{Command, Expression, Extraction, Item, Kind, Placed},
};
use expression::{Events, Scope};

type Compiled<T = ()> = Result<T, Malformed>;

/// Makes the plan of a query whose text and commands these are.
pub(super) fn compile(text: &str, commands: &[Placed]) -> Compiled<Plan> {
    let mut compiler = Compiler {
        lexer: Lexer::new(text),
        scope: Scope::Events(Events::default()),
        steps: Vec::new(),
        order: Vec::new(),
        gather: None,
        after: Vec::new(),
        columns: Vec::new(),
        chosen: Chosen::Nothing,
        wanted: Vec::new(),
        own: Vec::new(),
        width: 0,
    };
    for (number, placed) in commands.iter().enumerate() {
        compiler.command(placed, &commands[..number])?;
    }
    compiler.finish()
}

struct Compiler<'a> {
    lexer: Lexer<'a>,
    /// What names stand for at this point.
    scope: Scope,
    /// What happens to events before they are gathered.
    steps: Vec<Step>,
    order: Vec<Key>,
    gather: Option<Gather>,
    after: Vec<After>,
    columns: Vec<(String, usize)>,
    chosen: Chosen,
    /// Known once events are rows.
    own: Vec<(Own, usize)>,
    wanted: Vec<(String, usize)>,
    width: usize,
}

/// Which commands said what the columns are.
#[derive(Clone, Copy, PartialEq)]
enum Chosen {
    Nothing,
    /// `fields` or `stats`: more may come.
    Fields,
    Display,
}

impl Compiler<'_> {
    fn command(&mut self, placed: &Placed, before: &[Placed]) -> Compiled {
        let deduplicated = |placed: &Placed| matches!(placed.command, Command::Dedup(_));
        if before.iter().any(deduplicated) && !matches!(placed.command, Command::Limit(_)) {
            return Err(self
                .lexer
                .malformed(placed.at, "after `dedup`, only `limit` is possible"));
        }
        match &placed.command {
            Command::Fields(items) => self.fields(items),
            Command::Display(items) => self.display(items),
            Command::Filter(condition) => {
                let condition = self.scope.expression(&self.lexer, condition)?;
                self.step(Step::Filter(condition));
                Ok(())
            }
            Command::Parse { field, pattern } => self.parse(field, pattern),
            Command::Stats { items, by } => self.stats(items, by, placed.at, before),
            Command::Sort(keys) => self.sort(keys),
            Command::Limit(limit) => self.limit(*limit),
            Command::Dedup(items) => self.dedup(items),
        }
    }

    fn step(&mut self, step: Step) {
        if self.gather.is_some() {
            self.after.push(After::Step(step));
        } else {
            self.steps.push(step);
        }
    }

    /// Where an expression's value is, calculated if it is no field.
    fn slot(&mut self, expression: &Expression) -> Compiled<usize> {
        match self.scope.expression(&self.lexer, expression)? {
            Expr::Slot(slot) => Ok(slot),
            other => {
                let slot = self.scope.calculated();
                self.step(Step::Compute(other, slot));
                Ok(slot)
            }
        }
    }

    fn fields(&mut self, items: &[Item]) -> Compiled {
        for item in items {
            let Some(slot) = self.column(item)? else {
                continue;
            };
            if self.chosen != Chosen::Display {
                show(&mut self.columns, &item.name, slot);
            }
        }
        if self.chosen == Chosen::Nothing {
            self.chosen = Chosen::Fields;
        }
        Ok(())
    }

    fn display(&mut self, items: &[Item]) -> Compiled {
        let mut columns = Vec::new();
        for item in items {
            if let Some(slot) = self.column(item)? {
                show(&mut columns, &item.name, slot);
            }
        }
        self.columns = columns;
        self.chosen = Chosen::Display;
        Ok(())
    }

    /// Where an item's value is, known by its name from now on. `None` for `@ptr`, which every row has anyhow.
    fn column(&mut self, item: &Item) -> Compiled<Option<usize>> {
        if !item.named && item.expression.kind == Kind::Field("@ptr".to_owned()) {
            return Ok(None);
        }
        let slot = self.slot(&item.expression)?;
        self.scope.name(item, slot);
        Ok(Some(slot))
    }

    fn parse(&mut self, field: &Expression, pattern: &Extraction) -> Compiled {
        let from = self.slot(field)?;
        let names: Vec<String> = pattern.names().into_iter().map(str::to_owned).collect();
        let into: Vec<usize> = names
            .iter()
            .map(|name| {
                let slot = self.scope.calculated();
                self.scope.call(name, slot);
                slot
            })
            .collect();
        if self.chosen != Chosen::Display {
            for (name, slot) in names.iter().zip(&into) {
                show(&mut self.columns, name, *slot);
            }
        }
        self.step(Step::Extract {
            from,
            pattern: pattern.clone(),
            into,
        });
        Ok(())
    }

    /// What is shown if no command says: the event, and what `parse` took out of it.
    fn default_columns(&mut self) -> Compiled {
        let taken_out = std::mem::take(&mut self.columns);
        for name in ["@timestamp", "@message"] {
            let slot = self.scope.field(&self.lexer, name, Span::default())?;
            show(&mut self.columns, name, slot);
        }
        for (name, slot) in taken_out {
            show(&mut self.columns, &name, slot);
        }
        Ok(())
    }

    fn sort(&mut self, keys: &[(Expression, bool)]) -> Compiled {
        let mut compiled = Vec::new();
        for (expression, descending) in keys {
            let slot = self.slot(expression)?;
            compiled.push(Key {
                slot,
                descending: *descending,
                timestamp: self.scope.is_timestamp(slot),
            });
        }
        if self.gather.is_some() {
            self.after.push(After::Sort(compiled));
        } else {
            // What an earlier `sort` said decides between equals.
            compiled.append(&mut self.order);
            self.order = compiled;
        }
        Ok(())
    }

    fn limit(&mut self, limit: usize) -> Compiled {
        match &mut self.gather {
            Some(Gather::Rows {
                distinct,
                limit: most,
                ..
            }) if !distinct.is_empty() => *most = limit.min(*most),
            Some(_) => self.after.push(After::Limit(limit)),
            None => self.rows(Vec::new(), limit),
        }
        Ok(())
    }

    fn dedup(&mut self, items: &[Item]) -> Compiled {
        let mut distinct = Vec::new();
        for item in items {
            if item.named {
                return Err(self
                    .lexer
                    .malformed(item.expression.at, "`dedup` gives no names"));
            }
            distinct.push(self.slot(&item.expression)?);
        }
        if self.gather.is_some() {
            self.after.push(After::Dedup(distinct));
        } else {
            self.rows(distinct, MAX_LIMIT);
        }
        Ok(())
    }

    /// Events become rows here.
    fn rows(&mut self, distinct: Vec<usize>, limit: usize) {
        self.gather = Some(Gather::Rows {
            order: std::mem::take(&mut self.order),
            distinct,
            limit,
            kept: Vec::new(),
        });
    }

    fn finish(mut self) -> Compiled<Plan> {
        if self.chosen == Chosen::Nothing {
            self.default_columns()?;
        }
        if self.gather.is_none() {
            self.rows(Vec::new(), MAX_LIMIT);
        }
        self.scope_done();
        let mut gather = self.gather.expect("was made above");
        if let Gather::Rows {
            order,
            distinct,
            kept,
            ..
        } = &mut gather
        {
            *kept = vec![false; self.width];
            let mut keep = |slot: usize| kept[slot] = true;
            order.iter().for_each(|key| keep(key.slot));
            distinct.iter().for_each(|slot| keep(*slot));
            self.columns.iter().for_each(|(_, slot)| keep(*slot));
            // A row's slots are an event's until `stats` makes others of them.
            for after in &self.after {
                after.slots(&mut keep);
            }
        }
        place_discovery(&mut self.steps, &self.wanted, &gather);
        Ok(Plan {
            own: self.own,
            wanted: self.wanted,
            width: self.width,
            steps: self.steps,
            gather,
            after: self.after,
            columns: self.columns,
        })
    }

    /// All that is asked of the events, or of the rows of the last `stats`, is known.
    fn scope_done(&mut self) {
        match &mut self.scope {
            Scope::Events(events) => {
                self.own = std::mem::take(&mut events.own);
                self.wanted = std::mem::take(&mut events.wanted);
                self.wanted.sort();
                self.width = events.width;
            }
            Scope::Rows(rows) => {
                let mut last = self.after.iter_mut().rev().find_map(|after| match after {
                    After::Stats(stats) => Some(stats),
                    _ => None,
                });
                if let Some(Gather::Stats(stats)) = &mut self.gather {
                    last = last.or(Some(stats));
                }
                if let Some(stats) = last {
                    stats.width = rows.width;
                }
            }
        }
    }
}

/// Adds a column, or gives the one of that name another value.
fn show(columns: &mut Vec<(String, usize)>, name: &str, slot: usize) {
    match columns.iter_mut().find(|(shown, _)| shown == name) {
        Some((_, shown)) => *shown = slot,
        None => columns.push((name.to_owned(), slot)),
    }
}

/// Puts [`Step::Discover`] before the first step that reads a discovered field, or at the end if only the rows need one.
fn place_discovery(steps: &mut Vec<Step>, wanted: &[(String, usize)], gather: &Gather) {
    let is_wanted = |slot: usize| wanted.iter().any(|(_, wanted)| *wanted == slot);
    let step_reads = |step: &Step| {
        let mut reads = false;
        step.slots(&mut |slot| reads |= is_wanted(slot));
        reads
    };
    let first = steps.iter().position(step_reads);
    let at_end = match gather {
        Gather::Rows { kept, .. } => wanted.iter().any(|(_, slot)| kept[*slot]),
        Gather::Stats(stats) => {
            let mut reads = false;
            stats.slots(&mut |slot| reads |= is_wanted(slot));
            reads
        }
    };
    if let Some(place) = first.or_else(|| at_end.then_some(steps.len())) {
        steps.insert(place, Step::Discover);
    }
}
