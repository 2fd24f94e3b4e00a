//! The rules of traces, summaries, filters and graphs, one case a rule. One binary, so that one link is enough.

mod assembling;
mod causes;
mod documents;
mod filter_cases;
mod filter_errors;
mod filters;
mod graphs;
mod properties;
mod series;
mod summaries;
mod traces;
