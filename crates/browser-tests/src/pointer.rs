//! The mouse: over a point of an element, and dragged from one to another. Clicks are the element's own.

use anyhow::Context as _;
use serde_json::{Value as Json, json};

use crate::browser::Browser;
use crate::element::Element;

/// A point of an element: shares of its width and height, from its upper left corner.
pub type Point = (f64, f64);

impl Browser {
    /// Moves the mouse over a point of an element, which is scrolled to.
    ///
    /// # Errors
    ///
    /// When the element is gone.
    pub fn hover(&self, over: &Element, at: Point) -> anyhow::Result<()> {
        let at = self.place(over, at)?;
        self.mouse(vec![moved(at)])
    }

    /// Drags over an element from one of its points to another, in a few moves.
    ///
    /// # Errors
    ///
    /// When the element is gone.
    pub fn drag(&self, over: &Element, from: Point, to: Point) -> anyhow::Result<()> {
        let (start, end) = (self.place(over, from)?, self.place(over, to)?);
        let between = ((start.0 + end.0) / 2.0, (start.1 + end.1) / 2.0);
        self.mouse(vec![
            moved(start),
            json!({"type": "pointerDown", "button": 0}),
            moved(between),
            moved(end),
            json!({"type": "pointerUp", "button": 0}),
        ])
    }

    fn mouse(&self, actions: Vec<Json>) -> anyhow::Result<()> {
        let mouse = json!({"type": "pointer", "id": "mouse", "parameters": {"pointerType": "mouse"}, "actions": actions});
        self.wire
            .post("actions", json!({"actions": [mouse]}))
            .context("moving the mouse")
            .map(drop)
    }

    /// Where a point of an element is in the window.
    fn place(&self, element: &Element, (x, y): Point) -> anyhow::Result<Point> {
        let script = "arguments[0].scrollIntoView({ block: 'center' }); const box = arguments[0].getBoundingClientRect(); return [box.left, box.top, box.width, box.height]";
        let found = self.execute(script, json!([element.reference()]))?;
        let number = |at: usize| found[at].as_f64().context("an element without a place");
        Ok((number(0)? + x * number(2)?, number(1)? + y * number(3)?))
    }
}

fn moved((x, y): Point) -> Json {
    json!({"type": "pointerMove", "duration": 0, "x": x.round() as i64, "y": y.round() as i64})
}
