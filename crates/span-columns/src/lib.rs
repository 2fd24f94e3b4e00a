//! Queries over many spans: what is asked is `span-query`'s, where columns are stored is their owner's.
//! What lives here is the shape of an answer.

mod answer;
mod bubble_up;

pub use answer::{Answer, Example, Field, Heatmap, Scale, Series, SeriesGroup};
pub use bubble_up::{BubbleUp, Difference, Selection, Share};
