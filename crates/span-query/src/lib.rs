//! Honeycomb's query specification over spans: calculations, filters, breakdowns, orders.
//! What lives here reads a query and answers it over rows; where rows come from, and who asks, does not.
//!
//! ```
//! use span_query::{Query, Row, field};
//!
//! let query: Query = r#"{
//!     "breakdowns": ["user.id"],
//!     "calculations": [{"op": "COUNT"}, {"op": "P95", "column": "duration_ms"}],
//!     "filters": [{"column": "span.kind", "op": "=", "value": "server"}],
//!     "orders": [{"op": "P95", "column": "duration_ms", "order": "descending"}]
//! }"#
//! .parse()?;
//! let rows = [Row::new()
//!     .with(field::SPAN_KIND, "server")
//!     .with(field::DURATION_MS, 12.5)
//!     .with("user.id", "andrewbrown")];
//! let table = query.run(&rows)?;
//! assert_eq!(table.columns, ["user.id", "COUNT", "P95(duration_ms)"]);
//! # Ok::<(), span_query::Error>(())
//! ```
//!
//! # The rules
//!
//! They follow Honeycomb's query specification; where that is silent, the rule chosen is marked *(ours)*.
//! What is not evaluated is rejected by name, with the place in the JSON and what would be possible there: never ignored.
//!
//! **Query.** Every key may be missing; without `calculations` there is one `COUNT`.
//! `limit` is 1 to 1,000, by default 100; a list holds at most 100 items.
//!
//! `granularity`, the seconds of a step of a series over time, is from a thousandth of the time asked for to all of it.
//!
//! **Time.** `start_time` and `end_time` are epoch seconds, the start inclusive and the end exclusive *(ours)*.
//! `time_range` is in seconds: after the start, before the end, or, with neither, before the time given to [`Query::run_at`].
//! Without any of them all rows count *(ours; Honeycomb takes the last two hours)*.
//! A row without a time is in no range.
//!
//! **Filters.** A filter compares the row's value with its own:
//!
//! | row's value | filter's value | compared |
//! |---|---|---|
//! | number | number | as numbers, exactly, whether integer or float |
//! | string | string | by its characters, case counting |
//! | string that reads as a number | number (or the other way round) | as numbers *(ours: a row has no column type)* |
//! | bool | bool, or `"true"`, `"false"` | equal or not; neither is greater |
//! | anything else, or absent | | not equal, not less, not greater |
//!
//! `starts-with`, `ends-with` and `contains` look at the value's text, that of a number or bool too *(ours)*.
//! So does `matches` *(ours)*: whether a regular expression is found in it, the text's beginning and end being `^` and `$`.
//! `!=`, `does-not-…` and `not-in` are true exactly when their positive is false, hence also for rows without the column.
//!
//! **Relations.** A column may be that of another span of the row's trace: `root.name` of the root, `parent.name` of the direct parent.
//! In filters there is also `any.name`: all filters with `any.` together ask for one span of the trace that passes them all,
//! or with `filter_combination` `OR` each for one of its own *(ours; Honeycomb then takes AND)*.
//! A span that is not stored has no values, and so passes negated filters only; but some span must be there for `any.`.
//! Of several roots the one that began first is the root, of those the one with the least ID; events and links are no spans *(ours)*.
//! A span that began more than an hour outside the time asked for counts as not stored *(ours)*.
//! An attribute whose own name begins like that is written with a backslash before it: `\root.name` *(ours)*.
//!
//! **Calculations.** Every calculation but `COUNT_DISTINCT`, `MIN` and `MAX` counts a row as often as its `sample_rate` says.
//! All but `COUNT` and `COUNT_DISTINCT` look at numbers only and skip other values; over no number at all they give null.
//! `COUNT_DISTINCT` counts the different values that are there.
//! `SUM` adds integers exactly, as far as they fit 64 bits.
//! `HEATMAP`, `CONCURRENCY` and `RATE_…` are read here and answered by `span-columns`: they are drawn over time.
//! A heatmap is no single value, and hence no column of the table, and nothing to order by.
//! A percentile is the exact nearest rank *(ours; Honeycomb estimates)*: the smallest number such that at least that share of all numbers is not greater.
//!
//! **Groups.** `breakdowns` make a group of each combination of values; an absent value is null and a group too.
//! A whole number in the answer is an integer, whatever it was in the rows *(ours)*.
//! Without breakdowns there is one group, even over no row.
//! `havings` keep groups by a calculation's result; `orders` sort them, ascending unless said otherwise.
//! Groups that are equal so far go by their breakdown values, false before true before numbers before strings, null last in both directions *(ours)*: the same rows give the same table.

mod calculate;
mod calculation;
mod column;
mod error;
pub mod field;
mod filter;
mod nearest;
mod parse;
mod query;
mod row;
mod run;
mod value;
mod write;

pub use calculation::{Calculation, Op};
pub use column::{Column, Relation};
pub use error::Error;
pub use filter::{Combination, Compare, FILTER_OPS, Filter, Test};
pub use nearest::nearest;
pub use query::{Having, Order, Query, Term, Time, UnknownColumn};
pub use row::Row;
pub use run::Table;
pub use value::Value;
