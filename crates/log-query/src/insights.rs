//! CloudWatch Logs Insights: queries understood and run over events that are pushed into them.
//! Storing events, time ranges and the states of a query are for others.
//!
//! The language is the one of the service's documentation
//! (<https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax.html>).
//! What is not supported is refused by name ([`Malformed`]): the commands `pattern`, `diff`, `anomaly`, `unnest`, `unmask`, `lookup`, `join`,
//! `filterIndex` and `SOURCE`, `parse` with `logfmt` or `csv`, `limit any`, `offset`, subqueries, JSON and time-series functions.
//!
//! What the documentation leaves open is decided so:
//!
//! - A field that an event has not is absent. It is equal to nothing, like nothing and in nothing;
//!   `!=`, `not like` and `not in` are the opposites, so they hold. Calculations with it are absent.
//! - Values compare as numbers if both are or look like numbers; texts by code point. A number and a text that is none are not equal,
//!   and neither is less. Booleans are 1 and 0.
//! - Numbers of events are printed as they are, calculated ones with four decimals at most, neither with trailing zeros;
//!   timestamps as `2026-01-01 12:00:00.000`. Integers beyond 2^53 keep their digits.
//! - JSON fields are discovered in messages that are one whole JSON object. A field of which the name begins with `@` has one `@` more.
//! - Without `fields`, `display` or `stats`, rows have `@timestamp`, `@message` and what `parse` took out.
//! - Without `sort`, events come newest first, and groups in the order of what is behind `by`: timestamps newest first, all else ascending.
//!   Absent values come last in any order.
//! - `stats` over no events has no rows. Percentiles are nearest ranks; `stddev` is that of all values, not of a sample.
//!
//! Memory is bounded. Sorting keeps no more rows than are asked for (and twice as many for a while).
//! `count_distinct` and `pct` are exact up to 4,096 values a group; then the first has a standard error of 1.6 %, and the second is off by 0.5 % at most.
//! A query that needs more than [`MAX_GROUPS`] groups or [`MAX_BYTES`] fails ([`Results::failure`]).

mod aggregate;
mod collect;
mod compile;
mod discover;
mod evaluate;
mod extract;
mod function;
mod group;
mod lexer;
mod natural;
mod nearest;
mod parse;
mod period;
mod plan;
mod run;
mod step;
mod syntax;
mod value;

use std::{
    fmt::{self, Display, Formatter},
    sync::Arc,
};

use crate::Event;
use plan::{Own, Plan};
pub use run::Run;

/// How many characters a query may have.
pub const MAX_CHARACTERS: usize = 10_000;
/// How many rows a query gives without `limit`, and how many `limit` may ask for.
///
/// The service's documentation speaks of 100,000 since 2026, but `StartQuery` and `GetQueryResults` still take and give no more than these.
pub const MAX_LIMIT: usize = 10_000;
/// How many groups `stats` may make.
pub const MAX_GROUPS: usize = 100_000;
/// How much the rows or groups of a run may take, in bytes (about).
pub const MAX_BYTES: usize = 64 << 20;
/// How much a run's results may take when they are put together, names included, in bytes (about).
pub const MAX_RESULT_BYTES: usize = 2 * MAX_BYTES;
/// How much may be calculated of one event, in bytes.
pub const MAX_RECORD_BYTES: usize = 16 << 20;
/// How deeply expressions may be inside each other.
const MAX_DEPTH: usize = 50;

/// A query that was understood.
#[derive(Clone)]
pub struct Query(Arc<Plan>);

/// In which order a query would like events.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Wants {
    /// By descending timestamp, equal ones by descending [`Event::id`]: then [`Run::push`] can tell early that it has seen enough.
    NewestFirst,
    /// Whatever is cheapest.
    AnyOrder,
}

/// Why a query was not understood. The places are the `location` of the service's `QueryCompileError`.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{message}")]
pub struct Malformed {
    /// What is wrong, and what would be right.
    pub message: String,
    /// Where it begins: how many characters are before it.
    pub start: usize,
    /// Where it ends: how many characters are before what comes after it.
    pub end: usize,
}

impl Query {
    /// Understands a query.
    ///
    /// # Errors
    ///
    /// It is not one, or asks for something that is not supported.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        let commands = parse::parse(text)?;
        let plan = compile::compile(text, &commands)?;
        Ok(Self(Arc::new(plan)))
    }

    /// In which order it would like its events.
    pub fn wants(&self) -> Wants {
        match self.0.gather.wanted() {
            Some(wanted) if wanted.is_for_newest() => Wants::NewestFirst,
            _ => Wants::AnyOrder,
        }
    }

    /// Begins a run now.
    pub fn start(&self) -> Run {
        let since_epoch = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        let now = since_epoch.map_or(0, |time| {
            i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
        });
        self.start_at(now)
    }

    /// Begins a run at a time, in milliseconds since the Unix epoch: what `now()` goes by.
    pub fn start_at(&self, now: i64) -> Run {
        Run::new(Arc::clone(&self.0), now)
    }
}

impl fmt::Debug for Query {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Query").finish_non_exhaustive()
    }
}

impl fmt::Debug for Run {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Run").finish_non_exhaustive()
    }
}

/// What came of a query.
#[derive(Clone, Debug, PartialEq)]
pub struct Results {
    /// In order.
    pub rows: Vec<Row>,
    /// What was read for it.
    pub statistics: Statistics,
    /// Why the query failed, if it did: it needed more memory than a run may take. There are no rows then.
    pub failure: Option<String>,
}

/// A row of a query's results.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// The event that it shows; `None` if `stats` made it.
    /// The service gives `@ptr` with the former and not with the latter.
    pub id: Option<u64>,
    /// Names and printed values, in the order in which they are shown; what is absent is left out.
    /// `@ptr` is left to the caller. A row of `stats` begins with what is behind `by`.
    pub fields: Vec<(String, String)>,
}

/// What a query has read.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Statistics {
    /// Events that passed the filters.
    pub records_matched: f64,
    /// Events that were looked at.
    pub records_scanned: f64,
    /// The bytes of their messages.
    pub bytes_scanned: f64,
}

/// Why a run can't go on.
#[derive(Clone, Copy, Debug)]
enum Failure {
    TooManyGroups,
    /// More than so many bytes.
    TooLarge(usize),
    RecordTooLarge,
}

impl Display for Failure {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooManyGroups => write!(
                f,
                "`stats` makes more than {MAX_GROUPS} groups: group by fewer fields or larger bins, or filter first"
            ),
            Self::TooLarge(most) => write!(
                f,
                "the results take more than {} MiB: ask for fewer rows or fields",
                most >> 20
            ),
            Self::RecordTooLarge => write!(
                f,
                "what is calculated of one event takes more than {} MiB: calculate fewer fields, or shorter ones",
                MAX_RECORD_BYTES >> 20
            ),
        }
    }
}

/// What a field that is discovered in a message holds.
#[derive(Clone, Debug, PartialEq)]
pub enum Found {
    /// `true` or `false` in JSON.
    Bool(bool),
    /// A number as it stands in the message.
    Number(f64),
    /// Anything else.
    Text(String),
}

/// The fields that are discovered in a message, with their values' types: the first 1,000 by name.
pub fn discovered(message: &str, see: &mut dyn FnMut(String, Found)) {
    discover::fields(message, &mut |name, value| {
        let found = match value {
            value::Value::Bool(flag) => Found::Bool(flag),
            value::Value::Number(number) => Found::Number(number),
            other => {
                let mut printed = String::new();
                other.print(&mut printed);
                Found::Text(printed)
            }
        };
        see(name, found);
    });
}

/// Every field of an event with its printed value: what the service generates, then what is discovered in the message,
/// the first 1,000 fields of it by name.
pub fn fields_of(event: &Event<'_>) -> Vec<(String, String)> {
    let mut fields = Vec::new();
    for (name, own) in Own::ALL {
        let mut printed = String::new();
        own.of(event).print(&mut printed);
        fields.push(((*name).to_owned(), printed));
    }
    discover::fields(event.message, &mut |name, value| {
        let mut printed = String::new();
        value.print(&mut printed);
        fields.push((name, printed));
    });
    fields
}
