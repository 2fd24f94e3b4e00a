//! Regular expressions as Go reads them, written so that the crate `regex` reads them alike.
//! The rest of the difference (ASCII classes, bytes) is a matter of how they are compiled.

/// `pattern` with each brace that begins no repetition escaped, and each `[` inside a class: both are themselves to Go.
pub(super) fn translate(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len());
    let mut in_class = false;
    let mut rest = pattern;
    while let Some(next) = rest.chars().next() {
        let (head, tail) = rest.split_at(next.len_utf8());
        match next {
            '\\' => {
                let escaped = tail.chars().next().map_or(0, char::len_utf8);
                out.push('\\');
                out.push_str(&tail[..escaped]);
                rest = &tail[escaped..];
                continue;
            }
            // `[:alpha:]` inside a class is a class to both.
            '[' if in_class && !tail.starts_with(':') => out.push_str("\\["),
            '[' if in_class => {
                let end = tail.find(":]").map_or(0, |end| end + 2);
                out.push('[');
                out.push_str(&tail[..end]);
                rest = &tail[end..];
                continue;
            }
            '[' => {
                in_class = true;
                out.push('[');
                // A `]` that comes first is itself.
                let negated = usize::from(tail.starts_with('^'));
                out.push_str(&tail[..negated]);
                rest = &tail[negated..];
                if let Some(after) = rest.strip_prefix(']') {
                    out.push_str("\\]");
                    rest = after;
                }
                continue;
            }
            ']' => {
                in_class = false;
                out.push(']');
            }
            '{' if !in_class && !is_repetition(tail) => out.push_str("\\{"),
            _ => out.push_str(head),
        }
        rest = tail;
    }
    out
}

/// Whether `{` and this is `{3}`, `{3,}` or `{3,5}`.
fn is_repetition(after_brace: &str) -> bool {
    let Some((inside, _)) = after_brace.split_once('}') else {
        return false;
    };
    let mut numbers = inside.splitn(2, ',');
    let least = numbers.next().unwrap_or_default();
    let most = numbers.next().unwrap_or_default();
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    !least.is_empty() && digits(least) && digits(most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_itself_to_go() {
        for (go, ours) in [
            (r"^\${(?:[A-Z_]+)}$", r"^\$\{(?:[A-Z_]+)}$"),
            (r"^{\d{0,2}}$", r"^\{\d{0,2}}$"),
            (r"a{3}b{3,}c{3,5}d{,5}", r"a{3}b{3,}c{3,5}d\{,5}"),
            (r"[^[{\]]x[[:alnum:]-]", r"[^\[{\]]x[[:alnum:]-]"),
            (r"[]a]{2}", r"[\]a]{2}"),
        ] {
            assert_eq!(translate(go), ours);
        }
    }
}
