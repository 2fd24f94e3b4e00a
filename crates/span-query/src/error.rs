//! What can be wrong with a query, told with the place in its JSON and what would be possible there.

/// Why a query was rejected. The message is meant for whoever wrote the query.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Not JSON at all.
    #[error("the query is not JSON: {0}")]
    Json(#[source] serde_json::Error),

    /// A key that Honeycomb's query specification does not have.
    #[error("{path}: no such key{}; possible: {possible}", suggested(.nearest))]
    UnknownKey {
        /// Where in the JSON, the key included.
        path: String,
        /// The key that was probably meant.
        nearest: Option<&'static str>,
        /// The keys there are.
        possible: String,
    },

    /// A part of Honeycomb's query specification that is not evaluated here.
    #[error("{path}: {what} is not supported here; {instead}")]
    NotSupported {
        /// Where in the JSON.
        path: String,
        /// What is not supported.
        what: String,
        /// What to do about it.
        instead: &'static str,
    },

    /// A word that is none of the possible ones.
    #[error("{path}: `{found}` is not possible{}; possible: {possible}", suggested(.nearest))]
    UnknownWord {
        /// Where in the JSON.
        path: String,
        /// The word found.
        found: String,
        /// The word that was probably meant.
        nearest: Option<&'static str>,
        /// The words there are.
        possible: String,
    },

    /// A value of the wrong type or out of range, or one too many or too few.
    #[error("{path}: {found} found, {wanted} wanted")]
    Wrong {
        /// Where in the JSON.
        path: String,
        /// What is there.
        found: String,
        /// What must be there.
        wanted: String,
    },

    /// A regular expression that is none; told by whoever compiles it.
    #[error("{path}: `{pattern}` is no regular expression: {reason}")]
    Pattern {
        /// Where in the JSON.
        path: String,
        /// The pattern as it was written.
        pattern: String,
        /// What is wrong with it.
        reason: String,
    },

    /// `time_range` alone means "until now", and [`Query::run`](crate::Query::run) knows no now.
    #[error(
        "time_range: alone it counts back from now, which is not known here; give start_time or end_time too"
    )]
    NoNow,
}

fn suggested(nearest: &Option<&'static str>) -> String {
    nearest
        .map(|name| format!(", did you mean `{name}`?"))
        .unwrap_or_default()
}
