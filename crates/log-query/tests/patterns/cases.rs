//! Checks which messages a pattern takes.

use log_query::pattern::Pattern;

/// The pattern takes all of the first messages and none of the others, and so does what it prints.
#[track_caller]
pub(crate) fn check(pattern: &str, taken: &[&str], left: &[&str]) {
    let read = read(pattern);
    let printed = read.to_string();
    let again = Pattern::parse(&printed);
    assert_eq!(
        again.as_ref(),
        Ok(&read),
        "{pattern} is printed as {printed}"
    );
    for message in taken {
        assert!(read.matches(message), "{pattern} does not take {message}");
        assert!(read.extract(message).is_some(), "{pattern}: {message}");
    }
    for message in left {
        assert!(!read.matches(message), "{pattern} takes {message}");
        assert_eq!(read.extract(message), None, "{pattern}: {message}");
    }
}

#[track_caller]
pub(crate) fn read(pattern: &str) -> Pattern {
    match Pattern::parse(pattern) {
        Ok(read) => read,
        Err(error) => panic!("{pattern}: {}", error.detail()),
    }
}
