//! However events are put and however they are read, they come back once each in the order of their time, also while others arrive.

use observatory::store::logs::{Direction, EventKey, EventQuery, StreamChoice};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::asking::{HOUR, NOW, Observatory, SECOND, within};

/// An event as the tests know it: its time, its message, its stream.
type Known = (i64, String, usize);

const STREAMS: [&str; 3] = ["s0", "s1", "s2"];

/// Calls of PutLogEvents: the stream and the times of each.
fn calls() -> impl Strategy<Value = Vec<(usize, Vec<i64>)>> {
    // Few different times, so that many events share one; calls that lie apart and over each other, up to 24 hours long.
    let time = prop_oneof![0_i64..6, 0_i64..3_600, 0_i64..86_400];
    let times = prop::collection::vec(time, 1..12).prop_map(|mut times| {
        times.sort_unstable();
        times
    });
    prop::collection::vec((0..STREAMS.len(), times), 1..10)
}

/// Puts calls, each with messages that tell its events apart; some are so large that a call becomes several chunks.
async fn put(
    observatory: &Observatory,
    calls: &[(usize, Vec<i64>)],
    name: &str,
    known: &mut Vec<Known>,
) {
    for (number, (stream, times)) in calls.iter().enumerate() {
        let messages: Vec<String> = (0..times.len())
            .map(|place| {
                let filler = if number % 4 == 0 && place == 1 {
                    66_000
                } else {
                    0
                };
                format!("{name} {number} {place} {}", "x".repeat(filler))
            })
            .collect();
        let events: Vec<(i64, &str)> = times
            .iter()
            .zip(&messages)
            .map(|(time, message)| (NOW - 24 * HOUR + time * SECOND, message.as_str()))
            .collect();
        observatory.put("g", STREAMS[*stream], &events).await;
        known.extend(
            events
                .iter()
                .map(|(time, message)| (*time, (*message).to_owned(), *stream)),
        );
    }
}

/// In the order in which they are to be read: by time, then as they came.
fn in_order(known: &[Known], stream: Option<usize>) -> Vec<(i64, String)> {
    let mut events: Vec<_> = known
        .iter()
        .filter(|(_, _, of)| stream.is_none_or(|stream| stream == *of))
        .map(|(time, message, _)| (*time, message.clone()))
        .collect();
    events.sort_by_key(|(time, _)| *time);
    events
}

fn read(answer: &Value) -> Vec<(i64, String)> {
    let events = answer["events"].as_array().unwrap();
    events
        .iter()
        .map(|event| {
            (
                event["timestamp"].as_i64().unwrap(),
                event["message"].as_str().unwrap().to_owned(),
            )
        })
        .collect()
}

/// All pages of FilterLogEvents; `between` is done between two of them.
async fn filtered(observatory: &Observatory, mut body: Value) -> Vec<(i64, String)> {
    let mut all = Vec::new();
    loop {
        let answer = observatory.ask("FilterLogEvents", body.clone()).await;
        let page = read(&answer);
        assert!(page.len() as u64 <= body["limit"].as_u64().unwrap());
        all.extend(page);
        if answer["nextToken"].is_null() {
            return all;
        }
        body["nextToken"] = answer["nextToken"].clone();
    }
}

/// All pages of GetLogEvents from one end, until the token repeats, and the token there.
async fn got(
    observatory: &Observatory,
    stream: usize,
    limit: usize,
    from_head: bool,
) -> (Vec<(i64, String)>, String) {
    let name = if from_head {
        "nextForwardToken"
    } else {
        "nextBackwardToken"
    };
    let mut body = json!({
        "logGroupName": "g", "logStreamName": STREAMS[stream], "limit": limit, "startFromHead": from_head,
    });
    let mut pages = Vec::new();
    loop {
        let answer = observatory.ask("GetLogEvents", body.clone()).await;
        let page = read(&answer);
        assert!(page.len() <= limit);
        assert!(page.is_sorted_by_key(|(time, _)| *time));
        let token = answer[name].as_str().unwrap().to_owned();
        let is_end = body["nextToken"] == token.as_str();
        assert_eq!(
            is_end,
            page.is_empty() && !body["nextToken"].is_null(),
            "{body} {answer}"
        );
        pages.push(page);
        if is_end {
            break (
                if from_head {
                    pages.concat()
                } else {
                    pages.into_iter().rev().collect::<Vec<_>>().concat()
                },
                token,
            );
        }
        body["nextToken"] = token.into();
    }
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
        .block_on(within("the end of all pages", future))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, failure_persistence: None, rng_seed: proptest::test_runner::RngSeed::Fixed(7), ..ProptestConfig::default() })]

    #[test]
    fn every_way_leads_past_every_event(calls in calls(), limit in 1_usize..9, stream in 0..STREAMS.len()) {
        block_on(async {
            let observatory = Observatory::start();
            observatory.make("g", &STREAMS).await;
            let mut known = Vec::new();
            put(&observatory, &calls, "first", &mut known).await;
            let all = in_order(&known, None);
            let of_stream = in_order(&known, Some(stream));
            let name = STREAMS[stream];

            let found = filtered(&observatory, json!({ "logGroupName": "g", "limit": limit })).await;
            assert_eq!(found, all);
            let body = json!({ "logGroupName": "g", "logStreamNames": [name], "limit": limit });
            assert_eq!(filtered(&observatory, body).await, of_stream);
            let others: Vec<&str> = STREAMS.into_iter().filter(|other| *other != name).collect();
            let body = json!({ "logGroupName": "g", "logStreamNames": others, "limit": limit });
            let without: Vec<_> = known.iter().filter(|(_, _, of)| *of != stream).cloned().collect();
            assert_eq!(filtered(&observatory, body).await, in_order(&without, None));
            let body = json!({ "logGroupName": "g", "logStreamNamePrefix": "s", "limit": limit, "startFromHead": false, "startTime": 1_704_067_200_000_i64 });
            let mut backwards = filtered(&observatory, body).await;
            backwards.reverse();
            assert_eq!(backwards, all);

            for from_head in [true, false] {
                assert_eq!(got(&observatory, stream, limit, from_head).await.0, of_stream, "{from_head}");
            }

            // From any event: those from it on, and those before it.
            let middle = all.len() / 2;
            let page = observatory.state.store.log_events(&EventQuery::of("g", NOW)).await.unwrap();
            let at = page.events[middle].key();
            for (direction, at, expected) in [
                (Direction::Forward, at, all[middle..].to_vec()),
                (Direction::Backward, at, all[..middle].iter().rev().cloned().collect()),
                (Direction::Backward, at.after(), all[..=middle].iter().rev().cloned().collect()),
                (Direction::Forward, EventKey::at(at.time), all.iter().filter(|(time, _)| *time >= at.time).cloned().collect()),
            ] {
                let query = EventQuery { direction, at: Some(at), streams: StreamChoice::All, ..EventQuery::of("g", NOW) };
                let page = observatory.state.store.log_events(&query).await.unwrap();
                let found: Vec<_> = page.events.into_iter().map(|event| (event.timestamp, event.message)).collect();
                assert_eq!(found, expected, "{direction:?} from {at:?}");
                assert_eq!(page.next, None);
            }
        });
    }

    #[test]
    fn a_window_has_what_lies_in_it(calls in calls(), from in 0_i64..90_000, length in 0_i64..40_000, limit in 1_usize..9) {
        block_on(async {
            let observatory = Observatory::start();
            observatory.make("g", &STREAMS).await;
            let mut known = Vec::new();
            put(&observatory, &calls, "first", &mut known).await;
            let (from, to) = (NOW - 24 * HOUR + from * SECOND, NOW - 24 * HOUR + (from + length) * SECOND);
            let expected: Vec<_> = in_order(&known, None).into_iter().filter(|(time, _)| (from..=to).contains(time)).collect();
            for from_head in [true, false] {
                let body = json!({ "logGroupName": "g", "limit": limit, "startTime": from, "endTime": to, "startFromHead": from_head });
                let mut found = filtered(&observatory, body).await;
                if !from_head {
                    found.reverse();
                }
                assert_eq!(found, expected, "{from_head}");
            }
        });
    }

    #[test]
    fn what_arrives_meanwhile_displaces_nothing(before in calls(), meanwhile in calls(), limit in 1_usize..6) {
        block_on(async {
            let observatory = Observatory::start();
            observatory.make("g", &STREAMS).await;
            let mut known = Vec::new();
            put(&observatory, &before, "first", &mut known).await;
            let mut later = meanwhile.chunks(1).enumerate();
            for from_head in [true, false] {
                let mut seen = Vec::new();
                let mut body = json!({ "logGroupName": "g", "limit": limit, "startFromHead": from_head, "startTime": 1_704_067_200_000_i64 });
                loop {
                    let answer = observatory.ask("FilterLogEvents", body.clone()).await;
                    seen.extend(read(&answer));
                    if answer["nextToken"].is_null() {
                        break;
                    }
                    body["nextToken"] = answer["nextToken"].clone();
                    if let Some((number, call)) = later.next() {
                        put(&observatory, call, &format!("later{number}"), &mut Vec::new()).await;
                    }
                }
                if !from_head {
                    seen.reverse();
                }
                // Whatever was there is read once; of what came, that which lies ahead.
                assert!(seen.is_sorted_by_key(|(time, _)| *time), "{from_head}");
                let first: Vec<_> = seen.iter().filter(|(_, message)| message.starts_with("first")).cloned().collect();
                assert_eq!(first, in_order(&known, None), "{from_head}");
                let mut once = seen.clone();
                once.sort();
                once.dedup();
                assert_eq!(once.len(), seen.len(), "{from_head}: something came twice");
            }
        });
    }
}

#[tokio::test]
async fn the_end_is_where_new_events_appear() {
    let observatory = Observatory::start();
    observatory.make("g", &STREAMS).await;
    // The end of a stream that has nothing yet, from either side.
    for from_head in [true, false] {
        let (events, token) = got(&observatory, 0, 10, from_head).await;
        assert_eq!((events.len(), token.len()), (0, 60));
    }
    let answer = observatory
        .ask(
            "GetLogEvents",
            json!({ "logGroupName": "g", "logStreamName": "s0" }),
        )
        .await;
    let mut follow = answer["nextForwardToken"].clone();
    for round in 0..3 {
        observatory
            .put("g", "s0", &[(NOW + round, &format!("{round}"))])
            .await;
        let body = json!({ "logGroupName": "g", "logStreamName": "s0", "nextToken": follow });
        let answer = observatory.ask("GetLogEvents", body).await;
        assert_eq!(read(&answer), [(NOW + round, format!("{round}"))]);
        follow = answer["nextForwardToken"].clone();
        // And back again from there.
        let body = json!({ "logGroupName": "g", "logStreamName": "s0", "nextToken": answer["nextBackwardToken"] });
        let back = observatory.ask("GetLogEvents", body).await;
        assert_eq!(read(&back).len() as i64, round, "what lies before");
    }
    for wrong in [
        "",
        "x",
        "f/1/s",
        "g/00000001780000000000000000000000000000000000000000000000/s",
        "f/0000000178000000000000000000000000000000000000000000000é/s",
    ] {
        let body = json!({ "logGroupName": "g", "logStreamName": "s0", "nextToken": wrong });
        let answer = observatory.call("GetLogEvents", body).await;
        answer.refused_with(
            wrong,
            "InvalidParameterException",
            if wrong.is_empty() {
                "at 'nextToken'"
            } else {
                "The specified nextToken is invalid."
            },
        );
    }
}

#[tokio::test]
async fn hundreds_of_calls_over_the_same_day_are_merged_within_bounds() {
    let observatory = Observatory::start();
    observatory.make("g", &["s0"]).await;
    let filler = "x".repeat(30_000);
    let messages: Vec<String> = (0..300)
        .map(|number| format!("{number} {filler}"))
        .collect();
    for message in &messages {
        // Each spans a day, so that all are open at once: more than is kept in memory.
        let events: Vec<_> = (0..2)
            .map(|half| (NOW - 24 * HOUR + half * 24 * HOUR, message.as_str()))
            .collect();
        observatory.put("g", "s0", &events).await;
    }
    for direction in [Direction::Forward, Direction::Backward] {
        let mut at = None;
        let mut seen = Vec::new();
        loop {
            let query = EventQuery {
                direction,
                at,
                bytes: 8 * 1024 * 1024,
                ..EventQuery::of("g", NOW)
            };
            let page = observatory.state.store.log_events(&query).await.unwrap();
            seen.extend(page.events.iter().map(|event| {
                (
                    event.timestamp,
                    event.message.split(' ').next().unwrap().to_owned(),
                )
            }));
            at = page.next;
            if at.is_none() {
                break;
            }
        }
        if direction == Direction::Backward {
            seen.reverse();
        }
        let expected: Vec<_> = (0..2)
            .flat_map(|half| {
                (0..300).map(move |number| (NOW - 24 * HOUR + half * 24 * HOUR, number.to_string()))
            })
            .collect();
        assert_eq!(seen, expected, "{direction:?}");
    }
}
