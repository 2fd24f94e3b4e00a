//! Numbers as patterns and messages write them: `404`, `-1.5`, `1e+3`.

/// The number that this text is, if it is one. `inf` and `NaN` are words.
pub(super) fn number(text: &str) -> Option<f64> {
    let numeric = |byte| matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E');
    if !text.bytes().all(numeric) {
        return None;
    }
    text.parse().ok()
}
