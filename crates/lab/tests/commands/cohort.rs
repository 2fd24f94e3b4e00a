//! What `cargo lab cohort` makes of a folder of reports: the page, the words on the terminal, and what it does not count.

use serde_json::{Value, json};

use crate::project::Project;

/// How a step stands: `+` passed, `?` not graded, anything else the cause it is open for.
struct Made<'a> {
    learner: Option<&'a str>,
    at: &'a str,
    alpha: [&'a str; 3],
    beta: Option<&'a str>,
    findings: Value,
}

impl Made<'_> {
    fn report(&self, release: &str) -> Value {
        let step = |number: usize, id: &str, title: &str, stands: &str| {
            let (verdict, cause) = match stands {
                "+" => ("passed", None),
                "?" => ("not-graded", None),
                cause => ("open", Some(cause)),
            };
            json!({
                "number": number, "id": id, "title": title, "verdict": verdict,
                "cause": cause, "causes": cause.into_iter().collect::<Vec<_>>(),
                "seconds": 0.01, "hints": number - 1,
            })
        };
        let [one, two, sum] = self.alpha;
        let compiles = if one == "?" { None } else { Some(()) };
        let mut labs = vec![json!({
            "number": 1, "package": "alpha", "title": "Alpha",
            "error": compiles.is_none().then_some("error[E0308]: mismatched types at labs/1-alpha/src/lib.rs:7:5"),
            "steps": [step(1, "one", "Count one", one), step(2, "two", "Count two", two), step(3, "sum", "Add them", sum)],
        })];
        if let Some(beta) = self.beta {
            labs.push(json!({
                "number": 2, "package": "beta", "title": "Beta", "error": null,
                "steps": [step(1, "yes", "Say yes", beta)],
            }));
        }
        json!({
            "schema": "cargo-lab/report", "schema_version": 1, "generated_at": self.at,
            "learner": self.learner, "solution": false,
            "workspace": { "version": "0.1.0", "release": release, "commit": null, "dirty": null },
            "toolchain": { "rustc": "1.95.0", "host": "x86_64-unknown-linux-gnu" },
            "summary": { "steps": 0, "passed": 0, "open": 0, "not_graded": 0 },
            "labs": labs, "findings": self.findings,
            "a field of a later program": true,
        })
    }
}

/// The digest of the release of the made workspace.
fn release(project: &Project) -> String {
    let report = project.lab("report 2 --json").output().expect("lab runs");
    let report: Value = serde_json::from_slice(&report.stdout).expect("JSON");
    report["workspace"]["release"]
        .as_str()
        .expect("a digest")
        .to_owned()
}

/// The page without its style.
fn page(project: &Project) -> String {
    let page = project.read("cohort.html");
    let (head, rest) = page.split_once("<style>").expect("a style");
    let (_, rest) = rest.split_once("</style>").expect("its end");
    format!("{head}{rest}")
}

#[test]
fn many_reports_are_one_page() {
    let project = Project::new();
    project.release();
    let ours = release(&project);
    let none = json!([]);
    let made = [
        // Ada: stuck in step 2 since the second of three reports; the newest is of lab 1 only, and lab 2's verdict stays.
        (
            "ada/1.json",
            Made {
                learner: Some("ada"),
                at: "2026-03-01T09:00:00Z",
                alpha: ["nothing-counted", "nothing-counted", "no-sum"],
                beta: Some("+"),
                findings: none.clone(),
            },
            &ours,
        ),
        (
            "ada/2.json",
            Made {
                learner: Some("ada"),
                at: "2026-03-02T09:00:00Z",
                alpha: ["+", "miscounted", "no-sum"],
                beta: Some("said-no"),
                findings: none.clone(),
            },
            &ours,
        ),
        (
            "ada/3.json",
            Made {
                learner: Some("ada"),
                at: "2026-03-03T09:00:00Z",
                alpha: ["+", "miscounted", "no-sum"],
                beta: None,
                findings: none.clone(),
            },
            &ours,
        ),
        // Nameless: by the folder, and by the file.
        (
            "grace/report.json",
            Made {
                learner: None,
                at: "2026-03-02T10:00:00Z",
                alpha: ["+", "+", "+"],
                beta: Some("+"),
                findings: json!([
                    { "kind": "snapshot-edited", "path": "labs/1-alpha/tests/snapshots/a.snap", "meaning": "It says what a step wants.", "restore": null },
                    { "kind": "snapshot-edited", "path": "labs/1-alpha/tests/snapshots/b.snap", "meaning": "It says what a step wants.", "restore": null },
                ]),
            },
            &ours,
        ),
        (
            "linus.json",
            Made {
                learner: None,
                at: "2026-03-02T11:00:00Z",
                alpha: ["?", "?", "?"],
                beta: Some("said-no"),
                findings: none.clone(),
            },
            &"0".repeat(64),
        ),
        // A name that would be markup, and one that would turn the text.
        (
            "x.json",
            Made {
                learner: Some("\"><script>alert(1)</script>\u{202e}\u{1b}[31m"),
                at: "2026-03-01T08:00:00Z",
                alpha: ["+", "+", "<b>"],
                beta: Some("said-no"),
                findings: json!([
                    { "kind": "of-a-later-program", "path": "<i>", "meaning": "&", "restore": null },
                ]),
            },
            &ours,
        ),
    ];
    for (path, made, release) in made {
        project.write(
            &format!("reports/{path}"),
            &made.report(release).to_string(),
        );
    }
    project.write("reports/broken.json", "{ \"schema\": ");
    project.write("reports/foreign.json", "{ \"schema\": \"package\" }");
    project.write(
        "reports/later.json",
        "{ \"schema\": \"cargo-lab/report\", \"schema_version\": 2 }",
    );
    project.write(
        "reports/half.json",
        "{ \"schema\": \"cargo-lab/report\", \"schema_version\": 1 }",
    );
    project.write("reports/notes.txt", "not looked at");

    check!(
        "cohort",
        project
            .transcript("cohort reports")
            .replace(&ours, "[release]")
    );
    let page = page(&project);
    check!("cohort_page", page.replace(&ours[..12], "[release]"));
    assert!(!page.contains("<script") && !page.contains("http:") && !page.contains("src="));
    // Nothing but the reports is in it: the same again is the same.
    project.transcript("cohort reports --output again.html");
    assert_eq!(project.read("cohort.html"), project.read("again.html"));
}

#[test]
fn a_folder_without_a_report_is_no_cohort() {
    let project = Project::new();
    project.write("reports/one.json", "[]");
    let mut solution = Made {
        learner: None,
        at: "2026-03-01T09:00:00Z",
        alpha: ["+", "+", "+"],
        beta: None,
        findings: json!([]),
    }
    .report("");
    solution["solution"] = json!(true);
    project.write("reports/two.json", &solution.to_string());
    let mut all = project.transcript("cohort reports");
    all.push_str(&project.transcript("cohort nowhere"));
    check!("cohort_none", all);
}

#[test]
fn what_is_no_file_keeps_nobody_waiting() {
    let project = Project::new();
    project.write("reports/large.json", &" ".repeat((4 << 20) + 1));
    let fifo = project.root().join("reports/fifo.json");
    let made = std::process::Command::new("mkfifo").arg(fifo).status();
    assert!(made.expect("mkfifo starts").success());
    // It ends when somebody reads it without bound: memory does.
    let endless = project.root().join("reports/zero.json");
    std::os::unix::fs::symlink("/dev/zero", endless).expect("a link");
    check!("cohort_no_files", project.transcript("cohort reports"));
}
