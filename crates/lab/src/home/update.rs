//! What an event does to the model, and what is to be done because of it: here a run's words, below keys and saves. Nothing is done here.

mod key;
mod save;

use std::time::{Duration, Instant};

use super::event::{Action, Event, Job, Outcome, Place, Run, Sight};
use super::model::{Busy, Goal, Model, Next, Verdict, What};

impl Model {
    /// The first run: of the whole lab, so that its bar is right.
    pub(crate) fn start(&mut self, now: Instant) -> Vec<Action> {
        let mut actions = Vec::new();
        if !self.searching() {
            actions.push(Action::Remember(self.place));
        }
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
            Event::Saved(at, files) => self.saved(at, &files, &mut actions),
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
        let before = self.marks[lab].get(self.place.step).copied().flatten();
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
            let undone = before == Some(true);
            if !busy.job.whole && (passed || undone || unknown) {
                return self.grade_quietly(lab, busy.then.clone(), since, actions);
            }
        }
        let mut then = busy.then.clone();
        if then.is_empty() && !elsewhere {
            then = self.unknown_before();
        }
        self.grade_others(&then, since, actions);
    }

    /// After the last lab, those before it that were not graded yet: whether all labs are done has to be said.
    fn unknown_before(&self) -> Vec<usize> {
        let here = self.place.lab;
        let done = self.marks[here].iter().all(|mark| *mark == Some(true));
        match self.next() {
            Next::Lab(next) if done && next < here => {
                let unknown = |lab: &usize| self.marks[*lab].contains(&None);
                (0..here).filter(unknown).collect()
            }
            _ => Vec::new(),
        }
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
        if place.lab != self.place.lab {
            self.places.clear();
        }
        self.place = place;
        self.verdict = None;
        self.scroll = 0;
        self.hint = self.taken();
        actions.push(Action::Remember(place));
    }

    /// Shows this step, whatever is known of it, and grades it.
    fn visit(&mut self, place: Place, since: Instant, actions: &mut Vec<Action>) {
        self.goal = Goal::Step;
        self.go_to(place, actions);
        let whole = self.marks[place.lab].contains(&None);
        self.grade(actions, whole, since);
    }

    /// How many hints of the step were taken.
    pub(super) fn taken(&self) -> usize {
        let key = (self.place.lab, self.place.step);
        let taken = self.hints.get(&key).copied().unwrap_or(0);
        taken.min(self.step().hints.len())
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
