//! Queries over many spans: what is asked is `span-query`'s, where columns are stored is their owner's.
//! What lives here is rows column by column, and the answers over them.
//!
//! # What is drawn over time
//!
//! The rules of a query are `span-query`'s; these are those of what only this crate answers, *(ours)* where Honeycomb's documentation is silent.
//!
//! **Steps** are as long as `granularity` says, but no more than 1,000 of them (and one where the time begins in the middle of a step).
//! Without it they are of 1, 2, 5, 10, 15, 30 seconds, minutes and so on, up to 120 of them *(ours)*.
//! They begin at multiples of their length, and go over the time asked for; where that is open, as far as rows go *(ours)*.
//! A row counts in the step in which its span began. A series has a line for each of the first 50 groups of the table *(ours)*.
//!
//! **`CONCURRENCY`** is how many spans are open at once, on average over a step: a span that is open for half of it counts one half.
//! Spans that began in the hour before the time asked for and are still open in it count too *(ours)*; they are no rows of the answer otherwise.
//! In the table it is the average over all of the time asked for *(ours)*.
//!
//! **`RATE_AVG`, `RATE_SUM`, `RATE_MAX`** are how much `AVG`, `SUM`, `MAX` change from one step to the next: per step, not per second.
//! A step without a value is passed over *(ours)*; in the table it is the mean of the changes *(ours)*.
//!
//! **`HEATMAP`** counts spans in bands with round edges *(ours)*: of equal steps, or of equal ratios where no value is below zero
//! and those above it span more than two orders of magnitude. Zero is then in a first band of its own,
//! with what is more than eight orders of magnitude below the greatest.
//!
//! **BubbleUp** compares shares of spans, inside a box and outside, for each value of each column.
//! Numbers are values if there are no more than 20 different ones, else about 20 ranges that hold equally much of both sides together.
//! Columns come in the order of how far their distance is beyond that of two sides drawn by chance, since of a column with many values
//! no two samples are alike. Left out are columns that are the same on both sides, IDs (more than 20 different texts, which are on fewer
//! than two rows on average, or more than 50,000), and unnamed the column that the box was drawn by and trace, span and parent IDs.

mod answer;
mod append;
mod block;
mod block_builder;
mod bubble_up;
mod column;
mod condition;
mod examples;
mod groups;
mod heatmap;
mod matches;
mod passed;
mod plan;
mod relations;
mod series;
mod sieve;
mod source;
mod table;
mod tally;
mod value_ref;
mod values;

pub use answer::{Answer, Example, Field, Heatmap, Scale, Series, SeriesGroup};
pub use block::{Block, MAX_ROWS, NO_TIME, Part};
pub use block_builder::{BlockBuilder, Full, Head, MAX_TEXT};
pub use bubble_up::{BubbleUp, Difference, Selection, Share};
pub use column::{Column, DecodeError};
pub use plan::Plan;
pub use source::{Source, Wanted};
pub use value_ref::ValueRef;
