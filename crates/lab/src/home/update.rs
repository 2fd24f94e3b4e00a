//! What an event does to the model, and what is to be done because of it. Nothing is done here.

use std::time::{Duration, Instant};

use super::event::{Action, Event, Job, Outcome, Place, Run, Sight};
use super::keys::{Key, Scroll};
use super::model::{Busy, Goal, Model, Next, Overlay, Verdict, What};

impl Model {
    /// The first run: of the whole lab, so that its bar is right.
    pub(crate) fn start(&mut self, now: Instant) -> Vec<Action> {
        let mut actions = Vec::new();
        self.grade(&mut actions, true, now);
        actions
    }

    /// Takes an event in.
    pub(crate) fn update(&mut self, event: Event) -> Vec<Action> {
        let mut actions = Vec::new();
        match event {
            Event::Key(key, at) => self.key(key, at, &mut actions),
            Event::Resize => {}
            Event::Signal | Event::Crashed => actions.push(Action::Quit),
            Event::Saved(at) => self.saved(at, &mut actions),
            Event::Run(number, run) => {
                if self
                    .busy
                    .as_ref()
                    .is_some_and(|busy| busy.job.number == number)
                {
                    self.run(run, &mut actions);
                }
            }
            Event::Observatory(sight) => self.observatory(sight),
            Event::Notice(text) => self.notice = Some(text),
            Event::Notes(notes) => self.notes = notes,
            Event::Tick(now) => {
                if let Some(busy) = &mut self.busy {
                    busy.seconds = now.saturating_duration_since(busy.job.since).as_secs();
                }
            }
        }
        actions
    }

    /// Begins a run, which ends the one there is.
    fn grade(&mut self, actions: &mut Vec<Action>, whole: bool, since: Instant) {
        self.last_number += 1;
        let job = Job {
            number: self.last_number,
            place: self.place,
            whole,
            since,
        };
        if matches!(self.observatory, Sight::Building(_)) {
            self.observatory = Sight::Waiting;
            actions.push(Action::HoldObservatory);
        }
        self.busy = Some(Busy {
            job,
            status: String::new(),
            seconds: 0,
            saved: false,
            quiet: false,
            then: Vec::new(),
        });
        actions.push(Action::Grade(job));
    }

    fn saved(&mut self, at: Instant, actions: &mut Vec<Action>) {
        self.scroll = 0;
        self.begin_after_save(at, actions);
        if let Some(busy) = &mut self.busy {
            busy.saved = true;
        }
    }

    fn begin_after_save(&mut self, at: Instant, actions: &mut Vec<Action>) {
        match self.goal {
            Goal::Search { .. } => self.grade(actions, true, at),
            Goal::Done => {
                self.goal = Goal::Search {
                    left: self.marks.len() - 1,
                };
                self.grade(actions, true, at);
            }
            Goal::Step | Goal::Onwards => {
                self.goal = Goal::Step;
                self.grade(actions, false, at);
            }
        }
    }

    fn run(&mut self, run: Run, actions: &mut Vec<Action>) {
        match run {
            Run::Places(places) => {
                let lab = self.busy.as_ref().map(|busy| busy.job.place.lab);
                if lab == Some(self.place.lab) {
                    self.places = places;
                }
            }
            Run::Status(line) => {
                if let Some(busy) = &mut self.busy {
                    busy.status = line;
                }
            }
            Run::Done(outcome, took) => {
                if let Some(busy) = self.busy.take() {
                    self.done(&busy, outcome, took, actions);
                }
                if self.busy.is_none() && self.observatory == Sight::Waiting {
                    self.observatory = Sight::Building(String::new());
                    actions.push(Action::StartObservatory);
                }
            }
        }
    }

    fn done(&mut self, busy: &Busy, outcome: Outcome, took: Duration, actions: &mut Vec<Action>) {
        let lab = busy.job.place.lab;
        let since = busy.job.since;
        let elsewhere = lab != self.place.lab;
        let (verdicts, warnings) = match outcome {
            Outcome::Graded { verdicts, warnings } => (verdicts, warnings),
            Outcome::DoesNotBuild(_) | Outcome::Trouble(_) if elsewhere => {
                let number = self.workspace.labs[lab].number;
                self.notice = Some(format!(
                    "Lab {number} cannot be graded: cargo lab check {number}"
                ));
                return self.grade_others(&busy.then, since, actions);
            }
            Outcome::DoesNotBuild(text) => {
                self.judge(busy, What::DoesNotBuild(text), took, Vec::new());
                return self.grade_others(&busy.then, since, actions);
            }
            Outcome::Trouble(text) => {
                self.judge(busy, What::Trouble(text), took, Vec::new());
                return self.grade_others(&busy.then, since, actions);
            }
        };
        for (step, failure) in &verdicts {
            self.marks[lab][*step] = Some(failure.is_none());
        }
        if let Goal::Search { left } = self.goal {
            let Some((step, failure)) = verdicts.into_iter().find(|(_, failure)| failure.is_some())
            else {
                return self.search_on(left, since, actions);
            };
            self.goal = Goal::Step;
            self.go_to(Place { lab, step }, actions);
            return self.judge(
                busy,
                failure.map_or(What::Passed, What::Open),
                took,
                warnings,
            );
        }
        let here = self.place.step;
        if !busy.quiet
            && let Some((_, failure)) = verdicts.into_iter().find(|(step, _)| *step == here)
        {
            let passed = failure.is_none();
            self.judge(
                busy,
                failure.map_or(What::Passed, What::Open),
                took,
                warnings,
            );
            let onwards = std::mem::replace(&mut self.goal, Goal::Step) == Goal::Onwards;
            if passed && onwards && matches!(self.next(), Next::Step(_)) {
                return self.next_step(since, actions);
            }
            // What was changed for this step may have undone another one, and the bar has to say so.
            let unknown = self.marks[lab].contains(&None);
            if !busy.job.whole && (passed || unknown) {
                return self.grade_quietly(lab, Vec::new(), since, actions);
            }
        }
        self.grade_others(&busy.then, since, actions);
    }

    fn grade_others(&mut self, labs: &[usize], since: Instant, actions: &mut Vec<Action>) {
        if let Some((lab, then)) = labs.split_first() {
            self.grade_quietly(*lab, then.to_vec(), since, actions);
        }
    }

    /// A run whose outcome changes the bars, and the step on the screen only where it does not build.
    fn grade_quietly(
        &mut self,
        lab: usize,
        then: Vec<usize>,
        since: Instant,
        actions: &mut Vec<Action>,
    ) {
        let here = self.place;
        if lab != here.lab {
            self.place = Place { lab, step: 0 };
        }
        self.grade(actions, true, since);
        self.place = here;
        if let Some(busy) = &mut self.busy {
            busy.quiet = true;
            busy.then = then;
        }
    }

    fn judge(&mut self, busy: &Busy, what: What, took: Duration, warnings: Vec<String>) {
        self.verdict = Some(Verdict {
            what,
            took,
            saved: busy.saved,
            warnings,
        });
    }

    /// The lab that was searched has no open step.
    fn search_on(&mut self, left: usize, since: Instant, actions: &mut Vec<Action>) {
        match self.next_lab() {
            Some(lab) if left > 0 => self.search(lab, left - 1, since, actions),
            _ => {
                self.goal = Goal::Done;
                self.verdict = None;
            }
        }
    }

    fn search(&mut self, lab: usize, left: usize, since: Instant, actions: &mut Vec<Action>) {
        self.goal = Goal::Search { left };
        self.place = Place { lab, step: 0 };
        self.verdict = None;
        self.places.clear();
        self.hint = 0;
        self.scroll = 0;
        self.grade(actions, true, since);
    }

    fn go_to(&mut self, place: Place, actions: &mut Vec<Action>) {
        self.place = place;
        self.verdict = None;
        self.scroll = 0;
        self.hint = self.taken();
        actions.push(Action::Remember(place));
    }

    /// How many hints of the step were taken.
    pub(super) fn taken(&self) -> usize {
        let key = (self.place.lab, self.place.step);
        let taken = self.hints.get(&key).copied().unwrap_or(0);
        taken.min(self.step().hints.len())
    }

    fn next_step(&mut self, since: Instant, actions: &mut Vec<Action>) {
        match self.next() {
            Next::Step(step) => {
                self.goal = Goal::Onwards;
                let lab = self.place.lab;
                self.go_to(Place { lab, step }, actions);
                self.grade(actions, false, since);
            }
            Next::Lab(lab) => self.search(lab, self.marks.len() - 1, since, actions),
            Next::Nowhere => {
                let passed = |verdict: &Verdict| matches!(verdict.what, What::Passed);
                if self.verdict.as_ref().is_some_and(passed) && !self.stale() {
                    self.goal = Goal::Done;
                    self.verdict = None;
                } else {
                    self.notice = Some("This is the only open step.".to_owned());
                }
            }
        }
    }

    fn key(&mut self, key: Key, at: Instant, actions: &mut Vec<Action>) {
        let question = self.overlay != Overlay::None;
        if key == Key::Interrupt || (key == Key::Quit && !question) {
            return actions.push(Action::Quit);
        }
        self.notice = None;
        match std::mem::replace(&mut self.overlay, Overlay::None) {
            Overlay::None => {}
            Overlay::Confirm => {
                if key == Key::Yes {
                    actions.push(Action::Reset(self.place));
                }
                return;
            }
            Overlay::Help => {
                if let Key::Scroll(scroll) = key {
                    self.overlay = Overlay::Help;
                    self.scroll(scroll);
                } else {
                    self.scroll = 0;
                }
                return;
            }
        }
        let no_step = self.searching() || self.goal == Goal::Done;
        match key {
            Key::Hint | Key::Reset | Key::Next if no_step => {
                self.notice = Some(match self.goal {
                    Goal::Done => "No step is open.".to_owned(),
                    _ => "The open step is not found yet.".to_owned(),
                });
            }
            Key::Next => self.next_step(at, actions),
            Key::Hint => self.take_hint(actions),
            Key::Guide => actions.push(Action::OpenGuide(self.place)),
            Key::Page => self.open_page(actions),
            Key::Rerun => self.rerun(at, actions),
            Key::Reset => self.overlay = Overlay::Confirm,
            Key::Help => {
                self.overlay = Overlay::Help;
                self.scroll = 0;
            }
            Key::Scroll(scroll) => self.scroll(scroll),
            Key::Quit | Key::Interrupt | Key::Yes | Key::Other => {}
        }
    }

    fn take_hint(&mut self, actions: &mut Vec<Action>) {
        let count = self.step().hints.len();
        self.scroll = 0;
        // After the last one, those that were taken come round again.
        self.hint = if self.hint >= count { 1 } else { self.hint + 1 };
        if self.hint > self.taken() {
            let level = self.hint;
            let place = self.place;
            self.hints.insert((place.lab, place.step), level);
            actions.push(Action::TookHint { place, level });
        }
    }

    fn open_page(&mut self, actions: &mut Vec<Action>) {
        match &self.observatory {
            Sight::Running { address, .. } => actions.push(Action::OpenPage(address.clone())),
            Sight::Unavailable(_) => {
                self.observatory = Sight::Waiting;
                if self.busy.is_none() {
                    self.observatory = Sight::Building(String::new());
                    actions.push(Action::StartObservatory);
                }
            }
            Sight::Absent => self.notice = Some("This workspace has no observatory.".to_owned()),
            Sight::Waiting | Sight::Building(_) | Sight::Starting => {
                self.notice = Some("The observatory is not up yet.".to_owned());
            }
        }
    }

    fn rerun(&mut self, at: Instant, actions: &mut Vec<Action>) {
        if let Goal::Search { .. } | Goal::Done = self.goal {
            let left = self.marks.len() - 1;
            for marks in &mut self.marks {
                marks.fill(None);
            }
            return self.search(0, left, at, actions);
        }
        self.goal = Goal::Step;
        self.scroll = 0;
        for marks in &mut self.marks {
            marks.fill(None);
        }
        self.grade(actions, true, at);
        let others = (0..self.marks.len()).filter(|lab| *lab != self.place.lab);
        if let Some(busy) = &mut self.busy {
            busy.then = others.collect();
        }
    }

    fn scroll(&mut self, scroll: Scroll) {
        let page = self.reach.page.max(1);
        let by = |lines: isize| self.scroll.saturating_add_signed(lines);
        let to = match scroll {
            Scroll::Line(lines) => by(lines),
            Scroll::Page(pages) => by(pages * isize::try_from(page).unwrap_or(1)),
            Scroll::Top => 0,
            Scroll::Bottom => self.reach.last,
        };
        self.scroll = to.min(self.reach.last);
    }

    fn observatory(&mut self, sight: Sight) {
        // A build that was put off may still have a word in the pipe.
        let late = matches!(sight, Sight::Building(_)) && self.observatory == Sight::Waiting;
        if !late {
            self.observatory = sight;
        }
    }
}

#[cfg(test)]
mod tests;
