//! The pages of logs over HTTP, from a store in memory: events in by PutLogEvents, pages out; one module for each concern.

mod asking;
mod events;
mod hostile;
mod insights;
mod places;
mod trace;
