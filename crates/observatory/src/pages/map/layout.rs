//! Where the nodes and edges of a service graph stand: columns from left to right, callers before the called.
//! Pure geometry: which column a node is in is `layers`' to say, how one column is ordered and spread is `columns`';
//! the ways of edges are `routes`', and where their labels stand on them is `labels`'. What is drawn there is `drawing`'s.
//!
//! Whatever was sent gives a drawing: loops are opened before columns are dealt out, an edge that returns is drawn
//! against the current, parts that have nothing to do with each other stand below each other. The same graph always
//! gives the same drawing.

use std::collections::BTreeMap;

use super::{
    columns::{self, Vertex},
    labels, layers, routes,
};

/// Radius of a node's ring.
pub(super) const RING: f64 = 36.0;
/// From one column's middle to the next.
pub(super) const PITCH: f64 = 236.0;
/// Widest text under a node.
pub(super) const TEXT_WIDTH: f64 = 158.0;
/// Height of one line of text under a ring.
pub(super) const LINE_HEIGHT: f64 = 15.0;
/// Between a ring and the text under it.
const TEXT_GAP: f64 = 8.0;
/// Height of an edge's label.
pub(super) const LABEL_HEIGHT: f64 = 18.0;
/// Room that an edge takes where it passes a column.
const LANE: f64 = 24.0;
/// So much of what is under a ring may reach into the space between neighbours in a column. Rings, not rings and
/// texts together, stand in the middle of their room, so that what is side by side has its rings at one height.
const BORROWED: f64 = 2.0 * (columns::SPACING - 4.0);
/// Room above a node that calls itself.
const LOOP_HEIGHT: f64 = 48.0;
/// Between parts that have nothing to do with each other.
const GAP: f64 = 28.0;
/// Room left and right of the first and last column's middle.
const MARGIN: f64 = TEXT_WIDTH / 2.0 + 12.0;
/// Nodes without calls in one row.
const LONERS_IN_A_ROW: usize = 5;
/// A place in the drawing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Point {
    pub(super) x: f64,
    pub(super) y: f64,
}

/// A call to draw: from one node's place in the list to another's.
#[derive(Clone, Copy, Debug)]
pub(super) struct Call {
    pub(super) from: usize,
    pub(super) to: usize,
    /// How wide its label is.
    pub(super) label_width: f64,
}

/// An edge's way: cubic curves, each from the last one's end, and the middle of its label.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Route {
    pub(super) start: Point,
    /// Two control points and the end, each.
    pub(super) curves: Vec<[Point; 3]>,
    pub(super) label: Point,
}

/// The whole drawing.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Layout {
    /// Middles of the nodes' rings, in the order of the input.
    pub(super) nodes: Vec<Point>,
    /// In the order of the input.
    pub(super) routes: Vec<Route>,
    pub(super) width: f64,
    pub(super) height: f64,
}

/// Lays out nodes with so many `lines` of text under each, and the calls between them, whose ends are among the nodes.
pub(super) fn lay_out(lines: &[usize], calls: &[Call]) -> Layout {
    let nodes = lines.len();
    let below = |node: usize| RING + TEXT_GAP + LINE_HEIGHT * lines[node] as f64;
    let calls_itself: Vec<bool> = (0..nodes)
        .map(|node| calls.iter().any(|c| c.from == node && c.to == node))
        .collect();
    let above = |node: usize| RING + if calls_itself[node] { LOOP_HEIGHT } else { 0.0 };
    let mut places = vec![Point { x: 0.0, y: 0.0 }; nodes];
    // For each pair of nodes that a call connects, the lanes it takes between them.
    let mut lanes: BTreeMap<(usize, usize), Vec<Point>> = BTreeMap::new();
    let mut top = GAP;
    let mut width: f64 = 0.0;
    let (parts, loners) = layers::parts(nodes, calls);

    for part in parts {
        let steps = layers::steps(&part, calls);
        let columns = layers::columns(&part, &steps);
        let mut vertices: Vec<Vertex> = part
            .iter()
            .map(|&node| Vertex {
                column: columns[&node],
                height: (2.0 * above(node)).max(2.0 * below(node) - BORROWED),
            })
            .collect();
        let place_of: BTreeMap<usize, usize> =
            part.iter().enumerate().map(|(at, &n)| (n, at)).collect();
        let mut edges = Vec::new();
        let mut via: Vec<((usize, usize), Vec<usize>)> = Vec::new();
        for &(from, to) in &steps {
            let (mut last, end) = (place_of[&from], place_of[&to]);
            let mut passed = Vec::new();
            for column in columns[&from] + 1..columns[&to] {
                vertices.push(Vertex {
                    column,
                    height: LANE,
                });
                edges.push((last, vertices.len() - 1));
                last = vertices.len() - 1;
                passed.push(last);
            }
            edges.push((last, end));
            via.push(((from, to), passed));
        }
        let heights = columns::spread(&vertices, &edges);
        let upper = |at: usize| part.get(at).map_or(LANE / 2.0, |&node| above(node));
        let lower = |at: usize| part.get(at).map_or(LANE / 2.0, |&node| below(node));
        let first = (0..vertices.len())
            .map(|at| heights[at] - upper(at))
            .fold(f64::INFINITY, f64::min);
        let last = (0..vertices.len())
            .map(|at| heights[at] + lower(at))
            .fold(f64::NEG_INFINITY, f64::max);
        let x = |column: usize| MARGIN + column as f64 * PITCH;
        for (at, &node) in part.iter().enumerate() {
            places[node] = Point {
                x: x(vertices[at].column),
                y: top + heights[at] - first,
            };
        }
        for (pair, passed) in via {
            let points = passed.iter().map(|&at| Point {
                x: x(vertices[at].column),
                y: top + heights[at] - first,
            });
            lanes.insert(pair, points.collect());
        }
        width = vertices
            .iter()
            .map(|v| x(v.column) + MARGIN)
            .fold(width, f64::max);
        top += last - first + GAP;
    }
    for row in loners.chunks(LONERS_IN_A_ROW) {
        let highest = row.iter().map(|&node| above(node)).fold(0.0, f64::max);
        for (at, &node) in row.iter().enumerate() {
            places[node] = Point {
                x: MARGIN + at as f64 * PITCH,
                y: top + highest,
            };
            width = width.max(places[node].x + MARGIN);
        }
        let lowest = row.iter().map(|&node| below(node)).fold(0.0, f64::max);
        top += highest + lowest + GAP;
    }

    let mut routes = routes::between(&places, calls, &lanes);
    labels::place(&places, lines, calls, &mut routes);
    Layout {
        nodes: places,
        routes,
        width: width.max(2.0 * MARGIN),
        height: top,
    }
}

#[cfg(test)]
#[path = "layout_tests.rs"]
mod tests;
