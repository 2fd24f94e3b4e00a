//! Waiting inside the page: a condition is looked at again whenever the page changes, until it holds or time is over.

use std::time::{Duration, Instant};

use anyhow::bail;
use serde_json::{Value as Json, json};

use crate::wire::{Wire, refusal};

/// How long one script waits in a page: a page that is left takes the script with it, and the next must be asked.
const TURN: Duration = Duration::from_secs(2);

/// How long the driver waits for an answer of such a script.
pub(crate) const SCRIPT_TIMEOUT: Duration = Duration::from_secs(4);

/// Looks at the condition now, at every change of the document, and at the events that change what is
/// focused, entered or addressed without changing the document.
const SCRIPT: &str = r#"
const done = arguments[arguments.length - 1];
const inputs = arguments[0], patience = arguments[1];
const condition = function () { CONDITION };
const events = ["change", "focusin", "focusout", "hashchange", "input", "load", "popstate", "scroll", "toggle"];
const look = () => {
    let found = null, failure = null;
    try { found = condition.apply(null, inputs); } catch (error) { failure = String(error); }
    if (found || failure) { end([found || null, failure]); }
};
const end = (result) => {
    observer.disconnect();
    clearTimeout(timer);
    events.forEach((event) => removeEventListener(event, look, true));
    done(result);
};
const observer = new MutationObserver(look);
const timer = setTimeout(() => end([null, null]), patience);
observer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
events.forEach((event) => addEventListener(event, look, true));
look();
"#;

/// What the condition (the body of a JavaScript function over `inputs`) returns once that is truthy.
///
/// A new page may come while waiting: then the condition is looked at there.
pub(crate) fn until(
    wire: &Wire,
    what: &str,
    condition: &str,
    inputs: Json,
) -> anyhow::Result<Json> {
    let deadline = Instant::now() + wire.patience;
    let script = SCRIPT.replace("CONDITION", condition);
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        let turn = left.min(TURN).as_millis() as u64;
        let result = wire.post(
            "execute/async",
            json!({"script": script, "args": [inputs, turn]}),
        );
        match result {
            Ok(result) => match (&result[0], &result[1]) {
                (Json::Null, Json::Null) => {}
                (Json::Null, failure) => {
                    bail!("looking for {what} failed in the page: {failure}\n{condition}")
                }
                (found, _) => return Ok(found.clone()),
            },
            // The page was left while the script waited in it; the driver does not always notice at once.
            Err(error)
                if matches!(refusal(&error), Some("javascript error" | "script timeout")) =>
            {
                if left.is_zero() {
                    return Err(error.context(format!("waiting for {what}")));
                }
            }
            Err(error) => return Err(error.context(format!("waiting for {what}"))),
        }
        if left.is_zero() {
            bail!("no {what} within {:?} {}", wire.patience, shown(wire)?);
        }
    }
}

/// Where the browser is and what it shows, for the message of a failure.
fn shown(wire: &Wire) -> anyhow::Result<String> {
    let page =
        "return [location.href, document.title, document.body ? document.body.innerText : '']";
    let page = wire.post("execute/sync", json!({"script": page, "args": []}))?;
    let text = |index: usize| page[index].as_str().unwrap_or_default().to_owned();
    let beginning: String = text(2).chars().take(2000).collect();
    Ok(format!(
        "at {} ({:?}), which shows:\n{beginning}",
        text(0),
        text(1)
    ))
}
