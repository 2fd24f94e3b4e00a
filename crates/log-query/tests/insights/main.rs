//! The rules of Logs Insights queries, as cases. Filter patterns are not here.

mod cases;
mod commands;
