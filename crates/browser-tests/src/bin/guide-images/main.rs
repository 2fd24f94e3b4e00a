//! An author's tool: makes the pictures of the README and of lab 1's guide anew, from the code as it is.
//!
//! For each step the starter with the solution up to that step is built and run, and asked for something typical;
//! then its trace is photographed. What a picture must show is looked for in the page first.

mod camera;
mod learner;
mod scenes;
mod stage;

use std::path::Path;

use anyhow::Context as _;
use browser_tests::{Browser, Scheme, build_in};

use camera::Camera;
use learner::Learner;
use scenes::{SCENES, Scene, Trace};
use stage::Stage;

/// Pixels: the column of text in which a guide is read is about as wide.
const GUIDE: u32 = 1100;
/// With a span's details beside the waterfall.
const WIDE: u32 = 1280;

fn main() -> anyhow::Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .context("the package is in the workspace's folder `crates`")?;
    let programs = build_in(root, &["cruddur"], &[])?;
    let page = programs
        .get("cruddur")
        .context("the package `cruddur` has no program of its name")?;
    let learner = Learner::new(root)?;
    let browser = Browser::start()?;
    let camera = Camera::new(&browser, &root.join("docs/images"))?;

    for scene in &SCENES {
        println!("{}", scene.name);
        let mut stage = Stage::start(&learner.build(scene.step)?, page)?;
        let trace = scene.play(&mut stage, &browser)?;
        stage.end_services();
        open(&browser, &stage, &trace, scene)?;
        let width = if scene.open.is_some() { WIDE } else { GUIDE };
        camera.shoot(scene.name, width, scene.parts, scene.shows)?;
        if scene.name == "waterfall" {
            browser.prefer(Scheme::Dark)?;
            camera.shoot("waterfall-dark", width, scene.parts, scene.shows)?;
            browser.prefer(Scheme::Light)?;
        }
    }

    println!("traces");
    let mut stage = Stage::start(&learner.build(9)?, page)?;
    scenes::a_day(&mut stage, &browser)?;
    stage.end_services();
    browser.goto(&stage.observatory.url("/"))?;
    camera.shoot("traces", WIDE, &[], scenes::TRACES_SHOW)
}

/// Opens the trace as a reader does, from the list, and the details of the scene's span.
fn open(browser: &Browser, stage: &Stage, trace: &Trace, scene: &Scene) -> anyhow::Result<()> {
    browser.goto(&stage.observatory.url("/"))?;
    trace.row(browser)?.find("a")?.click()?;
    browser.find("[data-testid=waterfall]")?;
    if let Some(span) = scene.open {
        browser
            .find(&format!(
                "[data-testid=span-row][data-span-name='{span}'] a.pick"
            ))?
            .click()?;
        browser.find("[data-testid=span-details] [data-testid=span-name]")?;
    }
    Ok(())
}
