//! The trace map as SVG, and the same numbers as tables. What is drawn is decided by `graph`, where by `layout`.
//!
//! Nothing is told by colour alone: the shares of a ring have patterns, and words under it; kinds of nodes have shapes.

use std::{collections::BTreeSet, f64::consts::TAU, fmt::Write};

use maud::{Markup, html};
use xray_query::ServiceGraph;

use super::{
    address::{MapView, Named, edge_filter, service_filter},
    graph::{Edge, Graph, Kind, Node, Numbers, OUTCOMES, percent},
    layout::{self, Call, LABEL_HEIGHT, LINE_HEIGHT, Layout, RING, Route, TEXT_WIDTH},
};
use crate::pages::{attribute_table::grouped, foreign_text, marks::patterns, minimap::number};

/// Inner radius of the ring.
const HOLE: f64 = 29.5;
/// Smallest share of a ring that can be seen.
const SMALLEST: f64 = 0.035;
/// Characters of a name that are read at all.
const NAME: usize = 200;
/// How much of a name fits on a line under a node, in widths of a narrow letter.
const LINE: usize = 24;

/// What a filter leaves of a graph: others are drawn faintly.
pub(super) struct Passed {
    nodes: BTreeSet<(String, Option<String>)>,
    edges: BTreeSet<(String, String)>,
}

impl Passed {
    /// What the traces that match went through.
    pub(super) fn new(graph: &ServiceGraph) -> Self {
        let graph = Graph::new(graph);
        let name = |at: usize| graph.nodes[at].service.name.clone();
        Self {
            nodes: graph
                .nodes
                .iter()
                .map(|node| (node.service.name.clone(), node.service.kind.clone()))
                .collect(),
            edges: graph
                .edges
                .iter()
                .map(|edge| (name(edge.from), name(edge.to)))
                .collect(),
        }
    }
}

/// A graph and how it is looked at.
pub(super) struct Map<'a> {
    pub(super) graph: &'a Graph<'a>,
    pub(super) view: &'a MapView,
    /// Minutes that the graph covers, for rates.
    pub(super) minutes: f64,
    /// With a filter, what it leaves.
    pub(super) passed: Option<&'a Passed>,
}

impl Map<'_> {
    /// By its name; with its type, where there are others of the same name.
    fn named<'n>(&self, node: &'n Node<'_>) -> Named<'n> {
        let same = |other: &&Node<'_>| {
            other.service.name == node.service.name && other.kind != Kind::Client
        };
        let is_shared = self.graph.nodes.iter().filter(same).count() > 1;
        Named {
            name: &node.service.name,
            kind: node
                .service
                .kind
                .as_deref()
                .filter(|_| is_shared || node.kind == Kind::Client),
        }
    }

    fn node_filter(&self, node: &Node<'_>) -> String {
        service_filter(self.named(node))
    }

    fn edge_filter(&self, edge: &Edge) -> String {
        let [from, to] = [edge.from, edge.to].map(|at| self.named(&self.graph.nodes[at]));
        edge_filter(from, to)
    }

    /// The address after a click: chosen, or no longer.
    fn toggled(&self, filter: &str) -> String {
        let is_chosen = self.view.filter == filter;
        self.view
            .filtered(if is_chosen { "" } else { filter })
            .href()
    }
}

/// The drawing.
pub(super) fn drawing(map: &Map<'_>) -> Markup {
    let graph = map.graph;
    let labels: Vec<String> = graph
        .edges
        .iter()
        .map(|edge| {
            format!(
                "{} · {}",
                grouped(edge.numbers.count),
                edge.numbers.latency()
            )
        })
        .collect();
    let calls: Vec<Call> = graph
        .edges
        .iter()
        .zip(&labels)
        .map(|(edge, label)| Call {
            from: edge.from,
            to: edge.to,
            label_width: width_of(label),
        })
        .collect();
    let texts: Vec<Text> = graph.nodes.iter().map(Text::of).collect();
    let heights: Vec<usize> = texts.iter().map(Text::lines).collect();
    let Layout {
        nodes,
        routes,
        width,
        height,
    } = layout::lay_out(&heights, &calls);
    let view_box = format!("0 0 {} {}", number(width), number(height));
    html! {
        svg #map-drawing width=(number(width)) height=(number(height)) viewBox=(view_box) role="group" data-testid="map"
            aria-label={ "Trace map: " (grouped(graph.nodes.len() as u64)) " nodes, " (grouped(graph.edges.len() as u64)) " edges" } {
            (patterns())
            g.edges { @for (edge, route) in graph.edges.iter().zip(&routes) { (line(map, edge, route)) } }
            g.nodes { @for ((node, text), place) in graph.nodes.iter().zip(&texts).zip(&nodes) { (drawn(map, node, text, place.x, place.y)) } }
            g.labels aria-hidden="true" {
                @for ((edge, route), (label, call)) in graph.edges.iter().zip(&routes).zip(labels.iter().zip(&calls)) {
                    (edge_label(map, edge, route, label, call.label_width))
                }
            }
        }
    }
}

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

fn state<'a>(is_chosen: bool, is_passed: bool) -> &'a str {
    match (is_chosen, is_passed) {
        (true, _) => "chosen",
        (false, true) => "",
        (false, false) => "faint",
    }
}

fn edge_state(map: &Map<'_>, edge: &Edge) -> &'static str {
    let [from, to] = [edge.from, edge.to].map(|at| &map.graph.nodes[at].service.name);
    let is_passed = map
        .passed
        .is_none_or(|passed| passed.edges.contains(&(from.clone(), to.clone())));
    state(map.view.filter == map.edge_filter(edge), is_passed)
}

fn line(map: &Map<'_>, edge: &Edge, route: &Route) -> Markup {
    let [from, to] = [edge.from, edge.to].map(|at| &map.graph.nodes[at]);
    let filter = map.edge_filter(edge);
    let names = [from, to].map(|node| foreign_text::in_attribute(name_of(node), 80));
    let said = format!(
        "{} calls {}: {}",
        names[0],
        names[1],
        in_words(&edge.numbers, map.minutes, "calls")
    );
    let path = path(route);
    let key = format!("{}>{}", key(from), key(to));
    html! {
        a.edge.(thickness(edge.numbers.count)).(edge_state(map, edge)) href=(map.toggled(&filter)) data-key=(key) data-testid="map-edge"
            data-from=(foreign_text::on_one_line(&from.service.name, NAME)) data-to=(foreign_text::on_one_line(&to.service.name, NAME))
            aria-label=(said) aria-current=[(map.view.filter == filter).then_some("true")] {
            title { (said) }
            path.grip d=(path) {}
            path.line d=(path) marker-end="url(#arrow)" {}
        }
    }
}

/// A label is a second, larger place to click on; it is no second stop for the keyboard.
fn edge_label(map: &Map<'_>, edge: &Edge, route: &Route, label: &str, width: f64) -> Markup {
    let at = route.label;
    html! {
        a.edge-label.(edge_state(map, edge)) href=(map.toggled(&map.edge_filter(edge))) tabindex="-1" {
            rect x=(number(at.x - width / 2.0)) y=(number(at.y - LABEL_HEIGHT / 2.0)) width=(number(width)) height=(number(LABEL_HEIGHT)) rx="9" {}
            text x=(number(at.x)) y=(number(at.y + 4.0)) { (label) }
        }
    }
}

fn name_of<'a>(node: &'a Node<'_>) -> &'a str {
    match (node.kind, &node.service.name[..]) {
        (Kind::Client, _) => "Client",
        (_, "") => "no name",
        (_, name) => name,
    }
}

/// What tells a node from the others, for the script to find it again.
fn key(node: &Node<'_>) -> String {
    let kind = node.service.kind.as_deref().unwrap_or("");
    foreign_text::on_one_line(&format!("{}|{kind}", node.service.name), 2 * NAME)
}

/// `24 requests, 4.8/min, 12.3 ms on average; 96% ok, 4% fault`.
fn in_words(numbers: &Numbers, minutes: f64, what: &str) -> String {
    if numbers.count == 0 {
        return format!("no {what} of its own were counted");
    }
    let what = if numbers.count == 1 {
        what.trim_end_matches('s')
    } else {
        what
    };
    format!(
        "{} {what}, {}, {} on average; {}",
        grouped(numbers.count),
        numbers.rate(minutes),
        numbers.latency(),
        shares_in_words(numbers)
    )
}

fn shares_in_words(numbers: &Numbers) -> String {
    let total = numbers.outcome.total();
    let parts: Vec<String> = OUTCOMES
        .iter()
        .zip(numbers.outcome.counts())
        .filter(|&(_, count)| count > 0)
        .map(|(word, count)| format!("{} {word}", percent(count, total)))
        .collect();
    parts.join(", ")
}

/// The text under a node, line by line.
struct Text {
    name: Vec<String>,
    kind: Vec<String>,
    /// The shares that are no success, in words; at most two in a line.
    shares: Vec<Vec<(&'static str, String)>>,
}

impl Text {
    fn of(node: &Node<'_>) -> Self {
        let outcome = node.numbers.outcome;
        let shares: Vec<(&'static str, String)> = OUTCOMES
            .into_iter()
            .zip(outcome.counts())
            .filter(|&(word, count)| count > 0 && word != "ok")
            .map(|(word, count)| (word, format!("{} {word}", percent(count, outcome.total()))))
            .collect();
        Self {
            name: lines(name_of(node), 2),
            kind: match node.kind {
                Kind::Client => Vec::new(),
                _ => lines(node.type_word(), 1),
            },
            shares: shares.chunks(2).map(<[_]>::to_vec).collect(),
        }
    }

    fn lines(&self) -> usize {
        self.name.len() + self.kind.len() + self.shares.len()
    }
}

fn drawn(map: &Map<'_>, node: &Node<'_>, text: &Text, x: f64, y: f64) -> Markup {
    let filter = map.node_filter(node);
    let is_client = node.kind == Kind::Client;
    let is_chosen = map.view.filter == filter;
    let is_passed = map.passed.is_none_or(|passed| {
        passed
            .nodes
            .contains(&(node.service.name.clone(), node.service.kind.clone()))
    });
    let class = format!(
        "node {} {}",
        shape_word(node.kind),
        state(is_chosen, is_passed)
    );
    let said = if is_client {
        let name = foreign_text::in_attribute(&node.service.name, 120);
        format!("Client: who sent requests to {name}")
    } else {
        format!(
            "{}, {}{}: {}",
            foreign_text::in_attribute(name_of(node), 120),
            foreign_text::in_attribute(node.type_word(), 80),
            if node.is_inferred {
                ", inferred from its callers"
            } else {
                ""
            },
            in_words(&node.numbers, map.minutes, "requests")
        )
    };
    let place = format!("translate({} {})", number(x), number(y));
    let name = foreign_text::on_one_line(&node.service.name, NAME);
    html! {
        a.(class) href=(map.toggled(&filter)) data-key=(key(node)) data-testid="map-node" data-name=(name) data-kind=(shape_word(node.kind))
            aria-label=(said) aria-current=[is_chosen.then_some("true")] {
            title { (said) }
            g transform=(place) { (shape(node)) (figures(node, map.minutes)) (under(text)) }
        }
    }
}

fn shape_word(kind: Kind) -> &'static str {
    match kind {
        Kind::Client => "client",
        Kind::Service => "service",
        Kind::Remote => "remote",
        Kind::Database => "database",
        Kind::Aws => "aws",
    }
}

/// The ring and what stands in it.
fn shape(node: &Node<'_>) -> Markup {
    html! {
        circle.ground r=(number(RING + 3.0)) {}
        @match node.kind {
            Kind::Client => {
                circle.face r=(number(RING - 2.0)) {}
                (icon(Kind::Client, 1.5))
            },
            kind => {
                @if node.numbers.outcome.total() == 0 { circle.no-share r=(number((RING + HOLE) / 2.0)) {} }
                @else { (ring(node.numbers.outcome.shares())) }
                @if node.is_inferred { circle.inferred r=(number(RING + 3.0)) {} }
                @if kind != Kind::Service {
                    g.badge-shape transform="translate(-28 -29)" { circle r="12.5" {} (icon(kind, 0.72)) }
                }
            },
        }
        circle.halo r=(number(RING + 4.5)) {}
    }
}

/// The picture of a kind of node, about its middle, 22 wide at size 1.
pub(super) fn icon(kind: Kind, size: f64) -> Markup {
    let path = match kind {
        Kind::Client => "M0-9.5a4.6 4.6 0 1 0 .01 0zM-9 9.5c0-5.5 4-8.3 9-8.3s9 2.8 9 8.3z",
        Kind::Service => "M-8-8h16v16h-16zM-8-1.5h16M-4-4.7h.01M-4 3.2h.01",
        Kind::Remote => {
            "M-10 0a10 10 0 1 0 20 0a10 10 0 1 0-20 0zM-10 0h20M0-10c-6.5 6-6.5 14 0 20M0-10c6.5 6 6.5 14 0 20"
        }
        Kind::Database => {
            "M-8.5-6.5c0-4.7 17-4.7 17 0v13c0 4.7-17 4.7-17 0zM-8.5-6.5c0 4.7 17 4.7 17 0M-8.5 0c0 4.7 17 4.7 17 0"
        }
        Kind::Aws => "M-9.5-5.5L0-11L9.5-5.5V5.5L0 11L-9.5 5.5zM-9.5-5.5L0 0L9.5-5.5M0 0V11",
    };
    html! { path.icon.(shape_word(kind)) d=(path) transform={ "scale(" (number(size)) ")" } {} }
}

/// The shares as sectors of a ring, from the top clockwise.
fn ring(shares: [f64; 4]) -> Markup {
    // The smallest must be seen; the others make room.
    let seen = shares.map(|share| {
        if share > 0.0 {
            share.max(SMALLEST)
        } else {
            0.0
        }
    });
    let whole: f64 = seen.iter().sum();
    let until = |place: usize| seen[..place].iter().sum::<f64>() / whole;
    html! {
        @for (place, word) in OUTCOMES.iter().enumerate() {
            @if seen[place] > 0.0 {
                path.share.(word) d=(sector(until(place), until(place + 1))) data-share=(word) {}
            }
        }
    }
}

/// Between two shares of the whole turn, between the hole and the ring's edge.
fn sector(from: f64, to: f64) -> String {
    if to - from > 0.9999 {
        let circle = |r: f64, sweep: u8| {
            format!(
                "M0 {0}A{1} {1} 0 1 {sweep} 0 {1}A{1} {1} 0 1 {sweep} 0 {0}z",
                number(-r),
                number(r)
            )
        };
        return format!("{}{}", circle(RING, 1), circle(HOLE, 0));
    }
    let at = |share: f64, radius: f64| {
        let (sin, cos) = (share * TAU).sin_cos();
        format!("{} {}", number(radius * sin), number(-radius * cos))
    };
    let large = u8::from(to - from > 0.5);
    format!(
        "M{}A{RING} {RING} 0 {large} 1 {}L{}A{HOLE} {HOLE} 0 {large} 0 {}z",
        at(from, RING),
        at(to, RING),
        at(to, HOLE),
        at(from, HOLE)
    )
}

/// Latency and rate, in the ring.
fn figures(node: &Node<'_>, minutes: f64) -> Markup {
    html! {
        @if node.kind != Kind::Client {
            text.latency y="1" { (node.numbers.latency()) }
            text.rate y="15" { (node.numbers.rate(minutes)) }
        }
    }
}

/// Name, type, and the shares that are no success, under the ring.
fn under(text: &Text) -> Markup {
    let y = |line: usize| number(RING + 19.0 + LINE_HEIGHT * line as f64);
    let (kinds, shares) = (text.name.len(), text.name.len() + text.kind.len());
    html! {
        @for (at, line) in text.name.iter().enumerate() { text.name y=(y(at)) { (line) } }
        @for (at, line) in text.kind.iter().enumerate() { text.type y=(y(kinds + at)) { (line) } }
        @for (at, line) in text.shares.iter().enumerate() {
            text.bad-shares y=(y(shares + at)) {
                @for (place, (word, share)) in line.iter().enumerate() { @if place > 0 { " · " } tspan.(word) { (share) } }
            }
        }
    }
}

/// A text in at most so many lines that fit under a node, broken after its separators.
fn lines(text: &str, most: usize) -> Vec<String> {
    let text = foreign_text::on_one_line(text, NAME);
    let wide = |c: char| if u32::from(c) >= 0x1100 { 2 } else { 1 };
    let mut rest: Vec<char> = text.chars().collect();
    let mut lines = Vec::new();
    while !rest.is_empty() {
        let mut width = 0;
        let fits = rest
            .iter()
            .take_while(|&&c| {
                width += wide(c);
                width <= LINE
            })
            .count();
        if fits == rest.len() {
            lines.push(rest.drain(..).collect::<String>());
        } else if lines.len() + 1 == most {
            let mut line: String = rest[..fits.saturating_sub(1).max(1)].iter().collect();
            line.push('…');
            lines.push(line);
            break;
        } else {
            let separators = ['.', '-', '_', '/', ':', ' ', '@'];
            let cut = rest[..fits]
                .iter()
                .rposition(|c| separators.contains(c))
                .map(|at| at + 1)
                .filter(|&at| at * 3 > fits)
                .unwrap_or(fits.max(1));
            lines.push(rest.drain(..cut).collect::<String>());
        }
    }
    lines
}

/// About how wide a label is.
fn width_of(label: &str) -> f64 {
    label.chars().count() as f64 * 6.2 + 16.0
}

/// What shapes and patterns mean.
pub(super) fn legend() -> Markup {
    let swatch = |word: &str| {
        html! { svg.key width="22" height="14" viewBox="0 0 22 14" aria-hidden="true" { rect.share.(word) x="1" y="1" width="20" height="12" rx="3" {} } }
    };
    html! {
        div.map-legend {
            ul aria-label="Shares of a ring" {
                @for (word, meaning) in OUTCOMES.iter().zip(["ok", "error 4xx", "throttle 429", "fault 5xx"]) { li { (swatch(word)) " " (meaning) } }
            }
            ul aria-label="Kinds of nodes" {
                @for (kind, word) in [(Kind::Client, "client"), (Kind::Remote, "remote"), (Kind::Database, "database"), (Kind::Aws, "AWS service")] {
                    li { svg.key width="18" height="18" viewBox="-12 -12 24 24" aria-hidden="true" { (icon(kind, 0.92)) } " " (word) }
                }
                li { svg.key width="18" height="18" viewBox="-12 -12 24 24" aria-hidden="true" { circle.inferred r="9" {} } " inferred" }
            }
        }
    }
}

/// All numbers of the map as tables, which need no sight of it.
pub(super) fn tables(map: &Map<'_>) -> Markup {
    let graph = map.graph;
    let heads = |what: &str| {
        html! {
            th.num scope="col" { (what) } th.num scope="col" { "Per minute" } th.num scope="col" { "Average" }
            @for word in OUTCOMES { th.num scope="col" { (word) } }
        }
    };
    let cells = |numbers: &Numbers| {
        let total = numbers.outcome.total();
        html! {
            td.num { (grouped(numbers.count)) } td.num { (numbers.rate(map.minutes).trim_end_matches("/min")) } td.num { (numbers.latency()) }
            @for count in numbers.outcome.counts() { td.num { (grouped(count)) @if count > 0 { " " span.soft { (percent(count, total)) } } } }
        }
    };
    html! {
        details #map-numbers.part data-testid="map-numbers" {
            summary { h2 { "In numbers" } }
            div.scroll tabindex="0" role="region" aria-label="Nodes in numbers" {
                table.numbers {
                    thead { tr { th scope="col" { "Node" } th scope="col" { "Type" } (heads("Requests")) } }
                    tbody { @for node in graph.nodes.iter().filter(|node| node.kind != Kind::Client) {
                        tr { th scope="row" { (foreign_text::isolated(name_of(node), NAME)) } td { (foreign_text::isolated(node.type_word(), NAME)) } (cells(&node.numbers)) }
                    } }
                }
            }
            div.scroll tabindex="0" role="region" aria-label="Calls in numbers" {
                table.numbers {
                    thead { tr { th scope="col" { "From" } th scope="col" { "To" } (heads("Calls")) } }
                    tbody { @for edge in &graph.edges {
                        tr { th scope="row" { (foreign_text::isolated(name_of(&graph.nodes[edge.from]), NAME)) } td { (foreign_text::isolated(name_of(&graph.nodes[edge.to]), NAME)) } (cells(&edge.numbers)) }
                    } }
                }
            }
        }
    }
}

/// As wide as the text under a node may be: what the layout keeps free.
const _: () = assert!(TEXT_WIDTH > LINE as f64 * 6.3);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_broken_after_separators_and_cut() {
        for (name, shown) in [
            ("backend", &["backend"][..]),
            ("", &[]),
            (
                "checkout-service.production.internal",
                &["checkout-service.", "production.internal"],
            ),
            (
                "abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnop",
                &["abcdefghijklmnopqrstuvwx", "yz0123456789abcdefghijk…"],
            ),
            (
                "日本語のサービス名前日本語のサービス名",
                &["日本語のサービス名前日本", "語のサービス名"],
            ),
            ("a\0b", &["a␀b"]),
        ] {
            assert_eq!(lines(name, 2), shown, "{name}");
        }
        assert_eq!(
            lines(&"x".repeat(5_000), 1),
            [format!("{}…", "x".repeat(LINE - 1))]
        );
    }

    #[test]
    fn a_ring_is_whole_and_small_shares_are_seen() {
        let drawn = ring([0.999, 0.001, 0.0, 0.0]).0;
        assert_eq!(drawn.matches("<path").count(), 2);
        assert_eq!(ring([0.0, 0.0, 0.0, 1.0]).0.matches("<path").count(), 1);
        // A tenth of a degree would not be seen: the end of the first is not at the top.
        assert!(!sector(0.0, 1.0 - SMALLEST / (1.0 + SMALLEST)).contains("L0 "));
        assert_eq!(
            sector(0.0, 0.25),
            "M0 -36A36 36 0 0 1 36 0L29.5 0A29.5 29.5 0 0 0 0 -29.5z"
        );
    }
}
