//! Which rows of a column of numbers have one.

/// A bit for each row, or all of them.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Presence {
    /// Every row has a value.
    All,
    /// The rows whose bit is set, the first row in the lowest bit of the first word.
    Some(Vec<u64>),
}

impl Presence {
    pub(crate) fn has(&self, row: usize) -> bool {
        match self {
            Presence::All => true,
            Presence::Some(words) => words[row / 64] >> (row % 64) & 1 == 1,
        }
    }

    pub(crate) fn count(&self, rows: usize) -> usize {
        match self {
            Presence::All => rows,
            Presence::Some(words) => words.iter().map(|word| word.count_ones() as usize).sum(),
        }
    }

    pub(crate) fn memory(&self) -> usize {
        match self {
            Presence::All => 0,
            Presence::Some(words) => words.len() * 8,
        }
    }

    /// Of the rows for which `has` holds.
    pub(crate) fn of(rows: usize, has: impl Fn(usize) -> bool) -> Presence {
        let mut words = vec![0_u64; rows.div_ceil(64)];
        let mut count = 0;
        for row in (0..rows).filter(|row| has(*row)) {
            words[row / 64] |= 1 << (row % 64);
            count += 1;
        }
        if count == rows {
            Presence::All
        } else {
            Presence::Some(words)
        }
    }
}
