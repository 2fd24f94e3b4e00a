//! The graders of lab 2.
