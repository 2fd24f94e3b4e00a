//! Puts documents together into trees, be they typed or plain JSON. What the trees mean is not known here.

use std::{
    cmp::{Ordering, Reverse},
    collections::{HashMap, HashSet},
};

use serde_json::Value;
use xray_segment::{MAX_DEPTH, Segment};

/// How deeply subsegments may be inside each other after putting together; what would be deeper stays at the top.
/// Bounded, so that what walks the trees may recurse.
const MAX_TREE_DEPTH: usize = 2 * MAX_DEPTH;

/// What must be known of a document to put it in its place.
pub(super) trait Document: serde::Serialize + Sized {
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
    let documents = without_copies(newest_of_each(documents));
    let parents = parents(&documents);

    let mut waiting: HashMap<usize, Vec<D>> = HashMap::new();
    let mut top = Vec::new();
    let mut slots: Vec<Option<D>> = documents.into_iter().map(Some).collect();
    // Deepest first: whoever is put into its parent has got its own children by then.
    for index in deepest_first(&parents) {
        let Some(mut document) = slots[index].take() else {
            continue;
        };
        if let Some(children) = waiting.remove(&index) {
            let mut by_parent: HashMap<String, Vec<D>> = HashMap::new();
            for child in children {
                let parent = child.part_of().unwrap_or_default().to_owned();
                by_parent.entry(parent).or_default().push(child);
            }
            insert(&mut document, 0, &mut by_parent);
            top.extend(by_parent.into_values().flatten());
        }
        match parents[index] {
            Some(parent) => waiting.entry(parent).or_default().push(document),
            None => top.push(document),
        }
    }
    sort(&mut top);
    top
}

/// One document for each ID: the complete one, else the one that ended later.
fn newest_of_each<D: Document>(mut documents: Vec<D>) -> Vec<D> {
    documents.sort_by(|one, other| one.id().cmp(other.id()));
    documents.dedup_by(|later, kept| {
        let same = later.id() == kept.id();
        if same && newer(kept, later) == Ordering::Less {
            std::mem::swap(kept, later);
        }
        same
    });
    documents
}

fn newer<D: Document>(one: &D, other: &D) -> Ordering {
    let rank = |document: &D| (!document.in_progress(), document.end());
    let json = |document: &D| serde_json::to_string(document).unwrap_or_default();
    let order = rank(one).partial_cmp(&rank(other));
    // Without a reason to prefer one, at least always the same.
    order
        .filter(|order| order.is_ne())
        .unwrap_or_else(|| json(one).cmp(&json(other)))
}

/// Leaves out subsegments that were sent by themselves and are in another document too, as complete as here.
fn without_copies<D: Document>(documents: Vec<D>) -> Vec<D> {
    // Who holds another is higher than that; so of two that hold each other, one is kept.
    let mut highest_first: Vec<usize> = (0..documents.len()).collect();
    highest_first.sort_by_key(|&index| Reverse(height(&documents[index])));
    let mut held: HashMap<&str, bool> = HashMap::new();
    let mut kept = vec![true; documents.len()];
    for index in highest_first {
        let document = &documents[index];
        let complete = held.get(document.id());
        let copy = complete.is_some_and(|&complete| complete || document.in_progress());
        if copy && document.part_of().is_some() {
            kept[index] = false;
            continue;
        }
        for child in document.children() {
            note_held(child, &mut held);
        }
    }
    let mut kept = kept.into_iter();
    let mut documents = documents;
    documents.retain(|_| kept.next().unwrap_or(true));
    documents
}

/// IDs inside a document, and whether what is there is complete.
fn note_held<'a, D: Document>(document: &'a D, held: &mut HashMap<&'a str, bool>) {
    *held.entry(document.id()).or_default() |= !document.in_progress();
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
            if parent == start || depth > MAX_TREE_DEPTH {
                // The first of the circle stays at the top and holds the others.
                parents[start] = None;
                break;
            }
            if !seen.insert(parent) {
                // It leads into a circle, which is cut where its own first is looked at.
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
    let depth = |&index: &usize| std::iter::successors(Some(index), |&at| parents[at]).count();
    let mut order: Vec<usize> = (0..parents.len()).collect();
    order.sort_by_key(|index| Reverse(depth(index)));
    order
}

/// Puts documents into their parents, which are `tree` or inside it, this deep; by the parent's ID.
/// What there is no room for is left.
fn insert<D: Document>(tree: &mut D, depth: usize, by_parent: &mut HashMap<String, Vec<D>>) {
    if !tree.children().is_empty()
        && let Some(children) = tree.children_mut()
    {
        for child in children {
            insert(child, depth + 1, by_parent);
        }
    }
    let Some((parent, mut added)) = by_parent.remove_entry(tree.id()) else {
        return;
    };
    let Some(children) = tree.children_mut() else {
        by_parent.insert(parent, added);
        return;
    };
    let left: Vec<D> = added
        .extract_if(.., |document| depth + height(document) >= MAX_TREE_DEPTH)
        .collect();
    replace(children, &mut added);
    // What was sent by itself had ended before the rest was sent.
    added.append(children);
    *children = added;
    if !left.is_empty() {
        by_parent.insert(parent, left);
    }
}

/// Takes out what was in progress when its segment was sent and came later by itself; what was inside it goes along.
fn replace<D: Document>(children: &mut Vec<D>, added: &mut [D]) {
    let places: HashMap<String, usize> = added
        .iter()
        .enumerate()
        .map(|(index, document)| (document.id().to_owned(), index))
        .collect();
    for mut old in children.extract_if(.., |child| places.contains_key(child.id())) {
        let new = &mut added[places[old.id()]];
        let known: HashSet<String> = new
            .children()
            .iter()
            .map(|child| child.id().to_owned())
            .collect();
        if old.children().is_empty() {
            continue;
        }
        if let (Some(old), Some(new)) = (old.children_mut(), new.children_mut()) {
            new.extend(old.extract_if(.., |child| !known.contains(child.id())));
        }
    }
}

fn height<D: Document>(document: &D) -> usize {
    1 + document.children().iter().map(height).max().unwrap_or(0)
}

/// Earliest start first. Of documents that begin at one moment the lower ID comes first.
fn sort<D: Document>(documents: &mut [D]) {
    documents.sort_by(|one, other| {
        one.start()
            .total_cmp(&other.start())
            .then_with(|| one.id().cmp(other.id()))
    });
    for document in documents {
        sort_inside(document);
    }
}

/// As [`sort`], but subsegments that begin at one moment keep the order they were sent in: the SDK for Node.js knows
/// milliseconds alone.
fn sort_inside<D: Document>(document: &mut D) {
    if document.children().is_empty() {
        return;
    }
    if let Some(children) = document.children_mut() {
        children.sort_by(|one, other| one.start().total_cmp(&other.start()));
        children.iter_mut().for_each(sort_inside);
    }
}
