//! An error with its causes as one line, for whoever reads a terminal. The errors of this crate are not here.

use std::{error::Error, iter::successors};

/// An error and its causes in one line.
///
/// The SDK's errors keep what went wrong in their causes; some say it themselves as well, and that is said once.
pub fn in_one_line(error: &(dyn Error + 'static)) -> String {
    let mut line = String::new();
    let mut last = String::new();
    for error in successors(Some(error), |&error| error.source()) {
        let text = error.to_string();
        if last.contains(&text) {
            continue;
        }
        if !line.is_empty() {
            line.push_str(": ");
        }
        line.push_str(&text);
        last = text;
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("{text}")]
    struct Said {
        text: &'static str,
        source: Option<Box<Said>>,
    }

    #[test]
    fn each_text_is_said_once() {
        let check = |texts: &[&'static str], line: &str| {
            let error = texts
                .iter()
                .rev()
                .fold(None, |source, text| Some(Box::new(Said { text, source })));
            assert_eq!(in_one_line(&*error.expect("an error")), line);
        };
        check(
            &["service error", "Throttled: slow down"],
            "service error: Throttled: slow down",
        );
        check(
            &["Throttled: slow down", "Throttled: slow down"],
            "Throttled: slow down",
        );
        check(
            &["refused: Throttled: slow down", "Throttled: slow down"],
            "refused: Throttled: slow down",
        );
        check(&["a", "a", "b", "b"], "a: b");
        check(
            &["dispatch failure", "io error", "connection refused"],
            "dispatch failure: io error: connection refused",
        );
    }
}
