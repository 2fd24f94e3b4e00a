//! Spans by their trace and ID: gathered in any order, then sorted trace by trace.
//!
//! A trace's spans lie side by side then, so that looking for a parent stays where the last look was.

/// The spans of all traces; the place of a span is when it came.
#[derive(Debug, Default)]
pub(super) struct Spans {
    /// Of each span that came its trace, ID and beginning, until they are sorted.
    came: Vec<(u32, u64, i64)>,
    /// Where each trace's spans begin among the sorted, and where the last one's end.
    starts: Vec<u32>,
    /// IDs, ascending within a trace, each once.
    ids: Vec<u64>,
    places: Vec<u32>,
}

impl Spans {
    /// Takes in a span.
    pub(super) fn add(&mut self, trace: u32, id: [u8; 8], began: i64) {
        self.came.push((trace, u64::from_be_bytes(id), began));
    }

    /// Sorts them, for `traces` traces. Of those with one ID the one that began first stays, of equals the first met.
    pub(super) fn sort(&mut self, traces: usize) {
        let mut ends = vec![0_u32; traces + 1];
        for (trace, _, _) in &self.came {
            ends[*trace as usize + 1] += 1;
        }
        for trace in 1..ends.len() {
            ends[trace] += ends[trace - 1];
        }
        let mut next = ends.clone();
        let mut sorted = vec![0_u32; self.came.len()];
        for (place, (trace, _, _)) in (0..).zip(&self.came) {
            let at = &mut next[*trace as usize];
            sorted[*at as usize] = place;
            *at += 1;
        }
        self.starts = vec![0];
        for bounds in ends.windows(2) {
            let of_trace = &mut sorted[bounds[0] as usize..bounds[1] as usize];
            let rank = |place: &u32| {
                let (_, id, began) = self.came[*place as usize];
                (id, began, *place)
            };
            of_trace.sort_unstable_by_key(rank);
            let first = self.ids.len();
            for place in of_trace {
                let id = self.came[*place as usize].1;
                if self.ids[first..].last() != Some(&id) {
                    self.ids.push(id);
                    self.places.push(*place);
                }
            }
            self.starts.push(self.ids.len() as u32);
        }
        self.came = Vec::new();
    }

    /// The place of a span.
    pub(super) fn place(&self, trace: u32, id: [u8; 8]) -> Option<u32> {
        let trace = trace as usize;
        let (start, end) = (*self.starts.get(trace)?, *self.starts.get(trace + 1)?);
        let ids = &self.ids[start as usize..end as usize];
        let found = ids.binary_search(&u64::from_be_bytes(id)).ok()?;
        Some(self.places[start as usize + found])
    }
}
