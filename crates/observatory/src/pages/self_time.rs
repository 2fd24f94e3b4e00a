//! What a span did by itself: the parts of its duration that no child covers. Code without spans of its own hides there.

use super::waterfall::Row;

/// The stretches of a span that no child covers, as nanoseconds since the trace's start, in the order of time.
pub(crate) fn gaps(rows: &[Row], place: usize) -> Vec<(u64, u64)> {
    let own = &rows[place];
    let mut children = Vec::new();
    let mut child = place + 1;
    while child < own.end {
        children.push((rows[child].from.max(own.from), rows[child].to.min(own.to)));
        child = rows[child].end;
    }
    children.sort_unstable();
    let mut gaps = Vec::new();
    let mut until = own.from;
    for (from, to) in children {
        if to <= from {
            continue;
        }
        if from > until && from < own.to {
            gaps.push((until, from));
        }
        until = until.max(to);
    }
    if until < own.to {
        gaps.push((until, own.to));
    }
    gaps
}

/// The span's duration without what its children cover, in nanoseconds; children that overlap count once.
pub(crate) fn self_time(rows: &[Row], place: usize) -> u64 {
    gaps(rows, place).iter().map(|(from, to)| to - from).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::{sample::span, waterfall::Waterfall};

    #[track_caller]
    fn check(rule: &str, children: &[(u64, u64)], expected: &[(u64, u64)]) {
        let mut spans = vec![span(1, 0, "a", 100, 200)];
        for (at, &(from, to)) in children.iter().enumerate() {
            spans.push(span(at as u64 + 2, 1, "b", from, to));
        }
        let waterfall = Waterfall::new(&spans);
        let place = waterfall
            .rows
            .iter()
            .position(|row| row.depth == 0)
            .expect("the root");
        let start = waterfall.rows[place].from;
        let found: Vec<_> = gaps(&waterfall.rows, place)
            .iter()
            .map(|(from, to)| (from - start + 100, to - start + 100))
            .collect();
        assert_eq!(found, expected, "{rule}");
        assert_eq!(
            self_time(&waterfall.rows, place),
            expected.iter().map(|(from, to)| to - from).sum::<u64>(),
            "{rule}"
        );
    }

    #[test]
    fn what_no_child_covers_is_the_spans_own() {
        check("no children", &[], &[(100, 200)]);
        check("all covered", &[(100, 200)], &[]);
        check("in the middle", &[(120, 150)], &[(100, 120), (150, 200)]);
        check(
            "overlaps count once",
            &[(120, 150), (130, 170), (140, 145)],
            &[(100, 120), (170, 200)],
        );
        check("one beside the other", &[(100, 150), (150, 200)], &[]);
        check("beyond the end", &[(190, 900)], &[(100, 190)]);
        check("after the end", &[(300, 900)], &[(100, 200)]);
        check("before the start", &[(0, 50), (60, 110)], &[(110, 200)]);
        check("a point divides nothing", &[(150, 150)], &[(100, 200)]);
    }
}
