//! The ways of edges: where calls leave and reach the rings, and the curves between. Labels on them are `labels`'.

use std::collections::BTreeMap;

use super::layout::{Call, Point, RING, Route};

/// Where calls leave and reach the rings, and their ways between.
pub(super) fn between(
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
