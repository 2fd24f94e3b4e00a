//! Drawings of odd graphs: nothing overlaps, nothing is left out, nothing depends on chance.

use super::*;
use crate::pages::map::labels::{Box, meet};

fn calls(pairs: &[(usize, usize)]) -> Vec<Call> {
    let call = |&(from, to): &(usize, usize)| Call {
        from,
        to,
        label_width: 80.0,
    };
    pairs.iter().map(call).collect()
}

/// Everything has a place of its own inside the drawing, every edge begins and ends at its nodes.
#[track_caller]
fn check(name: &str, nodes: usize, pairs: &[(usize, usize)]) -> Layout {
    let calls = calls(pairs);
    let lines: Vec<usize> = (0..nodes).map(|node| 1 + node % 5).collect();
    let below = |node: usize| RING + LINE_HEIGHT * lines[node] as f64;
    let layout = lay_out(&lines, &calls);
    assert_eq!(layout, lay_out(&lines, &calls), "{name}: twice the same");
    assert_eq!(
        (layout.nodes.len(), layout.routes.len()),
        (nodes, pairs.len()),
        "{name}"
    );
    for (at, p) in layout.nodes.iter().enumerate() {
        let inside = p.x >= MARGIN - 0.1
            && p.x <= layout.width - MARGIN + 0.1
            && p.y >= RING
            && p.y + below(at) <= layout.height;
        assert!(
            inside,
            "{name}: node {at} at {p:?} of {}x{}",
            layout.width, layout.height
        );
        for (other_at, other) in layout.nodes[..at].iter().enumerate() {
            let upper = if p.y < other.y { at } else { other_at };
            let apart = (p.x - other.x).abs() >= PITCH - 0.1
                || (p.y - other.y).abs() >= RING + below(upper) - 1.0;
            assert!(apart, "{name}: {p:?} and {other:?} overlap");
        }
    }
    for (route, &(from, to)) in layout.routes.iter().zip(pairs) {
        let far = |a: Point, b: Point| ((a.x - b.x).powi(2) + (a.y - b.y).powi(2)).sqrt();
        let end = route.curves.last().expect("a curve")[2];
        assert!(
            far(route.start, layout.nodes[from]) < RING + 6.0,
            "{name}: start of {from}-{to}"
        );
        assert!(
            far(end, layout.nodes[to]) < RING + 6.0,
            "{name}: end of {from}-{to}"
        );
        assert!(
            route.label.x.is_finite() && route.label.y.is_finite(),
            "{name}"
        );
    }
    layout
}

/// Numbers that look random and never change.
fn numbers(mut seed: u64) -> impl FnMut(usize) -> usize {
    move |below| {
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        ((seed >> 33) as usize) % below.max(1)
    }
}

#[test]
fn odd_graphs_are_drawn() {
    check("nothing", 0, &[]);
    check("one node", 1, &[]);
    check("one node that calls itself", 1, &[(0, 0)]);
    check("two ways", 2, &[(0, 1), (1, 0)]);
    check("a ring", 3, &[(0, 1), (1, 2), (2, 0)]);
    check(
        "nobody begins, all call themselves",
        2,
        &[(0, 0), (0, 1), (1, 0), (1, 1)],
    );
    check(
        "two rings that share a node",
        5,
        &[(0, 1), (1, 0), (1, 2), (2, 3), (3, 1), (3, 4)],
    );
    check("parts and loners", 7, &[(0, 1), (4, 3), (3, 5)]);
    check(
        "a long way and a short one",
        5,
        &[(0, 1), (1, 2), (2, 3), (3, 4), (0, 4), (4, 0)],
    );
    check("the last calls the first", 3, &[(2, 1), (1, 0)]);
    check("the same call twice", 2, &[(0, 1), (0, 1)]);
    check(
        "two callers far apart",
        5,
        &[(0, 1), (1, 2), (2, 3), (4, 3)],
    );
}

#[test]
fn callers_stand_before_the_called() {
    let layout = check("chain", 4, &[(0, 1), (1, 2), (0, 2), (2, 3), (3, 0)]);
    let columns: Vec<f64> = layout
        .nodes
        .iter()
        .map(|p| (p.x - MARGIN) / PITCH)
        .collect();
    assert_eq!(columns, [0.0, 1.0, 2.0, 3.0]);
    // Who nobody calls stands beside what it calls, not at the far left.
    let layout = check("late caller", 5, &[(0, 1), (1, 2), (2, 3), (4, 3)]);
    assert_eq!(layout.nodes[4].x, layout.nodes[2].x);
}

#[test]
fn what_is_side_by_side_has_its_rings_at_one_height() {
    // However much text is under them.
    let layout = lay_out(&[1, 5, 2], &calls(&[(0, 1), (1, 2)]));
    let heights: Vec<f64> = layout.nodes.iter().map(|p| p.y).collect();
    assert_eq!(heights, [heights[0]; 3]);
}

#[test]
fn an_edge_over_a_column_passes_between_its_nodes() {
    let layout = check("over", 3, &[(0, 1), (1, 2), (0, 2)]);
    let route = &layout.routes[2];
    assert_eq!(route.curves.len(), 2);
    let lane = route.curves[0][2];
    assert_eq!(lane.x, layout.nodes[1].x);
    assert!(
        (lane.y - layout.nodes[1].y).abs() > RING,
        "{lane:?} and {:?}",
        layout.nodes[1]
    );
}

#[test]
fn twins_do_not_cover_each_other() {
    for pairs in [&[(0, 1), (1, 0)][..], &[(0, 1), (1, 2), (0, 2), (2, 0)]] {
        let layout = check("twins", 3, pairs);
        let (there, back) = (
            &layout.routes[pairs.len() - 2],
            &layout.routes[pairs.len() - 1],
        );
        for share in [0.1, 0.3, 0.5, 0.7, 0.9] {
            let (a, b) = (there.at(share), back.at(1.0 - share));
            assert!(a.y + 3.0 < b.y, "{share}: {a:?} above {b:?}");
        }
        assert!((there.label.y - back.label.y).abs() + (there.label.x - back.label.x).abs() > 8.0);
    }
}

#[test]
fn labels_do_not_cover_each_other_or_nodes() {
    for (name, nodes, pairs) in [
        ("a fan", 6, &[(0, 1), (0, 2), (0, 3), (0, 4), (0, 5)][..]),
        // The middles of two edges are one point.
        ("a cross", 4, &[(0, 2), (0, 3), (1, 2), (1, 3)]),
        ("a loop and twins", 2, &[(0, 0), (0, 1), (1, 0), (1, 1)]),
    ] {
        let layout = check(name, nodes, pairs);
        let around = |p: Point, x: f64, y: f64| [p.x - x, p.y - y, p.x + x, p.y + y];
        let labels: Vec<Box> = layout
            .routes
            .iter()
            .map(|route| around(route.label, 40.0, 9.0))
            .collect();
        for (at, one) in labels.iter().enumerate() {
            let covers = |other: &Box| meet(one, other);
            assert!(!labels[..at].iter().any(covers), "{name}: {labels:?}");
            let covers = |p: &Point| meet(one, &around(*p, RING, RING));
            assert!(!layout.nodes.iter().any(covers), "{name}: {one:?}");
        }
    }
}

#[test]
fn random_graphs_are_drawn() {
    for seed in 0..150 {
        let mut number = numbers(seed);
        let nodes = 1 + number(14);
        let count = number(30);
        let mut pairs: Vec<_> = (0..count).map(|_| (number(nodes), number(nodes))).collect();
        pairs.sort_unstable();
        pairs.dedup();
        check(&format!("seed {seed}: {pairs:?}"), nodes, &pairs);
    }
}

#[test]
fn two_hundred_nodes_are_drawn() {
    let mut number = numbers(7);
    let tree: Vec<_> = (1..200).map(|node| (number(node), node)).collect();
    check("a tree", 200, &tree);
    let star: Vec<_> = (1..200).map(|node| (0, node)).collect();
    check("a star", 200, &star);
    let chain: Vec<_> = (1..200).map(|node| (node - 1, node)).collect();
    check("a chain", 200, &chain);
    let mut web: Vec<_> = (0..400).map(|_| (number(200), number(200))).collect();
    web.sort_unstable();
    web.dedup();
    check("a web", 200, &web);
    check("loners", 200, &[]);
}
