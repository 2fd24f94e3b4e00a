//! The patterns of sampling rules: `*` for any characters, `?` for one, letters of either case.

/// Whether the pattern matches the whole text.
///
/// Case is ignored, as X-Ray's SDKs do.
pub(crate) fn matches(pattern: &str, text: &str) -> bool {
    let mut pattern = folded(pattern);
    let mut text = folded(text);
    // Where to go on after a mismatch: behind the last `*`, which then takes one more character.
    let mut retry = None;
    loop {
        let mut next_pattern = pattern.clone();
        let mut next_text = text.clone();
        match (next_pattern.next(), next_text.next()) {
            (Some('*'), _) => {
                pattern = next_pattern;
                retry = Some((pattern.clone(), text.clone()));
                continue;
            }
            (None, None) => return true,
            (Some(wanted), Some(found)) if wanted == '?' || wanted == found => {
                (pattern, text) = (next_pattern, next_text);
                continue;
            }
            _ => {}
        }
        let Some((after_star, mut rest)) = retry.take() else {
            return false;
        };
        if rest.next().is_none() {
            return false;
        }
        (pattern, text) = (after_star.clone(), rest.clone());
        retry = Some((after_star, rest));
    }
}

/// Whether the pattern matches a value that may be missing: only `*` matches what is not there, as in OpenTelemetry's samplers.
pub(crate) fn matches_optional(pattern: &str, value: Option<&str>) -> bool {
    pattern == "*" || value.is_some_and(|value| matches(pattern, value))
}

fn folded(text: &str) -> impl Iterator<Item = char> + Clone {
    text.chars().flat_map(char::to_lowercase)
}
