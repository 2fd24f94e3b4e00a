//! What names stand for, and expressions with slots in place of names.

use std::collections::HashMap;

use super::{
    super::{
        Malformed, discover,
        function::Function,
        lexer::{Lexer, Span},
        nearest::nearest,
        period::Period,
        plan::{Expr, Own},
        syntax::{Expression, Item, Kind},
        value::Value,
    },
    Compiled,
};

/// What names stand for.
pub(super) trait Names {
    /// What a whole expression stands for, if it is more than the sum of its parts.
    fn whole(&mut self, lexer: &Lexer<'_>, expression: &Expression) -> Compiled<Option<Expr>>;
    /// The slot of a field.
    fn field(&mut self, lexer: &Lexer<'_>, name: &str, at: Span) -> Compiled<usize>;
}

/// The expression with slots in place of names.
pub(super) fn expression(
    lexer: &Lexer<'_>,
    expression: &Expression,
    names: &mut dyn Names,
) -> Compiled<Expr> {
    if let Some(whole) = names.whole(lexer, expression)? {
        return Ok(whole);
    }
    let mut one = |inner: &Expression| self::expression(lexer, inner, &mut *names);
    Ok(match &expression.kind {
        Kind::Field(name) => Expr::Slot(names.field(lexer, name, expression.at)?),
        Kind::Number(number) => Expr::Constant(Value::Number(*number)),
        Kind::Text(text) => Expr::Constant(Value::Text(text.clone().into())),
        Kind::Bool(value) => Expr::Constant(Value::Bool(*value)),
        Kind::Negate(inner) => Expr::Negate(Box::new(one(inner)?)),
        Kind::Not(inner) => Expr::Not(Box::new(one(inner)?)),
        Kind::Chain(first, rest) => {
            let first = Box::new(one(first)?);
            let rest = rest
                .iter()
                .map(|(operator, operand)| Ok((*operator, one(operand)?)));
            Expr::Chain(first, rest.collect::<Compiled<_>>()?)
        }
        Kind::Power(base, exponent) => Expr::Power(Box::new(one(base)?), Box::new(one(exponent)?)),
        Kind::Compare(left, comparison, right) => {
            readable_times(lexer, left, right)?;
            readable_times(lexer, right, left)?;
            Expr::Compare(Box::new(one(left)?), *comparison, Box::new(one(right)?))
        }
        Kind::Like(inner, matcher) => Expr::Like(Box::new(one(inner)?), matcher.clone()),
        Kind::In(inner, all) => {
            let inner = Box::new(one(inner)?);
            Expr::In(inner, all.iter().map(one).collect::<Compiled<_>>()?)
        }
        Kind::And(all) => Expr::And(all.iter().map(one).collect::<Compiled<_>>()?),
        Kind::Or(all) => Expr::Or(all.iter().map(one).collect::<Compiled<_>>()?),
        Kind::Call(Function::Datefloor, arguments) => {
            Expr::Floor(Box::new(one(&arguments[0])?), period(&arguments[1]))
        }
        Kind::Call(Function::Dateceil, arguments) => {
            Expr::Ceil(Box::new(one(&arguments[0])?), period(&arguments[1]))
        }
        Kind::Call(Function::Bin, arguments) => {
            let timestamp = names.field(lexer, "@timestamp", expression.at)?;
            Expr::Floor(Box::new(Expr::Slot(timestamp)), period(&arguments[0]))
        }
        Kind::Call(function, arguments) => Expr::Call(
            *function,
            arguments.iter().map(one).collect::<Compiled<_>>()?,
        ),
        Kind::Aggregate(aggregate, _) => {
            return Err(lexer.malformed(
                expression.at,
                format!("`{}` is possible only in `stats`, and not inside of another function of that kind", aggregate.name()),
            ));
        }
        Kind::Period(_) => unreachable!("the parser lets periods stand only in these functions"),
    })
}

/// The service does not compare timestamps with texts
/// (<https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax-operations-functions.html>).
fn readable_times(lexer: &Lexer<'_>, field: &Expression, text: &Expression) -> Compiled {
    match (&field.kind, &text.kind) {
        (Kind::Field(name), Kind::Text(time))
            if matches!(name.as_str(), "@timestamp" | "@ingestionTime")
                && time.parse::<i64>().is_err() =>
        {
            Err(lexer.malformed(
                text.at,
                format!("`{name}` is compared with milliseconds since the Unix epoch, not with readable times"),
            ))
        }
        _ => Ok(()),
    }
}

fn period(argument: &Expression) -> Period {
    match argument.kind {
        Kind::Period(period) => period,
        _ => unreachable!("the parser lets only periods stand here"),
    }
}

/// What names stand for at a point of the query: in events, or in the rows that `stats` made of them.
pub(super) enum Scope {
    Events(Events),
    Rows(Rows),
}

impl Scope {
    pub(super) fn expression(
        &mut self,
        lexer: &Lexer<'_>,
        expression: &Expression,
    ) -> Compiled<Expr> {
        self::expression(lexer, expression, self.names())
    }

    pub(super) fn names(&mut self) -> &mut dyn Names {
        match self {
            Self::Events(events) => events,
            Self::Rows(rows) => rows,
        }
    }

    pub(super) fn field(&mut self, lexer: &Lexer<'_>, name: &str, at: Span) -> Compiled<usize> {
        self.names().field(lexer, name, at)
    }

    /// A slot for something calculated.
    pub(super) fn calculated(&mut self) -> usize {
        let width = match self {
            Self::Events(events) => &mut events.width,
            Self::Rows(rows) => &mut rows.width,
        };
        *width += 1;
        *width - 1
    }

    /// From now on, the name stands for this slot.
    pub(super) fn call(&mut self, name: &str, slot: usize) {
        let names = match self {
            Self::Events(events) => &mut events.names,
            Self::Rows(rows) => &mut rows.names,
        };
        names.insert(name.to_owned(), slot);
    }

    /// From now on, the item's name stands for this slot.
    pub(super) fn name(&mut self, item: &Item, slot: usize) {
        if item.named {
            self.call(&item.name, slot);
        } else if let Self::Rows(rows) = self {
            rows.unnamed.push((item.expression.clone(), slot));
        }
    }

    pub(super) fn is_timestamp(&self, slot: usize) -> bool {
        match self {
            Self::Events(events) => events.own.contains(&(Own::Timestamp, slot)),
            Self::Rows(_) => false,
        }
    }
}

/// What names stand for in events.
#[derive(Default)]
pub(super) struct Events {
    pub(super) own: Vec<(Own, usize)>,
    /// The fields to be discovered, and their slots.
    pub(super) wanted: Vec<(String, usize)>,
    names: HashMap<String, usize>,
    pub(super) width: usize,
}

impl Names for Events {
    fn whole(&mut self, _: &Lexer<'_>, _: &Expression) -> Compiled<Option<Expr>> {
        Ok(None)
    }

    fn field(&mut self, lexer: &Lexer<'_>, name: &str, at: Span) -> Compiled<usize> {
        if let Some(slot) = self.names.get(name) {
            return Ok(*slot);
        }
        if name == "@ptr" {
            return Err(lexer.malformed(
                at,
                "`@ptr` comes with every event, but nothing can be asked about it",
            ));
        }
        let slot = self.width;
        if let Some((_, own)) = Own::ALL.iter().find(|(own, _)| *own == name) {
            self.own.push((*own, slot));
        } else {
            let plain = !name.starts_with('@') || name.starts_with("@@");
            if !plain && !discover::is_generated(name) {
                return Err(no_such(lexer, name, at));
            }
            self.wanted.push((name.to_owned(), slot));
        }
        self.width += 1;
        self.names.insert(name.to_owned(), slot);
        Ok(slot)
    }
}

/// A name that begins with `@` is the service's, and these are all that it generates.
fn no_such(lexer: &Lexer<'_>, name: &str, at: Span) -> Malformed {
    let own = Own::ALL.iter().map(|(name, _)| *name);
    let meant = nearest(name, own.chain(discover::generated().iter().copied()))
        .map(|meant| format!("; did you mean `{meant}`?"))
        .unwrap_or_default();
    lexer.malformed(at, format!("there is no generated field `{name}`{meant}"))
}

/// What names stand for in the rows that `stats` made.
#[derive(Default)]
pub(super) struct Rows {
    pub(super) names: HashMap<String, usize>,
    /// Columns without a name of their own are known by their expression.
    pub(super) unnamed: Vec<(Expression, usize)>,
    pub(super) width: usize,
}

impl Rows {
    /// The slot of a column that was not named.
    pub(super) fn unnamed(&self, expression: &Expression) -> Option<usize> {
        let found = self.unnamed.iter().find(|(column, _)| column == expression);
        found.map(|(_, slot)| *slot)
    }

    pub(super) fn undefined(&self, lexer: &Lexer<'_>, name: &str, at: Span) -> Malformed {
        let mut known: Vec<&str> = self.names.keys().map(String::as_str).collect();
        known.sort_unstable();
        let meant = nearest(name, known)
            .map(|meant| format!("; did you mean `{meant}`?"))
            .unwrap_or_default();
        lexer.malformed(
            at,
            format!("`{name}` is not known here: after `stats`, only the fields that it defines are there{meant}"),
        )
    }
}

impl Names for Rows {
    fn whole(&mut self, _: &Lexer<'_>, expression: &Expression) -> Compiled<Option<Expr>> {
        Ok(self.unnamed(expression).map(Expr::Slot))
    }

    fn field(&mut self, lexer: &Lexer<'_>, name: &str, at: Span) -> Compiled<usize> {
        match self.names.get(name) {
            Some(slot) => Ok(*slot),
            None => Err(self.undefined(lexer, name, at)),
        }
    }
}
