//! Which actual span is meant by which wanted one, although names, kinds or places may differ.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};
use std::hash::Hash;

use super::{logs, names, xray};
use crate::render;
use crate::span::Kind;
use crate::tree::{Node, SpanTree};

/// A one-to-one relation between the spans of two trees; spans may be left over on both sides.
pub(super) struct Matching<'t> {
    pub(super) wanted: &'t SpanTree,
    pub(super) actual: &'t SpanTree,
    /// For each wanted span the actual one.
    pub(super) to_actual: Vec<Option<usize>>,
    /// For each actual span the wanted one.
    pub(super) to_wanted: Vec<Option<usize>>,
}

impl<'t> Matching<'t> {
    /// Relates the surest first: equal in place and content, in place, in kind and name, in name; then those that may be misnamed, last what stands alone in another's place.
    pub(super) fn new(wanted: &'t SpanTree, actual: &'t SpanTree) -> Self {
        let mut matching = Self {
            wanted,
            actual,
            to_actual: vec![None; wanted.nodes.len()],
            to_wanted: vec![None; actual.nodes.len()],
        };
        let mut paths = HashMap::new();
        let (wanted_paths, actual_paths) = (
            numbered_paths(wanted, &mut paths),
            numbered_paths(actual, &mut paths),
        );
        matching.by(
            |i| (wanted_paths[i], render::own_text(&wanted.nodes[i])),
            |i| (actual_paths[i], render::own_text(&actual.nodes[i])),
        );
        matching.same_message(&wanted_paths, &actual_paths);
        matching.by(|i| wanted_paths[i], |i| actual_paths[i]);
        let by_name = |node: &'t Node| node.name.as_str();
        matching.by(
            |i| (wanted.nodes[i].kind, by_name(&wanted.nodes[i])),
            |i| (actual.nodes[i].kind, by_name(&actual.nodes[i])),
        );
        matching.by(|i| by_name(&wanted.nodes[i]), |i| by_name(&actual.nodes[i]));
        matching.misnamed();
        matching.second_segments();
        matching.log_events();
        matching.alone_in_place();
        matching
    }

    /// The actual span that is meant by the nearest related ancestor of a wanted one.
    pub(super) fn above_wanted(&self, wanted: usize) -> Option<usize> {
        let mut at = self.wanted.nodes[wanted].parent_index();
        while let Some(i) = at {
            if let Some(actual) = self.to_actual[i] {
                return Some(actual);
            }
            at = self.wanted.nodes[i].parent_index();
        }
        None
    }

    /// The nearest related ancestor of an actual span.
    pub(super) fn above_actual(&self, actual: usize) -> Option<usize> {
        let mut at = self.actual.nodes[actual].parent_index();
        while let Some(i) = at {
            if self.to_wanted[i].is_some() {
                return Some(i);
            }
            at = self.actual.nodes[i].parent_index();
        }
        None
    }

    fn by<K: Eq + Hash>(
        &mut self,
        wanted_key: impl Fn(usize) -> K,
        actual_key: impl Fn(usize) -> K,
    ) {
        let mut left_over: HashMap<K, Vec<usize>> = HashMap::new();
        for i in (0..self.to_wanted.len())
            .rev()
            .filter(|&i| self.to_wanted[i].is_none())
        {
            left_over.entry(actual_key(i)).or_default().push(i);
        }
        for i in 0..self.to_actual.len() {
            if self.to_actual[i].is_none()
                && let Some(actual) = left_over.get_mut(&wanted_key(i)).and_then(Vec::pop)
            {
                self.relate(i, actual);
            }
        }
    }

    /// Relates log events of one message, in one place, to those that are most like them: by what they say and not by their level, which may be what is wrong.
    fn same_message(&mut self, wanted_paths: &[usize], actual_paths: &[usize]) {
        let mut by_message: BTreeMap<(Option<usize>, &str), [Vec<usize>; 2]> = BTreeMap::new();
        let sides = [
            (&self.wanted.nodes, &self.to_actual, wanted_paths),
            (&self.actual.nodes, &self.to_wanted, actual_paths),
        ];
        for (side, (nodes, related, paths)) in sides.into_iter().enumerate() {
            for (i, node) in nodes.iter().enumerate() {
                if related[i].is_none() && node.kind.is_event() {
                    let above = node.parent_index().map(|parent| paths[parent]);
                    by_message.entry((above, &node.name)).or_default()[side].push(i);
                }
            }
        }
        for [wanted, actual] in by_message.into_values() {
            // Of so many the order alone has to tell.
            if wanted.len() * actual.len() > 10_000 {
                continue;
            }
            let mut pairs = Vec::new();
            for (at, &i) in wanted.iter().enumerate() {
                for (other, &j) in actual.iter().enumerate() {
                    let (one, two) = (&self.wanted.nodes[i], &self.actual.nodes[j]);
                    // Where none is missing and none too many, those that say the same are in their order.
                    let same_level = wanted.len() != actual.len() && one.kind == two.kind;
                    let likeness = (logs::alike(one, two), same_level);
                    pairs.push((likeness, Reverse((at.abs_diff(other), i, j))));
                }
            }
            pairs.sort_unstable_by(|one, other| other.cmp(one));
            for (_, Reverse((_, i, j))) in pairs {
                if self.to_actual[i].is_none() && self.to_wanted[j].is_none() {
                    self.relate(i, j);
                }
            }
        }
    }

    fn misnamed(&mut self) {
        let free_actual: Vec<usize> = (0..self.to_wanted.len())
            .filter(|&i| self.to_wanted[i].is_none())
            .collect();
        for wanted in 0..self.to_actual.len() {
            if self.to_actual[wanted].is_some() {
                continue;
            }
            let above = self.above_wanted(wanted);
            let candidates = free_actual
                .iter()
                .filter(|&&i| self.to_wanted[i].is_none() && self.above_actual(i) == above);
            let best = candidates
                .filter_map(|&i| Some((self.score(wanted, i)?, Reverse(i))))
                .max()
                .map(|(_, Reverse(i))| i);
            if let Some(actual) = best {
                self.relate(wanted, actual);
            }
        }
    }

    /// Relates the subsegments still missing to segments that stand in their places, or apart: a segment is named after its service, not its work.
    fn second_segments(&mut self) {
        for wanted in 0..self.to_actual.len() {
            if self.to_actual[wanted].is_some() {
                continue;
            }
            let above = self.above_wanted(wanted);
            let stands_there = |&actual: &usize| {
                let node = &self.actual.nodes[actual];
                self.to_wanted[actual].is_none()
                    && xray::is_second_segment(&self.wanted.nodes[wanted], node)
                    && (self.above_actual(actual) == above || node.parent_index().is_none())
            };
            if let Some(actual) = (0..self.to_wanted.len()).find(stands_there) {
                self.relate(wanted, actual);
            }
        }
    }

    /// Relates a span still missing to the one in its place, of whatever name and kind, where each is the only one left inside its parent.
    fn alone_in_place(&mut self) {
        let left = |nodes: &[Node], related: &[Option<usize>]| {
            let mut inside: HashMap<usize, Vec<usize>> = HashMap::new();
            for (i, node) in nodes.iter().enumerate() {
                if let (None, false, Some(parent)) =
                    (related[i], node.kind.is_log(), node.parent_index())
                {
                    inside.entry(parent).or_default().push(i);
                }
            }
            inside
        };
        let missing = left(&self.wanted.nodes, &self.to_actual);
        let spare = left(&self.actual.nodes, &self.to_wanted);
        // From the roots down, so that what is inside a span related here can follow.
        for wanted in 0..self.to_actual.len() {
            let parent = self.wanted.nodes[wanted].parent_index();
            let above = parent.and_then(|parent| self.to_actual[parent]);
            if let (Some(parent), Some(above)) = (parent, above)
                && missing.get(&parent).is_some_and(|all| *all == [wanted])
                && let Some(&[actual]) = spare.get(&above).map(Vec::as_slice)
                && !self.is_another(actual)
            {
                self.relate(wanted, actual);
            }
        }
    }

    /// Whether a span has the name of one that is in its right place: a doubled span is no other span's wrong name.
    fn is_another(&self, actual: usize) -> bool {
        let name = &self.actual.nodes[actual].name;
        let is_right = |to: &Option<usize>| to.is_some_and(|i| self.wanted.nodes[i].name == *name);
        (self.actual.nodes.iter())
            .zip(&self.to_wanted)
            .any(|(node, to)| node.name == *name && is_right(to))
    }

    /// Relates log groups and streams that are still missing to those in their places, and log events to those whose text has what they should have as fields.
    fn log_events(&mut self) {
        for wanted in 0..self.to_actual.len() {
            let node = &self.wanted.nodes[wanted];
            if self.to_actual[wanted].is_some() || !node.kind.is_log() {
                continue;
            }
            let above = self.above_wanted(wanted);
            let score = |actual: usize| {
                let other = &self.actual.nodes[actual];
                let likeness = if node.kind.is_event() && other.kind.is_event() {
                    logs::likeness(node, other)
                } else {
                    usize::from(node.kind == other.kind && self.above_actual(actual) == above)
                };
                (self.to_wanted[actual].is_none() && likeness > 0)
                    .then_some((likeness, Reverse(actual)))
            };
            let best = (0..self.to_wanted.len()).filter_map(score).max();
            if let Some((_, Reverse(actual))) = best {
                self.relate(wanted, actual);
            }
        }
        self.one_message_for_all();
    }

    /// Where all events that are left have one message, and none of it was wanted, they are those wanted in their order.
    fn one_message_for_all(&mut self) {
        let left = |nodes: &[Node], related: &[Option<usize>]| -> Vec<usize> {
            let is_left = |&i: &usize| related[i].is_none() && nodes[i].kind.is_event();
            (0..nodes.len()).filter(is_left).collect()
        };
        let wanted = left(&self.wanted.nodes, &self.to_actual);
        let actual = left(&self.actual.nodes, &self.to_wanted);
        let Some(message) = actual.first().map(|&i| self.actual.nodes[i].name.as_str()) else {
            return;
        };
        let is_it = |node: &Node| node.kind.is_event() && node.name == message;
        if actual.len() > 1
            && actual.len() == wanted.len()
            && actual.iter().all(|&i| is_it(&self.actual.nodes[i]))
            && !self.wanted.nodes.iter().any(is_it)
        {
            for (wanted, actual) in wanted.into_iter().zip(actual) {
                self.relate(wanted, actual);
            }
        }
    }

    /// How likely an actual span is a wanted one by another name; `None` for not likely.
    fn score(&self, wanted: usize, actual: usize) -> Option<usize> {
        let is_another = self.is_another(actual);
        let (wanted, actual) = (&self.wanted.nodes[wanted], &self.actual.nodes[actual]);
        let both_say_a_level = matches!(
            (wanted.kind, actual.kind),
            (Kind::LogEvent(_), Kind::LogEvent(_))
        );
        if wanted.kind != actual.kind && !both_say_a_level {
            return None;
        }
        if is_another {
            return None;
        }
        if names::is_raw_form(&wanted.name, &actual.name) {
            return Some(1000);
        }
        let likeness = names::likeness(&wanted.name, &actual.name);
        let shared = wanted
            .attributes
            .keys()
            .filter(|key| actual.attributes.contains_key(*key))
            .count();
        let alike = likeness >= 50 || (shared > 0 && shared * 2 >= wanted.attributes.len());
        let same = logs::alike(wanted, actual);
        alike.then_some(likeness + shared * 10 + same)
    }

    fn relate(&mut self, wanted: usize, actual: usize) {
        self.to_actual[wanted] = Some(actual);
        self.to_wanted[actual] = Some(wanted);
    }
}

type Paths<'t> = HashMap<(Option<usize>, Kind, &'t str), usize>;

/// A number for each span's kinds and names from its root down; equal paths have equal numbers in both trees.
fn numbered_paths<'t>(tree: &'t SpanTree, paths: &mut Paths<'t>) -> Vec<usize> {
    let mut numbers: Vec<usize> = Vec::with_capacity(tree.nodes.len());
    for node in &tree.nodes {
        let next = paths.len();
        let above = node.parent_index().map(|parent| numbers[parent]);
        numbers.push(*paths.entry((above, node.kind, &node.name)).or_insert(next));
    }
    numbers
}
