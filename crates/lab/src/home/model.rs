//! What the screen knows. What changes it is `update`'s, what is seen of it is `view`'s.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use super::event::{Job, Place, Sight};
use crate::grade::Failure;
use crate::metadata::{Lab, Step};
use crate::workspace::Workspace;

/// The whole state.
pub(crate) struct Model {
    pub(super) workspace: Arc<Workspace>,
    /// By lab and step: whether it passes, once a grader said so.
    pub(super) marks: Vec<Vec<Option<bool>>>,
    /// The step on the screen.
    pub(super) place: Place,
    /// Where each step of its lab is to be edited, once that was looked up.
    pub(super) places: Vec<Vec<String>>,
    pub(super) goal: Goal,
    pub(super) busy: Option<Busy>,
    /// The last verdict on the step, which is stale while its next one is awaited.
    pub(super) verdict: Option<Verdict>,
    /// How many hints of a step were taken.
    pub(super) hints: HashMap<(usize, usize), usize>,
    /// The hint on the screen, from 1; 0 is none.
    pub(super) hint: usize,
    pub(super) overlay: Overlay,
    pub(super) notice: Option<String>,
    /// The next step was asked for, and it was said that this one is open.
    pub(super) leaving: bool,
    /// What has to be known whatever the step: one line each.
    pub(super) notes: Vec<String>,
    pub(super) observatory: Sight,
    pub(super) scroll: usize,
    /// How far one can scroll, and how far a page is: told by the last picture.
    pub(super) reach: Reach,
    pub(super) last_number: u64,
}

/// What the runs are for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Goal {
    /// The step on the screen.
    Step,
    /// The same, and on to the next if it passes already.
    Onwards,
    /// The first open step, in this lab or one after it; `left` labs are still to be looked at after this one.
    Search { left: usize },
    /// Nothing: all labs pass.
    Done,
}

/// A run that goes on.
pub(super) struct Busy {
    pub(super) job: Job,
    /// Cargo's latest status line.
    pub(super) status: String,
    /// Whole seconds since it began.
    pub(super) seconds: u64,
    /// A save asked for it.
    pub(super) saved: bool,
    /// The verdict on the step is there; this is about the others.
    pub(super) quiet: bool,
    /// Labs to grade after this one.
    pub(super) then: Vec<usize>,
}

/// The grader's word, or why there is none.
pub(super) struct Verdict {
    pub(super) what: What,
    pub(super) took: Duration,
    /// A save had asked for it.
    pub(super) saved: bool,
    /// Of the learner's package, as the compiler worded them.
    pub(super) warnings: Vec<String>,
}

pub(super) enum What {
    Passed,
    Open(Failure),
    DoesNotBuild(String),
    Trouble(String),
}

/// What lies over the screen.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Overlay {
    None,
    Help,
    /// Whether the step shall be reset.
    Confirm,
}

/// How far one can scroll.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct Reach {
    pub(crate) last: usize,
    pub(crate) page: usize,
}

/// Where the key for the next step leads.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Next {
    Step(usize),
    Lab(usize),
    /// Every step of every lab passes.
    Nowhere,
}

impl Model {
    /// Nothing is graded yet; `current` is the step that was on the screen last time, if it still exists.
    pub(crate) fn new(
        workspace: Arc<Workspace>,
        current: Option<Place>,
        hints: HashMap<(usize, usize), usize>,
        observatory: Sight,
    ) -> Self {
        let labs = &workspace.labs;
        let marks = labs.iter().map(|lab| vec![None; lab.steps.len()]).collect();
        let goal = match current {
            Some(_) => Goal::Step,
            None => Goal::Search {
                left: labs.len() - 1,
            },
        };
        let place = current.unwrap_or(Place { lab: 0, step: 0 });
        let hint = hints.get(&(place.lab, place.step)).copied().unwrap_or(0);
        Self {
            marks,
            place,
            places: Vec::new(),
            goal,
            busy: None,
            verdict: None,
            hint: if current.is_some() { hint } else { 0 },
            hints,
            overlay: Overlay::None,
            notice: None,
            leaving: false,
            notes: Vec::new(),
            observatory,
            scroll: 0,
            reach: Reach::default(),
            last_number: 0,
            workspace,
        }
    }

    /// Begins with this step instead, or with the first open one from it on in its lab.
    pub(crate) fn choose(&mut self, place: Place, onwards: bool) {
        self.place = place;
        self.goal = if onwards { Goal::Onwards } else { Goal::Step };
        self.hint = self.taken();
    }

    pub(super) fn lab(&self) -> &Lab {
        &self.workspace.labs[self.place.lab]
    }

    pub(super) fn step(&self) -> &Step {
        &self.lab().steps[self.place.step]
    }

    /// Whether the first open step is not found yet, so that none is on the screen.
    pub(super) fn searching(&self) -> bool {
        matches!(self.goal, Goal::Search { .. })
    }

    /// Whether a new verdict on the step is awaited.
    pub(super) fn stale(&self) -> bool {
        self.busy.as_ref().is_some_and(|busy| !busy.quiet)
    }

    /// What stays on the terminal when the screen is gone: where the learner is, and how to come back.
    pub(crate) fn farewell(&self) -> String {
        let lab = self.lab();
        let marks = &self.marks[self.place.lab];
        let passed = marks.iter().filter(|mark| **mark == Some(true)).count();
        let place = if marks.iter().all(Option::is_some) {
            format!(", {passed} of {} steps pass", marks.len())
        } else {
            String::new()
        };
        format!(
            "Lab {}, step {}{place}. Go on with: cargo lab\n",
            lab.number,
            self.step().number
        )
    }

    /// Where to go from the step on the screen: to a later step of the lab, to an earlier one, to another lab.
    pub(super) fn next(&self) -> Next {
        let marks = &self.marks[self.place.lab];
        let here = self.place.step;
        let open = |step: &usize| marks[*step] != Some(true);
        if let Some(step) = (here + 1..marks.len()).chain(0..here).find(open) {
            return Next::Step(step);
        }
        match self.next_lab() {
            Some(lab) => Next::Lab(lab),
            None => Next::Nowhere,
        }
    }

    /// The next lab, from the first again after the last, that is not known to pass.
    pub(super) fn next_lab(&self) -> Option<usize> {
        let here = self.place.lab;
        let open = |lab: &usize| self.marks[*lab].iter().any(|mark| *mark != Some(true));
        (here + 1..self.marks.len()).chain(0..here).find(open)
    }
}
