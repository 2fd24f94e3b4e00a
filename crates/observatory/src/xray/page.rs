//! Answers in pages: a token leads to the next one.

use super::error::XrayError;

/// Page `token` of `items`, at most `size` long, and the token of the next page.
///
/// A token is the number of items given before; the service's own are opaque too.
pub(crate) fn page<T>(
    items: impl IntoIterator<Item = T>,
    token: Option<&str>,
    size: usize,
) -> Result<(Vec<T>, Option<String>), XrayError> {
    let from = given_before(token)?;
    let mut rest = items.into_iter().skip(from);
    let page: Vec<T> = rest.by_ref().take(size).collect();
    let next = rest.next().is_some().then(|| after(from + page.len()));
    Ok((page, next))
}

/// How many items a token says were given before.
pub(crate) fn given_before(token: Option<&str>) -> Result<usize, XrayError> {
    match token {
        None | Some("") => Ok(0),
        Some(token) => token
            .strip_prefix("after-")
            .and_then(|number| number.parse().ok())
            .ok_or_else(|| XrayError::InvalidRequest("Invalid NextToken".to_owned())),
    }
}

/// The token after so many items.
pub(crate) fn after(items: usize) -> String {
    format!("after-{items}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_follow_each_other() {
        let mut seen = Vec::new();
        let mut token = None;
        loop {
            let (items, next) = page(0..7, token.as_deref(), 3).expect("a page");
            seen.push(items);
            token = next;
            if token.is_none() {
                break;
            }
        }
        assert_eq!(seen, [vec![0, 1, 2], vec![3, 4, 5], vec![6]]);
        assert!(page(0..7, Some("elsewhere"), 3).is_err());
        assert_eq!(page(0..7, Some("after-9"), 3), Ok((vec![], None)));
    }
}
