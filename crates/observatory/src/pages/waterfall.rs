//! The tree of a trace's spans, in the order in which the waterfall shows them. Pure: no HTML here, see `waterfall_view`.
//!
//! Whatever was sent gives a tree: spans without their parent stand under a row that says so, links that
//! loop are cut, and nothing recurses, so that a deep trace is as good as a wide one.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::model::StoredSpan;

/// One line of the waterfall.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Row {
    /// What it stands for.
    pub(crate) what: What,
    /// Levels above it.
    pub(crate) depth: u32,
    /// Its parent's place in [`Waterfall::rows`].
    pub(crate) parent: Option<usize>,
    /// The place after its last descendant: the rows between are all of its descendants.
    pub(crate) end: usize,
    /// Start in nanoseconds since the trace's start.
    pub(crate) from: u64,
    /// End in nanoseconds since the trace's start, not before `from`.
    pub(crate) to: u64,
    /// What is odd about it.
    pub(crate) oddities: Vec<Oddity>,
}

/// What a row stands for.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum What {
    /// The span at this place of the input.
    Span(usize),
    /// A span that others name as their parent and that was not received.
    Missing(String),
}

/// Something that a reader should be told about a span.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Oddity {
    /// Sent with an end before its start.
    EndsBeforeStart,
    /// Sent without a start.
    NoStart,
    /// Sent without an end.
    NoEnd,
    /// Starts this many nanoseconds before its parent: two clocks disagree.
    StartsBeforeParent(u64),
    /// Another root stands before it: one trace should have one.
    AnotherRoot,
    /// Following its parents leads back to itself.
    ParentLoop,
    /// Another span came with the same ID.
    SameId,
}

/// A laid out trace.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Waterfall {
    /// Parents before children, siblings by start, then name, then ID.
    pub(crate) rows: Vec<Row>,
    /// Earliest start, in nanoseconds since the Unix epoch; 0 if none was sent.
    pub(crate) start: u64,
    /// Nanoseconds from the earliest start to the latest end.
    pub(crate) length: u64,
}

impl Waterfall {
    /// Lays out `spans`, in any order.
    pub(crate) fn new(spans: &[StoredSpan]) -> Self {
        let nodes = Nodes::new(spans);
        let start = spans
            .iter()
            .map(|s| s.span.start_time_unix_nano)
            .filter(|&start| start != 0)
            .min()
            .unwrap_or(0);
        let mut rows: Vec<Row> = Vec::with_capacity(spans.len());
        let mut seen_root = false;
        for top in &nodes.tops {
            let first = rows.len();
            let spans_of_top = match &top.missing {
                None => std::slice::from_ref(&top.spans[0]),
                Some(id) => {
                    rows.push(Row {
                        what: What::Missing(id.clone()),
                        depth: 0,
                        parent: None,
                        end: 0,
                        from: u64::MAX,
                        to: 0,
                        oddities: Vec::new(),
                    });
                    &top.spans[..]
                }
            };
            let above = top.missing.as_ref().map(|_| first);
            let depth = u32::from(above.is_some());
            let mut stack: Vec<(usize, u32, Option<usize>)> = spans_of_top
                .iter()
                .rev()
                .map(|&span| (span, depth, above))
                .collect();
            while let Some((span, depth, parent)) = stack.pop() {
                let (from, to) = extent(&spans[span], start);
                let place = rows.len();
                let mut oddities = nodes.oddities(spans, span);
                if let Some(Row {
                    what: What::Span(_),
                    from: parents,
                    ..
                }) = parent.map(|p| &rows[p])
                    && from < *parents
                    && spans[span].span.start_time_unix_nano != 0
                {
                    oddities.push(Oddity::StartsBeforeParent(parents - from));
                }
                if top.is_root && parent.is_none() {
                    if seen_root {
                        oddities.push(Oddity::AnotherRoot);
                    }
                    seen_root = true;
                }
                oddities.sort();
                rows.push(Row {
                    what: What::Span(span),
                    depth,
                    parent,
                    end: 0,
                    from,
                    to,
                    oddities,
                });
                stack.extend(
                    nodes.children[span]
                        .iter()
                        .rev()
                        .map(|&child| (child, depth + 1, Some(place))),
                );
            }
            if top.missing.is_some() {
                let (children, own) = (first + 1..rows.len(), first);
                rows[own].from = children
                    .clone()
                    .map(|row| rows[row].from)
                    .min()
                    .unwrap_or(0);
                rows[own].to = children.map(|row| rows[row].to).max().unwrap_or(0);
            }
        }
        set_ends(&mut rows);
        let length = rows.iter().map(|row| row.to).max().unwrap_or(0);
        Self {
            rows,
            start,
            length,
        }
    }
}

/// Start and end in nanoseconds after `start`; without a start or a proper end, a point.
fn extent(span: &StoredSpan, start: u64) -> (u64, u64) {
    let from = span.span.start_time_unix_nano.saturating_sub(start);
    let to = span.span.end_time_unix_nano.saturating_sub(start);
    if span.span.start_time_unix_nano == 0 {
        (0, 0)
    } else {
        (from, to.max(from))
    }
}

/// A row ends where the next row that is not deeper begins.
fn set_ends(rows: &mut [Row]) {
    let mut open: Vec<usize> = Vec::new();
    for place in 0..rows.len() {
        while let Some(&last) = open.last()
            && rows[last].depth >= rows[place].depth
        {
            rows[last].end = place;
            open.pop();
        }
        open.push(place);
    }
    let end = rows.len();
    for place in open {
        rows[place].end = end;
    }
}

/// A tree's top: a root, a cut loop, or all orphans of one missing parent.
struct Top {
    missing: Option<String>,
    is_root: bool,
    spans: Vec<usize>,
}

/// Who is whose child.
struct Nodes {
    tops: Vec<Top>,
    children: Vec<Vec<usize>>,
    cut: BTreeSet<usize>,
    same_id: BTreeSet<usize>,
}

impl Nodes {
    fn new(spans: &[StoredSpan]) -> Self {
        let mut by_id: HashMap<&[u8], usize> = HashMap::with_capacity(spans.len());
        let mut same_id = BTreeSet::new();
        for (place, span) in spans.iter().enumerate() {
            if let Some(&first) = by_id.get(&span.span.span_id[..]) {
                same_id.extend([first, place]);
            } else {
                by_id.insert(&span.span.span_id, place);
            }
        }
        let mut order: Vec<usize> = (0..spans.len()).collect();
        order.sort_by_key(|&place| {
            let span = &spans[place].span;
            (
                span.start_time_unix_nano,
                &span.name[..],
                &span.span_id[..],
                place,
            )
        });
        let parent_of = |place: usize| by_id.get(&spans[place].span.parent_span_id[..]).copied();

        let mut children = vec![Vec::new(); spans.len()];
        let mut roots = Vec::new();
        let mut orphans: BTreeMap<&[u8], Vec<usize>> = BTreeMap::new();
        for &place in &order {
            let parent = &spans[place].span.parent_span_id[..];
            if parent.iter().all(|&byte| byte == 0) {
                roots.push(place);
            } else if let Some(parent) = parent_of(place) {
                children[parent].push(place);
            } else {
                orphans.entry(parent).or_default().push(place);
            }
        }

        let mut tops: Vec<Top> = Vec::new();
        for &root in &roots {
            tops.push(Top {
                missing: None,
                is_root: true,
                spans: vec![root],
            });
        }
        for (parent, spans) in orphans {
            tops.push(Top {
                missing: Some(hex(parent)),
                is_root: false,
                spans,
            });
        }

        // Whatever no top leads to hangs on a loop of parents; each loop is cut above its earliest span.
        let mut reached = vec![false; spans.len()];
        let mut stack: Vec<usize> = tops
            .iter()
            .flat_map(|top| top.spans.iter().copied())
            .collect();
        let mut cut = BTreeSet::new();
        let mut rank = vec![0; spans.len()];
        for (at, &place) in order.iter().enumerate() {
            rank[place] = at;
        }
        let mut unreached = order.iter().copied();
        loop {
            while let Some(place) = stack.pop() {
                if !std::mem::replace(&mut reached[place], true) {
                    stack.extend(&children[place]);
                }
            }
            let Some(start) = unreached.by_ref().find(|&place| !reached[place]) else {
                break;
            };
            let mut on_way = BTreeSet::new();
            let mut at = start;
            while on_way.insert(at) {
                at = parent_of(at).unwrap_or(at);
            }
            let (turn, mut earliest) = (at, at);
            loop {
                at = parent_of(at).unwrap_or(at);
                if at == turn {
                    break;
                }
                if rank[at] < rank[earliest] {
                    earliest = at;
                }
            }
            if let Some(parent) = parent_of(earliest) {
                children[parent].retain(|&child| child != earliest);
            }
            cut.insert(earliest);
            tops.push(Top {
                missing: None,
                is_root: false,
                spans: vec![earliest],
            });
            stack.push(earliest);
        }
        tops.sort_by_key(|top| (top.missing.is_some(), rank[top.spans[0]]));
        tops.sort_by_key(|top| spans[top.spans[0]].span.start_time_unix_nano);
        Self {
            tops,
            children,
            cut,
            same_id,
        }
    }

    fn oddities(&self, spans: &[StoredSpan], place: usize) -> Vec<Oddity> {
        let span = &spans[place].span;
        let (start, end) = (span.start_time_unix_nano, span.end_time_unix_nano);
        [
            (start == 0, Oddity::NoStart),
            (start != 0 && end == 0, Oddity::NoEnd),
            (end != 0 && end < start, Oddity::EndsBeforeStart),
            (self.cut.contains(&place), Oddity::ParentLoop),
            (self.same_id.contains(&place), Oddity::SameId),
        ]
        .into_iter()
        .filter_map(|(is_so, oddity)| is_so.then_some(oddity))
        .collect()
    }
}

/// An ID as lower-case hex digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    const DIGITS: [u8; 16] = *b"0123456789abcdef";
    let digit = |four: u8| char::from(DIGITS[usize::from(four & 15)]);
    bytes
        .iter()
        .flat_map(|&byte| [digit(byte >> 4), digit(byte)])
        .collect()
}

#[cfg(test)]
#[path = "waterfall_tests.rs"]
mod tests;
