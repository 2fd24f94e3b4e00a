//! The truth, borne out by the spans: each guilty set is found again by another mark than the one it was made by.

use std::collections::{BTreeMap, BTreeSet};

use incident_recording::{Kind, Release, Span, SpanId, TraceId, Value};

use crate::{RECORDING, answered, int, text};

/// The traces of the spans for which something holds.
fn traces(holds: impl Fn(&Span) -> bool) -> BTreeSet<TraceId> {
    RECORDING
        .spans()
        .iter()
        .filter(|span| holds(span))
        .map(|span| span.trace_id)
        .collect()
}

fn is_home(span: &Span) -> bool {
    span.name == "GET /api/activities/home" && span.kind == Kind::Server
}

#[test]
fn slow_feeds_are_those_that_ask_the_database_many_times() {
    let truth = &RECORDING.truth().release;
    let mut queries: BTreeMap<TraceId, i64> = BTreeMap::new();
    for span in RECORDING
        .spans()
        .iter()
        .filter(|span| span.name == "SELECT activities")
    {
        *queries.entry(span.trace_id).or_default() += 1;
    }
    let many = queries
        .into_iter()
        .filter(|(_, count)| *count > Release::MANY)
        .map(|(trace, _)| trace);
    assert_eq!(many.collect::<BTreeSet<_>>(), truth.slow_feeds);
    assert!(
        (30..200).contains(&truth.slow_feeds.len()),
        "{} slow feeds",
        truth.slow_feeds.len()
    );
    let told = traces(|span| {
        is_home(span)
            && text(span, "service.version") == truth.version
            && int(span, "app.result_length") > Release::MANY
    });
    assert_eq!(told, truth.slow_feeds);
}

#[test]
fn feeds_are_short_or_long_and_long_ones_are_quick_in_other_versions() {
    let truth = &RECORDING.truth().release;
    let (mut slow, mut quick) = (f64::MAX, Vec::new());
    let gave_up = &RECORDING.truth().user.gave_up;
    for span in answered("backend")
        .filter(|span| is_home(span) && span.attribute("app.result_length").is_some())
    {
        let length = int(span, "app.result_length");
        assert!(!(14..30).contains(&length), "a feed of {length}");
        if length <= Release::MANY || gave_up.contains(&span.trace_id) {
            continue;
        }
        if text(span, "service.version") == truth.version {
            slow = slow.min(span.duration_ms());
        } else {
            quick.push(span.duration_ms());
        }
    }
    quick.sort_by(f64::total_cmp);
    let p99 = quick[quick.len() * 99 / 100];
    assert!(
        slow > 300.0 && p99 < 300.0,
        "the quickest slow one takes {slow} ms, 99 % of the long ones in other versions {p99}"
    );
}

#[test]
fn the_release_is_on_two_instances_for_its_time() {
    let truth = &RECORDING.truth().release;
    let bad: Vec<&Span> = answered("backend")
        .filter(|span| text(span, "service.version") == truth.version)
        .collect();
    assert!(bad.iter().all(|span| truth.window.contains(span.start)));
    let of = |instance: &str| {
        let starts = bad
            .iter()
            .filter(|span| text(span, "service.instance.id") == instance);
        starts
            .map(|span| span.start)
            .min()
            .expect("it answers requests")
    };
    assert!(of(truth.instances[0]) / 1_000_000_000 < truth.window.start + 5);
    assert!(of(truth.instances[1]) / 1_000_000_000 >= truth.second_instance);
    let instances: BTreeSet<&str> = bad
        .iter()
        .map(|span| text(span, "service.instance.id"))
        .collect();
    assert_eq!(instances, truth.instances.into_iter().collect());
    let minutes: BTreeSet<u64> = bad
        .iter()
        .filter(|span| is_home(span) && truth.slow_feeds.contains(&span.trace_id))
        .map(|span| span.start / 60_000_000_000 * 60)
        .collect();
    assert_eq!(minutes.first(), Some(&truth.window.start));
    assert_eq!(minutes.last().map(|last| last + 60), Some(truth.window.end));
}

#[test]
fn lookups_that_give_up_are_all_of_one_user() {
    let truth = &RECORDING.truth().user;
    let third = traces(|span| int(span, "http.request.resend_count") == 2);
    assert_eq!(third, truth.gave_up);
    assert!(
        (12..60).contains(&truth.gave_up.len()),
        "{} requests gave up",
        truth.gave_up.len()
    );
    let users: BTreeSet<&str> = answered("backend")
        .filter(|span| truth.gave_up.contains(&span.trace_id))
        .map(|span| text(span, "user.id"))
        .collect();
    assert_eq!(users, BTreeSet::from([truth.id.as_str()]));
    // Lookups of others time out too, now and then, and have an answer the next time.
    let once = traces(|span| text(span, "error.type") == "timeout");
    assert!(
        once.len() >= truth.gave_up.len() + 5,
        "{} traces with a timeout",
        once.len()
    );
    // And most of what this user asks for goes well, when no profile is needed or the trouble has not begun.
    let all = answered("backend")
        .filter(|span| text(span, "user.id") == truth.id)
        .count();
    assert!(
        all > truth.gave_up.len() * 3 / 2,
        "{all} requests of the user"
    );
}

#[test]
fn throttled_searches_fall_back() {
    let truth = &RECORDING.truth().dependency;
    let refused = traces(|span| {
        span.kind == Kind::Client
            && int(span, "http.response.status_code") == 429
            && text(span, "server.address") == truth.address
    });
    assert_eq!(refused, truth.throttled);
    assert_eq!(
        traces(|span| text(span, "db.query.text").contains(" LIKE ")),
        truth.throttled
    );
    assert!(
        (60..250).contains(&truth.throttled.len()),
        "{} were throttled",
        truth.throttled.len()
    );
    assert_eq!(
        truth.fallbacks.values().sum::<u64>() as usize,
        truth.throttled.len()
    );
    assert_eq!(
        truth.fallbacks.first_key_value().map(|(minute, _)| *minute),
        Some(truth.window.start)
    );
    // The back end itself refuses a few posts with 429: those are not the dependency's.
    let own =
        traces(|span| span.kind == Kind::Server && int(span, "http.response.status_code") == 429);
    assert!(
        own.len() >= 5 && own.is_disjoint(&truth.throttled),
        "{} of its own",
        own.len()
    );
}

#[test]
fn everybody_who_was_hurt_was_answered_200() {
    let truth = RECORDING.truth();
    let is_mark = |span: &&Span| {
        int(span, "http.request.resend_count") == 2
            || span.kind == Kind::Client && int(span, "http.response.status_code") == 429
    };
    let marks = RECORDING.spans().iter().filter(is_mark);
    let mut hurt: BTreeSet<SpanId> = marks.filter_map(|span| span.parent_id).collect();
    let slow = |span: &&Span| is_home(span) && truth.release.slow_feeds.contains(&span.trace_id);
    hurt.extend(answered("backend").filter(slow).map(|span| span.span_id));
    let hurt: Vec<&Span> = answered("backend")
        .filter(|span| hurt.contains(&span.span_id))
        .collect();
    assert!(hurt.len() > 100, "{} requests were hurt", hurt.len());
    let failed = hurt
        .iter()
        .find(|span| int(span, "http.response.status_code") != 200);
    assert!(failed.is_none(), "{failed:?}");
}

#[test]
fn exactly_one_trace_meets_all_three_and_a_few_meet_two() {
    let truth = RECORDING.truth();
    let sets = [
        &truth.release.slow_feeds,
        &truth.user.gave_up,
        &truth.dependency.throttled,
    ];
    let mut met: BTreeMap<TraceId, usize> = BTreeMap::new();
    for trace in sets.into_iter().flatten() {
        *met.entry(*trace).or_default() += 1;
    }
    let so_many = |count: usize| {
        met.iter()
            .filter(|(_, met)| **met == count)
            .map(|(trace, _)| *trace)
            .collect::<Vec<_>>()
    };
    assert_eq!(so_many(3), [truth.all_three.trace]);
    assert!(
        (2..12).contains(&so_many(2).len()),
        "{} meet two",
        so_many(2).len()
    );
    let segment = RECORDING
        .spans()
        .iter()
        .find(|span| span.span_id == truth.all_three.segment)
        .expect("the segment");
    assert_eq!(
        (segment.trace_id, is_home(segment)),
        (truth.all_three.trace, true)
    );
}

#[test]
fn red_herrings_are_as_common_among_the_guilty_as_elsewhere() {
    let truth = RECORDING.truth();
    let share = |is_one: &dyn Fn(&Span) -> bool| {
        let (mut with, mut all) = (0.0, 0.0);
        for span in answered("backend").filter(|span| is_one(span)) {
            with +=
                f64::from(span.attribute("app.feature.new_composer") == Some(&Value::Bool(true)));
            all += 1.0;
        }
        with / all
    };
    assert!(
        (share(&|_| true) - 0.5).abs() < 0.06,
        "{}",
        share(&|_| true)
    );
    assert!(
        (share(&|span| truth.dependency.throttled.contains(&span.trace_id)) - 0.5).abs() < 0.15
    );
    // The new version of `profiles` comes at the time of the release, and answers as quickly.
    let mut by_version: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    for span in answered("profiles") {
        by_version
            .entry(text(span, "service.version"))
            .or_default()
            .push(span.duration_ms());
    }
    let means: Vec<f64> = by_version
        .values()
        .map(|of| of.iter().sum::<f64>() / of.len() as f64)
        .collect();
    assert!(
        means.len() == 2 && (means[0] / means[1] - 1.0).abs() < 0.05,
        "{means:?}"
    );
}
