//! Makes `stats` ready: what groups are made of, what is calculated of each, and what from that.

use super::{
    super::{
        function::Aggregate,
        lexer::{Lexer, Span},
        plan::{After, Calculation, Expr, Gather, Stats, Step},
        syntax::{Command, Expression, Item, Kind, Placed},
    },
    Chosen, Compiled, Compiler,
    expression::{self, Names, Rows, Scope},
    show,
};

impl Compiler<'_> {
    pub(super) fn stats(
        &mut self,
        items: &[Item],
        by: &[Item],
        at: Span,
        before: &[Placed],
    ) -> Compiled {
        self.possible(at, before)?;
        let mut rows = Rows::default();
        let mut columns = Vec::new();
        let mut keys = Vec::new();
        for item in by {
            keys.push(self.slot(&item.expression)?);
            let slot = rows.width;
            rows.width += 1;
            know(&mut rows, item, slot);
            show(&mut columns, &item.name, slot);
        }
        let mut inside = Inside {
            compiler: self,
            rows,
            aggregates: Vec::new(),
        };
        let mut then = Vec::new();
        for item in items {
            let expr = {
                let lexer = Lexer::new(inside.compiler.lexer.text());
                expression::expression(&lexer, &item.expression, &mut inside)?
            };
            let rows = &mut inside.rows;
            let slot = match expr {
                Expr::Slot(slot) => slot,
                other => {
                    let slot = rows.width;
                    rows.width += 1;
                    then.push(Step::Compute(other, slot));
                    slot
                }
            };
            know(rows, item, slot);
            show(&mut columns, &item.name, slot);
        }
        let Inside {
            rows, aggregates, ..
        } = inside;
        self.scope_done();
        let stats = Stats {
            keys,
            aggregates,
            then,
            width: rows.width,
        };
        self.scope = Scope::Rows(rows);
        self.columns = columns;
        self.chosen = Chosen::Fields;
        match self.gather {
            None => self.gather = Some(Gather::Stats(stats)),
            Some(_) => self.after.push(After::Stats(stats)),
        }
        Ok(())
    }

    /// A query has two `stats` at most; what orders or cuts comes after the last
    /// (<https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax-Stats.html>).
    fn possible(&self, at: Span, before: &[Placed]) -> Compiled {
        let stats = |placed: &&Placed| matches!(placed.command, Command::Stats { .. });
        let earlier = before.iter().filter(stats).count();
        if earlier > 1 {
            return Err(self
                .lexer
                .malformed(at, "a query has at most two `stats` commands"));
        }
        for placed in before {
            let wrong = match placed.command {
                Command::Limit(_) => Some("limit"),
                // Before a single `stats`, order makes no difference.
                Command::Sort(_) if earlier > 0 => Some("sort"),
                _ => None,
            };
            if let Some(wrong) = wrong {
                return Err(self.lexer.malformed(
                    placed.at,
                    format!("`{wrong}` must come after the last `stats`"),
                ));
            }
        }
        Ok(())
    }
}

/// From now on, the item's name, or the item as it is written, stands for this slot.
fn know(rows: &mut Rows, item: &Item, slot: usize) {
    let field = matches!(item.expression.kind, Kind::Field(_));
    if item.named || field {
        rows.names.insert(item.name.clone(), slot);
    } else {
        rows.unnamed.push((item.expression.clone(), slot));
    }
}

/// What names stand for inside of `stats`: what it groups by and has calculated already,
/// and within its functions what they stand for in its input.
struct Inside<'c, 'a> {
    compiler: &'c mut Compiler<'a>,
    rows: Rows,
    aggregates: Vec<Calculation>,
}

impl Names for Inside<'_, '_> {
    fn whole(&mut self, lexer: &Lexer<'_>, expression: &Expression) -> Compiled<Option<Expr>> {
        if let Some(slot) = self.rows.unnamed(expression) {
            return Ok(Some(Expr::Slot(slot)));
        }
        let Kind::Aggregate(aggregate, arguments) = &expression.kind else {
            return Ok(None);
        };
        let of = match arguments.first() {
            Some(argument) => Some(self.compiler.slot(argument)?),
            None => None,
        };
        let percent = match arguments.get(1).map(|argument| &argument.kind) {
            Some(Kind::Number(percent)) => *percent,
            _ => 0.0,
        };
        let timestamp = match aggregate {
            Aggregate::Earliest | Aggregate::Latest => {
                let scope = &mut self.compiler.scope;
                Some(scope.field(lexer, "@timestamp", expression.at)?)
            }
            _ => None,
        };
        let into = self.rows.width;
        self.rows.width += 1;
        self.aggregates.push(Calculation {
            aggregate: *aggregate,
            of,
            percent,
            timestamp,
            into,
        });
        Ok(Some(Expr::Slot(into)))
    }

    fn field(&mut self, lexer: &Lexer<'_>, name: &str, at: Span) -> Compiled<usize> {
        match self.rows.names.get(name) {
            Some(slot) => Ok(*slot),
            None => Err(lexer.malformed(
                at,
                format!("`{name}` has many values here: put it into a function such as `max`, or behind `by`"),
            )),
        }
    }
}
