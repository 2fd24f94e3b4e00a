//! The critical path of a trace: the chain of spans that decides when its root ends. Pure; drawn by `waterfall_view`, told by `trace_header`.
//!
//! The walk goes backwards from the root's end. What a span does after its last child that had finished is its own; then
//! the walk goes on in that child, from its end to its start, and after it in the child that had finished last before that
//! start. A child that goes on after that moment did not decide it: it ran beside, or outlives its parent.
//!
//! Where two clocks differ, a child is seen as if its clock were its parent's: it begins with a parent that it would
//! precede, and a server's span that fits into its client's ends with it. Drawn is what was sent.

use super::{
    span_facts,
    waterfall::{Oddity, Row, Waterfall, What},
};
use crate::model::StoredSpan;
use opentelemetry_proto::tonic::trace::v1::span::SpanKind;

/// What stands for the service of a parent that was not received.
pub(crate) const NOT_RECEIVED: &str = "not received";

/// A stretch of a row that is on the path.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Section {
    /// The row's place in [`Waterfall::rows`].
    pub(crate) row: usize,
    /// Where it begins, in nanoseconds since the trace's start by the clock that the row was sent with.
    pub(crate) from: i128,
    /// Where it ends.
    pub(crate) to: i128,
}

/// The path of one trace.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct CriticalPath {
    /// Stretches in the order of time; together as long as the root.
    pub(crate) sections: Vec<Section>,
    /// The row that the walk began at.
    pub(crate) root: Option<usize>,
    /// How many nanoseconds other spans go on after the root has ended.
    pub(crate) after: u64,
}

/// The row whose end is asked about: the first root; without one, the longest of the rows that nothing is above of.
pub(crate) fn main_row(waterfall: &Waterfall, spans: &[StoredSpan]) -> Option<usize> {
    let rows = &waterfall.rows;
    let is_root = |row: &Row| match row.what {
        What::Span(span) => spans[span]
            .span
            .parent_span_id
            .iter()
            .all(|&byte| byte == 0),
        What::Missing(_) => false,
    };
    let tops = || (0..rows.len()).filter(|&place| rows[place].depth == 0);
    tops().find(|&place| is_root(&rows[place])).or_else(|| {
        tops().max_by_key(|&place| (rows[place].to - rows[place].from, std::cmp::Reverse(place)))
    })
}

/// A span that the walk is in.
struct Frame {
    row: usize,
    /// How much later than it was sent its clock is taken to be.
    shift: i128,
    /// Where its part of the path begins.
    floor: i128,
    /// How far back the walk has come.
    cursor: i128,
    /// Its children with their extents, the one that ends last being the last.
    children: Vec<(i128, i128, usize, i128)>,
}

impl CriticalPath {
    /// Walks back from the end of the trace's main row.
    pub(crate) fn new(waterfall: &Waterfall, spans: &[StoredSpan]) -> Self {
        let Some(root) = main_row(waterfall, spans) else {
            return Self::default();
        };
        let extents = extents(&waterfall.rows);
        let (from, to) = extents[root];
        let mut path = Self {
            sections: Vec::new(),
            root: Some(root),
            after: u64::try_from(i128::from(waterfall.length) - to).unwrap_or(0),
        };
        let walk = Walk {
            rows: &waterfall.rows,
            spans,
            extents: &extents,
        };
        let mut stack = vec![walk.frame(root, 0, from, to)];
        while let Some(frame) = stack.last_mut() {
            let Some((from, to, row, shift)) = frame.children.pop() else {
                path.add(frame, frame.floor);
                stack.pop();
                continue;
            };
            let is_before = to <= frame.cursor && to > frame.floor && to > from;
            if is_before {
                path.add(frame, to);
                frame.cursor = from.max(frame.floor);
                let floor = frame.cursor;
                stack.push(walk.frame(row, shift, floor, to));
            }
        }
        path.sections.reverse();
        path
    }

    /// What the frame's span did by itself from `from` to the cursor.
    fn add(&mut self, frame: &Frame, from: i128) {
        if from < frame.cursor {
            self.sections.push(Section {
                row: frame.row,
                from: from - frame.shift,
                to: frame.cursor - frame.shift,
            });
        }
    }

    /// How long it is, in nanoseconds.
    pub(crate) fn length(&self) -> u64 {
        self.sections.iter().map(Section::length).sum()
    }

    /// Services with their time of their own on the path, the most first.
    pub(crate) fn services<'a>(
        &self,
        waterfall: &Waterfall,
        spans: &'a [StoredSpan],
    ) -> Vec<(&'a str, u64)> {
        let mut times: Vec<(&str, u64)> = Vec::new();
        for section in &self.sections {
            let service = match waterfall.rows[section.row].what {
                What::Span(span) => span_facts::service(&spans[span]),
                What::Missing(_) => NOT_RECEIVED,
            };
            match times.iter_mut().find(|(name, _)| *name == service) {
                Some((_, time)) => *time += section.length(),
                None => times.push((service, section.length())),
            }
        }
        times.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
        times
    }
}

impl Section {
    fn length(&self) -> u64 {
        u64::try_from(self.to - self.from).unwrap_or(0)
    }
}

/// What the walk looks at.
struct Walk<'a> {
    rows: &'a [Row],
    spans: &'a [StoredSpan],
    extents: &'a [(i128, i128)],
}

impl Walk<'_> {
    fn frame(&self, row: usize, shift: i128, floor: i128, cursor: i128) -> Frame {
        let end = self.rows[row].end;
        let mut children = Vec::new();
        let mut child = row + 1;
        while child < end {
            let shift = shift + self.skew(row, child);
            let (from, to) = self.extents[child];
            children.push((from + shift, to + shift, child, shift));
            child = self.rows[child].end;
        }
        // Of several that end at once, the one that began first decides.
        children.sort_by_key(|&(from, to, child, _)| (to, -from, std::cmp::Reverse(child)));
        Frame {
            row,
            shift,
            floor,
            cursor,
            children,
        }
    }

    /// How much a child's clock seems to be behind its parent's.
    fn skew(&self, parent: usize, child: usize) -> i128 {
        let (What::Span(above), What::Span(below)) =
            (&self.rows[parent].what, &self.rows[child].what)
        else {
            return 0;
        };
        let ((parent_from, parent_to), (from, to)) = (self.extents[parent], self.extents[child]);
        if self.rows[child].oddities.contains(&Oddity::NoStart) {
            0
        } else if from < parent_from {
            parent_from - from
        } else if to > parent_to
            && to - from <= parent_to - parent_from
            && self.spans[*above].span.kind() == SpanKind::Client
            && self.spans[*below].span.kind() == SpanKind::Server
        {
            parent_to - to
        } else {
            0
        }
    }
}

/// Start and end of each row; one that was sent without a proper end reaches to the last end that is under it.
fn extents(rows: &[Row]) -> Vec<(i128, i128)> {
    let mut extents: Vec<(i128, i128)> = rows
        .iter()
        .map(|row| (i128::from(row.from), i128::from(row.to)))
        .collect();
    let mut last: Vec<i128> = extents.iter().map(|&(_, to)| to).collect();
    for place in (0..rows.len()).rev() {
        let is_open = rows[place].oddities.iter().any(|oddity| {
            matches!(
                oddity,
                Oddity::NoEnd | Oddity::NoStart | Oddity::EndsBeforeStart
            )
        });
        if is_open {
            extents[place].1 = last[place];
        }
        if let Some(parent) = rows[place].parent {
            last[parent] = last[parent].max(last[place]);
        }
    }
    extents
}

#[cfg(test)]
#[path = "critical_path_tests.rs"]
mod tests;
