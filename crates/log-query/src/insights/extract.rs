//! Takes fields out of a text, as `parse` says.

use super::syntax::Extraction;

impl Extraction {
    /// The names that it gives, in order.
    pub(super) fn names(&self) -> Vec<&str> {
        match self {
            Self::Glob { names, .. } => names.iter().map(String::as_str).collect(),
            Self::Regex { names, .. } => names.iter().map(|(_, name)| name.as_str()).collect(),
        }
    }

    /// What each name stands for in the text: nothing at all if the text does not match,
    /// `None` for a group that took no part in a match.
    pub(super) fn of<'t>(&self, text: &'t str) -> Option<Vec<Option<&'t str>>> {
        match self {
            Self::Glob { parts, .. } => glob(parts, text),
            Self::Regex { regex, names } => {
                let captures = regex.captures(text)?;
                let group = |(number, _): &(usize, String)| Some(captures.get(*number)?.as_str());
                Some(names.iter().map(group).collect())
            }
        }
    }
}

/// The pattern may begin anywhere in the text.
/// A wildcard takes as little as it can, the last one of a pattern that ends with it all that is left.
fn glob<'t>(parts: &[String], text: &'t str) -> Option<Vec<Option<&'t str>>> {
    let (first, rest) = parts.split_first()?;
    let mut left = &text[text.find(first.as_str())? + first.len()..];
    let mut taken = Vec::with_capacity(rest.len());
    for (number, part) in rest.iter().enumerate() {
        let last = number + 1 == rest.len();
        let end = if last && part.is_empty() {
            left.len()
        } else {
            left.find(part.as_str())?
        };
        taken.push(Some(&left[..end]));
        left = &left[end + part.len()..];
    }
    Some(taken)
}
