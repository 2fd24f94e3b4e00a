//! `cargo lab`: the learner's home, a screen that grades at each save.
//! `model` is what it knows, `update` what an event does to it, `view` what is seen; this is the loop that ties them to the world.

mod event;
mod keys;
mod model;
mod observatory;
mod open;
mod runner;
mod screen;
mod update;
mod view;
mod watcher;

#[cfg(test)]
mod scene;

use std::collections::HashMap;
use std::io::{IsTerminal as _, Read as _, stdin, stdout};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGWINCH};
use signal_hook::iterator::Signals;

use crate::check;
use crate::cli;
use crate::reset;
use crate::say;
use crate::selection;
use crate::store::Store;
use crate::style::Style;
use crate::workspace::Workspace;
use event::{Action, Event, Place};
use keys::Keyboard;
use model::Model;
use observatory::Observatory;
use open::Surroundings;
use runner::Runner;
use screen::Screen;
use watcher::Watcher;

/// How long after an escape character the rest of a key's sequence may come.
const ESCAPE: Duration = Duration::from_millis(50);

/// Runs until the learner leaves; without a terminal, grades once like `cargo lab check`.
pub(crate) fn run(workspace: Workspace, options: &cli::Home) -> anyhow::Result<ExitCode> {
    if let Some(which) = &options.which {
        selection::find(&workspace, which).with_context(|| {
            format!("`{which}` is neither a command (see cargo lab --help) nor a lab or step")
        })?;
    }
    let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
    if dumb || !stdin().is_terminal() || !stdout().is_terminal() {
        let check = cli::Check {
            which: options.which.clone(),
            ..cli::Check::default()
        };
        return check::run(&workspace, &check);
    }
    let (sender, events) = channel();
    let mut home = Home::new(workspace, options, &sender)?;
    signals(sender.clone())?;
    let screen = Screen::enter()?;
    keys(sender);
    home.run(screen, &events);
    Ok(ExitCode::SUCCESS)
}

/// The model, and everything outside of it that an action needs.
struct Home {
    workspace: Arc<Workspace>,
    style: Style,
    model: Model,
    store: Store,
    runner: Runner,
    observatory: Observatory,
    surroundings: Surroundings,
    events: Sender<Event>,
}

impl Home {
    fn new(
        workspace: Workspace,
        options: &cli::Home,
        events: &Sender<Event>,
    ) -> anyhow::Result<Self> {
        let style = Style::of(&stdout());
        let workspace = Arc::new(workspace);
        let store = Store::open(&workspace.root);
        let observatory =
            Observatory::new(workspace.root.clone(), options.any_port, events.clone());
        let mut model = Model::new(
            workspace.clone(),
            current(&workspace, &store),
            hints(&workspace, &store),
            observatory.first_sight(),
        );
        if let Some(which) = &options.which {
            let (place, onwards) = chosen(&workspace, which)?;
            model.choose(place, onwards);
        }
        let lookup = |name: &str| {
            std::env::var(name)
                .ok()
                .filter(|value| !value.trim().is_empty())
        };
        Ok(Self {
            runner: Runner::new(workspace.clone(), style, events.clone()),
            surroundings: Surroundings::read(lookup),
            events: events.clone(),
            style,
            model,
            store,
            observatory,
            workspace,
        })
    }

    fn run(&mut self, mut screen: Screen, events: &Receiver<Event>) {
        let _watcher = self.watch();
        self.observatory.look();
        let mut actions = self.model.start(Instant::now());
        'running: loop {
            for action in actions.drain(..) {
                if action == Action::Quit {
                    break 'running;
                }
                self.act(action);
            }
            let size = screen::size();
            let picture = view::picture(&self.model, size, self.style);
            self.model.reach = picture.reach;
            screen.draw(picture, size);
            let Some(event) = self.next(events) else {
                break;
            };
            actions = self.model.update(event);
            // What came meanwhile needs no picture of its own.
            while let Ok(event) = events.try_recv() {
                actions.extend(self.model.update(event));
            }
        }
        drop(screen);
        say(&self.model.farewell());
        self.runner.stop();
        self.observatory.stop();
    }

    /// The next event; while something runs, time passing is one.
    fn next(&self, events: &Receiver<Event>) -> Option<Event> {
        if self.model.busy.is_none() {
            return events.recv().ok();
        }
        match events.recv_timeout(Duration::from_secs(1)) {
            Ok(event) => Some(event),
            Err(RecvTimeoutError::Timeout) => Some(Event::Tick(Instant::now())),
            Err(RecvTimeoutError::Disconnected) => None,
        }
    }

    /// Watches all labs, from before the run whose verdict a save makes stale.
    fn watch(&self) -> Watcher {
        let (crashed, events) = (self.events.clone(), self.events.clone());
        Watcher::new(
            &self.workspace.root,
            &self.workspace.labs,
            watcher::POLL,
            move || drop(crashed.send(Event::Crashed)),
            move |at, files| drop(events.send(Event::Saved(at, files))),
        )
    }

    fn act(&mut self, action: Action) {
        match action {
            Action::Quit => {}
            Action::Grade(job) => self.runner.start(job),
            Action::Remember(place) => {
                let (package, step) = names(&self.workspace, place);
                self.store.set_current(package, step);
                self.tell_trouble();
            }
            Action::TookHint { place, level } => {
                let (package, step) = names(&self.workspace, place);
                self.store.took_hint(package, step, level);
                self.tell_trouble();
            }
            Action::OpenGuide(place) => self.open_guide(place),
            Action::OpenPage(address) => {
                let words = self.surroundings.page(&address);
                self.open(
                    words,
                    format!("Opening {address}"),
                    format!("Open {address}"),
                );
            }
            Action::Reset(place) => self.reset(place),
            Action::StartObservatory => self.observatory.start(),
            Action::HoldObservatory => self.observatory.hold(),
        }
    }

    fn open_guide(&mut self, place: Place) {
        let lab = &self.workspace.labs[place.lab];
        let guide = lab.folder.join(&lab.guide);
        let line = open::guide_line(&self.workspace.root, lab, &lab.steps[place.step]);
        let shown = format!("{}:{line}", self.workspace.shown(&guide));
        let words = self
            .surroundings
            .editor(&self.workspace.root.join(&guide), line);
        self.open(
            words,
            format!("Opening {shown}"),
            format!("The guide is {shown}"),
        );
    }

    /// Says `opening` when there is a command that opens it, else, or when that fails, where it is.
    fn open(&mut self, words: Option<Vec<String>>, opening: String, instead: String) {
        let Some(words) = words else {
            return self.notice(instead);
        };
        self.notice(opening);
        let events = self.events.clone();
        open::launch(&words, move || drop(events.send(Event::Notice(instead))));
    }

    fn reset(&mut self, place: Place) {
        let lab = &self.workspace.labs[place.lab];
        let step = &lab.steps[place.step];
        let text = match reset::reset(&self.workspace, lab, step) {
            Ok(kept) if kept.is_empty() => "This step is as it was already.".to_owned(),
            Ok(kept) => {
                let lines = kept.iter().map(|kept| kept.told(&self.workspace));
                lines.collect::<Vec<_>>().join("\n")
            }
            Err(error) => format!("error: {error:#}"),
        };
        self.notice(text);
    }

    fn tell_trouble(&mut self) {
        if let Some(trouble) = self.store.trouble() {
            self.notice(trouble);
        }
    }

    fn notice(&mut self, text: String) {
        self.model.notice = Some(text);
    }
}

/// The package and the step's ID, by which the store knows it.
fn names(workspace: &Workspace, place: Place) -> (&str, &str) {
    let lab = &workspace.labs[place.lab];
    (&lab.package, &lab.steps[place.step].id)
}

/// The step that was named, or the first one of the lab, from which to go on while steps pass.
fn chosen(workspace: &Workspace, which: &str) -> anyhow::Result<(Place, bool)> {
    let selection = selection::find(workspace, which)?;
    let number = selection.lab.number;
    let lab = workspace.labs.iter().position(|lab| lab.number == number);
    let wanted = selection.step.map(|step| step.number);
    let mut steps = selection.lab.steps.iter();
    let step = steps.position(|step| wanted == Some(step.number));
    let place = Place {
        lab: lab.unwrap_or(0),
        step: step.unwrap_or(0),
    };
    Ok((place, wanted.is_none()))
}

fn current(workspace: &Workspace, store: &Store) -> Option<Place> {
    let (package, id) = store.current()?;
    let lab = workspace
        .labs
        .iter()
        .position(|lab| lab.package == package)?;
    let steps = &workspace.labs[lab].steps;
    let step = steps.iter().position(|step| step.id == id)?;
    Some(Place { lab, step })
}

fn hints(workspace: &Workspace, store: &Store) -> HashMap<(usize, usize), usize> {
    let mut hints = HashMap::new();
    for (lab_index, lab) in workspace.labs.iter().enumerate() {
        for (step_index, step) in lab.steps.iter().enumerate() {
            hints.insert((lab_index, step_index), store.hints(&lab.package, &step.id));
        }
    }
    hints
}

/// From here on ctrl-C from outside, SIGTERM, a closed terminal and another size of it are events.
fn signals(events: Sender<Event>) -> anyhow::Result<()> {
    let mut signals =
        Signals::new([SIGINT, SIGTERM, SIGHUP, SIGWINCH]).context("signals cannot be caught")?;
    std::thread::spawn(move || {
        for signal in signals.forever() {
            let _ = events.send(if signal == SIGWINCH {
                Event::Resize
            } else {
                Event::Signal
            });
        }
    });
    Ok(())
}

/// Reads the keyboard until it is gone.
fn keys(events: Sender<Event>) {
    let (sender, pieces) = channel();
    std::thread::spawn(move || {
        let mut buffer = [0; 256];
        while let Ok(length @ 1..) = stdin().lock().read(&mut buffer) {
            if sender.send(buffer[..length].to_vec()).is_err() {
                break;
            }
        }
    });
    let crashed = events.clone();
    thread(
        move || drop(crashed.send(Event::Crashed)),
        move || {
            let mut keyboard = Keyboard::default();
            loop {
                let piece = if keyboard.waits() {
                    pieces.recv_timeout(ESCAPE)
                } else {
                    pieces.recv().map_err(RecvTimeoutError::from)
                };
                let keys = match piece {
                    Ok(bytes) => keyboard.take(&bytes),
                    Err(RecvTimeoutError::Timeout) => vec![keyboard.give_up()],
                    Err(RecvTimeoutError::Disconnected) => break,
                };
                for key in keys {
                    let _ = events.send(Event::Key(key, Instant::now()));
                }
            }
            // Nobody can press a key any more, not even to leave.
            let _ = events.send(Event::Signal);
        },
    );
}

/// Runs `run` beside the others; after a panic in it, `crashed` is called.
fn thread(crashed: impl FnOnce() + Send + 'static, run: impl FnOnce() + Send + 'static) {
    std::thread::spawn(move || {
        if catch_unwind(AssertUnwindSafe(run)).is_err() {
            crashed();
        }
    });
}
