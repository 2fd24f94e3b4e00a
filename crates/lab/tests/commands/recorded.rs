//! `cargo lab up` for a lab that looks at a recording, with shell scripts for the observatory and for the program that loads it.

use std::path::PathBuf;

use rustix::process::Signal;

use crate::project::Project;
use crate::up::{Up, events, without_environment};

/// A workspace whose lab 1 looks at a recording that ends at second 1,000; `loading` is what its program does at last.
fn project(loading: &str) -> Project {
    let project = Project::with_services();
    let service = project.read("crates/cruddur/src/main.rs");
    let manifest = project.read("crates/cruddur/Cargo.toml");
    project.write("crates/recorder/src/main.rs", &service);
    project.write(
        "crates/recorder/Cargo.toml",
        &manifest.replace("cruddur", "recorder"),
    );
    project.edit(
        "labs/1-alpha/lab.toml",
        "test = \"steps\"",
        "test = \"steps\"\nrecording = \"recorder\"",
    );
    let script = format!(
        "[ $package = recorder ] && {{ [ $name = --now ] && echo 1000 && exit 0; {loading}; }}"
    );
    project.edit("services.sh", "# HERE", &script);
    project
}

#[test]
fn the_observatory_shows_it_at_its_end_and_nothing_else_runs() {
    let project = project("echo all of it loaded; exit 0");
    let mut up = Up::start(&project, project.lab("up --any-port"));
    up.wait_for("all of it loaded");
    up.wait_for("http://localhost:41001/");
    up.wait_for("ctrl-C");
    up.signal(Signal::INT);
    let said = up.end();
    assert!(said.ends_with("[exit code 0]\n"), "{said}");
    let began = "--now begins: recorder --now
observatory begins: observatory --http 127.0.0.1:0 --grpc 127.0.0.1:0 --xray-daemon 127.0.0.1:0 --data [store] --now 1000 --print-addresses
127.0.0.1:41001 begins: recorder 127.0.0.1:41001
observatory ends
";
    assert_eq!(began_and_ended(&project), began);

    // The next time it is there.
    project.write("events", "");
    project.write("pids", "");
    let mut up = Up::start(&project, project.lab("up --any-port"));
    up.wait_for("ctrl-C");
    up.signal(Signal::INT);
    assert!(!up.end().contains("all of it loaded"));
    let again = began.replace("127.0.0.1:41001 begins: recorder 127.0.0.1:41001\n", "");
    assert_eq!(began_and_ended(&project), again);

    // Half of it is as good as nothing.
    let store = stored(&project);
    std::fs::remove_file(store.join("loaded")).expect("the mark");
    project.write("events", "");
    project.write("pids", "");
    let mut up = Up::start(&project, project.lab("up --any-port"));
    up.wait_for("ctrl-C");
    up.signal(Signal::INT);
    assert!(up.end().contains("all of it loaded"));
    assert_eq!(began_and_ended(&project), began);
}

/// The one store that there is.
fn stored(project: &Project) -> PathBuf {
    let all = std::fs::read_dir(project.root().join("target/debug/recordings")).expect("a folder");
    let mut all: Vec<PathBuf> = all.map(|store| store.expect("a store").path()).collect();
    assert_eq!(all.len(), 1, "{all:?}");
    all.remove(0)
}

/// What began and ended, with the store's folder by its role.
fn began_and_ended(project: &Project) -> String {
    let store = stored(project).display().to_string();
    without_environment(&events(project))
        .replace(&store, "[store]")
        .replace(
            &store.replace(&project.root().display().to_string(), "[root]"),
            "[store]",
        )
}

#[test]
fn a_recording_that_cannot_be_loaded_ends_all() {
    let project = project("echo 'the observatory refused spans' >&2; exit 3");
    let said = Up::start(&project, project.lab("up --any-port")).end();
    assert!(said.contains("the observatory refused spans"), "{said}");
    assert!(
        said.contains("error: recording ended (exit status: 3)"),
        "{said}"
    );
    assert!(said.ends_with("[exit code 1]\n"), "{said}");
}

#[test]
fn what_only_services_have_is_refused() {
    let project = project("exit 0");
    let said = Up::start(&project, project.lab("up 1 --solution")).end();
    assert!(
        said.contains(
            "lab 1 looks at a recording, and runs no service: leave out --live, --solution"
        ),
        "{said}"
    );
    assert!(said.ends_with("[exit code 2]\n"), "{said}");
}
