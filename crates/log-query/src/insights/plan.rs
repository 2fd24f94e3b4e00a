//! A query made ready to run: names are numbers of places in a record, patterns are compiled.

use super::{
    function::{Aggregate, Function},
    period::Period,
    syntax::{Comparison, Extraction, Matcher, Operator},
    value::Value,
};

/// All that a run has to know. A *record* is the values of one event or row, by *slot*.
pub(super) struct Plan {
    /// What of the event itself goes into which slot.
    pub(super) own: Vec<(Own, usize)>,
    /// The fields to look for in the message, by name, and their slots; sorted by name.
    pub(super) wanted: Vec<(String, usize)>,
    /// How many slots an event's record has.
    pub(super) width: usize,
    pub(super) steps: Vec<Step>,
    pub(super) gather: Gather,
    /// What happens to the rows that were gathered.
    pub(super) after: Vec<After>,
    /// The columns of the results, and their slots.
    pub(super) columns: Vec<(String, usize)>,
}

/// What an event has beside what is in its message.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Own {
    Timestamp,
    IngestionTime,
    Message,
    LogStream,
    Log,
}

impl Own {
    pub(super) const ALL: &[(&str, Self)] = &[
        ("@timestamp", Self::Timestamp),
        ("@ingestionTime", Self::IngestionTime),
        ("@message", Self::Message),
        ("@logStream", Self::LogStream),
        ("@log", Self::Log),
    ];
}

/// What happens to each record.
pub(super) enum Step {
    /// The wanted fields are looked for in the message. Done as late as possible: often no event comes so far.
    Discover,
    Filter(Expr),
    Compute(Expr, usize),
    Extract {
        from: usize,
        pattern: Extraction,
        /// A slot for each name of the pattern.
        into: Vec<usize>,
    },
}

/// How records become rows.
pub(super) enum Gather {
    Rows {
        order: Vec<Key>,
        /// Only the first with the same values in these slots.
        distinct: Vec<usize>,
        limit: usize,
        /// The slots that are needed later.
        kept: Vec<bool>,
    },
    Stats(Stats),
}

/// What happens to rows.
pub(super) enum After {
    Step(Step),
    Sort(Vec<Key>),
    Limit(usize),
    Dedup(Vec<usize>),
    Stats(Stats),
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Key {
    pub(super) slot: usize,
    pub(super) descending: bool,
    /// Whether it is the event's own timestamp.
    pub(super) timestamp: bool,
}

/// Groups, and what is calculated of each. A group's row has its keys first.
pub(super) struct Stats {
    pub(super) keys: Vec<usize>,
    pub(super) aggregates: Vec<Calculation>,
    /// What is calculated from keys and aggregates.
    pub(super) then: Vec<Step>,
    /// How many slots a row has.
    pub(super) width: usize,
}

pub(super) struct Calculation {
    pub(super) aggregate: Aggregate,
    /// `None` for `count(*)`.
    pub(super) of: Option<usize>,
    /// For percentiles, from 0 to 100.
    pub(super) percent: f64,
    /// Where the timestamp is that `earliest` and `latest` go by.
    pub(super) timestamp: Option<usize>,
    /// Where the result goes.
    pub(super) into: usize,
}

/// An expression over a record.
pub(super) enum Expr {
    Slot(usize),
    Constant(Value<'static>),
    Negate(Box<Self>),
    Not(Box<Self>),
    Chain(Box<Self>, Vec<(Operator, Self)>),
    Power(Box<Self>, Box<Self>),
    Compare(Box<Self>, Comparison, Box<Self>),
    Like(Box<Self>, Matcher),
    In(Box<Self>, Vec<Self>),
    And(Vec<Self>),
    Or(Vec<Self>),
    Floor(Box<Self>, Period),
    Ceil(Box<Self>, Period),
    Call(Function, Vec<Self>),
}

impl Expr {
    /// Every slot that it reads.
    pub(super) fn slots(&self, see: &mut dyn FnMut(usize)) {
        match self {
            Self::Slot(slot) => see(*slot),
            Self::Constant(_) => {}
            Self::Negate(one)
            | Self::Not(one)
            | Self::Like(one, _)
            | Self::Floor(one, _)
            | Self::Ceil(one, _) => one.slots(see),
            Self::Power(one, other) | Self::Compare(one, _, other) => {
                one.slots(see);
                other.slots(see);
            }
            Self::Chain(first, rest) => {
                first.slots(see);
                rest.iter().for_each(|(_, one)| one.slots(see));
            }
            Self::In(one, all) => {
                one.slots(see);
                all.iter().for_each(|one| one.slots(see));
            }
            Self::And(all) | Self::Or(all) | Self::Call(_, all) => {
                all.iter().for_each(|one| one.slots(see));
            }
        }
    }
}

impl Step {
    /// Every slot that it reads.
    pub(super) fn slots(&self, see: &mut dyn FnMut(usize)) {
        match self {
            Self::Discover => {}
            Self::Filter(expr) | Self::Compute(expr, _) => expr.slots(see),
            Self::Extract { from, .. } => see(*from),
        }
    }
}

impl Stats {
    /// Every slot of the records that it reads.
    pub(super) fn slots(&self, see: &mut dyn FnMut(usize)) {
        self.keys.iter().for_each(|slot| see(*slot));
        for calculation in &self.aggregates {
            calculation.of.into_iter().for_each(&mut *see);
            calculation.timestamp.into_iter().for_each(&mut *see);
        }
    }
}

impl After {
    /// Every slot of the rows that it reads.
    pub(super) fn slots(&self, see: &mut dyn FnMut(usize)) {
        match self {
            Self::Step(step) => step.slots(see),
            Self::Sort(keys) => keys.iter().for_each(|key| see(key.slot)),
            Self::Limit(_) => {}
            Self::Dedup(slots) => slots.iter().for_each(|slot| see(*slot)),
            Self::Stats(stats) => stats.slots(see),
        }
    }
}
