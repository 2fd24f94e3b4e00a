//! What holds for any rows: as columns, as bytes, and as answers.

mod answers;
mod bounds;
mod bubble_up;
mod encoding;
mod examples;
mod over_time;
mod relations;
mod rows;
