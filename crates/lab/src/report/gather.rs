//! Grades step by step and gathers all that a report says. How it is written down is the other modules' business.

use std::path::Path;
use std::process::{Command, Stdio};

use super::{
    Finding, Lab, NO_DEPENDENCIES, Release, Report, SCHEMA, Step, Toolchain, VERSION, Verdict,
};
use crate::cargo::DoesNotBuild;
use crate::cli;
use crate::grade::{self, NoVerdict, grade};
use crate::integrity::{self, Inputs, Trust};
use crate::metadata;
use crate::report::clean::Clean;
use crate::selection;
use crate::store::Store;
use crate::timestamp;
use crate::workspace::Workspace;

/// How the labs that were asked for stand.
///
/// # Errors
/// When the lab does not exist or cargo cannot be run; code that does not compile is no error here.
pub(super) fn report(workspace: &Workspace, options: &cli::Report) -> anyhow::Result<Report> {
    let generated_at = timestamp::now();
    let labs: Vec<&metadata::Lab> = match &options.lab {
        Some(text) => vec![selection::lab(workspace, text)?],
        None => workspace.labs.iter().collect(),
    };
    let clean = Clean::new(&workspace.root)?;
    let store = Store::open(&workspace.root);
    let before = Inputs::renewed(&workspace.root, Trust::Nothing);
    let labs = labs
        .into_iter()
        .map(|lab| graded(workspace, lab, options.solution, &clean, &store))
        .collect::<anyhow::Result<Vec<Lab>>>()?;
    let mut findings = integrity::findings(workspace, &before);
    findings.extend(integrity::swapped_when_resolved(&workspace.root));
    Ok(Report {
        schema: SCHEMA.to_owned(),
        schema_version: VERSION,
        generated_at,
        learner: learner(options),
        solution: options.solution,
        workspace: state(&workspace.root),
        toolchain: toolchain(&workspace.root),
        summary: Report::count(&labs),
        labs,
        findings: findings
            .into_iter()
            .map(|finding| {
                Ok(Finding {
                    kind: finding.kind.id().to_owned(),
                    // A dependency's address can have a token in it.
                    path: clean.text(&finding.path)?,
                    meaning: clean.text(&finding.sentence)?,
                    restore: finding.restore,
                })
            })
            .collect::<anyhow::Result<_>>()?,
    })
}

/// One lab. Its steps are graded one by one: each has its own time, and one that ends the process takes no other along.
fn graded(
    workspace: &Workspace,
    lab: &metadata::Lab,
    solution: bool,
    clean: &Clean,
    store: &Store,
) -> anyhow::Result<Lab> {
    let package = lab.package(solution);
    let mut error = None;
    let mut steps = Vec::new();
    for step in &lab.steps {
        let mut stands = Step {
            number: step.number,
            id: step.id.clone(),
            title: step.title.clone(),
            verdict: Verdict::NotGraded,
            cause: None,
            causes: Vec::new(),
            seconds: None,
            hints: (!solution).then(|| store.hints(&lab.package, &step.id)),
            text: String::new(),
        };
        if error.is_none() {
            match grade(&workspace.root, lab, &package, Some(step), &[]) {
                Ok(grade) => take(&mut stands, &grade, clean)?,
                Err(failed) => match (
                    failed.downcast_ref::<DoesNotBuild>(),
                    failed.is::<NoVerdict>(),
                ) {
                    (Some(compiler), _) => error = Some(first_error(&clean.text(&compiler.0)?)),
                    (None, true) => stands.text = clean.text(&format!("{failed:#}"))?,
                    (None, false) => return Err(failed),
                },
            }
        }
        steps.push(stands);
    }
    Ok(Lab {
        number: lab.number,
        package,
        title: lab.title.clone(),
        error,
        steps,
    })
}

fn take(step: &mut Step, grade: &grade::Grade<'_>, clean: &Clean) -> anyhow::Result<()> {
    step.seconds = grade.seconds;
    match grade.first_open() {
        None => step.verdict = Verdict::Passed,
        Some((_, failure)) => {
            step.verdict = Verdict::Open;
            // The learner's code can print such a line as well as the grader.
            let causes = failure.causes.iter().map(|cause| clean.text(cause));
            step.causes = causes.collect::<anyhow::Result<_>>()?;
            step.cause = step.causes.first().cloned();
            step.text = clean.text(&failure.output)?;
        }
    }
    Ok(())
}

/// The compiler's first error in a line: what, and where. Its picture of the code stays with the learner.
fn first_error(text: &str) -> String {
    let mut lines = text.lines().skip_while(|line| !line.starts_with("error"));
    let what = lines.next().unwrap_or("error: does not compile");
    if is_of_dependencies(text) {
        return format!("{NO_DEPENDENCIES}: {}", what.trim_start_matches("error: "));
    }
    let place = lines
        .take_while(|line| !line.starts_with("error"))
        .find_map(|line| line.trim_start().strip_prefix("--> "));
    match place {
        Some(place) => format!("{what} at {place}"),
        None => what.to_owned(),
    }
}

/// Whether these are cargo's words about a crate that it could not get, offline or not; the compiler's errors have a place.
fn is_of_dependencies(text: &str) -> bool {
    !text
        .lines()
        .any(|line| line.trim_start().starts_with("--> "))
        && [
            "failed to download",
            "failed to fetch",
            "failed to get `",
            "failed to query replaced source",
            "failed to load source for dependency",
            "unable to update",
            "no matching package named",
            "offline mode",
            "--offline",
        ]
        .iter()
        .any(|words| text.to_ascii_lowercase().contains(words))
}

/// Who was named, or who GitHub Actions says it works for. Git's own settings are not asked: nobody gave a name by them.
fn learner(options: &cli::Report) -> Option<String> {
    let in_actions = || {
        let is = |name: &str, wanted| std::env::var(name).is_ok_and(|value| value == wanted);
        is("GITHUB_ACTIONS", "true").then(|| std::env::var("GITHUB_ACTOR").ok())?
    };
    super::learner(&options.learner.clone().or_else(in_actions)?)
}

fn state(root: &Path) -> Release {
    let version = || -> Option<String> {
        let manifest = std::fs::read_to_string(root.join("Cargo.toml")).ok()?;
        let manifest: toml::Table = manifest.parse().ok()?;
        let package = manifest.get("workspace")?.get("package")?;
        Some(package.get("version")?.as_str()?.to_owned())
    };
    let commit = integrity::git(root, ["rev-parse", "HEAD"]);
    let dirty = commit
        .as_ref()
        .map(|_| integrity::git(root, ["status", "--porcelain"]).is_some());
    Release {
        version: version(),
        release: integrity::digest(),
        commit,
        dirty,
    }
}

fn toolchain(root: &Path) -> Toolchain {
    let output = Command::new("rustc")
        .arg("-vV")
        .current_dir(root)
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output();
    let text = output.map_or_else(
        |_| String::new(),
        |output| String::from_utf8_lossy(&output.stdout).into_owned(),
    );
    let field = |name: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(name))?;
        Some(line.trim_start_matches(": ").to_owned())
    };
    Toolchain {
        rustc: field("release"),
        host: field("host"),
    }
}
