//! What the workflow and the instructor's guide tell one to type is understood by the command line. Nothing is run here.

use clap::Parser as _;

use crate::cli::Cli;

const WORKFLOW: &str = include_str!("../../../../.github/workflows/grade.yml");
const GUIDE: &str = include_str!("../../../../docs/grading.md");

/// The words after `cargo lab` of every such command, up to what is the shell's.
fn commands(text: &str) -> Vec<Vec<&str>> {
    text.lines()
        .filter_map(|line| {
            let line = line.trim_start();
            line.strip_prefix("run: ")
                .unwrap_or(line)
                .strip_prefix("cargo lab ")
        })
        .map(|words| {
            let words = words.split_whitespace();
            words
                .take_while(|word| !matches!(*word, ">>" | ">" | "|" | "||" | "&&"))
                .collect()
        })
        .collect()
}

#[test]
fn every_written_command_is_understood() {
    for (text, count) in [(WORKFLOW, 2), (GUIDE, 4)] {
        let commands = commands(text);
        assert_eq!(commands.len(), count, "{commands:?}");
        for words in commands {
            if let Err(error) = Cli::try_parse_from([&["cargo lab"], &words[..]].concat()) {
                panic!("cargo lab {words:?}: {error}");
            }
        }
    }
}
