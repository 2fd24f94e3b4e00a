//! What a `lab.toml` says: its types, and the rules that serde cannot word. Reading folders is `workspace`'s.
//!
//! ```toml
//! number = 1                       # the folder's number: labs/1-honeycomb
//! package = "honeycomb"            # the starter; the solution is the package `honeycomb-solution`
//! title = "Honeycomb"
//! about = "OpenTelemetry over OTLP"
//! test = "steps"                   # the test target that grades both packages
//! guide = "README.md"              # in the lab's folder
//! sends = "otlp"                   # what `up` tells it: where OTLP goes (the default), or `aws`: where AWS's services are
//! recording = "my-recording"       # optional: the package whose program loads a recording; `up` then runs no service
//!
//! [[step]]
//! number = 1                       # 1, 2, 3, …
//! id = "resource"                  # lower case, digits and hyphens
//! title = "Name the service"
//! task = "What to do, in two sentences."
//! test = "step_1_resource"         # the test function
//! files = ["src/telemetry.rs"]     # to edit, in the lab's folder; TODO(step 1) marks the place
//! anchor = "step-1-name-the-service"   # the guide's heading, as GitHub makes anchors
//! learned = "One sentence, shown when the step passes."
//! starter_cause = "unknown-service"    # the first cause that the untouched starter gets
//! reached_cause = "no-spans"           # optional: the first cause once the steps before it are done, when that is another
//! hints = ["A nudge.", "More.", "Nearly the answer."]
//!
//!   [[step.mistake]]               # optional: advice shown beside the grader's own for a cause
//!   cause = "no-spans"
//!   advice = "Where to look in this lab."
//! ```

use std::path::PathBuf;

use anyhow::{Context as _, ensure};
use serde::Deserialize;

/// One lab: a starter, its reference solution and the steps between them.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Lab {
    pub(crate) number: u32,
    /// The starter's package, and the name of its program.
    pub(crate) package: String,
    pub(crate) title: String,
    pub(crate) about: String,
    /// The test target that holds one test a step.
    pub(crate) test: String,
    pub(crate) guide: String,
    /// Which variables tell its program where to send.
    #[serde(default)]
    pub(crate) sends: Protocol,
    /// The package, and its program, that loads what the observatory is to show; `up` then runs no service.
    pub(crate) recording: Option<String>,
    #[serde(rename = "step")]
    pub(crate) steps: Vec<Step>,
    /// `labs/1-honeycomb`, from the workspace's root.
    #[serde(skip)]
    pub(crate) folder: PathBuf,
}

/// What a lab's program speaks.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Protocol {
    /// OTLP, configured by `OTEL_EXPORTER_OTLP_*`.
    #[default]
    Otlp,
    /// The AWS SDKs' protocols and X-Ray's daemon, configured by `AWS_*`.
    Aws,
}

/// One thing to learn, graded by one test.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Step {
    pub(crate) number: u32,
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) task: String,
    pub(crate) test: String,
    /// To edit, from the folder of the starter or of the solution.
    pub(crate) files: Vec<String>,
    pub(crate) anchor: String,
    pub(crate) learned: String,
    pub(crate) starter_cause: String,
    pub(crate) reached_cause: Option<String>,
    pub(crate) hints: Vec<String>,
    #[serde(default, rename = "mistake")]
    pub(crate) mistakes: Vec<Advice>,
}

/// What to say beside the grader's own words when a step fails for `cause`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Advice {
    pub(crate) cause: String,
    pub(crate) advice: String,
}

impl Lab {
    /// Reads a `lab.toml` of the lab in `folder` and checks what can be checked without looking at other files.
    pub(crate) fn parse(text: &str, folder: PathBuf) -> anyhow::Result<Self> {
        let file = folder.join("lab.toml");
        let mut lab: Self =
            toml::from_str(text).with_context(|| format!("{} cannot be read", file.display()))?;
        lab.folder = folder;
        lab.check()
            .with_context(|| format!("{}", file.display()))
            .map(|()| lab)
    }

    /// The package of the reference solution.
    pub(crate) fn solution(&self) -> String {
        format!("{}-solution", self.package)
    }

    /// The package that `--solution` chooses.
    pub(crate) fn package(&self, solution: bool) -> String {
        if solution {
            self.solution()
        } else {
            self.package.clone()
        }
    }

    /// Where the chosen package's files are, from the workspace's root.
    pub(crate) fn package_folder(&self, solution: bool) -> PathBuf {
        if solution {
            self.folder.join("solution")
        } else {
            self.folder.clone()
        }
    }

    fn check(&self) -> anyhow::Result<()> {
        let folder = self
            .folder
            .file_name()
            .unwrap_or_default()
            .to_string_lossy();
        ensure!(
            folder
                .split_once('-')
                .is_some_and(|(number, _)| number == self.number.to_string()),
            "`number` is {}, but the folder is `{folder}`: begin the folder's name with the number",
            self.number
        );
        for (key, value) in [
            ("package", &self.package),
            ("title", &self.title),
            ("about", &self.about),
            ("test", &self.test),
            ("guide", &self.guide),
        ] {
            ensure!(
                !value.trim().is_empty(),
                "`{key}` is empty: give it a value"
            );
        }
        ensure!(
            !self.steps.is_empty(),
            "no [[step]]: a lab has one at least"
        );
        for (index, step) in self.steps.iter().enumerate() {
            let earlier = &self.steps[..index];
            step.check(index, earlier)
                .with_context(|| format!("[[step]] {}", index + 1))?;
        }
        Ok(())
    }
}

impl Step {
    /// What marks a place to edit in the starter.
    pub(crate) fn todo_mark(&self) -> String {
        format!("TODO(step {})", self.number)
    }

    fn check(&self, index: usize, earlier: &[Self]) -> anyhow::Result<()> {
        ensure!(
            self.number as usize == index + 1,
            "`number` is {}: number the steps 1, 2, 3, … in their order",
            self.number
        );
        for (key, value) in [
            ("title", &self.title),
            ("task", &self.task),
            ("test", &self.test),
            ("learned", &self.learned),
        ] {
            ensure!(
                !value.trim().is_empty(),
                "`{key}` is empty: give it a value"
            );
        }
        for (key, value) in [("id", &self.id), ("starter_cause", &self.starter_cause)]
            .into_iter()
            .chain(
                self.reached_cause
                    .iter()
                    .map(|cause| ("reached_cause", cause)),
            )
            .chain(
                self.mistakes
                    .iter()
                    .map(|mistake| ("mistake.cause", &mistake.cause)),
            )
        {
            ensure!(
                is_identifier(value),
                "`{key}` is `{value}`: use lower-case letters, digits and hyphens, a letter first"
            );
        }
        ensure!(
            earlier.iter().all(|step| step.id != self.id),
            "`id` is `{}`, as an earlier step's is: name each step once",
            self.id
        );
        ensure!(
            earlier.iter().all(|step| step.test != self.test),
            "`test` is `{}`, as an earlier step's is: one test grades one step",
            self.test
        );
        ensure!(
            !self.files.is_empty(),
            "`files` is empty: name what the learner edits"
        );
        ensure!(
            !self.hints.is_empty(),
            "`hints` is empty: give one at least"
        );
        ensure!(
            self.hints.iter().all(|hint| !hint.trim().is_empty()),
            "`hints` holds an empty one: fill or remove it"
        );
        for (index, mistake) in self.mistakes.iter().enumerate() {
            ensure!(
                self.mistakes[..index]
                    .iter()
                    .all(|other| other.cause != mistake.cause),
                "`mistake.cause` is `{}` twice: give one advice a cause",
                mistake.cause
            );
            ensure!(
                !mistake.advice.trim().is_empty(),
                "`mistake.advice` of `{}` is empty: give it a value",
                mistake.cause
            );
        }
        Ok(())
    }
}

/// Whether `text` can stand after a slash on the command line and in `cause[...]`.
pub(crate) fn is_identifier(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_lowercase())
        && text
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
}
