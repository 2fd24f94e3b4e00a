//! What a save does to the model: which step it is graded for.

use std::path::{Path, PathBuf};
use std::time::Instant;

use super::super::event::{Action, Place};
use super::super::model::{Goal, Model};
use crate::metadata::{Lab, Step};

/// What is graded after a save.
struct Wanted {
    place: Place,
    /// Several steps' files have changed, as when git puts others there.
    many: bool,
    /// Labs beside that of the place whose files have changed.
    others: Vec<usize>,
}

impl Model {
    /// These files have other bytes than before; their paths begin at the workspace's root.
    pub(super) fn saved(&mut self, at: Instant, files: &[PathBuf], actions: &mut Vec<Action>) {
        self.scroll = 0;
        self.leaving = false;
        let wanted = self.wanted(files);
        match self.goal {
            Goal::Search { .. } => self.grade(actions, true, at),
            Goal::Done => self.search(wanted.place.lab, self.marks.len() - 1, at, actions),
            Goal::Step | Goal::Onwards => {
                self.goal = Goal::Step;
                if wanted.place != self.place {
                    self.go_to(wanted.place, actions);
                }
                self.grade(actions, wanted.many, at);
            }
        }
        if let Some(busy) = &mut self.busy {
            busy.saved = true;
            busy.then = wanted.others;
        }
    }

    fn wanted(&self, files: &[PathBuf]) -> Wanted {
        let here = self.place;
        let owners: Vec<Vec<Place>> = files.iter().map(|file| self.owners(file)).collect();
        let owned = || owners.iter().filter(|owners| !owners.is_empty());
        // The steps that name each of the files that any step names.
        let mut all = owned().next().cloned().unwrap_or_default();
        all.retain(|place| owned().all(|owners| owners.contains(place)));
        let open = |place: &&Place| self.marks[place.lab][place.step] != Some(true);
        let place = if all.contains(&here) {
            here
        } else if let Some(place) = all.iter().find(open) {
            *place
        } else {
            // Nobody's file, several steps' files, or those of steps that pass.
            match all.first() {
                Some(place) if place.lab != here.lab => *place,
                _ => here,
            }
        };
        let mut others: Vec<usize> = files.iter().filter_map(|file| self.lab_of(file)).collect();
        others.sort_unstable();
        others.dedup();
        others.retain(|lab| *lab != place.lab);
        Wanted {
            place,
            many: owned().any(|owners| !owners.contains(&place)),
            others,
        }
    }

    fn lab_of(&self, file: &Path) -> Option<usize> {
        let mut labs = self.workspace.labs.iter();
        labs.position(|lab| file.starts_with(&lab.folder))
    }

    /// The steps that name this file.
    fn owners(&self, file: &Path) -> Vec<Place> {
        let Some(lab) = self.lab_of(file) else {
            return Vec::new();
        };
        let Lab { folder, steps, .. } = &self.workspace.labs[lab];
        let names = |step: &Step| step.files.iter().any(|named| folder.join(named) == file);
        let owners = (0..steps.len()).filter(|step| names(&steps[*step]));
        owners.map(|step| Place { lab, step }).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{asked, at, verdict};
    use crate::home::scene::Scene;

    #[test]
    fn a_save_is_graded_for_the_step_whose_file_it_is() {
        let mut scene = Scene::new(true);
        scene
            .passes(&[0])
            .save_files(&["labs/1-honeycomb/src/pipeline.rs"]);
        at(&scene, 0, 1);
        assert_eq!(asked(&scene), [(0, 1, false)]);
        scene.passes(&[1]);
        assert_eq!(verdict(&scene), "passed");
        scene.passes(&[0, 1]);
        assert_eq!(scene.model.marks[0], [Some(true), Some(true), Some(false)]);
        // Of another lab, of which nothing is known yet.
        scene.save_files(&["labs/2-xray/src/faults.rs"]);
        at(&scene, 1, 1);
        assert_eq!(asked(&scene), [(1, 1, false)]);
        scene.passes(&[0]).passes(&[0]);
        // A step that passes does not take the screen away; its lab's counts stay true.
        scene.save_files(&["labs/2-xray/src/ids.rs"]);
        at(&scene, 1, 1);
        assert_eq!(asked(&scene), [(1, 1, true)]);
        scene.passes(&[]);
        assert_eq!(scene.model.marks[1], [Some(false); 2]);
        // A file of nobody's is for the step on the screen.
        scene.save();
        at(&scene, 1, 1);
        assert_eq!(asked(&scene), [(1, 1, false)]);
    }

    #[test]
    fn when_git_changes_many_files_the_whole_lab_is_graded() {
        let mut scene = Scene::new(true);
        scene.passes(&[0, 1]).save_files(&[
            "labs/1-honeycomb/src/resource.rs",
            "labs/1-honeycomb/src/pipeline.rs",
            "labs/2-xray/src/ids.rs",
        ]);
        at(&scene, 0, 2);
        assert_eq!(asked(&scene), [(0, 2, true)]);
        scene.passes(&[]);
        assert_eq!(scene.model.marks[0], [Some(false); 3]);
        assert_eq!(asked(&scene), [(1, 0, true)]);
        at(&scene, 0, 2);
    }
}
