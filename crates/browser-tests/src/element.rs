//! One element of the page, and what can be done with it.

use anyhow::Context as _;
use serde_json::{Value as Json, json};

use crate::waiting::until;
use crate::wire::Wire;

/// The key under which WebDriver's JSON holds a reference to an element.
const REFERENCE: &str = "element-6066-11e4-a52e-4f735466cecf";

/// An element that was there when it was found.
#[derive(Clone, Debug)]
pub struct Element {
    wire: Wire,
    id: String,
    /// How it was found, for messages.
    found_as: String,
}

impl Element {
    pub(crate) fn new(wire: &Wire, reference: &Json, found_as: &str) -> anyhow::Result<Element> {
        let id = reference[REFERENCE]
            .as_str()
            .with_context(|| format!("{found_as} is no element: {reference}"))?;
        Ok(Element {
            wire: wire.clone(),
            id: id.to_owned(),
            found_as: found_as.to_owned(),
        })
    }

    /// The first element inside this one that the CSS selector matches, waited for.
    ///
    /// # Errors
    ///
    /// When there is none in time.
    pub fn find(&self, css: &str) -> anyhow::Result<Element> {
        let found_as = format!("`{css}` in {}", self.found_as);
        let condition = "return arguments[0].querySelector(arguments[1])";
        let found = until(
            &self.wire,
            &found_as,
            condition,
            json!([self.reference(), css]),
        )?;
        Element::new(&self.wire, &found, &found_as)
    }

    /// Clicks in its middle, as a pointer does: it must be visible and not covered.
    ///
    /// # Errors
    ///
    /// When it is hidden, covered or gone.
    pub fn click(&self) -> anyhow::Result<()> {
        self.post("click", json!({})).map(drop)
    }

    /// Types the text into it, key by key.
    ///
    /// # Errors
    ///
    /// When it takes no keys or is gone.
    pub fn type_text(&self, text: &str) -> anyhow::Result<()> {
        self.post("value", json!({"text": text})).map(drop)
    }

    /// Its text as shown.
    ///
    /// # Errors
    ///
    /// When it is gone.
    pub fn text(&self) -> anyhow::Result<String> {
        self.get("text")
            .map(|text| text.as_str().unwrap_or_default().to_owned())
    }

    /// An attribute as written in the document, if it has it.
    ///
    /// # Errors
    ///
    /// When it is gone.
    pub fn attribute(&self, name: &str) -> anyhow::Result<Option<String>> {
        self.get(&format!("attribute/{name}"))
            .map(|value| value.as_str().map(str::to_owned))
    }

    /// Whether it is visible to a person.
    ///
    /// # Errors
    ///
    /// When it is gone.
    pub fn displayed(&self) -> anyhow::Result<bool> {
        self.get("displayed").map(|shown| shown == true)
    }

    /// The reference to hand to a script.
    pub fn reference(&self) -> Json {
        json!({REFERENCE: self.id})
    }

    fn get(&self, command: &str) -> anyhow::Result<Json> {
        let answer = self.wire.get(&format!("element/{}/{command}", self.id));
        answer.with_context(|| format!("asking {} for its {command}", self.found_as))
    }

    fn post(&self, command: &str, body: Json) -> anyhow::Result<Json> {
        let answer = self
            .wire
            .post(&format!("element/{}/{command}", self.id), body);
        answer.with_context(|| format!("{command} on {}", self.found_as))
    }
}
