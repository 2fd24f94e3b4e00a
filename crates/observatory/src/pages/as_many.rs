//! As many rows as one page can hold: their number is bounded elsewhere, their size is whatever names and addresses are in them.

use maud::{Markup, PreEscaped};

/// Bytes of all rows of one page together.
const MOST_BYTES: usize = 1_500_000;
/// Bytes of one list in a panel beside the page's rows.
const MOST_BYTES_OF_LIST: usize = 300_000;

/// The rows one after the other, and how many they are; none follows the one that fills the page.
pub(crate) fn rows(rows: impl Iterator<Item = Markup>) -> (Markup, usize) {
    within(MOST_BYTES, rows)
}

/// The same for a list in a panel.
pub(crate) fn items(items: impl Iterator<Item = Markup>) -> (Markup, usize) {
    within(MOST_BYTES_OF_LIST, items)
}

fn within(most: usize, rows: impl Iterator<Item = Markup>) -> (Markup, usize) {
    let mut text = String::new();
    let mut count = 0;
    for row in rows {
        text.push_str(&row.0);
        count += 1;
        if text.len() >= most {
            break;
        }
    }
    (PreEscaped(text), count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_filled_and_no_more() {
        let long = || PreEscaped("x".repeat(MOST_BYTES / 4 + 1));
        let (page, count) = rows((0..9).map(|_| long()));
        assert_eq!((page.0.len(), count), (4 * long().0.len(), 4));
        let (page, count) = rows((0..9).map(|at| PreEscaped(at.to_string())));
        assert_eq!((&page.0[..], count), ("012345678", 9));
        let (_, count) = rows((0..2).map(|_| PreEscaped("x".repeat(2 * MOST_BYTES))));
        assert_eq!(count, 1);
    }
}
