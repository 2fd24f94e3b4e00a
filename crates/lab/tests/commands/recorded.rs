//! `cargo lab up` for a lab that looks at a recording, with shell scripts for the observatory and for the program that loads it.

use std::ffi::OsStr;
use std::fs::File;
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
    let project = project("echo it is there; exit 0");
    let began = "--now begins: recorder --now
observatory begins: observatory --http 127.0.0.1:0 --grpc 127.0.0.1:0 --xray-daemon 127.0.0.1:0 --data [store] --now 1000 --print-addresses
--ensure begins: recorder --ensure 127.0.0.1:41001
observatory ends
";
    // Whether it has to be loaded is for the loader to see, each time: the observatory may have been emptied.
    for _ in 0..2 {
        project.write("events", "");
        project.write("pids", "");
        let mut up = Up::start(&project, project.lab("up --any-port"));
        up.wait_for("it is there");
        up.wait_for("http://localhost:41001/");
        up.wait_for("ctrl-C");
        up.signal(Signal::INT);
        let said = up.end();
        assert!(said.ends_with("[exit code 0]\n"), "{said}");
        assert_eq!(began_and_ended(&project), began);
    }
}

#[test]
fn what_an_observatory_has_open_is_left_alone() {
    // The observatory of these tests makes no folder.
    let project = project("exit 0");
    let begin = || {
        project.write("pids", "");
        Up::start(&project, project.lab("up --any-port"))
    };
    let mut up = begin();
    up.wait_for("ctrl-C");
    up.signal(Signal::INT);
    up.end();
    let own = store_told(&project);

    let filled = |build: &str| {
        let folder = own.with_file_name(build);
        std::fs::create_dir_all(&folder).expect("a folder");
        std::fs::write(folder.join("observatory.db"), "spans").expect("a file");
        File::create(folder.join("lock")).expect("a file")
    };
    let (in_use, _old) = (filled("0123456789abcdef"), filled("fedcba9876543210"));
    in_use.lock().expect("a lock");
    let name = own.file_name().and_then(OsStr::to_str).expect("a name");
    let own_lock = filled(name);
    let mut up = begin();
    up.wait_for("ctrl-C");
    up.signal(Signal::INT);
    up.end();
    assert_eq!(stores(&project), ["0123456789abcdef", name]);

    // The observatory of another `up` fills it.
    own_lock.lock().expect("a lock");
    project.write("events", "");
    let said = begin().end();
    assert!(
        said.contains("error: an observatory has the recording open already, or is filling it now"),
        "{said}"
    );
    assert!(said.ends_with("[exit code 2]\n"), "{said}");
    assert!(!project.read("events").contains("observatory begins"));
    assert_eq!(stores(&project), ["0123456789abcdef", name]);
    assert_eq!(
        std::fs::read_to_string(own.join("observatory.db")).ok(),
        Some("spans".to_owned())
    );

    // Once its `up` was killed, what is half full is left to the loader.
    own_lock.unlock().expect("no lock");
    in_use.unlock().expect("no lock");
    let mut up = begin();
    up.wait_for("ctrl-C");
    up.signal(Signal::INT);
    up.end();
    assert_eq!(stores(&project), [name]);
    assert!(project.read("events").contains("recorder --ensure"));
}

/// The folder that the observatory was told last.
fn store_told(project: &Project) -> PathBuf {
    let events = project.read("events");
    let (_, told) = events.rsplit_once("--data ").expect("a folder");
    PathBuf::from(told.split(" --now").next().unwrap_or_default())
}

/// The names of the stores that there are.
fn stores(project: &Project) -> Vec<String> {
    let all = std::fs::read_dir(project.root().join("target/debug/recordings")).expect("a folder");
    let mut all: Vec<String> = all
        .map(|store| store.expect("a store").file_name())
        .map(|name| name.to_string_lossy().into_owned())
        .collect();
    all.sort();
    all
}

/// What began and ended, with the store's folder by its role.
fn began_and_ended(project: &Project) -> String {
    let store = project.scrub(&store_told(project).display().to_string());
    without_environment(&events(project)).replace(&store, "[store]")
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
