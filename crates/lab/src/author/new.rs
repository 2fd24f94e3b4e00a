//! `cargo lab author new`: a small lab that passes the author's check, to be turned into what it is to teach.
//!
//! Its files are the templates in `new/`, in which `@PACKAGE@`, `@CRATE@`, `@NUMBER@`, `@TITLE@` and `@FOLDER@` stand for what was asked for.

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context as _, bail, ensure};

use crate::atomic;
use crate::cli;
use crate::metadata::{Lab, is_identifier};
use crate::say;
use crate::starter;
use crate::workspace::Workspace;

/// The new lab's files by their paths from its folder.
const FILES: [(&str, &str); 15] = [
    ("lab.toml", include_str!("new/lab.toml")),
    ("README.md", include_str!("new/README.md")),
    ("Cargo.toml", include_str!("new/Cargo.toml.starter")),
    ("src/lib.rs", include_str!("new/starter.rs")),
    (
        "solution/Cargo.toml",
        include_str!("new/Cargo.toml.solution"),
    ),
    ("solution/src/lib.rs", include_str!("new/solution.rs")),
    ("tests/steps.rs", include_str!("new/steps.rs")),
    (
        "tests/snapshots/steps__step_1_hello.snap",
        include_str!("new/steps__step_1_hello.snap"),
    ),
    (
        "tests/snapshots/steps__step_2_count.snap",
        include_str!("new/steps__step_2_count.snap"),
    ),
    (
        "mistakes/01-never-ended.patch",
        include_str!("new/01-never-ended.patch"),
    ),
    (
        "mistakes/01-never-ended.verdict",
        include_str!("new/01-never-ended.verdict"),
    ),
    (
        "mistakes/02-number-as-text.patch",
        include_str!("new/02-number-as-text.patch"),
    ),
    (
        "mistakes/02-number-as-text.verdict",
        include_str!("new/02-number-as-text.verdict"),
    ),
    (
        "verdicts/1-hello.verdict",
        include_str!("new/1-hello.verdict"),
    ),
    (
        "verdicts/2-count.verdict",
        include_str!("new/2-count.verdict"),
    ),
];

/// Names that cannot be a crate's, or would hide another.
const TAKEN: [&str; 8] = [
    "alloc",
    "core",
    "opentelemetry",
    "prelinked",
    "proc-macro",
    "span-snapshot",
    "std",
    "test",
];

/// Makes the lab, or nothing.
pub(crate) fn run(workspace: &Workspace, options: &cli::AuthorNew) -> anyhow::Result<ExitCode> {
    let cli::AuthorNew { number, name } = options;
    let root = &workspace.root;
    refuse(workspace, *number, name)?;
    let manifest = with_member(root, &format!("labs/{number}-{name}/solution"))?;

    // Under a name that cargo's globs pass over until all of it is there.
    let folder = Path::new("labs").join(format!("{number}-{name}"));
    let unfinished = root.join("labs").join(format!(".{number}-{name}.new"));
    let _ = fs::remove_dir_all(&unfinished);
    for (path, template) in FILES {
        let path = unfinished.join(path);
        let text = template
            .replace("@PACKAGE@", name)
            .replace("@CRATE@", &name.replace('-', "_"))
            .replace("@NUMBER@", &number.to_string())
            .replace("@TITLE@", &title(name))
            .replace("@FOLDER@", &folder.display().to_string());
        fs::create_dir_all(path.parent().unwrap_or(&unfinished))
            .and_then(|()| fs::write(&path, text))
            .with_context(|| format!("{} cannot be written", path.display()))?;
    }
    fs::rename(&unfinished, root.join(&folder))
        .with_context(|| format!("{} cannot be made", folder.display()))?;
    let text = fs::read_to_string(root.join(&folder).join("lab.toml"))
        .context("the new lab.toml cannot be read")?;
    starter::write(root, &Lab::parse(&text, folder.clone())?)?;
    if let Some(manifest) = manifest {
        atomic::write(&root.join("Cargo.toml"), manifest.as_bytes())?;
    }
    say(&format!(
        "\
Lab {number} is in {folder}: two steps, a solution, and two mistakes, each with its verdict.

  cargo lab author check {number}            all of it holds
  cargo lab author check {number} --accept   writes the verdicts anew after you have changed something
  cargo lab author release            writes its starter.patch and its hashes anew

Write the solution first, then its graders and their snapshots; docs/author.md says how.
Give it a program (src/main.rs in both packages) if `cargo lab up {number}` is to run it.
",
        folder = folder.display()
    ));
    Ok(ExitCode::SUCCESS)
}

/// Refuses a number or a name that is taken or cannot be.
fn refuse(workspace: &Workspace, number: u32, name: &str) -> anyhow::Result<()> {
    ensure!(number > 0, "labs are numbered from 1");
    ensure!(
        is_identifier(name) && !name.ends_with('-') && !name.contains("--"),
        "`{name}` is no name for a package: use lower-case letters, digits and single hyphens, a letter first"
    );
    ensure!(
        !TAKEN.contains(&name) && !name.ends_with("-solution"),
        "`{name}` would hide another crate: choose another name"
    );
    for lab in &workspace.labs {
        ensure!(
            lab.number != number,
            "lab {number} exists, in {}: the next number is {}",
            lab.folder.display(),
            workspace
                .labs
                .iter()
                .map(|lab| lab.number)
                .max()
                .unwrap_or(0)
                + 1
        );
    }
    for folder in [
        Path::new("crates").join(name),
        Path::new("labs").join(format!("{number}-{name}")),
    ] {
        ensure!(
            !workspace.root.join(&folder).exists(),
            "{} exists: choose another name",
            folder.display()
        );
    }
    if let Some(lab) = workspace.labs.iter().find(|lab| lab.package == name) {
        bail!(
            "the package `{name}` exists, in {}: choose another name",
            lab.folder.display()
        );
    }
    Ok(())
}

/// The workspace's manifest with the solution among the default members; none when it has no such list.
fn with_member(root: &Path, member: &str) -> anyhow::Result<Option<String>> {
    let path = root.join("Cargo.toml");
    let text =
        fs::read_to_string(&path).with_context(|| format!("{} cannot be read", path.display()))?;
    let Some(list) = text.find("\ndefault-members = [") else {
        return Ok(None);
    };
    let end = text[list..].find("\n]").with_context(|| {
        format!(
            "{}: default-members has to end in a line `]`",
            path.display()
        )
    })?;
    let (before, after) = text.split_at(list + end + 1);
    Ok(Some(format!("{before}    \"{member}\",\n{after}")))
}

/// `my-lab` as `My lab`.
fn title(name: &str) -> String {
    let words = name.replace('-', " ");
    let mut letters = words.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters).collect())
        .unwrap_or_default()
}
