//! Puts the trees of two traces together: spans are the same if their service and name are, if they are as many-th of these
//! under their parent, and if their parents are the same. Pure.

use std::collections::HashMap;

use crate::{
    model::StoredSpan,
    pages::{
        span_facts,
        waterfall::{Waterfall, What},
    },
};

/// A line of the comparison: a span that one of the traces has, or both.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Pair {
    /// Its row in the left trace's waterfall.
    pub(crate) left: Option<usize>,
    /// Its row in the right one's.
    pub(crate) right: Option<usize>,
    /// Levels above it.
    pub(crate) depth: u32,
}

/// One of the two.
pub(crate) struct Tree<'a> {
    pub(crate) waterfall: &'a Waterfall,
    pub(crate) spans: &'a [StoredSpan],
}

impl<'a> Tree<'a> {
    /// The rows under a row, or those that are under none.
    fn children(&self, of: Option<usize>) -> Vec<usize> {
        let rows = &self.waterfall.rows;
        let (first, end) = of.map_or((0, rows.len()), |of| (of + 1, rows[of].end));
        let mut children = Vec::new();
        let mut place = first;
        while place < end {
            children.push(place);
            place = rows[place].end;
        }
        children
    }

    /// What a row is called: service and name; a parent that was not received has neither.
    fn name(&self, place: usize) -> Option<(&'a str, &'a str)> {
        match self.waterfall.rows[place].what {
            What::Span(span) => {
                let span = &self.spans[span];
                Some((span_facts::service(span), &span.span.name[..]))
            }
            What::Missing(_) => None,
        }
    }

    /// The rows with their name and how many of that name come before.
    fn named(&self, rows: Vec<usize>) -> Vec<(usize, Key<'a>)> {
        let mut seen: HashMap<Option<(&str, &str)>, usize> = HashMap::new();
        rows.into_iter()
            .map(|place| {
                let name = self.name(place);
                let count = seen.entry(name).or_default();
                *count += 1;
                (place, (name, *count))
            })
            .collect()
    }
}

type Key<'a> = (Option<(&'a str, &'a str)>, usize);

/// All spans of both: parents before their children, siblings in the left one's order, those of the right one alone after the
/// one that precedes them there.
pub(crate) fn align(left: &Tree<'_>, right: &Tree<'_>) -> Vec<Pair> {
    let mut pairs = Vec::new();
    let mut stack = siblings(left, right, (Some(None), Some(None)), 0);
    stack.reverse();
    while let Some(pair) = stack.pop() {
        pairs.push(pair);
        let under = (pair.left.map(Some), pair.right.map(Some));
        let mut children = siblings(left, right, under, pair.depth + 1);
        children.reverse();
        stack.append(&mut children);
    }
    pairs
}

/// The children of two rows, either of which may be wanting.
fn siblings(
    left: &Tree<'_>,
    right: &Tree<'_>,
    (of_left, of_right): (Option<Option<usize>>, Option<Option<usize>>),
    depth: u32,
) -> Vec<Pair> {
    let children = |tree: &Tree<'_>, of: Option<Option<usize>>| of.map(|of| tree.children(of));
    let lefts = left.named(children(left, of_left).unwrap_or_default());
    let rights = right.named(children(right, of_right).unwrap_or_default());
    let on_left: HashMap<Key<'_>, usize> = lefts
        .iter()
        .enumerate()
        .map(|(at, (_, key))| (*key, at))
        .collect();
    let mut partner: Vec<Option<usize>> = vec![None; lefts.len()];
    // Those of the right alone, by how many of the left stand before them.
    let mut alone: Vec<Vec<usize>> = vec![Vec::new(); lefts.len() + 1];
    let mut after = 0;
    for (place, key) in &rights {
        match on_left.get(key) {
            Some(&at) => {
                partner[at] = Some(*place);
                after = at + 1;
            }
            None => alone[after].push(*place),
        }
    }
    let mut pairs = Vec::with_capacity(lefts.len() + rights.len());
    for at in 0..=lefts.len() {
        pairs.extend(alone[at].iter().map(|&place| Pair {
            left: None,
            right: Some(place),
            depth,
        }));
        if let Some((place, _)) = lefts.get(at) {
            pairs.push(Pair {
                left: Some(*place),
                right: partner[at],
                depth,
            });
        }
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::sample::{span, span_of};

    #[track_caller]
    fn check(rule: &str, left: &[StoredSpan], right: &[StoredSpan], expected: &[&str]) {
        let (a, b) = (Waterfall::new(left), Waterfall::new(right));
        let left = Tree {
            waterfall: &a,
            spans: left,
        };
        let right = Tree {
            waterfall: &b,
            spans: right,
        };
        let told: Vec<String> = align(&left, &right)
            .iter()
            .map(|pair| {
                let name = pair
                    .left
                    .map(|place| left.name(place))
                    .or_else(|| pair.right.map(|place| right.name(place)))
                    .expect("one of the two");
                let side = match (pair.left, pair.right) {
                    (Some(_), Some(_)) => "=",
                    (Some(_), None) => "<",
                    _ => ">",
                };
                format!(
                    "{}{side} {}",
                    "  ".repeat(pair.depth as usize),
                    name.map_or("missing", |(_, name)| name)
                )
            })
            .collect();
        assert_eq!(told, expected, "{rule}");
        let count = |tree: &Tree<'_>, of: fn(&Pair) -> Option<usize>, pairs: &[Pair]| {
            let mut places: Vec<usize> = pairs.iter().filter_map(of).collect();
            places.sort_unstable();
            assert_eq!(
                places,
                (0..tree.waterfall.rows.len()).collect::<Vec<_>>(),
                "{rule}: each row once"
            );
        };
        let pairs = align(&left, &right);
        count(&left, |pair| pair.left, &pairs);
        count(&right, |pair| pair.right, &pairs);
    }

    #[test]
    fn spans_are_aligned_by_their_path() {
        let root = || span(1, 0, "get", 0, 90);
        check(
            "the same",
            &[root(), span(2, 1, "a", 1, 2)],
            &[root(), span(2, 1, "a", 5, 9)],
            &["= get", "  = a"],
        );
        check(
            "more of the same name",
            &[root(), span(2, 1, "a", 1, 2)],
            &[root(), span(2, 1, "a", 1, 2), span(3, 1, "a", 3, 4)],
            &["= get", "  = a", "  > a"],
        );
        check(
            "one is wanting, with what is under it",
            &[root(), span(2, 1, "a", 1, 9), span(3, 2, "b", 2, 3)],
            &[root()],
            &["= get", "  < a", "    < b"],
        );
        check(
            "those of the right alone keep their place",
            &[root(), span(2, 1, "a", 1, 2), span(3, 1, "c", 5, 6)],
            &[
                root(),
                span(2, 1, "a", 1, 2),
                span(3, 1, "b", 3, 4),
                span(4, 1, "c", 5, 6),
            ],
            &["= get", "  = a", "  > b", "  = c"],
        );
        check(
            "the order does not matter",
            &[root(), span(2, 1, "a", 1, 2), span(3, 1, "b", 5, 6)],
            &[root(), span(2, 1, "b", 1, 2), span(3, 1, "a", 3, 4)],
            &["= get", "  = a", "  = b"],
        );
        check(
            "of another service",
            &[root(), span(2, 1, "a", 1, 2)],
            &[root(), span_of("db", 2, 1, "a", 1, 2)],
            &["= get", "  > a", "  < a"],
        );
        check(
            "two routes",
            &[root()],
            &[span(1, 0, "post", 0, 9)],
            &["> post", "< get"],
        );
        check(
            "parents that were not received",
            &[span(2, 7, "a", 1, 2)],
            &[span(2, 8, "a", 1, 2)],
            &["= missing", "  = a"],
        );
        check("nothing", &[], &[root()], &["> get"]);
    }

    #[test]
    fn deep_and_wide_traces_are_aligned() {
        let deep: Vec<_> = (1..=50_000)
            .map(|id| span(id, id - 1, "deep", id, 200_000))
            .collect();
        let wide: Vec<_> = (1..=50_000)
            .map(|id| span(id, u64::from(id != 1), "deep", id, id))
            .collect();
        let (a, b) = (Waterfall::new(&deep), Waterfall::new(&wide));
        let pairs = align(
            &Tree {
                waterfall: &a,
                spans: &deep,
            },
            &Tree {
                waterfall: &b,
                spans: &wide,
            },
        );
        assert_eq!(pairs.len(), 99_998);
    }
}
