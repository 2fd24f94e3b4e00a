//! `.devcontainer/devcontainer.json` and `.gitpod.yml` in step: the same scripts, the same ports, the same extensions.

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt as _;

use serde_json::Value;

use crate::{json, read, root, texts, yaml};

fn devcontainer() -> Value {
    json(".devcontainer/devcontainer.json")
}

fn gitpod() -> Value {
    yaml(".gitpod.yml")
}

/// What both run before anybody waits, and when somebody comes.
#[test]
fn both_start_the_same_scripts() {
    let (devcontainer, gitpod) = (devcontainer(), gitpod());
    let tasks = gitpod["tasks"].as_array().expect("tasks");
    assert_eq!(tasks.len(), 1);
    let mut task = tasks[0].as_object().expect("a task").clone();
    task.remove("name");
    // `updateContentCommand` is the one that codespaces' prebuilds run again with each commit.
    let scripts = BTreeMap::from([
        ("init", "updateContentCommand"),
        ("command", "postAttachCommand"),
    ]);
    assert_eq!(
        task.keys().collect::<Vec<_>>(),
        scripts.keys().collect::<Vec<_>>()
    );
    for (of_gitpod, of_devcontainer) in scripts {
        let script = task[of_gitpod].as_str().expect("a command");
        assert_eq!(devcontainer[of_devcontainer], script, "{of_devcontainer}");
        let file = std::fs::metadata(root().join(script)).expect("a script of the workspace");
        assert_eq!(
            file.permissions().mode() & 0o111,
            0o111,
            "{script} can be run"
        );
    }
    let others = [
        "onCreateCommand",
        "postCreateCommand",
        "postStartCommand",
        "initializeCommand",
    ];
    for other in others {
        assert!(
            devcontainer.get(other).is_none(),
            "{other} is not in .gitpod.yml"
        );
    }
}

#[test]
fn both_forward_the_same_ports_by_the_same_names() {
    let (devcontainer, gitpod) = (devcontainer(), gitpod());
    let forwarded = devcontainer["forwardPorts"].as_array().expect("ports");
    let labels: BTreeMap<_, _> = forwarded
        .iter()
        .map(|port| {
            let attributes = &devcontainer["portsAttributes"][port.to_string()];
            (
                port.as_u64().expect("a port"),
                attributes["label"].as_str().expect("a label"),
            )
        })
        .collect();
    let named = gitpod["ports"].as_array().expect("ports");
    let names: BTreeMap<_, _> = named
        .iter()
        .map(|port| {
            (
                port["port"].as_u64().expect("a port"),
                port["name"].as_str().expect("a name"),
            )
        })
        .collect();
    assert_eq!(names, labels);
    assert_eq!(
        devcontainer["portsAttributes"]
            .as_object()
            .map(serde_json::Map::len),
        Some(labels.len())
    );
    // Where browsers go, as `.env.example` has it, which is held to the programs.
    let example = read(".env.example");
    for (variable, label) in [
        ("FRONTEND_URL", "front end"),
        ("BACKEND_URL", "back end"),
        ("OBSERVATORY_URL", "observatory"),
    ] {
        let address = example
            .lines()
            .find_map(|line| line.strip_prefix(&format!("#{variable}=http://localhost:")))
            .expect("an address");
        let port = address.parse().expect("a port");
        assert_eq!(labels.get(&port), Some(&label), "{variable}");
    }
}

/// The page calls these across origins, without the cookie that a private port wants; which they are, `up` says (`services.rs`).
#[test]
fn what_the_page_calls_is_public_and_the_page_is_not() {
    let gitpod = gitpod();
    for port in gitpod["ports"].as_array().expect("ports") {
        let wanted = match port["name"].as_str() {
            Some("back end" | "page's spans") => "public",
            _ => "private",
        };
        assert_eq!(port["visibility"], wanted, "{port}");
    }
}

#[test]
fn both_bring_the_same_extensions() {
    let (devcontainer, gitpod) = (devcontainer(), gitpod());
    let extensions = texts(&gitpod["vscode"]["extensions"]);
    assert!(!extensions.is_empty());
    assert_eq!(
        extensions,
        texts(&devcontainer["customizations"]["vscode"]["extensions"])
    );
    for file in texts(&devcontainer["customizations"]["codespaces"]["openFiles"]) {
        assert!(root().join(file).is_file(), "{file}");
    }
}

/// Codespaces asks for these when one is made: they are what the labs read, and none of them has to be there.
#[test]
fn recommended_secrets_are_variables_of_the_labs() {
    let devcontainer = devcontainer();
    let example = read(".env.example");
    let secrets = devcontainer["secrets"].as_object().expect("secrets");
    for (name, about) in secrets {
        assert!(example.contains(&format!("\n#{name}=")), "{name}");
        assert!(about["description"].is_string(), "{name}");
    }
    for typed in [
        "HONEYCOMB_API_KEY",
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_REGION",
    ] {
        assert!(
            secrets.contains_key(typed),
            "{typed}, which `scripts/keys` stores"
        );
    }
}
