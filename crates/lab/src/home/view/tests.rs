//! What is seen of a model, at several sizes.

use super::*;
use crate::home::event::{Event, Outcome, Place, Run, Sight};
use crate::home::keys::{Key, Scroll};
use crate::home::scene::{OUTPUT, Scene};

const USUAL: Size = Size {
    columns: 80,
    rows: 24,
};
const LARGE: Size = Size {
    columns: 120,
    rows: 40,
};
const SMALL: Size = Size {
    columns: 40,
    rows: 12,
};
const PLAIN: Style = Style { colour: false };

/// Draws as the loop does, so that keys know how far one can scroll.
fn draw(scene: &mut Scene, size: Size) -> String {
    let picture = picture(&scene.model, size, PLAIN);
    scene.model.reach = picture.reach;
    assert_eq!(picture.rows.len(), size.rows);
    assert!(picture.rows.iter().all(|row| width(row) <= size.columns));
    let rows = picture.rows.iter().map(|row| row.trim_end());
    rows.collect::<Vec<_>>().join("\n")
}

#[track_caller]
fn check(name: &str, scene: &mut Scene, size: Size) {
    insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!(name, draw(scene, size));
    });
}

/// Step 3 of lab 1 is on the screen and open, the observatory runs.
fn open() -> Scene {
    let mut scene = Scene::new(true);
    let place = |file: &str| vec![format!("labs/1-honeycomb/src/{file}")];
    scene.says(Run::Places(vec![
        place("resource.rs:10"),
        place("pipeline.rs"),
        vec![
            "labs/1-honeycomb/src/app.rs:21".to_owned(),
            "labs/1-honeycomb/src/app.rs:40".to_owned(),
            "labs/1-honeycomb/src/home.rs:7".to_owned(),
        ],
    ]));
    scene.passes(&[0, 1]);
    scene.happens(Event::Observatory(Sight::Running {
        address: "http://localhost:4318".to_owned(),
        joined: false,
    }));
    scene
}

#[test]
fn an_open_step() {
    check("open_80x24", &mut open(), USUAL);
    check("open_120x40", &mut open(), LARGE);
    check("open_40x12", &mut open(), SMALL);
}

#[test]
fn the_rest_is_reached_by_scrolling() {
    let mut scene = open();
    draw(&mut scene, SMALL);
    scene.press(Key::Scroll(Scroll::Page(1)));
    check("scrolled_40x12", &mut scene, SMALL);
    scene.press(Key::Scroll(Scroll::Bottom));
    check("scrolled_to_the_end_40x12", &mut scene, SMALL);
    // Nothing is lost on the way.
    let mut seen = String::new();
    scene.press(Key::Scroll(Scroll::Top));
    for _ in 0..50 {
        seen.push_str(&draw(&mut scene, SMALL));
        scene.press(Key::Scroll(Scroll::Page(1)));
    }
    for word in OUTPUT.split_whitespace().filter(|word| word.len() < 30) {
        let hidden = matches!(word, "yours" | "wanted" | "│") || word.starts_with('─');
        assert!(hidden || seen.contains(word), "{word}");
    }
}

#[test]
fn before_the_first_verdict() {
    let mut scene = Scene::new(false);
    scene.says(Run::Status(
        "Compiling honeycomb v0.1.0 (/workspace/labs/1-honeycomb)".to_owned(),
    ));
    check("search", &mut scene, USUAL);
    scene.ends(Outcome::DoesNotBuild(
        "error: expected `;`\n --> labs/1-honeycomb/src/app.rs:1:1".to_owned(),
    ));
    check("search_does_not_build", &mut scene, USUAL);
}

#[test]
fn a_verdict_that_is_awaited() {
    let mut scene = open();
    scene.save();
    scene.says(Run::Status(
        "Compiling honeycomb v0.1.0 (/workspace/labs/1-honeycomb)".to_owned(),
    ));
    check("building", &mut scene, USUAL);
    scene.says(Run::Status(
        "Running tests/steps.rs (target/debug/deps/steps)".to_owned(),
    ));
    let later = scene.now + std::time::Duration::from_secs(3);
    scene.happens(Event::Tick(later));
    assert!(draw(&mut scene, USUAL).contains("running the test · 3 s"));
}

#[test]
fn a_step_that_passes() {
    let mut scene = open();
    let warning = "warning: unused variable: `x`\n --> labs/1-honeycomb/src/app.rs:8:9\n  |\n";
    scene.save().ends(Outcome::Graded {
        verdicts: vec![(2, None)],
        warnings: vec![warning.to_owned()],
    });
    check("passed_looking", &mut scene, USUAL);
    scene.passes(&[1, 2]);
    check("passed_another_undone", &mut scene, USUAL);
    scene.press(Key::Next).passes(&[0]);
    scene.passes(&[0, 1, 2]);
    check("lab_done", &mut scene, USUAL);
    check("lab_done_40x12", &mut scene, SMALL);
    scene.press(Key::Next).passes(&[0]);
    scene.save().passes(&[1]).passes(&[0, 1]);
    check("last_lab_done", &mut scene, USUAL);
    scene.press(Key::Next);
    check("all_done", &mut scene, USUAL);
}

/// The labs before the last one may have been done at another time.
#[test]
fn the_last_lab_first() {
    let mut scene = Scene::new(true);
    scene.model.choose(Place { lab: 1, step: 1 }, false);
    scene.actions = scene.model.start(scene.now);
    scene.passes(&[0]).save().passes(&[1]).passes(&[0, 1]);
    check("last_lab_looking_back", &mut scene, USUAL);
    scene.passes(&[0]);
    check("last_lab_others_open", &mut scene, USUAL);
}

#[test]
fn a_compile_error_is_the_compilers_own() {
    let mut scene = open();
    let error = "error[E0308]: mismatched types\n --> labs/1-honeycomb/src/app.rs:8:5\n  |\n8 |     \"one\"\n  |     ^^^^^ expected `u32`, found `&str`\n";
    scene.save().ends(Outcome::DoesNotBuild(error.to_owned()));
    check("does_not_build", &mut scene, USUAL);
    scene.save();
    check("does_not_build_stale", &mut scene, USUAL);
    scene.ends(Outcome::Trouble(
        "the tests ended (signal: 6) before step 3 had a verdict".to_owned(),
    ));
    check("trouble", &mut scene, USUAL);
}

/// What the compiler draws stays under what it means, and a hint stands below it.
#[test]
fn a_compile_error_is_cut_where_it_would_wrap() {
    let mut scene = open();
    scene.press(Key::Hint);
    let source = "x".repeat(90);
    let error = format!(
        "error: expected `;`, found `y`\n --> src/app.rs:118:5\n    |\n118 |     {source}\n    |     ^ help: {source}\n    = note: {source} is wrapped\n"
    );
    scene.save().ends(Outcome::DoesNotBuild(error));
    check("does_not_build_wide", &mut scene, USUAL);
}

#[test]
fn a_hint_is_gone_once_the_step_passes() {
    let mut scene = open();
    scene.press(Key::Hint);
    scene.save().passes(&[0, 1, 2]);
    check("passed_after_a_hint", &mut scene, USUAL);
}

#[test]
fn what_is_asked_and_told() {
    let mut scene = open();
    scene.press(Key::Hint).press(Key::Hint);
    check("hint", &mut scene, USUAL);
    scene.press(Key::Reset);
    check("confirm", &mut scene, USUAL);
    check("confirm_40x12", &mut scene, SMALL);
    scene.press(Key::Other);
    scene.happens(Event::Notice(
        "labs/1-honeycomb/src/app.rs (yours is kept as app.rs.bak)\nand more".to_owned(),
    ));
    scene.happens(Event::Notes(vec![
        "not as released: test-edited, labs/1-honeycomb/tests/steps.rs; see cargo lab check"
            .to_owned(),
    ]));
    check("notice_and_note", &mut scene, USUAL);
    scene.press(Key::Help);
    check("help", &mut scene, USUAL);
}

#[test]
fn the_observatory_in_one_line() {
    let mut scene = open();
    let mut all = String::new();
    for sight in [
        Sight::Absent,
        Sight::Waiting,
        Sight::Building(String::new()),
        Sight::Building(
            "Compiling observatory v0.1.0 (/workspace/crates/observatory) and a long tail"
                .to_owned(),
        ),
        Sight::Starting,
        Sight::Running {
            address: "https://4318-me.gitpod.example".to_owned(),
            joined: true,
        },
        Sight::Unavailable("port 4318 is in use by something else".to_owned()),
    ] {
        scene.happens(Event::Observatory(sight));
        all.push_str(draw(&mut scene, USUAL).lines().nth(1).unwrap_or_default());
        all.push('\n');
    }
    insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!("observatory", all);
    });
}

#[test]
fn no_size_is_too_small() {
    let mut scenes = [Scene::new(false), open(), open(), open(), open()];
    scenes[2].press(Key::Help);
    scenes[3].press(Key::Reset);
    scenes[4].happens(Event::Notice("表".repeat(50)));
    for scene in &mut scenes {
        for columns in 1..45 {
            for rows in 1..14 {
                draw(scene, Size { columns, rows });
            }
        }
    }
}

#[test]
fn colours_only_where_they_are_wanted() {
    let mut scene = open();
    let error = "\x1b[1m\x1b[91merror\x1b[0m: no\n";
    scene.save().ends(Outcome::DoesNotBuild(error.to_owned()));
    let rows = picture(&scene.model, USUAL, PLAIN).rows;
    assert!(rows.iter().all(|row| !row.contains('\x1b')));
    let rows = picture(&scene.model, USUAL, Style { colour: true }).rows;
    assert!(
        rows.iter()
            .any(|row| row.contains("\x1b[91merror\x1b[0m: no")),
        "{rows:?}"
    );
}

#[test]
fn what_is_stale_is_faint() {
    let mut scene = open();
    let rows = |scene: &Scene| picture(&scene.model, USUAL, Style { colour: true }).rows;
    let cause = |rows: &[String]| rows.iter().find(|row| row.contains("cause[")).cloned();
    let current = cause(&rows(&scene)).expect("a cause");
    assert!(current.starts_with("\x1b[1mcause["), "{current:?}");
    scene.save();
    let stale = cause(&rows(&scene)).expect("a cause");
    assert!(stale.starts_with("\x1b[2mcause["), "{stale:?}");
}

#[test]
fn after_a_save_a_small_screen_shows_the_verdict_first() {
    let mut scene = open();
    scene.save().passes(&[]);
    check("saved_40x12", &mut scene, SMALL);
    check(
        "saved_80x16",
        &mut scene,
        Size {
            columns: 80,
            rows: 16,
        },
    );
}
