//! Queries over many spans: what is asked is `span-query`'s, where columns are stored is their owner's.
//! What lives here is rows column by column, and the answers over them.

mod answer;
mod block;
mod block_builder;
mod bubble_up;
mod column;
mod condition;
mod examples;
mod groups;
mod matches;
mod passed;
mod plan;
mod relations;
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
