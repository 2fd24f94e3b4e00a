//! Reads `.env` as a shell would that loads it: `NAME=value`, `export` before it, quotes around the value, comments.

use std::collections::BTreeMap;

use super::Seen;

/// The variables, and what is said of lines that are no assignments.
pub(super) fn parse(text: &str) -> (BTreeMap<String, String>, Vec<Seen>) {
    let mut variables = BTreeMap::new();
    let mut seen = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let assignment = line.strip_prefix("export ").unwrap_or(line).trim_start();
        match assignment.split_once('=') {
            Some((name, value)) if is_name(name) && !value.starts_with(char::is_whitespace) => {
                variables.insert(name.to_owned(), unquoted(value).to_owned());
            }
            _ => seen.push(Seen::problem(
                format!(".env:{} is no assignment", index + 1),
                "Write it like NAME=value, without spaces around `=`.",
            )),
        }
    }
    (variables, seen)
}

fn is_name(name: &str) -> bool {
    !name.is_empty()
        && !name.starts_with(|c: char| c.is_ascii_digit())
        && name
            .bytes()
            .all(|byte| byte == b'_' || byte.is_ascii_alphanumeric())
}

/// The value without its quotes, or without the comment behind it.
fn unquoted(value: &str) -> &str {
    for quote in ['"', '\''] {
        if let Some((inside, _)) = value
            .strip_prefix(quote)
            .and_then(|rest| rest.split_once(quote))
        {
            return inside;
        }
    }
    value.split(" #").next().unwrap_or_default().trim_end()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_a_shell_reads_it() {
        let (variables, seen) = parse(
            "# c\n\nA=1\nexport B=\"two words\" # c\nC='#3'\nD=4 # four\nE=\nF = 6\n7=x\nG\n",
        );
        let told: Vec<_> = variables
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        assert_eq!(told, ["A=1", "B=two words", "C=#3", "D=4", "E="]);
        let lines: Vec<_> = seen.iter().map(|one| one.what.as_str()).collect();
        assert_eq!(
            lines,
            [
                ".env:8 is no assignment",
                ".env:9 is no assignment",
                ".env:10 is no assignment"
            ]
        );
    }
}
