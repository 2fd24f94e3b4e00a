//! The pages that list the commands and their options, written from the same clap types that read the command lines.
//! What a command does beyond its options is for other pages to say.

use std::fs;

use anyhow::Context as _;
use clap::{Arg, Command, CommandFactory as _};

use crate::paths::Workspace;

#[path = "../../lab/src/cli.rs"]
#[allow(dead_code, reason = "here only the types are asked for their help")]
mod lab;

#[path = "../../observatory/src/arguments.rs"]
#[allow(dead_code, reason = "here only the types are asked for their help")]
mod observatory;

/// How the pages are renewed.
pub(crate) const RENEW: &str = "cargo run --package site -- reference";

/// The pages and what they should say.
fn pages() -> [(&'static str, String); 2] {
    [
        ("docs/reference/cargo-lab.md", page(lab::Cli::command())),
        (
            "docs/reference/observatory.md",
            page(observatory::Arguments::command()),
        ),
    ]
}

/// Writes the pages anew.
///
/// # Errors
/// When a file can't be written.
pub(crate) fn write(workspace: &Workspace) -> anyhow::Result<()> {
    for (path, text) in pages() {
        fs::write(workspace.root.join(path), text).with_context(|| format!("writing {path}"))?;
    }
    Ok(())
}

/// The pages that say something else than the commands do.
pub(crate) fn stale(workspace: &Workspace) -> Vec<String> {
    let pages = pages().into_iter();
    pages
        .filter(|(path, text)| workspace.read(path).ok().as_ref() != Some(text))
        .map(|(path, _)| format!("{path} is not what the command's help says: `{RENEW}` renews it"))
        .collect()
}

/// The page of a program and of its subcommands.
fn page(mut command: Command) -> String {
    // Gives the subcommands their full names.
    command.build();
    let name = command
        .get_bin_name()
        .unwrap_or(command.get_name())
        .to_owned();
    let mut text = format!(
        "# `{name}`\n\n<!-- Generated from the program's own help: `{RENEW}` renews it. -->\n"
    );
    describe(&mut command, &mut text);
    text
}

fn describe(command: &mut Command, text: &mut String) {
    let about = command.get_long_about().or(command.get_about());
    if let Some(about) = about {
        text.push_str(&format!("\n{}\n", sentence(&about.to_string())));
    }
    let usage = command.render_usage().to_string();
    let usage = usage.trim_start_matches("Usage:").trim();
    let lines: Vec<&str> = usage.lines().map(str::trim).collect();
    text.push_str(&format!("\n```text\n{}\n```\n", lines.join("\n")));

    let arguments: Vec<String> = command
        .get_arguments()
        .filter(|argument| !argument.is_hide_set() && argument.get_id() != "help")
        .map(row)
        .collect();
    if !arguments.is_empty() {
        text.push_str("\n| argument | meaning |\n|---|---|\n");
        text.push_str(&arguments.concat());
    }
    let after = command.get_after_long_help().or(command.get_after_help());
    if let Some(after) = after {
        // Each line is a paragraph of its own.
        let after = after.to_string().trim_end().replace('\n', "\n\n");
        text.push_str(&format!("\n{after}\n"));
    }
    for subcommand in command.get_subcommands_mut() {
        if subcommand.is_hide_set() || subcommand.get_name() == "help" {
            continue;
        }
        let name = subcommand.get_bin_name().unwrap_or(subcommand.get_name());
        text.push_str(&format!("\n## `{name}`\n"));
        describe(subcommand, text);
    }
}

/// A line of the table of arguments: how it is written, what it means, and what it is when it is not given.
fn row(argument: &Arg) -> String {
    let mut written = format!("`{argument}`");
    if let Some(short) = argument
        .get_short()
        .filter(|_| argument.get_long().is_some())
    {
        written = format!("`-{short}`, {written}");
    }
    let help = argument.get_long_help().or(argument.get_help());
    let mut meaning = vec![help.map_or_else(String::new, |help| sentence(&help.to_string()))];
    let takes_value = argument.get_action().takes_values();
    for value in argument
        .get_possible_values()
        .iter()
        .filter(|_| takes_value)
    {
        let help = value
            .get_help()
            .map(ToString::to_string)
            .unwrap_or_default();
        meaning.push(sentence(&format!("`{}`: {help}", value.get_name())));
    }
    if let Some(variable) = argument.get_env() {
        meaning.push(format!("Variable: `{}`.", variable.to_string_lossy()));
    }
    if let [default] = argument.get_default_values()
        && takes_value
    {
        meaning.push(format!("Default: `{}`.", default.to_string_lossy()));
    }
    format!("| {} | {} |\n", cell(&written), cell(&meaning.join("<br>")))
}

/// Ends with a full stop, which clap takes from one-line texts.
fn sentence(text: &str) -> String {
    let text = text.trim();
    match text.chars().next_back() {
        Some('.' | ':' | '?' | '!') | None => text.to_owned(),
        Some(_) => format!("{text}."),
    }
}

/// In a table's cell, a line is a row's end and a bar a cell's.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', "<br>")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pages_are_what_the_commands_say() {
        assert_eq!(stale(&Workspace::here()), Vec::<String>::new());
    }

    #[test]
    fn an_argument_is_shown_as_it_is_written() {
        let long = |name| Arg::new(name).long(name);
        for (argument, wanted) in [
            (
                long("level")
                    .short('n')
                    .value_name("N")
                    .help("Which")
                    .default_value("1"),
                "| `-n`, `--level <N>` | Which.<br>Default: `1`. |\n",
            ),
            (
                long("key").env("KEY").help("a|b"),
                "| `--key <key>` | a\\|b.<br>Variable: `KEY`. |\n",
            ),
            (
                long("all").action(clap::ArgAction::SetTrue).help("All?"),
                "| `--all` | All? |\n",
            ),
        ] {
            let mut command = Command::new("x").arg(argument);
            command.build();
            let argument = command.get_arguments().next().expect("it has one");
            assert_eq!(row(argument), wanted);
        }
    }
}
