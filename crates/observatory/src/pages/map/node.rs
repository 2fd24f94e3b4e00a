//! A node of the map as SVG: the ring with its shares, the figures in it, the sign of its kind, the text under it.
//!
//! Nothing is told by colour alone: the shares of a ring have patterns, and words under it; kinds of nodes have shapes.

use std::f64::consts::TAU;

use maud::{Markup, html};

use super::{
    drawing::Map,
    graph::{Kind, NAME, Node},
    layout::{LINE_HEIGHT, Point, RING, TEXT_WIDTH},
    numbers::OUTCOMES,
};
use crate::pages::{foreign_text, minimap::number};

/// Inner radius of the ring.
const HOLE: f64 = 29.5;
/// Smallest share of a ring that can be seen.
const SMALLEST: f64 = 0.035;
/// How much of a name fits on a line under a node, in widths of a narrow letter.
const LINE: usize = 24;

/// As wide as the text under a node may be: what the layout keeps free.
const _: () = assert!(TEXT_WIDTH > LINE as f64 * 6.3);

/// The text under a node, line by line.
pub(super) struct Text {
    name: Vec<String>,
    kind: Vec<String>,
    /// The shares that are no success, in words; at most two in a line.
    shares: Vec<Vec<(&'static str, String)>>,
}

impl Text {
    pub(super) fn of(node: &Node<'_>) -> Self {
        let parts = node.numbers.outcome.parts();
        let shares: Vec<_> = parts.filter(|(word, _)| *word != "ok").collect();
        Self {
            name: lines(node.name_word(), 2),
            kind: match node.kind {
                Kind::Client => Vec::new(),
                _ => lines(node.type_word(), 1),
            },
            shares: shares.chunks(2).map(<[_]>::to_vec).collect(),
        }
    }

    pub(super) fn lines(&self) -> usize {
        self.name.len() + self.kind.len() + self.shares.len()
    }
}

/// The node with its text, about this place.
pub(super) fn drawn(map: &Map<'_>, node: &Node<'_>, text: &Text, place: Point) -> Markup {
    let filter = map.node_filter(node);
    let is_client = node.kind == Kind::Client;
    let class = format!("node {} {}", node.kind.word(), map.node_state(node));
    let said = if is_client {
        let name = foreign_text::in_attribute(&node.service.name, 120);
        format!("Client: who sent requests to {name}")
    } else {
        format!(
            "{}, {}{}: {}",
            foreign_text::in_attribute(node.name_word(), 120),
            foreign_text::in_attribute(node.type_word(), 80),
            if node.is_inferred {
                ", inferred from its callers"
            } else {
                ""
            },
            node.numbers.in_words(map.minutes, "requests")
        )
    };
    let place = format!("translate({} {})", number(place.x), number(place.y));
    let name = foreign_text::on_one_line(&node.service.name, NAME);
    html! {
        a.(class) href=(map.toggled(&filter)) data-key=(node.key()) data-testid="map-node" data-name=(name) data-kind=(node.kind.word())
            aria-current=[(map.view.filter == filter).then_some("true")] {
            // Its accessible name, too.
            title { (said) }
            g transform=(place) { (shape(node)) (figures(node, map.minutes)) (under(text)) }
        }
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
    html! { path.icon.(kind.word()) d=(path) transform={ "scale(" (number(size)) ")" } {} }
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
    fn a_whole_ring_is_one_sector() {
        assert_eq!(ring([0.0, 0.0, 0.0, 1.0]).0.matches("<path").count(), 1);
        assert_eq!(
            sector(0.0, 0.25),
            "M0 -36A36 36 0 0 1 36 0L29.5 0A29.5 29.5 0 0 0 0 -29.5z"
        );
    }

    /// The outcomes of a ring's sectors and how much of the whole turn each takes, as drawn.
    fn turns(shares: [f64; 4]) -> Vec<(String, f64)> {
        let angle = |point: &str| {
            let (x, y) = point.split_once(' ').expect("two coordinates");
            let [x, y] = [x, y].map(|n| n.parse::<f64>().expect("a number"));
            x.atan2(-y) / TAU
        };
        let drawn = ring(shares).0;
        let sectors = drawn.split("<path ").skip(1).map(|path| {
            let word = path
                .split('"')
                .nth(1)
                .and_then(|class| class.strip_prefix("share "));
            let (_, d) = path.split_once("d=\"M").expect("a path");
            let (start, arc) = d.split_once('A').expect("an arc");
            let end = arc.split(['L', 'A', 'z']).next().expect("its end");
            // Radii, rotation and flags stand before it.
            let end = end.splitn(6, ' ').nth(5).expect("a point");
            let turn = (angle(end) - angle(start)).rem_euclid(1.0);
            (word.expect("an outcome").to_owned(), turn)
        });
        sectors.collect()
    }

    #[test]
    fn the_smallest_share_of_a_ring_is_enlarged_and_the_others_make_room() {
        for (shares, expected) in [
            // The usual case: as large as they are.
            (
                [0.5, 0.25, 0.125, 0.125],
                &[
                    ("ok", 0.5),
                    ("error", 0.25),
                    ("throttle", 0.125),
                    ("fault", 0.125),
                ][..],
            ),
            // One fault among a million.
            (
                [0.999_999, 0.0, 0.0, 0.000_001],
                &[("ok", 0.966), ("fault", 0.034)],
            ),
            (
                [0.000_001, 0.999_999, 0.0, 0.0],
                &[("ok", 0.034), ("error", 0.966)],
            ),
            (
                [0.999_997, 0.000_001, 0.000_001, 0.000_001],
                &[
                    ("ok", 0.905),
                    ("error", 0.032),
                    ("throttle", 0.032),
                    ("fault", 0.032),
                ],
            ),
        ] {
            let turns = turns(shares);
            let words: Vec<_> = turns.iter().map(|(word, _)| &word[..]).collect();
            let wanted: Vec<_> = expected.iter().map(|(word, _)| *word).collect();
            assert_eq!(words, wanted, "{shares:?}");
            for ((word, turn), (_, wanted)) in turns.iter().zip(expected) {
                assert!(
                    (turn - wanted).abs() < 0.002,
                    "{word} of {shares:?}: {turn}"
                );
            }
        }
    }
}
