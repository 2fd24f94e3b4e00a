//! One browser: a session of its own driver, with an empty profile, ended on drop.

use std::fs;
use std::path::Path;
use std::time::Duration;

use anyhow::Context as _;
use base64::Engine as _;
use serde_json::{Value as Json, json};
use tempfile::TempDir;

use crate::PATIENCE;
use crate::driver::Driver;
use crate::element::Element;
use crate::waiting::{SCRIPT_TIMEOUT, until};
use crate::wire::{Wire, refusal};

/// Keys that are no text, for [`Browser::press`].
pub mod key {
    /// Tab.
    pub const TAB: &str = "\u{E004}";
    /// Enter.
    pub const ENTER: &str = "\u{E007}";
    /// Escape.
    pub const ESCAPE: &str = "\u{E00C}";
    /// Page up.
    pub const PAGE_UP: &str = "\u{E00E}";
    /// Page down.
    pub const PAGE_DOWN: &str = "\u{E00F}";
    /// End.
    pub const END: &str = "\u{E010}";
    /// Home.
    pub const HOME: &str = "\u{E011}";
    /// Left arrow.
    pub const LEFT: &str = "\u{E012}";
    /// Up arrow.
    pub const UP: &str = "\u{E013}";
    /// Right arrow.
    pub const RIGHT: &str = "\u{E014}";
    /// Down arrow.
    pub const DOWN: &str = "\u{E015}";
}

/// Nothing that reaches out, asks, or needs a screen; no sandbox, since CI runs as root.
const FLAGS: &[&str] = &[
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=1280,900",
];

/// What the person prefers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// `prefers-color-scheme: light`.
    Light,
    /// `prefers-color-scheme: dark`.
    Dark,
    /// `forced-colors: active`: the person's own few colours, on black, instead of any page's.
    Forced,
}

/// A headless Chromium with one page open.
pub struct Browser {
    pub(crate) wire: Wire,
    /// Outlives the session, which `Drop` ends first.
    _driver: Driver,
    _profile: TempDir,
}

impl Browser {
    /// Starts a driver and, through it, Chromium, with an empty profile.
    ///
    /// # Errors
    ///
    /// When they are not installed; the message says how to install them.
    pub fn start() -> anyhow::Result<Browser> {
        let driver = Driver::start()?;
        let profile = TempDir::with_prefix("browser-tests-")
            .context("making a folder for the browser's profile")?;
        let mut flags: Vec<String> = FLAGS.iter().map(|flag| (*flag).to_owned()).collect();
        flags.push(format!("--user-data-dir={}", profile.path().display()));
        let capabilities = json!({"capabilities": {"alwaysMatch": {
            "browserName": "chrome",
            "goog:chromeOptions": {"args": flags},
            "goog:loggingPrefs": {"browser": "ALL"},
            // A dialog stays open for `dialog` to be asked.
            "unhandledPromptBehavior": "ignore",
            "timeouts": {"script": SCRIPT_TIMEOUT.as_millis() as u64, "pageLoad": PATIENCE.as_millis() as u64},
        }}});
        let wire = Wire::new(driver.url.clone())?;
        let session = wire.post("session", capabilities).with_context(|| {
            format!(
                "starting Chromium (`scripts/browser` installs it)\n{}",
                driver.complaints()
            )
        })?;
        let id = session["sessionId"]
            .as_str()
            .context("WebDriver named no session")?;
        Ok(Browser {
            wire: wire.session(id),
            _driver: driver,
            _profile: profile,
        })
    }

    /// Waits so long for what does not come, instead of half a minute.
    #[must_use]
    pub fn with_patience(mut self, patience: Duration) -> Browser {
        self.wire.patience = patience;
        self
    }

    /// Opens an address and waits until it is loaded.
    ///
    /// # Errors
    ///
    /// When it cannot be reached or loaded in time.
    pub fn goto(&self, url: &str) -> anyhow::Result<()> {
        self.wire
            .post("url", json!({"url": url}))
            .with_context(|| format!("opening {url}"))
            .map(drop)
    }

    /// The address that is open.
    ///
    /// # Errors
    ///
    /// When the browser has gone.
    pub fn url(&self) -> anyhow::Result<String> {
        self.wire
            .get("url")
            .map(|url| url.as_str().unwrap_or_default().to_owned())
    }

    /// The first element that the CSS selector matches, waited for.
    ///
    /// # Errors
    ///
    /// When there is none in time; the message has what the page shows instead.
    pub fn find(&self, css: &str) -> anyhow::Result<Element> {
        let found_as = format!("`{css}`");
        let found = until(
            &self.wire,
            &found_as,
            "return document.querySelector(arguments[0])",
            json!([css]),
        )?;
        Element::new(&self.wire, &found, &found_as)
    }

    /// All elements that the CSS selector matches now, in the document's order.
    ///
    /// # Errors
    ///
    /// When the selector is none.
    pub fn find_all(&self, css: &str) -> anyhow::Result<Vec<Element>> {
        let found = self
            .wire
            .post("elements", json!({"using": "css selector", "value": css}))?;
        let references = found
            .as_array()
            .context("WebDriver gave no list of elements")?;
        references
            .iter()
            .map(|reference| Element::new(&self.wire, reference, &format!("`{css}`")))
            .collect()
    }

    /// Waits until the body of a JavaScript function over `inputs` returns something truthy, and gives that.
    ///
    /// It is looked at whenever the page changes; `what` is for the message when it never holds.
    ///
    /// # Errors
    ///
    /// When it does not hold in time, or throws.
    pub fn wait_until(&self, what: &str, condition: &str, inputs: Json) -> anyhow::Result<Json> {
        until(&self.wire, what, condition, inputs)
    }

    /// What the body of a JavaScript function over `inputs` returns.
    ///
    /// # Errors
    ///
    /// When it throws.
    pub fn execute(&self, script: &str, inputs: Json) -> anyhow::Result<Json> {
        self.wire
            .post("execute/sync", json!({"script": script, "args": inputs}))
            .context("running a script")
    }

    /// The same for a script that may take longer, for instance one that returns a promise.
    pub(crate) fn execute_within(
        &self,
        time: Duration,
        script: &str,
        inputs: Json,
    ) -> anyhow::Result<Json> {
        let set = |time: Duration| {
            self.wire
                .post("timeouts", json!({"script": time.as_millis() as u64}))
        };
        set(time)?;
        let result = self.execute(script, inputs);
        set(SCRIPT_TIMEOUT)?;
        result
    }

    /// Presses and releases each key, whatever is focused; see [`key`] for those that are no text.
    ///
    /// # Errors
    ///
    /// When the browser has gone.
    pub fn press(&self, keys: &str) -> anyhow::Result<()> {
        let strokes: Vec<Json> = keys
            .chars()
            .flat_map(|key| {
                ["keyDown", "keyUp"].map(|stroke| json!({"type": stroke, "value": key}))
            })
            .collect();
        let actions = json!({"actions": [{"type": "key", "id": "keyboard", "actions": strokes}]});
        self.wire.post("actions", actions).map(drop)
    }

    /// Presses and releases a key so many times while Shift is held.
    ///
    /// # Errors
    ///
    /// When the browser has gone.
    pub fn press_with_shift(&self, key: &str, times: usize) -> anyhow::Result<()> {
        const SHIFT: &str = "\u{E008}";
        let stroke = |kind: &str, key: &str| json!({"type": kind, "value": key});
        let mut strokes = vec![stroke("keyDown", SHIFT)];
        for _ in 0..times {
            strokes.extend([stroke("keyDown", key), stroke("keyUp", key)]);
        }
        strokes.push(stroke("keyUp", SHIFT));
        let actions = json!({"actions": [{"type": "key", "id": "keyboard", "actions": strokes}]});
        self.wire.post("actions", actions).map(drop)
    }

    /// Writes what is visible to a PNG file; its folder is made.
    ///
    /// # Errors
    ///
    /// When the file cannot be written.
    pub fn screenshot(&self, file: &Path) -> anyhow::Result<()> {
        let picture = self.wire.get("screenshot")?;
        let picture = base64::engine::general_purpose::STANDARD
            .decode(picture.as_str().unwrap_or_default())
            .context("the screenshot's base64")?;
        if let Some(folder) = file.parent() {
            fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))?;
        }
        fs::write(file, picture).with_context(|| format!("writing {}", file.display()))
    }

    /// Makes the page so many CSS pixels wide and high, also narrower than a window can be.
    ///
    /// # Errors
    ///
    /// When the browser has gone.
    pub fn resize(&self, width: u32, height: u32) -> anyhow::Result<()> {
        let metrics =
            json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false});
        self.wire
            .cdp("Emulation.setDeviceMetricsOverride", metrics)
            .map(drop)
    }

    /// Runs this in each page that is opened from now on, before its own scripts.
    ///
    /// # Errors
    ///
    /// When the browser has gone.
    pub fn before_each_page(&self, script: &str) -> anyhow::Result<()> {
        let source = json!({"source": script});
        self.wire
            .cdp("Page.addScriptToEvaluateOnNewDocument", source)
            .map(drop)
    }

    /// How many pixels the page is wider than what is visible of it: more than none, and it scrolls sideways.
    ///
    /// # Errors
    ///
    /// When the browser has gone.
    pub fn overflow(&self) -> anyhow::Result<i64> {
        let script =
            "const page = document.documentElement; return page.scrollWidth - page.clientWidth";
        self.execute(script, json!([]))
            .map(|pixels| pixels.as_i64().unwrap_or(i64::MAX))
    }

    /// Draws no scrollbars from now on, for pictures that show all of a page.
    ///
    /// # Errors
    ///
    /// When the browser has gone.
    pub fn hide_scrollbars(&self) -> anyhow::Result<()> {
        self.wire
            .cdp("Emulation.setScrollbarsHidden", json!({"hidden": true}))
            .map(drop)
    }

    /// Tells pages which colours the person prefers.
    ///
    /// # Errors
    ///
    /// When the browser has gone.
    pub fn prefer(&self, scheme: Scheme) -> anyhow::Result<()> {
        let (value, forced) = match scheme {
            Scheme::Light => ("light", "none"),
            Scheme::Dark => ("dark", "none"),
            Scheme::Forced => ("dark", "active"),
        };
        let media = json!({"features": [
            {"name": "prefers-color-scheme", "value": value},
            {"name": "forced-colors", "value": forced},
        ]});
        self.wire.cdp("Emulation.setEmulatedMedia", media).map(drop)
    }

    /// The errors that came to the console since the last call: failed scripts, requests and policies among them.
    ///
    /// # Errors
    ///
    /// When the browser has gone.
    pub fn console_errors(&self) -> anyhow::Result<Vec<String>> {
        let entries = self.wire.post("se/log", json!({"type": "browser"}))?;
        let entries = entries.as_array().context("the driver gave no log")?;
        let severe = entries.iter().filter(|entry| entry["level"] == "SEVERE");
        Ok(severe
            .map(|entry| entry["message"].as_str().unwrap_or_default().to_owned())
            .collect())
    }

    /// The text of the dialog that is open, if one is.
    ///
    /// # Errors
    ///
    /// When the browser has gone.
    pub fn dialog(&self) -> anyhow::Result<Option<String>> {
        match self.wire.get("alert/text") {
            Ok(text) => Ok(Some(text.as_str().unwrap_or_default().to_owned())),
            Err(error) if refusal(&error) == Some("no such alert") => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// Dialogs and what the browser says of itself.
impl Browser {
    /// Answers the dialog that is open with its OK button.
    ///
    /// # Errors
    ///
    /// When none is open.
    pub fn accept_dialog(&self) -> anyhow::Result<()> {
        self.wire
            .post("alert/accept", json!({}))
            .context("accepting the dialog")
            .map(drop)
    }

    /// Answers the dialog that is open with its Cancel button.
    ///
    /// # Errors
    ///
    /// When none is open.
    pub fn dismiss_dialog(&self) -> anyhow::Result<()> {
        self.wire
            .post("alert/dismiss", json!({}))
            .context("dismissing the dialog")
            .map(drop)
    }

    /// Runs no scripts of pages from now on; what finds elements still works.
    ///
    /// # Errors
    ///
    /// When the browser has gone.
    pub fn disable_scripts(&self) -> anyhow::Result<()> {
        self.wire
            .cdp(
                "Emulation.setScriptExecutionDisabled",
                json!({"value": true}),
            )
            .map(drop)
    }

    /// Sends this as `User-Agent` from now on.
    ///
    /// # Errors
    ///
    /// When the browser has gone.
    pub fn call_itself(&self, user_agent: &str) -> anyhow::Result<()> {
        self.wire
            .cdp(
                "Network.setUserAgentOverride",
                json!({"userAgent": user_agent}),
            )
            .map(drop)
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // Ends Chromium; killing the driver alone would leave it behind.
        let _gone_already = self.wire.delete();
    }
}
