//! What a user wrote, which is none of the log's business.

use span_snapshot::verdict;

use super::events::read;

/// What somebody posts: 12 characters, of which one has two bytes.
pub(crate) const POSTED: &str = "mysecretwörd";

/// Fails where the length of the post is told in bytes.
pub(crate) fn check_length(lines: &[String]) {
    let characters = POSTED.chars().count();
    for event in lines.iter().map(|line| read(line)) {
        if event["app.characters"] == POSTED.len() {
            verdict(
                "bytes-not-characters",
                &format!(
                    "`app.characters` is {}, which are the bytes of {POSTED:?}; it has {characters} characters",
                    POSTED.len()
                ),
                "`len()` of a text counts bytes; `posted.message.chars().count()`, which is in `characters` already, counts what people write",
            );
        }
    }
}

/// Fails where an event has in it what somebody posted.
pub(crate) fn check(lines: &[String]) {
    for event in lines.iter().map(|line| read(line)) {
        let fields = event.as_object().into_iter().flatten();
        let posted = fields
            .into_iter()
            .find(|(_, value)| value.to_string().contains(POSTED));
        if let Some((field, _)) = posted {
            verdict(
                "value-in-log",
                &format!("`{field}` has in it what the user wrote"),
                "how long it is, is enough: whoever may read the log need not read what people write",
            );
        }
    }
}
