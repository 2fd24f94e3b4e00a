//! What a key does to the model.

use std::time::Instant;

use super::super::event::{Action, Place, Sight};
use super::super::keys::{Key, Scroll};
use super::super::model::{Goal, Model, Next, Overlay, Verdict, What};

impl Model {
    pub(super) fn key(&mut self, key: Key, at: Instant, actions: &mut Vec<Action>) {
        let question = self.overlay != Overlay::None;
        if key == Key::Interrupt || (key == Key::Quit && !question) {
            return actions.push(Action::Quit);
        }
        self.notice = None;
        let again = std::mem::take(&mut self.leaving);
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
            Key::Next => self.leave(again, at, actions),
            Key::Previous => self.previous(at, actions),
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

    /// On to the next step; an open one is left only when that is asked for `again`.
    fn leave(&mut self, again: bool, at: Instant, actions: &mut Vec<Action>) {
        let open = match &self.verdict {
            Some(verdict) => !matches!(verdict.what, What::Passed),
            None => self.marks[self.place.lab][self.place.step] == Some(false),
        };
        if open && !again && self.next() != Next::Nowhere {
            self.leaving = true;
            let number = self.step().number;
            self.notice = Some(format!(
                "Step {number} is still open; press n again to leave it (p comes back)."
            ));
            return;
        }
        self.next_step(at, actions);
    }

    /// Back to the step before, be it of the lab before.
    fn previous(&mut self, at: Instant, actions: &mut Vec<Action>) {
        let Place { lab, step } = self.place;
        let to = match (self.goal, step.checked_sub(1), lab.checked_sub(1)) {
            // That of which the screen says that nothing comes after it.
            (Goal::Done, _, _) => self.place,
            (_, Some(step), _) => Place { lab, step },
            (_, None, Some(lab)) => Place {
                lab,
                step: self.marks[lab].len() - 1,
            },
            (_, None, None) if self.searching() => self.place,
            (_, None, None) => {
                self.notice = Some("This is the first step.".to_owned());
                return;
            }
        };
        self.visit(to, at, actions);
    }

    pub(super) fn next_step(&mut self, since: Instant, actions: &mut Vec<Action>) {
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
}
