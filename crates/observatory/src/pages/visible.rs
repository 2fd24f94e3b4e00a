//! Which rows of a waterfall are to be seen: what is collapsed, what is folded into its service's entry span, what a search opens.
//! Pure; drawn by `waterfall_view`.

use super::{
    span_facts,
    trace_address::TraceView,
    waterfall::{Waterfall, What},
};
use crate::model::StoredSpan;

/// A row that is shown.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Visible {
    /// Its place in [`Waterfall::rows`].
    pub(crate) place: usize,
    /// Rows above it that are not folded away.
    pub(crate) depth: u32,
    /// What is under it.
    pub(crate) below: Below,
    /// Rows of its service that are folded into it.
    pub(crate) folded: usize,
    /// How many of those have an error.
    pub(crate) folded_errors: usize,
}

/// What a row shows of the rows under it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Below {
    /// There are none.
    Nothing,
    /// They are shown.
    Open,
    /// So many are hidden.
    Closed(usize),
    /// They would be hidden, but are shown because a hit is among them.
    HeldOpen,
}

/// The rows that are shown, and for each row of the waterfall the one that stands for it.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct Rows {
    pub(crate) visible: Vec<Visible>,
    /// By place in the waterfall: the place of the visible row that it is, or that hides it.
    pub(crate) stands_for: Vec<usize>,
}

/// What is folded into which row.
struct Fold {
    /// The entry span's place, for rows that are hidden in it.
    hidden_in: Vec<Option<usize>>,
    depth: Vec<u32>,
    count: Vec<usize>,
    errors: Vec<usize>,
}

impl Rows {
    /// `keys` are the rows' keys; `hits` says which rows a search has found.
    pub(crate) fn new(
        waterfall: &Waterfall,
        spans: &[StoredSpan],
        view: &TraceView,
        keys: &[String],
        hits: Option<&[bool]>,
    ) -> Self {
        let rows = &waterfall.rows;
        let is_hit = |place: usize| hits.is_some_and(|hits| hits[place]);
        let fold = Fold::new(waterfall, spans, view, &is_hit);
        let hits_before = counted(rows.len(), is_hit);
        let hidden_before = counted(rows.len(), |place| fold.hidden_in[place].is_some());
        let mut shown = Self {
            visible: Vec::new(),
            stands_for: Vec::with_capacity(rows.len()),
        };
        let mut place = 0;
        while place < rows.len() {
            if let Some(entry) = fold.hidden_in[place] {
                shown.stands_for.push(entry);
                place += 1;
                continue;
            }
            let (first, end) = (place + 1, rows[place].end);
            let below = end - first - (hidden_before[end] - hidden_before[first]);
            let is_closed = below > 0 && view.is_closed(fold.depth[place], &keys[place]);
            let below = match (below, is_closed) {
                (0, _) => Below::Nothing,
                (_, false) => Below::Open,
                (_, true) if hits_before[end] > hits_before[first] => Below::HeldOpen,
                (count, true) => Below::Closed(count),
            };
            shown.visible.push(Visible {
                place,
                depth: fold.depth[place],
                below,
                folded: fold.count[place],
                folded_errors: fold.errors[place],
            });
            let next = if matches!(below, Below::Closed(_)) {
                end
            } else {
                first
            };
            shown.stands_for.resize(next, place);
            place = next;
        }
        shown
    }

    /// Where among the visible rows the one is that shows this row or hides it.
    pub(crate) fn position(&self, place: usize) -> Option<usize> {
        let shown = *self.stands_for.get(place)?;
        self.visible
            .binary_search_by_key(&shown, |row| row.place)
            .ok()
    }
}

/// For each place how many of the places before it are so.
fn counted(len: usize, is_so: impl Fn(usize) -> bool) -> Vec<usize> {
    let mut counts = vec![0; len + 1];
    for place in 0..len {
        counts[place + 1] = counts[place] + usize::from(is_so(place));
    }
    counts
}

impl Fold {
    fn new(
        waterfall: &Waterfall,
        spans: &[StoredSpan],
        view: &TraceView,
        is_hit: &dyn Fn(usize) -> bool,
    ) -> Self {
        let rows = &waterfall.rows;
        let service = |place: usize| match rows[place].what {
            What::Span(span) => Some(span_facts::service(&spans[span])),
            What::Missing(_) => None,
        };
        let mut fold = Self {
            hidden_in: vec![None; rows.len()],
            depth: vec![0; rows.len()],
            count: vec![0; rows.len()],
            errors: vec![0; rows.len()],
        };
        // The entry span of each row, whether or not the row is hidden in it.
        let mut entry: Vec<usize> = (0..rows.len()).collect();
        for place in 0..rows.len() {
            let Some(parent) = rows[place].parent else {
                continue;
            };
            fold.depth[place] = fold.depth[parent] + u32::from(fold.hidden_in[parent].is_none());
            let own = service(place);
            if own == service(parent) && own.is_some_and(|own| view.folds(own)) {
                entry[place] = entry[parent];
                if is_hit(place) {
                    continue;
                }
                let into = entry[parent];
                fold.hidden_in[place] = Some(into);
                fold.count[into] += 1;
                if let What::Span(span) = rows[place].what {
                    fold.errors[into] += usize::from(span_facts::is_error(&spans[span]));
                }
            }
        }
        fold
    }
}

#[cfg(test)]
#[path = "visible_tests.rs"]
mod tests;
