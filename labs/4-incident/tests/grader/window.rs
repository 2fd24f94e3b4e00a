//! Question 1: in which minutes the release made home feeds slow.

use incident::answer::{Time, TimeWindow};
use incident_recording::{START, Span};
use span_snapshot::verdict;

use super::{Hour, clock, counted, hour, minute, seconds};

/// Fails unless the window begins with the first minute that has a slow home feed, and ends behind the last.
pub(crate) fn check(answer: TimeWindow) {
    let hour = hour();
    let TimeWindow { from, until } = answer;
    let (from, until) = (second(from), second(until));
    if from >= until || from < START || until > START + 3600 {
        verdict(
            "no-window",
            &format!(
                "from {} until {} is no part of the recorded hour",
                minute(from),
                minute(until)
            ),
            "`from` is the first minute that is in the window, `until` the first that is no longer in it; both are UTC, from 14:00 to 15:00",
        );
    }
    let wanted = hour.truth().release.window;
    if until <= wanted.start || wanted.end <= from {
        other_trouble(hour, from, until);
    }
    if from < wanted.start {
        quiet(
            "begins-too-early",
            hour,
            from,
            "the first minute of your window",
        );
    }
    if from > wanted.start {
        slow(
            "begins-too-late",
            hour,
            from - 60,
            "one minute before your window",
        );
    }
    if until > wanted.end {
        quiet(
            "ends-too-late",
            hour,
            until - 60,
            "the last minute of your window",
        );
    }
    if until < wanted.end {
        slow(
            "ends-too-early",
            hour,
            until,
            "the first minute that is no longer in your window",
        );
    }
}

/// Seconds since the Unix epoch, of a time on the recorded day.
fn second(time: Time) -> u64 {
    let midnight = START - START % 86_400;
    midnight + u64::from(time.hour) * 3600 + u64::from(time.minute) * 60
}

/// The home feeds of these seconds, the slowest first.
fn feeds(hour: &Hour, from: u64, until: u64) -> Vec<&Span> {
    let within = |feed: &&Span| (from..until).contains(&(feed.start / 1_000_000_000));
    let mut feeds: Vec<&Span> = hour.home_feeds().filter(within).collect();
    feeds.sort_by_key(|feed| std::cmp::Reverse(feed.end - feed.start));
    feeds
}

/// What a home feed's time went into, when it was not its own queries.
fn waited(hour: &Hour, feed: &Span) -> String {
    let queries = hour.queries(feed);
    format!("{} with {}", seconds(feed), counted(queries, "query"))
}

fn other_trouble(hour: &Hour, from: u64, until: u64) -> ! {
    let feeds = feeds(hour, from, until);
    let seen = match feeds.first() {
        Some(slowest) => format!(
            "; the slowest of {} took {}: trace {}",
            counted(feeds.len(), "home feed"),
            waited(hour, slowest),
            slowest.trace_id
        ),
        None => String::new(),
    };
    verdict(
        "other-trouble",
        &format!(
            "from {} until {} no home feed asked the database more often than at other times{seen}",
            minute(from),
            minute(until)
        ),
        "there is more than one trouble in this hour; draw the heatmap of the home feeds alone, and look for the minutes in which a second band stands above the first",
    )
}

/// Fails with a minute in which nothing was wrong.
fn quiet(cause: &str, hour: &Hour, from: u64, which: &str) -> ! {
    let feeds = feeds(hour, from, from + 60);
    let seen = match feeds.first() {
        Some(slowest) => format!(
            "the slowest of {} took {}: trace {}",
            counted(feeds.len(), "home feed"),
            waited(hour, slowest),
            slowest.trace_id
        ),
        None => "there was no home feed".to_owned(),
    };
    verdict(
        cause,
        &format!("at {}, {which}, {seen}", minute(from)),
        "take a minute into the window only if it has a home feed of the second band",
    )
}

/// Fails with a slow home feed in this minute, or in the nearest one inside.
fn slow(cause: &str, hour: &Hour, from: u64, which: &str) -> ! {
    let feeds = feeds(hour, from, from + 60);
    let slow: Vec<&&Span> = feeds
        .iter()
        .filter(|feed| hour.is_slow_feed(feed))
        .collect();
    let seen = match slow.iter().min_by_key(|feed| feed.start) {
        Some(first) => format!(
            "{} took long; the first at {}, {}: trace {}",
            counted(slow.len(), "home feed"),
            clock(first.start),
            waited(hour, first),
            first.trace_id
        ),
        None => "there is still more of it on the other side".to_owned(),
    };
    verdict(
        cause,
        &format!("at {}, {which}, {seen}", minute(from)),
        "zoom in: a minute belongs to the window as soon as one home feed of the second band is in it",
    )
}
