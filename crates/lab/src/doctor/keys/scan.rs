//! Applies the rules to the text of one file, as gitleaks does: keywords first, then the expression, entropy and allowlists.

use std::ops::Range;

use super::rules::{Candidate, Rule, Rules};

/// A comment with this on its line says that what looks like a key is none; gitleaks knows it too.
const ALLOWED: &[u8] = b"gitleaks:allow";
/// The rule that gives way to any other.
const GENERIC: &str = "generic-api-key";

/// A key, by where it is; what it is stays where it is.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Clone)]
pub(super) struct Key {
    /// From 1.
    pub(super) line: usize,
    pub(super) rule: String,
}

/// Where in `text`, in bytes, the keys are, for who shows the text to others; places may overlap.
/// No path allows them, and no word on the line: what is shown has no reader who could know that it is made up.
pub(super) fn places(rules: &Rules, text: &[u8]) -> anyhow::Result<Vec<Range<usize>>> {
    let mut found = Vec::new();
    for rule in rules.of(text) {
        apply(rules, rule, None, text, &mut found)?;
    }
    Ok(found.into_iter().map(|(_, place)| place).collect())
}

/// The keys in `text`, by line, then rule.
pub(super) fn scan(rules: &Rules, path: &str, text: &[u8]) -> anyhow::Result<Vec<Key>> {
    for allowlist in &rules.allowlists {
        if allowlist.allows_path(path)? {
            return Ok(Vec::new());
        }
    }
    let mut found = Vec::new();
    for rule in rules.of(text) {
        apply(rules, rule, Some(path), text, &mut found)?;
    }
    let mut kept: Vec<Key> = Vec::new();
    for (key, secret) in &found {
        let named_better = key.rule == GENERIC
            && found.iter().any(|(other, whole)| {
                other.rule != GENERIC
                    && other.line == key.line
                    && contains(&text[whole.clone()], &text[secret.clone()])
            });
        if !named_better {
            kept.push(key.clone());
        }
    }
    kept.sort();
    kept.dedup();
    Ok(kept)
}

/// Adds what `rule` finds, each with its place. Without a path, nothing about files is asked.
fn apply(
    rules: &Rules,
    rule: &Rule,
    path: Option<&str>,
    text: &[u8],
    found: &mut Vec<(Key, Range<usize>)>,
) -> anyhow::Result<()> {
    for allowlist in &rule.allowlists {
        if let Some(path) = path
            && allowlist.allows_path(path)?
        {
            return Ok(());
        }
    }
    'matches: for captures in rule.regex()?.captures_iter(text) {
        let Some(whole) = captures.get(0) else {
            continue;
        };
        let (matched, start) = (whole.as_bytes(), whole.start());
        // The whole match, or of its groups the first that has something in it.
        let place = captures
            .iter()
            .skip(1)
            .flatten()
            .find(|group| !group.is_empty())
            .unwrap_or(whole)
            .range();
        let secret = &text[place.clone()];
        // A match may begin with the end of the line before.
        let skipped = matched.iter().take_while(|&&byte| byte == b'\n').count();
        let (number, line) = line_at(text, start + skipped, start + matched.len());
        let is_allowed = path.is_some() && contains(line, ALLOWED);
        if is_allowed || (rule.entropy > 0.0 && entropy(secret) <= rule.entropy) {
            continue;
        }
        let candidate = Candidate {
            secret,
            matched,
            line,
        };
        for allowlist in rules.allowlists.iter().chain(&rule.allowlists) {
            if allowlist.allows(path.unwrap_or_default(), &candidate)? {
                continue 'matches;
            }
        }
        let key = Key {
            line: number,
            rule: rule.id.clone(),
        };
        found.push((key, place));
    }
    Ok(())
}

/// The number of the line at `start`, and the text from its beginning to the end of the line at `end`.
fn line_at(text: &[u8], start: usize, end: usize) -> (usize, &[u8]) {
    let before = &text[..start];
    let number = 1 + before.iter().filter(|&&byte| byte == b'\n').count();
    let begin = before
        .iter()
        .rposition(|&byte| byte == b'\n')
        .map_or(0, |index| index + 1);
    let end = end.max(start).min(text.len());
    let end = text[end..]
        .iter()
        .position(|&byte| byte == b'\n')
        .map_or(text.len(), |index| end + index);
    (number, &text[begin..end])
}

fn contains(text: &[u8], part: &[u8]) -> bool {
    !part.is_empty() && text.windows(part.len()).any(|window| window == part)
}

/// Shannon's entropy, in bits a character.
fn entropy(text: &[u8]) -> f64 {
    let mut counts = [0u32; 256];
    for &byte in text {
        counts[usize::from(byte)] += 1;
    }
    let length = text.len() as f64;
    counts
        .into_iter()
        .filter(|&count| count > 0)
        .map(|count| f64::from(count) / length)
        .map(|share| -share * share.log2())
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Characters as they come by chance, always the same ones: no key stands in this file.
    fn random(length: usize, alphabet: &str) -> String {
        let mut state = 7_u32;
        (0..length)
            .map(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let index = (state >> 16) as usize % alphabet.len();
                char::from(alphabet.as_bytes()[index])
            })
            .collect()
    }

    const LETTERS: &str = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

    #[track_caller]
    fn check(path: &str, text: &str, wanted: &[(usize, &str)]) {
        let rules = Rules::load().expect("rules");
        let found = scan(&rules, path, text.as_bytes()).expect("a scan");
        let found: Vec<_> = found
            .iter()
            .map(|key| (key.line, key.rule.as_str()))
            .collect();
        assert_eq!(found, wanted, "{text}");
    }

    #[test]
    fn line_and_rule() {
        let aws = format!("AKIA{}", random(16, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"));
        let github = format!("ghp_{}", random(36, LETTERS));
        let honeycomb = format!("hcaik_{}", random(58, &LETTERS.to_lowercase()));
        let configuration = random(22, LETTERS);
        check(
            "a",
            &format!("one\r\ntwo {aws}\r\n"),
            &[(2, "aws-access-token")],
        );
        check(
            "a",
            &format!("\n\nkey={honeycomb}"),
            &[(3, "honeycomb-ingest-key")],
        );
        check(
            "a",
            &format!("-H 'x-honeycomb-team: {configuration}'"),
            &[(1, "honeycomb-configuration-key")],
        );
        let private = format!(
            "x\n-----BEGIN {0} KEY-----\n{1}\n-----END {0} KEY-----\n",
            "PRIVATE",
            random(80, LETTERS)
        );
        check("a", &private, &[(2, "private-key")]);
        // What has a rule of its own is not reported as something generic too.
        check(
            "a",
            &format!("token = \"{github}\"\n"),
            &[(1, "github-pat")],
        );
        let both = format!("a = {aws}\npassword: \"{}\"", random(24, LETTERS));
        check(
            "a",
            &both,
            &[(1, "aws-access-token"), (2, "generic-api-key")],
        );
    }

    #[test]
    fn what_is_no_key() {
        let aws = format!("AKIA{}", random(16, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"));
        let secret = random(24, LETTERS);
        for text in [
            // Allowed by the rule, by the line, by its entropy.
            "AKIAIOSFODNN7EXAMPLE".to_owned(),
            format!("key = {aws} # gitleaks:allow"),
            format!("AKIA{}", "A".repeat(16)),
            // A variable, a word that keys do not have, no digits.
            "password = ${DATABASE_PASSWORD_2}".to_owned(),
            format!("password = \"client{secret}\""),
            "secret = \"abcdefghijklmnopqrstuvw\"".to_owned(),
            "HONEYCOMB_API_KEY=YOUR_API_KEY".to_owned(),
            "x-honeycomb-team=abcdefghijklmnopqrstuv".to_owned(),
            // No keyword.
            secret,
        ] {
            check("a", &text, &[]);
        }
        for path in [
            "package-lock.json",
            "web/package-lock.json",
            "a.PNG",
            "node_modules/a/b.js",
        ] {
            check(path, &aws, &[]);
        }
    }

    #[test]
    fn bits_a_character() {
        for (text, wanted) in [("", 0.0), ("aaaa", 0.0), ("abab", 1.0), ("abcd", 2.0)] {
            assert_eq!(entropy(text.as_bytes()), wanted, "{text}");
        }
    }
}
