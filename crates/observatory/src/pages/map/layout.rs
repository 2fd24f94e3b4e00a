//! Where the nodes and edges of a service graph stand: columns from left to right, callers before the called.
//! Pure geometry; what is drawn there is `view`'s, how one column is ordered and spread is `columns`'.
//!
//! Whatever was sent gives a drawing: loops are opened before columns are dealt out, an edge that returns is drawn
//! against the current, parts that have nothing to do with each other stand below each other. The same graph always
//! gives the same drawing.

use std::collections::BTreeMap;

use super::columns::{self, Vertex};

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
/// Edges and nodes together, beyond which labels do not look for a free place among edges.
const MANY: usize = 160;

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
    let (parts, loners) = parts(nodes, calls);

    for part in parts {
        let steps = steps(&part, calls);
        let columns = columns(&part, &steps);
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

    let mut routes = routes(&places, calls, &lanes);
    place_labels(&places, lines, calls, &mut routes);
    Layout {
        nodes: places,
        routes,
        width: width.max(2.0 * MARGIN),
        height: top,
    }
}

/// Nodes that calls connect, part by part, and those that have none.
fn parts(nodes: usize, calls: &[Call]) -> (Vec<Vec<usize>>, Vec<usize>) {
    let mut part: Vec<usize> = (0..nodes).collect();
    fn top(part: &mut [usize], mut node: usize) -> usize {
        while part[node] != node {
            part[node] = part[part[node]];
            node = part[node];
        }
        node
    }
    for call in calls {
        let (a, b) = (top(&mut part, call.from), top(&mut part, call.to));
        // The earlier one leads, so that parts keep their order.
        part[a.max(b)] = a.min(b);
    }
    let mut grouped: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for node in 0..nodes {
        grouped.entry(top(&mut part, node)).or_default().push(node);
    }
    let (loners, parts): (Vec<_>, Vec<_>) = grouped.into_values().partition(|part| part.len() == 1);
    (parts, loners.concat())
}

/// The pairs of nodes that calls connect, each once and in a direction such that none leads back.
fn steps(part: &[usize], calls: &[Call]) -> Vec<(usize, usize)> {
    let mut out: BTreeMap<usize, Vec<usize>> = part.iter().map(|&n| (n, Vec::new())).collect();
    let mut called: BTreeMap<usize, bool> = BTreeMap::new();
    for call in calls.iter().filter(|call| call.from != call.to) {
        if let Some(out) = out.get_mut(&call.from) {
            out.push(call.to);
            called.insert(call.to, true);
        }
    }
    for out in out.values_mut() {
        out.sort_unstable();
        out.dedup();
    }
    // Depth first, from those that nobody calls; what leads back to a node that is still open is turned around.
    let mut order: Vec<usize> = part.to_vec();
    order.sort_by_key(|node| called.contains_key(node));
    #[derive(Clone, Copy, PartialEq)]
    enum State {
        Open,
        Done,
    }
    let mut states: BTreeMap<usize, State> = BTreeMap::new();
    let mut steps = Vec::new();
    for start in order {
        if states.contains_key(&start) {
            continue;
        }
        states.insert(start, State::Open);
        let mut stack = vec![(start, 0)];
        while let Some((node, at)) = stack.last_mut() {
            let (node, next) = (*node, out[node].get(*at).copied());
            *at += 1;
            match next {
                None => {
                    states.insert(node, State::Done);
                    stack.pop();
                }
                Some(next) => match states.get(&next) {
                    None => {
                        steps.push((node, next));
                        states.insert(next, State::Open);
                        stack.push((next, 0));
                    }
                    Some(State::Done) => steps.push((node, next)),
                    Some(State::Open) => steps.push((next, node)),
                },
            }
        }
    }
    steps.sort_unstable();
    steps.dedup();
    steps
}

/// Each node's column: one after the last of its callers; who nobody calls stands just before the first it calls.
fn columns(part: &[usize], steps: &[(usize, usize)]) -> BTreeMap<usize, usize> {
    let mut columns: BTreeMap<usize, usize> = part.iter().map(|&node| (node, 0)).collect();
    let mut waits: BTreeMap<usize, usize> = BTreeMap::new();
    let mut out: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for &(from, to) in steps {
        *waits.entry(to).or_default() += 1;
        out.entry(from).or_default().push(to);
    }
    let mut ready: Vec<usize> = part
        .iter()
        .copied()
        .filter(|node| !waits.contains_key(node))
        .collect();
    let first = ready.clone();
    while let Some(node) = ready.pop() {
        let next_column = columns[&node] + 1;
        for &next in out.get(&node).into_iter().flatten() {
            if let Some(column) = columns.get_mut(&next) {
                *column = (*column).max(next_column);
            }
            if let Some(count) = waits.get_mut(&next) {
                *count -= 1;
                if *count == 0 {
                    ready.push(next);
                }
            }
        }
    }
    for node in first {
        let nearest = out
            .get(&node)
            .into_iter()
            .flatten()
            .map(|n| columns[n])
            .min();
        if let Some(nearest) = nearest {
            columns.insert(node, nearest.saturating_sub(1));
        }
    }
    columns
}

/// Where calls leave and reach the rings, and their ways between.
fn routes(
    places: &[Point],
    calls: &[Call],
    lanes: &BTreeMap<(usize, usize), Vec<Point>>,
) -> Vec<Route> {
    /// A call, whether it leaves there, and the height it goes to or comes from.
    type End = (usize, bool, f64);
    // What comes to the left (`false`) and right of each node.
    let mut sides: BTreeMap<(usize, bool), Vec<End>> = BTreeMap::new();
    let mut ways: Vec<Vec<Point>> = Vec::with_capacity(calls.len());
    for (at, call) in calls.iter().enumerate() {
        if call.from == call.to {
            ways.push(Vec::new());
            continue;
        }
        let with_current = lanes.get(&(call.from, call.to));
        let mut way = with_current
            .or_else(|| lanes.get(&(call.to, call.from)))
            .cloned()
            .unwrap_or_default();
        if with_current.is_none() {
            way.reverse();
        }
        let has_twin = calls.iter().any(|c| c.from == call.to && c.to == call.from);
        if has_twin {
            let aside = if with_current.is_some() { -7.0 } else { 7.0 };
            way.iter_mut().for_each(|point| point.y += aside);
        }
        let to_right = places[call.from].x < places[call.to].x;
        let leaves_for = way.first().unwrap_or(&places[call.to]).y;
        let comes_from = way.last().unwrap_or(&places[call.from]).y;
        sides
            .entry((call.from, to_right))
            .or_default()
            .push((at, true, leaves_for));
        sides
            .entry((call.to, !to_right))
            .or_default()
            .push((at, false, comes_from));
        ways.push(way);
    }
    let mut ends: BTreeMap<(usize, bool), Point> = BTreeMap::new();
    for ((node, is_right), mut side) in sides {
        // On both sides the call with the current is above the one against it, so that twins do not cross.
        side.sort_by(|a, b| {
            a.2.total_cmp(&b.2)
                .then((a.1 != is_right).cmp(&(b.1 != is_right)))
                .then(a.0.cmp(&b.0))
        });
        let count = side.len();
        let step = if count > 1 {
            (48.0 / (count - 1) as f64).min(22.0)
        } else {
            0.0
        };
        for (at, &(call, leaves, _)) in side.iter().enumerate() {
            let y = (at as f64 - (count - 1) as f64 / 2.0) * step;
            // Arrow heads stay clear of the ring.
            let reach: f64 = RING + if leaves { 1.0 } else { 5.0 };
            let x = (reach * reach - y * y).max(0.0).sqrt();
            let middle = places[node];
            ends.insert(
                (call, leaves),
                Point {
                    x: middle.x + if is_right { x } else { -x },
                    y: middle.y + y,
                },
            );
        }
    }
    calls
        .iter()
        .enumerate()
        .zip(ways)
        .map(|((at, call), way)| {
            let (Some(&start), Some(&end)) = (ends.get(&(at, true)), ends.get(&(at, false))) else {
                return around(places[call.from]);
            };
            let mut last = start;
            let curves = way
                .into_iter()
                .chain([end])
                .map(|next| {
                    let bend = (next.x - last.x) / 2.0;
                    let curve = [
                        Point {
                            x: last.x + bend,
                            y: last.y,
                        },
                        Point {
                            x: next.x - bend,
                            y: next.y,
                        },
                        next,
                    ];
                    last = next;
                    curve
                })
                .collect();
            Route {
                start,
                curves,
                label: end,
            }
        })
        .collect()
}

/// A call of a node to itself, over its head.
fn around(middle: Point) -> Route {
    let at = |x: f64, y: f64| Point {
        x: middle.x + x,
        y: middle.y + y,
    };
    Route {
        start: at(16.0, -RING + 3.0),
        curves: vec![[
            at(38.0, -RING - 44.0),
            at(-38.0, -RING - 44.0),
            at(-17.0, -RING + 0.5),
        ]],
        label: at(0.0, -RING - 33.0),
    }
}

impl Route {
    /// The point at this share (0 to 1) of the way, counted in curves.
    fn at(&self, share: f64) -> Point {
        let along = share * self.curves.len() as f64;
        let index = (along as usize).min(self.curves.len().saturating_sub(1));
        let t = along - index as f64;
        let from = if index == 0 {
            self.start
        } else {
            self.curves[index - 1][2]
        };
        let [a, b, to] = self.curves[index];
        let u = 1.0 - t;
        let mix = |p: f64, q: f64, r: f64, s: f64| {
            u * u * u * p + 3.0 * u * u * t * q + 3.0 * u * t * t * r + t * t * t * s
        };
        Point {
            x: mix(from.x, a.x, b.x, to.x),
            y: mix(from.y, a.y, b.y, to.y),
        }
    }
}

/// Left, top, right, bottom.
type Box = [f64; 4];

fn meet(a: &Box, b: &Box) -> bool {
    a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3]
}

/// Puts each label on its edge where it covers least: nodes, other labels, other edges.
fn place_labels(places: &[Point], lines: &[usize], calls: &[Call], routes: &mut [Route]) {
    let nodes: Vec<Box> = places
        .iter()
        .zip(lines)
        .flat_map(|(p, &lines)| {
            let ring = RING + 6.0;
            let text = TEXT_WIDTH / 2.0 - 14.0;
            [
                [p.x - ring, p.y - ring, p.x + ring, p.y + ring],
                [
                    p.x - text,
                    p.y + RING,
                    p.x + text,
                    p.y + RING + 2.0 + LINE_HEIGHT * lines as f64,
                ],
            ]
        })
        .collect();
    let trails: Vec<Vec<Point>> = if places.len() + routes.len() > MANY {
        Vec::new()
    } else {
        let trail = |route: &Route| (0..=24).map(|n| route.at(f64::from(n) / 24.0)).collect();
        routes.iter().map(trail).collect()
    };
    let mut taken: Vec<Box> = Vec::new();
    for (at, (call, route)) in calls.iter().zip(routes.iter_mut()).enumerate() {
        let half = call.label_width / 2.0 + 2.0;
        let around = |p: Point| {
            let high = LABEL_HEIGHT / 2.0 + 1.0;
            [p.x - half, p.y - high, p.x + half, p.y + high]
        };
        if call.from != call.to {
            let cost = |p: Point| {
                let own = around(p);
                let hit = |boxes: &[Box]| boxes.iter().filter(|other| meet(&own, other)).count();
                let crossed = trails.iter().enumerate().filter(|(other, trail)| {
                    *other != at
                        && trail
                            .iter()
                            .any(|q| meet(&own, &[q.x, q.y, q.x + 0.1, q.y + 0.1]))
                });
                hit(&nodes) * 40 + hit(&taken) * 60 + crossed.count() * 7
            };
            let mut best = (usize::MAX, route.label);
            // From the middle outwards: a label is nearest to its edge's middle when nothing speaks against it.
            for (far, share) in [
                0.5, 0.44, 0.56, 0.38, 0.62, 0.32, 0.68, 0.26, 0.74, 0.2, 0.8,
            ]
            .into_iter()
            .enumerate()
            {
                let point = route.at(share);
                let cost = cost(point) + far;
                if cost < best.0 {
                    best = (cost, point);
                }
            }
            route.label = best.1;
        }
        taken.push(around(route.label));
    }
}

#[cfg(test)]
#[path = "layout_tests.rs"]
mod tests;
