//! The pages about going live and about cloud workspaces: each variable that they name is one that somebody reads, each file is there.

use std::collections::BTreeSet;

use regex::Regex;

use crate::{read, root};

const PAGES: [&str; 6] = [
    "docs/environments.md",
    "docs/live/cloudwatch.md",
    "docs/live/collector.md",
    "docs/live/costs.md",
    "docs/live/honeycomb.md",
    "docs/live/xray.md",
];
/// Set by the workspace, or told of because nobody reads it.
const OTHERS: [&str; 4] = [
    "AWS_ENDPOINT_URL_LOGS",
    "CODESPACE_NAME",
    "GITHUB_CODESPACES_PORT_FORWARDING_DOMAIN",
    "GITPOD_WORKSPACE_URL",
];
/// In the place of a value.
const PLACEHOLDERS: [&str; 2] = ["YOUR_ACCESS_KEY_ID", "YOUR_API_KEY"];

#[test]
fn variables_are_those_of_the_example() {
    let example = read(".env.example");
    let name = Regex::new(r"\b[A-Z]+(?:_[A-Z0-9]+)+\b").expect("a pattern");
    let mut seen = BTreeSet::new();
    for page in PAGES {
        let text = read(page);
        for found in name.find_iter(&text).map(|found| found.as_str()) {
            let known = example.contains(&format!("\n#{found}="))
                || OTHERS.contains(&found)
                || PLACEHOLDERS.contains(&found);
            assert!(known, "{found} in {page}");
            seen.insert(found.to_owned());
        }
    }
    for other in OTHERS.iter().chain(&PLACEHOLDERS) {
        assert!(seen.contains(*other), "{other} is on no page");
    }
}

#[test]
fn files_of_the_workspace_are_there() {
    let file = Regex::new(r"(?:\bdocs/live|\bscripts|\.devcontainer)/[A-Za-z0-9_./-]*[a-z]|\.gitpod\.yml|\.env\.example")
        .expect("a pattern");
    for page in PAGES {
        let text = read(page);
        for found in file.find_iter(&text) {
            assert!(
                root().join(found.as_str()).exists(),
                "{} in {page}",
                found.as_str()
            );
        }
    }
}

/// A person who copies a command must not send a key that is somebody's, nor take one that is made up for a key.
#[test]
fn keys_in_commands_are_obviously_none() {
    let assigned = Regex::new(r"(?:API_KEY|ACCESS_KEY_ID|SECRET_ACCESS_KEY|team)=([^\s,`]+)")
        .expect("a pattern");
    let mut count = 0;
    for page in PAGES {
        for found in assigned.captures_iter(&read(page)) {
            count += 1;
            assert!(
                found[1].starts_with("YOUR_") || &found[1] == "any",
                "{} in {page}",
                &found[0]
            );
        }
    }
    assert!(count > 4, "{count}");
}
