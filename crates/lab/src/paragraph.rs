//! Prose from `lab.toml` set as indented lines. Output of compilers and graders is never refilled.

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
