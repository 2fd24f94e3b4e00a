//! Which of the possible words was probably meant.

/// The possible word that is fewest edits away, if that is near enough to be a slip of the keyboard.
pub(super) fn nearest<'a>(
    word: &str,
    possible: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    // Nobody means a word by a text many times as long.
    let wanted: Vec<char> = word.to_lowercase().chars().take(64).collect();
    possible
        .into_iter()
        .map(|candidate| (edits(&wanted, &candidate.to_lowercase()), candidate))
        .filter(|(edits, candidate)| *edits <= 1 + candidate.len() / 4)
        .min_by_key(|(edits, _)| *edits)
        .map(|(_, candidate)| candidate)
}

/// Levenshtein's distance.
fn edits(from: &[char], to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (i, from) in from.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, to) in to.iter().enumerate() {
            let replaced = diagonal + usize::from(from != to);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[to.len()]
}
