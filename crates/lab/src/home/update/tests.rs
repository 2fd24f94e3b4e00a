//! What the model does with what happens to it.

use std::time::{Duration, Instant};

use super::*;
use crate::home::keys::{Key, Scroll};
use crate::home::model::Overlay;
use crate::home::model::Reach;
use crate::home::scene::{Scene, failure};

const HERE: Place = Place { lab: 0, step: 0 };

/// The runs among what was asked for: lab, step, and whether the whole lab.
pub(super) fn asked(scene: &Scene) -> Vec<(usize, usize, bool)> {
    let jobs = scene.actions.iter().filter_map(|action| match action {
        Action::Grade(job) => Some((job.place.lab, job.place.step, job.whole)),
        _ => None,
    });
    jobs.collect()
}

#[track_caller]
pub(super) fn at(scene: &Scene, lab: usize, step: usize) {
    assert_eq!(scene.model.place, Place { lab, step });
}

pub(super) fn verdict(scene: &Scene) -> &'static str {
    match scene.model.verdict.as_ref().map(|verdict| &verdict.what) {
        None => "none",
        Some(What::Passed) => "passed",
        Some(What::Open(_)) => "open",
        Some(What::DoesNotBuild(_)) => "does not build",
        Some(What::Trouble(_)) => "trouble",
    }
}

#[test]
fn without_a_current_step_labs_are_graded_until_one_is_open() {
    let mut scene = Scene::new(false);
    assert_eq!(asked(&scene), [(0, 0, true)]);
    scene.passes(&[0, 1, 2]);
    assert_eq!(asked(&scene), [(1, 0, true)]);
    assert_eq!(verdict(&scene), "none");
    scene.passes(&[0]);
    at(&scene, 1, 1);
    assert_eq!(verdict(&scene), "open");
    assert!(
        scene
            .actions
            .contains(&Action::Remember(Place { lab: 1, step: 1 }))
    );
    assert_eq!(
        scene.model.marks,
        [vec![Some(true); 3], vec![Some(true), Some(false)]]
    );
}

#[test]
fn the_current_step_stays_though_an_earlier_one_is_open() {
    let mut scene = Scene::new(true);
    assert_eq!(asked(&scene), [(0, 2, true)]);
    scene.passes(&[0]);
    at(&scene, 0, 2);
    assert_eq!(verdict(&scene), "open");
    assert_eq!(scene.model.marks[1], [None, None]);
}

#[test]
fn a_save_grades_one_step_and_ends_the_run_before() {
    let mut scene = Scene::new(false);
    scene.passes(&[]).save();
    assert_eq!(asked(&scene), [(0, 0, false)]);
    let first = scene.job().number;
    scene.save();
    let outcome = Outcome::Graded {
        verdicts: vec![(0, None)],
        warnings: Vec::new(),
    };
    scene.happens(Event::Run(first, Run::Done(outcome, Duration::ZERO)));
    assert_eq!(verdict(&scene), "open");
    assert!(scene.model.stale());
    scene.passes(&[]);
    assert!(!scene.model.stale());
}

#[test]
fn after_a_step_passes_the_others_are_looked_at_quietly() {
    let mut scene = Scene::new(true);
    scene.passes(&[0, 1]).save().passes(&[2]);
    assert_eq!((verdict(&scene), scene.model.stale()), ("passed", false));
    assert_eq!(asked(&scene), [(0, 2, true)]);
    // The change for step 3 has undone step 1.
    scene.passes(&[1, 2]);
    assert_eq!(verdict(&scene), "passed");
    assert_eq!(scene.model.next(), Next::Step(0));
}

#[test]
fn next_goes_to_the_first_open_step() {
    let mut scene = Scene::new(false);
    scene.passes(&[]).save().passes(&[0]).passes(&[0]);
    scene.press(Key::Next);
    at(&scene, 0, 1);
    assert_eq!(verdict(&scene), "none");
    assert_eq!(asked(&scene), [(0, 1, false)]);
    // It passes meanwhile: on to the one after it.
    scene.passes(&[1]);
    at(&scene, 0, 2);
    assert_eq!(asked(&scene), [(0, 2, false)]);
    scene.passes(&[]);
    // From the last open step of the lab to the next lab, and from its last one back.
    scene.press(Key::Next).press(Key::Next);
    assert_eq!(asked(&scene), [(1, 0, true)]);
    scene.passes(&[0]);
    at(&scene, 1, 1);
    scene.press(Key::Next).press(Key::Next).passes(&[0, 1]);
    at(&scene, 0, 2);
}

#[test]
fn an_open_step_is_left_when_that_is_asked_for_twice() {
    let notice = |scene: &Scene| scene.model.notice.clone().unwrap_or_default();
    let mut scene = Scene::new(true);
    scene.passes(&[0, 1]).press(Key::Next);
    at(&scene, 0, 2);
    assert_eq!(scene.actions, []);
    assert!(notice(&scene).contains("Step 3 is still open; press n again to leave it"));
    // Another key, or a save, and it is asked anew.
    scene.press(Key::Other).press(Key::Next);
    at(&scene, 0, 2);
    scene.save().passes(&[]).press(Key::Next);
    at(&scene, 0, 2);
    scene.press(Key::Next);
    assert_eq!(asked(&scene), [(1, 0, true)]);
    // Back, before and after that lab has its verdicts.
    scene.press(Key::Previous);
    at(&scene, 0, 2);
    assert_eq!(asked(&scene), [(0, 2, false)]);
    let back = Place { lab: 0, step: 2 };
    assert!(scene.actions.contains(&Action::Remember(back)));
    scene.passes(&[]);
    assert_eq!(verdict(&scene), "open");
}

#[test]
fn back_goes_to_the_step_before_be_it_open_or_not() {
    let mut scene = Scene::new(true);
    scene.passes(&[0, 1]).press(Key::Previous).passes(&[1]);
    at(&scene, 0, 1);
    assert_eq!(verdict(&scene), "passed");
    scene.passes(&[0, 1]).press(Key::Previous).passes(&[0]);
    at(&scene, 0, 0);
    scene.passes(&[0, 1]).press(Key::Previous);
    at(&scene, 0, 0);
    assert_eq!(
        scene.model.notice.as_deref(),
        Some("This is the first step.")
    );
    // On from there to the open one.
    scene.press(Key::Next).passes(&[]);
    at(&scene, 0, 2);
}

#[test]
fn a_step_or_a_lab_can_be_named_to_begin_with() {
    let begin = |place, onwards| {
        let mut scene = Scene::new(true);
        scene.model.choose(place, onwards);
        scene.actions = scene.model.start(scene.now);
        scene
    };
    let mut scene = begin(Place { lab: 0, step: 1 }, false);
    assert_eq!(asked(&scene), [(0, 1, true)]);
    scene.passes(&[0, 1, 2]);
    at(&scene, 0, 1);
    assert_eq!(verdict(&scene), "passed");
    let mut scene = begin(Place { lab: 1, step: 0 }, true);
    assert_eq!(asked(&scene), [(1, 0, true)]);
    scene.passes(&[0]);
    at(&scene, 1, 1);
}

#[test]
fn after_the_last_lab_those_that_are_not_known_are_looked_at_once() {
    let mut scene = Scene::new(true);
    scene.model.choose(Place { lab: 1, step: 1 }, false);
    scene.actions = scene.model.start(scene.now);
    scene.passes(&[0]);
    assert_eq!(asked(&scene), []);
    scene.save().passes(&[1]).passes(&[0, 1]);
    assert_eq!(asked(&scene), [(0, 0, true)]);
    scene.ends(Outcome::Trouble("no verdict".to_owned()));
    assert_eq!(asked(&scene), []);
    scene.save().passes(&[1]).passes(&[0, 1]).passes(&[0, 1, 2]);
    at(&scene, 1, 1);
    assert_eq!(asked(&scene), []);
    assert_eq!(scene.model.next(), Next::Nowhere);
}

#[test]
fn a_step_that_is_undone_has_the_others_looked_at() {
    let mut scene = Scene::new(true);
    scene.passes(&[0, 1, 2]).save().passes(&[]);
    assert_eq!(verdict(&scene), "open");
    assert_eq!(asked(&scene), [(0, 2, true)]);
}

#[test]
fn a_lab_that_is_done_is_shown_before_the_next_one() {
    let mut scene = Scene::new(true);
    scene.passes(&[0, 1]).save().passes(&[2]).passes(&[0, 1, 2]);
    at(&scene, 0, 2);
    assert_eq!(scene.model.next(), Next::Lab(1));
    scene.press(Key::Next).passes(&[0]);
    at(&scene, 1, 1);
    scene.save().passes(&[1]).passes(&[0, 1]);
    assert_eq!(scene.model.next(), Next::Nowhere);
    scene.press(Key::Next);
    assert_eq!(scene.model.goal, Goal::Done);
    // A save may undo it.
    scene.save();
    assert_eq!(asked(&scene), [(1, 0, true)]);
    scene.passes(&[1]);
    at(&scene, 1, 0);
}

#[test]
fn hints_come_one_at_a_time_and_are_remembered() {
    let mut scene = Scene::new(false);
    scene.press(Key::Hint);
    assert_eq!((scene.model.hint, scene.model.notice.is_some()), (0, true));
    scene.passes(&[]);
    for level in 1..=3 {
        scene.press(Key::Hint);
        assert_eq!(scene.model.hint, level);
        assert_eq!(scene.actions, [Action::TookHint { place: HERE, level }]);
    }
    scene.press(Key::Hint);
    assert_eq!((scene.model.hint, scene.actions.as_slice()), (1, &[][..]));
    // Another step has its own, and the first is found as it was left.
    scene.press(Key::Next).press(Key::Next).passes(&[]);
    assert_eq!(scene.model.hint, 0);
}

#[test]
fn a_reset_is_asked_for_first() {
    let mut scene = Scene::new(false);
    scene.passes(&[]).press(Key::Reset);
    assert_eq!(scene.model.overlay, Overlay::Confirm);
    scene.press(Key::Quit);
    assert_eq!(
        (scene.model.overlay, scene.actions.as_slice()),
        (Overlay::None, &[][..])
    );
    scene.press(Key::Yes);
    assert_eq!(scene.actions, []);
    scene.press(Key::Reset).press(Key::Yes);
    assert_eq!(scene.actions, [Action::Reset(HERE)]);
}

#[test]
fn a_compile_error_takes_the_verdicts_place() {
    let mut scene = Scene::new(false);
    scene.ends(Outcome::DoesNotBuild("error: no".to_owned()));
    assert_eq!(verdict(&scene), "does not build");
    // The open step is still to be found.
    scene.save();
    assert_eq!(asked(&scene), [(0, 0, true)]);
    scene.passes(&[0]);
    at(&scene, 0, 1);
    scene
        .save()
        .ends(Outcome::DoesNotBuild("error: no".to_owned()));
    assert_eq!(verdict(&scene), "does not build");
}

#[test]
fn all_grades_this_lab_first_and_then_the_others() {
    let mut scene = Scene::new(true);
    scene.passes(&[0]).press(Key::Rerun);
    assert_eq!(asked(&scene), [(0, 2, true)]);
    assert_eq!(scene.model.marks[0], [None; 3]);
    scene.passes(&[0, 2]);
    assert_eq!(
        (verdict(&scene), asked(&scene)),
        ("passed", vec![(1, 0, true)])
    );
    scene.passes(&[]);
    assert_eq!(asked(&scene), []);
    assert_eq!(scene.model.marks[1], [Some(false); 2]);
    at(&scene, 0, 2);
    // A lab that does not compile is no verdict on this step.
    scene.press(Key::Rerun).passes(&[0]);
    scene.ends(Outcome::DoesNotBuild("error: no".to_owned()));
    assert_eq!(verdict(&scene), "open");
    assert!(
        scene
            .model
            .notice
            .as_ref()
            .is_some_and(|notice| notice.contains("Lab 2"))
    );
}

#[test]
fn the_observatory_waits_for_the_first_verdict_and_for_graders() {
    let mut scene = Scene::new(true);
    assert!(!scene.actions.contains(&Action::StartObservatory));
    scene.passes(&[]);
    assert_eq!(scene.actions.last(), Some(&Action::StartObservatory));
    scene.save();
    assert_eq!(scene.actions[0], Action::HoldObservatory);
    // A word of the build that was put off.
    scene.happens(Event::Observatory(Sight::Building("Compiling".to_owned())));
    assert_eq!(scene.model.observatory, Sight::Waiting);
    scene.passes(&[]);
    assert_eq!(scene.actions.last(), Some(&Action::StartObservatory));
    let address = "http://localhost:4318".to_owned();
    let joined = false;
    scene.happens(Event::Observatory(Sight::Running {
        address: address.clone(),
        joined,
    }));
    scene.save().passes(&[]).press(Key::Page);
    assert_eq!(scene.actions, [Action::OpenPage(address)]);
    scene.happens(Event::Observatory(Sight::Unavailable(
        "it ended".to_owned(),
    )));
    scene.press(Key::Page);
    assert_eq!(scene.actions, [Action::StartObservatory]);
}

#[test]
fn scrolling_stops_at_both_ends() {
    let mut scene = Scene::new(true);
    scene.passes(&[]);
    scene.model.reach = Reach { last: 25, page: 10 };
    let mut to = |scroll| {
        scene.press(Key::Scroll(scroll));
        scene.model.scroll
    };
    assert_eq!(to(Scroll::Line(-1)), 0);
    assert_eq!(to(Scroll::Line(1)), 1);
    assert_eq!(to(Scroll::Page(1)), 11);
    assert_eq!(to(Scroll::Page(2)), 25);
    assert_eq!(to(Scroll::Top), 0);
    assert_eq!(to(Scroll::Bottom), 25);
    assert_eq!(to(Scroll::Page(-1)), 15);
    // What a save brings is read from its top.
    scene.save();
    assert_eq!(scene.model.scroll, 0);
}

#[test]
fn the_end_can_be_asked_for_at_any_time() {
    for key in [Key::Quit, Key::Interrupt] {
        assert_eq!(Scene::new(false).press(key).actions, [Action::Quit]);
    }
    assert_eq!(
        Scene::new(false).happens(Event::Signal).actions,
        [Action::Quit]
    );
    let mut scene = Scene::new(true);
    scene.press(Key::Help).press(Key::Interrupt);
    assert_eq!(scene.actions, [Action::Quit]);
    let mut scene = Scene::new(true);
    scene.press(Key::Help).press(Key::Quit);
    assert_eq!(
        (scene.model.overlay, scene.actions.as_slice()),
        (Overlay::None, &[][..])
    );
}

#[test]
fn a_verdict_without_a_grader_is_said_as_such() {
    let mut scene = Scene::new(true);
    scene.ends(Outcome::Trouble("the tests ended".to_owned()));
    assert_eq!(verdict(&scene), "trouble");
    assert_eq!(scene.model.marks[0], [None; 3]);
    let outcome = Outcome::Graded {
        verdicts: vec![(2, Some(failure()))],
        warnings: Vec::new(),
    };
    scene.save().ends(outcome);
    // The others are not known yet.
    assert_eq!(asked(&scene), [(0, 2, true)]);
    let later = Instant::now() + Duration::from_secs(600);
    scene.happens(Event::Tick(later));
    assert!(
        scene
            .model
            .busy
            .as_ref()
            .is_some_and(|busy| busy.seconds > 0)
    );
}
