//! The order within the columns of a layered graph and the heights there, by the crate `rust-sugiyama`
//! (Sugiyama's method, heights after Brandes and Köpf). Which column something stands in is `layers`' to say.
//!
//! The crate is given graphs that it can only lay out in the columns they have: connected, without loops, each edge
//! from one column to the next. What it answers is checked; where that is of no use, columns are simply filled in
//! the order of the neighbours before them.

use rust_sugiyama::{
    configure::{Config, CrossingMinimization, RankingType},
    from_vertices_and_edges,
};

/// Something that takes room in a column.
#[derive(Clone, Copy, Debug)]
pub(super) struct Vertex {
    /// Its column.
    pub(super) column: usize,
    /// Its height.
    pub(super) height: f64,
}

/// Between neighbours in a column.
pub(super) const SPACING: f64 = 34.0;
/// More than this is filled simply: the crate's time grows with the square.
const MOST_VERTICES: usize = 700;
/// Up to here neighbours are swapped to save crossings, which takes longest.
const MOST_SWAPPED: usize = 120;

/// The middles of the vertices in their columns. Edges lead from one column to the next, and connect all vertices.
pub(super) fn spread(vertices: &[Vertex], edges: &[(usize, usize)]) -> Vec<f64> {
    let asked = (2..=MOST_VERTICES)
        .contains(&vertices.len())
        .then(|| by_crate(vertices, edges))
        .flatten();
    asked.unwrap_or_else(|| simply(vertices, edges))
}

fn by_crate(vertices: &[Vertex], edges: &[(usize, usize)]) -> Option<Vec<f64>> {
    let number = |at: usize| u32::try_from(at).ok();
    let sized: Vec<(u32, (f64, f64))> = vertices
        .iter()
        .enumerate()
        .map(|(at, vertex)| Some((number(at)?, (vertex.height, 1.0))))
        .collect::<Option<_>>()?;
    let edges: Vec<(u32, u32)> = edges
        .iter()
        .map(|&(from, to)| Some((number(from)?, number(to)?)))
        .collect::<Option<_>>()?;
    let config = Config {
        minimum_length: 1,
        vertex_spacing: SPACING,
        dummy_vertices: true,
        dummy_size: 1.0,
        // Every edge leads to the next column, so that the only shortest ranking is the one we have.
        ranking_type: RankingType::MinimizeEdgeLength,
        c_minimization: CrossingMinimization::Barycenter,
        transpose: vertices.len() <= MOST_SWAPPED,
    };
    let layouts = from_vertices_and_edges(&sized, &edges, &config);
    let [(found, _, _)] = &layouts[..] else {
        return None;
    };
    let mut heights = vec![f64::NAN; vertices.len()];
    for &(at, (along, _)) in found {
        *heights.get_mut(at)? = along;
    }
    is_sound(vertices, &heights).then_some(heights)
}

/// Whether all have a place and none covers another.
fn is_sound(vertices: &[Vertex], heights: &[f64]) -> bool {
    heights.iter().all(|height| height.is_finite())
        && columns(vertices).into_iter().all(|mut column| {
            column.sort_by(|&a, &b| heights[a].total_cmp(&heights[b]));
            column.windows(2).all(|pair| {
                let apart = heights[pair[1]] - heights[pair[0]];
                apart + 0.5 >= (vertices[pair[0]].height + vertices[pair[1]].height) / 2.0
            })
        })
}

fn columns(vertices: &[Vertex]) -> Vec<Vec<usize>> {
    let count = vertices.iter().map(|v| v.column + 1).max().unwrap_or(0);
    let mut columns = vec![Vec::new(); count];
    for (at, vertex) in vertices.iter().enumerate() {
        columns[vertex.column].push(at);
    }
    columns
}

/// Columns filled from top to bottom about a common middle, in the order of what leads to them.
fn simply(vertices: &[Vertex], edges: &[(usize, usize)]) -> Vec<f64> {
    let mut heights = vec![0.0; vertices.len()];
    let mut before = vec![Vec::new(); vertices.len()];
    for &(from, to) in edges {
        before[to].push(from);
    }
    for mut column in columns(vertices) {
        let mean = |at: usize| {
            let sum: f64 = before[at].iter().map(|&one| heights[one]).sum();
            sum / before[at].len().max(1) as f64
        };
        column.sort_by(|&a, &b| mean(a).total_cmp(&mean(b)).then(a.cmp(&b)));
        let whole: f64 = column.iter().map(|&at| vertices[at].height + SPACING).sum();
        let mut top = -whole / 2.0;
        for at in column {
            heights[at] = top + (vertices[at].height + SPACING) / 2.0;
            top += vertices[at].height + SPACING;
        }
    }
    heights
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vertices(columns: &[usize]) -> Vec<Vertex> {
        let vertex = |&column: &usize| Vertex {
            column,
            height: 100.0,
        };
        columns.iter().map(vertex).collect()
    }

    #[test]
    fn the_crate_keeps_the_columns_it_is_given() {
        // A diamond: both ways have their own height, both ends stand between them.
        let diamond = vertices(&[0, 1, 1, 2]);
        let heights = by_crate(&diamond, &[(0, 1), (0, 2), (1, 3), (2, 3)]).expect("a layout");
        assert!((heights[1] - heights[2]).abs() >= 100.0, "{heights:?}");
        assert_eq!(heights[0], heights[3], "{heights:?}");
        let middle = (heights[1] + heights[2]) / 2.0;
        assert!((heights[0] - middle).abs() <= 60.0, "{heights:?}");
    }

    #[test]
    fn what_is_of_no_use_is_seen() {
        let two = vertices(&[0, 0]);
        assert!(is_sound(&two, &[0.0, 100.0]));
        for heights in [[0.0, 99.0], [0.0, f64::NAN], [f64::INFINITY, 0.0]] {
            assert!(!is_sound(&two, &heights), "{heights:?}");
        }
        // Two parts are none that the crate is asked for.
        assert_eq!(by_crate(&two, &[]), None);
    }

    #[test]
    fn columns_can_be_filled_simply() {
        let fan = vertices(&[0, 0, 1, 1, 1]);
        let edges = [(0, 4), (0, 3), (1, 2)];
        let heights = simply(&fan, &edges);
        assert!(is_sound(&fan, &heights), "{heights:?}");
        assert!(heights[3] < heights[4] && heights[4] < heights[2]);
    }
}
