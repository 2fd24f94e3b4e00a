//! The graders of lab 4: one test for each question. What they share is in `grader`.
//!
//! Each asks the recorded hour what is true, and what the answer says; none looks at how the answer is written.

#[path = "grader/mod.rs"]
mod grader;

use prelinked as _; // links what it holds dynamically: a save links only the lab

use grader::{fallbacks, gave_up, request, slow_feeds, throttled, window};

/// The window has every minute with a slow home feed at its ends, and none before or behind.
#[test]
fn step_1_when() {
    window::check(incident::slow_home_feeds());
}

/// The attribute is that of all slow home feeds and of no other one as long; the query finds exactly their traces.
#[test]
fn step_2_what_they_share() {
    slow_feeds::check(incident::slow_home_feeds_share());
}

/// The attribute is that of all requests that gave up; the query finds exactly their traces.
#[test]
fn step_3_who_waits() {
    gave_up::check(incident::who_waits());
}

/// The filter expression finds exactly the traces in which the dependency said no.
#[test]
fn step_4_not_now() {
    throttled::check(incident::throttled());
}

/// The query counts what fell back, minute by minute, and nothing else.
#[test]
fn step_5_how_often() {
    fallbacks::check(incident::fallbacks_per_minute());
}

/// The trace met all three; the segment and the log event are those of its home feed.
#[test]
fn step_6_all_at_once() {
    request::check(incident::all_three());
}
