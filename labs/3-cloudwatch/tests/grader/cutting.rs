//! Events at the edge of each limit, and the batches that they are cut into.

use std::collections::BTreeMap;

use cloudwatch::{
    batches::{LONGEST, MOST_BYTES, MOST_EVENTS, OVERHEAD, batches},
    group::GROUP,
    sink::CloudWatchSink,
};
use cloudwatch_layer::{LogEvent, Sink};
use span_snapshot::{LogsApi, verdict};

use super::{NoTime, client};
use crate::application::block_on;

/// 2026-01-01T12:00:00Z, in milliseconds.
const NOON: i64 = 1_767_268_800_000;

/// Events that fill a batch to the last byte, and the bytes of each message.
const FULL: usize = 1024;
const EACH: usize = MOST_BYTES / FULL - OVERHEAD;

/// Fails unless each case is cut as the service wants it, into as few batches as that needs.
pub(crate) fn check() {
    let at = |time: i64, message: &str| LogEvent::new(NOON + time, message);
    let many = |count: usize, message: &str| -> Vec<LogEvent> {
        let event = |number| LogEvent::new(NOON + number as i64, message);
        (0..count).map(event).collect()
    };
    let filled = |last: String, fill: &str| -> Vec<LogEvent> {
        let mut events = many(FULL, fill);
        events[FULL - 1].message = last;
        events
    };
    let (ascii, accents) = ("a".repeat(EACH), "é".repeat(EACH / 2));

    case("10,000 events", many(MOST_EVENTS, "a"), &[MOST_EVENTS]);
    case(
        "10,001 events",
        many(MOST_EVENTS + 1, "a"),
        &[MOST_EVENTS, 1],
    );
    let mut shuffled = many(200, "a");
    shuffled.reverse();
    shuffled.swap(20, 120);
    case("events that were logged out of order", shuffled, &[200]);
    case(
        "two and a half times the bytes of a batch",
        many(2 * FULL + FULL / 2, &ascii),
        &[FULL, FULL, FULL / 2],
    );
    case(
        "events that are full to the last byte: with 26 for each, 1,048,576",
        filled(ascii.clone(), &ascii),
        &[FULL],
    );
    case(
        "events with one byte too much: with 26 for each, 1,048,577",
        filled(format!("{ascii}a"), &ascii),
        &[FULL - 1, 1],
    );
    case(
        "events with accents, of two bytes each",
        filled(format!("{accents}é"), &accents),
        &[FULL - 1, 1],
    );
    case(
        "two events 24 hours apart",
        vec![at(0, "a"), at(LONGEST, "b")],
        &[2],
    );
    case(
        "two events 24 hours and a millisecond apart",
        vec![at(0, "a"), at(LONGEST + 1, "b")],
        &[1, 1],
    );
    case(
        "five events, 12 hours from each to the next",
        (0..5).map(|half| at(half * LONGEST / 2, "a")).collect(),
        &[3, 2],
    );
    // Their texts are in no order, so that nobody gets the right one by them.
    let same = (0..50).map(|number| at(i64::from(number) / 10, &(100 - number).to_string()));
    case("ten events in each millisecond", same.collect(), &[50]);
    // So few that are sorted already are left alone by a sort that is not stable, too.
    let mixed = (0..1200).map(|number| at(number * 7 % 5, &(number * 11 % 1200).to_string()));
    case(
        "1,200 events in five milliseconds, those of each among the others",
        mixed.collect(),
        &[1200],
    );
    case("no events", Vec::new(), &[]);

    sent(many(MOST_EVENTS + 1, "a"));
}

/// Cuts `events`; the batches have to be legal, complete, and not more than `wanted` (their sizes).
fn case(what: &str, events: Vec<LogEvent>, wanted: &[usize]) {
    let cut = batches(events.clone());
    check_complete(what, &events, &cut);
    for batch in &cut {
        check_legal(what, batch);
    }
    check_order(what, &events, &cut);
    if cut.len() > wanted.len() {
        let mut sizes: Vec<String> = cut.iter().map(|batch| batch.len().to_string()).collect();
        if sizes.len() > 10 {
            let more = sizes.len() - 8;
            sizes.truncate(8);
            sizes.push(format!("and {more} more"));
        }
        let sizes = sizes.join(", ");
        verdict(
            "needless-batch",
            &format!(
                "{what}: there are batches of [{sizes}] events; batches of {wanted:?} would do"
            ),
            "begin a new batch only when the next event does not fit: at the limit it still does, so compare with `<=`, and count the bytes and the time of each batch anew",
        );
    }
}

fn check_complete(what: &str, events: &[LogEvent], cut: &[Vec<LogEvent>]) {
    let mut left: BTreeMap<(i64, &str), i64> = BTreeMap::new();
    for event in events {
        *left.entry((event.timestamp, &event.message)).or_default() += 1;
    }
    for event in cut.iter().flatten() {
        *left.entry((event.timestamp, &event.message)).or_default() -= 1;
    }
    let lost: i64 = left.values().filter(|left| **left > 0).sum();
    if lost > 0 {
        verdict(
            "events-lost",
            &format!("{what}: {lost} of {} events are in no batch", events.len()),
            "each event belongs in a batch, the one that did not fit too: it is the first of the next batch. And the last batch is one as well",
        );
    }
    let added: i64 = left.values().filter(|left| **left < 0).sum();
    if added < 0 {
        verdict(
            "events-doubled",
            &format!(
                "{what}: {} events are in the batches that were not among those given, or are there twice",
                -added
            ),
            "each event belongs in one batch, as it was",
        );
    }
}

fn check_legal(what: &str, batch: &[LogEvent]) {
    let (Some(first), Some(last)) = (batch.first(), batch.last()) else {
        verdict(
            "empty-batch",
            &format!(
                "{what}: there is a batch without events, and the service refuses an empty call"
            ),
            "begin a batch with its first event",
        )
    };
    if let Some(pair) = batch
        .windows(2)
        .find(|pair| pair[0].timestamp > pair[1].timestamp)
    {
        verdict(
            "out-of-order",
            &format!(
                "{what}: in a batch, an event stands before one that is {} ms older",
                pair[0].timestamp - pair[1].timestamp
            ),
            "sort all events by their time before you cut: `events.sort_by_key(|event| event.timestamp)`",
        );
    }
    if batch.len() > MOST_EVENTS {
        verdict(
            "too-many-events",
            &format!(
                "{what}: a batch has {} events, and the service takes {MOST_EVENTS}",
                batch.len()
            ),
            "begin a new batch when the last one has `MOST_EVENTS`",
        );
    }
    let characters: usize = batch
        .iter()
        .map(|event| event.message.chars().count())
        .sum();
    let bytes: usize = batch.iter().map(|event| event.message.len()).sum();
    let overhead = OVERHEAD * batch.len();
    if bytes + overhead > MOST_BYTES {
        let (cause, help) = if bytes <= MOST_BYTES {
            (
                "overhead-forgotten",
                "the service adds 26 bytes to each event: `event.message.len() + OVERHEAD`",
            )
        } else if characters + overhead <= MOST_BYTES {
            (
                "characters-not-bytes",
                "the service counts the bytes of UTF-8: `message.len()`, not `message.chars().count()`",
            )
        } else {
            (
                "too-many-bytes",
                "begin a new batch when the next event would make it more than `MOST_BYTES`",
            )
        };
        // Accents with the overhead forgotten as well: characters are the mistake to tell of.
        let (cause, help) = if bytes <= MOST_BYTES
            && characters < bytes
            && characters + overhead <= MOST_BYTES
        {
            (
                "characters-not-bytes",
                "the service counts the bytes of UTF-8: `message.len()`, not `message.chars().count()`",
            )
        } else {
            (cause, help)
        };
        verdict(
            cause,
            &format!(
                "{what}: a batch has {bytes} bytes and {} events, which the service counts as {}; it takes {MOST_BYTES}",
                batch.len(),
                bytes + overhead
            ),
            help,
        );
    }
    if last.timestamp - first.timestamp > LONGEST {
        verdict(
            "span-too-long",
            &format!(
                "{what}: the last event of a batch is {} ms later than its first, and the service takes {LONGEST}",
                last.timestamp - first.timestamp
            ),
            "compare with the first event of the batch, not with the one before: `event.timestamp - batch[0].timestamp`",
        );
    }
}

/// Events of the same millisecond stay in the order in which they were logged.
fn check_order(what: &str, events: &[LogEvent], cut: &[Vec<LogEvent>]) {
    let mut sorted: Vec<&LogEvent> = events.iter().collect();
    sorted.sort_by_key(|event| event.timestamp);
    if !cut.iter().flatten().eq(sorted) {
        verdict(
            "reordered",
            &format!(
                "{what}: events are not in the order of time, or those of the same millisecond not in the order in which they were logged"
            ),
            "`sort_by_key` by the time alone is stable: it keeps the order of equals. `sort_unstable_by_key`, or sorting by the message too, does not",
        );
    }
}

/// Fails unless the sink sends what was cut.
fn sent(events: Vec<LogEvent>) {
    let api = LogsApi::start()
        .with_now(NOON)
        .with_stream(GROUP, "backend");
    let sink = CloudWatchSink::new(&client(&api.endpoint()), "backend", NoTime::new(&[0.0], 0));
    let count = events.len();
    block_on(sink.put(events));
    let calls = api.calls_of("PutLogEvents");
    let taken = api.events(GROUP, "backend").len();
    if taken != count {
        let refusal = calls.iter().find_map(|call| call.refusal.clone());
        let refusal = refusal.map_or("none was refused".to_owned(), |refusal| refusal.message);
        verdict(
            "batches-not-used",
            &format!(
                "the sink sent {count} events in {} calls, of which the service has {taken} ({refusal})",
                calls.len()
            ),
            "leave `put_all` as it was: it sends each batch that `batches` gives",
        );
    }
}
