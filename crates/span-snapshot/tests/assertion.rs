//! The assertion: what a mismatch says, and that insta's ways of writing and passing still work.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::Command;

use span_snapshot::{SpanTree, assert_span_snapshot, isolated};

const HOME: &str = "\
trace 1
└─ SERVER GET /api/activities/home
   http.request.method = \"GET\"
   └─ INTERNAL home-activities-mock-data
      app.result_length = 3";

fn tree(text: &str) -> SpanTree {
    SpanTree::parse(text).unwrap()
}

/// What the assertion says, or nothing if it holds.
fn said(assertion: impl FnOnce()) -> String {
    match catch_unwind(AssertUnwindSafe(assertion)) {
        Ok(()) => String::new(),
        Err(panic) => *panic.downcast::<String>().unwrap(),
    }
}

#[test]
fn a_mismatch_shows_both_trees_and_the_cause() {
    let parted = tree(
        "trace 1\n└─ SERVER GET /api/activities/home\n   http.request.method = \"GET\"\n\n\
         trace 2\n└─ INTERNAL home-activities-mock-data\n   app.result_length = 3",
    );
    let message = said(|| {
        assert_span_snapshot!(parted, @r#"
        trace 1
        └─ SERVER GET /api/activities/home
           http.request.method = "GET"
           └─ INTERNAL home-activities-mock-data
              app.result_length = 3
        "#);
    });
    insta::assert_snapshot!(message, @r#"
    the spans are not those wanted

    (+ only yours, - only wanted)
      trace 1
      └─ SERVER GET /api/activities/home
         http.request.method = "GET"
    +
    + trace 2
    + └─ INTERNAL home-activities-mock-data
    +    app.result_length = 3
    -    └─ INTERNAL home-activities-mock-data
    -       app.result_length = 3

    cause[second-root]: `home-activities-mock-data` is a root of its own; it was wanted inside `GET /api/activities/home`
      help: The span was started but its parent was not current. Make the parent current (in_span, mark_span_as_active, or with_context on the future), or start the child with start_with_context. A spawned task or thread starts without any context: hand it over.
    "#);
}

#[test]
fn long_lines_are_shown_one_above_the_other() {
    let long = format!(
        "trace 1\n└─ CLIENT query\n   db.query.text = \"{}\"",
        "SELECT ".repeat(20)
    );
    let message = said(|| {
        assert_span_snapshot!(tree(&long), @r#"
        trace 1
        └─ CLIENT query
           db.query.text = "SELECT 1"
        "#);
    });
    assert!(message.starts_with("the spans are not those wanted\n\n(+ only yours, - only wanted)\n  trace 1\n  └─ CLIENT query\n+    db.query.text = \"SELECT SELECT"), "{message}");
    assert!(
        message.contains("\n-    db.query.text = \"SELECT 1\"\n\ncause[wrong-attribute-value]: "),
        "{message}"
    );
}

#[test]
fn many_causes_are_cut_short() {
    let of = |value: &str| {
        let attributes: String = (0..20).map(|i| format!("\n   k{i} = {value}")).collect();
        tree(&format!("trace 1\n└─ INTERNAL work{attributes}"))
    };
    let (wanted, is) = (of("1").render(), of("2"));
    let message = span_snapshot::mismatch(&wanted, &is);
    assert_eq!(message.matches("cause[").count(), 5, "{message}");
    assert!(
        message.trim_end().ends_with("and 15 causes more"),
        "{message}"
    );
}

#[test]
fn one_cause_more_than_are_shown() {
    let of = |value: &str, count: usize| {
        let attributes: String = (0..count).map(|i| format!("\n   k{i} = {value}")).collect();
        tree(&format!("trace 1\n└─ INTERNAL work{attributes}"))
    };
    let message = |count| span_snapshot::mismatch(&of("1", count).render(), &of("2", count));
    assert!(message(6).trim_end().ends_with("and 1 cause more"));
    assert!(!message(5).contains("more"));
}

#[test]
fn a_hidden_attribute_that_is_likely_misnamed_is_shown() {
    let view = tree(
        "trace 1\n└─ INTERNAL work\n   app.handle = \"bayko\"\n   http.url = \"http://127.0.0.1:40000/\"\n   other = 1",
    )
    .only_attributes([]);
    let wanted =
        "trace 1\n└─ INTERNAL work\n   app.user_handle = \"bayko\"\n   url.full = \"[url]\"\n";
    let message = span_snapshot::mismatch(wanted, &view);
    assert!(message.contains("+    app.handle = \"bayko\""), "{message}");
    // What a snapshot redacts differs from run to run.
    assert!(message.contains("+    http.url = \"[url]\""), "{message}");
    assert!(!message.contains("other"), "{message}");
}

#[test]
fn a_broken_snapshot_is_told() {
    let message = said(|| assert_span_snapshot!(tree(HOME), @"trace one"));
    assert!(
        message.contains(
            "cause[unreadable-snapshot]: line 1 of the span tree, `trace one`, cannot be read"
        ),
        "{message}"
    );
}

/// A folder for one test's snapshots, empty.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("assertion")
        .join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// Asserts against a stored snapshot in that folder; gives what the assertion says.
fn stored(folder: &Path, tree: &SpanTree) -> String {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(folder);
    settings.set_prepend_module_to_snapshot(false);
    settings.bind(|| said(|| assert_span_snapshot!("home", tree)))
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn insta_update_writes() {
    isolated!([("INSTA_UPDATE", "always")], || {
        let folder = folder("always");
        assert_eq!(stored(&folder, &tree(HOME)), "");
        assert_eq!(names(&folder), ["home.snap"]);
        let changed = HOME.replace("3", "4");
        assert_eq!(
            stored(&folder, &tree(&changed)),
            "",
            "a changed tree is written over it"
        );
        let text = std::fs::read_to_string(folder.join("home.snap")).unwrap();
        assert!(
            text.contains("expression: tree\n") && text.ends_with(&format!("{changed}\n")),
            "{text}"
        );
    });
}

#[test]
fn insta_update_new_leaves_a_pending_file_and_fails() {
    let folder = folder("new");
    let file = folder.join("home.snap");
    isolated!([("INSTA_UPDATE", "new")], || {
        std::fs::write(&file, format!("---\nsource: x\n---\n{HOME}\n")).unwrap();
        let said = stored(&folder, &tree(&HOME.replace("3", "4")));
        assert!(
            said.contains("(snapshot `home`)") && said.contains("cause[wrong-attribute-value]"),
            "{said}"
        );
        assert_eq!(names(&folder), ["home.snap", "home.snap.new"]);
    });
}

#[test]
fn insta_update_no_writes_nothing() {
    isolated!([("INSTA_UPDATE", "no")], || {
        let folder = folder("no");
        let said = stored(&folder, &tree(HOME));
        assert!(
            said.starts_with("snapshot assertion for 'home' failed"),
            "{said}"
        );
        assert!(names(&folder).is_empty());
    });
}

#[test]
fn insta_force_pass_passes() {
    isolated!([("INSTA_UPDATE", "no"), ("INSTA_FORCE_PASS", "1")], || {
        let folder = folder("force");
        assert_eq!(stored(&folder, &tree(HOME)), "");
        assert_eq!(
            said(|| assert_span_snapshot!(tree(HOME), @"(no spans)")),
            ""
        );
    });
}

#[test]
fn a_snapshot_may_be_named_after_the_test() {
    assert_span_snapshot!(tree(HOME));
}

#[test]
fn a_failure_is_told_once_and_by_us_alone() {
    const NAME: &str = "a_failure_is_told_once_and_by_us_alone";
    if std::env::var_os(NAME).is_some() {
        // The inner run, which is to fail.
        assert_span_snapshot!(tree(HOME), @"(no spans)");
    }
    let run = Command::new(std::env::current_exe().unwrap())
        .args([NAME, "--exact", "--nocapture"])
        .env(NAME, "1")
        .env("INSTA_UPDATE", "no")
        .env("RUST_BACKTRACE", "0")
        .env_remove("INSTA_FORCE_PASS")
        .output()
        .unwrap();
    let text = [run.stdout, run.stderr]
        .map(|bytes| String::from_utf8(bytes).unwrap())
        .concat();
    assert_eq!(text.matches("panicked at").count(), 1, "{text}");
    assert!(
        text.contains("assertion.rs:") && text.contains("cause[unexpected-span]"),
        "{text}"
    );
    assert!(
        !text.contains("insta") && !text.contains("Snapshot Summary"),
        "{text}"
    );
}
