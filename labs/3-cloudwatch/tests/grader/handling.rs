//! What a user wrote, which is none of the log's business.

use span_snapshot::verdict;

use super::events::read;

/// What somebody posts.
pub(crate) const POSTED: &str = "mysecretword";

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
