//! Where the labels of edges stand: on their edge, where they cover least. The edges' ways are `routes`'.

use super::layout::{Call, LABEL_HEIGHT, LINE_HEIGHT, Point, RING, Route, TEXT_WIDTH};

/// Edges and nodes together, beyond which labels do not look for a free place among edges.
const MANY: usize = 160;

impl Route {
    /// The point at this share (0 to 1) of the way, counted in curves.
    pub(super) fn at(&self, share: f64) -> Point {
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
pub(super) type Box = [f64; 4];

pub(super) fn meet(a: &Box, b: &Box) -> bool {
    a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3]
}

/// Puts each label on its edge where it covers least: nodes, other labels, other edges.
pub(super) fn place(places: &[Point], lines: &[usize], calls: &[Call], routes: &mut [Route]) {
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
