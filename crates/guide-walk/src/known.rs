//! Whether a command is one: its program, package, script or subcommand is there, and takes these options. Nothing is run here
//! but cargo, to tell of the packages; what a program of ours takes is in the pages made of its own help.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context as _, ensure};
use serde::Deserialize;

use crate::lab::Lab;
use crate::listed::listed;
use crate::scope::selected;
use crate::shell::commands;

/// What there is to be called.
pub struct Known<'a> {
    labs: &'a [Lab],
    files: BTreeSet<String>,
    packages: Vec<Package>,
    /// By the names behind `cargo lab`: nothing, `up`, `author check`.
    lab: BTreeMap<String, Options>,
    observatory: Options,
}

/// The options of a program, `-n` or `--level`, and whether a word follows that is theirs.
type Options = BTreeMap<String, bool>;

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

/// A package as `cargo metadata` tells of it.
#[derive(Deserialize)]
struct Package {
    name: String,
    features: BTreeMap<String, Vec<String>>,
    targets: Vec<Target>,
}

#[derive(Deserialize)]
struct Target {
    kind: Vec<String>,
    name: String,
}

impl<'a> Known<'a> {
    /// What the workspace at `root` has.
    ///
    /// # Errors
    /// When cargo or git tells nothing, or a page of the reference cannot be read.
    pub fn of(root: &Path, labs: &'a [Lab]) -> anyhow::Result<Self> {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let told = Command::new(cargo)
            .args(["metadata", "--no-deps", "--offline", "--format-version=1"])
            .current_dir(root)
            .stdin(Stdio::null())
            .output()
            .context("cargo cannot be started")?;
        ensure!(told.status.success(), "`cargo metadata` tells nothing");
        let metadata: Metadata = serde_json::from_slice(&told.stdout)?;
        let read = |name: &str| {
            let path = format!("docs/reference/{name}.md");
            fs::read_to_string(root.join(&path)).with_context(|| format!("{path} cannot be read"))
        };
        let mut observatory = reference(&read("observatory")?, "observatory");
        Ok(Self {
            labs,
            files: listed(root)?.into_iter().collect(),
            packages: metadata.packages,
            lab: reference(&read("cargo-lab")?, "cargo lab"),
            observatory: observatory
                .remove("")
                .context("no options of the observatory")?,
        })
    }

    /// Whether each command of `shell` is one.
    ///
    /// # Errors
    /// What is wrong with the first that is none.
    pub fn check(&self, shell: &str) -> anyhow::Result<()> {
        for words in commands(shell) {
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            self.command(&words)
                .with_context(|| format!("`{}`", words.join(" ")))?;
        }
        Ok(())
    }

    fn command(&self, words: &[&str]) -> anyhow::Result<()> {
        match *words {
            ["cargo", "lab", ref rest @ ..] => self.lab(rest),
            [
                "cargo",
                verb @ ("run" | "test" | "build" | "bench"),
                ref rest @ ..,
            ] => {
                let end = rest.iter().position(|word| *word == "--");
                let (rest, passed) = rest.split_at(end.unwrap_or(rest.len()));
                let package = self.of_package(rest)?;
                if let (Some("observatory"), "run", [_, passed @ ..]) = (package, verb, passed) {
                    let others = self.take(&self.observatory, passed)?;
                    ensure!(others.is_empty(), "it takes no `{}`", others.join(" "));
                }
                Ok(())
            }
            ["bash", path, ..] if !path.starts_with('-') => self.file(path),
            [path, ..] if path.starts_with("scripts/") => self.file(path),
            _ => Ok(()),
        }
    }

    fn file(&self, path: &str) -> anyhow::Result<()> {
        ensure!(self.files.contains(path), "there is no {path}");
        Ok(())
    }

    fn lab(&self, words: &[&str]) -> anyhow::Result<()> {
        let names = words.iter().take_while(|word| !word.starts_with('-'));
        let names: Vec<&str> = names.copied().collect();
        let longest = (0..=names.len().min(2)).rev();
        let found = longest.into_iter().find_map(|count| {
            let options = self.lab.get(&names[..count].join(" "))?;
            Some((options, &words[count..], names[..count].join(" ")))
        });
        let (options, rest, name) = found.context("there is no reference of `cargo lab`")?;
        let others = self.take(options, rest)?;
        let asks_labs = ["", "check", "hint", "diff", "reset", "up", "report"];
        if asks_labs.contains(&name.as_str()) {
            for which in others.iter().filter(|which| !is_placeholder(which)) {
                ensure!(
                    selected(which, self.labs).is_some(),
                    "`{which}` is neither a command nor a lab or a step"
                );
            }
        }
        Ok(())
    }

    /// Of `words`, those that are neither options nor theirs.
    fn take<'w>(&self, options: &Options, words: &[&'w str]) -> anyhow::Result<Vec<&'w str>> {
        let mut others = Vec::new();
        let mut words = words.iter();
        while let Some(word) = words.next() {
            if !word.starts_with('-') {
                others.push(*word);
                continue;
            }
            let (name, value) = word
                .split_once('=')
                .map_or((*word, None), |(name, value)| (name, Some(value)));
            if ["--help", "-h", "--version", "-V"].contains(&name) {
                continue;
            }
            let takes = options
                .get(name)
                .with_context(|| format!("there is no option {name}"))?;
            if *takes && value.is_none() {
                words
                    .next()
                    .with_context(|| format!("{name} wants a value"))?;
            }
        }
        Ok(others)
    }

    /// The package that stands behind `cargo run` and the like, which has all that is asked of it.
    fn of_package<'w>(&self, words: &[&'w str]) -> anyhow::Result<Option<&'w str>> {
        let named = value(words, &["-p", "--package"]);
        let Some(name) = named.filter(|name| !is_placeholder(name)) else {
            return Ok(None);
        };
        let package = self.packages.iter().find(|package| package.name == name);
        let package = package.with_context(|| format!("there is no package {name}"))?;
        for (option, kind) in [("--bin", "bin"), ("--test", "test"), ("--bench", "bench")] {
            if let Some(wanted) = value(words, &[option]) {
                let is = |target: &Target| {
                    target.name == wanted && target.kind.iter().any(|is| is == kind)
                };
                ensure!(
                    package.targets.iter().any(is),
                    "{name} has no {kind} {wanted}"
                );
            }
        }
        if let Some(features) = value(words, &["--features"]) {
            for feature in features.split(',') {
                ensure!(
                    package.features.contains_key(feature),
                    "{name} has no feature {feature}"
                );
            }
        }
        Ok(Some(name))
    }
}

/// The value of the first of `options` that stands in `words`.
fn value<'w>(words: &[&'w str], options: &[&str]) -> Option<&'w str> {
    let mut words = words.iter();
    while let Some(word) = words.next() {
        if options.contains(word) {
            return words.next().copied();
        }
        if let Some((name, value)) = word.split_once('=')
            && options.contains(&name)
        {
            return Some(value);
        }
    }
    None
}

/// `LAB/STEP`, `N`: stands for something.
fn is_placeholder(word: &str) -> bool {
    word.chars()
        .all(|letter| letter.is_ascii_uppercase() || "/_-…".contains(letter))
}

/// The options of each command of `program`, from the page that is made of its help.
fn reference(page: &str, program: &str) -> BTreeMap<String, Options> {
    let mut commands = BTreeMap::new();
    let mut options: Option<&mut Options> = None;
    for line in page.lines() {
        if let Some(heading) = line.strip_prefix('#') {
            let name = heading.trim_start_matches('#').trim().trim_matches('`');
            options = name
                .strip_prefix(program)
                .map(|name| commands.entry(name.trim().to_owned()).or_default());
        } else if let (Some(options), Some(row)) = (&mut options, line.strip_prefix("| `-")) {
            let cell = row.split(" | ").next().unwrap_or_default();
            // `-n`, `--level <LEVEL>` is two names of one option.
            let takes = cell.contains(" <");
            let names = format!("`-{cell}");
            for name in names.split('`').filter(|part| part.starts_with('-')) {
                let end = name.find(['[', ' ', '=']).unwrap_or(name.len());
                options.insert(name[..end].to_owned(), takes);
            }
        }
    }
    commands
}
