//! The query page: a question over spans, segments or log events, and what it gives.
//!
//! `address` is what is asked, as typed, and links to it; its parts are read by `terms`, `where_text`, `when` and `selected`,
//! and put together by `specification`.
//! What an answer looks like is `drawings`, with `line_chart`, `heatmap`, `bubble_up`, `table` and `examples`.

mod address;
mod bands;
mod bubble_up;
mod distribution;
#[cfg(test)]
mod drawing_tests;
mod drawings;
mod examples;
mod faults;
mod heatmap;
mod line_chart;
mod lines;
#[cfg(test)]
mod sample_answers;
mod selected;
mod specification;
mod table;
mod terms;
mod when;
mod where_text;
