//! An edge of the map as SVG: its line with the arrow's head, and its label. Where they run is `routes`' and `labels`'.

use std::fmt::Write;

use maud::{Markup, html};

use super::{
    drawing::Map,
    graph::{Edge, NAME},
    layout::{LABEL_HEIGHT, Route},
};
use crate::pages::{attribute_table::grouped, foreign_text, minimap::number};

fn path(route: &Route) -> String {
    let mut path = format!("M{} {}", number(route.start.x), number(route.start.y));
    for [a, b, end] in &route.curves {
        // Writing to a String cannot fail.
        let _ = write!(
            path,
            "C{} {} {} {} {} {}",
            number(a.x),
            number(a.y),
            number(b.x),
            number(b.y),
            number(end.x),
            number(end.y)
        );
    }
    path
}

/// Thicker by traffic: one step for each tenfold.
fn thickness(count: u64) -> &'static str {
    match count {
        0..10 => "t0",
        10..100 => "t1",
        100..1_000 => "t2",
        _ => "t3",
    }
}

/// The line, with a wider one to point at.
pub(super) fn line(map: &Map<'_>, edge: &Edge, route: &Route) -> Markup {
    let [from, to] = [edge.from, edge.to].map(|at| &map.graph.nodes[at]);
    let filter = map.edge_filter(edge);
    let names = [from, to].map(|node| foreign_text::in_attribute(node.name_word(), 80));
    let said = format!(
        "{} calls {}: {}",
        names[0],
        names[1],
        edge.numbers.in_words(map.minutes, "calls")
    );
    let path = path(route);
    let key = format!("{}>{}", from.key(), to.key());
    html! {
        a.edge.(thickness(edge.numbers.count)).(map.edge_state(edge)) href=(map.toggled(&filter)) data-key=(key) data-testid="map-edge"
            data-from=(foreign_text::on_one_line(&from.service.name, NAME)) data-to=(foreign_text::on_one_line(&to.service.name, NAME))
            aria-label=(said) aria-current=[(map.view.filter == filter).then_some("true")] {
            title { (said) }
            path.grip d=(path) {}
            path.line d=(path) marker-end="url(#arrow)" {}
        }
    }
}

/// `24 · 12.3 ms`: how many calls, how long on average.
pub(super) fn label_text(edge: &Edge) -> String {
    format!(
        "{} · {}",
        grouped(edge.numbers.count),
        edge.numbers.latency()
    )
}

/// About how wide a label is.
pub(super) fn label_width(label: &str) -> f64 {
    label.chars().count() as f64 * 6.2 + 16.0
}

/// A label is a second, larger place to click on; it is no second stop for the keyboard.
pub(super) fn label(map: &Map<'_>, edge: &Edge, route: &Route, label: &str, width: f64) -> Markup {
    let at = route.label;
    html! {
        a.edge-label.(map.edge_state(edge)) href=(map.toggled(&map.edge_filter(edge))) tabindex="-1" {
            rect x=(number(at.x - width / 2.0)) y=(number(at.y - LABEL_HEIGHT / 2.0)) width=(number(width)) height=(number(LABEL_HEIGHT)) rx="9" {}
            text x=(number(at.x)) y=(number(at.y + 4.0)) { (label) }
        }
    }
}
