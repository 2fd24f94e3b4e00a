//! For any events: every batch is legal, nothing is lost, nothing is moved without need, and no batch is smaller than it must be.

use cloudwatch_layer::{LogEvent, Oversize, batches};
use proptest::{prelude::*, test_runner::RngSeed};

use crate::{DAY, LARGEST_MESSAGE, legal};

/// The same cases each time.
fn config(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(3),
        ..ProptestConfig::default()
    }
}

fn times() -> impl Strategy<Value = i64> {
    prop_oneof![
        4 => 0..5_i64,
        4 => (DAY - 2)..(DAY + 3),
        2 => (2 * DAY - 2)..(2 * DAY + 3),
        1 => Just(-1),
        1 => Just(i64::MIN),
        1 => Just(i64::MAX),
        1 => any::<i64>(),
    ]
}

/// Bytes of a message, often such that a few of them fill a batch exactly.
fn sizes() -> impl Strategy<Value = usize> {
    prop_oneof![
        6 => 0..100_usize,
        2 => Just(1_048_576 / 2 - 26),
        1 => Just(1_048_576 / 2 - 25),
        2 => Just(1_048_576 / 4 - 26),
        1 => Just(LARGEST_MESSAGE),
        1 => (LARGEST_MESSAGE - 3)..(LARGEST_MESSAGE + 60),
        1 => Just(2 * LARGEST_MESSAGE + 1),
    ]
}

/// A message of about `bytes` bytes, some of whose characters have two.
fn message(number: usize, bytes: usize) -> String {
    let mut message = format!("{number} ");
    message.truncate(bytes);
    message.extend(std::iter::repeat_n(
        'é',
        bytes.saturating_sub(message.len()) / 2,
    ));
    message.extend(std::iter::repeat_n(
        'x',
        bytes.saturating_sub(message.len()),
    ));
    message
}

fn events(most: usize) -> impl Strategy<Value = Vec<LogEvent>> {
    prop::collection::vec((times(), sizes()), 0..most).prop_map(|events| {
        events
            .into_iter()
            .enumerate()
            .map(|(number, (time, bytes))| LogEvent::new(time, message(number, bytes)))
            .collect()
    })
}

/// All that must hold of any batches of `events`.
fn check(events: &[LogEvent], oversize: Oversize) -> Result<(), TestCaseError> {
    let batches = batches(events.to_vec(), oversize);
    for batch in &batches {
        legal(batch).map_err(TestCaseError::fail)?;
    }
    for pair in batches.windows(2) {
        let mut more = pair[0].clone();
        more.push(pair[1][0].clone());
        prop_assert!(legal(&more).is_err(), "a batch was ended without need");
    }
    // In order of time, and those of one time as they came.
    let mut wanted: Vec<&LogEvent> = events.iter().collect();
    wanted.sort_by_key(|event| event.timestamp.max(0));
    let mut sent = batches.iter().flatten();
    for event in wanted {
        let mut rest: &str = if event.message.is_empty() {
            " "
        } else {
            &event.message
        };
        let whole = rest.len();
        while !rest.is_empty() {
            let part = sent.next();
            prop_assert!(part.is_some(), "an event is missing");
            let part = part.unwrap();
            prop_assert_eq!(part.timestamp, event.timestamp.max(0));
            if whole > LARGEST_MESSAGE && oversize == Oversize::Truncate {
                let mark = format!("…[truncated from {whole} bytes]");
                let kept = part.message.strip_suffix(&mark);
                prop_assert!(kept.is_some_and(|kept| rest.starts_with(kept)));
                prop_assert!(part.message.len() > LARGEST_MESSAGE - 2);
                rest = "";
            } else {
                let tail = rest.strip_prefix(part.message.as_str());
                prop_assert!(tail.is_some(), "not what was to be sent");
                rest = tail.unwrap();
                // A part is as long as it can be.
                prop_assert!(rest.is_empty() || part.message.len() > LARGEST_MESSAGE - 2);
            }
        }
    }
    prop_assert!(sent.next().is_none(), "more events than there were");
    Ok(())
}

proptest! {
    #![proptest_config(config(32))]

    #[test]
    fn of_any_size_and_time_truncated(events in events(24)) {
        check(&events, Oversize::Truncate)?;
    }

    #[test]
    fn of_any_size_and_time_split(events in events(24)) {
        check(&events, Oversize::Split)?;
    }
}

proptest! {
    #![proptest_config(config(16))]

    #[test]
    fn of_any_number(
        count in prop_oneof![Just(10_000), Just(10_001), Just(20_000), 0..25_000_usize],
        step in prop_oneof![Just(0), Just(1), Just(-1), Just(8_640), Just(8_641)],
        bytes in prop_oneof![Just(1_usize), Just(79), Just(80), 1..300_usize],
    ) {
        let events: Vec<LogEvent> = (0..count)
            .map(|number| LogEvent::new((number as i64 - 20) * step, message(number, bytes)))
            .collect();
        check(&events, Oversize::Truncate)?;
    }
}
