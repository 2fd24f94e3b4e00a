//! Puts documents together into trees, be they typed or plain JSON. What the trees mean is not known here.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use serde_json::Value;
use xray_segment::{MAX_DEPTH, Segment};

/// How deeply subsegments may be inside each other after putting together; what would be deeper stays at the top.
/// Bounded, so that what walks the trees may recurse.
const MAX_TREE_DEPTH: usize = 2 * MAX_DEPTH;

/// What must be known of a document to put it in its place.
pub(super) trait Document: Sized {
    /// `""` if there is none.
    fn id(&self) -> &str;
    /// Of a subsegment that was sent by itself: whose part it is.
    fn part_of(&self) -> Option<&str>;
    fn in_progress(&self) -> bool;
    /// Seconds since the Unix epoch.
    fn start(&self) -> f64;
    /// Seconds since the Unix epoch.
    fn end(&self) -> Option<f64>;
    fn children(&self) -> &[Self];
    /// `None` if it cannot have any.
    fn children_mut(&mut self) -> Option<&mut Vec<Self>>;
}

impl Document for Segment {
    fn id(&self) -> &str {
        &self.id
    }

    fn part_of(&self) -> Option<&str> {
        let independent = self.kind.as_deref() == Some("subsegment");
        self.parent_id.as_deref().filter(|_| independent)
    }

    fn in_progress(&self) -> bool {
        self.in_progress
    }

    fn start(&self) -> f64 {
        self.start_time
    }

    fn end(&self) -> Option<f64> {
        self.end_time
    }

    fn children(&self) -> &[Self] {
        &self.subsegments
    }

    fn children_mut(&mut self) -> Option<&mut Vec<Self>> {
        Some(&mut self.subsegments)
    }
}

impl Document for Value {
    fn id(&self) -> &str {
        self.get("id").and_then(Self::as_str).unwrap_or_default()
    }

    fn part_of(&self) -> Option<&str> {
        let kind = self.get("type").and_then(Self::as_str);
        let independent = kind.is_some_and(|kind| kind.eq_ignore_ascii_case("subsegment"));
        self.get("parent_id")
            .and_then(Self::as_str)
            .filter(|_| independent)
    }

    fn in_progress(&self) -> bool {
        self.get("in_progress").and_then(Self::as_bool) == Some(true)
    }

    fn start(&self) -> f64 {
        self.get("start_time")
            .and_then(Self::as_f64)
            .unwrap_or_default()
    }

    fn end(&self) -> Option<f64> {
        self.get("end_time").and_then(Self::as_f64)
    }

    fn children(&self) -> &[Self] {
        self.get("subsegments")
            .and_then(Self::as_array)
            .map_or(&[], Vec::as_slice)
    }

    fn children_mut(&mut self) -> Option<&mut Vec<Self>> {
        self.as_object_mut()?
            .entry("subsegments")
            .or_insert_with(|| Self::Array(Vec::new()))
            .as_array_mut()
    }
}

/// See [`super::Trace::assemble`].
pub(super) fn assemble<D: Document>(documents: Vec<D>) -> Vec<D> {
    let documents = newest_of_each(documents);
    let parents = parents(&documents);

    let mut waiting: HashMap<usize, Vec<D>> = HashMap::new();
    let mut top = Vec::new();
    let mut slots: Vec<Option<D>> = documents.into_iter().map(Some).collect();
    // Deepest first: whoever is put into its parent has got its own children by then.
    for index in deepest_first(&parents) {
        let Some(mut document) = slots[index].take() else {
            continue;
        };
        for child in waiting.remove(&index).unwrap_or_default() {
            if let Err(homeless) = insert(&mut document, child) {
                top.push(homeless);
            }
        }
        match parents[index] {
            Some(parent) => waiting.entry(parent).or_default().push(document),
            None => top.push(document),
        }
    }
    sort(&mut top);
    top
}

/// One document for each ID: the complete one, else the one that ended later, else the one that came last.
fn newest_of_each<D: Document>(documents: Vec<D>) -> Vec<D> {
    let mut newest: BTreeMap<String, D> = BTreeMap::new();
    for document in documents {
        let rank = |document: &D| (!document.in_progress(), document.end());
        match newest.get(document.id()) {
            Some(known) if rank(known) > rank(&document) => {}
            _ => {
                newest.insert(document.id().to_owned(), document);
            }
        }
    }
    // An independent copy of a subsegment that its segment already holds counts once.
    let mut held: HashMap<String, bool> = HashMap::new();
    for document in newest.values() {
        for child in document.children() {
            note_held(child, &mut held);
        }
    }
    newest
        .into_values()
        .filter(|document| {
            let by_itself = document.part_of().is_some();
            let held = held.get(document.id());
            !(by_itself && held.is_some_and(|&complete| complete || document.in_progress()))
        })
        .collect()
}

/// IDs inside a document, and whether what is there is complete.
fn note_held<D: Document>(document: &D, held: &mut HashMap<String, bool>) {
    let complete = held.entry(document.id().to_owned()).or_default();
    *complete |= !document.in_progress();
    for child in document.children() {
        note_held(child, held);
    }
}

/// For each document, the index of the one it goes into; without circles and within [`MAX_TREE_DEPTH`].
fn parents<D: Document>(documents: &[D]) -> Vec<Option<usize>> {
    let mut place: HashMap<&str, usize> = HashMap::new();
    for (index, document) in documents.iter().enumerate() {
        for child in document.children() {
            note_place(child, index, &mut place);
        }
    }
    // A document's own ID counts more than one inside another document.
    for (index, document) in documents.iter().enumerate() {
        place.insert(document.id(), index);
    }
    let mut parents: Vec<Option<usize>> = documents
        .iter()
        .enumerate()
        .map(|(index, document)| {
            let parent = *place.get(document.part_of()?)?;
            (parent != index).then_some(parent)
        })
        .collect();

    for start in 0..parents.len() {
        let mut seen = HashSet::from([start]);
        let mut at = start;
        let mut depth = 0;
        while let Some(parent) = parents[at] {
            depth += 1;
            if !seen.insert(parent) || depth > MAX_TREE_DEPTH {
                // The first of the circle stays at the top and holds the others.
                parents[start] = None;
                break;
            }
            at = parent;
        }
    }
    parents
}

fn note_place<'a, D: Document>(document: &'a D, index: usize, place: &mut HashMap<&'a str, usize>) {
    place.insert(document.id(), index);
    for child in document.children() {
        note_place(child, index, place);
    }
}

fn deepest_first(parents: &[Option<usize>]) -> Vec<usize> {
    let depth = |index: usize| {
        std::iter::successors(Some(index), |&at| parents[at])
            .skip(1)
            .count()
    };
    let mut order: BTreeSet<(std::cmp::Reverse<usize>, usize)> = BTreeSet::new();
    for index in 0..parents.len() {
        order.insert((std::cmp::Reverse(depth(index)), index));
    }
    order.into_iter().map(|(_, index)| index).collect()
}

/// Puts a document into the one that is its parent, which is `tree` or inside it. Gives it back if there is no room.
fn insert<D: Document>(tree: &mut D, document: D) -> Result<(), D> {
    let Some(parent) = document.part_of().map(str::to_owned) else {
        return Err(document);
    };
    let mut left = Some(document);
    place_in(tree, &parent, 0, &mut left);
    left.map_or(Ok(()), Err)
}

fn place_in<D: Document>(tree: &mut D, parent: &str, depth: usize, left: &mut Option<D>) {
    let here = tree.id() == parent;
    if depth + left.as_ref().map_or(0, height) >= MAX_TREE_DEPTH {
        return;
    }
    if !here && tree.children().is_empty() {
        return;
    }
    let Some(children) = tree.children_mut() else {
        return;
    };
    if here {
        let Some(document) = left.take() else {
            return;
        };
        // What was in progress when the segment was sent is replaced by what came later.
        children.retain(|child| child.id() != document.id());
        children.push(document);
        return;
    }
    for child in children {
        place_in(child, parent, depth + 1, left);
        if left.is_none() {
            return;
        }
    }
}

fn height<D: Document>(document: &D) -> usize {
    1 + document.children().iter().map(height).max().unwrap_or(0)
}

fn sort<D: Document>(documents: &mut [D]) {
    documents.sort_by(|one, other| {
        one.start()
            .total_cmp(&other.start())
            .then_with(|| one.id().cmp(other.id()))
    });
    for document in documents {
        if !document.children().is_empty()
            && let Some(children) = document.children_mut()
        {
            sort(children);
        }
    }
}
