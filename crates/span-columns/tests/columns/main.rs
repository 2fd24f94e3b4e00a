//! What holds for any rows: as columns, as bytes, and as answers.

mod encoding;
mod rows;
