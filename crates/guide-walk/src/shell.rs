//! The commands of a piece of shell, as words: enough of the language for what pages show. Nothing is run or expanded here.

/// Words that stand before a command.
const BEFORE: [&str; 5] = ["do", "then", "else", "if", "!"];

/// The words of each command, without quotes, comments and the variables that are set for it.
pub(crate) fn commands(text: &str) -> Vec<Vec<String>> {
    let mut commands = vec![Vec::new()];
    let mut word: Option<String> = None;
    let mut letters = text.chars().peekable();
    // In `'…'` or `"…"`, and how many `$(` are open.
    let (mut quote, mut depth) = (None, 0);
    while let Some(letter) = letters.next() {
        match letter {
            '\\' if quote != Some('\'') => match letters.next() {
                Some('\n') | None => {}
                Some(escaped) => word.get_or_insert_default().push(escaped),
            },
            '\'' | '"' if depth == 0 && quote.is_none() => {
                quote = Some(letter);
                word.get_or_insert_default();
            }
            _ if Some(letter) == quote => quote = None,
            '(' if word.as_ref().is_some_and(|word| word.ends_with('$')) => {
                depth += 1;
                word.get_or_insert_default().push(letter);
            }
            ')' if depth > 0 => {
                depth -= 1;
                word.get_or_insert_default().push(letter);
            }
            _ if quote.is_some() || depth > 0 => word.get_or_insert_default().push(letter),
            '#' if word.is_none() => while letters.next_if(|letter| *letter != '\n').is_some() {},
            ' ' | '\t' | '\n' | ';' | '&' | '|' => {
                let words = commands.last_mut();
                if let (Some(words), Some(word)) = (words, word.take()) {
                    words.push(word);
                }
                if !" \t".contains(letter) {
                    commands.push(Vec::new());
                }
            }
            _ => word.get_or_insert_default().push(letter),
        }
    }
    if let (Some(words), Some(word)) = (commands.last_mut(), word) {
        words.push(word);
    }
    let commands = commands.into_iter().map(|words| {
        let before = |word: &String| BEFORE.contains(&word.as_str()) || is_assignment(word);
        words.into_iter().skip_while(before).collect::<Vec<_>>()
    });
    commands.filter(|words| !words.is_empty()).collect()
}

/// Whether it sets a variable, as `PORT=4600` does.
pub(crate) fn is_assignment(word: &str) -> bool {
    let is_name = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    word.split_once('=')
        .is_some_and(|(name, _)| !name.is_empty() && name.chars().all(is_name))
}

#[cfg(test)]
mod tests {
    use super::commands;

    #[track_caller]
    fn check(text: &str, wanted: &[&[&str]]) {
        assert_eq!(commands(text), wanted, "{text}");
    }

    #[test]
    fn lines_and_separators_end_commands() {
        check(
            "a b\nc; d && e | f\n",
            &[&["a", "b"], &["c"], &["d"], &["e"], &["f"]],
        );
        check("a \\\n  b # c\n# d\ne", &[&["a", "b"], &["e"]]);
        check(
            "for x in 1; do a $x; done",
            &[&["for", "x", "in", "1"], &["a", "$x"], &["done"]],
        );
    }

    #[test]
    fn quotes_keep_words_together() {
        check(
            "a '{ $.b = \"C\" }; d' \"e 'f'\" ''",
            &[&["a", "{ $.b = \"C\" }; d", "e 'f'", ""]],
        );
        check(
            "a \"$(date +%s)000\" $(b; c)",
            &[&["a", "$(date +%s)000", "$(b; c)"]],
        );
    }

    #[test]
    fn variables_for_a_command_are_no_part_of_it() {
        check("A=1 B_C=2 d E=3", &[&["d", "E=3"]]);
        check("A=1", &[]);
    }
}
