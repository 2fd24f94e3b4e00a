//! A trace's segments as rows of a timeline: one group for each segment, its subsegments under it. Pure: no HTML here.
//!
//! Whatever was sent gives rows, each segment once: callers stand before the called where they are known, loops of
//! parents are broken, nothing recurses.

use std::collections::{BTreeSet, HashMap};

use xray_query::Trace;
use xray_segment::Segment;

use crate::pages::durations::nanoseconds;

/// How a segment or subsegment ended, the worst that it says.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Outcome {
    Ok,
    Error,
    Throttle,
    Fault,
}

impl Outcome {
    pub(super) fn of(segment: &Segment) -> Self {
        if segment.fault {
            Self::Fault
        } else if segment.throttle {
            Self::Throttle
        } else if segment.error {
            Self::Error
        } else {
            Self::Ok
        }
    }

    /// The word for it, which is also the stylesheet's class.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Error => "error",
            Self::Throttle => "throttle",
            Self::Fault => "fault",
        }
    }
}

/// A segment or subsegment on the timeline.
#[derive(Clone, Debug)]
pub(super) struct Row<'a> {
    pub(super) segment: &'a Segment,
    /// Levels above it in its group; 0 begins the group.
    pub(super) depth: u32,
    /// The place in the list of what it is part of; `None` for what begins a group.
    pub(super) parent: Option<usize>,
    /// Nanoseconds since the trace's start.
    pub(super) from: u64,
    /// Not before `from`; where the trace ends, while it is in progress.
    pub(super) to: u64,
    /// It has no end yet.
    pub(super) is_open: bool,
    /// It is a subsegment whose segment never came.
    pub(super) is_orphan: bool,
    /// It was sent with an end before its start.
    pub(super) ends_before_start: bool,
    /// Something before it in the list has the same ID.
    pub(super) is_repeated: bool,
}

/// All rows of a trace.
#[derive(Clone, Debug)]
pub(super) struct Timeline<'a> {
    pub(super) rows: Vec<Row<'a>>,
    /// Earliest start in nanoseconds since the Unix epoch; 0 if none was sent.
    pub(super) start: u64,
    /// Nanoseconds from the earliest start to the latest end.
    pub(super) length: u64,
}

impl<'a> Timeline<'a> {
    pub(super) fn new(trace: &'a Trace) -> Self {
        let mut rows: Vec<Row<'a>> = Vec::new();
        for &top in &groups(&trace.segments) {
            let mut stack = vec![(&trace.segments[top], 0, None)];
            while let Some((segment, depth, parent)) = stack.pop() {
                let place = rows.len();
                let is_orphan = depth == 0 && segment.kind.as_deref() == Some("subsegment");
                rows.push(Row {
                    segment,
                    depth,
                    parent,
                    from: 0,
                    to: 0,
                    is_open: segment.in_progress || segment.end_time.is_none(),
                    is_orphan,
                    ends_before_start: segment.end_time.is_some_and(|end| end < segment.start_time),
                    is_repeated: false,
                });
                let mut inner: Vec<&Segment> = segment.subsegments.iter().collect();
                inner.sort_by(|a, b| b.start_time.total_cmp(&a.start_time).then(b.id.cmp(&a.id)));
                stack.extend(inner.into_iter().map(|one| (one, depth + 1, Some(place))));
            }
        }
        let starts = rows.iter().map(|row| nanoseconds(row.segment.start_time));
        let start = starts.filter(|&start| start > 0).min().unwrap_or(0);
        let since = |seconds: f64| nanoseconds(seconds).saturating_sub(start);
        let mut ids = BTreeSet::new();
        let mut length = 0;
        for row in &mut rows {
            row.from = since(row.segment.start_time);
            row.to = row.segment.end_time.map_or(0, since).max(row.from);
            row.is_repeated = !ids.insert(&row.segment.id);
            length = length.max(row.to);
        }
        for row in rows.iter_mut().filter(|row| row.is_open) {
            row.to = length;
        }
        Self {
            rows,
            start,
            length,
        }
    }

    /// The place of the row with this ID.
    pub(super) fn place_of(&self, id: &str) -> Option<usize> {
        self.rows.iter().position(|row| row.segment.id == id)
    }

    /// The row that begins the group in which this one stands.
    pub(super) fn top_of(&self, place: usize) -> &Row<'a> {
        let mut at = place;
        while let Some(parent) = self.rows[at].parent {
            at = parent;
        }
        &self.rows[at]
    }
}

/// The segments in the order of their groups: who was called stands after the group that called it.
fn groups(segments: &[Segment]) -> Vec<usize> {
    // Which group each ID stands in; of two with the same ID, the first.
    let mut group_of: HashMap<&str, usize> = HashMap::new();
    for (group, segment) in segments.iter().enumerate() {
        let mut stack = vec![segment];
        while let Some(one) = stack.pop() {
            group_of.entry(&one.id).or_insert(group);
            stack.extend(&one.subsegments);
        }
    }
    let mut order: Vec<usize> = (0..segments.len()).collect();
    order.sort_by(|&a, &b| {
        let (a, b) = (&segments[a], &segments[b]);
        a.start_time.total_cmp(&b.start_time).then(a.id.cmp(&b.id))
    });
    let mut called: Vec<Vec<usize>> = vec![Vec::new(); segments.len()];
    let mut first = Vec::new();
    for &group in &order {
        let caller = segments[group]
            .parent_id
            .as_deref()
            .and_then(|id| group_of.get(id));
        match caller {
            Some(&caller) if caller != group => called[caller].push(group),
            _ => first.push(group),
        }
    }
    // What no first one leads to hangs on a loop; it is entered where it is earliest.
    let mut seen = vec![false; segments.len()];
    let mut sorted = Vec::with_capacity(segments.len());
    for start in first.into_iter().chain(order) {
        let mut stack = vec![start];
        while let Some(group) = stack.pop() {
            if !std::mem::replace(&mut seen[group], true) {
                sorted.push(group);
                stack.extend(called[group].iter().rev());
            }
        }
    }
    sorted
}

#[cfg(test)]
mod tests {
    use super::*;

    fn segment(id: &str, parent: &str, from: f64, to: f64) -> Segment {
        Segment {
            id: id.to_owned(),
            name: id.to_owned(),
            parent_id: (!parent.is_empty()).then(|| parent.to_owned()),
            start_time: 1_700_000_000.0 + from,
            end_time: Some(1_700_000_000.0 + to),
            ..Segment::default()
        }
    }

    fn with(mut segment: Segment, subsegments: Vec<Segment>) -> Segment {
        segment.subsegments = subsegments;
        segment
    }

    #[track_caller]
    fn check(segments: Vec<Segment>, expected: &[(&str, u32)]) {
        let trace = Trace {
            id: String::new(),
            segments,
        };
        let timeline = Timeline::new(&trace);
        let found: Vec<_> = timeline
            .rows
            .iter()
            .map(|r| (&r.segment.id[..], r.depth))
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn the_called_stand_after_their_callers() {
        let call = segment("call", "", 1.0, 4.0);
        let backend = with(segment("backend", "", 0.0, 5.0), vec![call]);
        let profiles = segment("profiles", "call", 2.0, 3.0);
        let other = segment("other", "", 0.5, 0.6);
        let expected = [("backend", 0), ("call", 1), ("profiles", 0), ("other", 0)];
        check(vec![profiles, other, backend], &expected);
    }

    #[test]
    fn subsegments_stand_in_the_order_of_their_starts() {
        let inner = with(segment("b", "", 2.0, 3.0), vec![segment("c", "", 2.0, 3.0)]);
        let top = with(
            segment("a", "", 0.0, 5.0),
            vec![segment("d", "", 4.0, 5.0), inner],
        );
        check(vec![top], &[("a", 0), ("b", 1), ("c", 2), ("d", 1)]);
    }

    #[test]
    fn loops_of_parents_are_broken() {
        check(
            vec![
                segment("b", "a", 1.0, 2.0),
                segment("a", "b", 0.0, 3.0),
                segment("c", "c", 4.0, 5.0),
            ],
            &[("c", 0), ("a", 0), ("b", 0)],
        );
    }

    #[test]
    fn ends_are_never_before_starts_and_open_ones_reach_the_end() {
        let mut open = segment("open", "", 1.0, 0.0);
        open.end_time = None;
        open.in_progress = true;
        let trace = Trace {
            id: String::new(),
            segments: vec![
                segment("a", "", 0.0, 2.0),
                open,
                segment("late", "", 0.5, 0.25),
            ],
        };
        let timeline = Timeline::new(&trace);
        assert_eq!(timeline.length, 2_000_000_000);
        let row = |id: &str| &timeline.rows[timeline.place_of(id).expect(id)];
        assert_eq!((row("open").to, row("open").is_open), (2_000_000_000, true));
        assert_eq!(row("late").to, row("late").from);
        assert!(row("late").ends_before_start && !row("a").ends_before_start);
    }

    #[test]
    fn a_thousand_levels_do_not_recurse() {
        let mut inner = segment("0", "", 0.0, 1.0);
        for level in 1..1_000 {
            inner = with(segment(&level.to_string(), "", 0.0, 1.0), vec![inner]);
        }
        let trace = Trace {
            id: String::new(),
            segments: vec![inner],
        };
        let timeline = Timeline::new(&trace);
        assert_eq!(timeline.rows.last().map(|row| row.depth), Some(999));
        assert_eq!(timeline.top_of(999).segment.id, "999");
    }
}
