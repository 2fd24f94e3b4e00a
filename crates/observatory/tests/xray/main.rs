//! X-Ray's half of the observatory, tested at its boundaries: what its API and the daemon's port are sent and answer,
//! and what its file holds.

mod asked;
mod bad;
mod daemon;
mod documents;
mod graphs;
mod process;
mod running;
mod signature;
mod summaries;
mod traces;
mod upgrade;
mod views;
