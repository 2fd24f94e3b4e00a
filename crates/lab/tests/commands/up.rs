//! `cargo lab up` with shell scripts for services: what they are told, in which order they begin and end, and that none remains.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command};
use std::sync::mpsc::{Receiver, channel};

use rustix::process::{Pid, Signal, kill_process, test_kill_process};

use crate::project::{DEADLINE, Project, finish};

/// A running `cargo lab up`, its standard output line by line.
pub(crate) struct Up<'a> {
    project: &'a Project,
    child: Child,
    lines: Receiver<String>,
    said: String,
}

impl<'a> Up<'a> {
    pub(crate) fn start(project: &'a Project, mut command: Command) -> Self {
        let mut child = command.spawn().expect("lab starts");
        let stdout = child.stdout.take().expect("a pipe");
        let (sender, lines) = channel();
        std::thread::spawn(move || {
            for line in BufReader::new(stdout).lines() {
                let _ = sender.send(line.expect("a line"));
            }
        });
        Self {
            project,
            child,
            lines,
            said: String::new(),
        }
    }

    /// Reads on to a line that contains `text`.
    #[track_caller]
    pub(crate) fn wait_for(&mut self, text: &str) {
        loop {
            let line = self
                .lines
                .recv_timeout(DEADLINE)
                .unwrap_or_else(|_| panic!("no {text:?} in:\n{}", self.said));
            let found = line.contains(text);
            self.said.push_str(&line);
            self.said.push('\n');
            if found {
                return;
            }
        }
    }

    pub(crate) fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).expect("lab runs");
    }

    /// All it said and its exit code, after checking that no service remains.
    #[track_caller]
    pub(crate) fn end(self) -> String {
        let Self {
            project,
            child,
            lines,
            mut said,
        } = self;
        let output = finish(child);
        for line in lines {
            said.push_str(&line);
            said.push('\n');
        }
        said.push_str(&String::from_utf8_lossy(&output.stderr));
        said.push_str(&format!(
            "[exit code {}]\n",
            output.status.code().unwrap_or(-1)
        ));
        for pid in project.read("pids").lines() {
            let pid = pid
                .parse()
                .ok()
                .and_then(Pid::from_raw)
                .expect("a process ID");
            assert!(
                test_kill_process(pid).is_err(),
                "{} still runs",
                pid.as_raw_nonzero()
            );
        }
        scrub(project, &said)
    }
}

/// The text without the one port that really is a free one.
fn scrub(project: &Project, text: &str) -> String {
    let events = project.read("events");
    let page = events
        .split_once("frontend begins")
        .and_then(|(_, told)| told.split_once("PORT="));
    let port = page
        .and_then(|(_, rest)| rest.lines().next())
        .unwrap_or("none");
    project.scrub(&text.replace(port, "[page]"))
}

pub(crate) fn events(project: &Project) -> String {
    scrub(project, &project.read("events"))
}

pub(crate) fn without_environment(events: &str) -> String {
    events
        .lines()
        .filter(|line| !line.starts_with(' '))
        .flat_map(|line| [line, "\n"])
        .collect()
}

#[test]
fn services_begin_in_order_and_end_in_the_opposite_one() {
    let project = Project::with_services();
    let mut up = Up::start(&project, project.lab("up --any-port"));
    up.wait_for("ctrl-C");
    up.wait_for("traffic goes");
    up.signal(Signal::INT);
    check!("up", up.end());
    check!("up_events", events(&project));
}

#[test]
fn in_a_cloud_workspace_browsers_come_through_its_forwarding() {
    for (name, variables) in [
        (
            "up_codespaces",
            &[
                ("CODESPACE_NAME", "shiny-space"),
                (
                    "GITHUB_CODESPACES_PORT_FORWARDING_DOMAIN",
                    "preview.example",
                ),
            ][..],
        ),
        (
            "up_gitpod",
            &[(
                "GITPOD_WORKSPACE_URL",
                "https://me-lab-x1.ws-eu1.gitpod.example/",
            )],
        ),
    ] {
        let project = Project::with_services();
        // What these workspaces open a port with.
        for program in ["gh", "gp"] {
            project.write_program(&format!("bin/{program}"), "echo \"${0##*/} $*\" >>events");
        }
        let mut command = project.lab("up --any-port --solution --no-traffic");
        command.envs(variables.iter().copied());
        command.env("PATH", project.path_with("bin"));
        let mut up = Up::start(&project, command);
        up.wait_for("are open to whoever");
        up.signal(Signal::TERM);
        check!(name, up.end() + &events(&project));
    }
}

#[test]
fn an_observatory_that_the_page_does_not_call_is_not_opened() {
    let project = Project::with_services();
    project.write_program("bin/gp", "echo \"gp $*\" >>events");
    let mut command = project.lab("up --any-port --no-traffic");
    command.env("GITPOD_WORKSPACE_URL", "https://me.gitpod.example");
    command.env("FRONTEND_OTLP_ENDPOINT", "http://collector.example:4318");
    command.env("PATH", project.path_with("bin"));
    let mut up = Up::start(&project, command);
    up.wait_for("The port 41003 is open to whoever");
    up.signal(Signal::TERM);
    up.end();
    let events = events(&project);
    let opened: Vec<&str> = events
        .lines()
        .filter(|line| line.starts_with("gp "))
        .collect();
    assert_eq!(opened, ["gp ports visibility 41003:public"]);
}

#[test]
fn a_port_that_the_workspace_does_not_open_is_opened_by_hand() {
    let project = Project::with_services();
    project.write_program("bin/gh", "echo 'HTTP 403' >&2; exit 1");
    let mut command = project.lab("up --any-port --no-traffic");
    command.env("CODESPACE_NAME", "shiny-space");
    command.env("PATH", project.path_with("bin"));
    let mut up = Up::start(&project, command);
    up.wait_for("Make the ports 41003 and 41004 public in the list of ports");
    up.signal(Signal::TERM);
    let said = up.end();
    assert!(!said.contains("403"), "{said}");
    assert!(said.ends_with("[exit code 0]\n"), "{said}");
}

#[test]
fn one_that_cannot_start_ends_all() {
    let project = Project::with_services();
    project.edit(
        "services.sh",
        "# HERE",
        "[ $name = backend ] && { echo 'error: port 4567 is in use: end what has it' >&2; exit 3; }",
    );
    let up = Up::start(&project, project.lab("up --any-port"));
    check!(
        "up_cannot_start",
        up.end() + &without_environment(&events(&project))
    );
}

#[test]
fn one_that_ends_by_itself_ends_all() {
    let project = Project::with_services();
    project.edit("services.sh", "echo \"traffic goes\"", "exit 4");
    let mut up = Up::start(&project, project.lab("up --any-port"));
    up.wait_for("ctrl-C");
    check!(
        "up_one_ends",
        up.end() + &without_environment(&events(&project))
    );
}

#[test]
fn a_second_signal_ends_by_force() {
    let project = Project::with_services();
    project.edit(
        "services.sh",
        "# HERE",
        "[ $name = frontend ] && trap 'echo frontend stays; sleep 1000 & wait' TERM",
    );
    let mut up = Up::start(&project, project.lab("up --any-port --no-traffic"));
    up.wait_for("ctrl-C");
    up.signal(Signal::HUP);
    up.wait_for("frontend stays");
    up.signal(Signal::INT);
    check!(
        "up_by_force",
        up.end() + &without_environment(&events(&project))
    );
}

#[test]
fn the_same_signal_twice_leaves_services_their_time() {
    let project = Project::with_services();
    project.edit(
        "services.sh",
        "# HERE",
        "[ $name = frontend ] && trap 'echo frontend stays; while [ ! -e go ]; do sleep 0.05; done; echo frontend is done; exit 0' TERM",
    );
    let mut up = Up::start(&project, project.lab("up --any-port --no-traffic"));
    up.wait_for("ctrl-C");
    up.signal(Signal::TERM);
    up.wait_for("frontend stays");
    up.signal(Signal::TERM);
    project.write("go", "");
    up.wait_for("frontend is done");
    let said = up.end();
    assert!(!said.contains("force"), "{said}");
    assert!(said.ends_with("[exit code 0]\n"), "{said}");
}

#[test]
fn live_sends_with_the_key_and_never_shows_it() {
    let key = [("HONEYCOMB_API_KEY", "hcaik_0123456789")]; // gitleaks:allow
    for (name, variables) in [
        ("up_live", vec![]),
        (
            "up_live_eu",
            vec![(
                "OTEL_EXPORTER_OTLP_ENDPOINT",
                "https://api.eu1.honeycomb.io:443",
            )],
        ),
        (
            "up_live_elsewhere",
            vec![(
                "OTEL_EXPORTER_OTLP_ENDPOINT",
                "https://api.honeycomb.io:x@evil.example",
            )],
        ),
        (
            "up_live_page_to_a_collector",
            vec![("FRONTEND_OTLP_ENDPOINT", "http://collector.example:4318")],
        ),
        (
            "up_live_own_headers",
            vec![("OTEL_EXPORTER_OTLP_HEADERS", "x-honeycomb-team=mine")],
        ),
    ] {
        let project = Project::with_services();
        let mut command = project.lab("up --any-port --live --no-traffic");
        command.envs(key).envs(variables);
        let mut up = Up::start(&project, command);
        up.wait_for("ctrl-C");
        up.signal(Signal::TERM);
        let said = up.end();
        assert!(!said.contains("0123456789"), "the key is shown:\n{said}");
        check!(name, said + &events(&project));
    }
}

#[test]
fn what_cannot_work_is_refused_before_anything_is_built() {
    let project = Project::with_services();
    let mut all = String::new();
    for (args, variables) in [
        ("up --live", &[][..]),
        (
            "up",
            &[("OTEL_EXPORTER_OTLP_ENDPOINT", "https://api.honeycomb.io")],
        ),
        (
            "up",
            &[(
                "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
                "https://me:secret@elsewhere.example/v1/traces?key=secret",
            )],
        ),
        (
            "up",
            &[("FRONTEND_OTLP_ENDPOINT", "https://api.honeycomb.io")],
        ),
        ("up", &[("GITPOD_WORKSPACE_URL", "me.gitpod.example")]),
        ("up 7", &[]),
    ] {
        let mut command = project.lab(args);
        command.envs(variables.iter().copied());
        all.push_str(&format!(
            "{variables:?}\n{}\n",
            project.transcript_of(args, command)
        ));
    }
    check!("up_refused", all);
    assert!(!project.root().join("target").exists());
}

#[test]
fn code_that_does_not_compile_starts_nothing() {
    let project = Project::with_services();
    project.edit(
        "labs/1-alpha/src/lib.rs",
        "// TODO(step 1): count\n    0",
        "\"one\"",
    );
    check!("up_does_not_compile", project.transcript("up --any-port"));
    assert_eq!(events(&project), "");
}
