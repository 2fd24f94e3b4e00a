//! The graders of lab 3: one test for each step. What they share is in `grader`.
//!
//! Each runs the lab's code in a process of its own, and looks at nothing but what it logged, sent and answered.

#[path = "../../grader.rs"]
mod application;
#[path = "grader/mod.rs"]
mod grader;

use prelinked_cloudwatch as _; // links what it holds dynamically: a save links only the lab

use application::{Service, answer, block_on, get, post, send, uninstrumented};
use cloudwatch::logging;
use cloudwatch_layer::Json;
use grader::{access_log, account, backend, cutting, events, handling, ids, pressure, questions};
use span_snapshot::{assert_span_snapshot, isolated, verdict};

/// A message that is the same each time, and fields that keep their types; the answers as before.
#[test]
fn step_1_structured_logs() {
    isolated!(|| {
        let events = events::Events::capture(Json::new().without_ids());
        let paths = [
            "/api/activities/home",
            "/api/activities/@bayko",
            "/api/activities/@andrewbrown",
        ];
        let changed = block_on(async {
            let profiles = Service::start(cruddur::profiles_routes()).await;
            let app = backend(&profiles.url());
            let mut changed = None;
            for path in paths {
                if answer(&app, get(path)).await != answer(&uninstrumented(), get(path)).await {
                    changed = changed.or(Some(path));
                }
            }
            let message = handling::POSTED;
            let new = format!(r#"{{"message": "{message}", "ttl": "1-day"}}"#);
            send(&app, post("/api/activities", &new)).await;
            profiles.stop().await;
            changed
        });
        let lines = events.of_access_log(false);
        handling::check_length(&lines);
        assert_span_snapshot!(events::tree(&lines, &[]).only_attributes([
            "app.activity",
            "app.characters",
            "app.own",
            "app.results",
            "app.user_handle",
        ]));
        handling::check(&lines);
        if let Some(path) = changed {
            verdict(
                "answer-changed",
                &format!("GET {path} no longer answers what it answered before"),
                "log what is answered, and return it as it was",
            );
        }
    });
}

/// Group, stream and retention, whatever was there before; refusals are told.
#[test]
fn step_2_group_stream_retention() {
    isolated!(account::check);
}

/// Legal at the edge of each limit, complete, in order, and no more batches than needed.
#[test]
fn step_3_batches() {
    isolated!(cutting::check);
}

/// One event after each request, with the conventions' names, at the level of its status.
#[test]
fn step_4_after_each_request() {
    isolated!(|| {
        let events = events::Events::capture(Json::new().without_ids());
        let (lines, tree, longest) = access_log::record(&events);
        assert_span_snapshot!(tree);
        access_log::check_durations(&lines, longest);
        access_log::check_clock(&events);
    });
}

/// The IDs of the span in which an event is logged, and none outside of one.
#[test]
fn step_5_correlation() {
    isolated!(|| {
        let events = events::Events::capture(logging::json());
        assert_span_snapshot!(ids::record(&events));
        ids::check_application(&events);
    });
}

/// A queue with an end, a sink that tries again as long as there is use in it, and an end that loses nothing in silence.
#[test]
fn step_6_under_pressure() {
    isolated!(pressure::check_queue);
    isolated!(pressure::check_bytes);
    isolated!(pressure::check_sink);
}

/// Two questions with the right answers, asked in seconds and until the answer is whole.
#[test]
fn step_7_ask_questions() {
    isolated!(questions::check);
}
