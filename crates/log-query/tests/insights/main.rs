//! The rules of Logs Insights queries, as cases. Filter patterns are not here.

mod cases;
mod commands;
mod discovery;
mod functions;
mod malformed;
mod operators;
mod properties;
mod running;
mod samples;
mod statistics;
