//! `cargo lab` without a command, in a pseudo-terminal.

use std::process::Command;

use rustix::process::{Pid, Signal, test_kill_process};

use crate::project::Project;
use crate::terminal::Terminal;

const LIB: &str = "labs/1-alpha/src/lib.rs";
const ONE: (&str, &str) = ("// TODO(step 1): count\n    0", "1");
const TWO: (&str, &str) = ("// TODO(step 2): count\n    0", "2");

fn start(project: &Project) -> Terminal {
    Terminal::start(project.lab("--any-port"), 80, 24)
}

/// Whether the process is there and not merely waited for by nobody.
fn runs(pid: Pid) -> bool {
    let status = std::fs::read_to_string(format!("/proc/{}/stat", pid.as_raw_nonzero()));
    let zombie = status.is_ok_and(|status| status.contains(") Z "));
    test_kill_process(pid).is_ok() && !zombie
}

/// The screen, without what differs from run to run: how long it took, and the release that a made workspace has not.
fn scrub(project: &Project, terminal: &Terminal) -> String {
    let mut out = String::new();
    for line in project.scrub(&terminal.screen()).lines() {
        if line.starts_with("not as released") {
            continue;
        }
        match line.split_once(" · ") {
            Some((verdict, _)) if line.starts_with("──") => out.push_str(verdict),
            _ => out.push_str(line),
        }
        out.push('\n');
    }
    out
}

#[test]
fn a_way_through_a_lab() {
    let project = Project::new();
    let mut terminal = start(&project);
    terminal.see("✗ step 1 is open");
    terminal.see("cause[nothing-counted]");
    terminal.see("not as released");
    check!("home_open", scrub(&project, &terminal));

    project.edit(LIB, ONE.0, ONE.1);
    terminal.see("✓ step 1 passes · ");
    terminal.see_no("looking at the other steps");
    check!("home_passed", scrub(&project, &terminal));

    terminal.press("n");
    terminal.see("✗ step 2 is open");
    terminal.see("Step 2: Count two");
    terminal.see("in this lab, nothing-counted: The function still");

    project.edit(LIB, TWO.0, "\"two\"");
    terminal.see("✗ does not compile");
    terminal.see("error[E0308]: mismatched types");
    assert!(!terminal.screen().contains("cause["));
    check!("home_does_not_compile", scrub(&project, &terminal));

    project.edit(LIB, "\"two\"", "let unused = 2;\n    2");
    terminal.see("✓ step 2 passes");
    terminal.see("warning: unused variable: `unused`");
    terminal.see("Next is step 3");

    project.write(
        "labs/1-alpha/src/sums.rs",
        "//! Sums.\n\n/// Three.\npub fn sum() -> Option<u32> {\n    Some(3)\n}\n",
    );
    // The screen has gone to the step whose file that is.
    terminal.see("✓ step 3 passes");
    terminal.see("Well done: every step of lab 1 passes.");
    terminal.press("n");
    terminal.see("Say yes");
    terminal.see("cause[said-no]");
    project.edit("labs/2-beta/src/lib.rs", "false", "true");
    terminal.see("Every step of every lab passes");
    terminal.press("n");
    terminal.see("cargo lab report");

    terminal.press("q");
    // What stays when the screen is gone.
    terminal.see("Lab 2, step 1, 1 of 1 steps pass. Go on with: cargo lab");
    assert_eq!(terminal.end().code(), Some(0));
}

#[test]
fn hints_and_the_step_are_remembered() {
    let project = Project::new();
    project.edit(LIB, ONE.0, ONE.1);
    let mut terminal = start(&project);
    terminal.see("✗ step 2 is open");
    terminal.press("n");
    terminal.see("Step 2 is still open; press n again");
    terminal.press("n");
    terminal.see("✗ step 3 is open");
    terminal.press("p");
    terminal.see("✗ step 2 is open");
    terminal.press("h");
    terminal.see("Hint 1 of 1");
    terminal.see("As before.");
    terminal.see("h hint 1/1");
    terminal.press("q");
    terminal.end();

    let mut terminal = start(&project);
    terminal.see("✗ step 2 is open");
    terminal.see("Hint 1 of 1");
    terminal.press("nn");
    terminal.see("✗ step 3 is open");
    terminal.press("\x03");
    assert_eq!(terminal.end().code(), Some(0));
    // The third step again, though the second is open.
    let mut terminal = start(&project);
    terminal.see("✗ step 3 is open");
    for level in ["Hint 1 of 1", "Add them."] {
        terminal.press("h");
        terminal.see(level);
    }
    terminal.press("q");
    terminal.end();
}

#[test]
fn a_save_in_another_lab_or_a_name_brings_its_step() {
    let project = Project::new();
    let mut terminal = Terminal::start(project.lab("--any-port 2"), 80, 24);
    terminal.see("Say yes");
    terminal.see("✗ step 1 is open");
    project.edit(LIB, ONE.0, ONE.1);
    terminal.see("✓ step 1 passes");
    terminal.see("Next is step 2");
    terminal.press("q");
    terminal.end();
    let mut terminal = Terminal::start(project.lab("--any-port alpha/3"), 80, 24);
    terminal.see("✗ step 3 is open");
    terminal.press("q");
    terminal.end();
}

#[test]
fn a_step_is_reset_after_a_question() {
    let project = Project::new();
    project.edit(LIB, ONE.0, "7");
    let mut terminal = start(&project);
    terminal.see("cause[miscounted]");
    terminal.press("r");
    terminal.see("Put step 1 back as it was?");
    terminal.press("n");
    terminal.see_no("Put step 1 back");
    assert!(project.read(LIB).contains('7'));
    terminal.press("ry");
    terminal.see("yours is kept");
    terminal.see("cause[nothing-counted]");
    terminal.see("yours is kept");
    assert!(project.read(LIB).contains(ONE.0));
    terminal.press("q");
    terminal.end();
}

#[test]
fn the_last_save_has_the_verdict() {
    let project = Project::new();
    let steps = "labs/1-alpha/tests/steps.rs";
    // The first step's test does not end by itself while the code counts seven.
    project.edit(
        steps,
        "fn step_1_one() {",
        "fn step_1_one() {\n    if alpha::one() == 7 { std::fs::write(concat!(env!(\"CARGO_MANIFEST_DIR\"), \"/hangs\"), std::process::id().to_string()).unwrap(); loop { std::thread::park(); } }",
    );
    let mut terminal = start(&project);
    terminal.see("✗ step 1 is open");
    project.edit(LIB, ONE.0, "7");
    terminal.see("running the test");
    // Keys work meanwhile.
    terminal.press("?");
    terminal.see("these keys");
    terminal.press("q");
    terminal.see_no("these keys");
    terminal.press("h");
    terminal.see("Hint 1 of 2");
    while project.read("labs/1-alpha/hangs").is_empty() {
        std::thread::yield_now();
    }
    project.edit(LIB, "    7\n", "    1\n");
    terminal.see("✓ step 1 passes");
    let pid = project.read("labs/1-alpha/hangs").parse().ok();
    let pid = pid.and_then(Pid::from_raw).expect("a process ID");
    assert!(!runs(pid), "the test of the save before still runs");

    // Two saves at once: the second counts.
    project.edit(LIB, "    1\n", "    8\n");
    project.edit(LIB, "    8\n", "    9\n");
    terminal.see("Some(9) is not 1");
    terminal.press("q");
    terminal.end();
}

#[test]
fn any_size_will_do() {
    let project = Project::new();
    let mut terminal = start(&project);
    terminal.see("cause[too-hasty]");
    terminal.resize(40, 12);
    terminal.see("↓ ");
    terminal.see_no("cause[too-hasty]");
    terminal.press("\x1b[F");
    terminal.see("read  labs/1-alpha/README.md");
    terminal.press("k\x1b[5~\x1b[H");
    terminal.see("Step 1: Count one");
    terminal.resize(1, 1);
    terminal.resize(120, 40);
    terminal.see("cause[too-hasty]");
    terminal.press("q");
    terminal.end();
}

#[test]
fn without_colour_there_are_no_colour_codes() {
    let project = Project::new();
    let with = |name: &str, value: &str| {
        let mut command = project.lab("--any-port");
        command.env(name, value);
        let mut terminal = Terminal::start(command, 80, 24);
        terminal.see("✗ step 1 is open");
        project.edit(LIB, ONE.0, "\"one\"");
        terminal.see("mismatched types");
        project.edit(LIB, "\"one\"", ONE.0);
        terminal.see("✗ step 1 is open");
        let written = terminal.written();
        terminal.press("q");
        terminal.end();
        let sequences = written.split("\x1b[").skip(1);
        sequences
            .filter_map(|rest| {
                rest.find(|c: char| c.is_ascii_alphabetic())
                    .map(|end| &rest[..=end])
            })
            .any(|sequence| sequence.ends_with('m'))
    };
    assert!(with("NO_COLOR", ""));
    assert!(!with("NO_COLOR", "1"));
}

#[test]
fn signals_give_the_terminal_back() {
    let project = Project::new();
    for signal in [Signal::TERM, Signal::HUP, Signal::INT] {
        let terminal = start(&project);
        terminal.see("✗ step 1 is open");
        terminal.signal(signal);
        assert_eq!(terminal.end().code(), Some(0));
    }
    // Also in the middle of a build, of which nothing remains.
    project.edit(LIB, ONE.0, "loop { std::thread::park() }");
    let terminal = start(&project);
    terminal.see("running the test");
    terminal.signal(Signal::TERM);
    terminal.end();
}

#[test]
fn without_a_terminal_it_checks_once() {
    let project = Project::new();
    let with = |command: Command| project.transcript_of("check", command);
    let checked = with(project.lab("check"));
    assert_eq!(with(project.lab("")), checked);
    let step = with(project.lab("check 1/3"));
    assert_eq!(with(project.lab("1/3")), step);
    let mut command = project.lab("");
    command.env("TERM", "dumb");
    let terminal = Terminal::start(command, 80, 24);
    terminal.see("again  cargo lab check 1/1");
    assert_eq!(terminal.end().code(), Some(1));
}

#[test]
fn the_observatory_comes_and_goes_with_it() {
    let project = Project::with_services();
    let mut terminal = start(&project);
    terminal.see("✗ step 1 is open");
    terminal.see("observatory http://localhost:41001");
    terminal.press("o");
    terminal.see("Open http://localhost:41001");
    terminal.press("g");
    terminal.see("The guide is labs/1-alpha/README.md:3");
    terminal.press("q");
    terminal.end();
    let events = project.read("events");
    assert!(events.contains("observatory ends"), "{events}");
    let pid = project.read("pids").trim().parse().ok();
    let pid = pid.and_then(Pid::from_raw).expect("a process ID");
    assert!(!runs(pid));
}

#[test]
fn the_screen_goes_on_without_the_observatory() {
    let project = Project::with_services();
    project.edit(
        "services.sh",
        "# HERE",
        "echo 'error: port 4317 is in use: end what has it' >&2; exit 3",
    );
    let mut terminal = start(&project);
    terminal.see("no observatory: port 4317 is in use: end what has it");
    project.edit(
        "services.sh",
        "echo 'error: port 4317 is in use: end what has it' >&2; exit 3",
        "",
    );
    terminal.press("o");
    terminal.see("observatory http://localhost:41001");
    project.edit(LIB, ONE.0, ONE.1);
    terminal.see("✓ step 1 passes");
    terminal.press("q");
    terminal.end();
}

#[test]
fn a_workspace_whose_code_does_not_compile_is_a_beginning_too() {
    let project = Project::new();
    project.edit(LIB, ONE.0, "\"one\"");
    let mut terminal = start(&project);
    terminal.see("✗ does not compile");
    terminal.see("mismatched types");
    terminal.press("n");
    terminal.see("The open step is not found yet.");
    project.edit(LIB, "\"one\"", ONE.1);
    terminal.see("✗ step 2 is open");
    terminal.press("q");
    terminal.end();
}
