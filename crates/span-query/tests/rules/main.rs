//! The rules of the crate's front page, one case a rule. One binary, so that one link is enough.

mod asking;
mod calculations;
mod columns;
mod filters;
mod properties;
mod rejections;
mod tables;
mod writing;
