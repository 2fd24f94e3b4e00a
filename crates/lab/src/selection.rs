//! `LAB[/STEP]` on the command line: `1`, `honeycomb`, `1/3`, `honeycomb/server-spans`.

use anyhow::Context as _;

use crate::metadata::{Lab, Step};
use crate::workspace::Workspace;

/// A lab and, where one was named, one of its steps.
#[derive(Clone, Copy)]
pub(crate) struct Selection<'a> {
    pub(crate) lab: &'a Lab,
    pub(crate) step: Option<&'a Step>,
}

/// Finds what `text` names, or says what there is.
pub(crate) fn find<'a>(workspace: &'a Workspace, text: &str) -> anyhow::Result<Selection<'a>> {
    let (lab, step) = match text.trim_end_matches('/').split_once('/') {
        Some((lab, step)) => (lab, Some(step)),
        None => (text.trim_end_matches('/'), None),
    };
    let lab = self::lab(workspace, lab)?;
    let step = step
        .map(|wanted| {
            let fits = |step: &&Step| step.id == wanted || step.number.to_string() == wanted;
            lab.steps.iter().find(fits).with_context(|| {
                let known: Vec<_> = lab
                    .steps
                    .iter()
                    .map(|s| format!("{} {}", s.number, s.id))
                    .collect();
                format!(
                    "lab {} has no step `{wanted}`: choose one of {}",
                    lab.number,
                    known.join(", ")
                )
            })
        })
        .transpose()?;
    Ok(Selection { lab, step })
}

/// Finds a lab by number, package or folder.
pub(crate) fn lab<'a>(workspace: &'a Workspace, wanted: &str) -> anyhow::Result<&'a Lab> {
    let fits = |lab: &&Lab| {
        lab.package == wanted
            || lab.number.to_string() == wanted
            || lab
                .folder
                .file_name()
                .is_some_and(|folder| folder == wanted)
    };
    workspace.labs.iter().find(fits).with_context(|| {
        let known: Vec<_> = workspace
            .labs
            .iter()
            .map(|lab| format!("{} {}", lab.number, lab.package))
            .collect();
        format!("no lab `{wanted}`: choose one of {}", known.join(", "))
    })
}
