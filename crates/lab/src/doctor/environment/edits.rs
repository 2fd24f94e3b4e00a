//! How far two words are from each other, and which of many is nearest.

/// Levenshtein distance in characters, where two neighbours that changed places count once.
pub(super) fn distance(from: &str, to: &str) -> usize {
    let (from, to): (Vec<char>, Vec<char>) = (from.chars().collect(), to.chars().collect());
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=to.len()).collect();
    for i in 1..=from.len() {
        let mut row = vec![i];
        for j in 1..=to.len() {
            let replaced = last[j - 1] + usize::from(from[i - 1] != to[j - 1]);
            let mut least = replaced.min(last[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1] {
                least = least.min(before[j - 2] + 1);
            }
            row.push(least);
        }
        before = std::mem::replace(&mut last, row);
    }
    last[to.len()]
}

/// The nearest of `words`, the first of equals, and how far it is.
pub(super) fn nearest<'a>(
    word: &str,
    words: impl IntoIterator<Item = &'a str>,
) -> Option<(&'a str, usize)> {
    words
        .into_iter()
        .map(|other| (other, distance(word, other)))
        .min_by_key(|(_, distance)| *distance)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances() {
        for (from, to, wanted) in [
            ("", "abc", 3),
            ("AWS_REGOIN", "AWS_REGION", 1),
            ("AWS_REGIN", "AWS_REGION", 1),
            ("can-central-1", "ca-central-1", 1),
            ("kitten", "sitting", 3),
        ] {
            assert_eq!(distance(from, to), wanted, "{from} {to}");
            assert_eq!(distance(to, from), wanted, "{to} {from}");
        }
    }
}
