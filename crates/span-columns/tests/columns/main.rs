//! What holds for any rows: as columns, as bytes, and as answers.

mod answers;
mod encoding;
mod examples;
mod relations;
mod rows;
