//! The program that loads the recording, with a stand-in for the observatory: when it loads, and that half is never taken for all.

mod observatory;

use std::process::{Command, Output};

use observatory::{Held, Observatory};

const ASK: &str = "ListTagsLogGroup";
const RESET: &str = "/api/reset";

/// Runs the program, and gives what it asked first: the rest comes from two threads.
fn run(observatory: &Observatory, options: &[&str]) -> (Output, Vec<String>) {
    let before = observatory.asked().len();
    let output = Command::new(env!("CARGO_BIN_EXE_incident-recording"))
        .args(options)
        .arg(observatory.address.to_string())
        .output()
        .expect("the program starts");
    let asked = observatory.asked();
    let first = asked[before..].iter().take(2).cloned().collect();
    (output, first)
}

/// A load that is cut off as soon as it has begun, and what came before.
#[track_caller]
fn cut_off(observatory: &Observatory, options: &[&str]) -> Vec<String> {
    observatory.take(false);
    let (output, asked) = run(observatory, options);
    observatory.take(true);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(
        told.starts_with("incident-recording: the answer of 127.0.0.1:"),
        "{told}"
    );
    asked
}

#[test]
fn what_is_all_there_is_left_and_what_is_not_is_loaded_anew() {
    let observatory = Observatory::start();
    assert_eq!(cut_off(&observatory, &["--ensure"]), [ASK, RESET], "empty");

    let half = Held {
        spans: 7,
        group: true,
        events: 7,
        tagged: false,
    };
    observatory.hold(half);
    let (output, asked) = run(&observatory, &["--ensure"]);
    assert!(output.status.success(), "{output:?}");
    assert_eq!(asked, [ASK, RESET], "half");
    let said = String::from_utf8_lossy(&output.stdout);
    let (first, last) = said.split_once('\n').expect("two lines");
    assert_eq!(first, "loading the recording; this is done once");
    assert!(
        last.starts_with("200000 spans and ") && last.ends_with(" log events loaded\n"),
        "{last}"
    );
    let all = observatory.held();
    assert!(all.events > 0 && all.tagged, "{all:?}");
    assert_eq!(all.spans, 200_000 / 4_000, "requests");

    let (output, asked) = run(&observatory, &["--ensure"]);
    assert!(output.status.success(), "{output:?}");
    assert!(output.stdout.is_empty(), "{output:?}");
    assert_eq!(asked, [ASK], "all");
    assert_eq!(observatory.held(), all);

    // After a reset somebody else sent spans.
    observatory.hold(Held {
        spans: 1,
        ..Held::default()
    });
    assert_eq!(cut_off(&observatory, &["--ensure"]), [ASK, RESET], "reset");
}

#[test]
fn without_being_told_to_it_deletes_nothing() {
    let observatory = Observatory::start();
    let asked = cut_off(&observatory, &[]);
    assert!(
        !asked.is_empty() && !asked.contains(&RESET.to_owned()),
        "{asked:?}"
    );
}
