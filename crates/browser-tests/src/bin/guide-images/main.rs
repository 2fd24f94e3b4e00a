//! An author's tool: makes the pictures of the README and of the labs' guides anew, from the code as it is.
//!
//! `guide-images` makes all of them, `guide-images lab-2` those whose names begin so.
//! For each step the starter with the solution up to that step is built and run, and asked for something typical;
//! then its trace is photographed. What a picture must show is looked for in the page first.

mod camera;
mod incident;
mod learner;
#[allow(unreachable_pub, reason = "`guide-walk` shows it to its tests")]
#[path = "../../../../guide-walk/src/listed.rs"]
mod listed;
mod logs;
mod requests;
mod scenes;
mod segments;
mod stage;

use std::path::Path;

use anyhow::{Context as _, ensure};
use browser_tests::{Browser, Scheme, build_in};

use camera::{Camera, Shot};
use learner::{CLOUDWATCH, HONEYCOMB, Learner, XRAY};
use scenes::{SCENES, Scene, Trace};
use stage::{Profiles, Stage};

/// Pixels: the column of text in which a guide is read is about as wide.
const GUIDE: u32 = 1100;
/// With a span's details beside the waterfall.
const WIDE: u32 = 1280;
/// What the pictures of lab 1 are of.
const SPANS: &str = "#waterfall";
fn main() -> anyhow::Result<()> {
    let beginnings: Vec<String> = std::env::args().skip(1).collect();
    let is_wanted = |name: &str| {
        beginnings.is_empty() || beginnings.iter().any(|begin| name.starts_with(&begin[..]))
    };
    let spans: Vec<&Scene> = SCENES.iter().filter(|it| is_wanted(it.name)).collect();
    let segments = segments::SCENES.iter();
    let segments: Vec<&segments::Scene> = segments.filter(|it| is_wanted(it.name)).collect();
    let logs = logs::SCENES.iter();
    let logs: Vec<&logs::Scene> = logs.filter(|it| is_wanted(it.name)).collect();
    let incident = incident::SCENES.iter();
    let incident: Vec<&incident::Scene> = incident.filter(|it| is_wanted(it.name)).collect();
    ensure!(
        !spans.is_empty() || !segments.is_empty() || !logs.is_empty() || !incident.is_empty(),
        "no picture's name begins with {}: say lab-1, lab-2, lab-3, lab-4 or waterfall, or nothing for all",
        beginnings.join(" or ")
    );

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

    for scene in spans {
        println!("{}", scene.name);
        let program = learner.build(HONEYCOMB, scene.step)?;
        let mut stage = Stage::start(&program, page, Profiles::Learner)?;
        let trace = scene.play(&mut stage, &browser)?;
        stage.end_services();
        open(&browser, &stage, &trace, scene)?;
        let shot = Shot {
            name: scene.name,
            width: if scene.open.is_some() { WIDE } else { GUIDE },
            content: SPANS,
            parts: scene.parts,
            shows: scene.shows,
        };
        camera.shoot(&shot)?;
        if scene.name == "waterfall" {
            browser.prefer(Scheme::Dark)?;
            camera.shoot(&Shot {
                name: "waterfall-dark",
                ..shot
            })?;
            browser.prefer(Scheme::Light)?;
        }
    }
    for scene in segments {
        println!("{}", scene.name);
        let program = learner.build(XRAY, scene.step)?;
        let mut stage = Stage::start(&program, page, scene.profiles)?;
        scene.play(&stage)?;
        stage.end_services();
        scene.open(&stage, &browser)?;
        camera.shoot(&Shot {
            name: scene.name,
            width: if scene.is_wide() { WIDE } else { GUIDE },
            content: scene.content,
            parts: &[],
            shows: scene.shows,
        })?;
    }
    for scene in logs {
        println!("{}", scene.name);
        let program = learner.build(CLOUDWATCH, scene.step)?;
        let mut stage = Stage::start(&program, page, logs::PROFILES)?;
        logs::Scene::play(&stage)?;
        scene.open(&mut stage, &browser)?;
        camera.shoot(&Shot {
            name: scene.name,
            width: WIDE,
            content: scene.content,
            parts: &[],
            shows: scene.shows,
        })?;
    }
    if !incident.is_empty() {
        let programs = build_in(root, &["incident-recording"], &[])?;
        let loader = programs
            .get("incident-recording")
            .context("the package `incident-recording` has no program of its name")?;
        let observatory = incident::observatory(loader)?;
        for scene in incident {
            println!("{}", scene.name);
            scene.open(&observatory, &browser)?;
            camera.shoot(&Shot {
                name: scene.name,
                width: scene.width,
                content: scene.content,
                parts: &[],
                shows: scene.shows,
            })?;
        }
    }
    Ok(())
}

/// Opens the trace as a reader does, from the list, and the details of the scene's span.
fn open(browser: &Browser, stage: &Stage, trace: &Trace, scene: &Scene) -> anyhow::Result<()> {
    browser.goto(&stage.observatory.url("/traces"))?;
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
