//! X-Ray's settings, tested at the API: groups, sampling rules and targets, tags, policies, encryption, telemetry.

mod asking;
mod fields;
mod groups;
mod keeping;
mod policies;
mod program;
mod rules;
mod tags;
mod targets;
mod the_rest;
