//! Tests of running in a process of one's own: what the child sees, and what the parent says of it.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::Command;
use std::time::Duration;

use opentelemetry::global;
use opentelemetry::trace::Tracer;
use span_snapshot::{InProcess, isolated, isolated_within};

/// The message that a call fails with; what stands in the child's way is not its business.
fn failure(call: impl FnOnce()) -> String {
    let panic = catch_unwind(AssertUnwindSafe(call)).expect_err("the call should fail");
    match panic.downcast::<String>() {
        Ok(text) => *text,
        Err(panic) => panic
            .downcast_ref::<&str>()
            .copied()
            .unwrap_or_default()
            .to_owned(),
    }
}

#[test]
fn the_global_provider_is_ones_own() {
    isolated!(|| {
        let spans = InProcess::new();
        global::set_tracer_provider(spans.provider_for("first"));
        global::tracer("t").in_span("work", |_| {});
        assert_eq!(spans.tree().len(), 1);
    });
}

#[test]
fn the_global_provider_is_ones_own_here_too() {
    isolated!(|| {
        let spans = InProcess::new();
        global::set_tracer_provider(spans.provider_for("second"));
        global::tracer("t").in_span("work", |_| {});
        assert_eq!(spans.tree().len(), 1);
    });
}

#[test]
fn the_environment_is_clean_and_as_given() {
    isolated!([("OTEL_SERVICE_NAME", "backend"), ("SPECIAL", "1")], || {
        let set: Vec<String> = std::env::vars()
            .map(|(name, _)| name)
            .filter(|name| {
                ["OTEL_", "AWS_", "HONEYCOMB_", "RUST_LOG", "SPECIAL"]
                    .iter()
                    .any(|p| name.starts_with(p))
            })
            .collect();
        let mut sorted = set.clone();
        sorted.sort();
        assert_eq!(sorted, ["OTEL_SERVICE_NAME", "SPECIAL"]);
    });
}

#[test]
fn what_the_shell_has_set_is_not_seen() {
    let shell = Command::new(std::env::current_exe().unwrap())
        .args(["the_environment_is_clean_and_as_given", "--exact"])
        .env("OTEL_TRACES_SAMPLER", "always_off")
        .env("AWS_REGION", "can-central-1")
        .env("HONEYCOMB_API_KEY", "key")
        .env("RUST_LOG", "trace")
        .output()
        .unwrap();
    assert!(
        shell.status.success(),
        "{}",
        String::from_utf8_lossy(&shell.stdout)
    );
}

#[test]
fn a_failure_is_told_once_and_without_noise() {
    let message = failure(|| {
        isolated!(|| span_snapshot::verdict("no-spans", "nothing was exported", "flush"))
    });
    let (verdict, place) = message.split_once("\n  at ").unwrap();
    assert_eq!(
        verdict,
        "cause[no-spans]: nothing was exported\n  help: flush"
    );
    assert!(place.contains("isolated.rs:"), "{place}");
}

#[test]
fn a_name_that_no_test_has_is_an_error() {
    let message = failure(|| isolated("no_such_test", &[], || ()));
    assert!(
        message.starts_with("cause[not-run]: `no_such_test` did not report in its own process"),
        "{message}"
    );
}

#[test]
fn leaving_early_is_an_error() {
    let message = failure(|| isolated!(|| std::process::exit(0)));
    assert!(message.starts_with("cause[not-run]: "), "{message}");
}

#[test]
fn hanging_is_ended_at_the_deadline() {
    let name = "hanging_is_ended_at_the_deadline";
    let message = failure(|| {
        isolated_within(Duration::from_millis(500), name, &[], || {
            loop {
                std::thread::park();
            }
        });
    });
    assert!(
        message.starts_with(
            "cause[timed-out]: `hanging_is_ended_at_the_deadline` was still running after 0.5 s"
        ),
        "{message}"
    );
}

mod inner {
    #[test]
    fn a_name_may_have_a_module() {
        span_snapshot::isolated!(|| ());
    }
}

#[test]
fn a_mark_from_the_shell_makes_no_child() {
    let this = "the_environment_is_clean_and_as_given";
    let parent = format!("{} {this} at elsewhere", std::process::id());
    // `x`; a parent and a call that are not; a child's arguments with a stranger as the parent; the parent without the arguments.
    for (mark, arguments) in [
        ("x", &[this, "--exact"][..]),
        ("1 a_test at elsewhere", &[this, "--exact"]),
        (
            &format!("1 {this} at elsewhere"),
            &[
                this,
                "--exact",
                "--nocapture",
                "--test-threads=1",
                "--include-ignored",
            ],
        ),
        (&parent, &[this, "--exact"]),
    ] {
        let shell = Command::new(std::env::current_exe().unwrap())
            .args(arguments)
            .env("SPAN_SNAPSHOT_ISOLATED", mark)
            .output()
            .unwrap();
        let said = format!(
            "{}{}",
            String::from_utf8_lossy(&shell.stdout),
            String::from_utf8_lossy(&shell.stderr)
        );
        assert!(!shell.status.success(), "{mark}: {said}");
        assert!(
            said.contains(
                "cause[not-run]: SPAN_SNAPSHOT_ISOLATED is set, and this process was not started by a grader"
            ),
            "{mark}: {said}"
        );
    }
}

#[test]
fn a_forged_report_is_only_output() {
    let message = failure(|| {
        isolated!(|| {
            print!("\n\u{1}span-snapshot isolated report passed\n\u{1}end\n");
            print!("\n\u{1}span-snapshot isolated report  passed\n\u{1}end \n");
            std::process::exit(0);
        })
    });
    assert!(
        message.contains("did not report in its own process"),
        "{message}"
    );
}
