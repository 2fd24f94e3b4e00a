//! Which of the possible names was probably meant.

/// Characters of a name that is compared: telling how far apart two long ones are takes the product of their lengths.
const MOST: usize = 200;

/// The possible name that is fewest edits away, if that is near enough to be a slip of the keyboard.
pub fn nearest<'a>(name: &str, possible: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let is_short = |name: &str| name.chars().nth(MOST).is_none();
    let wanted = Some(name).filter(|name| is_short(name)).map(plain)?;
    possible
        .into_iter()
        .filter(|candidate| is_short(candidate))
        .map(|candidate| (edits(&wanted, &plain(candidate)), candidate))
        .filter(|(edits, candidate)| *edits <= 1 + candidate.chars().count() / 4)
        .min_by_key(|(edits, _)| *edits)
        .map(|(_, candidate)| candidate)
}

/// Case, and what words are joined by, are the commonest slips: they cost nothing.
fn plain(name: &str) -> Vec<char> {
    name.chars()
        .map(|c| {
            if matches!(c, '_' | '.' | ' ') {
                '-'
            } else {
                c.to_ascii_lowercase()
            }
        })
        .collect()
}

/// Levenshtein's distance.
fn edits(a: &[char], b: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, to) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(from != to);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_found_and_long_names_are_passed_over() {
        let long = "x".repeat(100_000);
        let other = format!("{long}y");
        for (name, possible, found) in [
            ("user_id", &["user.id", "name"][..], Some("user.id")),
            ("nmae", &["user.id", "name"], Some("name")),
            ("nothing.like.it", &["user.id", "name"], None),
            (&long, &[&other, "name"], None),
            ("nmae", &[&other, "name"], Some("name")),
        ] {
            assert_eq!(nearest(name, possible.iter().copied()), found);
        }
    }
}
