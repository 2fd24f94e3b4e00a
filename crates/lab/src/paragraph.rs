//! Prose set as indented lines: that of `lab.toml`, and a grader's sentences. Trees and a compiler's output are never refilled.

const WIDTH: usize = 80;

/// `text` filled to lines of at most [`WIDTH`] characters, each behind `indent`.
/// Its own line ends stay, and so does what a line begins with: a hint may hold code.
pub(crate) fn fill(text: &str, indent: &str) -> String {
    let mut out = String::new();
    for paragraph in text.trim_end().lines() {
        let inner = &paragraph[..paragraph.len() - paragraph.trim_start().len()];
        let begin = format!("{indent}{inner}");
        let mut line = begin.clone();
        for word in paragraph.split_whitespace() {
            if line.len() > begin.len() {
                if line.chars().count() + 1 + word.chars().count() > WIDTH {
                    out.push_str(&line);
                    out.push('\n');
                    line.clone_from(&begin);
                } else {
                    line.push(' ');
                }
            }
            line.push_str(word);
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

/// `text` as it is, each line that has something on it behind `indent`.
pub(crate) fn indent(text: &str, indent: &str) -> String {
    let mut out = String::new();
    for line in text.lines() {
        if !line.trim().is_empty() {
            out.push_str(indent);
            out.push_str(line.trim_end());
        }
        out.push('\n');
    }
    out
}

/// One sentence of a grader (`  help: …`) in lines that fit behind `indent`, the further ones set under its words.
/// A line that fits stays as it is.
pub(crate) fn hang(line: &str, indent: &str) -> Vec<String> {
    let room = WIDTH - indent.len();
    if line.chars().count() <= room {
        return vec![line.to_owned()];
    }
    let own = line.len() - line.trim_start().len();
    let under = match line.trim_start().strip_prefix("help: ") {
        Some(_) => own + "help: ".len(),
        None if line.trim_start().starts_with("cause[") => own + 2,
        None => own,
    };
    let mut lines = Vec::new();
    let mut begin = line[..own].to_owned();
    let mut now = begin.clone();
    for word in line.split_whitespace() {
        if now.len() > begin.len() {
            if now.chars().count() + 1 + word.chars().count() > room {
                begin = " ".repeat(under);
                lines.push(std::mem::replace(&mut now, begin.clone()));
            } else {
                now.push(' ');
            }
        }
        now.push_str(word);
    }
    lines.push(now);
    lines
}

#[cfg(test)]
mod tests {
    use super::hang;

    #[test]
    fn a_sentence_that_is_too_long_goes_on_under_its_words() {
        let help = "  help: one two three four five six seven eight nine ten eleven twelve thirteen fourteen";
        assert_eq!(
            hang(help, "    "),
            [
                "  help: one two three four five six seven eight nine ten eleven twelve",
                "        thirteen fourteen",
            ]
        );
        let cause = "cause[no-spans]: one two three four five six seven eight nine ten eleven twelve thirteen";
        assert_eq!(
            hang(cause, "    "),
            [
                "cause[no-spans]: one two three four five six seven eight nine ten eleven",
                "  twelve thirteen",
            ]
        );
        assert_eq!(
            hang("  help: short  as it is", "    "),
            ["  help: short  as it is"]
        );
        let word = "w".repeat(100);
        assert_eq!(hang(&word, ""), [word.as_str()]);
    }
}
