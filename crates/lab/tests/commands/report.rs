//! What `cargo lab report` writes: its forms, its exit codes, and what it keeps to itself.

mod schema;

use std::fs;
use std::process::Command;

use crate::project::Project;

const ALPHA: &str = "labs/1-alpha/src/lib.rs";
const BETA: &str = "labs/2-beta/src/lib.rs";

/// `cargo lab report ARGS` at a fixed time.
fn report(project: &Project, args: &str) -> Command {
    let mut command = project.lab(args);
    command.env("SOURCE_DATE_EPOCH", "1772357400");
    command
}

/// What it said, without what differs from machine to machine and from run to run.
fn transcript(project: &Project, args: &str) -> String {
    stable(&project.transcript_of(args, report(project, args)))
}

fn stable(text: &str) -> String {
    let mut text = text.to_owned();
    for (before, after, name) in [
        ("\"seconds\": ", &[',', '\n'][..], "[seconds]"),
        (" time=\"", &['"'], "[seconds]"),
        ("\"release\": \"", &['"'], "[release]"),
        ("name=\"release\" value=\"", &['"'], "[release]"),
        ("· release ", &[' '], "[release]"),
        ("\"rustc\": \"", &['"'], "[rustc]"),
        ("\"host\": \"", &['"'], "[host]"),
        ("· rustc ", &['<'], "[rustc]"),
    ] {
        let mut out = String::new();
        let mut rest = text.as_str();
        while let Some((head, tail)) = rest.split_once(before) {
            let end = tail.find(after).unwrap_or(tail.len());
            let value = if &tail[..end] == "null" { "null" } else { name };
            out.push_str(head);
            out.push_str(before);
            out.push_str(value);
            rest = &tail[end..];
        }
        out.push_str(rest);
        text = out;
    }
    // The column of seconds in a table.
    let cell = |cell: &str| match cell.parse::<f64>() {
        Ok(_) if cell.contains('.') => "[seconds]".to_owned(),
        _ => cell.to_owned(),
    };
    let line = |line: &str| {
        let cells: Vec<String> = line.split(' ').map(cell).collect();
        cells.join(" ") + "\n"
    };
    text.lines().map(line).collect()
}

/// The made workspace released, as far as a learner comes: one step passed, one wrong, one untouched; lab 2 does not compile.
fn half_way() -> Project {
    let project = Project::new();
    project.transcript("check 2");
    project.release();
    project.edit(ALPHA, "// TODO(step 1): count\n    0", "1");
    project.edit(ALPHA, "// TODO(step 2): count\n    0", "9");
    project.edit(BETA, "false", "\"no\"");
    project
}

#[test]
fn every_form_of_a_report() {
    let project = half_way();
    let mut all = transcript(&project, "report");
    all.push_str(&transcript(
        &project,
        "report --learner <Ada|&_L> --json=report.json --junit=report.xml --markdown --output report.md",
    ));
    for file in ["report.json", "report.xml", "report.md"] {
        all.push_str(&format!(
            "\n# {file}\n{}",
            stable(&project.scrub(&project.read(file)))
        ));
    }
    check!("report", all);
    let report = serde_json::from_str(&project.read("report.json")).expect("JSON");
    schema::holds(&report);
    // Nothing is left of how the files were written.
    let names = fs::read_dir(project.root()).expect("the folder");
    let mut names = names.map(|entry| entry.expect("an entry").file_name());
    assert!(!names.any(|name| name.to_string_lossy().contains(".new")));
}

#[test]
fn a_solution_passes_and_one_lab_will_do() {
    let project = Project::new();
    project.transcript("check 2");
    project.release();
    check!("report_solution", transcript(&project, "report --solution"));
    check!("report_one_lab", transcript(&project, "report beta --json"));
}

#[test]
fn a_step_that_ends_the_process_takes_no_other_along() {
    let project = Project::new();
    project.edit(
        ALPHA,
        "// TODO(step 2): count\n    0",
        "std::process::exit(7)",
    );
    check!("report_process_ended", transcript(&project, "report 1"));
    let xml = transcript(&project, "report 1 --junit");
    assert!(
        xml.contains("<skipped message=\"the tests ended (exit status: 7)"),
        "{xml}"
    );
}

#[test]
fn what_is_secret_stays_here() {
    let project = Project::new();
    project.edit(
        BETA,
        "    // TODO(step 1): say yes\n    false",
        "    println!(\"\\x1b[31m{} {:?} {:?}\\x1b[0m\", env!(\"CARGO_MANIFEST_DIR\"), std::env::var(\"HONEYCOMB_API_KEY\"), std::env::var(\"OTEL_EXPORTER_OTLP_HEADERS\"));\n    false",
    );
    let mut command = report(&project, "report 2 --junit");
    command.env("HONEYCOMB_API_KEY", "hcaik_0123456789"); // gitleaks:allow
    command.env(
        "OTEL_EXPORTER_OTLP_HEADERS",
        "x-honeycomb-team=hcbik_9876543210", // gitleaks:allow
    );
    let output = command.output().expect("lab runs");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    let failure = text.lines().find(|line| line.contains("<failure"));
    assert_eq!(
        failure.map(str::trim),
        Some(
            "<failure type=\"said-no\" message=\"said-no\">labs/2-beta Ok(\"[HONEYCOMB_API_KEY]\") Ok(\"[OTEL_EXPORTER_OTLP_HEADERS]\")"
        )
    );
    assert!(
        !text.contains(&project.root().display().to_string()),
        "{text}"
    );
}

/// Characters as they come by chance, always the same ones, so that no key stands in this file.
fn random(length: usize) -> String {
    let alphabet = b"abcdefghijklmnopqrstuvwxyz0123456789";
    let mut state = 7_u32;
    (0..length)
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            char::from(alphabet[(state >> 16) as usize % alphabet.len()])
        })
        .collect()
}

#[test]
fn a_key_in_the_code_is_in_no_form() {
    let key = format!("hcaik_{}", random(58));
    let project = Project::new();
    project.edit(BETA, "false", &key);
    project.edit(
        ALPHA,
        "// TODO(step 1): count\n    0",
        &format!("panic!(\"cause[{key}]: key\")"),
    );
    project.transcript_of(
        "report --json=a.json --junit=a.xml --markdown=a.md",
        report(
            &project,
            "report --json=a.json --junit=a.xml --markdown=a.md",
        ),
    );
    for file in ["a.json", "a.xml", "a.md"] {
        let text = project.read(file);
        assert!(text.contains("cannot find value"), "{file}: {text}");
        assert!(text.contains("(a key, not shown)"), "{file}: {text}");
        assert!(!text.contains(&key[6..]), "{file}: {text}");
    }
}

#[test]
fn dependencies_that_cargo_cannot_get_are_told() {
    let project = Project::new();
    project.edit(
        "labs/2-beta/Cargo.toml",
        "[lib]",
        "[dependencies]\nelsewhere = { git = \"file:///nowhere\" }\n\n[lib]",
    );
    let mut all = transcript(&project, "report 2");
    all.push_str(&transcript(&project, "report 2 --junit"));
    check!("report_no_dependencies", all);
}

#[test]
fn what_is_no_file_is_written_into() {
    use std::os::unix::fs::FileTypeExt as _;

    let project = Project::new();
    let fifo = project.root().join("fifo.json");
    let made = Command::new("mkfifo").arg(&fifo).status();
    assert!(made.expect("mkfifo starts").success());
    // Held open for both, so that nobody waits for anybody; a pipe holds more than this report.
    let both = fs::File::options().read(true).write(true).open(&fifo);
    let mut both = both.expect("the pipe");
    project.transcript_of("report 2", report(&project, "report 2 --json=fifo.json"));
    let still = fs::symlink_metadata(&fifo).expect("what is there");
    assert!(still.file_type().is_fifo());
    let mut bytes = vec![0; 1 << 16];
    let count = std::io::Read::read(&mut both, &mut bytes).expect("what was written");
    let text = String::from_utf8_lossy(&bytes[..count]);
    assert!(
        text.starts_with("{\n  \"schema\": \"cargo-lab/report\""),
        "{text}"
    );
    assert!(text.ends_with("}\n"), "{text}");
    // The same way as to `/dev/stdout`, by a link of our own, so that a wrong program replaces nothing of the machine.
    std::os::unix::fs::symlink("/proc/self/fd/1", project.root().join("out")).expect("a link");
    let output = report(&project, "report 2 --json=out")
        .output()
        .expect("lab runs");
    let written = String::from_utf8_lossy(&output.stdout);
    assert!(written.starts_with("{\n  \"schema\""), "{written}");
    assert!(project.root().join("out").is_symlink());
}

#[test]
fn in_github_actions_the_learner_is_who_pushed() {
    let project = Project::new();
    for (variables, learner) in [
        (
            &[("GITHUB_ACTIONS", "true"), ("GITHUB_ACTOR", "ada")][..],
            "\"ada\"",
        ),
        (&[("GITHUB_ACTOR", "ada")], "null"),
    ] {
        let mut command = report(&project, "report 2 --json");
        let output = command
            .envs(variables.iter().copied())
            .output()
            .expect("lab runs");
        let text = String::from_utf8(output.stdout).expect("UTF-8");
        assert!(text.contains(&format!("\"learner\": {learner},")), "{text}");
    }
}

#[test]
fn a_report_that_cannot_be_made_says_so() {
    let project = Project::new();
    let mut all = String::new();
    for args in [
        "report --json --junit",
        "report --json=a.json --output b.json",
        "report 7",
        "report 2 --output nowhere/report.md",
    ] {
        all.push_str(&transcript(&project, args));
    }
    project.edit(
        "labs/1-alpha/lab.toml",
        "number = 1\npackage",
        "number = 7\npackage",
    );
    all.push_str(&transcript(&project, "report"));
    check!("report_cannot", all);
}
