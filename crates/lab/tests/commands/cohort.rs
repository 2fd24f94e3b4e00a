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

/// `cargo lab cohort reports` in spring 2026.
fn cohort(project: &Project) -> String {
    let mut command = project.lab("cohort reports");
    command.env("SOURCE_DATE_EPOCH", "1775000000");
    project.transcript_of("cohort reports", command)
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

    check!("cohort", cohort(&project).replace(&ours, "[release]"));
    let page = page(&project);
    check!("cohort_page", page.replace(&ours[..12], "[release]"));
    assert!(!page.contains("<script") && !page.contains("http:") && !page.contains("src="));
    // Nothing but the reports is in it: the same again is the same.
    let mut again = project.lab("cohort reports --output again.html");
    again.env("SOURCE_DATE_EPOCH", "1775000000");
    project.transcript_of("again", again);
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

#[test]
fn reports_that_others_wrote() {
    let project = Project::new();
    project.release();
    let ours = release(&project);
    let made = |learner: Option<&str>, at: &str, beta: &str, findings: Value| {
        Made {
            learner,
            at,
            alpha: ["+", "+", "+"],
            beta: Some(beta),
            findings,
        }
        .report(&"1".repeat(64))
    };
    let put = |path: &str, report: &Value| {
        project.write(&format!("reports/{path}"), &report.to_string());
    };
    let many: Vec<Value> = (0..5)
        .map(|n| json!({ "kind": "test-edited", "path": format!("labs/{n}.rs"), "meaning": format!("meaning {n}"), "restore": null }))
        .collect();
    let none = json!([]);
    // One learner, however capitalised; a name without an end; nobody by blanks, twice, by the folder below a day's.
    put(
        "a.json",
        &made(Some("Ada"), "2026-03-01T09:00:00Z", "said-no", none.clone()),
    );
    put(
        "b.json",
        &made(Some("ada"), "2026-03-02T09:00:00Z", "said-no", json!(many)),
    );
    put(
        "long.json",
        &made(
            Some(&"x".repeat(300)),
            "2026-03-02T09:00:00Z",
            "+",
            none.clone(),
        ),
    );
    for day in ["2026-03-01T100000Z", "2026-03-02"] {
        let at = format!("{}T10:00:00Z", &day[..10]);
        put(
            &format!("{day}/me/fork/report.json"),
            &made(Some(" "), &at, "said-no", none.clone()),
        );
    }
    let mut report = made(Some("empty"), "2026-03-02T09:00:00Z", "+", none.clone());
    report["labs"] = json!([]);
    put("empty.json", &report);
    // Lab 7 is of nobody here; and a lab alone is not all.
    let mut report = made(Some("other"), "2026-03-02T09:00:00Z", "+", none.clone());
    report["labs"][1]["number"] = json!(7);
    report["labs"][1]["package"] = json!("gamma");
    put("other.json", &report);
    let mut report = made(Some("later"), "2026-03-02T09:00:00Z", "+", none.clone());
    report["labs"][0]["steps"][1]["verdict"] = json!("half-passed");
    put("later.json", &report);
    put(
        "never.json",
        &made(Some("never"), "soon", "+", none.clone()),
    );
    put(
        "future.json",
        &made(Some("future"), "2999-03-02T09:00:00Z", "+", none),
    );

    check!("cohort_of_others", cohort(&project));
    check!(
        "cohort_page_of_others",
        page(&project).replace(&ours[..12], "[release]")
    );
}

#[test]
fn reports_are_downloaded_as_often_as_one_likes() {
    use std::os::unix::fs::PermissionsExt as _;

    let guide = include_str!("../../../../docs/grading.md");
    let (_, rest) = guide.split_once("```sh\nnow=").expect("the loop");
    let (script, _) = rest.split_once("```").expect("its end");
    let script = format!("now={script}");
    let project = Project::new();
    for (name, text) in [
        ("date", "cat day"),
        (
            "gh",
            "if [ $1 = api ]; then echo ada/labs; exit; fi\nset -C; mkdir -p \"$8\" && echo > \"$8/report.json\"",
        ),
    ] {
        let file = format!("programs/{name}");
        project.write(&file, &format!("#!/bin/sh\n{text}\n"));
        let executable = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(project.root().join(file), executable).expect("an executable");
    }
    let programs = project.root().join("programs").display().to_string();
    for day in ["2026-03-01", "2026-03-02"] {
        project.write("day", day);
        let ended = std::process::Command::new("sh")
            .args(["-e", "-c", &script])
            .current_dir(project.root())
            .env("PATH", format!("{programs}:/usr/bin:/bin"))
            .status();
        assert!(ended.expect("sh starts").success(), "{day}");
        let report = project
            .root()
            .join(format!("reports/{day}/ada/labs/report.json"));
        assert!(report.exists(), "{day}");
    }
}
